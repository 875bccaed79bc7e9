"""What a shop's home page says in one language: headline, line below it, picture, story."""

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kernel.db.base import Base, Dated, TenantOwned


class Front(TenantOwned, Dated, Base):
    """One row per language (BCP 47). `picture_key` is a file of the tenant, wide (21:9); `picture_alt` says what it shows."""

    __tablename__ = "front"
    __table_args__ = (
        Index("uq_front_language", "tenant_id", "language", unique=True),
        CheckConstraint("picture_key = '' OR picture_alt <> ''", name="picture_has_words"),
        {"schema": "storefront"},
    )

    language: Mapped[str] = mapped_column(String(20))
    headline: Mapped[str] = mapped_column(String(120), server_default="", default="")
    subline: Mapped[str] = mapped_column(String(240), server_default="", default="")
    story_title: Mapped[str] = mapped_column(String(120), server_default="", default="")
    story: Mapped[str] = mapped_column(Text, server_default="", default="")
    picture_key: Mapped[str] = mapped_column(String(200), server_default="", default="")
    picture_alt: Mapped[str] = mapped_column(String(200), server_default="", default="")
    edit_version: Mapped[int] = mapped_column(server_default="1", default=1)
