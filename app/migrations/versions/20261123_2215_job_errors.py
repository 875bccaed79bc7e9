"""Why a job failed last, beside what it was about.

Revision ID: job_errors_1
"""

import sqlalchemy as sa
from alembic import op

revision = "job_errors_1"
down_revision = "trail_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The column; the relay, which carries ids only, may not read it."""
    op.add_column("outbox", sa.Column("last_error", sa.Text(), server_default="", nullable=False), schema="kernel")


def downgrade() -> None:
    """Takes the column away."""
    op.drop_column("outbox", "last_error", schema="kernel")
