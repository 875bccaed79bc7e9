"""Stock by hand, by report and by rule: every movement has a reason, nothing goes below nothing."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from catalog.events import StockReported
from kernel import stamps
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.events import publish
from kernel.ids import new_id
from kernel.models import AuditEntry, OutboxRow
from kernel.tenancy import entering
from orders import stock
from orders.availability import Supply, supplies_for
from orders.models import QuantityRule, Stock, StockMovement
from orders.stock import StockLine
from orders.stock_reports import take_report
from tests.conftest import Shop
from tests.factories.orders import Goods, make_order, on_hand, put_stock
from tests.factories.tenants import staff


def keeper(goods: Goods) -> Actor:
    return staff(goods.tenant_id, "stock.edit")


def line(goods: Goods, name: str, amount: str) -> StockLine:
    return StockLine(goods.ids[name], goods.tenant_id, f"SKU-{name.upper()}", Decimal(amount))


def test_setting_writes_only_what_moved_and_says_why(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        assert stock.set_stock(session, keeper(goods), [line(goods, "bike", "4"), line(goods, "bell", "50")], "count of November") == 2
        assert stock.set_stock(session, keeper(goods), [line(goods, "bike", "4"), line(goods, "bell", "45")], "recount") == 1
        assert (on_hand(session, goods, "bike"), on_hand(session, goods, "bell")) == (4, 45)
        moved = stock.movements(session, keeper(goods), goods.ids["bell"])
        assert [(m.kind, m.change, m.on_hand_after, m.reason) for m in moved] == [
            ("set", -5, 45, "recount"),
            ("set", 50, 50, "count of November"),
        ]
        trail = session.execute(select(AuditEntry.action, AuditEntry.object_id, AuditEntry.after).order_by(AuditEntry.id)).all()
        assert trail == [
            ("stock.set", "many", {"products": 2, "reason": "count of November"}),
            ("stock.set", str(goods.ids["bell"]), {"products": 1, "reason": "recount"}),
        ]
        told = session.scalars(select(OutboxRow.payload).where(OutboxRow.name == "orders.StockChanged").order_by(OutboxRow.id)).all()
        assert [len(payload["product_ids"]) for payload in told] == [2, 1]


def test_adjusting_moves_the_counter_by_so_much(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=10)
        assert stock.adjust(session, keeper(goods), goods.ids["bell"], Decimal(-3), "broken") == 7
        with pytest.raises(Conflict) as refused:
            stock.adjust(session, keeper(goods), goods.ids["bell"], Decimal(-8), "broken")
        assert refused.value.message == "There are only 7; stock cannot go below nothing."
        with pytest.raises(Invalid):
            stock.adjust(session, keeper(goods), goods.ids["bell"], Decimal(1), "  ")
        for nothing in ("0", "NaN", "1e12"):
            with pytest.raises(Invalid):
                stock.adjust(session, keeper(goods), goods.ids["bell"], Decimal(nothing), "reason")
        with pytest.raises(NotThere):
            stock.adjust(session, keeper(goods), goods.ids["bike"], Decimal(1), "reason")
        assert on_hand(session, goods, "bell") == 7


@pytest.mark.parametrize("amount", ["-1", "NaN", "1e12"])
def test_a_figure_that_cannot_be_counted_is_refused(goods: Goods, amount: str) -> None:
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(Invalid) as refused:
            stock.set_stock(session, keeper(goods), [line(goods, "bike", "1"), line(goods, "bell", amount)], "count")
        assert refused.value.problems[0].where == "lines.1.on_hand"
        assert on_hand(session, goods, "bike") is None


def test_a_product_cannot_stand_twice(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session, pytest.raises(Invalid):
        stock.set_stock(session, keeper(goods), [line(goods, "bike", "1"), line(goods, "bike", "2")], "count")


def test_only_who_may_edit_stock_does(goods: Goods) -> None:
    nosy = staff(goods.tenant_id, "catalog.edit", "order.view")
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=10)
        for attempt in (
            lambda: stock.set_stock(session, nosy, [line(goods, "bell", "1")], "x"),
            lambda: stock.adjust(session, nosy, goods.ids["bell"], Decimal(1), "x"),
            lambda: stock.set_quantity_rule(session, nosy, goods.ids["bell"], Decimal(2), Decimal(2)),
            lambda: stock.movements(session, nosy, goods.ids["bell"]),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        assert [row.on_hand for row in stock.list_stock(session, nosy)] == [10]
        with pytest.raises(NotAllowed):
            stock.list_stock(session, staff(goods.tenant_id, "catalog.edit"))


def test_the_database_itself_refuses_less_than_nothing(goods: Goods) -> None:
    with entering(goods.tenant_id), pytest.raises(IntegrityError), transaction() as session:
        put_stock(session, goods, bell=1)
        session.execute(text("UPDATE orders.stock SET on_hand = -1"))


def test_movements_cannot_be_rewritten(goods: Goods) -> None:
    with entering(goods.tenant_id):
        with transaction() as session:
            put_stock(session, goods, bell=1)
        for statement in ("UPDATE orders.stock_movement SET change = 9", "DELETE FROM orders.stock_movement"):
            with pytest.raises(Exception, match="permission denied"), transaction() as session:
                session.execute(text(statement))


def test_a_report_of_an_import_sets_the_counters_and_may_be_told_twice(goods: Goods) -> None:
    job = Actor.job(goods.tenant_id, "import")
    lines = [
        {"product_id": str(goods.ids["bike"]), "sku": "SKU-BIKE", "quantity": "12"},
        {"product_id": str(goods.ids["bell"]), "sku": "SKU-BELL", "quantity": "0.5000"},
        {"product_id": str(goods.ids["helmet"]), "sku": "SKU-HELMET", "quantity": "many"},
    ]
    event = StockReported(run_id=new_id(), lines=lines)
    with entering(goods.tenant_id), transaction() as session:
        for _twice in range(2):
            take_report(session, job, event)
        assert (on_hand(session, goods, "bike"), on_hand(session, goods, "bell")) == (12, Decimal("0.5"))
        assert on_hand(session, goods, "helmet") is None
        assert session.scalar(select(func.count()).select_from(StockMovement)) == 2


def test_many_counters_are_set_in_one_go(goods: Goods) -> None:
    lines = [StockLine(new_id(), goods.tenant_id, f"S{number:05}", Decimal(number % 7)) for number in range(2500)]
    with entering(goods.tenant_id), transaction() as session:
        assert stock.set_stock(session, keeper(goods), lines, "count") == 2500
        assert stock.set_stock(session, keeper(goods), lines, "count") == 0
        assert session.scalar(select(func.sum(StockMovement.change))) == session.scalar(select(func.sum(Stock.on_hand)))


def test_counters_are_listed_by_sku(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bike=1, bell=2, helmet=3)
        assert [row.sku for row in stock.list_stock(session, keeper(goods), limit=2)] == ["SKU-BELL", "SKU-BIKE"]
        assert [row.sku for row in stock.list_stock(session, keeper(goods), after_sku="SKU-BIKE")] == ["SKU-HELMET"]
        assert [row.sku for row in stock.list_stock(session, keeper(goods), beginning="SKU-B")] == ["SKU-BELL", "SKU-BIKE"]


def test_two_brands_with_one_sku_are_both_listed_across_a_pages_end(goods: Goods, partner: Shop) -> None:
    one, other = sorted(new_id() for _ in range(2))
    lines = [StockLine(one, goods.tenant_id, "X-1", Decimal(1)), StockLine(other, partner.id, "X-1", Decimal(2))]
    with entering(goods.tenant_id), transaction() as session:
        stock.set_stock(session, keeper(goods), lines, "count")
        assert [row.product_id for row in stock.list_stock(session, keeper(goods), limit=1)] == [one]
        assert [row.product_id for row in stock.list_stock(session, keeper(goods), "X-1", one, limit=1)] == [other]
        assert stock.list_stock(session, keeper(goods), "X-1", other) == []


def test_reports_of_stock_are_dealt_with_one_after_the_other(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        for _run in range(2):
            publish(session, StockReported(new_id(), []), keeper(goods))
        session.flush()
        assert session.scalars(select(OutboxRow.lock)).all() == ["stock", "stock"]


def test_shop_pages_grow_old_only_when_the_kind_of_availability_turns(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=8)
        before = stamps.current(session)
        make_order(session, goods, bell=2)
        assert stamps.current(session) == before
        make_order(session, goods, bell=1)
        assert stamps.current(session) == before + 1
        stock.adjust(session, keeper(goods), goods.ids["bell"], Decimal(-1), "broken")
        assert stamps.current(session) == before + 1
        stock.adjust(session, keeper(goods), goods.ids["bell"], Decimal(100), "delivery")
        assert stamps.current(session) == before + 2


@pytest.mark.parametrize(
    ("left", "kind", "words"),
    [
        (None, "on_request", "On request"),
        ("0", "sold_out", "Sold out"),
        ("1", "few", "Only 1 left"),
        ("5", "few", "Only 5 left"),
        ("6", "in_stock", "In stock"),
    ],
)
def test_availability_in_words(left: str | None, kind: str, words: str) -> None:
    supply = Supply(Decimal(left) if left is not None else None)
    assert (supply.kind, supply.text) == (kind, words)


@pytest.mark.parametrize(
    ("supply", "most"),
    [
        (Supply(None), 9999),
        (Supply(Decimal(7)), 7),
        (Supply(Decimal(20), Decimal(6), Decimal(6)), 18),
        (Supply(Decimal(5), Decimal(6), Decimal(6)), 0),
        (Supply(Decimal(0)), 0),
    ],
)
def test_the_most_one_can_have(supply: Supply, most: int) -> None:
    assert supply.most == most
    assert most == 0 or (supply.has(Decimal(most)) and supply.fits(Decimal(most)))


@pytest.mark.parametrize(("least", "step"), [("1", "2"), ("3", "2"), ("0", "0"), ("-2", "-2"), ("NaN", "1"), ("10000", "1")])
def test_a_quantity_rule_that_cannot_hold_is_refused(goods: Goods, least: str, step: str) -> None:
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(Invalid):
            stock.set_quantity_rule(session, keeper(goods), goods.ids["bell"], Decimal(least), Decimal(step))
        assert session.scalar(select(func.count()).select_from(QuantityRule)) == 0


def test_another_tenants_stock_is_not_there(goods: Goods, american: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        put_stock(session, goods, bell=3)
        stock.set_quantity_rule(session, keeper(goods), goods.ids["bell"], Decimal(2), Decimal(2))
    with entering(american.tenant_id), transaction() as session:
        assert supplies_for(session, [goods.ids["bell"]]) == {goods.ids["bell"]: Supply()}
        with pytest.raises(NotThere):
            stock.adjust(session, keeper(american), goods.ids["bell"], Decimal(1), "mine now")
        assert stock.list_stock(session, keeper(american)) == []
        assert stock.movements(session, keeper(american), goods.ids["bell"]) == []
        for table in (Stock, StockMovement, QuantityRule):
            assert session.scalar(select(func.count()).select_from(table)) == 0
    with entering(goods.tenant_id), transaction() as session:
        assert on_hand(session, goods, "bell") == 3
