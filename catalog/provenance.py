"""Where what a partner's shop shows of a product comes from, field by field: the brand's words since when, or one's own.

The brand's date is that of the publication in which the field last came to read as it is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.agreements import agreement_for
from catalog.brand_changes import adoption_of
from catalog.following import CONTENT, Decided, Do, Following, following, held_versions
from catalog.models import Overlay, Publication, PublishedProduct
from catalog.overlays import source_of
from catalog.payload import Payload
from catalog.shop import Source
from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import NotThere

Origin = Literal["own", "brand", "held"]
MOST_VERSIONS = 60
OWN = {"name": "names", "text": "texts", "price": "prices"}


@dataclass(frozen=True)
class FieldOrigin:
    """One field of a product as the shop shows it. `since`: when the brand published what is shown ("brand", "held") or
    when the overlay was last changed ("own"); `newer`: when the brand published what it has now, where the shop shows
    something older. `do`: the rule for its changes."""

    field: str
    origin: Origin
    since: datetime | None
    newer: datetime | None
    do: Do
    shown: Payload
    own: str = ""


def provenance(session: Session, actor: Actor, agreement_id: UUID, product_id: UUID, currency: str, language: str) -> list[FieldOrigin]:
    """Name, texts, pictures, specification and price of a product as the shop shows them in a language. NotThere for one
    that the brand does not publish. Five statements."""
    agreement = agreement_for(session, actor, agreement_id, "partner")
    source = source_of(session, agreement, language)
    rows = _rows(session, source, product_id) if source else []
    if source is None or not rows or rows[0].to_version is not None:
        raise NotThere
    dates = _dates(session, source, rows)
    mine = (Overlay.tenant_id == tenancy.current(), Overlay.source_tenant_id == agreement.tenant_id, Overlay.product_id == product_id)
    overlay = session.scalar(select(Overlay).where(*mine))
    adoption = adoption_of(session, agreement.id)
    how = following(adoption.seen_version, adoption.rules) if adoption else Following()
    decided = Decided(overlay.seen_version, overlay.held, tuple(overlay.waiting)) if overlay else Decided()
    held = held_versions(how, decided, rows[0].from_version)
    found = []
    for name in (*CONTENT, "price"):
        parts = CONTENT.get(name, ("prices",))
        own = _own(overlay, name, currency, (language, source.language)) if OWN.get(name) and name in agreement.overlay_fields else ""
        row = _row_at(rows, held[name]) if name in held else rows[0]
        changed_here = dates.get(_since(rows, row, parts))
        newer = dates.get(_since(rows, rows[0], parts)) if name in held and _looks(row, parts) != _looks(rows[0], parts) else None
        origin: Origin = "own" if own else "held" if newer else "brand"
        since = overlay.updated_at if own and overlay else changed_here
        do = how.does("prices" if name == "price" else name)
        found.append(FieldOrigin(name, origin, since, newer, do, row.payload, own))
    return found


def _rows(session: Session, source: Source, product_id: UUID) -> list[Any]:
    """The product's versions, newest first."""
    here = (
        PublishedProduct.tenant_id == source.tenant_id,
        PublishedProduct.market_code == source.market_code,
        PublishedProduct.language == source.language,
        PublishedProduct.product_id == product_id,
    )
    columns = (PublishedProduct.from_version, PublishedProduct.to_version, PublishedProduct.payload)
    return list(session.execute(select(*columns).where(*here).order_by(PublishedProduct.from_version.desc()).limit(MOST_VERSIONS)))


def _dates(session: Session, source: Source, rows: Sequence[Any]) -> dict[int, datetime]:
    here = (
        Publication.tenant_id == source.tenant_id,
        Publication.market_code == source.market_code,
        Publication.language == source.language,
        Publication.version.in_([row.from_version for row in rows]),
    )
    return {row.version: row.published_at for row in session.execute(select(Publication.version, Publication.published_at).where(*here))}


def _row_at(rows: Sequence[Any], version: int) -> Any:
    """The row as of a version or, where the product came later, the first."""
    return next((row for row in rows if row.from_version <= version), rows[-1])


def _since(rows: Sequence[Any], row: Any, parts: Sequence[str]) -> int:
    """The version in which the field came to read as it does in `row`, as far back as the rows go."""
    found: int = row.from_version
    looks = _looks(row, parts)
    for older in rows[list(rows).index(row) :]:
        if _looks(older, parts) != looks:
            break
        found = older.from_version
    return found


def _looks(row: Any, parts: Sequence[str]) -> list[Any]:
    return [row.payload.get(part) for part in parts]


def _own(overlay: Overlay | None, name: str, currency: str, languages: Sequence[str]) -> str:
    if overlay is None:
        return ""
    told: dict[str, str] = getattr(overlay, OWN[name])
    return told.get(currency, "") if name == "price" else next((told[tag] for tag in languages if told.get(tag)), "")
