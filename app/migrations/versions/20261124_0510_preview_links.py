"""Links that show a shop as it would be with what is being edited.

Revision ID: preview_links_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import protect

revision = "preview_links_1"
down_revision = "stock_notices_1"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """No link yet."""
    op.create_table(
        "preview_link",
        sa.Column("market_code", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("as_of", INSTANT, nullable=True),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("ready_at", INSTANT, nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, INSTANT, server_default=sa.text("now()"), nullable=False) for name in ("created_at", "updated_at")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_preview_link"),
        schema="catalog",
    )
    op.create_index("ix_preview_link_made", "preview_link", ["tenant_id", "created_at"], schema="catalog")
    for statement in protect("catalog.preview_link"):
        op.execute(statement)


def downgrade() -> None:
    """Takes the table away."""
    op.drop_table("preview_link", schema="catalog")
