"""A shop's own rules of search: the draft as rows, what was published, what people judged, what was asked for."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, Numeric, SmallInteger, String, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_LIST, EMPTY_OBJECT, NO_TEXTS, one_of
from kernel.db.base import Base, Dated, TenantOwned

RULE_KINDS = ("synonym", "one_way", "stop_word", "pin", "redirect")


class ShopSearchRule(TenantOwned, Dated, Base):
    """One rule of the draft in one language.

    `words`: the synonyms of a line, what is typed (one_way), the stop word, or the query (pin, redirect). `means`: what one-way
    words stand for. `products` of a pin, in order: [{"tenant": id, "product": id}]. `address` of a redirect: a path of the shop
    without its place ("/c/locks"), or an https address. `market_code` "": in every market; only pins and redirects name one.
    `key` is what makes a rule unique: its terms as the index knows them.
    """

    __tablename__ = "shop_search_rule"
    __table_args__ = (
        one_of("kind", RULE_KINDS),
        CheckConstraint("cardinality(words) >= 1", name="words"),
        CheckConstraint("market_code = '' OR kind IN ('pin', 'redirect')", name="market"),
        Index("uq_shop_search_rule_key", "tenant_id", "language", "market_code", "kind", "key", unique=True),
        {"schema": "catalog"},
    )

    language: Mapped[str] = mapped_column(String(20))
    market_code: Mapped[str] = mapped_column(String(20), server_default="", default="")
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(Text)
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    means: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=NO_TEXTS, default=list)
    products: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    address: Mapped[str] = mapped_column(Text, server_default="", default="")


class ShopSearchVersion(TenantOwned, Base):
    """Rules as they were published: the highest version of a language is in force. `rules` holds the draft's rows of that moment,
    `back_to` the version that was taken up again. `before` and `after`: nDCG@10 of the judged queries, where it was measured."""

    __tablename__ = "shop_search_version"
    __table_args__ = (
        CheckConstraint("version >= 1", name="version"),
        Index("uq_shop_search_version", "tenant_id", "language", "version", unique=True),
        {"schema": "catalog"},
    )

    language: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer)
    rules: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
    back_to: Mapped[int | None] = mapped_column(Integer)
    before: Mapped[Decimal | None] = mapped_column(Numeric(6, 4))
    after: Mapped[Decimal | None] = mapped_column(Numeric(6, 4))
    published_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    published_by: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)


class ShopSearchJudgement(TenantOwned, Dated, Base):
    """What a product is worth to who asks for something: 0 has nothing to do with it, 3 is just it. `query` as it was judged,
    `key` its terms without the language's small words; stop words of the shop change neither."""

    __tablename__ = "shop_search_judgement"
    __table_args__ = (
        CheckConstraint("grade BETWEEN 0 AND 3", name="grade"),
        Index("uq_shop_search_judgement", "tenant_id", "language", "key", "source_tenant_id", "product_id", unique=True),
        {"schema": "catalog"},
    )

    language: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    source_tenant_id: Mapped[UUID] = mapped_column(Uuid)
    product_id: Mapped[UUID] = mapped_column(Uuid)
    grade: Mapped[int] = mapped_column(SmallInteger)
    judged_by: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)


class ShopSearchMeasure(TenantOwned, Base):
    """The last measurement of a language in a market: nDCG@10 under the rules in force and under the draft. `digest` tells for
    which rules, catalog and judgements it holds; `queries` [{"key", "query", "before", "after"}]."""

    __tablename__ = "shop_search_measure"
    __table_args__ = (
        Index("uq_shop_search_measure", "tenant_id", "language", "market_code", unique=True),
        {"schema": "catalog"},
    )

    language: Mapped[str] = mapped_column(String(20))
    market_code: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    before: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    after: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    queries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    measured_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ShopSearchTally(TenantOwned, Base):
    """How often something was asked for on a day, and how many products it found last. No time of day, no visitor, no address."""

    __tablename__ = "shop_search_tally"
    __table_args__ = (
        CheckConstraint("searches >= 1 AND found >= 0", name="counters"),
        Index("uq_shop_search_tally", "tenant_id", "day", "market_code", "language", "key", unique=True),
        Index("ix_shop_search_tally_language", "tenant_id", "language", "day"),
        {"schema": "catalog"},
    )

    day: Mapped[date] = mapped_column(Date)
    market_code: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    searches: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    found: Mapped[int] = mapped_column(Integer)
