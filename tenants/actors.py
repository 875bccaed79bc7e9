"""Who stands at the door? The actor behind a session cookie or an access token, with all rights, in at most two queries.

Rights are read anew for every request, so that a role taken away is gone with the next click.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from kernel.errors import NotThere, SignInNeeded
from kernel.models import WebSession
from tenants.models import Account, AccountRole, CompanyBuyer, OauthClient, Party, Role
from tenants.permissions import BUYER_PERMISSIONS, with_implied
from tenants.signin import sessions


@dataclass(frozen=True)
class AtTheDoor:
    """The actor and what pages need besides: the forms' secret, staff or not, the person's language and mail address, the
    company bought for, and whether the session should be touched (tenants.signin.sessions.touch) after the answer."""

    actor: Actor
    csrf: str = ""
    is_staff: bool = False
    language: str = ""
    email: str = ""
    company_name: str = ""
    touch_due: bool = False


def actor_for(session: Session, tenant_id: UUID, token: str | None, visitor: str | None = None) -> AtTheDoor:
    """Whoever holds the cookie; a guest for none, or one that is unknown, expired or another tenant's. Writes nothing."""
    found = sessions.find(session, token) if token else None
    if found is None or found.web_session.tenant_id != tenant_id:
        return AtTheDoor(Actor.guest(tenant_id, visitor))
    web_session, account = found.web_session, found.account
    if account is None:
        guest = Actor(ActorKind.GUEST, tenant_id, visitor=web_session.visitor, session_id=web_session.id)
        return AtTheDoor(guest, web_session.csrf, touch_due=found.touch_due)
    company_id, company_name, rights = None, "", frozenset[str]()
    if account.is_staff:
        rights = staff_permissions(session, account)
    else:
        company_id, company_name, rights = _company(session, web_session, account)
    person = Actor(
        ActorKind.PERSON,
        tenant_id,
        id=account.id,
        name=account.name,
        permissions=rights,
        company_id=company_id,
        visitor=web_session.visitor,
        session_id=web_session.id,
    )
    return AtTheDoor(person, web_session.csrf, account.is_staff, account.language, account.email, company_name, found.touch_due)


def staff_permissions(session: Session, account: Account) -> frozenset[str]:
    """All permissions of the account's roles together, with what follows from them. One query."""
    query = (
        select(func.unnest(Role.permissions))
        .join(AccountRole, (AccountRole.tenant_id == Role.tenant_id) & (AccountRole.role_id == Role.id))
        .where(AccountRole.tenant_id == account.tenant_id, AccountRole.account_id == account.id)
    )
    return with_implied(session.scalars(query))


def may_still(session: Session, kept: Mapping[str, Any], permission: str) -> bool:
    """Does whoever began something (`Actor.as_json`) hold the permission now? Jobs of our own always do; people and
    machine clients as long as they are active here. At most two queries."""
    whose = UUID(kept["id"]) if kept.get("id") else None
    if kept.get("kind") == ActorKind.MACHINE.value:
        mine = (OauthClient.tenant_id == tenancy.current(), OauthClient.id == whose, OauthClient.status == "active")
        return permission in with_implied(session.scalar(select(OauthClient.scopes).where(*mine)) or ())
    if whose is None or kept.get("kind") != ActorKind.PERSON.value:
        return kept.get("kind") == ActorKind.JOB.value
    account = session.scalar(select(Account).where(Account.tenant_id == tenancy.current(), Account.id == whose))
    return account is not None and account.is_staff and account.status == "active" and permission in staff_permissions(session, account)


def choose_company(session: Session, actor: Actor, company_id: UUID) -> sessions.Started:
    """From now on the person buys for this company of his; the session goes on under the token returned, since its
    rights have changed. NotThere for a company he does not buy for."""
    if actor.session_id is None or actor.id is None:
        raise SignInNeeded("Please sign in to go on.")
    is_buyer = select(CompanyBuyer.id).where(
        CompanyBuyer.tenant_id == actor.tenant_id,
        CompanyBuyer.account_id == actor.id,
        CompanyBuyer.company_id == company_id,
        CompanyBuyer.status == "active",
    )
    mine = select(WebSession).where(WebSession.tenant_id == actor.tenant_id, WebSession.id == actor.session_id)
    web_session = session.scalar(mine.with_for_update())
    if session.scalar(is_buyer) is None or web_session is None:
        raise NotThere
    return sessions.rotate(session, web_session, company_id)


def _company(session: Session, web_session: WebSession, account: Account) -> tuple[UUID | None, str, frozenset[str]]:
    """The company chosen in this session, else the one joined first; nothing for people who buy for themselves."""
    query = (
        select(CompanyBuyer.company_id, Party.name, CompanyBuyer.role)
        .join(Party, (Party.tenant_id == CompanyBuyer.tenant_id) & (Party.id == CompanyBuyer.company_id))
        .where(
            CompanyBuyer.tenant_id == account.tenant_id,
            CompanyBuyer.account_id == account.id,
            CompanyBuyer.status == "active",
            Party.status == "active",
        )
        .order_by(CompanyBuyer.id)
    )
    rows = session.execute(query).all()
    if not rows:
        return None, "", frozenset()
    chosen = web_session.data.get(sessions.COMPANY)
    row = next((row for row in rows if str(row.company_id) == chosen), rows[0])
    return row.company_id, row.name, BUYER_PERMISSIONS[row.role]
