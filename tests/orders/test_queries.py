"""The cost of a cart and an order in statements: constant, whatever is in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.ids import new_token
from kernel.money import Money
from kernel.tenancy import entering
from orders import cart as carts
from orders import desk, status
from orders.checkout import place_order
from tests.conftest import Shop
from tests.factories.orders import Goods, details, make_cart, make_order, open_shop, place, put_stock, total_of, visitor
from tests.factories.tenants import staff

MANY = {f"thing_{number}": "9.90" for number in range(30)}


@pytest.fixture
def big(db: Engine, brand: Shop) -> Goods:
    with entering(brand.id), transaction() as session:
        goods = open_shop(session, brand.id, **MANY)
        put_stock(session, goods, **dict.fromkeys(MANY, 100))
        return goods


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement: str, *_rest: object) -> None:
        if "set_config" not in statement:
            statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def cost(engine: Engine, goods: Goods, work: Callable[[Session], object]) -> int:
    with entering(goods.tenant_id), transaction() as session, counting(engine) as statements:
        work(session)
        session.flush()
    return len(statements)


def filled(goods: Goods, things: int) -> Actor:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        make_cart(session, guest, goods, **dict.fromkeys(list(MANY)[:things], 1))
    return guest


def showing(actor: Actor, goods: Goods) -> Callable[[Session], object]:
    return lambda session: carts.show(session, actor, goods.view)


def adding(actor: Actor, goods: Goods) -> Callable[[Session], object]:
    return lambda session: carts.add(session, actor, goods.view, goods.ids["thing_0"])


def placing(actor: Actor, cart_id: UUID, total: Money) -> Callable[[Session], object]:
    return lambda session: place_order(session, actor, cart_id, new_token(), details(), total)


def test_showing_a_cart_costs_the_same_for_one_line_and_for_thirty(db: Engine, big: Goods) -> None:
    one, thirty = filled(big, 1), filled(big, 30)
    costs = [cost(db, big, showing(who, big)) for who in (one, thirty)]
    assert costs == [4, 4]


def test_adding_costs_the_same_in_an_empty_and_in_a_full_cart(db: Engine, big: Goods) -> None:
    some, thirty = filled(big, 1), filled(big, 30)
    costs = [cost(db, big, adding(who, big)) for who in (some, thirty)]
    assert costs == [4, 4]
    assert cost(db, big, adding(visitor(big.tenant_id), big)) == 4  # whose first click makes the cart


def test_placing_an_order_costs_the_same_for_one_line_and_for_thirty(db: Engine, big: Goods) -> None:
    costs = []
    for things in (1, 30):
        guest = filled(big, things)
        with entering(big.tenant_id), transaction() as session:
            cart = carts.current_cart(session, guest, "eu")
            assert cart is not None
            cart_id, total = cart.id, total_of(session, guest, cart)
        costs.append(cost(db, big, placing(guest, cart_id, total)))
    assert costs[0] == costs[1]
    assert costs[0] <= 20


def test_a_list_of_orders_is_one_statement(db: Engine, big: Goods) -> None:
    clerk = staff(big.tenant_id, "order.view")
    with entering(big.tenant_id), transaction() as session:
        for _ in range(12):
            make_order(session, big, thing_1=1)
    assert cost(db, big, lambda session: desk.list_orders(session, clerk)) == 1
    assert cost(db, big, lambda session: desk.count_open(session, clerk)) == 1


def test_an_order_with_lines_and_timeline_is_three_statements(db: Engine, big: Goods) -> None:
    clerk = staff(big.tenant_id, "order.view")
    with entering(big.tenant_id), transaction() as session:
        buyer = visitor(big.tenant_id)
        number = place(session, buyer, make_cart(session, buyer, big, **dict.fromkeys(list(MANY)[:20], 1))).order.number

    def page(session: Session) -> None:
        order = status.order_for(session, clerk, number)
        status.lines_of(session, order)
        status.timeline(session, order)

    assert cost(db, big, page) == 3
