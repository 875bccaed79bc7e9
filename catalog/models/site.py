"""What belongs to a shop's site as a whole: menus, banners, addresses that have moved, messages of visitors, what search engines may."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, DateTime, Index, Integer, String, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_LIST, one_of
from kernel.db.base import Base, Dated, TenantOwned

MENU_SPOTS = ("head", "foot")
TONES = ("accent", "deep", "quiet")
AUDIENCES = ("everyone", "guests", "signed_in", "companies")
REQUEST_STATES = ("new", "done")


class ContentMenu(TenantOwned, Dated, Base):
    """A menu of one market and language. `entries`: [{"kind": "link", "label", "link", "children": [{"label", "link"}]}]."""

    __tablename__ = "content_menu"
    __table_args__ = (
        one_of("spot", MENU_SPOTS),
        Index("uq_content_menu_spot", "tenant_id", "market_code", "language", "spot", unique=True),
        {"schema": "catalog"},
    )

    spot: Mapped[str] = mapped_column(String(20))
    market_code: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(20))
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)


class ContentBanner(TenantOwned, Dated, Base):
    """A line above every page of one market and language, from a moment until another, for everyone or for some."""

    __tablename__ = "content_banner"
    __table_args__ = (
        one_of("tone", TONES),
        one_of("audience", AUDIENCES),
        CheckConstraint("ends_at > starts_at", name="window"),
        Index("ix_content_banner_place", "tenant_id", "market_code", "language"),
        {"schema": "catalog"},
    )

    market_code: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(300))
    link_label: Mapped[str] = mapped_column(String(160), server_default="", default="")
    link: Mapped[str] = mapped_column(String(500), server_default="", default="")
    tone: Mapped[str] = mapped_column(String(20), server_default="accent", default="accent")
    audience: Mapped[str] = mapped_column(String(20), server_default="everyone", default="everyone")
    starts_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ends_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_on: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)


class ContentRedirect(TenantOwned, Dated, Base):
    """An address that has moved. No target is another's source, so one step always arrives. `automatic`: by moving a page."""

    __tablename__ = "content_redirect"
    __table_args__ = (
        CheckConstraint("source <> target", name="moves"),
        CheckConstraint("source LIKE '/%' AND target LIKE '/%'", name="paths"),
        Index("uq_content_redirect_source", "tenant_id", "source", unique=True),
        Index("ix_content_redirect_target", "tenant_id", "target"),
        {"schema": "catalog"},
    )

    source: Mapped[str] = mapped_column(String(500))
    target: Mapped[str] = mapped_column(String(500))
    automatic: Mapped[bool] = mapped_column(Boolean, server_default="false", default=False)
    made_by: Mapped[str] = mapped_column(String(200), server_default="", default="")


class ContentRequest(TenantOwned, Dated, Base):
    """What a visitor wrote by a form of a page."""

    __tablename__ = "content_request"
    __table_args__ = (
        one_of("state", REQUEST_STATES),
        Index("ix_content_request_state", "tenant_id", "state", "created_at"),
        {"schema": "catalog"},
    )

    page_id: Mapped[UUID] = mapped_column(Uuid)
    page_title: Mapped[str] = mapped_column(String(160), server_default="", default="")
    subject: Mapped[str] = mapped_column(String(160), server_default="", default="")
    market_code: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20), server_default="new", default="new")
    handled_by: Mapped[str] = mapped_column(String(200), server_default="", default="")
    handled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ContentSettings(TenantOwned, Dated, Base):
    """What search engines may: whether they may list the shop at all, and lines of its own in robots.txt. One row at most."""

    __tablename__ = "content_settings"
    __table_args__ = (Index("uq_content_settings_tenant", "tenant_id", unique=True), {"schema": "catalog"})

    is_listed: Mapped[bool] = mapped_column(Boolean, server_default="true", default=True)
    robots: Mapped[str] = mapped_column(Text, server_default="", default="")
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
