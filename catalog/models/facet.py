"""The words of filters as they were published: labels and values of attributes in a market's language."""

from typing import Any

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.product import EMPTY_OBJECT
from kernel.db.base import Base, Dated, TenantOwned


class FacetWord(TenantOwned, Dated, Base):
    """One attribute that shoppers may filter by. `words` is {choice code: {"text": …, "swatch": "#rrggbb"}}; empty for free texts,
    whose value is its own text. Replaced by every publication: filters follow the current version."""

    __tablename__ = "facet_word"
    __table_args__ = (
        Index("uq_facet_word_code", "tenant_id", "market_code", "language", "code", unique=True),
        {"schema": "catalog"},
    )

    market_code: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(Integer, server_default="0", default=0)
    words: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=EMPTY_OBJECT, default=dict)
