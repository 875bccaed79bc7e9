"""Banners: a line above every page of a market and language, in a window of time, for everyone or for some visitors.

Those for everyone stand in the pages themselves; the others come with the personal part of a page (`/me`), since pages are
the same for everybody.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.checking import Problems
from catalog.content.addresses import check_link
from catalog.models import ContentBanner
from catalog.models.site import AUDIENCES, TONES
from catalog.versions import market_for
from kernel import audit, clock, stamps, tenancy
from kernel.actors import Actor
from kernel.db.statements import Statement
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id

LONGEST = {"text": 300, "link_label": 160, "link": 500}
MOST_LISTED = 200
NOW = Statement(
    "SELECT b.id, b.text, b.link_label, b.link, b.tone, b.audience FROM catalog.content_banner b"
    " WHERE b.tenant_id = :tenant_id AND b.market_code = :market_code AND b.language = :language AND b.is_on"
    " AND (b.starts_at IS NULL OR b.starts_at <= CAST(:now AS timestamptz))"
    " AND (b.ends_at IS NULL OR b.ends_at > CAST(:now AS timestamptz))"
    " ORDER BY b.starts_at DESC NULLS LAST, b.id DESC"
)


@dataclass(frozen=True)
class BannerEdit:
    """What a banner says, to whom, when; instants in UTC."""

    market_code: str
    language: str
    text: str
    link_label: str = ""
    link: str = ""
    tone: str = "accent"
    audience: str = "everyone"
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    is_on: bool = False


@dataclass(frozen=True)
class ShownBanner:
    """A banner as pages show it."""

    id: UUID
    text: str
    link_label: str
    link: str
    tone: str
    audience: str


def banners_now(session: Session, market_code: str, language: str) -> list[ShownBanner]:
    """What shows now, for whomever. One query."""
    rows = NOW.all(session, tenant_id=tenancy.current(), market_code=market_code, language=language, now=clock.now().isoformat())
    return [ShownBanner(row.id, row.text, row.link_label, row.link, row.tone, row.audience) for row in rows]


def audiences_of(actor: Actor) -> set[str]:
    """Which banners somebody sees."""
    if not actor.is_signed_in:
        return {"everyone", "guests"}
    return {"everyone", "signed_in", *(["companies"] if actor.company_id else [])}


def list_banners(session: Session, actor: Actor) -> list[ContentBanner]:
    """The tenant's banners, newest first."""
    actor.must("content.edit")
    mine = select(ContentBanner).where(ContentBanner.tenant_id == tenancy.current())
    return list(session.scalars(mine.order_by(ContentBanner.id.desc()).limit(MOST_LISTED)))


def banner_for(session: Session, actor: Actor, banner_id: UUID, lock: bool = False) -> ContentBanner:
    """One of the tenant's banners. Raises NotThere."""
    actor.must("content.edit")
    query = select(ContentBanner).where(ContentBanner.tenant_id == tenancy.current(), ContentBanner.id == banner_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def write_banner(session: Session, actor: Actor, edit: BannerEdit, banner_id: UUID | None = None, seen: int | None = None) -> ContentBanner:
    """Makes or changes a banner; switched on, it shows at its time. Raises Invalid at the field, Conflict, NotThere."""
    actor.must("content.publish")
    _check(session, edit)
    row = banner_for(session, actor, banner_id, lock=True) if banner_id else None
    if row is not None and seen is not None and row.edit_version != seen:
        raise Conflict(_("Somebody else has changed this banner. Load the page again to see it."), code="edited_meanwhile")
    before = _told(row) if row else None
    if row is None:
        row = ContentBanner(tenant_id=tenancy.current(), id=new_id(), edit_version=0)
        session.add(row)
    for name, value in asdict(edit).items():
        setattr(row, name, value)
    row.edit_version += 1
    session.flush()
    audit.record(session, actor, "banner.written", "banner", row.id, before=before, after=_told(row))
    stamps.turn(session, [m for m in (edit.starts_at, edit.ends_at) if m is not None and m > clock.now()])
    stamps.bump(session)
    return row


def remove_banner(session: Session, actor: Actor, banner_id: UUID) -> None:
    """Takes a banner away. Raises NotThere."""
    actor.must("content.publish")
    row = banner_for(session, actor, banner_id, lock=True)
    audit.record(session, actor, "banner.removed", "banner", row.id, before=_told(row))
    session.delete(row)
    session.flush()
    stamps.bump(session)


def _check(session: Session, edit: BannerEdit) -> None:
    problems = Problems()
    if not edit.text.strip():
        problems.add("text", _("Please fill this in."), "missing")
    for name, most in LONGEST.items():
        if len(getattr(edit, name)) > most:
            problems.add(name, _("Please use at most %(count)s letters.") % {"count": most}, "too_long")
    try:
        check_link(edit.link)
    except ValueError as error:
        problems.add("link", str(error), "bad_link")
    if bool(edit.link) != bool(edit.link_label):
        problems.add("link_label" if edit.link else "link", _("A link needs both: words and an address."), "missing")
    if edit.starts_at and edit.ends_at and edit.ends_at <= edit.starts_at:
        problems.add("ends_at", _("The end lies before the beginning."), "window")
    if edit.tone not in TONES or edit.audience not in AUDIENCES:
        problems.add("audience", _("Please choose one of the list."), "unknown_choice")
    problems.settle()
    try:
        market = market_for(session, edit.market_code)
    except NotThere as error:
        raise Invalid.at("market_code", _("Please choose one of the list."), "unknown_choice") from error
    if edit.language not in market.languages:
        raise Invalid.at("language", _("Please choose one of the list."), "unknown_choice")


def _told(row: ContentBanner) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in BannerEdit.__dataclass_fields__}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}
