"""Machine clients (OAuth 2.0 client credentials, RFC 6749 §4.4) and the access tokens they were given.

Both secret and token are 256 random bits, so a plain SHA-256 of them is enough; neither is stored.
"""

from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Base, Dated, Instant, TenantOwned
from tenants.models.columns import SCHEMA, Digest, Maybe, WordList, Words, one_of, to_own, to_tenant

CLIENT_STATUSES = ("active", "revoked")


class OauthClient(TenantOwned, Dated, Base):
    """A program that acts for the tenant within `scopes`, which are permissions."""

    __tablename__ = "oauth_client"
    __table_args__ = (
        to_tenant(),
        UniqueConstraint("tenant_id", "client_id"),
        UniqueConstraint("tenant_id", "name"),
        one_of("status", CLIENT_STATUSES),
        {"schema": SCHEMA},
    )

    client_id: Mapped[Words]
    name: Mapped[Words]
    secret_hash: Mapped[Digest]
    scopes: Mapped[WordList]
    status: Mapped[Words] = mapped_column(server_default="active")
    created_by: Mapped[UUID | None]
    last_used_at: Mapped[Maybe]


class OauthToken(TenantOwned, Dated, Base):
    """An access token: opaque, short-lived, revocable. Its scopes are at most the client's."""

    __tablename__ = "oauth_token"
    __table_args__ = (
        to_own("oauth_client_id", "oauth_client", "CASCADE"),
        UniqueConstraint("tenant_id", "token_hash"),
        Index("ix_oauth_token_tenant_id_expires_at", "tenant_id", "expires_at"),
        Index("ix_oauth_token_tenant_id_oauth_client_id", "tenant_id", "oauth_client_id"),
        {"schema": SCHEMA},
    )

    oauth_client_id: Mapped[UUID]
    token_hash: Mapped[Digest]
    scopes: Mapped[WordList]
    expires_at: Mapped[Instant]
