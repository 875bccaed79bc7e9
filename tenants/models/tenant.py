"""The platform's directory. `tenant` is read without a tenant; the application's role may only read it.

`host` rows are claims: `pending` until the tenant has shown that the name is its own, `active` afterwards. Active
rows are readable by everybody, since a request's host is looked up before its tenant is known.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Base, Dated, TenantOwned
from kernel.ids import new_id
from tenants.models.columns import SCHEMA, Maybe, Words, one_of, to_tenant

KINDS = ("brand", "partner")
STATUSES = ("active", "suspended", "closed")
HOST_STATES = ("pending", "active")
HOST_OUTCOMES = ("", "missing", "unreachable", "taken")


class Tenant(Dated, Base):
    """A brand owner or a channel partner. `slug` is its name in addresses (`<slug>.localhost`) and never changes hands."""

    __tablename__ = "tenant"
    __table_args__ = (
        UniqueConstraint("slug"),
        one_of("kind", KINDS),
        one_of("status", STATUSES),
        CheckConstraint("slug ~ '^[a-z0-9](-?[a-z0-9]){0,39}$'", name="slug_form"),
        {"schema": SCHEMA},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[Words]
    name: Mapped[Words]
    kind: Mapped[Words]
    status: Mapped[Words] = mapped_column(server_default="active")


class Host(TenantOwned, Dated, Base):
    """An exact host name of a tenant, lower case, punycode, without port.

    `proof` is the value that a TXT record of the name has to carry. Several tenants may claim a name, one can hold it.
    `outcome` says what the last look at a claim (`checked_at`) has come to.
    """

    __tablename__ = "host"
    __table_args__ = (
        to_tenant(),
        UniqueConstraint("tenant_id", "host"),
        Index("uq_host_active", "host", unique=True, postgresql_where=text("state = 'active'")),
        one_of("state", HOST_STATES),
        one_of("outcome", HOST_OUTCOMES),
        CheckConstraint("host = lower(host) AND length(host) BETWEEN 1 AND 253", name="host_form"),
        CheckConstraint("(state = 'active') = (proved_at IS NOT NULL)", name="active_is_proved"),
        {"schema": SCHEMA},
    )

    host: Mapped[Words]
    state: Mapped[Words] = mapped_column(server_default="pending")
    is_primary: Mapped[bool] = mapped_column(server_default=text("false"))
    proof: Mapped[str] = mapped_column(Text)
    proved_at: Mapped[Maybe]
    checked_at: Mapped[Maybe]
    outcome: Mapped[Words] = mapped_column(server_default="")
