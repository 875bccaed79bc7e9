"""Families of products, what attributes may hold, and how complete products are.

Revision ID: families_1
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import protect

revision = "families_1"
down_revision = "product_relations_1"
branch_labels = None
depends_on = None

KINDS = "kind IN ('text', 'richtext', 'number', 'boolean', 'date', 'choice', 'multichoice', 'reference', 'file')"
OLD_KINDS = "kind IN ('text', 'number', 'boolean', 'date', 'choice', 'multichoice')"
PRODUCT = ["catalog.product.tenant_id", "catalog.product.id"]
TABLES = ("family", "completeness", "completeness_tally", "completeness_mark", "publication_hold", "document")

# what one row counts for
KEYS = """
      SELECT 'state' AS kind, 'all' AS key
      UNION ALL SELECT 'state', 'complete' WHERE r.percent = 100
      UNION ALL SELECT 'state', 'held' WHERE r.is_held
      UNION ALL SELECT 'missing', m FROM unnest(r.missing) m
      UNION ALL SELECT 'category', CAST(c AS text) FROM unnest(r.category_ids) c WHERE r.percent < 100
"""
# one line per figure that moves; a statement's many rows become one line each
COUNT = f"""
    INSERT INTO catalog.completeness_tally (tenant_id, id, market_code, language, kind, key, count)
    SELECT r.tenant_id, gen_random_uuid(), r.market_code, r.language, k.kind, k.key, {{sign}}count(*)
    FROM {{rows}} r CROSS JOIN LATERAL ({KEYS}    ) k
    GROUP BY r.tenant_id, r.market_code, r.language, k.kind, k.key;
"""
TALLY = f"""
CREATE FUNCTION catalog.tally_completeness() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN{COUNT.format(sign="", rows="new_rows")}  END IF;
  IF TG_OP <> 'INSERT' THEN{COUNT.format(sign="-", rows="old_rows")}  END IF;
  RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Nothing has a family yet; completeness is worked out by a chore, beginning with its first turn."""
    _families()
    _completeness()
    _others()
    for table in TABLES:
        for statement in protect(f"catalog.{table}"):
            op.execute(statement)
    op.execute(TALLY)
    for when, seen in (("INSERT", "NEW TABLE AS new_rows"), ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
                       ("DELETE", "OLD TABLE AS old_rows")):  # fmt: skip
        op.execute(
            f"CREATE TRIGGER tally_{when.lower()} AFTER {when} ON catalog.completeness REFERENCING {seen} "
            "FOR EACH STATEMENT EXECUTE FUNCTION catalog.tally_completeness()"
        )


def _families() -> None:
    _table(
        "family",
        sa.Column("code", sa.String(120), nullable=False),
        _json("names", "{}"),
        _json("groups", "[]"),
        _texts("required"),
        _texts("needs"),
        _texts("axes"),
        sa.Column("edit_version", sa.Integer(), server_default="1", nullable=False),
        *_dated(),
    )
    op.create_index("uq_family_code", "family", ["tenant_id", "code"], unique=True, schema="catalog")
    op.add_column("product", sa.Column("family_id", sa.Uuid()), schema="catalog")
    family = ["tenant_id", "id"]
    op.create_foreign_key(
        "fk_product_tenant_id_family_id", "product", "family", ["tenant_id", "family_id"], family,
        source_schema="catalog", referent_schema="catalog",
    )  # fmt: skip
    op.create_index(
        "ix_product_family", "product", ["tenant_id", "family_id"], schema="catalog", postgresql_where=sa.text("family_id IS NOT NULL")
    )
    for name in ("per_language", "per_market"):
        op.add_column("attribute", sa.Column(name, sa.Boolean(), server_default="false", nullable=False), schema="catalog")
    op.add_column("attribute", _json("rules", "{}"), schema="catalog")
    _kinds(KINDS)


def _kinds(allowed: str) -> None:
    op.drop_constraint("ck_attribute_kind", "attribute", schema="catalog", type_="check")
    op.create_check_constraint("ck_attribute_kind", "attribute", allowed, schema="catalog")


def _completeness() -> None:
    place = ["tenant_id", "market_code", "language"]
    _table(
        "completeness",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        _texts("missing"),
        sa.Column("is_held", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("category_ids", postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'::uuid[]"), nullable=False),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name="ck_completeness_percent"),
        sa.ForeignKeyConstraint(["tenant_id", "product_id"], PRODUCT, name="fk_completeness_tenant_id_product_id", ondelete="CASCADE"),
    )
    op.create_index("uq_completeness_place", "completeness", [*place, "product_id"], unique=True, schema="catalog")
    op.create_index("ix_completeness_product", "completeness", ["tenant_id", "product_id"], schema="catalog")
    still_open = sa.text("percent < 100")
    op.create_index(
        "ix_completeness_open", "completeness", [*place, "percent", "product_id"], schema="catalog", postgresql_where=still_open
    )
    _table(
        "completeness_tally",
        sa.Column("market_code", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('state', 'missing', 'category')", name="ck_completeness_tally_kind"),
    )
    op.create_index("ix_completeness_tally_key", "completeness_tally", [*place, "kind", "key"], schema="catalog")
    _table("completeness_mark", sa.Column("mark", sa.BigInteger(), server_default="0", nullable=False), _texts("places"))
    op.create_index("uq_completeness_mark_tenant", "completeness_mark", ["tenant_id"], unique=True, schema="catalog")


def _others() -> None:
    run = ["catalog.publication_run.tenant_id", "catalog.publication_run.id"]
    _table(
        "publication_hold",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.String(80), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        _texts("missing"),
        sa.ForeignKeyConstraint(["tenant_id", "run_id"], run, name="fk_publication_hold_tenant_id_run_id", ondelete="CASCADE"),
    )
    op.create_index("ix_publication_hold_run", "publication_hold", ["tenant_id", "run_id", "sku", "language"], schema="catalog")
    _table(
        "document",
        sa.Column("file_key", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        *_dated(),
        sa.CheckConstraint("bytes > 0", name="ck_document_bytes"),
    )
    op.create_index("uq_document_digest", "document", ["tenant_id", "digest", "name"], unique=True, schema="catalog")


def _table(name: str, *columns: sa.Column[Any] | sa.Constraint) -> None:
    own = (sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False))
    op.create_table(name, *columns, *own, sa.PrimaryKeyConstraint("tenant_id", "id", name=f"pk_{name}"), schema="catalog")


def _json(name: str, empty: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text(f"'{empty}'::jsonb"), nullable=False)


def _texts(name: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False)


def _dated() -> list[sa.Column[Any]]:
    return [
        sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
        for name in ("created_at", "updated_at")
    ]


def downgrade() -> None:
    """Takes everything away; attributes of the new kinds have to be gone before."""
    _kinds(OLD_KINDS)
    for name in ("per_language", "per_market", "rules"):
        op.drop_column("attribute", name, schema="catalog")
    op.drop_column("product", "family_id", schema="catalog")
    for table in reversed(TABLES):
        op.drop_table(table, schema="catalog")
    op.execute("DROP FUNCTION catalog.tally_completeness()")
