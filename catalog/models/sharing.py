"""Sharing: the agreement a brand makes with a partner, how the partner follows it, and what the partner lays over it.

An agreement belongs to the brand (`tenant_id`), is read by the partner, and the partner may write
its answer and nothing else (a trigger holds it to that). Adoption and overlays belong to the partner.
Ids that point across the wall are plain ids beside `source_tenant_id`, checked in the use case.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, DateTime, Index, Integer, LargeBinary, Numeric, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_OBJECT, NO_IDS, NO_TEXTS, one_of
from kernel.db.base import Base, Dated, TenantOwned

AGREEMENT_STATES = ("offered", "accepted", "active", "amended", "suspended", "refused", "ended", "withdrawn")
OVERLAY_FIELDS = ("name", "text", "price")
ASSORTMENTS = ("all", "rule", "picked")
FEED_KEY_STATES = ("active", "revoked")
LIVE = text("state IN ('offered', 'accepted', 'active', 'amended', 'suspended')")


class Agreement(TenantOwned, Dated, Base):
    """Terms under which a partner sells what the brand published for one market.

    Scope (catalog/selections.py): everything of the market where nothing is named; otherwise what is one of the
    products, or fits the rule of categories (or below), makers' `brands` and `attribute_values` {code: [values]} together;
    never `excluded_product_ids`. `corridor_*_percent` say how far a partner's price may lie from the list price (-10.00
    to 15.00); empty: no limit on that side. Below `advertised_low_percent` a price may be charged but not shown.
    `proposed` holds amended terms until the partner has answered; the old ones hold meanwhile. `reminded_days`: the
    last notice before the end that was sent.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        one_of("state", AGREEMENT_STATES),
        CheckConstraint("tenant_id <> partner_tenant_id", name="two_sides"),
        CheckConstraint("corridor_low_percent >= -100 AND corridor_low_percent <= corridor_high_percent", name="corridor"),
        CheckConstraint("advertised_low_percent >= -100", name="advertised"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        Index("uq_agreement_live", "tenant_id", "partner_tenant_id", unique=True, postgresql_where=LIVE),
        {"schema": "catalog"},
    )

    partner_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(120))
    market_code: Mapped[str] = mapped_column(String(20))
    category_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    brands: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    attribute_values: Mapped[dict[str, list[str]]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    excluded_product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    overlay_fields: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    corridor_low_percent: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    corridor_high_percent: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    advertised_low_percent: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
    state: Mapped[str] = mapped_column(String(20), server_default="offered", default="offered")
    revision: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    proposed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[str] = mapped_column(String(120), server_default="", default="")
    answer_note: Mapped[str] = mapped_column(Text, server_default="", default="")
    reminded_days: Mapped[int | None] = mapped_column(Integer)


class Adoption(TenantOwned, Dated, Base):
    """How a partner follows one agreement: up to which version it has looked through the brand's changes, and its choice.

    `rules` {field: {"do": "take" | "tell" | "hold" | "refuse", "since": version}} (catalog/following.py). The assortment
    (catalog/selections.py) narrows the scope: `assortment` is "all", "rule" or "picked"; the rule's parts as in Agreement.
    """

    __tablename__ = "adoption"
    __table_args__ = (
        Index("uq_adoption_agreement", "tenant_id", "agreement_id", unique=True),
        one_of("assortment", ASSORTMENTS),
        {"schema": "catalog"},
    )

    agreement_id: Mapped[UUID] = mapped_column(Uuid)
    source_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    seen_version: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    rules: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    assortment: Mapped[str] = mapped_column(String(20), server_default="all", default="all")
    category_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    brands: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    attribute_values: Mapped[dict[str, list[str]]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    picked_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)


class Overlay(TenantOwned, Dated, Base):
    """What a partner lays over one published product: own names, texts and prices, or hiding it.

    `prices` is {"EUR": "12.5000"} per unit. `seen_version` is the last version of the product the partner has
    dealt with; `held` {field: version} is the content its shop goes on showing, `waiting` the fields of it that are
    still to be decided.
    """

    __tablename__ = "overlay"
    __table_args__ = (
        Index("uq_overlay_product", "tenant_id", "source_tenant_id", "product_id", unique=True),
        Index("ix_overlay_waiting", "tenant_id", "agreement_id", "product_id", postgresql_where=text("waiting <> '{}'")),
        Index("ix_overlay_hidden", "tenant_id", "source_tenant_id", "product_id", postgresql_where=text("hidden")),
        {"schema": "catalog"},
    )

    agreement_id: Mapped[UUID] = mapped_column(Uuid)
    source_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    product_id: Mapped[UUID] = mapped_column(Uuid)
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    texts: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    prices: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    hidden: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    seen_version: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    held: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    waiting: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)


class FollowedPublication(TenantOwned, Dated, Base):
    """What became of one publication of the brand in the partner's shop, by the partner's rules: numbers of products with
    fields that were taken, taken and told, held, refused; products added, removed and kept out. `fields` {field: how many}."""

    __tablename__ = "followed_publication"
    __table_args__ = (
        Index("uq_followed_publication_version", "tenant_id", "agreement_id", "language", "version", unique=True),
        {"schema": "catalog"},
    )

    agreement_id: Mapped[UUID] = mapped_column(Uuid)
    source_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    language: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    counts: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    fields: Mapped[dict[str, int]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    skus: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)


class AssortmentChange(TenantOwned, Dated, Base):
    """A change of many products at once in a partner's assortment, kept so that it can be undone: the products that moved,
    or the choice as it was before and after."""

    __tablename__ = "assortment_change"
    __table_args__ = (
        one_of("kind", ("hidden", "shown", "choice")),
        Index("ix_assortment_change_agreement", "tenant_id", "agreement_id", "created_at"),
        {"schema": "catalog"},
    )

    agreement_id: Mapped[UUID] = mapped_column(Uuid)
    source_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    made_by: Mapped[str] = mapped_column(String(120), server_default="", default="")
    undone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class FeedKey(TenantOwned, Dated, Base):
    """A program's key to the feed of one agreement, kept as a hash. The partner's; the brand reads that it is there and may
    stop it with a row of its own (FeedStop)."""

    __tablename__ = "feed_key"
    __table_args__ = (
        one_of("state", FEED_KEY_STATES),
        Index("uq_feed_key_secret", "tenant_id", "secret_hash", unique=True),
        Index("ix_feed_key_agreement", "tenant_id", "agreement_id"),
        {"schema": "catalog"},
    )

    agreement_id: Mapped[UUID] = mapped_column(Uuid)
    source_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(80))
    hint: Mapped[str] = mapped_column(String(20))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(20), server_default="active", default="active")
    made_by: Mapped[str] = mapped_column(String(120), server_default="", default="")


class FeedStop(TenantOwned, Dated, Base):
    """The brand's word that a partner's key to a feed opens nothing any more."""

    __tablename__ = "feed_stop"
    __table_args__ = (
        Index("uq_feed_stop_key", "tenant_id", "feed_key_id", unique=True),
        {"schema": "catalog"},
    )

    agreement_id: Mapped[UUID] = mapped_column(Uuid)
    partner_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    feed_key_id: Mapped[UUID] = mapped_column(Uuid)
    stopped_by: Mapped[str] = mapped_column(String(120), server_default="", default="")
