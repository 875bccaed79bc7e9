"""Instants carry their zone; working days skip weekends."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from kernel.clock import now, standing, standing_at, today, working_days_after


def test_now_is_utc_and_can_be_moved_by_tests():
    with time_machine.travel(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), tick=False):
        assert now() == datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        assert today() == date(2026, 11, 23)


def test_time_can_stand_still_for_a_while():
    moment = datetime(2026, 5, 25, 14, 0, tzinfo=UTC)
    with standing_at(moment):
        assert (now(), today(), standing()) == (moment, date(2026, 5, 25), moment)
    assert standing() is None
    assert now() > moment


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 23), 4, date(2026, 11, 27)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 11, 27), 10, date(2026, 12, 11)),
    ],
)
def test_working_days_skip_saturdays_and_sundays(start, days, end):
    assert working_days_after(start, days) == end


def test_working_days_do_not_run_backwards():
    with pytest.raises(ValueError, match="negative"):
        working_days_after(date(2026, 11, 23), -1)
