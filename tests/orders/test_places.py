"""A market that changes its currency, and places whose tax nobody knows: the cart goes on and says what it is."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from catalog.assortment import view_for
from kernel import stamps
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Invalid, Refused
from kernel.ids import new_token
from kernel.money import Money
from kernel.tenancy import entering
from orders import cart as carts
from orders import steps
from orders.checkout import OrderChanged, place_order
from orders.details import AddressForm, AddressStep, ContactForm
from orders.models import CartLine, Order
from tenants.models import Market
from tests.factories.orders import BERLIN, Goods, details, make_cart, reprice, visitor

UNTAXED = "We know no tax rate for this country and cannot deliver there yet."
RIO = AddressForm(
    country_code="BR", name="Rio Silva", street_address="Rua Um 1", city="Rio de Janeiro", country_area="RJ", postal_code="20040-020"
)


def move_to_dollars(session: Session, goods: Goods) -> None:
    """The market's currency and the published prices, as the desk and the next publication leave them."""
    session.execute(update(Market).where(Market.tenant_id == goods.tenant_id).values(currency="USD"))
    dollars = replace(goods, view=replace(goods.view, currency="USD"))
    for name, price in (("bike", "1300.00"), ("helmet", "60.90"), ("bell", "13.50")):
        reprice(session, dollars, name, price)
    stamps.bump(session)


def texts(session: Session, actor: Actor, goods: Goods) -> list[str]:
    view = view_for(session, "eu", "en")
    return [change.text.replace("\xa0", " ") for change in carts.show(session, actor, view).changes]


def test_a_cart_in_the_old_currency_is_priced_in_the_new_one_and_says_so(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=2)
        move_to_dollars(session, goods)
    with entering(goods.tenant_id), transaction() as session:
        view = view_for(session, "eu", "en")
        seen = carts.show(session, guest, view)
        assert (seen.totals.currency, seen.totals.goods, seen.totals.total) == ("USD", Money.of("27", "USD"), Money.of("31.90", "USD"))
        assert texts(session, guest, goods) == ["Prices are in another currency now: Bell was €12.50 and is $13.50."]
        assert seen.can_be_ordered


def test_a_line_added_later_is_seen_in_its_own_currency(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart_id = make_cart(session, guest, goods, bell=1).id
        move_to_dollars(session, goods)
    with entering(goods.tenant_id), transaction() as session:
        view = view_for(session, "eu", "en")
        carts.add(session, guest, view, goods.ids["helmet"])
        assert texts(session, guest, goods) == ["Prices are in another currency now: Bell was €12.50 and is $13.50."]
        carts.accept_changes(session, guest, view, cart_id)
        assert texts(session, guest, goods) == []
        assert set(session.scalars(select(CartLine.seen_currency))) == {"USD"}


def test_a_line_from_before_lines_knew_their_currency_is_in_the_carts(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=1)
        session.execute(text("UPDATE orders.cart_line SET seen_currency = ''"))
        assert texts(session, guest, goods) == []
        move_to_dollars(session, goods)
        assert texts(session, guest, goods) == ["Prices are in another currency now: Bell was €12.50 and is $13.50."]


def test_a_total_accepted_in_the_old_currency_orders_nothing(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with transaction() as session:
            cart_id = make_cart(session, guest, goods, bike=1).id
            move_to_dollars(session, goods)
        with pytest.raises(OrderChanged) as refused, transaction() as session:
            place_order(session, guest, cart_id, new_token(), details(), Money.of("1300", "EUR"))
        assert (refused.value.data["accepted"], refused.value.data["total"]) == ("1300.00 EUR", "1300.00 USD")
        with transaction() as session:
            assert session.scalar(select(func.count()).select_from(Order)) == 0
            assert carts.count(session, guest, "eu") == 1
            order = place_order(session, guest, cart_id, new_token(), details(), Money.of("1300", "USD")).order
            assert (order.currency, order.total_amount) == ("USD", 1300)


def sell_to(session: Session, goods: Goods, *countries: str) -> None:
    session.execute(update(Market).where(Market.tenant_id == goods.tenant_id).values(countries=list(countries)))
    stamps.bump(session)


def test_a_market_whose_first_country_has_no_tax_rate_shows_the_cart_for_one_that_has(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=2)
        sell_to(session, goods, "BR", "DE")
        seen = carts.show(session, guest, view_for(session, "eu", "en"))
        assert (seen.destination.country, seen.refusal, seen.can_be_ordered) == ("DE", "", True)
        assert [rate.percent for rate in seen.totals.rates] == [19]


def test_a_market_without_any_tax_rate_shows_the_cart_and_says_why_it_cannot_be_ordered(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=2)
        sell_to(session, goods, "BR")
        seen = carts.show(session, guest, view_for(session, "eu", "en"))
        assert (seen.refusal, seen.can_be_ordered) == (UNTAXED, False)
        assert (seen.totals.goods, seen.totals.tax) == (Money.of("25", "EUR"), Money.zero("EUR"))


def test_an_address_without_a_tax_rate_is_refused_at_its_country_and_not_kept(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with transaction() as session:
            make_cart(session, guest, goods, bell=2)
            sell_to(session, goods, "DE", "BR")
        with pytest.raises(Invalid) as refused, transaction() as session:
            steps.save_where(session, guest, view_for(session, "eu", "en"), ContactForm(email="a@b.example"), AddressStep(delivery=RIO))
        assert [(problem.where, problem.reason) for problem in refused.value.problems] == [("delivery.country_code", UNTAXED)]
        with transaction() as session:
            assert carts.show(session, guest, view_for(session, "eu", "en")).details.shipping_address is None
            kept = steps.save_where(
                session, guest, view_for(session, "eu", "en"), ContactForm(email="a@b.example"), AddressStep(delivery=BERLIN)
            )
            assert kept.shipping_address is not None


def test_an_address_kept_before_its_rate_went_away_orders_nothing(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with transaction() as session:
            cart_id = make_cart(session, guest, goods, bike=1).id
            sell_to(session, goods, "DE", "BR")
        with pytest.raises(Refused) as refused, transaction() as session:
            place_order(session, guest, cart_id, new_token(), details(RIO), Money.of("1299", "EUR"))
        assert refused.value.message == UNTAXED
        with transaction() as session:
            assert session.scalar(select(func.count()).select_from(Order)) == 0
