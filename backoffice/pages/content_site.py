"""Moved addresses, what search engines may, and the messages that visitors have written."""

from pydantic import BaseModel, Field

from catalog.content import redirects, requests
from catalog.content.listing import Listing, change_listing, listing_of
from kernel.errors import Conflict, Invalid, Problem
from kernel.i18n import gettext as _
from kernel.web.answers import Answer, attachment
from kernel.web.forms import Form
from kernel.web.visit import Visit

FILE_BYTES = 3_000_000
MOST_SHOWN = 500


class RedirectForm(BaseModel):
    """From where to where."""

    source: str = Field(default="", max_length=2000)
    target: str = Field(default="", max_length=2000)


class FileForm(BaseModel):
    """A table of moved addresses."""


class ListingForm(BaseModel):
    """What search engines may."""

    is_listed: bool = False
    robots: str = Field(default="", max_length=10_000)
    edit_version: int = 0


class StateForm(BaseModel):
    """Dealt with, or not."""

    state: str = Field(default="done", max_length=10)


def show_redirects(visit: Visit) -> Answer:
    """Every moved address, and a new one."""
    return _redirects(visit, visit.fill(RedirectForm))


def add_redirect(visit: Visit) -> Answer:
    """Leads one path to another."""
    form: Form[RedirectForm] = visit.form
    try:
        redirects.add_redirect(visit.session, visit.actor, form.given.source, form.given.target)
    except Invalid as refused:
        return _redirects(visit, form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.redirects", done="added"))


def remove_redirect(visit: Visit) -> Answer:
    """The old path leads nowhere again."""
    redirects.remove_redirect(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.redirects", done="removed"))


def redirects_file(visit: Visit) -> Answer:
    """All of them as a table."""
    return attachment(redirects.write_file(visit.session, visit.actor), "redirects.csv", "text/csv; charset=utf-8")


def upload_redirects(visit: Visit) -> Answer:
    """Takes in a table; rows that do not hold are named, the others are taken."""
    form: Form[FileForm] = visit.form
    try:
        sent = form.files.get("file", [])
        if not sent:
            raise Invalid.at("file", _("Please choose a file."), "missing")
        taken, problems = redirects.read_file(visit.session, visit.actor, sent[0].file.read())
    except Invalid as refused:
        return _redirects(visit, visit.fill(RedirectForm), 422, problems=refused.problems)
    return _redirects(visit, visit.fill(RedirectForm), taken=taken, problems=problems)


def _redirects(
    visit: Visit, form: Form[RedirectForm], status: int = 200, taken: int | None = None, problems: list[Problem] | None = None
) -> Answer:
    text = visit.query.get("q", "").strip()[:200]
    found = redirects.list_redirects(visit.session, visit.actor, text)
    return visit.render(
        "backoffice/redirects.html", status=status, form=form, redirects=found[:MOST_SHOWN], total=len(found), text=text, taken=taken,
        problems=problems or [], done=visit.query.get("done", ""),
    )  # fmt: skip


def show_listing(visit: Visit) -> Answer:
    """What search engines may."""
    held = listing_of(visit.session)
    return _listing(visit, visit.fill(ListingForm, held.__dict__))


def save_listing(visit: Visit) -> Answer:
    """Changes it at once."""
    form: Form[ListingForm] = visit.form
    try:
        change_listing(visit.session, visit.actor, Listing(**form.given.model_dump()))
    except (Invalid, Conflict) as refused:
        return _listing(visit, form.told(refused), refused.status)
    return visit.redirect(visit.url("desk.listing", done="saved"))


def _listing(visit: Visit, form: Form[ListingForm], status: int = 200) -> Answer:
    return visit.render("backoffice/listing.html", status=status, form=form, done=visit.query.get("done", ""))


def show_messages(visit: Visit) -> Answer:
    """What visitors have written, newest first."""
    state = visit.query.get("state", "")
    found = requests.list_requests(visit.session, visit.actor, state if state in ("new", "done") else "")
    return visit.render("backoffice/messages.html", messages=found, state=state, done=visit.query.get("done", ""))


def handle_message(visit: Visit) -> Answer:
    """Dealt with, or not yet."""
    form: Form[StateForm] = visit.form
    requests.set_state(visit.session, visit.actor, visit.id(), form.given.state)
    return visit.redirect(visit.url("desk.messages", done="saved"))
