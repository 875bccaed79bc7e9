"""One message of the outbox: tenant and actor restored, handlers or the task run, the row settled.

Every handler has a transaction of its own (with its mark, see kernel/events.py), so that one that fails takes nothing
from the others; a second run skips those that are done. The last handler's transaction also settles the row.
"""

import logging
import time
from collections.abc import Callable
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from kernel import events, logs, metrics, tenancy
from kernel.actors import Actor, acting
from kernel.db.session import retrying, transaction
from kernel.errors import GalleriaError
from kernel.jobs import tasks
from kernel.models import OutboxRow

log = logging.getLogger(__name__)

LONGEST_REASON = 500
ROW = select(OutboxRow).where(OutboxRow.tenant_id == bindparam("tenant"), OutboxRow.id == bindparam("row"))


def work(tenant_id: UUID, row_id: UUID) -> None:
    """Does what the row asks for. Raises the first handler's error after all of them have had their turn."""
    with tenancy.entering(tenant_id):
        row = _row(row_id)
        if row is None or row.settled_at is not None:
            return
        with logs.binding(request_id=row.request_id or str(row.id), job=row.name), acting(Actor.on_behalf(tenant_id, row.actor)):
            began = time.perf_counter()
            try:
                _act(row)
            except Exception as error:
                metrics.observe_job(row.name, "failed", time.perf_counter() - began)
                log.warning("job failed and will be tried again", extra={"reason": repr(error)})
                _note(row_id, error)
                raise
            metrics.observe_job(row.name, "done", time.perf_counter() - began)


def _note(row_id: UUID, error: Exception) -> None:
    """Keeps the reason where `galleria jobs failed` finds it. It must not hide the error itself, whatever happens."""
    reason = str(logs.redacted(logs.one_line(f"{type(error).__name__}: {error}")))[:LONGEST_REASON]
    try:
        with transaction() as session:
            mine = (OutboxRow.tenant_id == tenancy.current()) & (OutboxRow.id == row_id)
            session.execute(update(OutboxRow).where(mine).values(last_error=reason))
    except (SQLAlchemyError, GalleriaError) as second:
        log.info("the reason could not be noted", extra={"reason": repr(second)})


def _row(row_id: UUID) -> OutboxRow | None:
    with transaction(read_only=True) as session:
        return session.scalar(ROW, {"tenant": tenancy.current(), "row": row_id})


def _act(row: OutboxRow) -> None:
    if tasks.is_task(row):
        try:
            tasks.run(row)
        except Exception:
            log.exception("task failed")
            raise
        retrying(lambda: _settle(row))
        return
    handlers = events.handlers_of(row.name)
    first_error: Exception | None = None
    for place, handler in enumerate(handlers, start=1):
        settles = place == len(handlers) and first_error is None
        try:
            retrying(_turn(row, handler, settles))
        except Exception as error:
            log.exception("handler failed", extra={"handler": handler.name})
            first_error = first_error or error
    if first_error is not None:
        raise first_error
    if not handlers:
        retrying(lambda: _settle(row))


def _turn(row: OutboxRow, handler: events.Handler, settles: bool) -> Callable[[], None]:
    def turn() -> None:
        with transaction() as session:
            events.handle(session, row, handler)
            if settles:
                events.settle(session, row)

    return turn


def _settle(row: OutboxRow) -> None:
    with transaction() as session:
        events.settle(session, row)
