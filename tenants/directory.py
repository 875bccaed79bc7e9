"""The platform's directory of tenants: who is there, by slug or id. Names only, nothing of what is inside.

Brands look partners up here to offer them a catalog. Only the platform's owner writes it (tenants/onboarding.py).
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.errors import NotThere
from tenants.models import Tenant

MOST = 1000


def tenant_called(session: Session, slug: str) -> Tenant:
    """The tenant of this slug, whatever its status; NotThere where there is none."""
    found = session.scalar(select(Tenant).where(Tenant.slug == slug.strip().lower()))
    if found is None:
        raise NotThere
    return found


def tenant_names(session: Session, tenant_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by id, in one query."""
    query = select(Tenant.id, Tenant.name).where(Tenant.id.in_(set(tenant_ids)))
    return {row.id: row.name for row in session.execute(query)}


def list_tenants(session: Session, kind: str = "", status: str = "active") -> list[Tenant]:
    """Tenants by name, at most a thousand; of one kind where it is given."""
    query = select(Tenant).where(Tenant.status == status).order_by(Tenant.name, Tenant.id).limit(MOST)
    return list(session.scalars(query.where(Tenant.kind == kind) if kind else query))
