"""Takings by week: the shop's own weeks, one currency at a time, cancelled orders left out."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import select

from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import NotAllowed
from kernel.money import Money
from kernel.tenancy import entering
from orders import status
from orders.models import OrderLine
from orders.takings import Takings, Week, best_sellers, takings_by_week
from tests.factories.orders import BOSTON, Goods, details, make_order
from tests.factories.tenants import staff

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)  # a Wednesday


def clerk(goods: Goods) -> Actor:
    return staff(goods.tenant_id, "order.view", "order.manage")


def sold(goods: Goods, at: datetime, **what: int) -> str:
    with entering(goods.tenant_id), transaction() as session, time_machine.travel(at, tick=False):
        return make_order(session, goods, None, None, **what).number


def seen(goods: Goods, zone: str = "Europe/Berlin") -> tuple[Takings, ...]:
    with entering(goods.tenant_id), transaction(read_only=True) as session, time_machine.travel(NOW, tick=False):
        return takings_by_week(session, clerk(goods), zone)


def test_nothing_sold_is_no_plot(goods: Goods) -> None:
    assert seen(goods) == ()


def test_weeks_begin_on_monday_in_the_shops_own_time(goods: Goods) -> None:
    sold(goods, datetime(2026, 11, 22, 23, 30, tzinfo=UTC), bell=1)  # Monday half past midnight in Berlin, Sunday in New York
    (berlin,), (york,) = seen(goods), seen(goods, "America/New_York")
    assert len(berlin.weeks) == len(berlin.before) == 12
    assert [(w.begins, w.orders) for w in berlin.weeks if w.orders] == [(date(2026, 11, 23), 1)]
    assert [(w.begins, w.orders) for w in york.weeks if w.orders] == [(date(2026, 11, 16), 1)]


def test_amounts_of_a_week_are_what_is_to_be_paid(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session, time_machine.travel(NOW, tick=False):
        orders = [make_order(session, goods, bell=1), make_order(session, goods, bike=1)]
        expected = sum((order.total_amount for order in orders), Decimal(0))
    (found,) = seen(goods)
    assert found.weeks[-1] == Week(date(2026, 11, 23), 2, Money(expected, "EUR"))
    assert all(week.amount == Money(Decimal(0), "EUR") for week in (*found.weeks[:-1], *found.before))


def test_a_cancelled_order_counts_nothing(goods: Goods) -> None:
    sold(goods, NOW, bell=1)
    number = sold(goods, NOW, bike=1)
    (before,) = seen(goods)
    with entering(goods.tenant_id), transaction() as session:
        status.cancel(session, clerk(goods), number, "changed their mind")
    (after,) = seen(goods)
    assert (before.weeks[-1].orders, after.weeks[-1].orders) == (2, 1)
    assert after.weeks[-1].amount < before.weeks[-1].amount


def test_the_weeks_before_stand_beside_them(goods: Goods) -> None:
    sold(goods, NOW - timedelta(weeks=13), bell=1)
    sold(goods, NOW, bell=1)
    (found,) = seen(goods)
    assert [w.begins for w in found.before if w.orders] == [date(2026, 8, 24)]
    assert found.before[-1].begins + timedelta(weeks=1) == found.weeks[0].begins


def test_change_compares_four_whole_weeks_with_the_four_before() -> None:
    def takings(*amounts: int) -> Takings:
        weeks = tuple(Week(date(2026, 9, 7) + timedelta(weeks=n), 1, Money(Decimal(a), "EUR")) for n, a in enumerate(amounts))
        return Takings("EUR", weeks, ())

    assert takings(9, 9, 9, 10, 10, 10, 10, 11, 11, 11, 12, 500).change_percent == 13  # 45 after 40 are 12.5 more
    assert takings(9, 9, 9, 10, 10, 10, 10, 0, 0, 0, 0, 500).change_percent == -100
    assert takings(9, 9, 9, 0, 0, 0, 0, 1, 1, 1, 1, 500).change_percent is None


def test_takings_are_the_tenants_own_and_for_those_who_may_see_orders(goods: Goods, american: Goods) -> None:
    with entering(american.tenant_id), transaction() as session, time_machine.travel(NOW, tick=False):
        make_order(session, american, None, details(BOSTON), bell=1)
    assert [found.currency for found in seen(american)] == ["USD"]
    assert seen(goods) == ()
    with entering(goods.tenant_id), transaction(read_only=True) as session, pytest.raises(NotAllowed):
        takings_by_week(session, staff(goods.tenant_id, "catalog.view"), "Europe/Berlin")


def test_what_sells_best_comes_first_with_its_last_name(goods: Goods, american: Goods) -> None:
    sold(goods, NOW - timedelta(days=40), bike=3)
    sold(goods, NOW - timedelta(days=2), bell=2, bike=1)
    sold(goods, NOW, bell=1, helmet=2)
    number = sold(goods, NOW, bike=3)
    with entering(goods.tenant_id), transaction() as session, time_machine.travel(NOW, tick=False):
        status.cancel(session, clerk(goods), number, "changed their mind")
        found = best_sellers(session, clerk(goods))
        assert [(best.product_id, best.pieces) for best in found] == [
            (goods.ids["bell"], Decimal(3)), (goods.ids["helmet"], Decimal(2)), (goods.ids["bike"], Decimal(1)),
        ]  # fmt: skip
        line = session.scalars(select(OrderLine).where(OrderLine.product_id == goods.ids["bell"])).first()
        assert line is not None
        assert (found[0].sku, found[0].name, found[0].picture) == (line.sku, line.name, line.snapshot.get("picture"))
        assert [best.pieces for best in best_sellers(session, clerk(goods), most=1)] == [Decimal(3)]
    with entering(american.tenant_id), transaction(read_only=True) as session:
        assert best_sellers(session, staff(american.tenant_id, "order.view")) == []
