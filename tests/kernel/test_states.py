"""Life cycles are checked when they are made, and say no to every move their table does not have."""

import pytest

from kernel.errors import Conflict
from kernel.states import LifeCycle, Move, State

OPEN, PAID, DONE = State("open", "May be changed."), State("paid", "Money has come."), State("done", "Over.", final=True)
PAY, CLOSE = Move("pay", "open", "paid", "bill.pay", "BillPaid"), Move("close", "paid", "done", "bill.close")


def bill() -> LifeCycle:
    return LifeCycle("bill", "open", [OPEN, PAID, DONE], [PAY, CLOSE])


def test_a_step_gives_the_move_with_target_permission_and_event():
    move = bill().step("pay", "open")
    assert (move.target, move.permission, move.event) == ("paid", "bill.pay", "BillPaid")
    assert bill().allowed("open") == [PAY]
    assert bill().allowed("done") == []


@pytest.mark.parametrize(("verb", "state"), [("close", "open"), ("pay", "paid"), ("pay", "done"), ("burn", "open"), ("pay", "nowhere")])
def test_a_move_that_is_not_in_the_table_is_a_conflict(verb, state):
    with pytest.raises(Conflict) as refusal:
        bill().step(verb, state)
    assert refusal.value.data == {"noun": "bill", "state": state, "verb": verb}


@pytest.mark.parametrize(
    ("states", "moves", "reason"),
    [
        ([OPEN, OPEN], [], "stands twice"),
        ([OPEN, PAID], [PAY, PAY], "stands twice"),
        ([OPEN], [PAY], "unknown state paid"),
        ([OPEN, PAID, DONE], [PAY], "no move ever reaches"),
        ([OPEN, PAID, DONE], [PAY, CLOSE, Move("reopen", "done", "open", "")], "is final"),
    ],
)
def test_a_table_that_does_not_hold_together_is_refused(states, moves, reason):
    with pytest.raises(ValueError, match=reason):
        LifeCycle("bill", "open", states, moves)
