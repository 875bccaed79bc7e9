"""The words and the picture of a shop's home page: read by shoppers, written by staff who may edit the theme."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.media import PICTURES
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid
from kernel.i18n import gettext as _
from kernel.i18n import is_known
from storefront.models import Front

LONGEST = {"headline": 120, "subline": 240, "story_title": 120, "story": 4000, "picture_alt": 200}


@dataclass(frozen=True)
class FrontTexts:
    """What a home page says; empty texts are simply not shown. `edit_version` guards against lost updates."""

    headline: str = ""
    subline: str = ""
    story_title: str = ""
    story: str = ""
    picture_key: str = ""
    picture_alt: str = ""
    edit_version: int = 0


def front_in(session: Session, language: str) -> FrontTexts:
    """The home page's texts in this language; where there are none yet, those of any language the tenant wrote first."""
    rows = session.scalars(select(Front).where(Front.tenant_id == tenancy.current()).order_by(Front.id)).all()
    row = next((r for r in rows if r.language == language), rows[0] if rows else None)
    return _texts(row) if row else FrontTexts()


def front_to_edit(session: Session, actor: Actor, language: str) -> FrontTexts:
    """The texts of exactly this language, empty where nobody has written them."""
    actor.must("theme.edit")
    row = _row(session, language)
    return _texts(row) if row else FrontTexts()


def write_front(session: Session, actor: Actor, language: str, texts: FrontTexts) -> None:
    """Replaces the texts of one language. Raises Invalid at the field that is too long or a picture without words,
    Conflict where somebody else has saved since `texts.edit_version` was read."""
    actor.must("theme.edit")
    for name, most in LONGEST.items():
        if len(getattr(texts, name)) > most:
            raise Invalid.at(name, _("Please use at most %(count)s letters.") % {"count": most}, "too_long")
    if not is_known(language):
        raise Invalid.at("language", _("Please choose one of the list."), "unknown_choice")
    if texts.picture_key and not texts.picture_alt.strip():
        raise Invalid.at("picture_alt", "Please say what the picture shows.", "missing")
    row = _row(session, language, lock=True)
    if (row.edit_version if row else 0) != texts.edit_version:
        raise Conflict("Somebody else has changed these texts. Load the page again to see them.")
    # the key gets an address that everybody can open, so it must name a picture and not just any file of the house
    if texts.picture_key not in ("", row.picture_key if row else "") and not texts.picture_key.startswith(PICTURES):
        raise Invalid.at("picture_key", _("This is no picture."), "no_picture")
    before = asdict(_texts(row)) if row else None
    if row is None:
        row = Front(tenant_id=tenancy.current(), language=language, edit_version=0)
        session.add(row)
    for name, value in asdict(texts).items():
        if name != "edit_version":
            setattr(row, name, value)
    row.edit_version += 1
    session.flush()
    audit.record(session, actor, "front.written", "front", row.id, before=before, after=asdict(_texts(row)))
    stamps.bump(session)


def _row(session: Session, language: str, lock: bool = False) -> Front | None:
    query = select(Front).where(Front.tenant_id == tenancy.current(), Front.language == language)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def _texts(row: Front) -> FrontTexts:
    return FrontTexts(row.headline, row.subline, row.story_title, row.story, row.picture_key, row.picture_alt, row.edit_version)
