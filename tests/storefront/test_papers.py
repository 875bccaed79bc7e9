"""Papers of an order: what happened, what comes next, and what is to be paid."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from kernel.clock import now
from orders.models import Order
from storefront.papers import steps, totals_of

TAX = {"label": "VAT", "rates": [{"percent": "19", "net": "10", "tax": "1.90", "gross": "11.90"}]}


def order(state: str) -> Order:
    return Order(
        state=state, currency="EUR", prices_include_tax=True, goods_amount=Decimal("11.90"), freight_amount=Decimal(0),
        total_amount=Decimal("11.90"), snapshot={"tax": TAX},
    )  # fmt: skip


def happened(*states: str) -> list[SimpleNamespace]:
    return [SimpleNamespace(to_state=state, at=now(), note="") for state in states]


@pytest.mark.parametrize(
    ("states", "marks"),
    [
        (["placed"], ["now", "next", "next", "next"]),
        (["placed", "confirmed", "shipped"], ["done", "done", "now", "next"]),
        (["placed", "cancelled"], ["done", "stopped"]),
    ],
)
def test_the_timeline_says_where_it_is_and_what_comes_next(states: list[str], marks: list[str]) -> None:
    assert [step["mark"] for step in steps(order(states[-1]), happened(*states))] == marks


@pytest.mark.parametrize(("state", "label"), [("placed", "To pay"), ("delivered", "To pay"), ("closed", "Total"), ("cancelled", "Total")])
def test_nothing_is_to_be_paid_for_an_order_that_has_ended(state: str, label: str) -> None:
    rows = totals_of(order(state))
    assert [row["label"] for row in rows] == ["Goods", "Delivery", label, "includes VAT 19 %"]
    assert [row["label"] for row in rows if row.get("total")] == [label]
