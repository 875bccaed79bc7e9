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
# Unicode's last code point (a noncharacter): by bytes, nothing that begins with a text lies behind the text and this
LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class TrailFilter:
    """Empty fields do not narrow. `actions`: one of these; `actor`: names that begin so, whatever the case; `since` counts
    in, `until` does not."""

    actions: tuple[str, ...] = ()
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
    """One page of the trail (permission audit.view). Every filter has its index, behind row security as well."""
    actor.must("audit.view")
    query = select(AuditEntry).where(AuditEntry.tenant_id == actor.tenant_id)
    if wanted.actions:
        query = query.where(AuditEntry.action.in_(wanted.actions))
    if beginning := wanted.actor.strip().lower():
        query = query.where(AuditEntry.actor_key >= beginning, AuditEntry.actor_key < beginning + LAST_LETTER)
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
