"""What goes with a product, and what an import says about it until its last row is read.

Revision ID: product_relations_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import protect

revision = "product_relations_1"
down_revision = "import_pictures_1"
branch_labels = None
depends_on = None

PRODUCT = ["catalog.product.tenant_id", "catalog.product.id"]
RUN = ["catalog.import_run.tenant_id", "catalog.import_run.id"]
KINDS = "kind IN ('accessory', 'spare_part', 'successor')"


def upgrade() -> None:
    """Two tables; nothing has relations yet."""
    op.create_table(
        "product_relation",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("target_product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_product_relation"),
        sa.CheckConstraint(KINDS, name="ck_product_relation_kind"),
        sa.CheckConstraint("product_id <> target_product_id", name="ck_product_relation_not_itself"),
        sa.ForeignKeyConstraint(["tenant_id", "product_id"], PRODUCT, name="fk_product_relation_tenant_id_product_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "target_product_id"], PRODUCT, name="fk_product_relation_tenant_id_target_product_id", ondelete="CASCADE"
        ),
        schema="catalog",
    )
    once = ["tenant_id", "product_id", "kind", "target_product_id"]
    op.create_index("uq_product_relation_target", "product_relation", once, unique=True, schema="catalog")
    op.create_index("ix_product_relation_target", "product_relation", ["tenant_id", "target_product_id", "kind"], schema="catalog")
    op.create_table(
        "import_relation",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("skus", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("row", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_import_relation"),
        sa.CheckConstraint(KINDS, name="ck_import_relation_kind"),
        sa.ForeignKeyConstraint(["tenant_id", "run_id"], RUN, name="fk_import_relation_tenant_id_run_id", ondelete="CASCADE"),
        schema="catalog",
    )
    op.create_index("ix_import_relation_run", "import_relation", ["tenant_id", "run_id", "id"], schema="catalog")
    for table in ("catalog.product_relation", "catalog.import_relation"):
        for statement in protect(table):
            op.execute(statement)


def downgrade() -> None:
    """Takes both tables away."""
    op.drop_table("import_relation", schema="catalog")
    op.drop_table("product_relation", schema="catalog")
