"""A shop's own rules of search, what people judged, and what was asked for; a permission to keep them.

Revision ID: search_rules_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import protect

revision = "search_rules_1"
down_revision = "packaging_1"
branch_labels = None
depends_on = None

TABLES = ("shop_search_rule", "shop_search_version", "shop_search_judgement", "shop_search_measure", "shop_search_tally")
EMPTY_LIST, EMPTY_OBJECT, NO_TEXTS = sa.text("'[]'::jsonb"), sa.text("'{}'::jsonb"), sa.text("'{}'::text[]")
NOW = sa.text("now()")
KINDS = "kind IN ('synonym', 'one_way', 'stop_word', 'pin', 'redirect')"


def upgrade() -> None:
    """Five tables; no shop has rules yet. Whoever may edit products, set prices or give rights may keep the rules as well."""
    _rules()
    _judging()
    for table in TABLES:
        for statement in protect(f"catalog.{table}"):
            op.execute(statement)
    op.execute("ALTER TABLE tenants.role NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE tenants.role SET permissions = array_append(permissions, 'search.manage')"
        " WHERE permissions && ARRAY['catalog.edit', 'agreement.accept', 'role.manage']::text[]"
        " AND NOT 'search.manage' = ANY (permissions)"
    )
    op.execute("ALTER TABLE tenants.role FORCE ROW LEVEL SECURITY")


def _rules() -> None:
    op.create_table(
        "shop_search_rule",
        *_owned(),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("market_code", sa.String(20), server_default="", nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("words", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("means", postgresql.ARRAY(sa.Text()), server_default=NO_TEXTS, nullable=False),
        sa.Column("products", postgresql.JSONB(), server_default=EMPTY_LIST, nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        *_dated(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_shop_search_rule"),
        sa.CheckConstraint(KINDS, name="ck_shop_search_rule_kind"),
        sa.CheckConstraint("cardinality(words) >= 1", name="ck_shop_search_rule_words"),
        sa.CheckConstraint("market_code = '' OR kind IN ('pin', 'redirect')", name="ck_shop_search_rule_market"),
        schema="catalog",
    )
    once = ["tenant_id", "language", "market_code", "kind", "key"]
    op.create_index("uq_shop_search_rule_key", "shop_search_rule", once, unique=True, schema="catalog")
    op.create_table(
        "shop_search_version",
        *_owned(),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), server_default=EMPTY_LIST, nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("back_to", sa.Integer()),
        sa.Column("before", sa.Numeric(6, 4)),
        sa.Column("after", sa.Numeric(6, 4)),
        sa.Column("published_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.Column("published_by", postgresql.JSONB(), server_default=EMPTY_OBJECT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_shop_search_version"),
        sa.CheckConstraint("version >= 1", name="ck_shop_search_version_version"),
        schema="catalog",
    )
    op.create_index("uq_shop_search_version", "shop_search_version", ["tenant_id", "language", "version"], unique=True, schema="catalog")


def _judging() -> None:
    op.create_table(
        "shop_search_judgement",
        *_owned(),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("source_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("grade", sa.SmallInteger(), nullable=False),
        sa.Column("judged_by", postgresql.JSONB(), server_default=EMPTY_OBJECT, nullable=False),
        *_dated(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_shop_search_judgement"),
        sa.CheckConstraint("grade BETWEEN 0 AND 3", name="ck_shop_search_judgement_grade"),
        schema="catalog",
    )
    once = ["tenant_id", "language", "key", "source_tenant_id", "product_id"]
    op.create_index("uq_shop_search_judgement", "shop_search_judgement", once, unique=True, schema="catalog")
    op.create_table(
        "shop_search_measure",
        *_owned(),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("market_code", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("before", sa.Numeric(6, 4), nullable=False),
        sa.Column("after", sa.Numeric(6, 4), nullable=False),
        sa.Column("queries", postgresql.JSONB(), server_default=EMPTY_LIST, nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_shop_search_measure"),
        schema="catalog",
    )
    place = ["tenant_id", "language", "market_code"]
    op.create_index("uq_shop_search_measure", "shop_search_measure", place, unique=True, schema="catalog")
    op.create_table(
        "shop_search_tally",
        *_owned(),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("market_code", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("searches", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_shop_search_tally"),
        sa.CheckConstraint("searches >= 1 AND found >= 0", name="ck_shop_search_tally_counters"),
        schema="catalog",
    )
    once = ["tenant_id", "day", "market_code", "language", "key"]
    op.create_index("uq_shop_search_tally", "shop_search_tally", once, unique=True, schema="catalog")
    op.create_index("ix_shop_search_tally_language", "shop_search_tally", ["tenant_id", "language", "day"], schema="catalog")


def _owned() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def _dated() -> list[sa.Column[object]]:
    return [sa.Column(name, sa.DateTime(timezone=True), server_default=NOW, nullable=False) for name in ("created_at", "updated_at")]


def downgrade() -> None:
    """Takes the tables and the permission away."""
    op.execute("ALTER TABLE tenants.role NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE tenants.role SET permissions = array_remove(permissions, 'search.manage')")
    op.execute("ALTER TABLE tenants.role FORCE ROW LEVEL SECURITY")
    for table in reversed(TABLES):
        op.drop_table(table, schema="catalog")
