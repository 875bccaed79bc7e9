"""A search index knows how the texts in it were read, so that an older one is made anew after an update.

Revision ID: search_analysis_1
"""

import sqlalchemy as sa
from alembic import op

revision = "search_analysis_1"
down_revision = "life_and_numbers_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is there was read in a way nobody wrote down."""
    op.add_column("search_index", sa.Column("analysis", sa.SmallInteger(), server_default=sa.text("0"), nullable=False), schema="catalog")


def downgrade() -> None:
    """Nobody knows any more."""
    op.drop_column("search_index", "analysis", schema="catalog")
