"""Roles: named bundles of permissions, edited as data. Two rules hold whatever is changed:

- nobody gives away what he does not hold himself, nor takes from others what he could not have given;
- a tenant never loses its last administrator, an active member of staff who may manage both colleagues and roles.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.audit import record
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid, NotAllowed
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id
from tenants.events import RoleChanged
from tenants.finding import one
from tenants.models import Account, AccountRole, Role
from tenants.permissions import ADMINISTRATION, STARTING_ROLES, check_known
from tenants.wording import line

MOST_ROLES = 100


def list_roles(session: Session, actor: Actor) -> list[tuple[Role, int]]:
    """Every role with the number of people who hold it, by name. For those who manage roles or people."""
    if not actor.can("role.manage"):
        actor.must("user.manage")
    holders = (
        select(func.count())
        .where(AccountRole.tenant_id == Role.tenant_id, AccountRole.role_id == Role.id)
        .correlate(Role)
        .scalar_subquery()
    )
    query = select(Role, holders).where(Role.tenant_id == actor.tenant_id).order_by(Role.name).limit(MOST_ROLES)
    return [(role, count) for role, count in session.execute(query)]


def role_for(session: Session, actor: Actor, role_id: UUID, lock: bool = False) -> Role:
    """A role to look at or change, for those who may manage roles."""
    actor.must("role.manage")
    return one(session, actor, Role, role_id, lock)


def make_role(session: Session, actor: Actor, name: str, description: str, permissions: Iterable[str]) -> Role:
    """A role of the tenant's own. NotAllowed for permissions the actor does not hold; Invalid for a name that is taken."""
    actor.must("role.manage")
    chosen = check_known(permissions)
    check_held(actor, chosen)
    wait_lock(session, "tenants.roles")
    role = Role(tenant_id=actor.tenant_id, id=new_id(), name=_free_name(session, actor, name, None), permissions=sorted(chosen), key="")
    role.description = line("description", description, 400)
    session.add(role)
    session.flush()
    _told(session, actor, role, "role.make", None)
    return role


def change_role(session: Session, actor: Actor, role_id: UUID, name: str, description: str, permissions: Iterable[str]) -> Role:
    """Renames a role and sets what it includes; takes effect with its holders' next click.

    NotAllowed where something is added or taken that the actor does not hold; Conflict where it would leave the tenant
    without an administrator.
    """
    role = role_for(session, actor, role_id, lock=True)
    chosen = check_known(permissions)
    check_held(actor, chosen ^ frozenset(role.permissions))
    wait_lock(session, "tenants.roles")
    before = _as_json(role)
    free_name, described = _free_name(session, actor, name, role.id), line("description", description, 400)
    with session.begin_nested():
        role.name, role.description, role.permissions = free_name, described, sorted(chosen)
        check_administrator_left(session, actor)
    _told(session, actor, role, "role.change", before)
    return role


def remove_role(session: Session, actor: Actor, role_id: UUID) -> None:
    """Removes a role that nobody holds; Conflict while somebody does."""
    role = role_for(session, actor, role_id, lock=True)
    check_held(actor, frozenset(role.permissions))
    wait_lock(session, "tenants.roles")
    held = session.scalar(
        select(func.count()).select_from(AccountRole).where(AccountRole.tenant_id == actor.tenant_id, AccountRole.role_id == role.id)
    )
    if held:
        raise Conflict(_("Somebody still has this role. Give them another one first."))
    before = _as_json(role)
    session.delete(role)
    session.flush()
    record(session, actor, "role.remove", "role", role.id, before=before)
    publish(session, RoleChanged(role.id, "role.remove"), actor)


def set_roles(session: Session, actor: Actor, account_id: UUID, role_ids: Iterable[UUID]) -> None:
    """A member of staff holds exactly these roles from now on.

    NotAllowed where a role given or taken includes something the actor does not hold; Invalid for people who do not work
    here; Conflict where it would leave the tenant without an administrator.
    """
    actor.must("user.manage")
    account = one(session, actor, Account, account_id, lock=True)
    if not account.is_staff:
        raise Invalid.at("roles", _("Only people who work here have roles."), "not_staff")
    wait_lock(session, "tenants.roles")
    wanted, held = set(role_ids), {role.id: role for role in roles_of(session, actor, account.id)}
    changed = wanted.symmetric_difference(held)
    roles = {role.id: role for role in _roles(session, actor, changed)}
    check_held(actor, frozenset(p for role in roles.values() for p in role.permissions))
    lost = set(held) - wanted
    mine = (AccountRole.tenant_id == actor.tenant_id) & (AccountRole.account_id == account.id)
    with session.begin_nested():
        session.execute(delete(AccountRole).where(mine, AccountRole.role_id.in_(lost)))
        give_roles(session, account, [roles[role_id] for role_id in sorted(wanted - set(held))])
        check_administrator_left(session, actor)
    before = {"roles": sorted(role.name for role in held.values())}
    after = {"roles": sorted((held | roles)[role_id].name for role_id in wanted)}
    record(session, actor, "account.set_roles", "account", account.id, before=before, after=after)


def roles_of(session: Session, actor: Actor, account_id: UUID) -> list[Role]:
    """The roles somebody holds, by name."""
    query = (
        select(Role)
        .join(AccountRole, (AccountRole.tenant_id == Role.tenant_id) & (AccountRole.role_id == Role.id))
        .where(AccountRole.tenant_id == actor.tenant_id, AccountRole.account_id == account_id)
        .order_by(Role.name)
    )
    return list(session.scalars(query))


def roles_to_give(session: Session, actor: Actor, role_ids: Iterable[UUID]) -> list[Role]:
    """The roles, if the actor holds everything they include; NotThere for one of another tenant."""
    roles = _roles(session, actor, set(role_ids))
    check_held(actor, frozenset(p for role in roles for p in role.permissions))
    return roles


def give_roles(session: Session, account: Account, roles: Iterable[Role]) -> None:
    """Writes the rows, for use cases that have already asked who may."""
    for role in roles:
        session.add(AccountRole(tenant_id=account.tenant_id, id=new_id(), account_id=account.id, role_id=role.id))
    session.flush()


def make_starting_roles(session: Session, tenant_id: UUID, kind: str) -> dict[str, Role]:
    """The roles a new tenant of this kind finds, by key."""
    roles = {
        start.key: Role(
            tenant_id=tenant_id,
            id=new_id(),
            key=start.key,
            name=start.name,
            description=start.description,
            permissions=sorted(start.permissions),
        )
        for start in STARTING_ROLES
        if kind in start.kinds
    }
    session.add_all(roles.values())
    session.flush()
    return roles


def check_held(actor: Actor, permissions: frozenset[str]) -> None:
    """NotAllowed where the actor lacks one of them."""
    if lacking := sorted(p for p in permissions if not actor.can(p)):
        raise NotAllowed(_("You can only give or take away what your own role includes."), permissions=lacking)


def check_administrator_left(session: Session, actor: Actor) -> None:
    """Conflict where no active member of staff holds both user.manage and role.manage any more.

    The caller holds the lock `tenants.roles`, so that two administrators cannot remove each other at once, and has made
    its change inside a savepoint, so that a refusal leaves nothing behind even where somebody catches it.
    """
    session.flush()
    administrators = (
        select(AccountRole.account_id)
        .join(Role, (Role.tenant_id == AccountRole.tenant_id) & (Role.id == AccountRole.role_id))
        .join(Account, (Account.tenant_id == AccountRole.tenant_id) & (Account.id == AccountRole.account_id))
        .where(
            AccountRole.tenant_id == actor.tenant_id,
            Account.status == "active",
            Account.is_staff,
            Role.permissions.contains(sorted(ADMINISTRATION)),
        )
        .limit(1)
    )
    if session.scalar(administrators) is None:
        raise Conflict(_("Somebody has to remain who manages colleagues and roles. Make another person administrator first."))


def _roles(session: Session, actor: Actor, role_ids: set[UUID]) -> list[Role]:
    return [one(session, actor, Role, role_id) for role_id in sorted(role_ids)]


def _free_name(session: Session, actor: Actor, name: str, own_id: UUID | None) -> str:
    cleaned = line("name", name, 60, required=True)
    taken = session.scalar(select(Role.id).where(Role.tenant_id == actor.tenant_id, Role.name == cleaned))
    if taken is not None and taken != own_id:
        raise Invalid.at("name", _("There is a role of this name already."), "taken")
    return cleaned


def _as_json(role: Role) -> dict[str, Any]:
    return {"name": role.name, "description": role.description, "permissions": list(role.permissions)}


def _told(session: Session, actor: Actor, role: Role, action: str, before: dict[str, Any] | None) -> None:
    record(session, actor, action, "role", role.id, before=before, after=_as_json(role))
    publish(session, RoleChanged(role.id, action), actor)
