"""List prices that hold for a time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Index, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Amount, Base, Dated, TenantOwned


class TimedPrice(TenantOwned, Dated, Base):
    """The list price of one product in one currency from an instant until just before another one; none: for good.

    It takes the place of the list price (catalog.list_price), without which it counts for nothing. `time_zone` is the
    clock it was read from and is shown on. Two of one product and currency never overlap (catalog/timed_prices.py).
    """

    __tablename__ = "timed_price"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "product_id"], ["catalog.product.tenant_id", "catalog.product.id"], ondelete="CASCADE"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("valid_to > valid_from", name="interval"),
        Index("uq_timed_price_from", "tenant_id", "product_id", "currency", "valid_from", unique=True),
        {"schema": "catalog"},
    )

    product_id: Mapped[UUID] = mapped_column(Uuid)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Amount]
    valid_from: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    valid_to: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    time_zone: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
