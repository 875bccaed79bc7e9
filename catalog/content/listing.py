"""What search engines may: whether they may list the shop at all, lines of its own for robots.txt."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import ContentSettings
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid
from kernel.i18n import gettext as _
from kernel.ids import new_id

LONGEST = 4000
LINE = re.compile(r"(?:#.*|(?:user-agent|allow|disallow|crawl-delay)\s*:.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Listing:
    """`is_listed`: may the shop be found? `robots`: further lines for robots.txt. `edit_version` guards against lost updates."""

    is_listed: bool = True
    robots: str = ""
    edit_version: int = 0


def listing_of(session: Session) -> Listing:
    """What holds now."""
    row = _row(session)
    return Listing(row.is_listed, row.robots, row.edit_version) if row else Listing()


def change_listing(session: Session, actor: Actor, wanted: Listing) -> None:
    """Changes it at once. Raises Invalid at `robots`, Conflict."""
    actor.must("content.publish")
    lines = [line.strip() for line in wanted.robots.replace("\r", "\n").split("\n")]
    robots = "\n".join(line for line in lines if line)
    if len(robots) > LONGEST or not all(LINE.fullmatch(line) for line in lines):
        raise Invalid.at("robots", _("Every line begins with User-agent:, Allow:, Disallow:, Crawl-delay: or #."), "robots")
    row = _row(session, lock=True)
    if wanted.edit_version != (row.edit_version if row else 0):
        raise Conflict(_("Somebody else has changed this. Load the page again to see it."), code="edited_meanwhile")
    before = {"is_listed": row.is_listed, "robots": row.robots} if row else None
    if row is None:
        row = ContentSettings(tenant_id=tenancy.current(), id=new_id(), edit_version=0)
        session.add(row)
    row.is_listed, row.robots = wanted.is_listed, robots
    row.edit_version += 1
    session.flush()
    audit.record(session, actor, "listing.changed", "listing", row.id, before=before, after={"is_listed": row.is_listed, "robots": robots})
    stamps.bump(session)


def _row(session: Session, lock: bool = False) -> ContentSettings | None:
    query = select(ContentSettings).where(ContentSettings.tenant_id == tenancy.current())
    return session.scalar(query.with_for_update() if lock else query)
