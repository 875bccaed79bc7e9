"""On what terms a tenant sells in a market: freight, limit and days of purchase on account, where tax is collected."""

from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Amount, Base, Dated, TenantOwned
from orders.models.cart import SCHEMA
from tenants.models.columns import WordList, Words, to_tenant


class SellingTerms(TenantOwned, Dated, Base):
    """One row per market; a market without one sells on the terms of orders/terms.py.

    `freight`: per country (or `*`) `{"price": "4.90", "free_from": "150", "days_least": 2, "days_most": 4}` in the
    market's currency, as the market shows prices. `order_limit`: most that one order on account may come to, with
    tax; NULL is no limit. `tax_regions`: states in which the seller collects sales tax (US).
    """

    __tablename__ = "selling_terms"
    __table_args__ = (
        to_tenant(),
        UniqueConstraint("tenant_id", "market_code"),
        CheckConstraint("order_limit IS NULL OR order_limit >= 0", name="order_limit_not_negative"),
        CheckConstraint("days_person BETWEEN 0 AND 365 AND days_company BETWEEN 0 AND 365", name="days_in_a_year"),
        {"schema": SCHEMA},
    )

    market_code: Mapped[Words]
    freight: Mapped[dict[str, Any]] = mapped_column(JSONB)
    order_limit: Mapped[Amount | None]
    days_person: Mapped[int] = mapped_column(server_default="14")
    days_company: Mapped[int] = mapped_column(server_default="30")
    tax_regions: Mapped[WordList] = mapped_column(server_default=text("'{}'"))
