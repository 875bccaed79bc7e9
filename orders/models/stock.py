"""Stock: one counter per product and seller, and every movement of it.

A product without a row is not counted: it is sold on request. A counted product can never go below nothing; the
CHECK says so to whoever forgets. The sum of the movements of a counter is what is on hand.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Base, Count, Dated, Instant, TenantOwned
from orders.models.cart import SCHEMA
from tenants.models.columns import Words, one_of, to_tenant

MOVEMENT_KINDS = ("set", "adjusted", "reported", "sold", "put_back")


class Stock(TenantOwned, Dated, Base):
    """What the seller (`tenant_id`) has of a product, in the product's unit. `source_tenant_id` publishes the product."""

    __tablename__ = "stock"
    __table_args__ = (
        to_tenant(),
        UniqueConstraint("tenant_id", "product_id"),
        Index("ix_stock_sku", "tenant_id", "sku"),
        CheckConstraint("on_hand >= 0", name="on_hand_not_negative"),
        {"schema": SCHEMA, "postgresql_with": {"fillfactor": "70"}},
    )

    source_tenant_id: Mapped[UUID]
    product_id: Mapped[UUID]
    sku: Mapped[Words]
    on_hand: Mapped[Count]


class StockMovement(TenantOwned, Base):
    """Why a counter moved; rows are only ever added."""

    __tablename__ = "stock_movement"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "stock_id"], ["orders.stock.tenant_id", "orders.stock.id"], ondelete="CASCADE"),
        Index("ix_stock_movement_stock", "tenant_id", "stock_id", "id"),
        one_of("kind", MOVEMENT_KINDS),
        {"schema": SCHEMA},
    )

    stock_id: Mapped[UUID]
    kind: Mapped[Words]
    change: Mapped[Count]
    on_hand_after: Mapped[Count]
    reason: Mapped[Words] = mapped_column(server_default="")
    order_id: Mapped[UUID | None]
    actor: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[Instant] = mapped_column(server_default=func.now())


class QuantityRule(TenantOwned, Dated, Base):
    """In which quantities the seller gives a product away: at least `least`, in multiples of `step`. No row: 1 and 1."""

    __tablename__ = "quantity_rule"
    __table_args__ = (
        to_tenant(),
        UniqueConstraint("tenant_id", "product_id"),
        CheckConstraint("step > 0 AND least >= step AND mod(least, step) = 0", name="least_in_steps"),
        {"schema": SCHEMA},
    )

    product_id: Mapped[UUID]
    least: Mapped[Count]
    step: Mapped[Count]
