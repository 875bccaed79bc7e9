"""The life of a product by dates, its trade numbers, and classification: systems, classes, a product's codes.

Revision ID: life_and_numbers_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import protect

revision = "life_and_numbers_1"
down_revision = "content_site_1"
branch_labels = None
depends_on = None

TEXTS = {"manufacturer": 120, "manufacturer_number": 80, "customs_code": 10, "origin_country": 2}
DATES = ("new_until", "phase_out_from", "end_on")
DATED = "COALESCE(new_until, phase_out_from, end_on) IS NOT NULL"
CHECKS = {
    "customs_code": "customs_code ~ '^([0-9]{6}|[0-9]{8}|[0-9]{10})?$'",
    "origin_country": "origin_country ~ '^([A-Z]{2})?$'",
}


def upgrade() -> None:
    """Nothing is classified, dated or numbered yet; `new` is one more state."""
    for name, length in TEXTS.items():
        op.add_column("product", sa.Column(name, sa.String(length), server_default="", nullable=False), schema="catalog")
    for name in DATES:
        op.add_column("product", sa.Column(name, sa.Date(), nullable=True), schema="catalog")
    classes = sa.Column("classes", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False)
    op.add_column("product", classes, schema="catalog")
    for name, condition in CHECKS.items():
        op.create_check_constraint(f"ck_product_{name}", "product", condition, schema="catalog")
    _states("'draft', 'new', 'ready', 'phase_out', 'end'")
    op.create_index("ix_product_dated", "product", ["tenant_id"], postgresql_where=sa.text(DATED), schema="catalog")
    past = ["tenant_id", "market_code", "language", "slug"]
    closed = sa.text("to_version IS NOT NULL")
    op.create_index("ix_published_product_past", "published_product", past, postgresql_where=closed, schema="catalog")
    _tables()


def _states(listed: str) -> None:
    op.drop_constraint("ck_product_status", "product", schema="catalog", type_="check")
    op.create_check_constraint("ck_product_status", "product", f"status IN ({listed})", schema="catalog")


def _tables() -> None:
    op.create_table(
        "class_system",
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("version", sa.String(20), server_default="", nullable=False),
        sa.Column("name", sa.String(120), server_default="", nullable=False),
        *_owned(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_class_system"),
        schema="catalog",
    )
    op.create_index("uq_class_system_key", "class_system", ["tenant_id", "key"], unique=True, schema="catalog")
    op.create_table(
        "product_class",
        sa.Column("system_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("names", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("parent_code", sa.String(60), server_default="", nullable=False),
        *_owned(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_product_class"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "system_id"],
            ["catalog.class_system.tenant_id", "catalog.class_system.id"],
            name="fk_product_class_tenant_id_system_id",
            ondelete="CASCADE",
        ),
        schema="catalog",
    )
    op.create_index("uq_product_class_code", "product_class", ["tenant_id", "system_id", "code"], unique=True, schema="catalog")
    for table in ("catalog.class_system", "catalog.product_class"):
        for statement in protect(table):
            op.execute(statement)


def _owned() -> list[sa.Column[object]]:
    now = sa.text("now()")
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=now, nullable=False),
    ]


def downgrade() -> None:
    """Takes tables and columns away; new products are ready."""
    op.drop_table("product_class", schema="catalog")
    op.drop_table("class_system", schema="catalog")
    op.drop_index("ix_published_product_past", table_name="published_product", schema="catalog")
    op.drop_index("ix_product_dated", table_name="product", schema="catalog")
    op.execute("UPDATE catalog.product SET status = 'ready' WHERE status = 'new'")
    _states("'draft', 'ready', 'phase_out', 'end'")
    for name in ("classes", *DATES, *TEXTS):
        op.drop_column("product", name, schema="catalog")
