"""Half a year of orders: placed, confirmed, shipped, delivered, closed and called off, one after the other as it would have
been. Every order is placed under a key of its own, so an interrupted start goes on with what is there."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo import past
from app.demo.data.order_plan import DAYS, PlannedOrder, plan
from app.demo.houses import HOUSES
from app.demo.ordering import Counter
from app.demo.shelves import KEEPERS
from app.demo.stage import Stage, inside, person
from kernel import clock, tenancy
from kernel.db.session import transaction
from orders.models import Order, Stock

SELLERS = ("veloria", "radhaus", "harborcycles")
STEPS_AT_ONCE = 25
LADDER = ("placed", "confirmed", "shipped", "delivered", "closed")
HOURS_AFTER = {"confirmed": (2, 20), "shipped": (26, 44), "delivered": (72, 118), "closed": (14 * 24, 20 * 24), "cancelled": (1, 7)}
EASTWARD = timedelta(hours=4)


@dataclass(frozen=True, order=True)
class Step:
    """Something that happens to a planned order: `key` names the order, `state` is what it comes to."""

    at: datetime
    key: str
    state: str


def sell(stage: Stage, seller: str, link_base: str, days: int = DAYS) -> int:
    """A seller's orders of the last `days` and everything that has happened to them; returns how many orders there are."""
    since = stage.last_day - timedelta(days=days)
    numbered = enumerate(plan(stage.last_day))
    planned = {f"demo-{number}": order for number, order in numbered if order.seller == seller and order.day >= since}
    market = next(code for house in HOUSES if house.slug == seller for code in house.markets)
    with inside(seller), transaction(read_only=True) as session:
        reached = _reached(session)
        ids = dict(session.execute(select(Stock.sku, Stock.product_id).where(Stock.tenant_id == tenancy.current())).all())
        counter = Counter(seller, market, person(session, KEEPERS[seller]), ids, link_base)
    found = (step for key, order in planned.items() for step in steps_of(key, order))
    steps = iter(sorted(step for step in found if not _is_done(step, reached.get(step.key))))
    with inside(seller):
        while batch := list(islice(steps, STEPS_AT_ONCE)):
            with transaction() as session:
                for step in batch:
                    _take(session, counter, step, planned[step.key])
    return len(planned)


def _take(session: Session, counter: Counter, step: Step, order: PlannedOrder) -> None:
    """One step at its moment; flushed there, so that its rows carry that moment."""
    with past.at(step.at):
        if step.state == "placed":
            counter.place(session, step.key, order)
        else:
            number = session.scalars(select(Order.number).where(Order.tenant_id == tenancy.current(), Order.key == step.key)).one()
            counter.move(session, step.key, order, number, step.state)
        session.flush()


def steps_of(key: str, order: PlannedOrder) -> Iterator[Step]:
    """When the order was placed and what happened to it afterwards; nothing lies in the future."""
    luck, latest = random.Random(key), clock.now()
    first = datetime.combine(order.day, time(luck.randint(6, 18), luck.randint(0, 59), luck.randint(0, 59)), UTC)
    first += EASTWARD if order.seller == "harborcycles" else timedelta()
    moment = first = min(first, latest - timedelta(minutes=luck.randint(20, 240)))
    yield Step(moment, key, "placed")
    for place, state in enumerate(LADDER[1 : LADDER.index(order.state) + 1] if order.state in LADDER else ("cancelled",)):
        then = first + timedelta(hours=luck.uniform(*HOURS_AFTER[state]))
        moment = max(moment, min(then, latest - timedelta(minutes=10 - place)))
        yield Step(moment, key, state)


def _reached(session: Session) -> dict[str, str]:
    """How far the orders are that are there already, by key."""
    mine = (Order.tenant_id == tenancy.current(), Order.key.startswith("demo-"))
    return dict(session.execute(select(Order.key, Order.state).where(*mine)).all())


def _is_done(step: Step, reached: str | None) -> bool:
    if reached is None:
        return False
    if "cancelled" in (reached, step.state):
        return reached == "cancelled" or step.state == "placed"
    return LADDER.index(step.state) <= LADDER.index(reached)
