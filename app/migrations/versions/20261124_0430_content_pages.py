"""Pages of shops: drafts, steps, versions, files; who may write and publish them.

Revision ID: content_pages_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import protect

revision = "content_pages_1"
down_revision = "search_rules_1"
branch_labels = None
depends_on = None

PAGE = ["catalog.content_page.tenant_id", "catalog.content_page.id"]
INSTANT = sa.DateTime(timezone=True)


def _own() -> list[sa.Column]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def _dated() -> list[sa.Column]:
    return [sa.Column(name, INSTANT, server_default=sa.text("now()"), nullable=False) for name in ("created_at", "updated_at")]


def _line(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length), server_default="", nullable=False)


def _count(name: str, start: str = "0") -> sa.Column:
    return sa.Column(name, sa.Integer(), server_default=start, nullable=False)


def upgrade() -> None:
    """Four tables, and two rights for those who look after catalog or shop."""
    op.create_table(
        "content_page",
        sa.Column("kind", sa.String(20), server_default="page", nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("market_code", sa.String(40), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("draft", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        _count("step", "1"),
        _count("edit_version", "1"),
        sa.Column("edited_at", INSTANT, nullable=False),
        _line("edited_by", 200),
        _count("latest_version"),
        _count("off_version"),
        *_own(),
        *_dated(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_content_page"),
        sa.CheckConstraint("kind IN ('page', 'home', 'category', 'post')", name="ck_content_page_kind"),
        sa.CheckConstraint("off_version <= latest_version", name="ck_content_page_off_version"),
        schema="catalog",
    )
    op.create_index("uq_content_page_path", "content_page", ["tenant_id", "market_code", "language", "path"], unique=True, schema="catalog")
    group = ["tenant_id", "group_id", "market_code", "language"]
    op.create_index("uq_content_page_group", "content_page", group, unique=True, schema="catalog")
    op.create_table(
        "content_version",
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT),
        sa.Column("published_at", INSTANT, nullable=False),
        _line("published_by", 200),
        _line("note", 300),
        *_own(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_content_version"),
        sa.ForeignKeyConstraint(["tenant_id", "page_id"], PAGE, name="fk_content_version_tenant_id_page_id"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="ck_content_version_window"),
        schema="catalog",
    )
    op.create_index("uq_content_version_number", "content_version", ["tenant_id", "page_id", "number"], unique=True, schema="catalog")
    op.create_table(
        "content_step",
        sa.Column("page_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        _line("made_by", 200),
        sa.Column("typing", sa.Boolean(), server_default="false", nullable=False),
        *_own(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_content_step"),
        sa.ForeignKeyConstraint(["tenant_id", "page_id"], PAGE, name="fk_content_step_tenant_id_page_id", ondelete="CASCADE"),
        schema="catalog",
    )
    op.create_index("uq_content_step_number", "content_step", ["tenant_id", "page_id", "number"], unique=True, schema="catalog")
    op.create_table(
        "content_file",
        sa.Column("kind", sa.String(20), nullable=False),
        _line("name", 200),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=False),
        _count("width"),
        _count("height"),
        sa.Column("renditions", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        sa.Column("alts", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        *_own(),
        *_dated(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_content_file"),
        sa.CheckConstraint("kind IN ('picture', 'video')", name="ck_content_file_kind"),
        schema="catalog",
    )
    op.create_index("uq_content_file_digest", "content_file", ["tenant_id", "digest"], unique=True, schema="catalog")
    number = ["tenant_id", "market_code", "language", "sku"]
    holds = sa.text("to_version IS NULL")
    op.create_index("ix_published_product_sku", "published_product", number, schema="catalog", postgresql_where=holds)
    for table in ("content_page", "content_step", "content_file"):
        for statement in protect(f"catalog.{table}"):
            op.execute(statement)
    for statement in protect("catalog.content_version", append_only=True):
        op.execute(statement)
    _of_every_tenant(
        "UPDATE tenants.role SET permissions = permissions || ARRAY['content.edit', 'content.publish']"
        " WHERE permissions && ARRAY['catalog.edit', 'agreement.accept', 'role.manage']::text[]"
        " AND NOT permissions @> ARRAY['content.edit']"
    )


def _of_every_tenant(statement: str) -> None:
    """A change of roles beyond the walls, which hold for the owner of the tables as well."""
    op.execute("ALTER TABLE tenants.role NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    op.execute("ALTER TABLE tenants.role FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    """Takes the tables and the rights away."""
    _of_every_tenant(
        "UPDATE tenants.role SET permissions = array_remove(array_remove(permissions, 'content.edit'), 'content.publish')"
        " WHERE permissions @> ARRAY['content.edit']"
    )
    op.drop_index("ix_published_product_sku", "published_product", schema="catalog")
    for table in ("content_file", "content_step", "content_version", "content_page"):
        op.drop_table(table, schema="catalog")
