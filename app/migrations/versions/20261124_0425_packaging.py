"""Packaging units and order quantities of products; what a cart line and an order line were ordered as.

Revision ID: packaging_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "packaging_1"
down_revision = "publication_plans_1"
branch_labels = None
depends_on = None

AS_ORDERED = (
    "unit_numerator > 0 AND unit_denominator > 0 AND (ordered_unit = '') = (ordered_quantity IS NULL) "
    "AND (ordered_quantity IS NULL OR ordered_quantity * unit_numerator = quantity * unit_denominator)"
)


def upgrade() -> None:
    """Products begin without further units; lines that are there were ordered in the base unit."""
    for name, empty in (("packaging", "[]"), ("ordering", "{}")):
        column = sa.Column(name, postgresql.JSONB(), server_default=sa.text(f"'{empty}'::jsonb"), nullable=False)
        op.add_column("product", column, schema="catalog")
    op.add_column("cart_line", sa.Column("unit", sa.Text(), server_default="", nullable=False), schema="orders")
    op.add_column("order_line", sa.Column("ordered_quantity", sa.Numeric(15, 3), nullable=True), schema="orders")
    op.add_column("order_line", sa.Column("ordered_unit", sa.Text(), server_default="", nullable=False), schema="orders")
    for table in ("cart_line", "order_line"):
        for name in ("unit_numerator", "unit_denominator"):
            op.add_column(table, sa.Column(name, sa.BigInteger(), server_default="1", nullable=False), schema="orders")
    positive = "unit_numerator > 0 AND unit_denominator > 0"
    op.create_check_constraint("ck_cart_line_unit_positive", "cart_line", positive, schema="orders")
    op.create_check_constraint("ck_order_line_ordered_is_quantity", "order_line", AS_ORDERED, schema="orders")


def downgrade() -> None:
    """Takes the columns away."""
    for table in ("order_line", "cart_line"):
        for name in ("unit_denominator", "unit_numerator"):
            op.drop_column(table, name, schema="orders")
    op.drop_column("order_line", "ordered_unit", schema="orders")
    op.drop_column("order_line", "ordered_quantity", schema="orders")
    op.drop_column("cart_line", "unit", schema="orders")
    for name in ("ordering", "packaging"):
        op.drop_column("product", name, schema="catalog")
