"""Every filter of the audit trail has an index. Rewrites the table once, for the column that names are searched by.

Revision ID: trail_1
"""

import sqlalchemy as sa
from alembic import op

revision = "trail_1"
down_revision = "import_changes_1"
branch_labels = None
depends_on = None

TABLE = "audit_entry"
MADE = {"at": [], "action": ["action"], "actor": ["actor_key"], "object": ["object_id"]}
REPLACED = {"tenant_id_actor_id": ["actor_id"], "tenant_id_object_type_object_id": ["object_type", "object_id"]}


def upgrade() -> None:
    """Column and indexes; two indexes that no query used go."""
    key = sa.Column("actor_key", sa.Text(collation="C"), sa.Computed("lower(actor_name)", persisted=True), nullable=False)
    op.add_column(TABLE, key, schema="kernel")
    for name, columns in MADE.items():
        op.create_index(f"ix_{TABLE}_{name}", TABLE, ["tenant_id", *columns, "at", "id"], schema="kernel")
    for name in REPLACED:
        op.drop_index(f"ix_{TABLE}_{name}", TABLE, schema="kernel")


def downgrade() -> None:
    """The other way round."""
    for name, columns in REPLACED.items():
        op.create_index(f"ix_{TABLE}_{name}", TABLE, ["tenant_id", *columns], schema="kernel")
    for name in MADE:
        op.drop_index(f"ix_{TABLE}_{name}", TABLE, schema="kernel")
    op.drop_column(TABLE, "actor_key", schema="kernel")
