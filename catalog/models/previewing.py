"""Links that show a shop as it would be."""

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, Index, LargeBinary, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_OBJECT
from kernel.db.base import Base, Dated, TenantOwned


class PreviewLink(TenantOwned, Dated, Base):
    """A link to one market in one language with what is being edited. `secret` is its own part of the link's mark.

    `ready_at`: when its goods were last brought up to date, empty until the worker has done so for the first time;
    `asked_at`: when that was asked for. `as_of`: the date it shows, empty: the present.
    """

    __tablename__ = "preview_link"
    __table_args__ = (Index("ix_preview_link_made", "tenant_id", "created_at"), {"schema": "catalog"})

    market_code: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, server_default="", default="")
    as_of: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    asked_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ready_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    made_by: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
