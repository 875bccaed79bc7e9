"""The embedded search engine's tables in schema catalog.

A partner under an agreement in force reads the builds of the market that was agreed on, and no others.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import CURRENT, protect

revision = "search_1"
down_revision = "catalog_1"
branch_labels = None
depends_on = None

CHUNK = 4096
TABLES = ["search_doc", "search_posting", "search_word", "search_word_del", "search_bits", "search_number", "search_code", "search_unit"]

SHARED_INDEX = f"""(tenant_id, market_code) IN (
  SELECT a.tenant_id, a.market_code FROM catalog.agreement a
  WHERE a.partner_tenant_id = {CURRENT} AND a.state IN ('active', 'amended'))"""
SHARED_BUILD = f"""(tenant_id, build) IN (
  SELECT i.tenant_id, i.build FROM catalog.agreement a JOIN catalog.search_index i USING (tenant_id, market_code)
  WHERE a.partner_tenant_id = {CURRENT} AND a.state IN ('active', 'amended'))"""


def _plain(name: str) -> sa.Column:
    return sa.Column(name, sa.Text(collation="C"), nullable=False)


def _numbers(name: str, kind: type[sa.types.TypeEngine] = sa.Integer) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(kind()), nullable=False)


def _whole(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def _table(name: str, key: list[str], *columns: sa.Column) -> None:
    op.create_table(
        name,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("build", sa.Integer(), autoincrement=False, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", "build", *key, name=f"pk_{name}"),
        schema="catalog",
    )


def _index(name: str, table: str, *columns: str, unique: bool = False, where: str = "") -> None:
    keys = [sa.text(column) if " " in column else column for column in ("tenant_id", *columns)]
    op.create_index(name, table, keys, unique=unique, schema="catalog", postgresql_where=sa.text(where) if where else None)


def _search_index() -> None:
    op.create_table(
        "search_index",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        _whole("build"),
        sa.Column("is_current", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("documents", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("next_document", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_search_index"),
        schema="catalog",
    )
    _index("uq_search_index_build", "search_index", "build", unique=True)
    _index("uq_search_index_current", "search_index", "market_code", "language", unique=True, where="is_current")


def _documents() -> None:
    _table(
        "search_doc",
        ["doc"],
        sa.Column("doc", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        _plain("name_key"),
        sa.Column("rank", sa.REAL(), nullable=False),
        sa.Column("created_s", sa.BigInteger(), nullable=False),
    )
    _index("ix_search_doc_product", "search_doc", "build", "product_id")
    _index("ix_search_doc_rank", "search_doc", "build", "rank DESC", "name_key", "doc")
    _index("ix_search_doc_newest", "search_doc", "build", "created_s DESC", "doc")
    _index("ix_search_doc_name", "search_doc", "build", "name_key", "doc")


def _words() -> None:
    _table(
        "search_posting",
        ["term", "chunk"],
        _plain("term"),
        sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False),
        _whole("n"),
        _numbers("places", sa.SmallInteger),
        _numbers("weights", sa.SmallInteger),
    )
    _table(
        "search_word",
        ["word"],
        _plain("word"),
        sa.Column("shown", sa.Text(), nullable=False),
        _plain("term"),
        _whole("n"),
        _plain("backwards"),
    )
    _index("ix_search_word_backwards", "search_word", "build", "backwards", where="backwards <> ''")
    bucket = sa.Column("bucket", sa.Integer(), autoincrement=False, nullable=False)
    _table("search_word_del", ["bucket"], bucket, _numbers("forms"), _numbers("words", sa.Text))


def _values() -> None:
    chunk = sa.Column("chunk", sa.Integer(), autoincrement=False, nullable=False)
    bits = sa.Column("bits", postgresql.BIT(CHUNK), nullable=False)
    _table("search_bits", ["field", "chunk", "value"], _plain("field"), chunk, _plain("value"), bits)
    doc = sa.Column("doc", sa.Integer(), autoincrement=False, nullable=False)
    _table("search_number", ["doc", "code"], doc, _plain("code"), sa.Column("value_e4", sa.BigInteger(), nullable=False))
    _index("ix_search_number_value", "search_number", "build", "code", "value_e4", "doc")
    _table("search_code", ["code", "doc"], _plain("code"), sa.Column("doc", sa.Integer(), autoincrement=False, nullable=False))
    _index("ix_search_code_doc", "search_code", "build", "doc")
    unit = sa.Column("product_id", sa.Uuid(), nullable=False)
    doc = sa.Column("doc", sa.Integer(), autoincrement=False, nullable=False)
    _table("search_unit", ["product_id", "doc"], unit, doc, sa.Column("prices_e4", postgresql.JSONB(), nullable=False))
    _index("ix_search_unit_doc", "search_unit", "build", "doc")


def upgrade() -> None:
    for make in (_search_index, _documents, _words, _values):
        make()
    _index("ix_overlay_hidden", "overlay", "source_tenant_id", "product_id", where="hidden")
    for statement in protect("catalog.search_index", readers=SHARED_INDEX):
        op.execute(statement)
    for table in TABLES:
        for statement in protect(f"catalog.{table}", readers=SHARED_BUILD):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table, schema="catalog")
    op.drop_table("search_index", schema="catalog")
    op.drop_index("ix_overlay_hidden", "overlay", schema="catalog")
