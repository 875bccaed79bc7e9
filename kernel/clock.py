"""What time is it? Instants are UTC everywhere; zones are for people and come in at the edge.

Tests move time with time-machine. Deadlines that money hangs on (holds, auctions, tokens) compare
with the database's clock instead (`func.now()`), so that two processes never disagree.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta

_standing: ContextVar[datetime | None] = ContextVar("standing", default=None)


def now() -> datetime:
    """The present instant, with zone UTC."""
    return _standing.get() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Inside the `with` it is this moment, for this thread: a demo world lives through its past with it. The database's
    clock goes on."""
    token = _standing.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _standing.reset(token)


def standing() -> datetime | None:
    """The moment that time has been put to, None where it runs."""
    return _standing.get()


def today() -> date:
    """The present date in UTC."""
    return now().date()


def working_days_after(start: date, days: int) -> date:
    """The date `days` working days (Monday to Friday, no holidays) after `start`; days >= 0."""
    if days < 0:
        raise ValueError("days must not be negative")
    day = start
    while days:
        day += timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
    return day
