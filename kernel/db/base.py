"""What all tables share: one metadata, named constraints, and `TenantOwned` for rows that belong to a tenant.

Tables live in the schema of their package (`catalog.product`). Keys are composite, tenant first, so
that no foreign key can cross a wall and every index begins with the tenant.
"""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import DateTime, MetaData, Numeric, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from kernel.ids import new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Amount = Annotated[Decimal, mapped_column(Numeric(19, 4))]
Count = Annotated[Decimal, mapped_column(Numeric(15, 3))]
Json = Annotated[dict[str, Any], mapped_column(JSONB)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]


class Base(DeclarativeBase):
    """Root of all mapped classes."""

    metadata = MetaData(naming_convention=NAMES)


class TenantOwned:
    """A row that belongs to one tenant. Primary key (tenant_id, id); the id is a UUIDv7.

    Foreign keys to such a row are composite, `(tenant_id, other_id)`, and the table gets its policies
    from `kernel.db.rls.protect` in the migration that makes it.
    """

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Dated:
    """When the row was made and last changed, by the database's clock."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), onupdate=func.now())
