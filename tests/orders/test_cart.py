"""The cart: what goes in, stays, changes and moves along when somebody signs in."""

from decimal import Decimal

import pytest
from sqlalchemy import Engine, func, select

from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, NotThere, SignInNeeded
from kernel.ids import new_id
from kernel.money import Money
from kernel.tenancy import entering
from orders import cart as carts
from orders.merging import merge_at_sign_in
from orders.models import Cart, CartLine
from orders.stock import set_quantity_rule
from tests.factories.orders import Goods, make_cart, open_shop, put_stock, reprice, visitor
from tests.factories.tenants import staff


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def person(goods: Goods) -> Actor:
    return staff(goods.tenant_id, "catalog.view")


def test_adding_twice_adds_up_in_one_line(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        first = carts.add(session, guest, goods.view, goods.ids["bell"], 2)
        again = carts.add(session, guest, goods.view, goods.ids["bell"], 3)
        other = carts.add(session, guest, goods.view, goods.ids["bike"])
        assert (first.quantity, first.count) == (2, 2)
        assert (again.line_id, again.quantity, again.count) == (first.line_id, 5, 5)
        assert (other.name, other.price, other.count) == ("Bike", eur("1299"), 6)
        assert carts.count(session, guest, "eu") == 6


def test_a_cart_shows_lines_freight_tax_and_total_before_anybody_signs_in(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with transaction() as session:
            make_cart(session, guest, goods, bell=2, helmet=1)
        with transaction(read_only=True) as session:
            seen = carts.show(session, guest, goods.view)
    assert [(line.name, line.quantity, line.amount) for line in seen.lines] == [("Bell", 2, eur("25.00")), ("Helmet", 1, eur("59.90"))]
    assert (seen.totals.goods, seen.totals.freight, seen.totals.total) == (eur("84.90"), eur("4.90"), eur("89.80"))
    assert [(rate.percent, rate.tax) for rate in seen.totals.rates] == [(Decimal(19), eur("14.34"))]
    assert seen.destination.is_guess
    assert seen.can_be_ordered
    assert seen.changes == ()


def test_freight_is_free_above_the_sum(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bike=1)
        assert carts.show(session, guest, goods.view).totals.freight == eur("0")


def test_an_empty_cart_is_shown_without_writing(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction(read_only=True) as session:
        seen = carts.show(session, guest, goods.view)
        assert (seen.cart_id, seen.is_empty, seen.totals.total, seen.can_be_ordered) == (None, True, eur("0"), False)
        assert session.scalar(select(func.count()).select_from(Cart)) == 0


def test_a_guest_without_a_visitor_key_has_no_cart(goods: Goods) -> None:
    nobody = Actor.guest(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(SignInNeeded):
            carts.add(session, nobody, goods.view, goods.ids["bell"])
        assert carts.show(session, nobody, goods.view).is_empty
        assert carts.count(session, nobody, "eu") == 0


def test_what_is_not_sold_here_cannot_be_added(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with pytest.raises(NotThere), transaction() as session:
            carts.add(session, guest, goods.view, new_id())
        with transaction() as session:
            assert session.scalar(select(func.count()).select_from(Cart)) == 0


@pytest.mark.parametrize("quantity", ["0", "-1", "1e9", "NaN", "Infinity", "0.0001", "9999.5"])
def test_a_quantity_that_cannot_be_meant_is_refused(goods: Goods, quantity: str) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(Invalid) as refused:
            carts.add(session, guest, goods.view, goods.ids["bell"], Decimal(quantity))
        assert refused.value.problems[0].where == "quantity"
        assert carts.show(session, guest, goods.view).is_empty


def test_more_than_is_left_is_refused_at_once_and_says_how_many_there_are(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with transaction() as session:
            put_stock(session, goods, bell=3)
            carts.add(session, guest, goods.view, goods.ids["bell"], 2)
        with pytest.raises(Invalid) as refused, transaction() as session:
            carts.add(session, guest, goods.view, goods.ids["bell"], 2)
        assert refused.value.problems[0].reason == "Only 3 of Bell are left."
        with transaction() as session:
            assert carts.count(session, guest, "eu") == 2


def test_a_refusal_that_is_caught_leaves_the_cart_as_it_was(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=3)
        carts.add(session, guest, goods.view, goods.ids["bell"], 2)
        for name, quantity in (("bell", 2), ("helmet", 10_000)):
            with pytest.raises(Invalid):
                carts.add(session, guest, goods.view, goods.ids[name], quantity)
        seen = carts.show(session, guest, goods.view)
        assert [(line.name, line.quantity, line.changes) for line in seen.lines] == [("Bell", 2, ())]


def test_least_quantity_and_steps_hold(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        set_quantity_rule(session, staff(goods.tenant_id, "stock.edit"), goods.ids["bell"], Decimal(12), Decimal(6))
        for wrong, nearest in ((6, "12"), (13, "12 / 18")):
            with pytest.raises(Invalid) as refused:
                carts.add(session, guest, goods.view, goods.ids["bell"], wrong)
            assert refused.value.problems[0].reason == f"Bell is sold from 12, in steps of 6. Nearest: {nearest}."
        assert carts.add(session, guest, goods.view, goods.ids["bell"], 18).quantity == 18


def test_quantity_zero_removes_and_undo_puts_back(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bell=2, bike=1)
        bell = carts.show(session, guest, goods.view).lines[0]
        carts.set_quantity(session, guest, goods.view, cart.id, bell.line_id, 0)
        seen = carts.show(session, guest, goods.view)
        assert [line.name for line in seen.lines] == ["Bike"]
        assert [(line.name, line.quantity) for line in seen.removed] == [("Bell", 2)]
        assert seen.totals.goods == eur("1299")
        carts.put_back(session, guest, cart.id, bell.line_id)
        seen = carts.show(session, guest, goods.view)
        assert [(line.name, line.quantity) for line in seen.lines] == [("Bell", 2), ("Bike", 1)]
        assert seen.removed == ()


def test_adding_a_removed_product_begins_anew(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bell=5)
        line = carts.show(session, guest, goods.view).lines[0]
        carts.remove(session, guest, cart.id, line.line_id)
        assert carts.add(session, guest, goods.view, goods.ids["bell"], 1).quantity == 1


def test_every_change_moves_the_version(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bell=2)
        line = carts.show(session, guest, goods.view).lines[0]
        versions = [cart.version]
        for change in (
            lambda: carts.set_quantity(session, guest, goods.view, cart.id, line.line_id, 3),
            lambda: carts.remove(session, guest, cart.id, line.line_id),
            lambda: carts.put_back(session, guest, cart.id, line.line_id),
        ):
            change()
            versions.append(cart.version)
        assert versions == [1, 2, 3, 4]


def test_changes_since_the_last_look_are_named_line_by_line(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with transaction() as session:
            make_cart(session, guest, goods, bike=1, helmet=1, bell=4)
            reprice(session, goods, "bike", "1399.00")
            reprice(session, goods, "helmet", None)
            put_stock(session, goods, bell=3)
        with transaction(read_only=True) as session:
            seen = carts.show(session, guest, goods.view)
    assert [change.text.replace("\xa0", " ") for change in seen.changes] == [
        "The price of Bike has gone up from €1,299.00 to €1,399.00.",
        "Helmet is no longer sold here.",
        "Only 3 of Bell are left.",
    ]
    assert [change.blocks for change in seen.changes] == [False, True, True]
    assert not seen.can_be_ordered
    assert seen.totals.goods == eur("1449")


def test_accepting_changes_settles_all_of_them(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bike=1, helmet=1, bell=4)
        reprice(session, goods, "bike", "1199.00")
        reprice(session, goods, "helmet", None)
        put_stock(session, goods, bell=3)
        carts.accept_changes(session, guest, goods.view, cart.id)
        seen = carts.show(session, guest, goods.view)
        assert [(line.name, line.quantity, line.changes) for line in seen.lines] == [("Bike", 1, ()), ("Bell", 3, ())]
        assert seen.can_be_ordered


def test_what_is_no_longer_sold_cannot_be_changed(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bell=1)
        line = carts.show(session, guest, goods.view).lines[0]
        reprice(session, goods, "bell", None)
        with pytest.raises(Conflict):
            carts.set_quantity(session, guest, goods.view, cart.id, line.line_id, 2)


def test_signing_in_takes_the_guests_cart_along(goods: Goods) -> None:
    guest, buyer = visitor(goods.tenant_id), person(goods)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=2)
        merge_at_sign_in(session, buyer, guest.visitor or "")
        assert [(line.name, line.quantity) for line in carts.show(session, buyer, goods.view).lines] == [("Bell", 2)]
        assert carts.show(session, guest, goods.view).is_empty


def test_signing_in_joins_two_carts_without_loss(goods: Goods) -> None:
    guest, buyer = visitor(goods.tenant_id), person(goods)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=2, helmet=1)
        make_cart(session, buyer, goods, bell=3, bike=1)
        merge_at_sign_in(session, buyer, guest.visitor or "")
        seen = carts.show(session, buyer, goods.view)
        assert {line.name: line.quantity for line in seen.lines} == {"Bell": 5, "Bike": 1, "Helmet": 1}
        assert carts.show(session, guest, goods.view).is_empty
        merge_at_sign_in(session, buyer, guest.visitor or "")
        assert carts.count(session, buyer, "eu") == 7


def test_somebody_elses_cart_is_not_there(goods: Goods) -> None:
    guest, other = visitor(goods.tenant_id), visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bell=2)
        line = carts.show(session, guest, goods.view).lines[0]
        for stranger in (other, person(goods), Actor.guest(goods.tenant_id)):
            for attempt in (
                lambda actor: carts.cart_for(session, actor, cart.id),
                lambda actor: carts.remove(session, actor, cart.id, line.line_id),
                lambda actor: carts.put_back(session, actor, cart.id, line.line_id),
                lambda actor: carts.set_quantity(session, actor, goods.view, cart.id, line.line_id, 9),
                lambda actor: carts.accept_changes(session, actor, goods.view, cart.id),
            ):
                with pytest.raises(NotThere):
                    attempt(stranger)
        assert carts.count(session, guest, "eu") == 2


def test_a_line_of_another_cart_is_not_there(goods: Goods) -> None:
    guest, other = visitor(goods.tenant_id), visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=2)
        own = make_cart(session, other, goods, bike=1)
        line = carts.show(session, guest, goods.view).lines[0]
        with pytest.raises(NotThere):
            carts.set_quantity(session, other, goods.view, own.id, line.line_id, 9)
        assert carts.count(session, guest, "eu") == 2


def test_another_tenants_cart_is_not_there(goods: Goods, american: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bell=2)
        cart_id = cart.id
    same_browser = Actor.guest(american.tenant_id, guest.visitor)
    with entering(american.tenant_id), transaction() as session:
        with pytest.raises(NotThere):
            carts.cart_for(session, same_browser, cart_id)
        with pytest.raises(NotThere):
            carts.add(session, same_browser, american.view, goods.ids["bell"])
        assert session.scalar(select(func.count()).select_from(Cart)) == 0
        assert session.scalar(select(func.count()).select_from(CartLine)) == 0


def test_each_market_has_a_cart_of_its_own(db: Engine, goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        american = open_shop(session, goods.tenant_id, "us", pump="20.00")
        make_cart(session, guest, goods, bell=2)
        make_cart(session, guest, american, pump=1)
        assert carts.count(session, guest, "eu") == 2
        assert carts.show(session, guest, american.view).totals.currency == "USD"
