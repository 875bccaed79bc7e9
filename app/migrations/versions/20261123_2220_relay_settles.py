"""The relay settles requests that another one stands for.

Revision ID: relay_2
"""

from alembic import op

from kernel.db.rls import RELAY_ROLE

revision = "relay_2"
down_revision = "job_errors_1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One mark more that the relay may set."""
    op.execute(f"GRANT UPDATE (settled_at) ON kernel.outbox TO {RELAY_ROLE}")


def downgrade() -> None:
    """Takes the right back."""
    op.execute(f"REVOKE UPDATE (settled_at) ON kernel.outbox FROM {RELAY_ROLE}")
