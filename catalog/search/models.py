"""Tables of the embedded search engine.

A *build* is one index of a market in a language; document numbers live and die with it. Changed products get a
new number and the old one is switched off (`live` bits), so that nothing has to be looked up to be taken out;
folding makes a new build when much is switched off. Readers in flight finish on the retired build.

Everything but `search_index` is keyed by (tenant_id, build, …) without a foreign key: hundreds of thousands of
rows a build, written and removed as a whole. Statements: catalog/search/*.py; why these shapes: docs/decisions.
Amounts and numbers are whole ten-thousandths (`_e4`): comparing them cannot leak a row past row security.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, DateTime, Index, Integer, SmallInteger, String, Text, Uuid, desc, func, text
from sqlalchemy.dialects.postgresql import ARRAY, BIT, JSONB, REAL
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import BigInteger

from catalog.search.bits import CHUNK
from kernel.db.base import Base, TenantOwned

Plain = Text(collation="C")


class SearchIndex(TenantOwned, Base):
    """A build: `documents` live ones, `next_document` is the number the next one gets, `analysis` how texts were read (0: unknown)."""

    __tablename__ = "search_index"
    __table_args__ = (
        Index("uq_search_index_build", "tenant_id", "build", unique=True),
        Index("uq_search_index_current", "tenant_id", "market_code", "language", unique=True, postgresql_where=text("is_current")),
        {"schema": "catalog"},
    )

    market_code: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    build: Mapped[int] = mapped_column(Integer)
    is_current: Mapped[bool] = mapped_column(Boolean, server_default=text("true"), default=True)
    documents: Mapped[int] = mapped_column(Integer, server_default=text("0"), default=0)
    next_document: Mapped[int] = mapped_column(Integer, server_default=text("0"), default=0)
    analysis: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"), default=0)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class InBuild:
    """Key columns of everything inside of a build."""

    tenant_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    build: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class SearchDoc(InBuild, Base):
    """A live document: which product it is, and what lists are ordered by."""

    __tablename__ = "search_doc"
    __table_args__ = (
        Index("ix_search_doc_product", "tenant_id", "build", "product_id"),
        Index("ix_search_doc_rank", "tenant_id", "build", desc("rank"), "name_key", "doc"),
        Index("ix_search_doc_newest", "tenant_id", "build", desc("created_s"), "doc"),
        Index("ix_search_doc_name", "tenant_id", "build", "name_key", "doc"),
        {"schema": "catalog"},
    )

    doc: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    product_id: Mapped[UUID] = mapped_column(Uuid)
    sku: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Plain)
    rank: Mapped[float] = mapped_column(REAL)
    created_s: Mapped[int] = mapped_column(BigInteger)


class SearchPosting(InBuild, Base):
    """Where a term stands: place in the chunk and weight (1/30,000) of each document, `n` of them."""

    __tablename__ = "search_posting"
    __table_args__ = ({"schema": "catalog"},)

    term: Mapped[str] = mapped_column(Plain, primary_key=True)
    chunk: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    n: Mapped[int] = mapped_column(Integer)
    places: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
    weights: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))


class SearchWord(InBuild, Base):
    """A word as people type it, its term, and in about how many documents it stands. `backwards` finds compounds by their end."""

    __tablename__ = "search_word"
    __table_args__ = (
        Index("ix_search_word_backwards", "tenant_id", "build", "backwards", postgresql_where=text("backwards <> ''")),
        {"schema": "catalog"},
    )

    word: Mapped[str] = mapped_column(Plain, primary_key=True)
    shown: Mapped[str] = mapped_column(Text)
    term: Mapped[str] = mapped_column(Plain)
    n: Mapped[int] = mapped_column(Integer)
    backwards: Mapped[str] = mapped_column(Plain)


class SearchWordDel(InBuild, Base):
    """Forms of words with one letter left out, by number; many to a row."""

    __tablename__ = "search_word_del"
    __table_args__ = ({"schema": "catalog"},)

    bucket: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    forms: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))


class SearchBits(InBuild, Base):
    """Which documents of a chunk have a value: live, category, in stock, attribute values."""

    __tablename__ = "search_bits"
    __table_args__ = ({"schema": "catalog"},)

    field: Mapped[str] = mapped_column(Plain, primary_key=True)
    chunk: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    value: Mapped[str] = mapped_column(Plain, primary_key=True)
    bits: Mapped[str] = mapped_column(BIT(CHUNK))


class SearchNumber(InBuild, Base):
    """Numbers and list prices of live documents (`code` "n:…" or "p:EUR")."""

    __tablename__ = "search_number"
    __table_args__ = (
        Index("ix_search_number_value", "tenant_id", "build", "code", "value_e4", "doc"),
        {"schema": "catalog"},
    )

    doc: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(Plain, primary_key=True)
    value_e4: Mapped[int] = mapped_column(BigInteger)


class SearchCode(InBuild, Base):
    """SKUs, GTINs and other codes of live documents, capitals and digits only."""

    __tablename__ = "search_code"
    __table_args__ = (
        Index("ix_search_code_doc", "tenant_id", "build", "doc"),
        {"schema": "catalog"},
    )

    code: Mapped[str] = mapped_column(Plain, primary_key=True)
    doc: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)


class SearchUnit(InBuild, Base):
    """What is sold of a live document, itself or its variants, with list prices {currency: ten-thousandths}."""

    __tablename__ = "search_unit"
    __table_args__ = (
        Index("ix_search_unit_doc", "tenant_id", "build", "doc"),
        {"schema": "catalog"},
    )

    product_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    doc: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    prices_e4: Mapped[dict[str, int]] = mapped_column(JSONB)
