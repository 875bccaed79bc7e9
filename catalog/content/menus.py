"""The menus of a shop, per market and language: above every page and below it. Where nobody has written one, the head shows
the categories and the foot the first of them."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.content.addresses import check_link
from catalog.content.blocks import problems_at
from catalog.models import ContentMenu
from catalog.models.site import MENU_SPOTS
from catalog.versions import market_for
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.db.statements import Statement
from kernel.errors import Conflict, Invalid, Problem
from kernel.i18n import gettext as _
from kernel.ids import new_id

MOST_ENTRIES = 12
MOST_BELOW = 12
MENUS = Statement(
    "SELECT m.spot, m.entries FROM catalog.content_menu m"
    " WHERE m.tenant_id = :tenant_id AND m.market_code = :market_code AND m.language = :language"
)


class MenuLink(BaseModel):
    """A word and where it leads."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    label: Annotated[str, Field(max_length=80)] = ""
    link: Annotated[str, Field(max_length=500)] = ""

    @field_validator("link")
    @classmethod
    def _known(cls, link: str) -> str:
        return check_link(link)


class MenuEntry(MenuLink):
    """An entry with what lies below it; `categories` stands for the shop's main categories, wherever they are."""

    kind: Literal["link", "categories"] = "link"
    children: Annotated[list[MenuLink], Field(max_length=MOST_BELOW)] = Field(default_factory=list)


def menus_for(session: Session, market_code: str, language: str) -> dict[str, list[MenuEntry]]:
    """What a shop shows, by spot ("head", "foot"); spots without a menu are left out. One query."""
    rows = MENUS.all(session, tenant_id=tenancy.current(), market_code=market_code, language=language)
    return {row.spot: [MenuEntry.model_validate(one) for one in row.entries] for row in rows}


def menu_to_edit(session: Session, actor: Actor, market_code: str, language: str, spot: str) -> tuple[list[MenuEntry], int]:
    """The entries of one menu and the version of the edit (0: nobody has written it)."""
    actor.must("content.edit")
    row = _row(session, market_code, language, spot)
    return ([MenuEntry.model_validate(one) for one in row.entries], row.edit_version) if row else ([], 0)


def write_menu(
    session: Session, actor: Actor, market_code: str, language: str, spot: str, raw: Sequence[Mapping[str, Any]], seen: int | None = None
) -> ContentMenu:
    """Replaces a menu; visitors see it at once. Raises Invalid at the entry (`entries.2.link`), Conflict."""
    actor.must("content.publish")
    entries = read_entries(raw)
    market = market_for(session, market_code)
    if language not in market.languages or spot not in MENU_SPOTS:
        raise Invalid.at("language", _("Please choose one of the list."), "unknown_choice")
    row = _row(session, market_code, language, spot, lock=True)
    if seen is not None and seen != (row.edit_version if row else 0):
        raise Conflict(_("Somebody else has changed this menu. Load the page again to see it."), code="edited_meanwhile")
    before = row.entries if row else []
    if row is None:
        row = ContentMenu(
            tenant_id=tenancy.current(), id=new_id(), spot=spot, market_code=market_code, language=language, edit_version=0
        )  # fmt: skip
        session.add(row)
    row.entries = [entry.model_dump(mode="json") for entry in entries]
    row.edit_version += 1
    session.flush()
    where = {"place": f"{language.lower()}-{market_code}", "spot": spot}
    audit.record(session, actor, "menu.written", "menu", row.id, before={"entries": before}, after={**where, "entries": row.entries})
    stamps.bump(session)
    return row


def read_entries(raw: Sequence[Mapping[str, Any]]) -> list[MenuEntry]:
    """Entries from what was sent. Raises Invalid with a problem at each."""
    problems: list[Problem] = []
    found = []
    if len(raw) > MOST_ENTRIES:
        problems.append(Problem("entries", _("A menu has at most %(count)s entries.") % {"count": MOST_ENTRIES}, "too_many"))
    for place, one in enumerate(raw):
        try:
            entry = MenuEntry.model_validate(one)
        except ValidationError as error:
            problems += problems_at(error, f"entries.{place}")
            continue
        if entry.kind == "link" and not entry.label:
            problems.append(Problem(f"entries.{place}.label", _("Please fill this in."), "missing"))
        if entry.kind == "link" and not entry.link and not entry.children:
            problems.append(Problem(f"entries.{place}.link", _("Please say which address this leads to."), "missing"))
        for below, child in enumerate(entry.children):
            if not child.label or not child.link:
                where = f"entries.{place}.children.{below}.{'label' if not child.label else 'link'}"
                problems.append(Problem(where, _("Please fill this in."), "missing"))
        found.append(entry)
    if problems:
        raise Invalid(problems)
    return found


def _row(session: Session, market_code: str, language: str, spot: str, lock: bool = False) -> ContentMenu | None:
    here = (ContentMenu.tenant_id == tenancy.current(), ContentMenu.market_code == market_code)
    query = select(ContentMenu).where(*here, ContentMenu.language == language, ContentMenu.spot == spot)
    return session.scalar(query.with_for_update() if lock else query)
