"""Publish a page, schedule it, take it back, restore an old version into the draft.

Of a page's versions the one with the highest number shows whose time it is: a campaign with an end lets the version before
it come back by itself. Taking back hides everything published so far, whatever its time. Where time alone will change
something, the shop's stamp moves at that moment (kernel.stamps.turn), so kept pages end with it.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.content.blocks import kept_content
from catalog.content.pages import address, page_for, save_draft
from catalog.models import ContentPage, ContentVersion
from kernel import audit, clock, stamps
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id

MOST_VERSIONS = 500


def publish(
    session: Session,
    actor: Actor,
    page_id: UUID,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    note: str = "",
    seen: int | None = None,
) -> ContentVersion:
    """The draft becomes the next version, shown from now or `valid_from` on, until `valid_to`.

    Raises Invalid with everything the page lacks (`blocks.1.alt`), or at `valid_to`; Conflict where it was changed since `seen`.
    """
    actor.must("content.publish")
    page = page_for(session, actor, page_id, lock=True)
    if seen is not None and seen != page.edit_version:
        raise Conflict(_("The draft has changed since you looked at it. Please look again before publishing."), code="edited_meanwhile")
    now = clock.now()
    begins = max(valid_from or now, now)
    if valid_to is not None and valid_to <= begins:
        raise Invalid.at("valid_to", _("The end lies before the beginning."), "window")
    content = kept_content(page.draft)
    if gaps := content.gaps():
        raise Invalid(gaps)
    page.latest_version += 1
    version = ContentVersion(
        tenant_id=page.tenant_id, id=new_id(), page_id=page.id, number=page.latest_version, content=content.as_json(),
        valid_from=begins, valid_to=valid_to, published_at=now, published_by=actor.name, note=note.strip()[:300],
    )  # fmt: skip
    session.add(version)
    session.flush()
    stamps.turn(session, [m for m in (begins, valid_to, *content.moments()) if m is not None and m > now])
    window = {"from": begins.isoformat(), "to": valid_to.isoformat() if valid_to else None}
    audit.record(session, actor, "page.published", "page", page.id, after={"address": address(page), "version": version.number, **window})
    stamps.bump(session)
    return version


def take_back(session: Session, actor: Actor, page_id: UUID) -> ContentPage:
    """Visitors see none of its versions any more, planned ones neither; the draft stays. Raises Conflict where nothing shows."""
    actor.must("content.publish")
    page = page_for(session, actor, page_id, lock=True)
    if page.off_version == page.latest_version:
        raise Conflict(_("This page is not published."))
    before, page.off_version = page.off_version, page.latest_version
    session.flush()
    audit.record(session, actor, "page.taken_back", "page", page.id, before={"from": before + 1}, after={"to": page.latest_version})
    stamps.bump(session)
    return page


def restore(session: Session, actor: Actor, page_id: UUID, number: int, seen: int | None = None) -> ContentPage:
    """An old version becomes the draft; it shows once it is published. Raises NotThere, Conflict."""
    page = page_for(session, actor, page_id, lock=True)
    version = version_of(session, page, number)
    return save_draft(session, actor, page.id, kept_content(version.content), seen)


def history(session: Session, actor: Actor, page_id: UUID) -> list[ContentVersion]:
    """A page's versions, newest first."""
    page = page_for(session, actor, page_id)
    mine = (ContentVersion.tenant_id == page.tenant_id, ContentVersion.page_id == page.id)
    return list(session.scalars(select(ContentVersion).where(*mine).order_by(ContentVersion.number.desc()).limit(MOST_VERSIONS)))


def version_of(session: Session, page: ContentPage, number: int) -> ContentVersion:
    """One version. Raises NotThere."""
    mine = (ContentVersion.tenant_id == page.tenant_id, ContentVersion.page_id == page.id, ContentVersion.number == number)
    found = session.scalar(select(ContentVersion).where(*mine))
    if found is None:
        raise NotThere
    return found


def shown_at(versions: Iterable[ContentVersion], off_version: int, moment: datetime) -> ContentVersion | None:
    """Which of a page's versions shows at a moment."""
    there = [v for v in versions if v.number > off_version and v.valid_from <= moment and (v.valid_to is None or v.valid_to > moment)]
    return max(there, key=lambda v: v.number, default=None)
