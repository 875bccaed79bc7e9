"""The currency in which a cart line's price was seen last.

Revision ID: orders_2
"""

import sqlalchemy as sa
from alembic import op

revision = "orders_2"
down_revision = "publication_runs_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Empty where a line is older than this: then it is the cart's currency."""
    op.add_column("cart_line", sa.Column("seen_currency", sa.Text(), server_default="", nullable=False), schema="orders")


def downgrade() -> None:
    """Takes the column away."""
    op.drop_column("cart_line", "seen_currency", schema="orders")
