"""What a partner may choose by under an agreement: the brand's published categories, makers' brands and filters, in words."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import Agreement, FacetWord, PublishedCategory, PublishedProduct
from catalog.overlays import source_of
from catalog.shop import Source
from catalog.sources import in_sources

MOST = 300
KINDS = ("choice", "multichoice")


@dataclass(frozen=True)
class Choosable:
    """`categories` (id, name, depth) in the tree's order; `brands`; `filters` (code, label, ((value, words), …))."""

    categories: list[tuple[UUID, str, int]]
    brands: list[str]
    filters: list[tuple[str, str, list[tuple[str, str]]]]


def choosable(session: Session, agreement: Agreement, language: str) -> Choosable:
    """In the agreement's language nearest to this one. Five statements."""
    source = source_of(session, agreement, language)
    if source is None:
        return Choosable([], [], [])
    return Choosable(_categories(session, source), _brands(session, source), _filters(session, source))


def choosable_categories(session: Session, agreement: Agreement, language: str) -> list[tuple[UUID, str, int]]:
    """The categories alone, (id, name, depth) in the tree's order. Two statements."""
    source = source_of(session, agreement, language)
    return _categories(session, source) if source else []


def _categories(session: Session, source: Source) -> list[tuple[UUID, str, int]]:
    place = [PublishedCategory.tenant_id == source.tenant_id, PublishedCategory.market_code == source.market_code]
    rows = session.scalars(
        select(PublishedCategory.payload).where(
            *place, PublishedCategory.language == source.language, PublishedCategory.to_version.is_(None)
        )
    ).all()
    names = {row["id"]: (row["position"], row["name"]) for row in rows}
    tree = sorted(rows, key=lambda row: [names.get(step, (0, "")) for step in row["path"]])
    return [(UUID(row["id"]), row["name"], len(row["path"]) - 1) for row in tree[:MOST]]


def _brands(session: Session, source: Source) -> list[str]:
    brand = PublishedProduct.payload["brand"].astext
    query = select(brand).where(in_sources([source]), PublishedProduct.parent_id.is_(None), brand != "").distinct().order_by(brand)
    return list(session.scalars(query.limit(MOST)))


def _filters(session: Session, source: Source) -> list[tuple[str, str, list[tuple[str, str]]]]:
    here = (
        FacetWord.tenant_id == source.tenant_id,
        FacetWord.market_code == source.market_code,
        FacetWord.language == source.language,
        FacetWord.kind.in_(KINDS),
    )
    rows = session.scalars(select(FacetWord).where(*here).order_by(FacetWord.position, FacetWord.code))
    found = []
    for row in rows:
        words = sorted(row.words.items(), key=lambda told: told[1].get("place", 0))
        found.append((row.code, row.label, [(value, str(told["text"])) for value, told in words[:MOST]]))
    return found
