"""What is edited: categories, attributes, products, pictures, list prices.

Nothing a shopper sees reads these tables; shops read what was published (publication.py).
Texts are JSON objects by language tag ({"de": "…", "en": "…"}).
"""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Amount, Base, Dated, TenantOwned

PRODUCT_KINDS = ("product", "variant_parent", "variant")
PRODUCT_STATUSES = ("draft", "new", "ready", "phase_out", "end")
ATTRIBUTE_KINDS = ("text", "richtext", "number", "boolean", "date", "choice", "multichoice", "reference", "file")
PICTURE_STATES = ("waiting", "ready", "failed")
TAX_CLASSES = ("standard", "reduced", "zero")

DATED = "COALESCE(new_until, phase_out_from, end_on) IS NOT NULL"
EMPTY_OBJECT = text("'{}'::jsonb")
EMPTY_LIST = text("'[]'::jsonb")
NO_IDS = text("'{}'::uuid[]")
NO_TEXTS = text("'{}'::text[]")


def one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    """A CHECK that holds the column to these values."""
    listed = ", ".join(f"'{v}'" for v in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Category(TenantOwned, Dated, Base):
    """A node of the category tree. `path` holds the ids from the root down to the node itself."""

    __tablename__ = "category"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["catalog.category.tenant_id", "catalog.category.id"]),
        Index("uq_category_code", "tenant_id", "code", unique=True),
        Index("ix_category_parent", "tenant_id", "parent_id", "position"),
        {"schema": "catalog"},
    )

    parent_id: Mapped[UUID | None] = mapped_column(Uuid)
    code: Mapped[str] = mapped_column(String(120))
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    path: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    position: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)


class Attribute(TenantOwned, Dated, Base):
    """A property products may have. `choices`: [{"code": "red", "labels": {"en": "Red"}}]; `unit` is a UN/ECE Rec 20 code, or
    is shown as it stands. Values are per language or per market where it says so; `rules` hold them to a form (attribute_rules.py)."""

    __tablename__ = "attribute"
    __table_args__ = (
        one_of("kind", ATTRIBUTE_KINDS),
        Index("uq_attribute_code", "tenant_id", "code", unique=True),
        {"schema": "catalog"},
    )

    code: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    unit: Mapped[str | None] = mapped_column(String(20))
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    labels: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    filterable: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    is_axis: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    per_language: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    per_market: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    position: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)


class Product(TenantOwned, Dated, Base):
    """Something sold, a parent of variants (`axes` names the attributes they differ by), or a variant.

    `attribute_values` is {attribute code: value}: text, number as text ("12.5"), boolean, ISO date, choice code
    or list of choice codes. `touched` is set by a trigger on every write from a sequence, so that
    publishing looks only at what was written since it last looked (publishing.py tells why this is safe).
    `packaging` and `ordering` are told by catalog/packaging.py, the dates by catalog/lifecycle.py, `classes`
    ({system: code}) by catalog/classification.py. `edit_version` counts edits: whoever saves names the version they saw.
    """

    __tablename__ = "product"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["catalog.product.tenant_id", "catalog.product.id"]),
        ForeignKeyConstraint(["tenant_id", "family_id"], ["catalog.family.tenant_id", "catalog.family.id"]),
        one_of("kind", PRODUCT_KINDS),
        one_of("status", PRODUCT_STATUSES),
        one_of("tax_class", TAX_CLASSES),
        CheckConstraint("(kind = 'variant') = (parent_id IS NOT NULL)", name="variant_has_parent"),
        CheckConstraint("weight_kg >= 0", name="weight_kg"),
        Index("uq_product_sku", "tenant_id", "sku", unique=True),
        Index("ix_product_parent", "tenant_id", "parent_id", postgresql_where=text("parent_id IS NOT NULL")),
        Index("ix_product_touched", "tenant_id", "touched"),
        CheckConstraint("customs_code ~ '^([0-9]{6}|[0-9]{8}|[0-9]{10})?$'", name="customs_code"),
        CheckConstraint("origin_country ~ '^([A-Z]{2})?$'", name="origin_country"),
        Index("ix_product_status", "tenant_id", "status", "sku"),
        Index("ix_product_dated", "tenant_id", postgresql_where=text(DATED)),
        Index("ix_product_family", "tenant_id", "family_id", postgresql_where=text("family_id IS NOT NULL")),
        {"schema": "catalog"},
    )

    sku: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20), server_default="product", default="product")
    parent_id: Mapped[UUID | None] = mapped_column(Uuid)
    family_id: Mapped[UUID | None] = mapped_column(Uuid)
    status: Mapped[str] = mapped_column(String(20), server_default="draft", default="draft")
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    summaries: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    texts: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    category_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    attribute_values: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    axes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    brand: Mapped[str] = mapped_column(String(120), server_default="", default="")
    gtin: Mapped[str] = mapped_column(String(14), server_default="", default="")
    manufacturer: Mapped[str] = mapped_column(String(120), server_default="", default="")
    manufacturer_number: Mapped[str] = mapped_column(String(80), server_default="", default="")
    customs_code: Mapped[str] = mapped_column(String(10), server_default="", default="")
    origin_country: Mapped[str] = mapped_column(String(2), server_default="", default="")
    classes: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    new_until: Mapped[date | None]
    phase_out_from: Mapped[date | None]
    end_on: Mapped[date | None]
    unit: Mapped[str] = mapped_column(String(3), server_default="C62", default="C62")
    packaging: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    ordering: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    weight_kg: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    tax_class: Mapped[str] = mapped_column(String(20), server_default="standard", default="standard")
    position: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    touched: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)


class Picture(TenantOwned, Dated, Base):
    """A picture of a product. `file_key` is the re-encoded original; `renditions` is
    [{"format": "webp", "width": 320, "height": 240, "key": "…", "bytes": 8121}], filled when `state` is ready."""

    __tablename__ = "picture"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "product_id"], ["catalog.product.tenant_id", "catalog.product.id"], ondelete="CASCADE"),
        one_of("state", PICTURE_STATES),
        Index("ix_picture_product", "tenant_id", "product_id", "position"),
        {"schema": "catalog"},
    )

    product_id: Mapped[UUID] = mapped_column(Uuid)
    file_key: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    alts: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    renditions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    state: Mapped[str] = mapped_column(String(20), server_default="waiting", default="waiting")


class ListPrice(TenantOwned, Dated, Base):
    """The brand's list price of one product in one currency, per `product.unit`, stated the way the market states
    prices (with tax where the market's prices include tax, without where they do not)."""

    __tablename__ = "list_price"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "product_id"], ["catalog.product.tenant_id", "catalog.product.id"], ondelete="CASCADE"),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        Index("uq_list_price_product", "tenant_id", "product_id", "currency", unique=True),
        {"schema": "catalog"},
    )

    product_id: Mapped[UUID] = mapped_column(Uuid)
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Amount]
