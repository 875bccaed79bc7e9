"""A partner sells what a brand has shared: its own price, its own stock, its own money, as long as the agreement holds."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, update

from catalog.assortment import view_for
from catalog.models import Agreement, Overlay
from kernel.db.session import transaction
from kernel.errors import NotThere
from kernel.ids import new_id, new_token
from kernel.models import OutboxRow
from kernel.money import Money
from kernel.tenancy import entering
from orders import cart as carts
from orders import stock
from orders.checkout import OrderChanged, place_order
from orders.models import Order, OrderLine, Stock
from tests.conftest import Shop
from tests.factories.orders import BERLIN, Goods, details, make_cart, on_hand, place, put_stock, visitor
from tests.factories.tenants import make_market, staff

VIENNA = BERLIN.model_copy(update={"country_code": "AT", "city": "Wien", "postal_code": "1010"})


@pytest.fixture
def partner_goods(db: Engine, goods: Goods, partner: Shop) -> Goods:
    """The partner's own market, with the brand's goods under an active agreement; the bike at the partner's price."""
    agreement_id = new_id()
    with entering(goods.tenant_id), transaction() as session:
        session.add(
            Agreement(
                tenant_id=goods.tenant_id,
                id=agreement_id,
                partner_tenant_id=partner.id,
                name="Bikes",
                market_code="eu",
                state="active",
                overlay_fields=["price"],
                countries=["DE"],
                valid_from=date(2026, 1, 1),
            )
        )
    with entering(partner.id), transaction() as session:
        make_market(session, partner.id, "de", countries=("DE", "AT"))
        session.add(
            Overlay(
                tenant_id=partner.id,
                id=new_id(),
                agreement_id=agreement_id,
                source_tenant_id=goods.tenant_id,
                product_id=goods.ids["bike"],
                prices={"EUR": "1249.00"},
            )
        )
        session.flush()
        return Goods(partner.id, view_for(session, "de", "en"), goods.ids)


def set_state(goods: Goods, state: str) -> None:
    with entering(goods.tenant_id), transaction() as session:
        session.execute(update(Agreement).where(Agreement.tenant_id == goods.tenant_id).values(state=state))


def stock_of(partner_goods: Goods, source: UUID, amount: int) -> None:
    with entering(partner_goods.tenant_id), transaction() as session:
        line = stock.StockLine(partner_goods.ids["bike"], source, "SKU-BIKE", Decimal(amount))
        stock.set_stock(session, staff(partner_goods.tenant_id, "stock.edit"), [line], "counted")


def test_the_partner_sells_at_its_own_price_and_the_line_names_brand_and_agreement(goods: Goods, partner_goods: Goods) -> None:
    guest = visitor(partner_goods.tenant_id)
    with entering(partner_goods.tenant_id), transaction() as session:
        order = place(session, guest, make_cart(session, guest, partner_goods, bike=1, bell=1)).order
        assert order.total_amount == Decimal("1261.50")
        lines = session.scalars(select(OrderLine).order_by(OrderLine.position)).all()
        agreement_id = session.scalar(select(Agreement.id))
        assert [(line.source_tenant_id, line.agreement_id) for line in lines] == [(goods.tenant_id, agreement_id)] * 2
        assert [line.snapshot["list_price"] for line in lines] == ["1299.0000", None]
        told = session.scalars(select(OutboxRow.payload).where(OutboxRow.name == "orders.OrderPlaced")).one()
        assert told["agreement_ids"] == [str(agreement_id)]


def test_the_order_is_the_partners_and_the_brand_cannot_see_it(goods: Goods, partner_goods: Goods) -> None:
    guest = visitor(partner_goods.tenant_id)
    with entering(partner_goods.tenant_id), transaction() as session:
        place(session, guest, make_cart(session, guest, partner_goods, bike=1))
    with entering(goods.tenant_id), transaction() as session:
        for table in (Order, OrderLine, OutboxRow):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_each_seller_counts_his_own_stock_of_the_same_product(goods: Goods, partner_goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bike=7)
    stock_of(partner_goods, goods.tenant_id, 2)
    guest = visitor(partner_goods.tenant_id)
    with entering(partner_goods.tenant_id), transaction() as session:
        place(session, guest, make_cart(session, guest, partner_goods, bike=2))
        assert on_hand(session, partner_goods, "bike") == 0
        assert session.scalar(select(func.count()).select_from(Stock)) == 1
    with entering(goods.tenant_id), transaction() as session:
        assert on_hand(session, goods, "bike") == 7


@pytest.mark.parametrize("state", ["suspended", "ended", "withdrawn"])
def test_withdrawal_stops_selling_at_once_and_leaves_past_orders_whole(goods: Goods, partner_goods: Goods, state: str) -> None:
    guest = visitor(partner_goods.tenant_id)
    with entering(partner_goods.tenant_id), transaction() as session:
        order_id = place(session, guest, make_cart(session, guest, partner_goods, bike=1)).order.id
        cart_id = make_cart(session, guest, partner_goods, bike=1).id
    set_state(goods, state)
    with entering(partner_goods.tenant_id):
        with pytest.raises(OrderChanged) as refused, transaction() as session:
            place_order(session, guest, cart_id, new_token(), details(), Money.of("1249", "EUR"))
        assert "Bike is no longer sold here." in str(refused.value.data["changes"])
        with pytest.raises(NotThere), transaction() as session:
            carts.add(session, guest, partner_goods.view, partner_goods.ids["bell"])
        with transaction() as session:
            line = session.scalars(select(OrderLine).where(OrderLine.order_id == order_id)).one()
            assert (line.name, line.unit_amount) == ("Bike", 1249)


def test_what_may_not_be_sent_to_a_country_is_named_before_the_order(goods: Goods, partner_goods: Goods) -> None:
    guest = visitor(partner_goods.tenant_id)
    with entering(partner_goods.tenant_id):
        with transaction() as session:
            cart_id = make_cart(session, guest, partner_goods, bike=1).id
            assert carts.show(session, guest, partner_goods.view).can_be_ordered
        with pytest.raises(OrderChanged) as refused, transaction() as session:
            place_order(session, guest, cart_id, new_token(), details(VIENNA), Money.of("1249", "EUR"))
        assert refused.value.data["changes"] == ["Bike cannot be sent to Austria."]
        with transaction() as session:
            assert session.scalar(select(func.count()).select_from(Order)) == 0
