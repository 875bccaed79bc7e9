"""Companies that buy: organisation parties with several buyers, each with a role in the company.

- `viewer` sees the company's orders, `buyer` orders, `manager` also looks after the other buyers.
- Staff with `customer.edit` look after every company of the tenant, managers after their own.
- Nobody is made a buyer unasked: a membership is `invited` until the person agrees, and until then the company learns
  nothing about the account behind the address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.audit import record
from kernel.db.locks import wait_lock
from kernel.errors import Conflict, Invalid, NotThere
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id
from tenants import letters
from tenants.events import BuyerJoined, BuyerLeft
from tenants.finding import Slice, one, sliced
from tenants.invitations import count_invitation
from tenants.models import Account, CompanyBuyer, Party
from tenants.models.people import BUYER_ROLES
from tenants.parties import PartyDetails, add_party
from tenants.people import by_email, new_account, send_invitation
from tenants.signin.links import LinkTo, account_behind, give_link, revoke_links, use_link
from tenants.wording import email_address, name_key

MOST_BUYERS = 500


@dataclass(frozen=True)
class Invitations:
    """Where the links of an invitation lead: `new` sets a password first, `known` is for people who have an account."""

    new: LinkTo
    known: LinkTo


@dataclass(frozen=True)
class Buyer:
    """A buyer as the company sees him; `name` is empty until he has agreed."""

    id: UUID
    account_id: UUID
    email: str
    name: str
    role: str
    status: str


def create_company(session: Session, actor: Actor, details: PartyDetails) -> Party:
    """A company that may order (role sold_to). Buyers are added afterwards."""
    return add_party(session, actor, "organisation", details, roles=("sold_to", "bill_to"))


def company_for(session: Session, actor: Actor, company_id: UUID, lock: bool = False, to_manage: bool = False) -> Party:
    """The company: for its buyers (`to_manage`: its managers) and for staff who see (look after) customers. NotThere for
    everybody else."""
    wanted = "company.manage" if to_manage else "company.view"
    if not (actor.company_id == company_id and actor.can(wanted)):
        if actor.company_id == company_id or actor.can("customer.view"):
            actor.must("customer.edit" if to_manage else "customer.view")
        else:
            raise NotThere
    company = one(session, actor, Party, company_id, lock)
    if company.kind != "organisation":
        raise NotThere
    return company


def list_companies(session: Session, actor: Actor, text: str = "", page: int = 1) -> Slice[Any]:
    """Companies with at least one buyer or the role sold_to, by name. Rows are (Party, number of active buyers)."""
    actor.must("customer.view")
    buyers = (
        select(func.count())
        .where(CompanyBuyer.tenant_id == Party.tenant_id, CompanyBuyer.company_id == Party.id, CompanyBuyer.status == "active")
        .correlate(Party)
        .scalar_subquery()
    )
    query = select(Party, buyers).where(Party.tenant_id == actor.tenant_id, Party.kind == "organisation", Party.status == "active")
    if words := name_key(text[:200]):
        query = query.where(Party.name_key.contains(words, autoescape=True))
    return sliced(session, query.order_by(Party.name_key, Party.id), page)


def list_buyers(session: Session, actor: Actor, company_id: UUID) -> list[Buyer]:
    """Who buys for the company, by mail address."""
    company = company_for(session, actor, company_id)
    query = (
        select(CompanyBuyer, Account)
        .join(Account, (Account.tenant_id == CompanyBuyer.tenant_id) & (Account.id == CompanyBuyer.account_id))
        .where(CompanyBuyer.tenant_id == actor.tenant_id, CompanyBuyer.company_id == company.id)
        .order_by(Account.email_key)
        .limit(MOST_BUYERS)
    )
    return [_as_seen(buyer, account) for buyer, account in session.execute(query)]


def add_buyer(session: Session, actor: Actor, company_id: UUID, email: str, name: str, role: str, links: Invitations) -> Buyer:
    """Asks somebody to buy for the company; an address without an account gets one. Asking again sends a new link and
    sets the role. Conflict for somebody who buys for the company already, TooMany beyond the limits of invitations."""
    company = company_for(session, actor, company_id, lock=True, to_manage=True)
    address = email_address(email)
    account = by_email(session, actor.tenant_id, address, to_add=True)
    wanted = _role(role)
    if account is None:
        account = new_account(session, actor.tenant_id, address, name, is_staff=False)
    buyer = _membership(session, company, account)
    if buyer.status == "active":
        raise Conflict(_("This person buys for the company already."))
    buyer.role = wanted
    session.flush()
    if account.status == "invited":
        send_invitation(session, actor, account, links.new)
    else:
        # counted also where no mail is sent, so that a deactivated account shows nowhere
        count_invitation(actor, account.email_key)
        if account.status != "deactivated":
            token = give_link(session, account, "join_company", str(company.id))
            letters.send(session, account, "company_invitation", links.known(token), inviter=actor.name, company=company.name)
    record(session, actor, "buyer.invite", "party", company.id, after={"email": address.shown, "role": buyer.role})
    return _as_seen(buyer, account)


def enrol_buyer(session: Session, actor: Actor, company_id: UUID, account_id: UUID, role: str) -> Buyer:
    """Makes an account a buyer at once, without asking: for staff who were told so by the person, and the demo world."""
    actor.must("customer.edit")
    company = company_for(session, actor, company_id, lock=True, to_manage=True)
    account = one(session, actor, Account, account_id)
    buyer = _membership(session, company, account)
    buyer.role, buyer.status = _role(role), "active"
    session.flush()
    record(session, actor, "buyer.enrol", "party", company.id, after={"email": account.email, "role": role})
    publish(session, BuyerJoined(company.id, account.id, role), actor)
    return _as_seen(buyer, account)


def invitation_to(session: Session, token: str) -> tuple[Account, Party]:
    """Who is asked to buy for which company, for the page that asks for a yes; NotThere for a dead link."""
    account, value = account_behind(session, token, "join_company")
    return account, one(session, Actor.guest(account.tenant_id), Party, UUID(value))


def join_company(session: Session, actor: Actor, token: str) -> UUID:
    """The signed-in person agrees; returns the company's id. NotThere for a dead link or somebody else's."""
    if account_behind(session, token, "join_company")[0].id != actor.id:
        raise NotThere
    account, value = use_link(session, token, "join_company")
    buyer = session.scalar(
        select(CompanyBuyer).where(
            CompanyBuyer.tenant_id == actor.tenant_id, CompanyBuyer.account_id == account.id, CompanyBuyer.company_id == UUID(value)
        )
    )
    if buyer is None:
        raise NotThere
    buyer.status = "active"
    session.flush()
    record(session, actor, "buyer.join", "party", buyer.company_id, after={"account": str(account.id), "role": buyer.role})
    publish(session, BuyerJoined(buyer.company_id, account.id, buyer.role), actor)
    return buyer.company_id


def change_buyer(session: Session, actor: Actor, company_id: UUID, buyer_id: UUID, role: str) -> None:
    """Gives a buyer another role in the company. Conflict where it would leave a company without a manager that had one,
    unless staff does it."""
    company, buyer = _buyer(session, actor, company_id, buyer_id)
    before, after = buyer.role, _role(role)
    with session.begin_nested():
        buyer.role = after
        _check_manager_left(session, actor, company, before)
    record(session, actor, "buyer.change", "party", company.id, before={"role": before}, after={"role": after})


def remove_buyer(session: Session, actor: Actor, company_id: UUID, buyer_id: UUID) -> None:
    """The person no longer buys for the company; his account stays. Takes effect with his next click."""
    company, buyer = _buyer(session, actor, company_id, buyer_id)
    with session.begin_nested():
        session.delete(buyer)
        _check_manager_left(session, actor, company, buyer.role)
    revoke_links(session, buyer.account_id, "join_company", str(company.id))
    record(session, actor, "buyer.remove", "party", company.id, before={"account": str(buyer.account_id), "role": buyer.role})
    publish(session, BuyerLeft(company.id, buyer.account_id), actor)


def my_companies(session: Session, actor: Actor) -> Sequence[Party]:
    """The companies the actor buys for, by name."""
    query = (
        select(Party)
        .join(CompanyBuyer, (CompanyBuyer.tenant_id == Party.tenant_id) & (CompanyBuyer.company_id == Party.id))
        .where(CompanyBuyer.tenant_id == actor.tenant_id, CompanyBuyer.account_id == actor.id, CompanyBuyer.status == "active")
        .order_by(Party.name_key, Party.id)
    )
    return session.scalars(query).all()


def _membership(session: Session, company: Party, account: Account) -> CompanyBuyer:
    mine = (CompanyBuyer.tenant_id == company.tenant_id) & (CompanyBuyer.company_id == company.id)
    found = session.scalar(select(CompanyBuyer).where(mine, CompanyBuyer.account_id == account.id))
    if found is not None:
        return found
    if (session.scalar(select(func.count()).select_from(CompanyBuyer).where(mine)) or 0) >= MOST_BUYERS:
        raise Conflict(_("A company can have at most %(count)s buyers.") % {"count": MOST_BUYERS})
    buyer = CompanyBuyer(
        tenant_id=company.tenant_id, id=new_id(), company_id=company.id, account_id=account.id, role="viewer", status="invited"
    )
    session.add(buyer)
    return buyer


def _buyer(session: Session, actor: Actor, company_id: UUID, buyer_id: UUID) -> tuple[Party, CompanyBuyer]:
    company = company_for(session, actor, company_id, to_manage=True)
    wait_lock(session, f"tenants.buyers:{company.id}")
    buyer = one(session, actor, CompanyBuyer, buyer_id, lock=True)
    if buyer.company_id != company.id:
        raise NotThere
    return company, buyer


def _check_manager_left(session: Session, actor: Actor, company: Party, role_before: str) -> None:
    session.flush()
    if role_before != "manager" or actor.can("customer.edit"):
        return
    left = select(CompanyBuyer.id).where(
        CompanyBuyer.tenant_id == actor.tenant_id,
        CompanyBuyer.company_id == company.id,
        CompanyBuyer.role == "manager",
        CompanyBuyer.status == "active",
    )
    if session.scalar(left.limit(1)) is None:
        raise Conflict(_("Somebody has to remain who manages the buyers. Make another person manager first."))


def _role(role: str) -> str:
    if role not in BUYER_ROLES:
        raise Invalid.at("role", _("Please choose one of the list."), "unknown_choice")
    return role


def _as_seen(buyer: CompanyBuyer, account: Account) -> Buyer:
    name = account.name if buyer.status == "active" else ""
    return Buyer(buyer.id, account.id, account.email, name, buyer.role, buyer.status)
