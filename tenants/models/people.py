"""People who sign in: accounts, the roles of staff, links that work once, and buyers of companies.

An account belongs to one tenant. The same person at two shops has two accounts that know nothing of each other.
"""

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Base, Dated, Instant, TenantOwned
from tenants.models.columns import SCHEMA, Digest, Maybe, WordList, Words, one_of, to_own, to_tenant

ACCOUNT_STATUSES = ("invited", "unconfirmed", "active", "deactivated")
LINK_PURPOSES = ("invitation", "reset", "confirm_mail", "join_company")
BUYER_ROLES = ("manager", "buyer", "viewer")
BUYER_STATUSES = ("invited", "active")


class Account(TenantOwned, Dated, Base):
    """A person's sign-in at one tenant. `email_key` is the address in lower case, unique per tenant.

    `password_hash` is empty until an invitation has been accepted. `is_staff`: works for the tenant; everybody else is
    a customer, or a buyer where a company_buyer row says so.
    """

    __tablename__ = "account"
    __table_args__ = (
        to_tenant(),
        to_own("party_id", "party"),
        UniqueConstraint("tenant_id", "email_key"),
        Index("ix_account_tenant_id_party_id", "tenant_id", "party_id"),
        one_of("status", ACCOUNT_STATUSES),
        CheckConstraint("email_key = lower(email_key) AND email_key <> ''", name="email_key_form"),
        CheckConstraint("status <> 'active' OR password_hash <> ''", name="active_has_password"),
        {"schema": SCHEMA},
    )

    party_id: Mapped[UUID]
    email: Mapped[Words]
    email_key: Mapped[Words]
    name: Mapped[Words]
    password_hash: Mapped[Words] = mapped_column(server_default="")
    password_changed_at: Mapped[Maybe]
    is_staff: Mapped[bool] = mapped_column(server_default=text("false"))
    status: Mapped[Words]
    language: Mapped[Words] = mapped_column(server_default="")
    last_sign_in_at: Mapped[Maybe]


class Role(TenantOwned, Dated, Base):
    """A named bundle of permissions, edited as data. `key` marks the ones a tenant is opened with, empty for its own."""

    __tablename__ = "role"
    __table_args__ = (
        to_tenant(),
        UniqueConstraint("tenant_id", "name"),
        Index("uq_role_key", "tenant_id", "key", unique=True, postgresql_where=text("key <> ''")),
        CheckConstraint("name <> ''", name="name_given"),
        {"schema": SCHEMA},
    )

    key: Mapped[Words] = mapped_column(server_default="")
    name: Mapped[Words]
    description: Mapped[Words] = mapped_column(server_default="")
    permissions: Mapped[WordList]


class AccountRole(TenantOwned, Dated, Base):
    """A member of staff holds a role."""

    __tablename__ = "account_role"
    __table_args__ = (
        to_own("account_id", "account", "CASCADE"),
        to_own("role_id", "role"),
        UniqueConstraint("tenant_id", "account_id", "role_id"),
        Index("ix_account_role_tenant_id_role_id", "tenant_id", "role_id"),
        {"schema": SCHEMA},
    )

    account_id: Mapped[UUID]
    role_id: Mapped[UUID]


class OneTimeLink(TenantOwned, Dated, Base):
    """A link sent by mail. Bound to account, purpose and `value` (address or company it is about); only its hash is kept."""

    __tablename__ = "one_time_link"
    __table_args__ = (
        to_own("account_id", "account", "CASCADE"),
        UniqueConstraint("tenant_id", "token_hash"),
        Index("ix_one_time_link_tenant_id_account_id", "tenant_id", "account_id"),
        one_of("purpose", LINK_PURPOSES),
        {"schema": SCHEMA},
    )

    account_id: Mapped[UUID]
    purpose: Mapped[Words]
    value: Mapped[Words]
    token_hash: Mapped[Digest]
    expires_at: Mapped[Instant]
    used_at: Mapped[Maybe]


class CompanyBuyer(TenantOwned, Dated, Base):
    """An account may act for a company: `manager` also looks after its buyers, `buyer` orders, `viewer` only looks.

    `invited` until the person agrees: nobody is made to buy for a company, and nobody's name is shown to it, unasked.
    """

    __tablename__ = "company_buyer"
    __table_args__ = (
        to_own("company_id", "party", "CASCADE"),
        to_own("account_id", "account", "CASCADE"),
        UniqueConstraint("tenant_id", "company_id", "account_id"),
        Index("ix_company_buyer_tenant_id_account_id", "tenant_id", "account_id"),
        one_of("role", BUYER_ROLES),
        one_of("status", BUYER_STATUSES),
        {"schema": SCHEMA},
    )

    company_id: Mapped[UUID]
    account_id: Mapped[UUID]
    role: Mapped[Words]
    status: Mapped[Words] = mapped_column(server_default="invited")
