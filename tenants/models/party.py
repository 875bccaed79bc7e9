"""Business partners of a tenant: persons, organisations and groups, what they are to the tenant and to each other.

A tenant knows only its own parties; two tenants that deal with the same company each have a row of their own.
"""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Base, Dated, TenantOwned
from tenants.models.columns import SCHEMA, WordList, Words, one_of, to_own, to_tenant

PARTY_KINDS = ("person", "organisation", "group")
PARTY_STATUSES = ("active", "archived")
PARTY_ROLES = ("prospect", "sold_to", "ship_to", "bill_to", "payer", "contact", "employee", "partner", "supplier", "competitor")
RELATION_KINDS = (
    "contact_person_of",
    "employee_of",
    "buyer_of",
    "member_of",
    "subsidiary_of",
    "shareholder_of",
    "ship_to_of",
    "bill_to_of",
)


class Party(TenantOwned, Dated, Base):
    """A person, an organisation or a group. `number` counts up per tenant and is what people quote on the telephone."""

    __tablename__ = "party"
    __table_args__ = (
        to_tenant(),
        UniqueConstraint("tenant_id", "number"),
        Index("ix_party_tenant_id_name_key", "tenant_id", "name_key"),
        Index("ix_party_tenant_id_email", "tenant_id", "email"),
        one_of("kind", PARTY_KINDS),
        one_of("status", PARTY_STATUSES),
        CheckConstraint("name <> ''", name="name_given"),
        {"schema": SCHEMA},
    )

    kind: Mapped[Words]
    number: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[Words]
    name_key: Mapped[Words]
    given_name: Mapped[Words] = mapped_column(server_default="")
    family_name: Mapped[Words] = mapped_column(server_default="")
    email: Mapped[Words] = mapped_column(server_default="")
    phone: Mapped[Words] = mapped_column(server_default="")
    tax_number: Mapped[Words] = mapped_column(server_default="")
    language: Mapped[Words] = mapped_column(server_default="")
    status: Mapped[Words] = mapped_column(server_default="active")
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))


class PartyRole(TenantOwned, Dated, Base):
    """What a party is to the tenant, from a day to a day; an open end is None."""

    __tablename__ = "party_role"
    __table_args__ = (
        to_own("party_id", "party", "CASCADE"),
        UniqueConstraint("tenant_id", "party_id", "role"),
        one_of("role", PARTY_ROLES),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="period"),
        {"schema": SCHEMA},
    )

    party_id: Mapped[UUID]
    role: Mapped[Words]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class PartyRelation(TenantOwned, Dated, Base):
    """`from_party_id` is `kind` `to_party_id` (a person is `contact_person_of` a company), with attributes and validity."""

    __tablename__ = "party_relation"
    __table_args__ = (
        to_own("from_party_id", "party", "CASCADE"),
        to_own("to_party_id", "party", "CASCADE"),
        UniqueConstraint("tenant_id", "from_party_id", "kind", "to_party_id"),
        Index("ix_party_relation_tenant_id_to_party_id", "tenant_id", "to_party_id"),
        one_of("kind", RELATION_KINDS),
        CheckConstraint("from_party_id <> to_party_id", name="two_parties"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="period"),
        {"schema": SCHEMA},
    )

    from_party_id: Mapped[UUID]
    to_party_id: Mapped[UUID]
    kind: Mapped[Words]
    attributes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]


class Address(TenantOwned, Dated, Base):
    """A postal address of a party, in the fields of the country's own form (Universal Postal Union, as kept by libaddressinput)."""

    __tablename__ = "address"
    __table_args__ = (
        to_own("party_id", "party", "CASCADE"),
        Index("ix_address_tenant_id_party_id", "tenant_id", "party_id"),
        Index("uq_address_shipping", "tenant_id", "party_id", unique=True, postgresql_where=text("is_default_shipping")),
        Index("uq_address_billing", "tenant_id", "party_id", unique=True, postgresql_where=text("is_default_billing")),
        CheckConstraint("country_code ~ '^[A-Z]{2}$'", name="country_code_form"),
        {"schema": SCHEMA},
    )

    party_id: Mapped[UUID]
    label: Mapped[Words] = mapped_column(server_default="")
    country_code: Mapped[Words]
    name: Mapped[Words] = mapped_column(server_default="")
    company_name: Mapped[Words] = mapped_column(server_default="")
    street_lines: Mapped[WordList]
    city: Mapped[Words] = mapped_column(server_default="")
    city_area: Mapped[Words] = mapped_column(server_default="")
    country_area: Mapped[Words] = mapped_column(server_default="")
    postal_code: Mapped[Words] = mapped_column(server_default="")
    sorting_code: Mapped[Words] = mapped_column(server_default="")
    phone: Mapped[Words] = mapped_column(server_default="")
    is_default_shipping: Mapped[bool] = mapped_column(server_default=text("false"))
    is_default_billing: Mapped[bool] = mapped_column(server_default=text("false"))
