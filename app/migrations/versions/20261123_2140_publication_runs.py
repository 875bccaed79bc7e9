"""Publications that the worker makes: what was asked for, how far it is, how it ended.

Revision ID: publication_runs_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import protect

revision = "publication_runs_1"
down_revision = "facets_1"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
COUNTS = ("products_total", "products_seen", "products_added", "products_changed", "products_removed")


def upgrade() -> None:
    """Table and row security; at most one open run of a market."""
    op.create_table(
        "publication_run",
        sa.Column("market_code", sa.String(20), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("back_to", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(20), server_default="queued", nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("is_new", sa.Boolean(), nullable=True),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in COUNTS),
        sa.Column("problems", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("started_by", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, INSTANT, server_default=sa.text("now()"), nullable=False) for name in ("created_at", "updated_at")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_publication_run"),
        sa.CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="ck_publication_run_state"),
        sa.CheckConstraint(" AND ".join(f"{name} >= 0" for name in COUNTS), name="ck_publication_run_counters"),
        schema="catalog",
    )
    is_open = sa.text("state IN ('queued', 'running')")
    op.create_index(
        "uq_publication_run_open", "publication_run", ["tenant_id", "market_code"], unique=True, schema="catalog", postgresql_where=is_open
    )
    op.create_index("ix_publication_run_made", "publication_run", ["tenant_id", "market_code", "created_at"], schema="catalog")
    for statement in protect("catalog.publication_run"):
        op.execute(statement)


def downgrade() -> None:
    """Takes the table away."""
    op.drop_table("publication_run", schema="catalog")
