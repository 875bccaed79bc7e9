"""The block editor. Every button posts the whole form, so nothing that was typed is lost; the page's script sends the same in the
background and puts in the parts that have changed."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from backoffice.page_forms import BLOCK_NAMES, PageForm, moment_in, read_page, typed_page
from catalog.content import appearing, arranging, pages, pictures
from catalog.content.blocks import PageContent, kept_content
from catalog.content.pages import NewPage
from catalog.content.showing import shown_file
from catalog.content.states import states_of
from catalog.models import ContentPage
from kernel.errors import Conflict, Invalid
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from storefront.pictures import image

UPLOAD_BYTES = 70_000_000
SAID = {
    "save": mark("Kept as a draft."), "typing": mark("Kept as a draft."), "undo": mark("Undone."), "redo": mark("Done again."),
    "publish": mark("Published."), "add": mark("Added."), "up": mark("Moved up."), "down": mark("Moved down."), "double": mark("Doubled."),
    "remove": mark("Taken out. Undo brings it back."), "ask": mark("One more question."), "overwrite": mark("Kept as a draft."),
}  # fmt: skip


class PathForm(BaseModel):
    """Another address."""

    path: str = Field(default="", max_length=300)
    edit_version: int | None = None


class CopyForm(BaseModel):
    """The same page in another language or market."""

    place: str = Field(default="", max_length=60)
    path: str = Field(default="", max_length=300)
    title: str = Field(default="", max_length=300)


class RestoreForm(BaseModel):
    """Which version becomes the draft."""

    number: int


@dataclass(frozen=True)
class Done:
    """What a button did: the page's new content, and the block that is to have the focus."""

    content: PageContent
    focus: str = ""


def show(visit: Visit) -> Answer:
    """The page as it is being written."""
    page = pages.page_for(visit.session, visit.actor, visit.id())
    return _page(visit, page, _form_of(visit, page), said=visit.query.get("done", ""), focus=visit.query.get("at", ""))


def write(visit: Visit) -> Answer:
    """Keeps what was typed, then does what the button says. Raises nothing: what is wrong stands at its field."""
    form: Form[PageForm] = visit.form
    page = pages.page_for(visit.session, visit.actor, visit.id(), lock=True)
    verb, _colon, about = form.get("do", "save").partition(":")
    try:
        if verb in ("undo", "redo"):
            move = pages.undo if verb == "undo" else pages.redo
            return _done(visit, move(visit.session, visit.actor, page.id, form.given.edit_version), verb, "")
        done = _arranged(read_page(visit, form, page.language), verb, about, form.given)
        seen = None if verb == "overwrite" else form.given.edit_version
        page = pages.save_draft(visit.session, visit.actor, page.id, done.content, seen, typing=verb == "typing")
        if verb == "publish":
            _publish(visit, page, form.given)
    except Invalid as refused:
        # what could be kept is kept: a page with gaps is a draft like any other
        keep = verb == "publish" and page.draft != {}
        return _page(visit, page, _again(visit, page, form, refused), status=422, keep=keep)
    except Conflict as refused:
        return _page(visit, page, form.told(refused), status=409, is_late=True)
    return _done(visit, page, verb, done.focus)


def _again(visit: Visit, page: ContentPage, form: Form[PageForm], refused: Invalid) -> Form[PageForm]:
    form.typed["edit_version"] = [str(page.edit_version)]
    return form.refuse(refused.problems)


def _arranged(content: PageContent, verb: str, about: str, given: PageForm) -> Done:
    if verb == "add":
        return Done(*arranging.add(content, given.kind, about or given.after))
    if verb == "double":
        return Done(*arranging.double(content, about))
    if verb in ("up", "down"):
        return Done(arranging.move(content, about, -1 if verb == "up" else 1))
    if verb == "remove":
        return Done(arranging.remove(content, about))
    return Done(arranging.ask_more(content, about)) if verb == "ask" else Done(content)


def _publish(visit: Visit, page: ContentPage, given: PageForm) -> None:
    begins, ends = moment_in(visit, given.valid_from, "valid_from"), moment_in(visit, given.valid_to, "valid_to")
    appearing.publish(visit.session, visit.actor, page.id, begins, ends, given.note, page.edit_version)


def _done(visit: Visit, page: ContentPage, verb: str, focus: str) -> Answer:
    if visit.is_fragment:
        return _page(visit, page, _form_of(visit, page), said=verb, focus=focus)
    return visit.redirect(visit.url("desk.page", id=page.id, done=verb, at=focus or None) + (f"#block-{focus}" if focus else ""))


def take_back(visit: Visit) -> Answer:
    """Visitors do not see it any more."""
    appearing.take_back(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.page", id=visit.id(), done="taken_back"))


def move(visit: Visit) -> Answer:
    """Another address."""
    form: Form[PathForm] = visit.form
    page = pages.page_for(visit.session, visit.actor, visit.id(), lock=True)
    try:
        pages.change_path(visit.session, visit.actor, page.id, form.given.path, form.given.edit_version)
    except (Invalid, Conflict) as refused:
        return _page(visit, page, _form_of(visit, page), status=refused.status, path_form=form.told(refused, "path"))
    return visit.redirect(visit.url("desk.page", id=page.id, done="moved"))


def copy(visit: Visit) -> Answer:
    """The same page in another language or market, beginning with this one's words."""
    form: Form[CopyForm] = visit.form
    page = pages.page_for(visit.session, visit.actor, visit.id())
    try:
        market, _slash, language = form.given.place.partition("/")
        new = NewPage(page.kind, market, language, form.given.path or page.path, form.given.title or page.draft["title"], page.group_id)
        made = pages.copy_page(visit.session, visit.actor, page.id, new)
    except Invalid as refused:
        return _page(visit, page, _form_of(visit, page), status=422, copy_form=form.refuse(refused.problems))
    return visit.redirect(visit.url("desk.page", id=made.id, done="copied"))


def remove(visit: Visit) -> Answer:
    """Removes a page that was never published."""
    pages.remove_page(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.pages", done="removed"))


def versions(visit: Visit) -> Answer:
    """Everything that was published, who did it and when."""
    page = pages.page_for(visit.session, visit.actor, visit.id())
    found = appearing.history(visit.session, visit.actor, page.id)
    return visit.render(
        "backoffice/page_versions.html",
        page=page,
        versions=found,
        state=states_of(visit.session, [page])[page.id],
        address=pages.address(page),
    )


def restore(visit: Visit) -> Answer:
    """An old version as the draft."""
    form: Form[RestoreForm] = visit.form
    appearing.restore(visit.session, visit.actor, visit.id(), form.given.number)
    return visit.redirect(visit.url("desk.page", id=visit.id(), done="restored"))


def _form_of(visit: Visit, page: ContentPage) -> Form[PageForm]:
    return visit.fill(PageForm, typed_page(kept_content(page.draft), page.edit_version, visit.tenant.time_zone))


def _page(
    visit: Visit,
    page: ContentPage,
    form: Form[PageForm],
    status: int = 200,
    said: str = "",
    focus: str = "",
    is_late: bool = False,
    keep: bool = False,
    path_form: Form[PathForm] | None = None,
    copy_form: Form[CopyForm] | None = None,
) -> Answer:
    language = page.language
    found = [(f, shown_file(f, language)) for kind in ("picture", "video") for f in pictures.list_files(visit.session, visit.actor, kind)]
    context: dict[str, Any] = {
        "page": page,
        "form": form,
        "blocks": _blocks(form),
        "names": {kind: _(label) for kind, label in BLOCK_NAMES.items()},
        "state": states_of(visit.session, [page])[page.id],
        "can_undo": pages.can_go(visit.session, page),
        "address": pages.address(page),
        "films": [(str(f.id), f.name or str(f.id)) for f, _shown in found if f.kind == "video"],
        "pictures": [(str(f.id), f.name or str(f.id)) for f, _shown in found if f.kind == "picture"],
        "thumbs": {str(f.id): image(visit, shown.picture) for f, shown in found if shown.picture},
        "siblings": pages.siblings_of(visit.session, page),
        "free_places": _free_places(visit, page),
        "path_form": path_form,
        "copy_form": copy_form,
        "said": _(SAID[said]) if said in SAID else "",
        "done": said,
        "focus": focus,
        "is_late": is_late,
    }
    return visit.render("backoffice/page.html", status=status, keep=keep, block="writing" if visit.is_fragment else "", **context)


def _blocks(form: Form[PageForm]) -> list[dict[str, str]]:
    """Place, id and kind of each block as typed."""
    found, place = [], 0
    while kind := form.get(f"blocks.{place}.kind"):
        items = 0
        while f"blocks.{place}.items.{items}.question" in form.typed or f"blocks.{place}.items.{items}.answer" in form.typed:
            items += 1
        found.append({"at": f"blocks.{place}", "place": place, "id": form.get(f"blocks.{place}.id"), "kind": kind, "items": items})
        place += 1
    return found  # type: ignore[return-value]


def _free_places(visit: Visit, page: ContentPage) -> list[tuple[str, str]]:
    """Where the same page is not yet: (market/language, label)."""
    taken = {(p.market_code, p.language) for p in (page, *pages.siblings_of(visit.session, page))}
    return [(f"{m.code}/{tag}", f"{_(m.name)} · {tag}") for m in visit.tenant.markets for tag in m.languages if (m.code, tag) not in taken]
