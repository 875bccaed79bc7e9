"""Reading the audit trail: who did what, when, to what; newest first, for those who may see it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from kernel import audit
from kernel.actors import Actor
from kernel.models import AuditEntry

PER_PAGE = 50


@dataclass(frozen=True)
class TrailFilter:
    """Empty fields do not narrow. `action` and `actor` match beginnings; `since` counts in, `until` does not."""

    action: str = ""
    actor: str = ""
    object_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class TrailPage:
    """Entries, newest first; `next` is (instant, id) of the last where there are more."""

    entries: list[AuditEntry]
    next: tuple[datetime, UUID] | None


def list_trail(
    session: Session, actor: Actor, wanted: TrailFilter, after: tuple[datetime, UUID] | None = None, limit: int = PER_PAGE
) -> TrailPage:
    """One page of the trail (permission audit.view); its cost does not grow with the trail."""
    actor.must("audit.view")
    query = select(AuditEntry).where(AuditEntry.tenant_id == actor.tenant_id)
    if wanted.action:
        query = query.where(AuditEntry.action.startswith(wanted.action, autoescape=True))
    if wanted.actor:
        query = query.where(AuditEntry.actor_name.istartswith(wanted.actor, autoescape=True))
    if wanted.object_id:
        query = query.where(AuditEntry.object_id == wanted.object_id)
    if wanted.since:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until:
        query = query.where(AuditEntry.at < wanted.until)
    if after:
        query = query.where(tuple_(AuditEntry.at, AuditEntry.id) < after)
    found = list(session.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit + 1)))
    entries = found[:limit]
    return TrailPage(entries, (entries[-1].at, entries[-1].id) if len(found) > limit else None)


def check_trail(session: Session, actor: Actor) -> audit.Report:
    """Recomputes the whole chain (permission audit.view) and names what does not hold."""
    actor.must("audit.view")
    return audit.verify(session)
