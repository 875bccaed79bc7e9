"""Roles as data: what each includes, in plain words."""

from itertools import groupby

from pydantic import BaseModel, Field

from kernel.errors import NotThere, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from tenants import roles
from tenants.permissions import PERMISSIONS, Permission, explained


class RoleForm(BaseModel):
    """A role's name and what it includes."""

    name: str = Field(default="", max_length=200)
    description: str = Field(default="", max_length=1000)
    permissions: list[str] = Field(default_factory=list)


def show(visit: Visit) -> Answer:
    """All roles and how many hold them."""
    return visit.render("backoffice/roles.html", roles=roles.list_roles(visit.session, visit.actor), done=visit.query.get("done", ""))


def new(visit: Visit) -> Answer:
    """An empty role."""
    return _page(visit, visit.fill(RoleForm), None)


def make(visit: Visit) -> Answer:
    """Makes a role."""
    form: Form[RoleForm] = visit.form
    try:
        given = form.given
        roles.make_role(visit.session, visit.actor, given.name, given.description, given.permissions)
    except Refused as refused:
        return _page(visit, form.told(refused, "permissions"), None, refused.status)
    return visit.redirect(visit.url("desk.roles", done="made"))


def edit(visit: Visit) -> Answer:
    """A role to change."""
    role = roles.role_for(visit.session, visit.actor, visit.id())
    known = {"name": role.name, "description": role.description, "permissions": list(role.permissions)}
    return _page(visit, visit.fill(RoleForm, known), role.id)


def change(visit: Visit) -> Answer:
    """Changes a role; its holders feel it with their next click."""
    form: Form[RoleForm] = visit.form
    try:
        given = form.given
        roles.change_role(visit.session, visit.actor, visit.id(), given.name, given.description, given.permissions)
    except NotThere:
        raise
    except Refused as refused:
        return _page(visit, form.told(refused, "permissions"), visit.id(), refused.status)
    return visit.redirect(visit.url("desk.roles", done="changed"))


def remove(visit: Visit) -> Answer:
    """Removes a role that nobody holds."""
    roles.remove_role(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.roles", done="removed"))


def grouped() -> list[tuple[str, list[Permission]]]:
    """The vocabulary under its headings."""
    return [(str(group), list(items)) for group, items in groupby(PERMISSIONS.values(), key=lambda p: p.group)]


def _page(visit: Visit, form: Form[RoleForm], role_id: object, status: int = 200) -> Answer:
    crumbs = [(_("Roles"), visit.url("desk.roles")), (form.get("name") or _("New role"), "")]
    return visit.render(
        "backoffice/role.html", status=status, form=form, role_id=role_id, groups=grouped(), explained=explained, crumbs=crumbs
    )
