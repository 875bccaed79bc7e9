"""Make pages, keep their drafts, undo and redo. Nothing here is seen by visitors until it is published (appearing.py).

Every edit is a step; what is typed within a minute by the same person is one. Going back keeps the steps ahead until
something new is written. Whoever saves names the state they saw (`seen`), so that nobody's edit is lost unnoticed.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from catalog.attribute_values import BadValue
from catalog.checking import check_seen
from catalog.content.addresses import check_path
from catalog.content.blocks import PageContent, kept_content
from catalog.content.redirects import page_has_moved
from catalog.models import ContentPage, ContentStep, ContentVersion
from catalog.models.content import PAGE_KINDS
from catalog.versions import market_for
from kernel import audit, clock, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id

MOST_STEPS = 100
TYPING = timedelta(minutes=1)
MOST_LISTED = 500


@dataclass(frozen=True)
class NewPage:
    """What a page begins with. `group_id`: of the page that this one is in another language or market."""

    kind: str
    market_code: str
    language: str
    path: str
    title: str
    group_id: UUID | None = None


def page_for(session: Session, actor: Actor, page_id: UUID, lock: bool = False) -> ContentPage:
    """One of the tenant's pages. Raises NotThere, NotAllowed."""
    actor.must("content.edit")
    query = select(ContentPage).where(ContentPage.tenant_id == tenancy.current(), ContentPage.id == page_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_pages(session: Session, actor: Actor, market_code: str = "", language: str = "", text: str = "") -> list[ContentPage]:
    """The tenant's pages, last edited first; `text` in the title or the address."""
    actor.must("content.edit")
    query = select(ContentPage).where(ContentPage.tenant_id == tenancy.current())
    if market_code:
        query = query.where(ContentPage.market_code == market_code)
    if language:
        query = query.where(ContentPage.language == language)
    if text:
        has = f"%{text.replace('%', '').replace('_', '')}%"
        query = query.where(or_(ContentPage.path.ilike(has), ContentPage.draft["title"].astext.ilike(has)))
    return list(session.scalars(query.order_by(ContentPage.edited_at.desc(), ContentPage.id).limit(MOST_LISTED)))


def siblings_of(session: Session, page: ContentPage) -> list[ContentPage]:
    """The same page in other languages and markets."""
    mine = (ContentPage.tenant_id == tenancy.current(), ContentPage.group_id == page.group_id, ContentPage.id != page.id)
    return list(session.scalars(select(ContentPage).where(*mine).order_by(ContentPage.market_code, ContentPage.language)))


def make_page(session: Session, actor: Actor, new: NewPage, content: PageContent | None = None) -> ContentPage:
    """A page with its first draft. Raises Invalid at the field, NotAllowed."""
    actor.must("content.edit")
    if new.kind not in PAGE_KINDS:
        raise Invalid.at("kind", _("Please choose one of the list."), "unknown_choice")
    path = _path(new.kind, new.path)
    _place(session, new.market_code, new.language)
    if not new.title.strip():
        raise Invalid.at("title", _("Please fill this in."), "missing")
    _must_be_free(session, new, path)
    title = new.title.strip()[:160]
    draft = content.model_copy(update={"title": title}) if content else PageContent(title=title)
    page = ContentPage(
        tenant_id=tenancy.current(), id=new_id(), kind=new.kind, group_id=new.group_id or new_id(), market_code=new.market_code,
        language=new.language, path=path, draft=draft.as_json(), step=1, edit_version=1, edited_at=clock.now(), edited_by=actor.name,
        latest_version=0, off_version=0,
    )  # fmt: skip
    session.add(page)
    session.flush()
    session.add(_step(page, actor, False))
    session.flush()
    audit.record(session, actor, "page.made", "page", page.id, after={"address": address(page), "title": draft.title})
    return page


def address(page: ContentPage) -> str:
    """A page's address without the host, for people and the trail."""
    return f"/{page.language.lower()}-{page.market_code}/{page.path}"


def copy_page(session: Session, actor: Actor, page_id: UUID, new: NewPage) -> ContentPage:
    """A page with the draft of another one: the same page in another language or market, or the start of another."""
    source = page_for(session, actor, page_id)
    return make_page(session, actor, new, kept_content(source.draft))


def save_draft(
    session: Session, actor: Actor, page_id: UUID, content: PageContent, seen: int | None = None, typing: bool = False
) -> ContentPage:
    """Keeps the draft. `typing`: saved by itself while somebody writes. Raises Conflict where it was changed since `seen`."""
    page = page_for(session, actor, page_id, lock=True)
    _check_seen(page, seen)
    told = content.as_json()
    if told == page.draft:
        return page
    page.draft = told
    last = _step_of(session, page, page.step)
    now = clock.now()
    if typing and last and last.typing and last.made_by == actor.name and now - last.made_at < TYPING:
        last.content = told
    else:
        _forget(session, page, page.step)
        page.step += 1
        session.add(_step(page, actor, typing))
    _edited(session, page, actor)
    return page


def undo(session: Session, actor: Actor, page_id: UUID, seen: int | None = None) -> ContentPage:
    """The draft as it was a step before; nothing happens at the beginning."""
    return _go(session, actor, page_id, -1, seen)


def redo(session: Session, actor: Actor, page_id: UUID, seen: int | None = None) -> ContentPage:
    """The step that was undone, again."""
    return _go(session, actor, page_id, 1, seen)


def can_go(session: Session, page: ContentPage) -> tuple[bool, bool]:
    """Is there something to undo, to do again?"""
    there = set(session.scalars(select(ContentStep.number).where(*_steps(page), ContentStep.number.in_([page.step - 1, page.step + 1]))))
    return page.step - 1 in there, page.step + 1 in there


def change_path(session: Session, actor: Actor, page_id: UUID, path: str, seen: int | None = None) -> ContentPage:
    """Another address; where the page has been published, the old one leads to it. Raises Invalid at `path`, Conflict."""
    page = page_for(session, actor, page_id, lock=True)
    _check_seen(page, seen)
    before, old = page.path, address(page)
    wanted = _path(page.kind, path)
    if wanted != before:
        _must_be_free(session, NewPage(page.kind, page.market_code, page.language, wanted, "-"), wanted)
        page.path = wanted
        _edited(session, page, actor)
        audit.record(session, actor, "page.moved", "page", page.id, before={"path": before}, after={"path": wanted})
        if page.latest_version > 0:
            actor.must("content.publish")
            page_has_moved(session, actor, old, address(page))
    return page


def remove_page(session: Session, actor: Actor, page_id: UUID) -> None:
    """Removes a page that was never published. Raises Conflict for any other: those are taken back."""
    page = page_for(session, actor, page_id, lock=True)
    if session.scalar(
        select(ContentVersion.id).where(ContentVersion.tenant_id == page.tenant_id, ContentVersion.page_id == page.id).limit(1)
    ):
        raise Conflict(_("This page has been published. Take it back instead; its versions stay."))
    audit.record(session, actor, "page.removed", "page", page.id, before={"address": address(page), "title": page.draft.get("title", "")})
    session.delete(page)
    session.flush()


def _check_seen(page: ContentPage, seen: int | None) -> None:
    try:
        check_seen(page.edit_version, seen)
    except Conflict as error:
        raise Conflict(
            _("%(name)s has changed this page since you opened it. What you typed is still here.") % {"name": page.edited_by or "Somebody"},
            code="edited_meanwhile",
        ) from error


def _edited(session: Session, page: ContentPage, actor: Actor) -> None:
    page.edit_version += 1
    page.edited_at, page.edited_by = clock.now(), actor.name
    session.flush()


def _go(session: Session, actor: Actor, page_id: UUID, by: int, seen: int | None) -> ContentPage:
    page = page_for(session, actor, page_id, lock=True)
    _check_seen(page, seen)
    wanted = _step_of(session, page, page.step + by)
    if wanted is not None:
        page.step, page.draft = wanted.number, wanted.content
        _edited(session, page, actor)
    return page


def _steps(page: ContentPage) -> tuple[ColumnElement[bool], ...]:
    return (ContentStep.tenant_id == page.tenant_id, ContentStep.page_id == page.id)


def _step_of(session: Session, page: ContentPage, number: int) -> ContentStep | None:
    return session.scalar(select(ContentStep).where(*_steps(page), ContentStep.number == number))


def _step(page: ContentPage, actor: Actor, typing: bool) -> ContentStep:
    return ContentStep(
        tenant_id=page.tenant_id, id=new_id(), page_id=page.id, number=page.step, content=page.draft, made_at=clock.now(),
        made_by=actor.name, typing=typing,
    )  # fmt: skip


def _forget(session: Session, page: ContentPage, present: int) -> None:
    """What was undone is written over; what is older than the last hundred goes."""
    beyond = or_(ContentStep.number > present, ContentStep.number <= present - MOST_STEPS)
    session.execute(delete(ContentStep).where(*_steps(page), beyond))


def _path(kind: str, raw: str) -> str:
    try:
        return check_path(kind, raw)
    except BadValue as error:
        raise Invalid.at("path", str(error), "bad_path") from error


def _place(session: Session, market_code: str, language: str) -> None:
    try:
        market = market_for(session, market_code)
    except NotThere as error:
        raise Invalid.at("market_code", _("Please choose one of the list."), "unknown_choice") from error
    if language not in market.languages:
        raise Invalid.at("language", _("Please choose one of the list."), "unknown_choice")


def check_group(session: Session, group_id: UUID) -> None:
    """NotThere where no page of the tenant is in this group: for ids from outside."""
    mine = (ContentPage.tenant_id == tenancy.current(), ContentPage.group_id == group_id)
    if session.scalar(select(ContentPage.id).where(*mine).limit(1)) is None:
        raise NotThere


def _must_be_free(session: Session, new: NewPage, path: str) -> None:
    here = (ContentPage.tenant_id == tenancy.current(), ContentPage.market_code == new.market_code, ContentPage.language == new.language)
    if session.scalar(select(ContentPage.id).where(*here, ContentPage.path == path)):
        raise Invalid.at("path", _("Another page has this address."), "taken")
    if new.group_id and session.scalar(select(ContentPage.id).where(*here, ContentPage.group_id == new.group_id)):
        raise Invalid.at("language", _("This page is there already in that language and market."), "taken")
