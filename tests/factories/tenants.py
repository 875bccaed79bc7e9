"""People, roles, companies and the like for tests, written straight into the tables of the tenant that has been entered.

with entering(brand.id), transaction() as session:
    clara = make_account(session, brand.id, "clara@veloria.example", permissions=("catalog.edit",))
"""

from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from kernel.actors import Actor, ActorKind
from kernel.ids import new_id
from tenants.markets import MarketDetails, new_market
from tenants.models import Account, AccountRole, Address, CompanyBuyer, Market, Party, Role
from tenants.parties import PartyDetails, new_party
from tenants.people import new_account
from tenants.permissions import BUYER_PERMISSIONS, EVERYTHING
from tenants.signin.passwords import hashed
from tenants.wording import email_address

PASSWORD = "galleria-demo"


@lru_cache(maxsize=8)
def stored(password: str = PASSWORD) -> str:
    """The hash of a password, made once: argon2 is slow on purpose."""
    return hashed(password)


def staff(tenant_id: UUID, *permissions: str, account: Account | None = None) -> Actor:
    """An actor who works for the tenant with exactly these permissions; all of them where none is given."""
    rights = frozenset(permissions) or EVERYTHING
    return Actor(ActorKind.PERSON, tenant_id, account.id if account else new_id(), account.name if account else "Staff", rights)


def person(account: Account, company: Party | None = None, role: str = "buyer") -> Actor:
    """The actor behind a customer's account, buying for a company where one is given."""
    rights = BUYER_PERMISSIONS[role] if company else frozenset[str]()
    return Actor(ActorKind.PERSON, account.tenant_id, account.id, account.name, rights, company.id if company else None)


def make_role(session: Session, tenant_id: UUID, *permissions: str, name: str = "") -> Role:
    """A role with these permissions; all of them where none is given."""
    role = Role(
        tenant_id=tenant_id, id=new_id(), key="", name=name or f"Role {new_id().hex[-8:]}", permissions=sorted(permissions or EVERYTHING)
    )
    session.add(role)
    session.flush()
    return role


def make_account(
    session: Session,
    tenant_id: UUID,
    email: str = "",
    name: str = "Mira Castell",
    permissions: tuple[str, ...] | None = None,
    status: str = "active",
    password: str = PASSWORD,
) -> Account:
    """An account that may sign in with `galleria-demo`. With `permissions` (also none: `()`) it is staff with a role of
    its own, without it is a customer."""
    address = email_address(email or f"p{new_id().hex[-10:]}@example.com")
    account = new_account(session, tenant_id, address, name, is_staff=permissions is not None)
    account.password_hash, account.status = stored(password), status
    session.flush()
    if permissions:
        give(session, account, make_role(session, tenant_id, *permissions))
    return account


def give(session: Session, account: Account, role: Role) -> None:
    """The account holds the role."""
    session.add(AccountRole(tenant_id=account.tenant_id, id=new_id(), account_id=account.id, role_id=role.id))
    session.flush()


def make_administrator(session: Session, tenant_id: UUID, email: str = "", name: str = "Ada Admin") -> Account:
    """Staff with every permission."""
    return make_account(session, tenant_id, email, name, permissions=tuple(sorted(EVERYTHING)))


def make_party(session: Session, tenant_id: UUID, name: str = "Nora Field", kind: str = "person", email: str = "") -> Party:
    """A business partner."""
    return new_party(session, tenant_id, kind, PartyDetails(name, email=email))


def make_company(session: Session, tenant_id: UUID, name: str = "Stadtwerke Aarental", *buyers: tuple[Account, str]) -> Party:
    """A company with active buyers: pairs of account and role."""
    company = make_party(session, tenant_id, name, "organisation")
    for account, role in buyers:
        session.add(
            CompanyBuyer(tenant_id=tenant_id, id=new_id(), company_id=company.id, account_id=account.id, role=role, status="active")
        )
    session.flush()
    return company


def make_address(session: Session, party: Party, city: str = "Aarental", country_code: str = "DE") -> Address:
    """An address of the party."""
    address = Address(
        tenant_id=party.tenant_id,
        id=new_id(),
        party_id=party.id,
        country_code=country_code,
        name=party.name,
        street_lines=["Hafenweg 3"],
        city=city,
        postal_code="88131",
    )
    session.add(address)
    session.flush()
    return address


def make_market(
    session: Session,
    tenant_id: UUID,
    code: str = "eu",
    currency: str = "EUR",
    languages: tuple[str, ...] = ("en", "de"),
    countries: tuple[str, ...] = ("DE", "AT", "FR", "NL"),
    prices_include_tax: bool = True,
) -> Market:
    """A market; the first one of a tenant is its default."""
    return new_market(session, tenant_id, code, MarketDetails(code.upper(), countries, currency, languages, prices_include_tax))
