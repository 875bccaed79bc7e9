"""Sign in and out, register, reset a password, take up an invitation. One narrow page each.

What an unknown address is told is what a known one is told; only the mail differs.
"""

from pydantic import BaseModel, Field

from kernel.actors import Actor, ActorKind
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.running import SESSION_COOKIE
from kernel.web.visit import Visit, local
from orders.merging import merge_at_sign_in
from storefront.shopper import SESSION_SECONDS
from tenants import people
from tenants.signin import registration, resets
from tenants.signin.sessions import Browser, Started
from tenants.signin.signing_in import sign_in, sign_out


class SignInForm(BaseModel):
    """`next` is a path of this host to go on to."""

    email: str = Field(max_length=500)
    password: str = Field(max_length=100_000)
    next: str = ""


class RegisterForm(BaseModel):
    """What a new customer gives."""

    name: str = Field(default="", max_length=500)
    email: str = Field(default="", max_length=500)
    password: str = Field(default="", max_length=100_000)


class AskResetForm(BaseModel):
    """Where to send the link."""

    email: str = Field(default="", max_length=500)


class ConfirmForm(BaseModel):
    """The password of the registration, so that nobody confirms an account somebody else has prepared."""

    password: str = Field(default="", max_length=100_000)


class NewPasswordForm(BaseModel):
    """A new password, typed once: a browser's password manager does the rest. An invited person may correct the name."""

    name: str = Field(default="", max_length=500)
    password: str = Field(default="", max_length=100_000)


def show(visit: Visit) -> Answer:
    """The sign-in page; whoever is signed in goes on."""
    if visit.actor.is_signed_in:
        return visit.redirect(_target(visit, visit.query.get("next", "")))
    return _sign_in_page(visit, visit.fill(SignInForm, {"next": visit.query.get("next", "")}))


def enter(visit: Visit) -> Answer:
    """Tries to sign in. The guest's cart comes along."""
    form: Form[SignInForm] = visit.form
    if not form.ok or form.value is None:
        return _sign_in_page(visit, form, 422)
    old = visit.cookies.get(SESSION_COOKIE, "")
    visitor = visit.actor.visitor or ""
    tried = sign_in(visit.session, form.value.email, form.value.password, browser(visit), visitor, old)
    if tried.outcome != "signed_in" or tried.started is None or tried.account is None:
        words = {
            "unconfirmed": _("Please confirm your address first: open the link in the mail we have sent you."),
            "refused": _("Address and password do not belong together."),
        }
        form.errors["form"] = words[tried.outcome]
        return _sign_in_page(visit, form, 422)
    if visitor:
        merge_at_sign_in(visit.session, Actor(ActorKind.PERSON, tried.account.tenant_id, tried.account.id), visitor)
    go_on = _target(visit, form.value.next, tried.account.is_staff)
    return _with_session(visit.redirect(go_on), tried.started, tried.account.is_staff)


def leave(visit: Visit) -> Answer:
    """Signs out."""
    sign_out(visit.session, visit.actor, visit.cookies.get(SESSION_COOKIE, ""))
    return visit.redirect(visit.url("home")).forget(SESSION_COOKIE)


def register(visit: Visit) -> Answer:
    """The form for a new account."""
    return visit.render("storefront/register.html", form=visit.fill(RegisterForm), is_open=registration.is_open(visit.session), sent=False)


def registered(visit: Visit) -> Answer:
    """Sends the confirmation mail; says the same whether the address was known or not."""
    form: Form[RegisterForm] = visit.form
    try:
        given = form.given
        registration.register(
            visit.session, given.email, given.name, given.password, visit.address,
            lambda token: visit.absolute("signing_in.confirm", token=token),
            lambda token: visit.absolute("signing_in.new_password", token=token),
        )  # fmt: skip
    except Invalid as refused:
        form.refuse(refused.problems)
        return visit.render("storefront/register.html", status=422, form=form, is_open=True, sent=False)
    return visit.render("storefront/register.html", form=form, is_open=True, sent=True)


def confirm(visit: Visit) -> Answer:
    """The page behind the link of the confirmation mail; a GET changes nothing."""
    return visit.render("storefront/confirm.html", form=visit.fill(ConfirmForm), dead=False)


def confirmed(visit: Visit) -> Answer:
    """Confirms the address."""
    form: Form[ConfirmForm] = visit.form
    try:
        registration.confirm(visit.session, visit.param("token"), form.given.password)
    except Invalid as refused:
        return visit.render("storefront/confirm.html", status=422, form=form.refuse(refused.problems), dead=False)
    except NotThere:
        return visit.render("storefront/confirm.html", status=404, form=form, dead=True)
    return visit.redirect(visit.url("sign_in", welcome=1))


def ask_reset(visit: Visit) -> Answer:
    """Where to send the link for a new password."""
    return visit.render("storefront/reset.html", form=visit.fill(AskResetForm), sent=False)


def asked_reset(visit: Visit) -> Answer:
    """Sends the link, if there is somebody to send it to."""
    form: Form[AskResetForm] = visit.form
    try:
        resets.request_reset(
            visit.session, form.given.email, visit.address, lambda token: visit.absolute("signing_in.new_password", token=token)
        )
    except Invalid as refused:
        return visit.render("storefront/reset.html", status=422, form=form.refuse(refused.problems), sent=False)
    return visit.render("storefront/reset.html", form=form, sent=True)


def new_password(visit: Visit) -> Answer:
    """The form behind the link."""
    try:
        account = resets.account_to_reset(visit.session, visit.param("token"))
    except NotThere:
        return visit.render("storefront/new_password.html", status=404, form=None, email="", invitation=False)
    return visit.render("storefront/new_password.html", form=visit.fill(NewPasswordForm), email=account.email, invitation=False)


def set_password(visit: Visit) -> Answer:
    """Sets the new password; signing in comes next."""
    form: Form[NewPasswordForm] = visit.form
    try:
        account = resets.reset_password(visit.session, visit.param("token"), form.given.password)
    except Invalid as refused:
        account = resets.account_to_reset(visit.session, visit.param("token"))
        form.refuse(refused.problems)
        return visit.render("storefront/new_password.html", status=422, form=form, email=account.email, invitation=False)
    return visit.redirect(visit.url("sign_in", email=account.email, changed=1))


def invitation(visit: Visit) -> Answer:
    """The page of somebody who has been invited: choose a password."""
    try:
        account = people.invitation_for(visit.session, visit.param("token"))
    except NotThere:
        return visit.render("storefront/new_password.html", status=404, form=None, email="", invitation=True)
    return visit.render(
        "storefront/new_password.html", form=visit.fill(NewPasswordForm, {"name": account.name}), email=account.email, invitation=True
    )


def accept_invitation(visit: Visit) -> Answer:
    """Takes the invitation up and signs in."""
    form: Form[NewPasswordForm] = visit.form
    try:
        account = people.accept_invitation(visit.session, visit.param("token"), form.given.name, form.given.password)
    except Invalid as refused:
        account = people.invitation_for(visit.session, visit.param("token"))
        form.refuse(refused.problems)
        return visit.render("storefront/new_password.html", status=422, form=form, email=account.email, invitation=True)
    return visit.redirect(visit.url("sign_in", email=account.email, welcome=1))


def browser(visit: Visit) -> Browser:
    """What is kept of the browser in the list of sessions."""
    return Browser(visit.headers.get("user-agent", ""), visit.address)


def _sign_in_page(visit: Visit, form: Form[SignInForm], status: int = 200) -> Answer:
    if not form.get("email") and visit.query.get("email"):
        form.typed["email"] = [visit.query["email"]]
    note = next((name for name in ("welcome", "changed", "left") if visit.query.get(name)), "")
    # a refused try is kept: its entry in the audit trail must not be rolled back
    return visit.render(
        "storefront/sign_in.html", status=status, keep=True, form=form, note=note, is_open=registration.is_open(visit.session)
    )


def _with_session(answer: Answer, started: Started, is_staff: bool) -> Answer:
    """Staff sessions end with the browser; customers stay signed in."""
    return answer.cookie(SESSION_COOKIE, started.token, None if is_staff else SESSION_SECONDS)


def _target(visit: Visit, wanted: str, is_staff: bool | None = None) -> str:
    staff = visit.signed_in.is_staff if is_staff is None else is_staff
    if wanted and local(wanted):
        return wanted
    return "/desk/" if staff else visit.url("account.show")
