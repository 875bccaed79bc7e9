"""The account: who I am here, my password, where I am signed in, and the ways to my orders."""

from pydantic import BaseModel, Field

from kernel.errors import Invalid
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.running import SESSION_COOKIE
from kernel.web.visit import Visit
from storefront.pages.signing_in import browser
from storefront.shopper import SESSION_SECONDS
from tenants import people
from tenants.signin import resets, sessions


class DetailsForm(BaseModel):
    """Name and language of mails and pages."""

    name: str = Field(default="", max_length=500)
    language: str = Field(default="", max_length=20)


class PasswordForm(BaseModel):
    """The present password and a new one."""

    old: str = Field(default="", max_length=100_000)
    new: str = Field(default="", max_length=100_000)


def show(visit: Visit) -> Answer:
    """Details, password and sessions."""
    return _page(visit)


def save(visit: Visit) -> Answer:
    """Changes name and language."""
    form: Form[DetailsForm] = visit.form
    try:
        people.change_my_details(visit.session, visit.actor, form.given.name, form.given.language)
    except Invalid as refused:
        return _page(visit, details=form.refuse(refused.problems), status=422)
    return visit.redirect(visit.url("account.show", saved="details"))


def change_password(visit: Visit) -> Answer:
    """Changes the password; every other session ends."""
    form: Form[PasswordForm] = visit.form
    try:
        started = resets.change_password(visit.session, visit.actor, form.given.old, form.given.new, browser(visit))
    except Invalid as refused:
        return _page(visit, password=form.refuse(refused.problems), status=422)
    age = None if visit.signed_in.is_staff else SESSION_SECONDS
    return visit.redirect(visit.url("account.show", saved="password")).cookie(SESSION_COOKIE, started.token, age)


def end_session(visit: Visit) -> Answer:
    """Signs out one browser."""
    sessions.end_session(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("account.show", saved="session"))


def end_others(visit: Visit) -> Answer:
    """Signs out all other browsers."""
    sessions.end_other_sessions(visit.session, visit.actor)
    return visit.redirect(visit.url("account.show", saved="sessions"))


def _page(visit: Visit, details: Form[DetailsForm] | None = None, password: Form[PasswordForm] | None = None, status: int = 200) -> Answer:
    account = people.me(visit.session, visit.actor)
    return visit.render(
        "storefront/account.html",
        status=status,
        account=account,
        details=details or visit.fill(DetailsForm, {"name": account.name, "language": account.language}),
        password=password or visit.fill(PasswordForm),
        sessions=sessions.my_sessions(visit.session, visit.actor),
        saved=visit.query.get("saved", ""),
    )
