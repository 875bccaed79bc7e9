"""List prices that hold for a time.

Revision ID: timed_prices_1
"""

import sqlalchemy as sa
from alembic import op

from kernel.db.rls import protect

revision = "timed_prices_1"
down_revision = "preview_links_1"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
PRODUCT = ["catalog.product.tenant_id", "catalog.product.id"]


def upgrade() -> None:
    """No price has a time yet; published rows whose prices change by themselves are found by an index."""
    op.create_table(
        "timed_price",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("amount", sa.Numeric(19, 4), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=True),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, INSTANT, server_default=sa.text("now()"), nullable=False) for name in ("created_at", "updated_at")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_timed_price"),
        sa.ForeignKeyConstraint(["tenant_id", "product_id"], PRODUCT, name="fk_timed_price_tenant_id_product_id", ondelete="CASCADE"),
        sa.CheckConstraint("amount >= 0", name="ck_timed_price_amount"),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ck_timed_price_currency"),
        sa.CheckConstraint("valid_to > valid_from", name="ck_timed_price_interval"),
        schema="catalog",
    )
    once = ["tenant_id", "product_id", "currency", "valid_from"]
    op.create_index("uq_timed_price_from", "timed_price", once, unique=True, schema="catalog")
    for statement in protect("catalog.timed_price"):
        op.execute(statement)
    op.create_index(
        "ix_published_product_turns",
        "published_product",
        ["tenant_id", "market_code"],
        schema="catalog",
        postgresql_where=sa.text("to_version IS NULL AND payload ? 'price_turns'"),
    )


def downgrade() -> None:
    """Takes the table and the index away."""
    op.drop_index("ix_published_product_turns", "published_product", schema="catalog")
    op.drop_table("timed_price", schema="catalog")
