"""A tenant's look: one or two brand colours, a pairing of typefaces, a logo. Changed in a draft, seen in a preview,
then published.

tenants/palette.py makes every colour of the interface from the brand's and keeps the contrasts of WCAG 2.2; `report`
says what it had to move to keep them.
"""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kernel import stamps
from kernel.actors import Actor
from kernel.audit import record
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id
from tenants.events import ThemePublished
from tenants.models import Theme
from tenants.palette import PAIRINGS, Adjustment, css, parse, theme
from tenants.wording import line

FIRST_COLOUR = "#1f4e5f"
FIRST_PAIRING = "workshop"
EDIT = "theme.edit"


@dataclass(frozen=True)
class Look:
    """What a tenant chooses. Colours as `#rrggbb` (or `#rgb`); `second` may be empty; `pairing` is a key of
    tenants.palette.PAIRINGS; `logo_key` names a file of the tenant."""

    primary: str = FIRST_COLOUR
    second: str = ""
    pairing: str = FIRST_PAIRING
    logo_key: str = ""
    tagline: str = ""

    @property
    def css(self) -> str:
        """The look as a style sheet of variables, about 3 KB."""
        return _css(self.primary, self.second, self.pairing)

    @property
    def digest(self) -> str:
        """Sixteen letters that change whenever the style sheet does: part of its address, so that it may be kept for ever."""
        return hashlib.sha256(self.css.encode()).hexdigest()[:16]


def live_look(session: Session, tenant_id: UUID) -> Look:
    """What visitors see; the plain look of the house where nothing has been published."""
    return _as_look(_row(session, tenant_id, "live"))


def draft_look(session: Session, actor: Actor) -> Look:
    """What is being worked on; the live look where nothing is."""
    actor.must(EDIT)
    draft = _row(session, actor.tenant_id, "draft")
    return _as_look(draft) if draft else live_look(session, actor.tenant_id)


def has_draft(session: Session, actor: Actor) -> bool:
    """Is there a draft that differs from what visitors see?"""
    actor.must(EDIT)
    return _row(session, actor.tenant_id, "draft") is not None


def report(look: Look) -> tuple[Adjustment, ...]:
    """What could not stay as the brand has it, so that everything remains readable: role, colour wished for, colour used,
    contrast reached."""
    return theme(look.primary, look.second or None).adjustments


def save_draft(session: Session, actor: Actor, look: Look) -> Look:
    """Keeps the look as a draft, for the preview; visitors see nothing of it. Invalid for what is no colour or pairing."""
    actor.must(EDIT)
    cleaned = checked(look)
    wait_lock(session, "tenants.theme")
    draft = _row(session, actor.tenant_id, "draft") or Theme(tenant_id=actor.tenant_id, id=new_id(), state="draft")
    _write(draft, cleaned)
    session.add(draft)
    session.flush()
    record(session, actor, "theme.save_draft", "theme", draft.id, after=_as_json(cleaned))
    return cleaned


def discard_draft(session: Session, actor: Actor) -> None:
    """Throws the draft away; nothing to throw away is no error."""
    actor.must(EDIT)
    wait_lock(session, "tenants.theme")
    draft = _row(session, actor.tenant_id, "draft")
    if draft is not None:
        record(session, actor, "theme.discard_draft", "theme", draft.id, before=_as_json(_as_look(draft)))
        session.delete(draft)
        session.flush()


def publish_draft(session: Session, actor: Actor) -> Look:
    """The draft becomes what visitors see, the look so far becomes a past one. Conflict where there is no draft."""
    actor.must(EDIT)
    wait_lock(session, "tenants.theme")
    draft = _row(session, actor.tenant_id, "draft")
    if draft is None:
        raise Conflict(_("There is no draft to publish."))
    before = _as_json(live_look(session, actor.tenant_id))
    live = (Theme.tenant_id == actor.tenant_id) & (Theme.state == "live")
    session.execute(update(Theme).where(live).values(state="past"))
    draft.state, draft.published_at, draft.published_by = "live", func.now(), actor.id
    session.flush()
    look = _as_look(draft)
    record(session, actor, "theme.publish", "theme", draft.id, before=before, after=_as_json(look))
    publish(session, ThemePublished(draft.id), actor)
    stamps.bump(session)
    return look


def checked(look: Look) -> Look:
    """The look with colours in their long form; Invalid at the field that does not hold."""
    if look.pairing not in PAIRINGS:
        raise Invalid.at("pairing", _("Please choose one of the list."), "unknown_choice")
    second = _colour("second", look.second) if look.second.strip() else ""
    return Look(
        _colour("primary", look.primary), second, look.pairing, line("logo_key", look.logo_key, 200), line("tagline", look.tagline, 120)
    )


def _colour(where: str, text: str) -> str:
    try:
        return "#{:02x}{:02x}{:02x}".format(*parse(text.strip()))
    except ValueError as error:
        raise Invalid.at(where, _("Please give a colour like #1f4e5f."), "colour") from error


def _row(session: Session, tenant_id: UUID, state: str) -> Theme | None:
    return session.scalar(select(Theme).where(Theme.tenant_id == tenant_id, Theme.state == state))


def _as_look(row: Theme | None) -> Look:
    if row is None:
        return Look()
    return Look(row.primary_colour, row.second_colour, row.pairing, row.logo_key, row.tagline)


def _write(row: Theme, look: Look) -> None:
    row.primary_colour, row.second_colour, row.pairing = look.primary, look.second, look.pairing
    row.logo_key, row.tagline = look.logo_key, look.tagline


def _as_json(look: Look) -> dict[str, Any]:
    return {"primary": look.primary, "second": look.second, "pairing": look.pairing, "logo_key": look.logo_key, "tagline": look.tagline}


@lru_cache(maxsize=512)
def _css(primary: str, second: str, pairing: str) -> str:
    return css(theme(primary, second or None), pairing)
