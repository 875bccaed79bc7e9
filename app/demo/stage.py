"""What every part of the making of a demo world needs: on which day it is made, in which tenant, by whom.

Every step looks first whether its work is done, so that a start that was interrupted goes on where it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo import past
from kernel import clock, tenancy
from kernel.actors import Actor, ActorKind
from kernel.db.session import transaction
from kernel.errors import NotThere
from kernel.i18n import using
from tenants.actors import staff_permissions
from tenants.companies import my_companies
from tenants.directory import tenant_called
from tenants.models import Account, CompanyBuyer
from tenants.permissions import BUYER_PERMISSIONS

PASSWORD = "galleria-demo"


@dataclass(frozen=True)
class Stage:
    """`last_day` is the day on which the world is made: its past is counted from there."""

    last_day: date

    def moment(self, days_ago: int, hour: int = 10, minute: int = 0) -> datetime:
        """A moment of the world's past, UTC; never later than now."""
        then = datetime.combine(self.last_day - timedelta(days=days_ago), time(hour, minute), UTC)
        return min(then, clock.now())


def tenant_id_of(slug: str) -> UUID:
    """The tenant's id. Raises NotThere."""
    with tenancy.outside(), transaction(read_only=True) as session:
        return tenant_called(session, slug).id


def is_open(slug: str) -> bool:
    """Is there such a tenant already?"""
    try:
        tenant_id_of(slug)
    except NotThere:
        return False
    return True


@contextmanager
def inside(slug: str) -> Iterator[UUID]:
    """Everything inside the `with` happens in the tenant; gives its id."""
    tenant_id = tenant_id_of(slug)
    with tenancy.entering(tenant_id):
        yield tenant_id


@contextmanager
def working(slug: str, moment: datetime, language: str = "en") -> Iterator[Session]:
    """A transaction in the tenant, at a moment of the past."""
    with inside(slug), past.at(moment), using(language), transaction() as session:
        yield session


def person(session: Session, email: str) -> Actor:
    """Somebody of the cast as the actor that a sign-in would make of him: staff with the rights of his roles, a buyer with
    his company. Raises NotThere for somebody who is not there yet."""
    account = session.scalar(select(Account).where(Account.tenant_id == tenancy.current(), Account.email_key == email))
    if account is None:
        raise NotThere(f"There is no {email} in this tenant.")
    if account.is_staff:
        return Actor(ActorKind.PERSON, account.tenant_id, account.id, account.name, staff_permissions(session, account))
    plain = Actor(ActorKind.PERSON, account.tenant_id, account.id, account.name)
    company = next(iter(my_companies(session, plain)), None)
    if company is None:
        return plain
    mine = (CompanyBuyer.tenant_id == account.tenant_id, CompanyBuyer.account_id == account.id, CompanyBuyer.company_id == company.id)
    role = session.scalars(select(CompanyBuyer.role).where(*mine)).one()
    return Actor(ActorKind.PERSON, account.tenant_id, account.id, account.name, BUYER_PERMISSIONS[role], company.id)


def administrator(slug: str) -> str:
    """The mail address of a tenant's administrator."""
    return f"ada@{slug}.example"
