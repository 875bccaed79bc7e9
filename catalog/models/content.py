"""What a shop says besides its products: pages with drafts and versions, and the files they show.

A page stands at one address of one market and language; pages with the same `group_id` are the same page elsewhere. What is
edited lies in `draft`, what was published in versions that are never changed (catalog/content/appearing.py says which one shows).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKeyConstraint, Index, Integer, String, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_LIST, EMPTY_OBJECT, one_of
from kernel.db.base import Base, Dated, Instant, TenantOwned

PAGE_KINDS = ("page", "home", "category", "post")
FILE_KINDS = ("picture", "video")
PAGE = ["catalog.content_page.tenant_id", "catalog.content_page.id"]


class ContentPage(TenantOwned, Dated, Base):
    """A page and its draft. `path` is what follows the place in its address ("" is the home page, "c/bikes" a category's).

    `step` is the present one of the draft's steps (content_step); `latest_version` counts what was published, versions up to
    `off_version` were taken back.
    """

    __tablename__ = "content_page"
    __table_args__ = (
        one_of("kind", PAGE_KINDS),
        CheckConstraint("off_version <= latest_version", name="off_version"),
        Index("uq_content_page_path", "tenant_id", "market_code", "language", "path", unique=True),
        Index("uq_content_page_group", "tenant_id", "group_id", "market_code", "language", unique=True),
        {"schema": "catalog"},
    )

    kind: Mapped[str] = mapped_column(String(20), server_default="page", default="page")
    group_id: Mapped[UUID] = mapped_column(Uuid)
    market_code: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(20))
    path: Mapped[str] = mapped_column(String(200))
    draft: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
    step: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    edit_version: Mapped[int] = mapped_column(Integer, server_default="1", default=1)
    edited_at: Mapped[Instant]
    edited_by: Mapped[str] = mapped_column(String(200), server_default="", default="")
    latest_version: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    off_version: Mapped[int] = mapped_column(Integer, server_default="0", default=0)


class ContentVersion(TenantOwned, Base):
    """A page as it was published: never changed, never removed. Shown from `valid_from` until `valid_to` (None: open)."""

    __tablename__ = "content_version"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "page_id"], PAGE),
        CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="window"),
        Index("uq_content_version_number", "tenant_id", "page_id", "number", unique=True),
        {"schema": "catalog"},
    )

    page_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    valid_from: Mapped[Instant]
    valid_to: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    published_at: Mapped[Instant]
    published_by: Mapped[str] = mapped_column(String(200), server_default="", default="")
    note: Mapped[str] = mapped_column(String(300), server_default="", default="")


class ContentStep(TenantOwned, Base):
    """A state of a draft, so that every edit can be undone and done again; the last hundred are kept."""

    __tablename__ = "content_step"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "page_id"], PAGE, ondelete="CASCADE"),
        Index("uq_content_step_number", "tenant_id", "page_id", "number", unique=True),
        {"schema": "catalog"},
    )

    page_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_at: Mapped[Instant]
    made_by: Mapped[str] = mapped_column(String(200), server_default="", default="")
    typing: Mapped[bool] = mapped_column(server_default="false", default=False)


class ContentFile(TenantOwned, Dated, Base):
    """A picture or film that pages show. `renditions` as of a product's picture; `alts` say per language what is seen."""

    __tablename__ = "content_file"
    __table_args__ = (
        one_of("kind", FILE_KINDS),
        Index("uq_content_file_digest", "tenant_id", "digest", unique=True),
        {"schema": "catalog"},
    )

    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200), server_default="", default="")
    digest: Mapped[str] = mapped_column(String(64))
    file_key: Mapped[str] = mapped_column(Text)
    width: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    height: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    renditions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=EMPTY_LIST, default=list)
    alts: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
