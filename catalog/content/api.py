"""JSON: pages, their drafts and publications, and moved addresses, for machine clients with the scopes content.edit and content.publish."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from catalog.content import appearing, pages, redirects
from catalog.content.blocks import PageContent, kept_content, read_content
from catalog.content.pages import NewPage
from catalog.models import ContentPage
from kernel.web.access import scope
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit

WRITE, PUBLISH = scope("content.edit"), scope("content.publish")


class PagesQuery(BaseModel):
    """Which pages: of a market, of a language, with words in title or address."""

    market: str = ""
    language: str = ""
    q: str = Field(default="", max_length=200)


class PageOut(BaseModel):
    """A page without its content. `version` counts what was published; `is_off`: all of it was taken back."""

    id: UUID
    kind: str
    group_id: UUID
    market: str
    language: str
    path: str
    title: str
    edit_version: int
    edited_at: datetime
    edited_by: str
    version: int
    is_off: bool


class PageWithDraft(PageOut):
    """A page with its draft."""

    draft: PageContent


class PagesOut(BaseModel):
    """Pages, last edited first."""

    items: list[PageOut]


class PageIn(BaseModel):
    """A new page; `group_id` of the page that this one is in another language or market."""

    kind: Literal["page", "home", "category", "post"] = "page"
    market: str
    language: str
    path: str = ""
    group_id: UUID | None = None
    content: PageContent


class DraftIn(BaseModel):
    """The whole draft; with `edit_version` it is refused where somebody has changed it since."""

    content: dict[str, Any]
    edit_version: int | None = None


class PublishIn(BaseModel):
    """When it shows: from now on without end where nothing is said."""

    valid_from: datetime | None = None
    valid_to: datetime | None = None
    note: str = Field(default="", max_length=300)
    edit_version: int | None = None


class VersionOut(BaseModel):
    """What was published."""

    number: int
    valid_from: datetime
    valid_to: datetime | None
    published_at: datetime
    published_by: str
    note: str


class RedirectIn(BaseModel):
    """From where to where."""

    source: str
    target: str


class RedirectsOut(BaseModel):
    """Every moved address."""

    items: list[RedirectIn]


def list_pages(visit: Visit) -> PagesOut:
    """The tenant's pages, last edited first."""
    wanted: PagesQuery = visit.filter
    found = pages.list_pages(visit.session, visit.actor, wanted.market, wanted.language, wanted.q)
    return PagesOut(items=[PageOut(**_plain(page)) for page in found])


def show_page(visit: Visit) -> PageWithDraft:
    """One page with its draft."""
    return _whole(pages.page_for(visit.session, visit.actor, visit.id()))


def make_page(visit: Visit) -> PageWithDraft:
    """A new page; visitors see it once it is published."""
    given: PageIn = visit.form
    if given.group_id is not None:
        pages.check_group(visit.session, given.group_id)
    new = NewPage(given.kind, given.market, given.language, given.path, given.content.title, given.group_id)
    return _whole(pages.make_page(visit.session, visit.actor, new, given.content))


def save_draft(visit: Visit) -> PageWithDraft:
    """Replaces the draft."""
    given: DraftIn = visit.form
    return _whole(pages.save_draft(visit.session, visit.actor, visit.id(), read_content(given.content), given.edit_version))


def publish_page(visit: Visit) -> VersionOut:
    """The draft as the next version. 422 names everything that the page lacks."""
    given: PublishIn = visit.form
    made = appearing.publish(visit.session, visit.actor, visit.id(), given.valid_from, given.valid_to, given.note, given.edit_version)
    return VersionOut(**{name: getattr(made, name) for name in VersionOut.model_fields})


def take_page_back(visit: Visit) -> PageOut:
    """Visitors do not see it any more."""
    return PageOut(**_plain(appearing.take_back(visit.session, visit.actor, visit.id())))


def list_redirects(visit: Visit) -> RedirectsOut:
    """Every moved address."""
    found = redirects.list_redirects(visit.session, visit.actor)
    return RedirectsOut(items=[RedirectIn(source=r.source, target=r.target) for r in found])


def add_redirect(visit: Visit) -> RedirectIn:
    """Leads one path to another."""
    step = redirects.add_redirect(visit.session, visit.actor, visit.form.source, visit.form.target)
    return RedirectIn(source=step.source, target=step.target)


def _plain(page: ContentPage) -> dict[str, Any]:
    return {
        "id": page.id, "kind": page.kind, "group_id": page.group_id, "market": page.market_code, "language": page.language,
        "path": page.path, "title": page.draft.get("title", ""), "edit_version": page.edit_version, "edited_at": page.edited_at,
        "edited_by": page.edited_by, "version": page.latest_version,
        "is_off": page.latest_version > 0 and page.off_version == page.latest_version,
    }  # fmt: skip


def _whole(page: ContentPage) -> PageWithDraft:
    return PageWithDraft(**_plain(page), draft=kept_content(page.draft))


ROUTES: list[Entry] = [
    api("GET", "/pages", list_pages, access=WRITE, query=PagesQuery, reply=PagesOut, name="api.pages"),
    api("POST", "/pages", make_page, access=WRITE, body=PageIn, reply=PageWithDraft, status=201, creates=True, name="api.pages.make"),
    api("GET", "/pages/{id}", show_page, access=WRITE, reply=PageWithDraft, name="api.page"),
    api("PUT", "/pages/{id}/draft", save_draft, access=WRITE, body=DraftIn, reply=PageWithDraft, name="api.page.draft"),
    api(
        "POST", "/pages/{id}/versions", publish_page, access=PUBLISH, body=PublishIn, reply=VersionOut, status=201, creates=True,
        name="api.page.publish",
    ),
    api("POST", "/pages/{id}/take-back", take_page_back, access=PUBLISH, reply=PageOut, name="api.page.take_back"),
    api("GET", "/redirects", list_redirects, access=WRITE, reply=RedirectsOut, name="api.redirects"),
    api(
        "POST", "/redirects", add_redirect, access=PUBLISH, body=RedirectIn, reply=RedirectIn, status=201, creates=True,
        name="api.redirects.add",
    ),
]  # fmt: skip
