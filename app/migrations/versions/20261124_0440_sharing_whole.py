"""Sharing: scopes and assortments by rule, minimum advertised prices, content held field by field, feed keys.

What an overlay held back as a whole (one version) becomes a version for each field.

Revision ID: sharing_whole_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import CURRENT, protect

revision = "sharing_whole_1"
down_revision = "content_pages_1"
branch_labels = None
depends_on = None

HELD = ("name", "text", "pictures", "attributes")
NEW_TABLES = ("followed_publication", "assortment_change", "feed_key", "feed_stop")


def _texts(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False)


def _ids(name: str) -> sa.Column:
    return sa.Column(name, postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'::uuid[]"), nullable=False)


def _object(name: str) -> sa.Column:
    return sa.Column(name, postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False)


def _words(name: str, length: int = 120) -> sa.Column:
    return sa.Column(name, sa.String(length), server_default="", nullable=False)


def _id(name: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _table(name: str, *columns: sa.Column | sa.CheckConstraint) -> None:
    instant = sa.DateTime(timezone=True)
    dated = [sa.Column(n, instant, server_default=sa.text("now()"), nullable=False) for n in ("created_at", "updated_at")]
    key = sa.PrimaryKeyConstraint("tenant_id", "id", name=f"pk_{name}")
    op.create_table(name, *columns, _id("tenant_id"), _id("id"), *dated, key, schema="catalog")


def _one_of(table: str, column: str, *words: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=f"ck_{table}_{column}")


def _agreement() -> None:
    percent = sa.Column("advertised_low_percent", sa.Numeric(7, 2), nullable=True)
    for column in (_texts("brands"), _object("attribute_values"), _ids("excluded_product_ids"), percent):
        op.add_column("agreement", column, schema="catalog")
    op.add_column("agreement", sa.Column("reminded_days", sa.Integer(), nullable=True), schema="catalog")
    op.create_check_constraint("ck_agreement_advertised", "agreement", "advertised_low_percent >= -100", schema="catalog")


def _adoption() -> None:
    kind = sa.Column("assortment", sa.String(20), server_default="all", nullable=False)
    seen = sa.Column("edit_version", sa.Integer(), server_default="1", nullable=False)
    for column in (_object("rules"), kind, _ids("category_ids"), _texts("brands"), _object("attribute_values"), _ids("picked_ids"), seen):
        op.add_column("adoption", column, schema="catalog")
    op.create_check_constraint("ck_adoption_assortment", "adoption", "assortment IN ('all', 'rule', 'picked')", schema="catalog")


def _overlay() -> None:
    op.add_column("overlay", _object("held"), schema="catalog")
    op.add_column("overlay", _texts("waiting"), schema="catalog")
    pairs = ", ".join(f"'{field}', held_version" for field in HELD)
    listed = ", ".join(f"'{field}'" for field in HELD)
    op.execute("ALTER TABLE catalog.overlay NO FORCE ROW LEVEL SECURITY")
    # a change that had been refused was seen as well; one that waited was not
    op.execute(
        f"UPDATE catalog.overlay SET held = jsonb_build_object({pairs}), waiting ="
        f" CASE WHEN seen_version > held_version THEN '{{}}' ELSE ARRAY[{listed}] END WHERE held_version IS NOT NULL"
    )
    op.execute("ALTER TABLE catalog.overlay FORCE ROW LEVEL SECURITY")
    op.drop_column("overlay", "held_version", schema="catalog")
    op.create_index(
        "ix_overlay_waiting",
        "overlay",
        ["tenant_id", "agreement_id", "product_id"],
        schema="catalog",
        postgresql_where=sa.text("waiting <> '{}'"),
    )


def _tables() -> None:
    _table(
        "followed_publication",
        _id("agreement_id"), _id("source_tenant_id"), sa.Column("language", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False), _object("counts"), _object("fields"), _texts("skus"),
    )  # fmt: skip
    _table(
        "assortment_change",
        _id("agreement_id"), _id("source_tenant_id"), sa.Column("kind", sa.String(20), nullable=False), _ids("product_ids"),
        _object("before"), _object("after"), _words("made_by"), sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        _one_of("assortment_change", "kind", "hidden", "shown", "choice"),
    )  # fmt: skip
    _table(
        "feed_key",
        _id("agreement_id"), _id("source_tenant_id"), sa.Column("name", sa.String(80), nullable=False),
        sa.Column("hint", sa.String(20), nullable=False), sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(20), server_default="active", nullable=False), _words("made_by"),
        _one_of("feed_key", "state", "active", "revoked"),
    )  # fmt: skip
    _table("feed_stop", _id("agreement_id"), _id("partner_tenant_id"), _id("feed_key_id"), _words("stopped_by"))
    for name, table, columns, unique in (
        ("uq_followed_publication_version", "followed_publication", ["tenant_id", "agreement_id", "language", "version"], True),
        ("ix_assortment_change_agreement", "assortment_change", ["tenant_id", "agreement_id", "created_at"], False),
        ("uq_feed_key_secret", "feed_key", ["tenant_id", "secret_hash"], True),
        ("ix_feed_key_agreement", "feed_key", ["tenant_id", "agreement_id"], False),
        ("uq_feed_stop_key", "feed_stop", ["tenant_id", "feed_key_id"], True),
    ):
        op.create_index(name, table, columns, unique=unique, schema="catalog")


def _walls() -> None:
    """The brand reads that a key to its goods is there, the partner that it was stopped; each writes its own rows only."""
    readers = {"feed_key": f"source_tenant_id = {CURRENT}", "feed_stop": f"partner_tenant_id = {CURRENT}"}
    for table in NEW_TABLES:
        for statement in protect(f"catalog.{table}", readers=readers.get(table, "")):
            op.execute(statement)


def upgrade() -> None:
    for make in (_agreement, _adoption, _overlay, _tables, _walls):
        make()


def downgrade() -> None:
    """Back to one held version per product: the newest of its fields'."""
    for table in reversed(NEW_TABLES):
        op.drop_table(table, schema="catalog")
    op.drop_index("ix_overlay_waiting", "overlay", schema="catalog")
    op.add_column("overlay", sa.Column("held_version", sa.Integer(), nullable=True), schema="catalog")
    op.execute("ALTER TABLE catalog.overlay NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "UPDATE catalog.overlay SET held_version = (SELECT max(v::integer) FROM jsonb_each_text(held) AS h(k, v)) WHERE held <> '{}'"
    )
    op.execute("ALTER TABLE catalog.overlay FORCE ROW LEVEL SECURITY")
    for column in ("held", "waiting"):
        op.drop_column("overlay", column, schema="catalog")
    for column in ("rules", "assortment", "category_ids", "brands", "attribute_values", "picked_ids", "edit_version"):
        op.drop_column("adoption", column, schema="catalog")
    for column in ("brands", "attribute_values", "excluded_product_ids", "advertised_low_percent", "reminded_days"):
        op.drop_column("agreement", column, schema="catalog")
