"""Many at once, with real threads: nothing is sold twice, nothing is ordered twice, nobody waits in a ring."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.db.session import retrying, transaction
from kernel.errors import Conflict, GalleriaError
from kernel.ids import new_token
from kernel.models import MailMessage, OutboxRow
from kernel.money import Money
from kernel.numbers import next_number
from kernel.tenancy import entering
from orders import cart as carts
from orders import checkout, status, stock
from orders.checkout import AlreadyOrdered, OrderChanged, PlacedOrder, place_order
from orders.models import Cart, Order, Stock, StockMovement
from tests.factories.orders import Goods, details, make_cart, on_hand, place, put_stock, total_of, visitor
from tests.factories.tenants import staff

T = TypeVar("T")
THREADS = 16


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def at_once(goods: Goods, tasks: list[Callable[[Session], T]]) -> list[T | GalleriaError]:
    """Runs the tasks in THREADS threads, each in a transaction of its own, repeated where PostgreSQL says so."""
    gate = threading.Barrier(min(THREADS, len(tasks)))

    def run(task: Callable[[Session], T], wait: bool) -> T | GalleriaError:
        def work() -> T:
            with transaction() as session:
                return task(session)

        with entering(goods.tenant_id):
            if wait:
                gate.wait()
            try:
                return retrying(work)
            except GalleriaError as error:
                return error

    with ThreadPoolExecutor(THREADS) as pool:
        started = [pool.submit(run, task, number < gate.parties) for number, task in enumerate(tasks)]
        return [future.result() for future in started]


def placing(actor: Actor, cart_id: UUID, key: str, total: Money) -> Callable[[Session], PlacedOrder]:
    return lambda session: place_order(session, actor, cart_id, key, details(), total)


def adding(actor: Actor, goods: Goods, name: str) -> Callable[[Session], carts.Added]:
    return lambda session: carts.add(session, actor, goods.view, goods.ids[name])


def filled(goods: Goods, **quantities: int) -> tuple[Actor, UUID, Money]:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        cart = make_cart(session, guest, goods, **quantities)
        return guest, cart.id, total_of(session, guest, cart)


def movements_add_up(session: Session, goods: Goods) -> None:
    for stock_id, left in session.execute(select(Stock.id, Stock.on_hand).where(Stock.tenant_id == goods.tenant_id)):
        assert session.scalar(select(func.sum(StockMovement.change)).where(StockMovement.stock_id == stock_id)) == left


def test_a_hundred_are_sold_a_hundred_times_and_never_once_more(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=100)
    carts_of = [filled(goods, bell=1) for _ in range(130)]
    answers = at_once(goods, [placing(guest, cart_id, new_token(), total) for guest, cart_id, total in carts_of])
    placed = [answer for answer in answers if isinstance(answer, PlacedOrder)]
    refused = [answer for answer in answers if isinstance(answer, OrderChanged)]
    assert (len(placed), len(refused)) == (100, 30)
    with entering(goods.tenant_id), transaction() as session:
        assert on_hand(session, goods, "bell") == 0
        assert session.scalar(select(func.count()).select_from(Order)) == 100
        assert sorted(int(number) for number in session.scalars(select(Order.number))) == list(range(100001, 100101))
        movements_add_up(session, goods)


def test_the_last_of_many_units_goes_to_whoever_still_fits(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=10)
    carts_of = [filled(goods, bell=3) for _ in range(8)]
    answers = at_once(goods, [placing(guest, cart_id, new_token(), total) for guest, cart_id, total in carts_of])
    assert sum(isinstance(answer, PlacedOrder) for answer in answers) == 3
    with entering(goods.tenant_id), transaction() as session:
        assert on_hand(session, goods, "bell") == 1
        movements_add_up(session, goods)


def test_orders_of_the_same_things_in_other_sequence_do_not_block_each_other(goods: Goods) -> None:
    """Carts filled forwards and backwards: taken in the order of ids, no deadlock is ever reported."""
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bike=1000, helmet=1000, bell=1000)
        before = deadlocks(session)
    forwards, backwards = {"bell": 1, "helmet": 1, "bike": 1}, {"bike": 1, "helmet": 1, "bell": 1}
    carts_of = [filled(goods, **(forwards if number % 2 else backwards)) for number in range(40)]
    answers = at_once(goods, [placing(guest, cart_id, new_token(), total) for guest, cart_id, total in carts_of])
    assert all(isinstance(answer, PlacedOrder) for answer in answers)
    with entering(goods.tenant_id), transaction() as session:
        assert [on_hand(session, goods, name) for name in ("bike", "helmet", "bell")] == [960, 960, 960]
        assert deadlocks(session) == before


def deadlocks(session: Session) -> int:
    session.execute(text("SELECT pg_stat_clear_snapshot()"))
    return int(session.scalar(text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")) or 0)


def test_one_key_twenty_times_at_once_is_one_order(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bike=50)
    guest, cart_id, total = filled(goods, bike=1)
    key = new_token()
    answers = at_once(goods, [placing(guest, cart_id, key, total)] * 20)
    orders = [answer for answer in answers if isinstance(answer, PlacedOrder)]
    assert len(orders) == 20
    assert len({answer.order.id for answer in orders}) == 1
    assert len({answer.token for answer in orders}) == 1
    assert sum(answer.is_new for answer in orders) == 1
    with entering(goods.tenant_id), transaction() as session:
        assert on_hand(session, goods, "bike") == 49
        for table in (Order, MailMessage):
            assert session.scalar(select(func.count()).select_from(table)) == 1
        told = select(func.count()).where(OutboxRow.name == "orders.OrderPlaced")
        assert session.scalar(told) == 1


def test_two_tabs_with_keys_of_their_own_make_one_order(goods: Goods) -> None:
    guest, cart_id, total = filled(goods, bike=1)
    answers = at_once(goods, [placing(guest, cart_id, new_token(), total) for _ in range(12)])
    assert sum(isinstance(answer, PlacedOrder) for answer in answers) == 1
    others = [answer for answer in answers if isinstance(answer, AlreadyOrdered)]
    assert len(others) == 11
    assert {str(answer.data["number"]) for answer in others} == {"100001"}


def test_first_clicks_at_once_fill_one_cart(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    answers = at_once(goods, [lambda session: carts.add(session, guest, goods.view, goods.ids["bell"])] * 16)
    assert {answer.cart_id for answer in answers if isinstance(answer, carts.Added)} != set()
    with entering(goods.tenant_id), transaction() as session:
        assert session.scalar(select(func.count()).select_from(Cart)) == 1
        assert carts.count(session, guest, "eu") == 16


def test_a_cart_that_is_changed_while_it_is_ordered_is_charged_as_accepted_or_not_at_all(goods: Goods) -> None:
    for _round in range(6):
        guest, cart_id, total = filled(goods, bike=1)
        answers = at_once(goods, [placing(guest, cart_id, new_token(), total), adding(guest, goods, "helmet")])
        with entering(goods.tenant_id), transaction() as session:
            charged = session.scalar(select(Order.total_amount).where(Order.cart_id == cart_id))
            in_cart = carts.count(session, guest, "eu")
        if isinstance(answers[0], PlacedOrder):
            assert (charged, in_cart) == (1299, 1)
        else:
            assert isinstance(answers[0], OrderChanged)
            assert (charged, in_cart) == (None, 2)


def test_cancelling_twice_at_once_puts_stock_back_once(goods: Goods) -> None:
    guest = visitor(goods.tenant_id)
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=10)
        order_id = place(session, guest, make_cart(session, guest, goods, bell=4)).order.id
        assert on_hand(session, goods, "bell") == 6
    clerk = staff(goods.tenant_id, "order.view", "order.manage")
    attempts = [lambda session: status.cancel(session, clerk, order_id, "out of stock")] * 8
    attempts += [lambda session: status.cancel(session, guest, order_id, "changed my mind")] * 8
    answers = at_once(goods, attempts)
    assert sum(isinstance(answer, Order) for answer in answers) == 1
    assert sum(isinstance(answer, Conflict) for answer in answers) == 15
    with entering(goods.tenant_id), transaction() as session:
        assert on_hand(session, goods, "bell") == 10
        movements_add_up(session, goods)


def test_counting_while_selling_loses_no_unit(goods: Goods) -> None:
    clerk = staff(goods.tenant_id, "stock.edit")
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=100)
    carts_of = [filled(goods, bell=1) for _ in range(16)]
    tasks: list[Callable[[Session], object]] = [placing(guest, cart_id, new_token(), total) for guest, cart_id, total in carts_of]
    tasks += [lambda session: stock.adjust(session, clerk, goods.ids["bell"], Decimal(5), "delivery")] * 8
    at_once(goods, tasks)
    with entering(goods.tenant_id), transaction() as session:
        assert on_hand(session, goods, "bell") == 100 - 16 + 40
        movements_add_up(session, goods)


@pytest.mark.parametrize("sqlstate", ["40P01", "40001", "55P03"])
def test_a_deadlock_or_timeout_in_the_middle_is_retried_whole_and_nobody_notices(
    goods: Goods, monkeypatch: pytest.MonkeyPatch, sqlstate: str
) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bike=5)
    guest, cart_id, total = filled(goods, bike=1)
    tried = []
    real = next_number

    def failing(session: Session, series: str, first: int = 1) -> int:
        tried.append(series)
        if len(tried) <= 2:
            session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '{sqlstate}'; END $$"))
        return real(session, series, first)

    monkeypatch.setattr(checkout, "next_number", failing)
    answers = at_once(goods, [placing(guest, cart_id, new_token(), total)])
    assert isinstance(answers[0], PlacedOrder)
    assert len(tried) == 3
    with entering(goods.tenant_id), transaction() as session:
        assert on_hand(session, goods, "bike") == 4
        assert session.scalar(select(func.count()).select_from(Order)) == 1
        assert session.scalar(select(func.count()).select_from(MailMessage)) == 1


def test_an_error_that_goes_on_leaves_nothing_behind(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bike=5)
    guest, cart_id, total = filled(goods, bike=1)

    def failing(session: Session, series: str, first: int = 1) -> int:
        session.execute(text("DO $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '40P01'; END $$"))
        raise AssertionError("never reached")

    monkeypatch.setattr(checkout, "next_number", failing)
    with pytest.raises(DBAPIError):
        at_once(goods, [placing(guest, cart_id, new_token(), total)])
    with entering(goods.tenant_id), transaction() as session:
        assert on_hand(session, goods, "bike") == 5
        assert session.scalar(select(func.count()).select_from(Order)) == 0
        assert carts.count(session, guest, "eu") == 1
