"""The kernel's own tables, schema `kernel`: what every package leans on and no package owns.

outbox           what happened, written in the transaction in which it happened; the relay hands it on
event_handled    which listener has dealt with which event: at least once becomes once
audit_entry      who changed what; rows are only ever added
audit_seal       the hash chain over audit entries, sealed in batches
mail_message     mails waiting, sent and given up
number_series    the last number given out per series: order and invoice numbers
rate_limit       the times of recent tries per name and key
idempotency_key  the answer that was given to a request key
web_session      browser sessions; the cookie's token is stored as a hash
tenant_stamp     a counter that moves whenever something a shop page shows has changed
moment           instants at which something happens by itself
worker_status    signs of life of worker processes; no tenant, figures only
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Base, TenantOwned

SCHEMA = "kernel"


def _instant(**options: Any) -> Any:
    return mapped_column(DateTime(timezone=True), **options)


class OutboxRow(TenantOwned, Base):
    """An event or a job request. `deferred_at`: handed to the job queue; `settled_at`: every listener is done; `last_error`:
    why a try failed last, for people.

    Rows that share a `lock` are worked on one after the other, in the order of their ids.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "tenant_id", "id", postgresql_where=text("deferred_at IS NULL")),
        Index("ix_outbox_settled", "tenant_id", "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
        {"schema": SCHEMA},
    )

    name: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    request_id: Mapped[str | None] = mapped_column(Text)
    lock: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = _instant(server_default=func.now())
    deferred_at: Mapped[datetime | None] = _instant()
    settled_at: Mapped[datetime | None] = _instant()
    last_error: Mapped[str] = mapped_column(Text, server_default="")


class EventHandled(Base):
    """The mark of a listener that has dealt with an event."""

    __tablename__ = "event_handled"
    __table_args__ = (Index("ix_event_handled_tenant_id_handled_at", "tenant_id", "handled_at"), {"schema": SCHEMA})

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    handler: Mapped[str] = mapped_column(Text, primary_key=True)
    handled_at: Mapped[datetime] = _instant(server_default=func.now())


class AuditEntry(TenantOwned, Base):
    """Who did what to which object. The application's role may add and read, never change or remove.

    `actor_key` is the name as it is searched by its beginning. It is a column and not an expression of an index, and sorts
    by bytes: behind row security the database uses an index only for comparisons it knows to keep secrets, of which
    `lower` and LIKE are none.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_at", "tenant_id", "at", "id"),
        Index("ix_audit_entry_action", "tenant_id", "action", "at", "id"),
        Index("ix_audit_entry_actor", "tenant_id", "actor_key", "at", "id"),
        Index("ix_audit_entry_object", "tenant_id", "object_id", "at", "id"),
        {"schema": SCHEMA},
    )

    at: Mapped[datetime] = _instant(server_default=func.clock_timestamp())
    actor_kind: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[UUID | None] = mapped_column()
    actor_name: Mapped[str] = mapped_column(Text)
    actor_key: Mapped[str] = mapped_column(Text(collation="C"), Computed("lower(actor_name)", persisted=True))
    action: Mapped[str] = mapped_column(Text)
    object_type: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    request_id: Mapped[str | None] = mapped_column(Text)


class AuditSeal(Base):
    """One link of the chain: the entries it covers by id, their digest, and the hash over digest and link before."""

    __tablename__ = "audit_seal"
    __table_args__ = (CheckConstraint("seq > 0", name="seq_positive"), {"schema": SCHEMA})

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    made_at: Mapped[datetime] = _instant(server_default=func.now())
    entry_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    prev_hash: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary)


class MailMessage(TenantOwned, Base):
    """A mail and how far it has come. Bodies are emptied once it is sent: they may hold sign-in links."""

    __tablename__ = "mail_message"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state_known"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index("ix_mail_message_waiting", "tenant_id", "next_try_at", postgresql_where=text("state = 'waiting'")),
        {"schema": SCHEMA},
    )

    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    reply_to: Mapped[str | None] = mapped_column(Text)
    sender_name: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    next_try_at: Mapped[datetime] = _instant(server_default=func.now())
    last_error: Mapped[str] = mapped_column(Text, server_default="")
    queued_at: Mapped[datetime] = _instant(server_default=func.now())
    sent_at: Mapped[datetime | None] = _instant()


class NumberSeries(Base):
    """The number that was given out last in a series such as `order` or `invoice`."""

    __tablename__ = "number_series"
    __table_args__ = (CheckConstraint("last >= 0", name="last_not_negative"), {"schema": SCHEMA})

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger, server_default="0")


class RateLimit(Base):
    """When `key` (stored as a hash) was last seen under `name`: at most as many times as are allowed."""

    __tablename__ = "rate_limit"
    __table_args__ = (Index("ix_rate_limit_tenant_id_expires_at", "tenant_id", "expires_at"), {"schema": SCHEMA})

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    hits: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))
    expires_at: Mapped[datetime] = _instant()


class IdempotencyKey(Base):
    """The answer to a request that carried a key, sealed: replayed to whoever sends the same key and request again."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_tenant_id_expires_at", "tenant_id", "expires_at"), {"schema": SCHEMA})

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, str]] = mapped_column(JSONB)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = _instant(server_default=func.now())
    expires_at: Mapped[datetime] = _instant()


class WebSession(TenantOwned, Base):
    """A browser session. `visitor` names a guest's cart, `csrf` is the secret that forms carry."""

    __tablename__ = "web_session"
    __table_args__ = (
        UniqueConstraint("tenant_id", "token_hash"),
        Index("ix_web_session_tenant_id_account_id", "tenant_id", "account_id"),
        Index("ix_web_session_tenant_id_expires_at", "tenant_id", "expires_at"),
        {"schema": SCHEMA},
    )

    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    account_id: Mapped[UUID | None] = mapped_column()
    visitor: Mapped[str] = mapped_column(Text)
    csrf: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = _instant(server_default=func.now())
    seen_at: Mapped[datetime] = _instant(server_default=func.now())
    expires_at: Mapped[datetime] = _instant()
    user_agent: Mapped[str] = mapped_column(Text, server_default="")
    address: Mapped[str] = mapped_column(Text, server_default="")


class TenantStamp(Base):
    """A number that says nothing but "something changed"; every process may read all of them."""

    __tablename__ = "tenant_stamp"
    __table_args__ = ({"schema": SCHEMA},)

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    stamp: Mapped[int] = mapped_column(BigInteger, server_default="1")


class Moment(Base):
    """An instant at which the tenant's function `name` is called (kernel/moments.py). Sessions without a tenant see all of
    them: they learn who has something to do, and enter there."""

    __tablename__ = "moment"
    __table_args__ = (CheckConstraint("length(name) BETWEEN 1 AND 60", name="name"), {"schema": SCHEMA})

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = _instant(primary_key=True)


class WorkerStatus(Base):
    """A worker process's last sign of life and its figures (outbox lag, jobs waiting and failed). Not tenant data."""

    __tablename__ = "worker_status"
    __table_args__ = ({"schema": SCHEMA},)

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime] = _instant(server_default=func.now())
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
