"""What time is it? Instants are UTC everywhere; zones are for people and come in at the edge.

Tests move time with time-machine. Deadlines that money hangs on (holds, auctions, tokens) compare
with the database's clock instead (`func.now()`), so that two processes never disagree.
"""

from datetime import UTC, date, datetime, timedelta


def now() -> datetime:
    """The present instant, with zone UTC."""
    return datetime.now(UTC)


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
