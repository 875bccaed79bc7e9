"""Families of products, how complete each product is in each place, and the files that attributes name."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKeyConstraint, Index, Integer, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_LIST, EMPTY_OBJECT, NO_IDS, NO_TEXTS, one_of
from kernel.db.base import Base, Dated, TenantOwned

TALLY_KINDS = ("state", "missing", "category")


class Family(TenantOwned, Dated, Base):
    """A set of attributes that products of one sort share; a product belongs to one family at most.

    `groups`: [{"labels": {"en": "Frame"}, "attributes": ["frame_material", …]}] in the order in which specifications show
    them. `required` are attributes, `needs` things of other kinds (catalog/scoring.py THINGS) without which a product is not
    published. `axes` are attributes that variants of such products usually differ by.
    """

    __tablename__ = "family"
    __table_args__ = (Index("uq_family_code", "tenant_id", "code", unique=True), {"schema": "catalog"})

    code: Mapped[str] = mapped_column(String(120))
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    groups: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    required: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    needs: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    axes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)


class Completeness(TenantOwned, Base):
    """How complete a product with a page is in one market and language: `percent` of the things that are asked of it.

    `missing` names what is not there ("name", "price", "attribute:gears"); `is_held`: something without which its family is
    not published is among it. `category_ids` are its categories with all that are above them.
    """

    __tablename__ = "completeness"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "product_id"], ["catalog.product.tenant_id", "catalog.product.id"], ondelete="CASCADE"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        Index("uq_completeness_place", "tenant_id", "market_code", "language", "product_id", unique=True),
        Index("ix_completeness_product", "tenant_id", "product_id"),
        Index(
            "ix_completeness_open", "tenant_id", "market_code", "language", "percent", "product_id", postgresql_where=text("percent < 100")
        ),
        {"schema": "catalog"},
    )

    product_id: Mapped[UUID] = mapped_column(Uuid)
    market_code: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    percent: Mapped[int] = mapped_column(Integer)
    missing: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    is_held: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    category_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)


class CompletenessTally(TenantOwned, Base):
    """How many products of a place are in a state ("all", "complete", "held"), miss something, or are incomplete in a category.

    Triggers on `completeness` add lines (+1, -1 and sums of them) and never change one, so that nobody waits for a counter;
    the figure is the sum of a key's lines, and a chore makes one line of them now and then.
    """

    __tablename__ = "completeness_tally"
    __table_args__ = (
        one_of("kind", TALLY_KINDS),
        Index("ix_completeness_tally_key", "tenant_id", "market_code", "language", "kind", "key"),
        {"schema": "catalog"},
    )

    market_code: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(Text)
    count: Mapped[int] = mapped_column(Integer)


class CompletenessMark(TenantOwned, Base):
    """How far in `product.touched` completeness has looked, and for which places ("eu de EUR en"); one row per tenant."""

    __tablename__ = "completeness_mark"
    __table_args__ = (Index("uq_completeness_mark_tenant", "tenant_id", unique=True), {"schema": "catalog"})

    mark: Mapped[int] = mapped_column(BigInteger, server_default="0", default=0)
    places: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)


class PublicationHold(TenantOwned, Base):
    """A product that a publication passed over in a language, and what it misses; shops keep what they had of it."""

    __tablename__ = "publication_hold"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "run_id"], ["catalog.publication_run.tenant_id", "catalog.publication_run.id"], ondelete="CASCADE"
        ),
        Index("ix_publication_hold_run", "tenant_id", "run_id", "sku", "language"),
        {"schema": "catalog"},
    )

    run_id: Mapped[UUID] = mapped_column(Uuid)
    product_id: Mapped[UUID] = mapped_column(Uuid)
    sku: Mapped[str] = mapped_column(String(80))
    language: Mapped[str] = mapped_column(String(20))
    missing: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)


class Document(TenantOwned, Dated, Base):
    """A file that values of attributes name by its id: a manual, a certificate. Kept once however many products name it."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("bytes > 0", name="bytes"),
        Index("uq_document_digest", "tenant_id", "digest", "name", unique=True),
        {"schema": "catalog"},
    )

    file_key: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    bytes: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[str] = mapped_column(String(64))
