"""Who wants to hear when something is there again."""

from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from kernel.db.base import Base, Dated, Instant, TenantOwned
from orders.models.cart import SCHEMA
from tenants.models.columns import Digest, Words, one_of, to_tenant

# asked: the address has not been confirmed · waiting: for the product · told: the mail has been written · stopped: by its owner
NOTICE_STATES = ("asked", "waiting", "told", "stopped")
IS_OPEN = text("state IN ('asked', 'waiting')")


class StockNotice(TenantOwned, Dated, Base):
    """A mail address that waits for one product of the seller (`tenant_id`). `email_key` is the address as addresses are compared.

    `link_base` is the shop's address in the language that was read, without a slash at its end; `secret` this notice's own part of
    the links in its mails.
    """

    __tablename__ = "stock_notice"
    __table_args__ = (
        to_tenant(),
        Index("uq_stock_notice_open", "tenant_id", "product_id", "email_key", unique=True, postgresql_where=IS_OPEN),
        one_of("state", NOTICE_STATES),
        {"schema": SCHEMA},
    )

    product_id: Mapped[UUID]
    email: Mapped[Words]
    email_key: Mapped[Words]
    market_code: Mapped[Words]
    language: Mapped[Words]
    link_base: Mapped[Words]
    secret: Mapped[Digest]
    state: Mapped[Words]
    told_at: Mapped[Instant | None]
