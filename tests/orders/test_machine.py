"""Whatever a shopper, a seller and a warehouse do in whatever order: no illegal step, no lost unit, no wrong sum."""

from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select

from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, Refused
from kernel.ids import new_token
from kernel.money import Money
from kernel.tenancy import entering
from orders import cart as carts
from orders import status, stock
from orders.checkout import AlreadyOrdered, OrderChanged, place_order
from orders.models import Order, OrderLine, Stock, StockMovement
from orders.states import ORDER
from tests.conftest import MakeShop
from tests.factories.orders import details, on_hand, open_shop, put_stock, reprice, total_of, visitor
from tests.factories.tenants import staff

NAMES = ("bike", "helmet", "bell")
QUANTITIES = st.integers(1, 4)


class Shopping(RuleBasedStateMachine):
    """One shop, one guest, one seller. The model keeps what should be on hand and which state each order is in."""

    make_shop: ClassVar[MakeShop]

    def __init__(self) -> None:
        super().__init__()
        shop = self.make_shop()
        self.guest, self.seller = visitor(shop.id), staff(shop.id)
        self.left = dict.fromkeys(NAMES, 12)
        self.states: dict[UUID, str] = {}
        self.bought: dict[UUID, dict[str, int]] = {}
        self.wanted: dict[str, int] = {}
        with entering(shop.id), transaction() as session:
            self.goods = open_shop(session, shop.id, bike="1299.00", helmet="59.90", bell="12.50")
            put_stock(session, self.goods, **self.left)

    @rule(name=st.sampled_from(NAMES), quantity=QUANTITIES)
    def add(self, name: str, quantity: int) -> None:
        wanted = self.wanted.get(name, 0) + quantity
        with entering(self.goods.tenant_id):
            try:
                with transaction() as session:
                    carts.add(session, self.guest, self.goods.view, self.goods.ids[name], quantity)
            except Invalid:
                assert wanted > self.left[name]
            else:
                assert wanted <= self.left[name]
                self.wanted[name] = wanted

    @precondition(lambda self: self.wanted)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(sorted(self.wanted)))
        with entering(self.goods.tenant_id), transaction() as session:
            seen = carts.show(session, self.guest, self.goods.view)
            line = next(line for line in seen.lines if line.product_id == self.goods.ids[name])
            assert seen.cart_id is not None
            carts.remove(session, self.guest, seen.cart_id, line.line_id)
        del self.wanted[name]

    @rule(name=st.sampled_from(NAMES), cents=st.integers(1, 99))
    def new_price(self, name: str, cents: int) -> None:
        with entering(self.goods.tenant_id), transaction() as session:
            reprice(session, self.goods, name, f"{20 + cents}.{cents:02}")

    @rule(name=st.sampled_from(NAMES), change=st.integers(-6, 6).filter(bool))
    def adjust(self, name: str, change: int) -> None:
        with entering(self.goods.tenant_id):
            try:
                with transaction() as session:
                    stock.adjust(session, self.seller, self.goods.ids[name], Decimal(change), "count")
            except Conflict:
                assert self.left[name] + change < 0
            else:
                self.left[name] += change
                assert self.left[name] >= 0

    @precondition(lambda self: self.wanted)
    @rule(wrong=st.sampled_from([Decimal(0), Decimal("0.01"), Decimal(-5)]))
    def order(self, wrong: Decimal) -> None:
        enough = all(quantity <= self.left[name] for name, quantity in self.wanted.items())
        key = new_token()
        with entering(self.goods.tenant_id):
            with transaction() as session:
                cart = carts.current_cart(session, self.guest, "eu")
                assert cart is not None
                cart_id, total = cart.id, total_of(session, self.guest, cart)
            accepted = Money(total.amount + wrong, "EUR")
            try:
                with transaction() as session:
                    made = place_order(session, self.guest, cart_id, key, details(), accepted).order
            except OrderChanged:
                assert wrong or not enough
                return
            except Refused:
                assert total > Money.of("5000", "EUR")
                return
            assert enough
            assert not wrong
            with transaction() as session:
                assert place_order(session, self.guest, cart_id, key, details(), accepted).order.id == made.id
                with pytest.raises(AlreadyOrdered):
                    place_order(session, self.guest, cart_id, new_token(), details(), accepted)
        for name, quantity in self.wanted.items():
            self.left[name] -= quantity
        self.states[made.id], self.bought[made.id], self.wanted = "placed", self.wanted, {}

    @precondition(lambda self: self.states)
    @rule(data=st.data(), verb=st.sampled_from(["confirm", "ship", "deliver", "close", "cancel"]))
    def move(self, data: st.DataObject, verb: str) -> None:
        order_id = data.draw(st.sampled_from(sorted(self.states)))
        targets = {move.verb: move.target for move in ORDER.allowed(self.states[order_id])}
        with entering(self.goods.tenant_id):
            try:
                with transaction() as session:
                    if verb == "cancel":
                        status.cancel(session, self.seller, order_id, "no")
                    else:
                        getattr(status, verb)(session, self.seller, order_id)
            except Conflict:
                assert verb not in targets
                return
        self.states[order_id] = targets[verb]
        if verb == "cancel":
            for name, quantity in self.bought[order_id].items():
                self.left[name] += quantity

    @invariant()
    def nothing_is_lost(self) -> None:
        with entering(self.goods.tenant_id), transaction(read_only=True) as session:
            assert {name: on_hand(session, self.goods, name) for name in NAMES} == self.left
            sums = select(func.sum(StockMovement.change)).where(StockMovement.stock_id == Stock.id).scalar_subquery()
            assert all(left == moved for left, moved in session.execute(select(Stock.on_hand, sums)))
            assert carts.count(session, self.guest, "eu") == sum(self.wanted.values())
            assert {row.id: row.state for row in session.execute(select(Order.id, Order.state))} == self.states

    @invariant()
    def every_order_adds_up(self) -> None:
        with entering(self.goods.tenant_id), transaction(read_only=True) as session:
            lines = select(func.sum(OrderLine.amount)).where(OrderLine.order_id == Order.id).scalar_subquery()
            for goods, freight, total, of_lines in session.execute(
                select(Order.goods_amount, Order.freight_amount, Order.total_amount, lines)
            ):
                assert (goods, total) == (of_lines, goods + freight)


def test_no_sequence_of_steps_loses_anything(make_shop: MakeShop, db: Engine) -> None:
    Shopping.make_shop = staticmethod(make_shop)
    run_state_machine_as_test(
        Shopping,
        settings=settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), database=None),
    )
