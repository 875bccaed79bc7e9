"""People who work here: invite, give roles, deactivate."""

from uuid import UUID

from pydantic import BaseModel, Field

from kernel.errors import Invalid, TooMany
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from tenants import people, roles
from tenants.signin.links import LinkTo


class InviteForm(BaseModel):
    """Whom to invite, and as what."""

    email: str = Field(default="", max_length=500)
    name: str = Field(default="", max_length=500)
    roles: list[UUID] = Field(default_factory=list)


class RolesForm(BaseModel):
    """The roles somebody holds from now on."""

    roles: list[UUID] = Field(default_factory=list)


def show(visit: Visit) -> Answer:
    """Colleagues with their roles, and the form to invite one."""
    return _page(visit, visit.fill(InviteForm))


def invite(visit: Visit) -> Answer:
    """Sends an invitation."""
    form: Form[InviteForm] = visit.form
    try:
        given = form.given
        people.invite(visit.session, visit.actor, given.email, given.name, given.roles, _link(visit))
    except Invalid as refused:
        return _page(visit, form.refuse(refused.problems), 422)
    except TooMany as refused:
        return _page(visit, form.told(refused, "email"), refused.status).header("retry-after", str(refused.retry_after_seconds))
    return visit.redirect(visit.url("desk.people", done="invited"))


def person(visit: Visit) -> Answer:
    """One colleague: state, roles, what can be done."""
    account = people.person_for(visit.session, visit.actor, visit.id())
    held = [str(role.id) for role in roles.roles_of(visit.session, visit.actor, account.id)]
    return visit.render(
        "backoffice/person.html",
        account=account,
        form=visit.fill(RolesForm, {"roles": held}),
        all_roles=roles.list_roles(visit.session, visit.actor),
        crumbs=[(_("People"), visit.url("desk.people")), (account.name, "")],
        done=visit.query.get("done", ""),
    )


def set_roles(visit: Visit) -> Answer:
    """Sets somebody's roles."""
    roles.set_roles(visit.session, visit.actor, visit.id(), visit.form.given.roles)
    return visit.redirect(visit.url("desk.person", id=visit.id(), done="roles"))


def deactivate(visit: Visit) -> Answer:
    """Takes somebody's access away at once."""
    people.deactivate(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.person", id=visit.id(), done="deactivated"))


def reactivate(visit: Visit) -> Answer:
    """Lets somebody in again, by a new invitation."""
    people.reactivate(visit.session, visit.actor, visit.id(), _link(visit))
    return visit.redirect(visit.url("desk.person", id=visit.id(), done="invited"))


def invite_again(visit: Visit) -> Answer:
    """Sends the invitation once more; the old link is dead."""
    people.invite_again(visit.session, visit.actor, visit.id(), _link(visit))
    return visit.redirect(visit.url("desk.person", id=visit.id(), done="invited"))


def _link(visit: Visit) -> LinkTo:
    return lambda token: visit.absolute("signing_in.invitation", token=token)


def _page(visit: Visit, form: Form[InviteForm], status: int = 200) -> Answer:
    text = visit.query.get("q", "")
    found = people.list_staff(visit.session, visit.actor, text, visit.number("page", 1))
    return visit.render(
        "backoffice/people.html",
        status=status,
        found=found,
        text=text,
        form=form,
        all_roles=roles.list_roles(visit.session, visit.actor),
        done=visit.query.get("done", ""),
    )
