"""The cost of a cart and an order in statements: constant, whatever is in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.ids import new_token
from kernel.tenancy import entering
from orders import cart as carts
from orders import desk, status
from orders.checkout import place_order
from tests.conftest import Shop
from tests.factories.orders import Goods, details, make_cart, make_order, open_shop, put_stock, total_of, visitor
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


def test_showing_a_cart_costs_the_same_for_one_line_and_for_thirty(db: Engine, big: Goods) -> None:
    one, thirty = filled(big, 1), filled(big, 30)
    costs = [cost(db, big, lambda session, who=who: carts.show(session, who, big.view)) for who in (one, thirty)]
    assert costs == [6, 6]


def test_adding_costs_the_same_in_an_empty_and_in_a_full_cart(db: Engine, big: Goods) -> None:
    some, thirty = filled(big, 1), filled(big, 30)
    product = big.ids["thing_0"]
    costs = [cost(db, big, lambda session, who=who: carts.add(session, who, big.view, product)) for who in (some, thirty)]
    assert costs == [5, 5]
    assert cost(db, big, lambda session: carts.add(session, visitor(big.tenant_id), big.view, product)) == 7


def test_placing_an_order_costs_the_same_for_one_line_and_for_thirty(db: Engine, big: Goods) -> None:
    costs = []
    for things in (1, 30):
        guest = filled(big, things)
        with entering(big.tenant_id), transaction() as session:
            cart = carts.current_cart(session, guest, "eu")
            assert cart is not None
            cart_id, total = cart.id, total_of(session, guest, cart)
        costs.append(cost(db, big, lambda session, who=guest, i=cart_id, t=total: place_order(session, who, i, new_token(), details(), t)))
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
        number = make_order(session, big, **dict.fromkeys(list(MANY)[:20], 1)).number

    def page(session: Session) -> None:
        order = status.order_for(session, clerk, number)
        status.lines_of(session, order)
        status.timeline(session, order)

    assert cost(db, big, page) == 3
