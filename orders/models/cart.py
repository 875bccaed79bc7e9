"""A cart: what somebody thinks of buying. It promises nothing; an order is a copy of it that does.

Each owner has at most one open cart per market. The owner is a person or machine client by id, or a guest by the
hash of the browser's visitor key.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Amount, Base, Count, Dated, TenantOwned
from tenants.models.columns import Digest, Maybe, Words, one_of, to_tenant

SCHEMA = "orders"
CART_STATES = ("open", "ordered", "merged")
WHOLE_UNITS = "unit_numerator > 0 AND unit_denominator > 0"


class Cart(TenantOwned, Dated, Base):
    """`version` moves with every change. `currency` is the market's when the cart was made; `details` holds what has
    been typed at checkout so far (orders/details.py)."""

    __tablename__ = "cart"
    __table_args__ = (
        to_tenant(),
        Index("uq_cart_owner", "tenant_id", "owner_id", "market_code", unique=True, postgresql_where=text("state = 'open'")),
        Index("uq_cart_visitor", "tenant_id", "visitor_hash", "market_code", unique=True, postgresql_where=text("state = 'open'")),
        one_of("state", CART_STATES),
        CheckConstraint("(owner_id IS NULL) <> (visitor_hash IS NULL)", name="one_owner"),
        {"schema": SCHEMA},
    )

    owner_id: Mapped[UUID | None]
    visitor_hash: Mapped[Digest | None]
    market_code: Mapped[Words]
    language: Mapped[Words]
    currency: Mapped[Words]
    state: Mapped[Words] = mapped_column(server_default="open")
    version: Mapped[int] = mapped_column(server_default="1")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))


class CartLine(TenantOwned, Dated, Base):
    """A product and how many of it, in its base unit; it was put in as `unit` (empty: the base unit), one of which is
    `unit_numerator` / `unit_denominator` base units. `seen_*` is what the customer saw last: the price and name a change is told against;
    without a `seen_currency` it was the cart's.

    A removed line stays, with `removed_at`, so that it can be put back; the cart's end takes it along.
    """

    __tablename__ = "cart_line"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "cart_id"], ["orders.cart.tenant_id", "orders.cart.id"], ondelete="CASCADE"),
        UniqueConstraint("tenant_id", "cart_id", "product_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("seen_amount >= 0", name="seen_amount_not_negative"),
        CheckConstraint(WHOLE_UNITS, name="unit_positive"),
        {"schema": SCHEMA},
    )

    cart_id: Mapped[UUID]
    source_tenant_id: Mapped[UUID]
    product_id: Mapped[UUID]
    sku: Mapped[Words]
    quantity: Mapped[Count]
    unit: Mapped[Words] = mapped_column(server_default="")
    unit_numerator: Mapped[int] = mapped_column(BigInteger, server_default="1")
    unit_denominator: Mapped[int] = mapped_column(BigInteger, server_default="1")
    seen_name: Mapped[Words]
    seen_amount: Mapped[Amount]
    seen_currency: Mapped[Words] = mapped_column(server_default="")
    removed_at: Mapped[Maybe]
