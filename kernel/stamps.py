"""Stamps: one number per tenant that moves whenever something changes that a shop page shows.

Web processes read all stamps once a second and keep their pages under them (kernel/web/pagecache.py). The numbers
say nothing else, hence every tenant's may be read; only one's own can be moved.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel import tenancy
from kernel.models import TenantStamp


def bump(session: Session) -> int:
    """Moves the current tenant's stamp and returns it; takes effect with the commit. Call it late: it locks the row."""
    statement = (
        insert(TenantStamp)
        .values(tenant_id=tenancy.current(), stamp=1)
        .on_conflict_do_update(index_elements=["tenant_id"], set_={"stamp": TenantStamp.stamp + 1})
        .returning(TenantStamp.stamp)
    )
    return session.execute(statement).scalar_one()


def current(session: Session, tenant_id: UUID | None = None) -> int:
    """A tenant's stamp; 0 where nothing has ever changed."""
    found = session.scalar(select(TenantStamp.stamp).where(TenantStamp.tenant_id == (tenant_id or tenancy.current())))
    return found or 0


def read_all(session: Session) -> dict[UUID, int]:
    """Every tenant's stamp."""
    return {row.tenant_id: row.stamp for row in session.execute(select(TenantStamp.tenant_id, TenantStamp.stamp))}
