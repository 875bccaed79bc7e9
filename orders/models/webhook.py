"""Webhooks: addresses of other firms that want to hear of orders, and what is being told to them."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Base, Dated, Instant, TenantOwned
from orders.models.cart import SCHEMA
from tenants.models.columns import Maybe, WordList, Words, one_of, to_tenant

ENDPOINT_STATES = ("enabled", "disabled")
DELIVERY_STATES = ("waiting", "delivered", "given_up")


class WebhookEndpoint(TenantOwned, Dated, Base):
    """An address. `secret` signs (whsec_ and base64); the one before it signs along until `old_secret_until`.

    `paused_until`: it could not be reached, nothing is tried before; `failing_since` when the present row of failures
    began, `contact` who hears when it is switched off.
    """

    __tablename__ = "webhook_endpoint"
    __table_args__ = (
        to_tenant(),
        one_of("state", ENDPOINT_STATES),
        CheckConstraint("cardinality(events) > 0", name="events_given"),
        {"schema": SCHEMA},
    )

    url: Mapped[Words]
    description: Mapped[Words] = mapped_column(server_default="")
    contact: Mapped[Words] = mapped_column(server_default="")
    events: Mapped[WordList]
    secret: Mapped[Words]
    old_secret: Mapped[Words] = mapped_column(server_default="")
    old_secret_until: Mapped[Maybe]
    state: Mapped[Words] = mapped_column(server_default="enabled")
    disabled_because: Mapped[Words] = mapped_column(server_default="")
    failing_since: Mapped[Maybe]
    paused_until: Mapped[Maybe]


class WebhookDelivery(TenantOwned, Base):
    """One message to one address. `body` is the exact text that is signed and sent, the same on every try."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"], ["orders.webhook_endpoint.tenant_id", "orders.webhook_endpoint.id"], ondelete="CASCADE"
        ),
        UniqueConstraint("tenant_id", "endpoint_id", "event_id"),
        Index("ix_webhook_delivery_due", "tenant_id", "endpoint_id", "next_try_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_webhook_delivery_endpoint", "tenant_id", "endpoint_id", "id"),
        one_of("state", DELIVERY_STATES),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        {"schema": SCHEMA},
    )

    endpoint_id: Mapped[UUID]
    event_id: Mapped[UUID]
    event_type: Mapped[Words]
    body: Mapped[Words]
    state: Mapped[Words] = mapped_column(server_default="waiting")
    tries: Mapped[int] = mapped_column(server_default="0")
    next_try_at: Mapped[Instant] = mapped_column(server_default=func.now())
    last_status: Mapped[int | None]
    last_error: Mapped[Words] = mapped_column(server_default="")
    made_at: Mapped[Instant] = mapped_column(server_default=func.now())
    delivered_at: Mapped[Maybe]
