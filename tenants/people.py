"""People who sign in: staff are invited by colleagues, customers register themselves (signin/registration.py), buyers are
invited by their company (companies.py).

Nobody changes an account that may more than himself. A deactivated account keeps its name on what it did.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.audit import record
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid, NotAllowed, SignInNeeded
from kernel.events import publish
from kernel.i18n import current as current_language
from kernel.i18n import gettext as _
from kernel.i18n import is_known
from kernel.ids import new_id
from tenants import letters
from tenants.events import PersonDeactivated, PersonInvited, PersonJoined
from tenants.finding import Slice, one, sliced
from tenants.invitations import count_invitation
from tenants.models import Account, AccountRole, CompanyBuyer, Role
from tenants.parties import PartyDetails, new_party
from tenants.roles import check_administrator_left, check_held, give_roles, roles_of, roles_to_give
from tenants.signin import sessions
from tenants.signin.links import LinkTo, account_behind, give_link, revoke_links, use_link
from tenants.signin.passwords import check_good_enough, hashed
from tenants.wording import EmailAddress, email_address, line

MANAGE = "user.manage"


def invite(session: Session, actor: Actor, email: str, name: str, role_ids: Iterable[UUID], link_to: LinkTo) -> Account:
    """Asks somebody to join the staff with these roles; the mail carries the link that `link_to` makes of a token.

    Inviting an account again that has not accepted yet sends a new link and replaces nothing else. Invalid where the
    address already has an account; NotAllowed for roles beyond the actor's own; TooMany beyond the limits of invitations.
    """
    actor.must(MANAGE)
    roles = roles_to_give(session, actor, role_ids)
    address = email_address(email)
    account = by_email(session, actor.tenant_id, address, to_add=True)
    if account is not None and not (account.is_staff and account.status == "invited"):
        raise Invalid.at("email", _("There is an account with this address already."), "taken")
    if account is None:
        account = new_account(session, actor.tenant_id, address, name, is_staff=True)
        give_roles(session, account, roles)
    send_invitation(session, actor, account, link_to)
    record(session, actor, "account.invite", "account", account.id, after={**as_json(account), "roles": [r.name for r in roles]})
    return account


def invite_again(session: Session, actor: Actor, account_id: UUID, link_to: LinkTo) -> None:
    """A new link for somebody who has not accepted yet; the old one stops working."""
    actor.must(MANAGE)
    account = one(session, actor, Account, account_id, lock=True)
    if account.status != "invited":
        raise Conflict(_("This invitation has been accepted already."))
    check_not_above(session, actor, account)
    send_invitation(session, actor, account, link_to)
    record(session, actor, "account.invite_again", "account", account.id)


def invitation_for(session: Session, token: str) -> Account:
    """The account behind an invitation link, for the page that asks for a password; NotThere for a link that is dead."""
    return account_behind(session, token, "invitation")[0]


def accept_invitation(session: Session, token: str, name: str, password: str) -> Account:
    """Sets name and password of an invited account and uses the link up; company memberships that wait become active.

    NotThere for a dead link, Invalid for a password that is not good enough; the link then stays good.
    """
    account = account_behind(session, token, "invitation")[0]
    cleaned = line("name", name or account.name, required=True)
    check_good_enough(password, (cleaned, account.email))
    stored = hashed(password)
    use_link(session, token, "invitation")
    account.name, account.password_hash, account.status = cleaned, stored, "active"
    account.password_changed_at = func.now()
    query = select(CompanyBuyer).where(CompanyBuyer.tenant_id == account.tenant_id, CompanyBuyer.account_id == account.id)
    for buyer in session.scalars(query.order_by(CompanyBuyer.id)):
        buyer.status = "active"
    session.flush()
    me = Actor.on_behalf(account.tenant_id, {"id": str(account.id), "name": account.name})
    record(session, me, "account.join", "account", account.id, after=as_json(account))
    publish(session, PersonJoined(account.id, account.is_staff), me)
    return account


def add_person(
    session: Session, actor: Actor, email: str, name: str, password: str, role_ids: Iterable[UUID] = (), is_staff: bool = True
) -> Account:
    """An account that may sign in at once, without a mail: for the command line and the demo world. Same rules as `invite`."""
    actor.must(MANAGE)
    roles = roles_to_give(session, actor, role_ids)
    address = email_address(email)
    if by_email(session, actor.tenant_id, address, to_add=True) is not None:
        raise Invalid.at("email", _("There is an account with this address already."), "taken")
    check_good_enough(password, (name, address.shown))
    stored = hashed(password)
    account = new_account(session, actor.tenant_id, address, name, is_staff)
    account.password_hash, account.status, account.password_changed_at = stored, "active", func.now()
    give_roles(session, account, roles)
    record(session, actor, "account.add", "account", account.id, after={**as_json(account), "roles": [r.name for r in roles]})
    publish(session, PersonJoined(account.id, is_staff), actor)
    return account


def deactivate(session: Session, actor: Actor, account_id: UUID) -> Account:
    """The person can no longer sign in: sessions end and links die at once. Conflict for the last administrator and for
    oneself; NotAllowed for somebody who may more than the actor."""
    account = _managed(session, actor, account_id)
    if account.id == actor.id:
        raise Conflict(_("You cannot deactivate yourself. Ask a colleague."))
    check_not_above(session, actor, account)
    if account.status == "deactivated":
        return account
    wait_lock(session, "tenants.roles")
    before = as_json(account)
    with session.begin_nested():
        account.status = "deactivated"
        if account.is_staff:
            check_administrator_left(session, actor)
    sessions.end_all(session, account.id)
    revoke_links(session, account.id)
    record(session, actor, "account.deactivate", "account", account.id, before=before, after=as_json(account))
    publish(session, PersonDeactivated(account.id), actor)
    return account


def reactivate(session: Session, actor: Actor, account_id: UUID, link_to: LinkTo) -> Account:
    """Lets somebody back in, who chooses a new password by an invitation link."""
    account = _managed(session, actor, account_id)
    check_not_above(session, actor, account)
    if account.status != "deactivated":
        raise Conflict(_("This account is not deactivated."))
    account.status, account.password_hash = "invited", ""
    session.flush()
    send_invitation(session, actor, account, link_to)
    record(session, actor, "account.reactivate", "account", account.id, after=as_json(account))
    return account


def person_for(session: Session, actor: Actor, account_id: UUID) -> Account:
    """An account, for those who manage its kind: colleagues with `user.manage`, customers with `customer.view`."""
    if not actor.can(MANAGE):
        actor.must("customer.view")
    account = one(session, actor, Account, account_id)
    actor.must(MANAGE if account.is_staff else "customer.view")
    return account


def list_staff(session: Session, actor: Actor, text: str = "", page: int = 1) -> Slice[Any]:
    """Colleagues by name, fifty at a time. Rows are (Account, names of their roles in alphabetical order)."""
    actor.must(MANAGE)
    names = (
        select(func.array_agg(Role.name))
        .join(AccountRole, (AccountRole.tenant_id == Role.tenant_id) & (AccountRole.role_id == Role.id))
        .where(AccountRole.tenant_id == Account.tenant_id, AccountRole.account_id == Account.id)
        .correlate(Account)
        .scalar_subquery()
    )
    query = select(Account, func.coalesce(names, []).label("roles")).where(Account.tenant_id == actor.tenant_id, Account.is_staff)
    return sliced(session, _matching(query, text), page)


def list_customers(session: Session, actor: Actor, text: str = "", page: int = 1) -> Slice[Any]:
    """Accounts of customers and buyers by name, fifty at a time. Rows have one item, an Account."""
    actor.must("customer.view")
    query = select(Account).where(Account.tenant_id == actor.tenant_id, ~Account.is_staff)
    return sliced(session, _matching(query, text), page)


def me(session: Session, actor: Actor, lock: bool = False) -> Account:
    """The actor's own account; SignInNeeded for guests and machines."""
    if actor.id is None or not actor.is_signed_in:
        raise SignInNeeded("Please sign in to go on.")
    return one(session, actor, Account, actor.id, lock)


def change_my_details(session: Session, actor: Actor, name: str, language: str) -> Account:
    """One's own name and language."""
    account = me(session, actor, lock=True)
    if language and not is_known(language):
        raise Invalid.at("language", _("Please choose one of the list."), "unknown_choice")
    before = as_json(account)
    account.name, account.language = line("name", name, required=True), line("language", language, 35)
    session.flush()
    record(session, actor, "account.change", "account", account.id, before=before, after=as_json(account))
    return account


def by_email(session: Session, tenant_id: UUID, address: EmailAddress, to_add: bool = False) -> Account | None:
    """The account of a mail address in this tenant. `to_add`: if there is none the caller will make one, so everybody else
    who wants to waits."""
    if to_add:
        wait_lock(session, f"tenants.account:{address.key}")
    return session.scalar(select(Account).where(Account.tenant_id == tenant_id, Account.email_key == address.key))


def new_account(session: Session, tenant_id: UUID, address: EmailAddress, name: str, is_staff: bool) -> Account:
    """An invited account with a party of kind person behind it, for use cases that have already asked who may."""
    cleaned = line("name", name, required=True)
    party = new_party(session, tenant_id, "person", PartyDetails(cleaned, email=address.shown, language=current_language()))
    account = Account(
        tenant_id=tenant_id,
        id=new_id(),
        party_id=party.id,
        email=address.shown,
        email_key=address.key,
        name=cleaned,
        password_hash="",
        is_staff=is_staff,
        status="invited",
        language=current_language(),
    )
    session.add(account)
    session.flush()
    return account


def send_invitation(session: Session, actor: Actor, account: Account, link_to: LinkTo) -> None:
    """Mail and event of an invitation; TooMany where the actor, the tenant or the address has had enough of them."""
    count_invitation(actor, account.email_key)
    token = give_link(session, account, "invitation", account.email_key)
    letters.send(session, account, "invitation", link_to(token), inviter=actor.name or _("A colleague"))
    publish(session, PersonInvited(account.id, account.is_staff), actor)


def check_not_above(session: Session, actor: Actor, account: Account) -> None:
    """NotAllowed where the account's roles include something the actor does not hold."""
    if not account.is_staff:
        return
    try:
        check_held(actor, frozenset(p for role in roles_of(session, actor, account.id) for p in role.permissions))
    except NotAllowed as error:
        raise NotAllowed(_("This colleague may do more than you. Ask an administrator."), **error.data) from error


def as_json(account: Account) -> dict[str, Any]:
    """What the audit trail and the interface show of an account; never the password's hash."""
    return {"name": account.name, "email": account.email, "status": account.status, "is_staff": account.is_staff}


def _managed(session: Session, actor: Actor, account_id: UUID) -> Account:
    if not actor.can(MANAGE):
        actor.must("customer.edit")
    account = one(session, actor, Account, account_id, lock=True)
    actor.must(MANAGE if account.is_staff else "customer.edit")
    return account


def _matching(query: Any, text: str) -> Any:
    typed = text.strip().lower()[:200]
    if typed:
        query = query.where(
            or_(func.lower(Account.name).contains(typed, autoescape=True), Account.email_key.contains(typed, autoescape=True))
        )
    return query.order_by(Account.name, Account.id)
