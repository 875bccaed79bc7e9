"""Chores: what each tenant needs every so often. Each runs in a transaction of its own per tenant.

The kernel knows no tenants; app/wiring.py says how to list them (`list_tenants_by`). A chore that fails for one tenant
is logged and tried again at its next turn; the other tenants are not affected.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, delete, func
from sqlalchemy.orm import Session

from kernel import audit, idempotency, limits, logs, mail, moments, stamps, tenancy
from kernel.actors import Actor, acting
from kernel.db.session import retrying, transaction
from kernel.jobs import tasks
from kernel.models import EventHandled, OutboxRow, WebSession

log = logging.getLogger(__name__)

KEEP_EVENTS_DAYS = 14


@dataclass(frozen=True)
class Chore:
    """`turns` says when, as a cron line with seconds in sixth place; `call` gets a session inside the tenant. Where there
    is `across`, it is called once for all tenants instead and says for how many it failed."""

    name: str
    turns: str
    call: Callable[[Session], object]
    across: Callable[[], int] | None = None


_chores: dict[str, Chore] = {}
_list_tenants: Callable[[], Iterable[UUID]] = tuple


def list_tenants_by(function: Callable[[], Iterable[UUID]]) -> None:
    """Who needs chores: `function` returns the ids of all tenants that are served."""
    global _list_tenants
    _list_tenants = function


def every(turns: str, name: str, call: Callable[[Session], object]) -> None:
    """Registers a chore: `every("* * * * * */10", "audit.seal", seal)` runs every ten seconds."""
    _chores[name] = Chore(name, turns, call)


def across(turns: str, name: str, call: Callable[[], int]) -> None:
    """Registers a chore that finds out by itself which tenants have something to do."""
    _chores[name] = Chore(name, turns, lambda _session: None, call)


def all_chores() -> list[Chore]:
    """Every chore, in the order of registration."""
    return list(_chores.values())


def run_chore(name: str) -> int:
    """Runs one chore for every tenant; returns for how many it failed."""
    chore = _chores[name]
    if chore.across is not None:
        return chore.across()
    failed = 0
    for tenant_id in _list_tenants():
        with tenancy.entering(tenant_id), acting(Actor.job(tenant_id, name)), logs.binding(job=name):
            try:
                retrying(lambda: _once(chore))
            except Exception:
                failed += 1
                log.exception("chore failed")
    return failed


def _once(chore: Chore) -> None:
    with transaction() as session:
        chore.call(session)


def clean_sessions(session: Session) -> int:
    """Removes browser sessions that have expired; returns how many."""
    gone = delete(WebSession).where(WebSession.tenant_id == tenancy.current(), WebSession.expires_at <= func.now())
    return cast("CursorResult[object]", session.execute(gone)).rowcount


def trim_outbox(session: Session) -> int:
    """Removes events (and the marks of their handlers) that were settled KEEP_EVENTS_DAYS ago; returns how many."""
    since = func.now() - timedelta(days=KEEP_EVENTS_DAYS)
    settled = (OutboxRow.tenant_id == tenancy.current()) & (OutboxRow.settled_at <= since)
    gone = session.scalars(delete(OutboxRow).where(settled).returning(OutboxRow.id)).all()
    marks = (EventHandled.tenant_id == tenancy.current()) & EventHandled.event_id.in_(gone)
    session.execute(delete(EventHandled).where(marks))
    return len(gone)


@tasks.task(mail.SEND_TASK, sweeps=True)
def send_mails(_actor: Actor, _args: dict[str, Any]) -> None:
    """What `kernel.mail.queue` asks for."""
    mail.send_waiting()


every("* * * * * */10", "audit.seal", audit.seal)
every("* * * * * */20", "mail.send", lambda _session: mail.send_waiting())
every("50 2 * * *", "mail.forget", mail.forget_old)
moments.when(moments.SHOP, stamps.settle)
across("* * * * * */10", "moments", moments.run_due)
every("*/10 * * * *", "limits.clean", limits.clean)
every("15 * * * *", "idempotency.clean", idempotency.clean)
every("30 * * * *", "sessions.clean", clean_sessions)
every("45 * * * *", "outbox.trim", trim_outbox)
