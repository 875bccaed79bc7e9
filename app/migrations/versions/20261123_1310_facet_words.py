"""Words of filters as they were published.

Revision ID: facets_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import CURRENT, protect

revision = "facets_1"
down_revision = "storefront_1"
branch_labels = None
depends_on = None

SHARED = f"""(tenant_id, market_code) IN (
  SELECT a.tenant_id, a.market_code FROM catalog.agreement a
  WHERE a.partner_tenant_id = {CURRENT} AND a.state IN ('active', 'amended'))"""


def upgrade() -> None:
    """Table and row security; partners of active agreements read."""
    op.create_table(
        "facet_word",
        sa.Column("market_code", sa.String(20), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("code", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_facet_word")),
        schema="catalog",
    )
    op.create_index("uq_facet_word_code", "facet_word", ["tenant_id", "market_code", "language", "code"], unique=True, schema="catalog")
    for statement in protect("catalog.facet_word", readers=SHARED):
        op.execute(statement)


def downgrade() -> None:
    """Takes the table away."""
    op.drop_table("facet_word", schema="catalog")
