"""What was published: versions of a catalog for a market and a language.

Rows are intervals of versions: a row holds from `from_version` until just before `to_version` (empty: still holds).
Publishing adds rows for what changed and closes their predecessors, so its cost follows the changes,
and every old version stays readable: `from_version <= v AND (to_version IS NULL OR to_version > v)`.
A trigger keeps rows as they are; the one change allowed is to close an open row.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, Index, Integer, LargeBinary, String, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_LIST, EMPTY_OBJECT, one_of
from kernel.db.base import Base, Dated, TenantOwned

STILL_HOLDS = text("to_version IS NULL")
PRICES_TURN = text("to_version IS NULL AND payload ? 'price_turns'")
NO_LONGER = text("to_version IS NOT NULL")
RUN_STATES = ("queued", "running", "done", "failed")
RUN_COUNTS = ("products_total", "products_seen", "products_added", "products_changed", "products_removed")


class Publication(TenantOwned, Base):
    """One version of one market in one language. `mark` is how far in `product.touched` this version has looked."""

    __tablename__ = "publication"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        Index("uq_publication_version", "tenant_id", "market_code", "language", "version", unique=True),
        {"schema": "catalog"},
    )

    market_code: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    published_by: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
    mark: Mapped[int] = mapped_column(BigInteger)
    products_added: Mapped[int] = mapped_column(Integer)
    products_changed: Mapped[int] = mapped_column(Integer)
    products_removed: Mapped[int] = mapped_column(Integer)
    products_total: Mapped[int] = mapped_column(Integer)


class PublicationRun(TenantOwned, Dated, Base):
    """A publication that the worker makes. At most one of a market is open (queued or running).

    `languages` are published, all of the market where there are none. `back_to` is the old version that is to be shown
    again; empty: the drafts are published. `products_total` are those
    that may have changed, `products_seen` how many of them have been looked at. `version` is the market's when the run
    was done, `is_new` whether the run made it. `problems`: [{"code": "…", "reason": "…"}], why it failed.
    """

    __tablename__ = "publication_run"
    __table_args__ = (
        one_of("state", RUN_STATES),
        CheckConstraint(" AND ".join(f"{name} >= 0" for name in RUN_COUNTS), name="counters"),
        Index("uq_publication_run_open", "tenant_id", "market_code", unique=True, postgresql_where=text("state IN ('queued', 'running')")),
        Index("ix_publication_run_made", "tenant_id", "market_code", "created_at"),
        {"schema": "catalog"},
    )

    market_code: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
    back_to: Mapped[int | None] = mapped_column(Integer)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"), default=list)
    state: Mapped[str] = mapped_column(String(20), server_default="queued", default="queued")
    version: Mapped[int | None] = mapped_column(Integer)
    is_new: Mapped[bool | None] = mapped_column(Boolean)
    products_total: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    products_seen: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    products_added: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    products_changed: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    products_removed: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    problems: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    started_by: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class PublishedProduct(TenantOwned, Base):
    """What a shop shows of a product in one market and language over an interval of versions.

    Rows with an empty `parent_id` have a page of their own; a variant's row carries what an order line
    needs. `category_ids` includes all ancestors, `currencies` are those of its list prices (both stand in the payload,
    too; here they are found without unpacking it). The shape of `payload` stands in catalog/payload.py.
    """

    __tablename__ = "published_product"
    __table_args__ = (
        CheckConstraint("to_version > from_version", name="interval"),
        Index("uq_published_product_open", "tenant_id", "market_code", "language", "product_id", unique=True, postgresql_where=STILL_HOLDS),
        Index("uq_published_product_slug", "tenant_id", "market_code", "language", "slug", unique=True, postgresql_where=STILL_HOLDS),
        Index("uq_published_product_from", "tenant_id", "market_code", "language", "product_id", "from_version", unique=True),
        Index("ix_published_product_sku", "tenant_id", "market_code", "language", "sku", postgresql_where=STILL_HOLDS),
        Index("ix_published_product_past", "tenant_id", "market_code", "language", "slug", postgresql_where=NO_LONGER),
        Index("ix_published_product_turns", "tenant_id", "market_code", postgresql_where=PRICES_TURN),
        Index("ix_published_product_closed", "tenant_id", "market_code", "language", "to_version"),
        {"schema": "catalog"},
    )

    market_code: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    product_id: Mapped[UUID] = mapped_column(Uuid)
    parent_id: Mapped[UUID | None] = mapped_column(Uuid)
    sku: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    category_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    currencies: Mapped[list[str]] = mapped_column(ARRAY(Text))
    from_version: Mapped[int] = mapped_column(Integer)
    to_version: Mapped[int | None] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)


class PublishedCategory(TenantOwned, Base):
    """A category as a shop shows it, over an interval of versions; `payload` has id, parent_id, path, code, name, slug, position."""

    __tablename__ = "published_category"
    __table_args__ = (
        CheckConstraint("to_version > from_version", name="interval"),
        Index(
            "uq_published_category_open", "tenant_id", "market_code", "language", "category_id", unique=True, postgresql_where=STILL_HOLDS
        ),
        Index("uq_published_category_slug", "tenant_id", "market_code", "language", "slug", unique=True, postgresql_where=STILL_HOLDS),
        Index("uq_published_category_from", "tenant_id", "market_code", "language", "category_id", "from_version", unique=True),
        {"schema": "catalog"},
    )

    market_code: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    category_id: Mapped[UUID] = mapped_column(Uuid)
    slug: Mapped[str] = mapped_column(String(200))
    from_version: Mapped[int] = mapped_column(Integer)
    to_version: Mapped[int | None] = mapped_column(Integer)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
