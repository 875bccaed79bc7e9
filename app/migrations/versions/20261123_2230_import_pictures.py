"""Pictures that an import brings.

Revision ID: import_pictures_1
"""

import sqlalchemy as sa
from alembic import op

from kernel.db.rls import protect

revision = "import_pictures_1"
down_revision = "relay_2"
branch_labels = None
depends_on = None

RUN = ["catalog.import_run.tenant_id", "catalog.import_run.id"]


def upgrade() -> None:
    """Progress of a run's pictures, and where each of them is. Runs that have ended have no rows left."""
    op.add_column("import_run", sa.Column("rows_done", sa.Boolean(), server_default="false", nullable=False), schema="catalog")
    for name in ("pictures_total", "pictures_done"):
        op.add_column("import_run", sa.Column(name, sa.Integer(), server_default="0", nullable=False), schema="catalog")
    op.create_table(
        "import_picture",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), server_default="waiting", nullable=False),
        sa.Column("picture_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_import_picture"),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name="ck_import_picture_state"),
        sa.ForeignKeyConstraint(["tenant_id", "run_id"], RUN, name="fk_import_picture_tenant_id_run_id", ondelete="CASCADE"),
        schema="catalog",
    )
    op.create_index("ix_import_picture_run", "import_picture", ["tenant_id", "run_id", "state", "id"], schema="catalog")
    for statement in protect("catalog.import_picture"):
        op.execute(statement)


def downgrade() -> None:
    """Takes table and columns away."""
    op.drop_table("import_picture", schema="catalog")
    for name in ("pictures_done", "pictures_total", "rows_done"):
        op.drop_column("import_run", name, schema="catalog")
