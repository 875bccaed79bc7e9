"""Schema storefront: what a shop's home page says.

Revision ID: storefront_1
"""

import sqlalchemy as sa
from alembic import op

from kernel.db.rls import create_schema, protect

revision = "storefront_1"
down_revision = "orders_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Table and row security."""
    for statement in create_schema("storefront"):
        op.execute(statement)
    op.create_table(
        "front",
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("headline", sa.String(120), server_default="", nullable=False),
        sa.Column("subline", sa.String(240), server_default="", nullable=False),
        sa.Column("story_title", sa.String(120), server_default="", nullable=False),
        sa.Column("story", sa.Text(), server_default="", nullable=False),
        sa.Column("picture_key", sa.String(200), server_default="", nullable=False),
        sa.Column("picture_alt", sa.String(200), server_default="", nullable=False),
        sa.Column("edit_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("picture_key = '' OR picture_alt <> ''", name=op.f("ck_front_picture_has_words")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_front")),
        schema="storefront",
    )
    op.create_index("uq_front_language", "front", ["tenant_id", "language"], unique=True, schema="storefront")
    for statement in protect("storefront.front"):
        op.execute(statement)


def downgrade() -> None:
    """Takes everything away, with all rows."""
    op.execute("DROP SCHEMA storefront CASCADE")
