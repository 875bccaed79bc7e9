"""Schema catalog: what is edited, imported, published and shared.

Three triggers keep promises that code alone could forget: every write to a product moves its `touched` number,
published rows stay as they were published, and a partner can change nothing of an agreement but its answer.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.schema import SchemaItem

from kernel.db.rls import APP_ROLE, CURRENT, create_schema, protect

revision = "catalog_1"
down_revision = "tenants_1"
branch_labels = None
depends_on = None

TRIGGERS = Path(__file__).parent.parent / "sql" / "catalog_triggers.sql"

SHARED = f"""(tenant_id, market_code) IN (
  SELECT a.tenant_id, a.market_code FROM catalog.agreement a
  WHERE a.partner_tenant_id = {CURRENT} AND a.state IN ('active', 'amended'))"""

OWN = [
    "category",
    "attribute",
    "product",
    "picture",
    "list_price",
    "import_mapping",
    "import_run",
    "import_problem",
    "import_stock",
    "adoption",
    "overlay",
]


NOW = sa.text("now()")
INSTANT = sa.DateTime(timezone=True)


def _dated() -> list[sa.Column]:
    return [sa.Column(n, INSTANT, server_default=NOW, nullable=False) for n in ("created_at", "updated_at")]


def _table(name: str, *parts: SchemaItem) -> None:
    key = [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]
    op.create_table(name, *key, *parts, sa.PrimaryKeyConstraint("tenant_id", "id", name=f"pk_{name}"), schema="catalog")


def _index(name: str, table: str, columns: list[str], unique: bool = False, where: str = "") -> None:
    op.create_index(name, table, columns, unique=unique, schema="catalog", postgresql_where=sa.text(where) if where else None)


def _refers(column: str, table: str, name: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    target = [f"catalog.{table}.tenant_id", f"catalog.{table}.id"]
    return sa.ForeignKeyConstraint(["tenant_id", column], target, name=name, ondelete=ondelete)


def _object(name: str, empty: str = "{}") -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text(f"'{empty}'::jsonb"), nullable=False)


def _array(kind: type[sa.Uuid | sa.Text], name: str) -> sa.Column:
    empty = f"'{{}}'::{kind.__name__.lower()}[]"
    return sa.Column(name, postgresql.ARRAY(kind()), server_default=sa.text(empty), nullable=False)


def _intervals(table: str, subject: str) -> None:
    place = ["tenant_id", "market_code", "language"]
    _index(f"uq_{table}_open", table, [*place, subject], unique=True, where="to_version IS NULL")
    _index(f"uq_{table}_slug", table, [*place, "slug"], unique=True, where="to_version IS NULL")
    _index(f"uq_{table}_from", table, [*place, subject, "from_version"], unique=True)


def _category() -> None:
    _table(
        "category",
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=120), nullable=False),
        _object("names"),
        _array(sa.Uuid, "path"),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("edit_version", sa.Integer(), server_default="1", nullable=False),
        *_dated(),
        _refers("parent_id", "category", "fk_category_tenant_id_parent_id"),
    )
    _index("ix_category_parent", "category", ["tenant_id", "parent_id", "position"])
    _index("uq_category_code", "category", ["tenant_id", "code"], unique=True)


def _attribute() -> None:
    _table(
        "attribute",
        sa.Column("code", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=True),
        _object("choices", "[]"),
        _object("labels"),
        sa.Column("filterable", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_axis", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("edit_version", sa.Integer(), server_default="1", nullable=False),
        *_dated(),
        sa.CheckConstraint("kind IN ('text', 'number', 'boolean', 'date', 'choice', 'multichoice')", name="ck_attribute_kind"),
    )
    _index("uq_attribute_code", "attribute", ["tenant_id", "code"], unique=True)


def _product() -> None:
    _table(
        "product",
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), server_default="product", nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=20), server_default="draft", nullable=False),
        _object("names"),
        _object("summaries"),
        _object("texts"),
        _array(sa.Uuid, "category_ids"),
        _object("attribute_values"),
        _array(sa.Text, "axes"),
        sa.Column("brand", sa.String(length=120), server_default="", nullable=False),
        sa.Column("gtin", sa.String(length=14), server_default="", nullable=False),
        sa.Column("unit", sa.String(length=3), server_default="C62", nullable=False),
        sa.Column("weight_kg", sa.Numeric(precision=12, scale=4), nullable=True),
        sa.Column("tax_class", sa.String(length=20), server_default="standard", nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("touched", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("edit_version", sa.Integer(), server_default="1", nullable=False),
        *_dated(),
        sa.CheckConstraint("(kind = 'variant') = (parent_id IS NOT NULL)", name="ck_product_variant_has_parent"),
        sa.CheckConstraint("kind IN ('product', 'variant_parent', 'variant')", name="ck_product_kind"),
        sa.CheckConstraint("status IN ('draft', 'ready', 'phase_out', 'end')", name="ck_product_status"),
        sa.CheckConstraint("tax_class IN ('standard', 'reduced', 'zero')", name="ck_product_tax_class"),
        sa.CheckConstraint("weight_kg >= 0", name="ck_product_weight_kg"),
        _refers("parent_id", "product", "fk_product_tenant_id_parent_id"),
    )
    _index("ix_product_parent", "product", ["tenant_id", "parent_id"], where="parent_id IS NOT NULL")
    _index("ix_product_status", "product", ["tenant_id", "status", "sku"])
    _index("ix_product_touched", "product", ["tenant_id", "touched"])
    _index("uq_product_sku", "product", ["tenant_id", "sku"], unique=True)


def _picture() -> None:
    _table(
        "picture",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("file_key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        _object("alts"),
        _object("renditions", "[]"),
        sa.Column("state", sa.String(length=20), server_default="waiting", nullable=False),
        *_dated(),
        sa.CheckConstraint("state IN ('waiting', 'ready', 'failed')", name="ck_picture_state"),
        _refers("product_id", "product", "fk_picture_tenant_id_product_id", ondelete="CASCADE"),
    )
    _index("ix_picture_product", "picture", ["tenant_id", "product_id", "position"])


def _list_price() -> None:
    _table(
        "list_price",
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=19, scale=4), nullable=False),
        *_dated(),
        sa.CheckConstraint("currency ~ '^[A-Z]{3}$'", name="ck_list_price_currency"),
        sa.CheckConstraint("amount >= 0", name="ck_list_price_amount"),
        _refers("product_id", "product", "fk_list_price_tenant_id_product_id", ondelete="CASCADE"),
    )
    _index("uq_list_price_product", "list_price", ["tenant_id", "product_id", "currency"], unique=True)


def _import_mapping() -> None:
    _table("import_mapping", sa.Column("name", sa.String(length=120), nullable=False), _object("rules"), *_dated())
    _index("uq_import_mapping_name", "import_mapping", ["tenant_id", "name"], unique=True)


def _import_run() -> None:
    _table(
        "import_run",
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("file_key", sa.String(length=200), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("mapping_name", sa.String(length=120), server_default="", nullable=False),
        _object("rules"),
        sa.Column("dry_run", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("state", sa.String(length=20), server_default="waiting", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        _object("started_by"),
        sa.Column("next_row", sa.Integer(), server_default="1", nullable=False),
        sa.Column("rows_read", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_made", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_changed", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_same", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_passed_over", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rows_wrong", sa.Integer(), server_default="0", nullable=False),
        sa.Column("finished_at", INSTANT, nullable=True),
        *_dated(),
        sa.CheckConstraint("state IN ('waiting', 'running', 'finished', 'failed', 'stopped')", name="ck_import_run_state"),
        sa.CheckConstraint("next_row >= 1 AND rows_read >= 0 AND rows_wrong >= 0", name="ck_import_run_counters"),
    )
    _index("ix_import_run_made", "import_run", ["tenant_id", "created_at"])


def _import_problem() -> None:
    _table(
        "import_problem",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _object("row"),
        _refers("run_id", "import_run", "fk_import_problem_tenant_id_run_id", ondelete="CASCADE"),
    )
    _index("ix_import_problem_run", "import_problem", ["tenant_id", "run_id", "row_number"])


def _import_stock() -> None:
    _table(
        "import_stock",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=15, scale=3), nullable=False),
        _refers("run_id", "import_run", "fk_import_stock_tenant_id_run_id", ondelete="CASCADE"),
    )
    _index("uq_import_stock_product", "import_stock", ["tenant_id", "run_id", "product_id"], unique=True)


def _publication() -> None:
    _table(
        "publication",
        sa.Column("market_code", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", INSTANT, server_default=NOW, nullable=False),
        _object("published_by"),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("mark", sa.BigInteger(), nullable=False),
        sa.Column("products_added", sa.Integer(), nullable=False),
        sa.Column("products_changed", sa.Integer(), nullable=False),
        sa.Column("products_removed", sa.Integer(), nullable=False),
        sa.Column("products_total", sa.Integer(), nullable=False),
        sa.CheckConstraint("version >= 1", name="ck_publication_version"),
    )
    _index("uq_publication_version", "publication", ["tenant_id", "market_code", "language", "version"], unique=True)


def _published_product() -> None:
    _table(
        "published_product",
        sa.Column("market_code", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("sku", sa.String(length=80), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("category_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("currencies", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("to_version > from_version", name="ck_published_product_interval"),
    )
    _intervals("published_product", "product_id")
    _index("ix_published_product_closed", "published_product", ["tenant_id", "market_code", "language", "to_version"])


def _published_category() -> None:
    _table(
        "published_category",
        sa.Column("market_code", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("category_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=200), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("to_version", sa.Integer(), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("to_version > from_version", name="ck_published_category_interval"),
    )
    _intervals("published_category", "category_id")


def _agreement() -> None:
    _table(
        "agreement",
        sa.Column("partner_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("market_code", sa.String(length=20), nullable=False),
        _array(sa.Uuid, "category_ids"),
        _array(sa.Uuid, "product_ids"),
        _array(sa.Text, "languages"),
        _array(sa.Text, "countries"),
        _array(sa.Text, "overlay_fields"),
        sa.Column("corridor_low_percent", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("corridor_high_percent", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=20), server_default="offered", nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("proposed", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", sa.String(length=120), server_default="", nullable=False),
        sa.Column("answer_note", sa.Text(), server_default="", nullable=False),
        *_dated(),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'active', 'amended', 'suspended', 'refused', 'ended', 'withdrawn')", name="ck_agreement_state"
        ),
        sa.CheckConstraint("corridor_low_percent >= -100 AND corridor_low_percent <= corridor_high_percent", name="ck_agreement_corridor"),
        sa.CheckConstraint("tenant_id <> partner_tenant_id", name="ck_agreement_two_sides"),
        sa.CheckConstraint("valid_to >= valid_from", name="ck_agreement_validity"),
    )
    live = "state IN ('offered', 'accepted', 'active', 'amended', 'suspended')"
    _index("uq_agreement_live", "agreement", ["tenant_id", "partner_tenant_id"], unique=True, where=live)


def _adoption() -> None:
    _table(
        "adoption",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("source_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("seen_version", sa.Integer(), server_default="0", nullable=False),
        *_dated(),
    )
    _index("uq_adoption_agreement", "adoption", ["tenant_id", "agreement_id"], unique=True)


def _overlay() -> None:
    _table(
        "overlay",
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("source_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        _object("names"),
        _object("texts"),
        _object("prices"),
        sa.Column("hidden", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("seen_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_version", sa.Integer(), nullable=True),
        sa.Column("edit_version", sa.Integer(), server_default="1", nullable=False),
        *_dated(),
    )
    _index("uq_overlay_product", "overlay", ["tenant_id", "source_tenant_id", "product_id"], unique=True)


def _walls() -> None:
    """Own rows only; published rows also for partners under an agreement in force, agreements for their partner."""
    for table in OWN:
        for statement in protect(f"catalog.{table}"):
            op.execute(statement)
    for table in ("publication", "published_product", "published_category"):
        for statement in protect(f"catalog.{table}", readers=SHARED, append_only=table == "publication"):
            op.execute(statement)
    # how far a version has looked is bookkeeping, not content: it moves on where nothing had changed
    op.execute(f"GRANT UPDATE (mark) ON catalog.publication TO {APP_ROLE}")
    op.execute(f"CREATE POLICY catalog_publication_mark ON catalog.publication FOR UPDATE USING (tenant_id = {CURRENT})")
    partner = f"partner_tenant_id = {CURRENT}"
    for statement in protect("catalog.agreement", readers=partner):
        op.execute(statement)
    # the one row of another tenant that may be written: the partner's answer, held to that by a trigger
    op.execute(f"CREATE POLICY catalog_agreement_answer ON catalog.agreement FOR UPDATE USING ({partner}) WITH CHECK ({partner})")


def _triggers() -> None:
    op.execute("CREATE SEQUENCE catalog.touch")
    op.execute(f"GRANT USAGE, SELECT ON SEQUENCE catalog.touch TO {APP_ROLE}")
    for statement in TRIGGERS.read_text().split("\n\n"):
        op.execute(sa.text(statement.replace(":", "\\:")))


def upgrade() -> None:
    for statement in create_schema("catalog"):
        op.execute(statement)
    for make in (_category, _attribute, _product, _picture, _list_price):
        make()
    for make in (_import_mapping, _import_run, _import_problem, _import_stock):
        make()
    for make in (_publication, _published_product, _published_category, _agreement, _adoption, _overlay):
        make()
    _walls()
    _triggers()


def downgrade() -> None:
    op.execute("DROP SCHEMA catalog CASCADE")
