"""What an import changed, kept so that it can be taken back; runs that take one back.

Revision ID: import_changes_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import protect

revision = "import_changes_1"
down_revision = "tenants_2"
branch_labels = None
depends_on = None

RUN = ["catalog.import_run.tenant_id", "catalog.import_run.id"]


def upgrade() -> None:
    """Three columns of runs, and the lines of what they changed. Older runs remember nothing."""
    for name in ("rows_removed", "rows_ended"):
        op.add_column("import_run", sa.Column(name, sa.Integer(), server_default="0", nullable=False), schema="catalog")
    op.add_column("import_run", sa.Column("undoes", sa.Uuid(), nullable=True), schema="catalog")
    op.create_foreign_key(
        "fk_import_run_tenant_id_undoes", "import_run", "import_run", ["tenant_id", "undoes"], ["tenant_id", "id"],
        source_schema="catalog", referent_schema="catalog",
    )  # fmt: skip
    op.create_index(
        "uq_import_run_undoes", "import_run", ["tenant_id", "undoes"], unique=True, schema="catalog",
        postgresql_where=sa.text("undoes IS NOT NULL"),
    )  # fmt: skip
    op.create_table(
        "import_change",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("before", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("after", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("touched", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_import_change"),
        sa.ForeignKeyConstraint(["tenant_id", "run_id"], RUN, name="fk_import_change_tenant_id_run_id", ondelete="CASCADE"),
        schema="catalog",
    )
    op.create_index("uq_import_change_product", "import_change", ["tenant_id", "run_id", "product_id"], unique=True, schema="catalog")
    for statement in protect("catalog.import_change"):
        op.execute(statement)


def downgrade() -> None:
    """Takes table and columns away."""
    op.drop_table("import_change", schema="catalog")
    op.drop_index("uq_import_run_undoes", "import_run", schema="catalog")
    op.drop_constraint("fk_import_run_tenant_id_undoes", "import_run", schema="catalog")
    for name in ("undoes", "rows_ended", "rows_removed"):
        op.drop_column("import_run", name, schema="catalog")
