"""Sharing: the agreement a brand makes with a partner, how the partner follows it, and what the partner lays over it.

An agreement belongs to the brand (`tenant_id`), is read by the partner, and the partner may write
its answer and nothing else (a trigger holds it to that). Adoption and overlays belong to the partner.
Ids that point across the wall are plain ids beside `source_tenant_id`, checked in the use case.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, DateTime, Index, Integer, Numeric, String, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_OBJECT, NO_IDS, NO_TEXTS, one_of
from kernel.db.base import Base, Dated, TenantOwned

AGREEMENT_STATES = ("offered", "accepted", "active", "amended", "suspended", "refused", "ended", "withdrawn")
OVERLAY_FIELDS = ("name", "text", "price")
LIVE = text("state IN ('offered', 'accepted', 'active', 'amended', 'suspended')")


class Agreement(TenantOwned, Dated, Base):
    """Terms under which a partner sells what the brand published for one market.

    Scope: everything of the market where `category_ids` and `product_ids` are both empty, otherwise
    what lies in one of the categories (or below) or is one of the products. `corridor_*_percent` say how far a
    partner's price may lie from the list price (-10.00 to 15.00); empty: no limit on that side.
    `proposed` holds amended terms until the partner has answered; the old ones hold meanwhile.
    """

    __tablename__ = "agreement"
    __table_args__ = (
        one_of("state", AGREEMENT_STATES),
        CheckConstraint("tenant_id <> partner_tenant_id", name="two_sides"),
        CheckConstraint("corridor_low_percent >= -100 AND corridor_low_percent <= corridor_high_percent", name="corridor"),
        CheckConstraint("valid_to >= valid_from", name="validity"),
        Index("uq_agreement_live", "tenant_id", "partner_tenant_id", unique=True, postgresql_where=LIVE),
        {"schema": "catalog"},
    )

    partner_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    name: Mapped[str] = mapped_column(String(120))
    market_code: Mapped[str] = mapped_column(String(20))
    category_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=NO_IDS, default=list)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    overlay_fields: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    corridor_low_percent: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    corridor_high_percent: Mapped[Decimal | None] = mapped_column(Numeric(7, 2))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
    state: Mapped[str] = mapped_column(String(20), server_default="offered", default="offered")
    revision: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    proposed: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[str] = mapped_column(String(120), server_default="", default="")
    answer_note: Mapped[str] = mapped_column(Text, server_default="", default="")


class Adoption(TenantOwned, Dated, Base):
    """How a partner follows one agreement: up to which version it has looked through the brand's changes."""

    __tablename__ = "adoption"
    __table_args__ = (
        Index("uq_adoption_agreement", "tenant_id", "agreement_id", unique=True),
        {"schema": "catalog"},
    )

    agreement_id: Mapped[UUID] = mapped_column(Uuid)
    source_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    seen_version: Mapped[int] = mapped_column(Integer, server_default="0", default=0)


class Overlay(TenantOwned, Dated, Base):
    """What a partner lays over one published product: own names, texts and prices, or hiding it.

    `prices` is {"EUR": "12.5000"} per unit. `seen_version` is the last version of the product the partner has
    dealt with; `held_version`, where set, is the version of the content its shop goes on showing.
    """

    __tablename__ = "overlay"
    __table_args__ = (
        Index("uq_overlay_product", "tenant_id", "source_tenant_id", "product_id", unique=True),
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
    held_version: Mapped[int | None] = mapped_column(Integer)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
