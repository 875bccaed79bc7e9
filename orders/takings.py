"""What was taken week by week, and what sells best, for the desk's first page: one statement each over the orders' dates.

Weeks are those of ISO 8601 (Monday first) in the shop's time zone. Amounts are what is to be paid, freight and tax
included, per currency and never added across currencies. Cancelled orders count nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from kernel import clock
from kernel.actors import Actor
from kernel.money import Money
from orders.models import Order, OrderLine

WEEKS = 12
COMPARED = 4
BEST_DAYS = 28
BEST = 5


@dataclass(frozen=True)
class Week:
    """One week from Monday `begins` on: how many orders, and what they come to."""

    begins: date
    orders: int
    amount: Money


@dataclass(frozen=True)
class Takings:
    """The weeks of one currency, oldest first; the last one is still running. `before` are as many weeks before them."""

    currency: str
    weeks: tuple[Week, ...]
    before: tuple[Week, ...]

    @property
    def change_percent(self) -> int | None:
        """The last four whole weeks against the four before them, in whole percent (half up); None where those had nothing."""
        whole = self.weeks[:-1]
        late = sum((week.amount.amount for week in whole[-COMPARED:]), Decimal(0))
        early = sum((week.amount.amount for week in whole[-2 * COMPARED : -COMPARED]), Decimal(0))
        return int(((late - early) * 100 / early).to_integral_value("ROUND_HALF_UP")) if early else None


@dataclass(frozen=True)
class BestSeller:
    """What sold how often; `picture` is the one that its last order kept."""

    product_id: UUID
    sku: str
    name: str
    pieces: Decimal
    picture: Mapping[str, Any] | None


def takings_by_week(session: Session, actor: Actor, zone: str, weeks: int = WEEKS) -> tuple[Takings, ...]:
    """The last `weeks` weeks (at least nine) in every currency that was sold in, the busiest first; empty where nothing
    was sold in that time (permission order.view)."""
    actor.must("order.view")
    monday = _monday(clock.now().astimezone(ZoneInfo(zone)).date())
    first = monday - timedelta(weeks=2 * weeks - 1)
    begins = datetime.combine(first, time(), ZoneInfo(zone))
    week = func.date_trunc("week", func.timezone(zone, Order.placed_at))
    rows = session.execute(
        select(Order.currency, week, func.count(), func.sum(Order.total_amount))
        .where(Order.tenant_id == actor.tenant_id, Order.placed_at >= begins, Order.state != "cancelled")
        .group_by(Order.currency, week)
    ).all()
    found = {(currency, at.date()): (count, amount) for currency, at, count, amount in rows}
    late = [monday - timedelta(weeks=back) for back in reversed(range(weeks))]
    early = [day - timedelta(weeks=weeks) for day in late]
    busiest = sorted({(-_orders(found, currency, late), currency) for currency, _day in found})

    def weeks_of(currency: str, days: list[date]) -> tuple[Week, ...]:
        given = [(day, *found.get((currency, day), (0, Decimal(0)))) for day in days]
        return tuple(Week(day, count, Money(amount, currency)) for day, count, amount in given)

    return tuple(Takings(currency, weeks_of(currency, late), weeks_of(currency, early)) for few, currency in busiest if few)


def best_sellers(session: Session, actor: Actor, days: int = BEST_DAYS, most: int = BEST) -> list[BestSeller]:
    """What was ordered most often in the last `days` days, cancelled orders left out: product or variant, its pieces,
    name and picture of the last order (permission order.view)."""
    actor.must("order.view")
    pieces = func.sum(OrderLine.quantity)
    last = func.array_agg(aggregate_order_by(OrderLine.id, Order.placed_at.desc(), Order.id.desc()))[1]
    best = (
        select(OrderLine.product_id, pieces.label("pieces"), last.label("line_id"))
        .join(Order, and_(Order.tenant_id == OrderLine.tenant_id, Order.id == OrderLine.order_id))
        .where(Order.tenant_id == actor.tenant_id, Order.placed_at >= clock.now() - timedelta(days=days), Order.state != "cancelled")
        .group_by(OrderLine.product_id)
        .order_by(pieces.desc(), OrderLine.product_id)
        .limit(most)
        .subquery()
    )
    rows = session.execute(
        select(best.c.product_id, OrderLine.sku, OrderLine.name, best.c.pieces, OrderLine.snapshot["picture"])
        .join(best, and_(OrderLine.tenant_id == actor.tenant_id, OrderLine.id == best.c.line_id))
        .order_by(best.c.pieces.desc(), best.c.product_id)
    )
    return [BestSeller(*row) for row in rows]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _orders(found: dict[tuple[str, date], tuple[int, Decimal]], currency: str, days: list[date]) -> int:
    return sum(found.get((currency, day), (0, Decimal(0)))[0] for day in days)
