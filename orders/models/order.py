"""An order: a copy of everything that was promised, and what has happened since.

`snapshot` never changes after placing. What moves is `state`, the tracking fields and the timeline.
"""

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.packaging import Way
from catalog.unit_words import in_words, ordered_words
from kernel.db.base import Amount, Base, Count, Dated, Instant, TenantOwned
from kernel.i18n import format_number
from orders.models.cart import SCHEMA
from tenants.models.columns import Digest, Words, one_of, to_tenant

ORDER_STATES = ("placed", "confirmed", "shipped", "delivered", "closed", "cancelled")
AS_ORDERED = (
    "unit_numerator > 0 AND unit_denominator > 0 AND (ordered_unit = '') = (ordered_quantity IS NULL) "
    "AND (ordered_quantity IS NULL OR ordered_quantity * unit_numerator = quantity * unit_denominator)"
)
OPEN_STATES = ("placed", "confirmed", "shipped")


def to_order() -> ForeignKeyConstraint:
    """Points at the order of the same tenant."""
    return ForeignKeyConstraint(["tenant_id", "order_id"], ["orders.order.tenant_id", "orders.order.id"])


class Order(TenantOwned, Dated, Base):
    """`placed_by` and `key` make placing idempotent; `request_hash` tells the same request from another with its key.

    Amounts are in `currency`: goods and freight as the market shows prices, `total_amount` is what is to be paid.
    `email_key`, `buyer_key` (family name first) and `company_key` are in lower case, for search by beginnings.
    `link_secret`, with the link base, opens the order to a guest (orders/links.py).
    """

    __tablename__ = "order"
    __table_args__ = (
        to_tenant(),
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "placed_by", "key"),
        UniqueConstraint("tenant_id", "cart_id"),
        Index("ix_order_placed", "tenant_id", "placed_at", "id"),
        Index("ix_order_state", "tenant_id", "state", "placed_at", "id"),
        Index("ix_order_owner", "tenant_id", "owner_id", "placed_at", "id", postgresql_where=text("owner_id IS NOT NULL")),
        Index("ix_order_company", "tenant_id", "company_id", "placed_at", "id", postgresql_where=text("company_id IS NOT NULL")),
        Index("ix_order_email_key", "tenant_id", "email_key"),
        Index("ix_order_buyer_key", "tenant_id", "buyer_key"),
        Index("ix_order_company_key", "tenant_id", "company_key", postgresql_where=text("company_key <> ''")),
        one_of("state", ORDER_STATES),
        CheckConstraint("goods_amount >= 0 AND freight_amount >= 0 AND tax_amount >= 0 AND total_amount >= 0", name="amounts_not_negative"),
        CheckConstraint("octet_length(link_secret) = 32", name="link_secret_length"),
        {"schema": SCHEMA},
    )

    number: Mapped[str] = mapped_column(Text(collation="C"))
    state: Mapped[Words] = mapped_column(server_default="placed")
    placed_at: Mapped[Instant] = mapped_column(server_default=func.now())
    placed_by: Mapped[Words]
    key: Mapped[Words]
    request_hash: Mapped[Digest]
    cart_id: Mapped[UUID]
    owner_id: Mapped[UUID | None]
    visitor_hash: Mapped[Digest | None]
    company_id: Mapped[UUID | None]
    email: Mapped[Words]
    buyer: Mapped[Words]
    company: Mapped[Words] = mapped_column(server_default="")
    email_key: Mapped[str] = mapped_column(Text(collation="C"))
    buyer_key: Mapped[str] = mapped_column(Text(collation="C"))
    company_key: Mapped[str] = mapped_column(Text(collation="C"), server_default="")
    market_code: Mapped[Words]
    language: Mapped[Words]
    country: Mapped[Words]
    currency: Mapped[Words]
    prices_include_tax: Mapped[bool]
    goods_amount: Mapped[Amount]
    freight_amount: Mapped[Amount]
    tax_amount: Mapped[Amount]
    total_amount: Mapped[Amount]
    payment: Mapped[Words]
    payment_due_on: Mapped[date | None]
    customer_reference: Mapped[Words] = mapped_column(server_default="")
    tracking_number: Mapped[Words] = mapped_column(server_default="")
    carrier: Mapped[Words] = mapped_column(server_default="")
    link_secret: Mapped[Digest]
    link_base: Mapped[Words] = mapped_column(server_default="")
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)


class OrderLine(TenantOwned, Base):
    """One thing ordered, as it was promised: `quantity` of the base unit `unit`, which is what price, stock and tax are of. It was
    ordered as `ordered_quantity` of `ordered_unit`, one of which is `unit_numerator` / `unit_denominator` base units; both are empty
    where that was the base unit. `counted`: stock was taken for it, and goes back on cancelling."""

    __tablename__ = "order_line"
    __table_args__ = (
        to_order(),
        UniqueConstraint("tenant_id", "order_id", "position"),
        Index("ix_order_line_product", "tenant_id", "product_id"),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("net_amount + tax_amount = gross_amount", name="net_and_tax_are_gross"),
        CheckConstraint(AS_ORDERED, name="ordered_is_quantity"),
        {"schema": SCHEMA},
    )

    order_id: Mapped[UUID]
    position: Mapped[int]
    source_tenant_id: Mapped[UUID]
    product_id: Mapped[UUID]
    agreement_id: Mapped[UUID | None]
    sku: Mapped[Words]
    name: Mapped[Words]
    quantity: Mapped[Count]
    unit: Mapped[Words]
    ordered_quantity: Mapped[Count | None]
    ordered_unit: Mapped[Words] = mapped_column(server_default="")
    unit_numerator: Mapped[int] = mapped_column(BigInteger, server_default="1")
    unit_denominator: Mapped[int] = mapped_column(BigInteger, server_default="1")
    unit_amount: Mapped[Amount]
    amount: Mapped[Amount]
    net_amount: Mapped[Amount]
    tax_amount: Mapped[Amount]
    gross_amount: Mapped[Amount]
    tax_percent: Mapped[Count]
    counted: Mapped[bool]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)

    @property
    def said(self) -> str:
        """What was ordered, in words of the current language: 2 boxes (24 pieces); a number alone for single pieces."""
        if self.ordered_quantity is None:
            return format_number(self.quantity) if self.unit == "C62" else in_words(self.quantity, self.unit)
        way = Way(self.ordered_unit, Fraction(self.unit_numerator, self.unit_denominator))
        return ordered_words(self.ordered_quantity, way, self.unit)


class OrderEvent(TenantOwned, Base):
    """One entry of an order's timeline; rows are only ever added. `note` is for the customer, too."""

    __tablename__ = "order_event"
    __table_args__ = (to_order(), Index("ix_order_event_order", "tenant_id", "order_id", "id"), {"schema": SCHEMA})

    order_id: Mapped[UUID]
    at: Mapped[Instant] = mapped_column(server_default=func.now())
    verb: Mapped[Words]
    from_state: Mapped[Words] = mapped_column(server_default="")
    to_state: Mapped[Words]
    note: Mapped[Words] = mapped_column(server_default="")
    actor: Mapped[dict[str, Any]] = mapped_column(JSONB)
