"""From the first step to the placed order: what is asked, what is promised, what is refused."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from kernel.actors import Actor, ActorKind
from kernel.db.session import transaction
from kernel.errors import Invalid, NotAllowed, NotThere, Refused
from kernel.idempotency import KeyUsedOtherwise
from kernel.ids import new_id, new_token
from kernel.models import MailMessage, OutboxRow
from kernel.money import Money
from kernel.tenancy import entering
from orders import cart as carts
from orders import checkout, steps
from orders.checkout import AlreadyOrdered, OrderChanged, order_of_key, place_order
from orders.details import AddressForm, AddressStep, CheckoutDetails, ContactForm, KeptAddress, PaymentForm
from orders.models import Order, OrderEvent, OrderLine, StockMovement
from orders.snapshot import Review
from orders.terms import FreightRow, TermsEdit, set_terms
from tests.factories.orders import (
    BERLIN,
    BOSTON,
    Goods,
    details,
    make_cart,
    on_hand,
    place,
    put_stock,
    reprice,
    total_of,
    visitor,
)
from tests.factories.tenants import make_account, make_company, person, staff

CONTACT = ContactForm(email="mira@example.com")


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def nothing_happened(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        for table in (Order, OrderLine, OrderEvent, MailMessage):
            assert session.scalar(select(func.count()).select_from(table)) == 0
        sold = select(func.count()).where(StockMovement.kind == "sold")
        assert session.scalar(sold) == 0


def test_the_steps_keep_what_was_typed_and_say_which_comes_next(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bell=1)
        assert steps.details_of(cart).first_open_step() == "contact"
        steps.save_where(session, guest, goods.view, ContactForm(email=" Mira@Example.com ", phone=""), AddressStep(delivery=BERLIN))
        # the one way to send it and to pay has been chosen along
        assert steps.details_of(cart).first_open_step() == "review"
        steps.save_choice(session, guest, goods.view, "standard", PaymentForm(payment="on_account", customer_reference="KST 4711"))
        known = steps.details_of(cart)
        assert known.first_open_step() == "review"
        assert known.shipping_address is not None
        assert (known.email, known.shipping_address.city, known.customer_reference) == ("Mira@example.com", "Berlin", "KST 4711")
        assert steps.review(session, guest, goods.view).can_be_placed


def test_problems_of_both_addresses_are_told_together_with_their_fields(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bell=1)
        wrong = BERLIN.model_copy(update={"postal_code": "1"})
        with pytest.raises(Invalid) as refused:
            steps.save_where(session, guest, goods.view, CONTACT, AddressStep(delivery=wrong, other_billing=True, billing=AddressForm()))
        where = {problem.where for problem in refused.value.problems}
        assert "delivery.postal_code" in where
        assert "billing.country_code" in where
        assert steps.details_of(cart).shipping_address is None


def test_a_country_outside_of_the_market_is_refused_for_delivery_but_not_for_the_bill(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, bell=1)
        with pytest.raises(Invalid) as refused:
            steps.save_where(session, guest, goods.view, CONTACT, AddressStep(delivery=BOSTON))
        assert [problem.where for problem in refused.value.problems] == ["delivery.country_code"]
        kept = steps.save_where(session, guest, goods.view, CONTACT, AddressStep(delivery=BERLIN, other_billing=True, billing=BOSTON))
        assert kept.billing_address is not None
        assert kept.billing_address.country_code == "US"


def test_unknown_shipping_and_payment_are_refused(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bell=1)
        for shipping, payment, field in (("by pigeon", "on_account", "shipping"), ("standard", "gold", "payment")):
            with pytest.raises(Invalid) as refused:
                steps.save_choice(session, guest, goods.view, shipping, PaymentForm(payment=payment))
            assert [problem.where for problem in refused.value.problems] == [field]
        assert (steps.details_of(cart).shipping, steps.details_of(cart).payment) == ("", "")


def test_freight_and_tax_follow_the_address(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        terms = TermsEdit(freight=[FreightRow(country="DE", price=Decimal("4.90")), FreightRow(country="*", price=Decimal(12))])
        set_terms(session, staff(goods.tenant_id, "market.edit"), "eu", terms)
        make_cart(session, guest, goods, bell=1)
        vienna = AddressForm(country_code="AT", name="Anna Huber", street_address="Ring 1", city="Wien", postal_code="1010")
        steps.save_where(session, guest, goods.view, CONTACT, AddressStep(delivery=vienna))
        seen = carts.show(session, guest, goods.view)
        assert (seen.totals.freight, seen.totals.total) == (eur("12"), eur("24.50"))
        assert [rate.percent for rate in seen.totals.rates] == [Decimal(20)]


def test_an_order_is_a_copy_of_everything_that_was_promised(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with time_machine.travel("2026-11-23T10:00:00Z", tick=False), entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bike=4, bell=50)
        cart = make_cart(session, guest, goods, bike=1, bell=2)
        placed = place(session, guest, cart, link_base="https://shop.test/en-eu/order")
        order = placed.order
        assert placed.is_new
        assert (order.number, order.state, order.email, order.buyer) == ("100001", "placed", "mira@example.com", "Mira Castell")
        assert (order.goods_amount, order.freight_amount, order.tax_amount, order.total_amount) == (1324, 0, Decimal("211.39"), 1324)
        assert (order.market_code, order.language, order.country, order.currency) == ("eu", "en", "DE", "EUR")
        assert (order.payment, order.payment_due_on) == ("on_account", date(2026, 12, 7))
        told = order.snapshot
        assert told["shipping_address"]["street_lines"] == ["Hafenweg 3"]
        assert told["billing_address"] == told["shipping_address"]
        assert told["delivery"] == {"code": "standard", "name": "Standard delivery", "from": "2026-11-25", "to": "2026-11-27"}
        assert told["tax"]["rates"] == [{"percent": "19", "net": "1112.61", "tax": "211.39", "gross": "1324"}]
        assert told["publications"] == [(str(goods.tenant_id), 1)]
        lines = session.scalars(select(OrderLine).order_by(OrderLine.position)).all()
        assert [(line.name, line.quantity, line.amount, line.counted) for line in lines] == [("Bike", 1, 1299, True), ("Bell", 2, 25, True)]
        assert sum(line.gross_amount for line in lines) == 1324
        assert (on_hand(session, goods, "bike"), on_hand(session, goods, "bell")) == (3, 48)
        assert carts.show(session, guest, goods.view).is_empty


def test_the_snapshot_stays_when_the_catalog_moves_on(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        order = place(session, guest, make_cart(session, guest, goods, bike=1)).order
        reprice(session, goods, "bike", None)
        line = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).one()
        assert (line.name, line.unit_amount, line.sku) == ("Bike", 1299, "SKU-BIKE")


def test_placing_tells_the_others_and_mails_the_customer(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        placed = place(session, guest, make_cart(session, guest, goods, bike=1), link_base="https://shop.test/en-eu/order")
        told = session.scalars(select(OutboxRow).where(OutboxRow.name == "orders.OrderPlaced")).one()
        assert told.payload["order_id"] == str(placed.order.id)
        assert (told.payload["number"], Decimal(told.payload["total"]), told.payload["currency"]) == ("100001", 1299, "EUR")
        mail = session.scalars(select(MailMessage)).one()
        assert (mail.recipient, mail.subject) == ("mira@example.com", "Your order 100001")
        link = f"https://shop.test/en-eu/order/100001/{placed.token}"
        for words in (
            "1 × Bike (SKU-BIKE)",
            "€1,299.00",
            "including VAT 19%: €207.40",
            "Hafenweg 3",
            "10115 Berlin",
            "Pay within 14 days",
            link,
        ):
            assert words in mail.text
        assert link in mail.html
        assert session.scalars(select(OrderEvent)).one().verb == "place"


def test_the_mail_speaks_the_language_of_the_cart(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bike=1)
        cart.language = "de"
        session.flush()
        place(session, guest, cart)
        assert "1.299,00\xa0€" in session.scalars(select(MailMessage)).one().text


def test_nothing_typed_can_become_markup_in_the_mail(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    evil = BERLIN.model_copy(update={"name": "<script>alert(1)</script>"})
    with entering(goods.tenant_id), transaction() as session:
        place(session, guest, make_cart(session, guest, goods, bike=1), details(evil))
        mail = session.scalars(select(MailMessage)).one()
        assert "<script>" not in mail.html
        assert "&lt;script&gt;" in mail.html


def test_net_markets_put_the_tax_on_top(american: Goods) -> None:
    guest = visitor(american.tenant_id)
    given = details(BOSTON, "sam@example.com")
    with entering(american.tenant_id), transaction() as session:
        terms = TermsEdit(freight=[FreightRow(country="*", price=Decimal(9))], tax_regions=["MA"])
        set_terms(session, staff(american.tenant_id, "market.edit"), "us", terms)
        order = place(session, guest, make_cart(session, guest, american, bike=1, bell=2), given).order
        assert (order.goods_amount, order.freight_amount, order.tax_amount, order.total_amount) == (
            1324,
            9,
            Decimal("82.75"),
            Decimal("1415.75"),
        )
        assert order.snapshot["tax"]["label"] == "Sales tax"
        assert order.snapshot["tax"]["notes"] == ["Sales tax is that of the state; county and city rates are not included."]


def test_a_total_that_was_not_accepted_is_not_charged(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with transaction() as session:
            put_stock(session, goods, bike=4)
            cart_id = make_cart(session, guest, goods, bike=1).id
            reprice(session, goods, "bike", "1399.00")
        for wrong in (eur("1299"), eur("0"), eur("1398.99"), Money.of("1399", "USD")):
            with pytest.raises(OrderChanged), transaction() as session:
                place_order(session, guest, cart_id, new_token(), details(), wrong)
        with pytest.raises(OrderChanged) as refused, transaction() as session:
            place_order(session, guest, cart_id, new_token(), details(), eur("1299"))
        changes = refused.value.data["changes"]
        assert isinstance(changes, list)
        assert [text.replace("\xa0", " ") for text in changes] == [
            "The price of Bike has gone up from €1,299.00 to €1,399.00.",
            "The total has changed from €1,299.00 to €1,399.00.",
        ]
        with transaction() as session:
            assert on_hand(session, goods, "bike") == 4
            assert carts.count(session, guest, "eu") == 1
    nothing_happened(goods)


@pytest.mark.parametrize("what", ["gone", "short"])
def test_what_is_no_longer_there_is_named_and_nothing_is_ordered(goods: Goods, what: str) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with transaction() as session:
            cart = make_cart(session, guest, goods, bike=1, bell=4)
            cart_id, accepted = cart.id, total_of(session, guest, cart)
            if what == "gone":
                reprice(session, goods, "bell", None)
            else:
                put_stock(session, goods, bell=3)
        with pytest.raises(OrderChanged) as refused, transaction() as session:
            place_order(session, guest, cart_id, new_token(), details(), accepted)
    assert "Bell" in str(refused.value.data["changes"])
    nothing_happened(goods)


def test_what_was_sold_between_look_and_grip_is_named_and_the_rest_is_free_again(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bike=1, bell=4)
        cart = make_cart(session, guest, goods, bike=1, bell=4)
        accepted = total_of(session, guest, cart)

        def looked_at(*given: Any) -> Review:
            found = steps.review_of(*given)
            put_stock(session, goods, bell=3)
            return found

        monkeypatch.setattr(checkout, "review_of", looked_at)
        with pytest.raises(OrderChanged) as refused:
            place_order(session, guest, cart.id, new_token(), details(), accepted)
        assert refused.value.data["changes"] == ["There is no longer enough of Bell."]
        assert (on_hand(session, goods, "bike"), on_hand(session, goods, "bell")) == (1, 3)
        seen = steps.review(session, guest, goods.view)
        assert [change.text for change in seen.cart.changes] == ["Only 3 of Bell are left."]
        session.rollback()
    nothing_happened(goods)


def test_the_limit_of_purchase_on_account_holds(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id):
        with transaction() as session:
            cart = make_cart(session, guest, goods, bike=4)
            cart_id, accepted = cart.id, total_of(session, guest, cart)
            offer = steps.review_of(session, guest, goods.view, cart, details()).payments[0]
            assert not offer.can_be_chosen
            with pytest.raises(Invalid):
                steps.save_choice(session, guest, goods.view, "standard", PaymentForm(payment="on_account"))
        with pytest.raises(Refused), transaction() as session:
            place_order(session, guest, cart_id, new_token(), details(), accepted)
    nothing_happened(goods)


@pytest.mark.parametrize("missing", ["email", "shipping_address", "shipping", "payment"])
def test_an_order_that_lacks_something_says_what(goods: Goods, missing: str) -> None:
    guest = visitor(goods.tenant_id)
    empty = None if missing == "shipping_address" else ""
    with entering(goods.tenant_id):
        with pytest.raises(Invalid) as refused, transaction() as session:
            cart = make_cart(session, guest, goods, bike=1)
            place_order(session, guest, cart.id, new_token(), details().model_copy(update={missing: empty}), eur("1299"))
        assert [problem.where for problem in refused.value.problems] == [missing]
    nothing_happened(goods)


def test_details_that_no_form_has_checked_are_checked(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    unchecked = KeptAddress(country_code="DE", name="X", street_lines=["Y"], city="Z", postal_code="nonsense")
    with entering(goods.tenant_id):
        for wrong in (
            details().model_copy(update={"email": "nobody"}),
            details().model_copy(update={"shipping_address": unchecked}),
            details().model_copy(update={"billing_address": unchecked}),
            details().model_copy(update={"payment": "gold"}),
        ):
            with pytest.raises(Invalid), transaction() as session:
                cart = make_cart(session, guest, goods, bike=1)
                place_order(session, guest, cart.id, new_token(), wrong, eur("1299"))
    nothing_happened(goods)


def test_an_empty_cart_is_no_order(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), pytest.raises(Refused), transaction() as session:
        cart = make_cart(session, guest, goods, bike=1)
        carts.remove(session, guest, cart.id, carts.show(session, guest, goods.view).lines[0].line_id)
        place_order(session, guest, cart.id, new_token(), details(), eur("0"))
    nothing_happened(goods)


def test_a_strangers_cart_cannot_be_ordered(goods: Goods, american: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart_id = make_cart(session, guest, goods, bike=1).id
        with pytest.raises(NotThere):
            place_order(session, visitor(goods.tenant_id), cart_id, new_token(), details(), eur("1299"))
    with entering(american.tenant_id), transaction() as session, pytest.raises(NotThere):
        place_order(session, Actor.guest(american.tenant_id, guest.visitor), cart_id, new_token(), details(), eur("1299"))
    nothing_happened(goods)


def test_the_same_key_gives_the_same_order(goods: Goods) -> None:
    guest, key = visitor(goods.tenant_id), new_token()
    with entering(goods.tenant_id):
        with transaction() as session:
            cart_id = make_cart(session, guest, goods, bike=1).id
            first = place_order(session, guest, cart_id, key, details(), eur("1299"))
        with transaction() as session:
            again = place_order(session, guest, cart_id, key, details(), eur("1299"))
            assert (again.order.id, again.token, again.is_new) == (first.order.id, first.token, False)
            found = order_of_key(session, guest, key)
            assert found is not None
            assert found.order.id == first.order.id
            assert order_of_key(session, visitor(goods.tenant_id), key) is None
            assert session.scalar(select(func.count()).select_from(Order)) == 1
            assert session.scalar(select(func.count()).select_from(MailMessage)) == 1


def test_the_same_key_with_another_request_is_refused(goods: Goods) -> None:
    guest, key = visitor(goods.tenant_id), new_token()
    with entering(goods.tenant_id), transaction() as session:
        cart_id = make_cart(session, guest, goods, bike=1).id
        place_order(session, guest, cart_id, key, details(), eur("1299"))
        for other in (
            (cart_id, details(email="other@example.com"), eur("1299")),
            (cart_id, details(), eur("1")),
            (new_id(), details(), eur("1299")),
        ):
            with pytest.raises(KeyUsedOtherwise):
                place_order(session, guest, other[0], key, other[1], other[2])
        assert session.scalar(select(func.count()).select_from(Order)) == 1


def test_a_second_tab_hears_which_order_the_cart_has_become(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bike=1)
        place(session, guest, cart)
        with pytest.raises(AlreadyOrdered) as refused:
            place_order(session, guest, cart.id, new_token(), details(), eur("1299"))
        assert refused.value.data == {"number": "100001"}
        with pytest.raises(NotThere):
            place_order(session, visitor(goods.tenant_id), cart.id, new_token(), details(), eur("1299"))


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb"])
def test_a_key_that_cannot_be_one_is_refused(goods: Goods, key: str) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, bike=1)
        with pytest.raises(Invalid):
            place_order(session, guest, cart.id, key, details(), eur("1299"))


def test_a_company_buyer_orders_for_the_company_and_a_viewer_does_not(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        jonas = make_account(session, goods.tenant_id, name="Jonas Feld")
        company = make_company(session, goods.tenant_id, "Stadtwerke Aarental", (jonas, "buyer"))
        viewer = person(jonas, company, "viewer")
        cart = make_cart(session, viewer, goods, bike=1)
        with pytest.raises(NotAllowed):
            place(session, viewer, cart)
        order = place(session, person(jonas, company), cart).order
        assert (order.company_id, order.owner_id, order.payment_due_on) == (
            company.id,
            jonas.id,
            order.placed_at.date() + timedelta(days=30),
        )


def test_machine_clients_order_too(goods: Goods) -> None:
    client = Actor(ActorKind.MACHINE, goods.tenant_id, new_id(), "Till", frozenset({"order.manage"}))
    with entering(goods.tenant_id), transaction() as session:
        order = place(session, client, make_cart(session, client, goods, bell=1)).order
        assert order.owner_id == client.id
        assert session.scalars(select(OrderEvent)).one().actor["kind"] == "machine"


def test_numbers_of_two_tenants_do_not_know_each_other(goods: Goods, american: Goods) -> None:
    numbers = []
    for shop, given in ((goods, details()), (american, details(BOSTON))):
        guest = visitor(shop.tenant_id)
        with entering(shop.tenant_id), transaction() as session:
            numbers.append(place(session, guest, make_cart(session, guest, shop, bell=1), given).order.number)
    assert numbers == ["100001", "100001"]


def test_an_address_kept_and_shown_again_is_the_same() -> None:
    kept = details().shipping_address
    assert kept is not None
    assert kept.form() == BERLIN
    assert CheckoutDetails.model_validate(details().model_dump(mode="json")) == details()
