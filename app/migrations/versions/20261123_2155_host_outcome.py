"""What the last look at a claimed host name has come to.

Revision ID: tenants_2
"""

import sqlalchemy as sa
from alembic import op

from kernel.db.roles import APP_ROLE

revision = "tenants_2"
down_revision = "orders_2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The column, and the application's right to write it."""
    op.add_column("host", sa.Column("outcome", sa.Text(), server_default="", nullable=False), schema="tenants")
    op.create_check_constraint("ck_host_outcome_known", "host", "outcome IN ('', 'missing', 'unreachable', 'taken')", schema="tenants")
    op.execute(f"GRANT UPDATE (outcome) ON tenants.host TO {APP_ROLE}")


def downgrade() -> None:
    """Takes the column away."""
    op.drop_column("host", "outcome", schema="tenants")
