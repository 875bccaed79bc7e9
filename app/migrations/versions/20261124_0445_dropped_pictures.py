"""Pictures that were dropped on the desk, until each is with its product.

Revision ID: dropped_pictures_1
"""

import sqlalchemy as sa
from alembic import op

from kernel.db.rls import protect

revision = "dropped_pictures_1"
down_revision = "sharing_whole_1"
branch_labels = None
depends_on = None

STATES = "state IN ('waiting', 'unknown', 'attached', 'failed', 'unpacking')"


def upgrade() -> None:
    """One table."""
    op.create_table(
        "dropped_picture",
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("file_key", sa.String(200), nullable=False),
        sa.Column("preview_key", sa.String(200), server_default="", nullable=False),
        sa.Column("shown_key", sa.String(200), server_default="", nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("trim", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_dropped_picture"),
        sa.CheckConstraint(STATES, name="ck_dropped_picture_state"),
        sa.CheckConstraint("position >= 1", name="ck_dropped_picture_position"),
        sa.CheckConstraint("bytes >= 0", name="ck_dropped_picture_bytes"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "product_id"],
            ["catalog.product.tenant_id", "catalog.product.id"],
            name="fk_dropped_picture_tenant_id_product_id",
            ondelete="SET NULL (product_id)",
        ),
        schema="catalog",
    )
    op.create_index("ix_dropped_picture_state", "dropped_picture", ["tenant_id", "state", "id"], schema="catalog")
    op.create_index("ix_dropped_picture_product", "dropped_picture", ["tenant_id", "product_id"], schema="catalog")
    for statement in protect("catalog.dropped_picture"):
        op.execute(statement)


def downgrade() -> None:
    """Takes the table away."""
    op.drop_table("dropped_picture", schema="catalog")
