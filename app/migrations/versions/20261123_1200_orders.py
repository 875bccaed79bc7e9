"""Schema orders: carts, orders with their lines and timeline, stock, selling terms, webhooks.

Revision ID: orders_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import create_schema, protect

revision = "orders_1"
down_revision = "search_1"
branch_labels = None
depends_on = None

SCHEMA = "orders"
OWNED = ("cart", "cart_line", "order", "order_line", "stock", "quantity_rule", "selling_terms", "webhook_endpoint", "webhook_delivery")
APPEND_ONLY = ("order_event", "stock_movement")


def upgrade() -> None:
    """Tables and row security."""
    for statement in create_schema(SCHEMA):
        op.execute(statement)
    _carts()
    _orders()
    _stock()
    _terms()
    _webhooks()
    for table in OWNED:
        for statement in protect(f"{SCHEMA}.{table}"):
            op.execute(statement)
    for table in APPEND_ONLY:
        for statement in protect(f"{SCHEMA}.{table}", append_only=True):
            op.execute(statement)


def downgrade() -> None:
    """Takes everything away, with all rows."""
    op.execute(f"DROP SCHEMA {SCHEMA} CASCADE")


def _carts() -> None:
    op.create_table(
        "cart",
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("visitor_hash", sa.LargeBinary(), nullable=True),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('open', 'ordered', 'merged')", name=op.f("ck_cart_state_known")),
        sa.CheckConstraint("(owner_id IS NULL) <> (visitor_hash IS NULL)", name=op.f("ck_cart_one_owner")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name=op.f("fk_cart_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cart")),
        schema=SCHEMA,
    )
    op.create_index(
        "uq_cart_owner",
        "cart",
        ["tenant_id", "owner_id", "market_code"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_cart_visitor",
        "cart",
        ["tenant_id", "visitor_hash", "market_code"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "cart_line",
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("source_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("seen_name", sa.Text(), nullable=False),
        sa.Column("seen_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_cart_line_quantity_positive")),
        sa.CheckConstraint("seen_amount >= 0", name=op.f("ck_cart_line_seen_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cart_id"],
            ["orders.cart.tenant_id", "orders.cart.id"],
            name=op.f("fk_cart_line_tenant_id_cart_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_cart_line")),
        sa.UniqueConstraint("tenant_id", "cart_id", "product_id", name=op.f("uq_cart_line_tenant_id_cart_id_product_id")),
        schema=SCHEMA,
    )


def _orders() -> None:
    op.create_table(
        "order",
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("state", sa.Text(), server_default="placed", nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("placed_by", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("cart_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("visitor_hash", sa.LargeBinary(), nullable=True),
        sa.Column("company_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("buyer", sa.Text(), nullable=False),
        sa.Column("company", sa.Text(), server_default="", nullable=False),
        sa.Column("email_key", sa.Text(collation="C"), nullable=False),
        sa.Column("buyer_key", sa.Text(collation="C"), nullable=False),
        sa.Column("company_key", sa.Text(collation="C"), server_default="", nullable=False),
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("prices_include_tax", sa.Boolean(), nullable=False),
        sa.Column("goods_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("freight_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("tax_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("total_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("payment", sa.Text(), nullable=False),
        sa.Column("payment_due_on", sa.Date(), nullable=True),
        sa.Column("customer_reference", sa.Text(), server_default="", nullable=False),
        sa.Column("tracking_number", sa.Text(), server_default="", nullable=False),
        sa.Column("carrier", sa.Text(), server_default="", nullable=False),
        sa.Column("link_secret", sa.LargeBinary(), nullable=False),
        sa.Column("link_base", sa.Text(), server_default="", nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('placed', 'confirmed', 'shipped', 'delivered', 'closed', 'cancelled')", name=op.f("ck_order_state_known")
        ),
        sa.CheckConstraint(
            "goods_amount >= 0 AND freight_amount >= 0 AND tax_amount >= 0 AND total_amount >= 0",
            name=op.f("ck_order_amounts_not_negative"),
        ),
        sa.CheckConstraint("octet_length(link_secret) = 32", name=op.f("ck_order_link_secret_length")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name=op.f("fk_order_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order")),
        sa.UniqueConstraint("tenant_id", "cart_id", name=op.f("uq_order_tenant_id_cart_id")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_order_tenant_id_number")),
        sa.UniqueConstraint("tenant_id", "placed_by", "key", name=op.f("uq_order_tenant_id_placed_by_key")),
        schema=SCHEMA,
    )
    op.create_index("ix_order_buyer_key", "order", ["tenant_id", "buyer_key"], unique=False, schema=SCHEMA)
    op.create_index(
        "ix_order_company",
        "order",
        ["tenant_id", "company_id", "placed_at", "id"],
        unique=False,
        schema=SCHEMA,
        postgresql_where=sa.text("company_id IS NOT NULL"),
    )
    op.create_index(
        "ix_order_company_key",
        "order",
        ["tenant_id", "company_key"],
        unique=False,
        schema=SCHEMA,
        postgresql_where=sa.text("company_key <> ''"),
    )
    op.create_index("ix_order_email_key", "order", ["tenant_id", "email_key"], unique=False, schema=SCHEMA)
    op.create_index(
        "ix_order_owner",
        "order",
        ["tenant_id", "owner_id", "placed_at", "id"],
        unique=False,
        schema=SCHEMA,
        postgresql_where=sa.text("owner_id IS NOT NULL"),
    )
    op.create_index("ix_order_placed", "order", ["tenant_id", "placed_at", "id"], unique=False, schema=SCHEMA)
    op.create_index("ix_order_state", "order", ["tenant_id", "state", "placed_at", "id"], unique=False, schema=SCHEMA)
    op.create_table(
        "order_event",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), server_default="", nullable=False),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("actor", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"], ["orders.order.tenant_id", "orders.order.id"], name=op.f("fk_order_event_tenant_id_order_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_event")),
        schema=SCHEMA,
    )
    op.create_index("ix_order_event_order", "order_event", ["tenant_id", "order_id", "id"], unique=False, schema=SCHEMA)
    op.create_table(
        "order_line",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=True),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("unit_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("net_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("tax_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("gross_amount", sa.Numeric(precision=19, scale=4), nullable=False),
        sa.Column("tax_percent", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("snapshot", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("net_amount + tax_amount = gross_amount", name=op.f("ck_order_line_net_and_tax_are_gross")),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity_positive")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"], ["orders.order.tenant_id", "orders.order.id"], name=op.f("fk_order_line_tenant_id_order_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("tenant_id", "order_id", "position", name=op.f("uq_order_line_tenant_id_order_id_position")),
        schema=SCHEMA,
    )
    op.create_index("ix_order_line_product", "order_line", ["tenant_id", "product_id"], unique=False, schema=SCHEMA)


def _stock() -> None:
    op.create_table(
        "quantity_rule",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("least", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("step", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("step > 0 AND least >= step AND mod(least, step) = 0", name=op.f("ck_quantity_rule_least_in_steps")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name=op.f("fk_quantity_rule_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_quantity_rule")),
        sa.UniqueConstraint("tenant_id", "product_id", name=op.f("uq_quantity_rule_tenant_id_product_id")),
        schema=SCHEMA,
    )
    op.create_table(
        "stock",
        sa.Column("source_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("on_hand", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_on_hand_not_negative")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name=op.f("fk_stock_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock")),
        sa.UniqueConstraint("tenant_id", "product_id", name=op.f("uq_stock_tenant_id_product_id")),
        schema=SCHEMA,
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index("ix_stock_sku", "stock", ["tenant_id", "sku"], unique=False, schema=SCHEMA)
    op.create_table(
        "stock_movement",
        sa.Column("stock_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("change", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("on_hand_after", sa.Numeric(precision=15, scale=3), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("actor", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('set', 'adjusted', 'reported', 'sold', 'put_back')", name=op.f("ck_stock_movement_kind_known")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "stock_id"],
            ["orders.stock.tenant_id", "orders.stock.id"],
            name=op.f("fk_stock_movement_tenant_id_stock_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_stock_movement")),
        schema=SCHEMA,
    )
    op.create_index("ix_stock_movement_stock", "stock_movement", ["tenant_id", "stock_id", "id"], unique=False, schema=SCHEMA)


def _terms() -> None:
    op.create_table(
        "selling_terms",
        sa.Column("market_code", sa.Text(), nullable=False),
        sa.Column("freight", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("order_limit", sa.Numeric(precision=19, scale=4), nullable=True),
        sa.Column("days_person", sa.Integer(), server_default="14", nullable=False),
        sa.Column("days_company", sa.Integer(), server_default="30", nullable=False),
        sa.Column("tax_regions", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "days_person BETWEEN 0 AND 365 AND days_company BETWEEN 0 AND 365", name=op.f("ck_selling_terms_days_in_a_year")
        ),
        sa.CheckConstraint("order_limit IS NULL OR order_limit >= 0", name=op.f("ck_selling_terms_order_limit_not_negative")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name=op.f("fk_selling_terms_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_selling_terms")),
        sa.UniqueConstraint("tenant_id", "market_code", name=op.f("uq_selling_terms_tenant_id_market_code")),
        schema=SCHEMA,
    )


def _webhooks() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("contact", sa.Text(), server_default="", nullable=False),
        sa.Column("events", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text(), server_default="", nullable=False),
        sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), server_default="enabled", nullable=False),
        sa.Column("disabled_because", sa.Text(), server_default="", nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("state IN ('enabled', 'disabled')", name=op.f("ck_webhook_endpoint_state_known")),
        sa.CheckConstraint("cardinality(events) > 0", name=op.f("ck_webhook_endpoint_events_given")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.tenant.id"], name=op.f("fk_webhook_endpoint_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_endpoint")),
        schema=SCHEMA,
    )
    op.create_table(
        "webhook_delivery",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), server_default="", nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name=op.f("ck_webhook_delivery_state_known")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_webhook_delivery_tries_not_negative")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "endpoint_id"],
            ["orders.webhook_endpoint.tenant_id", "orders.webhook_endpoint.id"],
            name=op.f("fk_webhook_delivery_tenant_id_endpoint_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("tenant_id", "endpoint_id", "event_id", name=op.f("uq_webhook_delivery_tenant_id_endpoint_id_event_id")),
        schema=SCHEMA,
    )
    op.create_index(
        "ix_webhook_delivery_due",
        "webhook_delivery",
        ["tenant_id", "endpoint_id", "next_try_at"],
        unique=False,
        schema=SCHEMA,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_webhook_delivery_endpoint", "webhook_delivery", ["tenant_id", "endpoint_id", "id"], unique=False, schema=SCHEMA)
