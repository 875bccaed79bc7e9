"""A shop's site as a whole: menus, banners, moved addresses, visitors' messages, what search engines may.

Revision ID: content_site_1
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kernel.db.rls import protect

revision = "content_site_1"
down_revision = "dropped_pictures_1"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLES = ("content_menu", "content_banner", "content_redirect", "content_request", "content_settings")


def _table(name: str, *columns: sa.Column | sa.Constraint) -> None:
    own = [sa.Column(key, sa.Uuid(), nullable=False) for key in ("tenant_id", "id")]
    dated = [sa.Column(key, INSTANT, server_default=sa.text("now()"), nullable=False) for key in ("created_at", "updated_at")]
    op.create_table(name, *columns, *own, *dated, sa.PrimaryKeyConstraint("tenant_id", "id", name=f"pk_{name}"), schema="catalog")


def _line(name: str, length: int, start: str | None = "") -> sa.Column:
    return sa.Column(name, sa.String(length), server_default=start, nullable=False)


def _yes(name: str, start: str) -> sa.Column:
    return sa.Column(name, sa.Boolean(), server_default=start, nullable=False)


def _version() -> sa.Column:
    return sa.Column("edit_version", sa.Integer(), server_default="1", nullable=False)


def _place() -> list[sa.Column]:
    return [_line("market_code", 40, None), _line("language", 20, None)]


def upgrade() -> None:
    """Five tables."""
    _table(
        "content_menu",
        _line("spot", 20, None),
        *_place(),
        sa.Column("entries", postgresql.JSONB(), server_default=sa.text("'[]'::jsonb"), nullable=False),
        _version(),
        sa.CheckConstraint("spot IN ('head', 'foot')", name="ck_content_menu_spot"),
    )
    _table(
        "content_banner",
        *_place(),
        _line("text", 300, None),
        _line("link_label", 160),
        _line("link", 500),
        _line("tone", 20, "accent"),
        _line("audience", 20, "everyone"),
        sa.Column("starts_at", INSTANT),
        sa.Column("ends_at", INSTANT),
        _yes("is_on", "false"),
        _version(),
        sa.CheckConstraint("tone IN ('accent', 'deep', 'quiet')", name="ck_content_banner_tone"),
        sa.CheckConstraint("audience IN ('everyone', 'guests', 'signed_in', 'companies')", name="ck_content_banner_audience"),
        sa.CheckConstraint("ends_at > starts_at", name="ck_content_banner_window"),
    )
    _table(
        "content_redirect",
        _line("source", 500, None),
        _line("target", 500, None),
        _yes("automatic", "false"),
        _line("made_by", 200),
        sa.CheckConstraint("source <> target", name="ck_content_redirect_moves"),
        sa.CheckConstraint("source LIKE '/%%' AND target LIKE '/%%'", name="ck_content_redirect_paths"),
    )
    _table(
        "content_request",
        sa.Column("page_id", sa.Uuid(), nullable=False),
        _line("page_title", 160),
        _line("subject", 160),
        *_place(),
        _line("name", 120, None),
        _line("email", 200, None),
        sa.Column("message", sa.Text(), nullable=False),
        _line("state", 20, "new"),
        _line("handled_by", 200),
        sa.Column("handled_at", INSTANT),
        sa.CheckConstraint("state IN ('new', 'done')", name="ck_content_request_state"),
    )
    _table("content_settings", _yes("is_listed", "true"), sa.Column("robots", sa.Text(), server_default="", nullable=False), _version())
    for name, table, columns, unique in (
        ("uq_content_menu_spot", "content_menu", ["market_code", "language", "spot"], True),
        ("ix_content_banner_place", "content_banner", ["market_code", "language"], False),
        ("uq_content_redirect_source", "content_redirect", ["source"], True),
        ("ix_content_redirect_target", "content_redirect", ["target"], False),
        ("ix_content_request_state", "content_request", ["state", "created_at"], False),
        ("uq_content_settings_tenant", "content_settings", [], True),
    ):
        op.create_index(name, table, ["tenant_id", *columns], unique=unique, schema="catalog")
    for table in TABLES:
        for statement in protect(f"catalog.{table}"):
            op.execute(statement)


def downgrade() -> None:
    """Takes them away."""
    for table in TABLES:
        op.drop_table(table, schema="catalog")
