"""Who wants to hear when something is there again.

Revision ID: stock_notices_1
"""

import sqlalchemy as sa
from alembic import op

from kernel.db.rls import protect

revision = "stock_notices_1"
down_revision = "search_analysis_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "stock_notice",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("link_base", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_stock_notice"),
        sa.CheckConstraint("state IN ('asked', 'waiting', 'told', 'stopped')", name="ck_stock_notice_state"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name="fk_stock_notice_tenant_id"),
        schema="orders",
    )
    op.create_index(
        "uq_stock_notice_open",
        "stock_notice",
        ["tenant_id", "product_id", "email_key"],
        unique=True,
        schema="orders",
        postgresql_where=sa.text("state IN ('asked', 'waiting')"),
    )
    for statement in protect("orders.stock_notice"):
        op.execute(statement)


def downgrade() -> None:
    """Takes the table away."""
    op.drop_table("stock_notice", schema="orders")
