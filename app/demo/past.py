"""Living through the past: what the demo world's people did in the last six months is dated when they did it.

The use cases run as they always do. Inside `at(moment)` Python's clock stands still there, and rows that take their time
from the database's clock are given the moment before they are written. What was done then has been told then: events
count as handed on and mails as sent, so that the worker does not begin its life with the letters of half a year.
Movements of stock are the one thing that keeps the day on which the world was made: they are written by the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from catalog.models import Publication
from kernel import clock
from kernel.db.base import Dated
from kernel.models import AuditEntry, MailMessage, OutboxRow
from orders.models import OrderEvent


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside the `with` happened at this moment."""
    with clock.standing_at(moment):
        yield


@event.listens_for(Session, "before_flush")
def _date_rows(session: Session, _context: object, _instances: object) -> None:
    moment = clock.standing()
    if moment is None:
        return
    for row in session.new:
        _date(row, moment)


def _date(row: Any, moment: datetime) -> None:
    if isinstance(row, Dated):
        row.created_at = row.updated_at = moment
    if isinstance(row, AuditEntry | OrderEvent):
        row.at = moment
    elif isinstance(row, Publication):
        row.published_at = moment
    elif isinstance(row, OutboxRow):
        row.created_at = row.deferred_at = row.settled_at = moment
    elif isinstance(row, MailMessage):
        row.state, row.text, row.html = "sent", "", ""
        row.queued_at = row.next_try_at = row.sent_at = moment
