"""Publications at a certain time: moments, the markets' time zones, plans, and runs of some languages only.

Revision ID: publication_plans_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import CURRENT, protect

revision = "publication_plans_1"
down_revision = "families_1"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Nothing is planned yet; markets keep the tenant's clock; runs publish all languages."""
    op.create_table(
        "moment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "name", "at", name="pk_moment"),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 60", name="ck_moment_name"),
        schema="kernel",
    )
    op.create_table(
        "publication_plan",
        sa.Column("market_code", sa.String(20), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(20), server_default="planned", nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False) for name in ("problem", "planned_by")),
        sa.Column("edit_version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, INSTANT, server_default=sa.text("now()"), nullable=False) for name in ("created_at", "updated_at")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_publication_plan"),
        sa.CheckConstraint("state IN ('planned', 'started', 'done', 'failed', 'cancelled')", name="ck_publication_plan_state"),
        sa.CheckConstraint("(state IN ('started', 'done')) <= (run_id IS NOT NULL)", name="ck_publication_plan_started_by_a_run"),
        schema="catalog",
    )
    op.create_index("ix_publication_plan_at", "publication_plan", ["tenant_id", "state", "at"], schema="catalog")
    op.create_index(
        "ix_publication_plan_run",
        "publication_plan",
        ["tenant_id", "run_id"],
        unique=True,
        schema="catalog",
        postgresql_where=sa.text("run_id IS NOT NULL"),
    )
    # whoever has entered no tenant learns only who has something to do
    for statement in [*protect("kernel.moment", readers=f"{CURRENT} IS NULL"), *protect("catalog.publication_plan")]:
        op.execute(statement)
    op.add_column(
        "publication_run",
        sa.Column("languages", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        schema="catalog",
    )
    op.add_column("market", sa.Column("time_zone", sa.Text(), server_default="", nullable=False), schema="tenants")


def downgrade() -> None:
    """Takes all of it away."""
    op.drop_column("market", "time_zone", schema="tenants")
    op.drop_column("publication_run", "languages", schema="catalog")
    op.drop_table("publication_plan", schema="catalog")
    op.drop_table("moment", schema="kernel")
