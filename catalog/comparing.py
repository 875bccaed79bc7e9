"""Compares what was published with another version or with the drafts, product by product and field by field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from catalog.changes import Difference, difference
from catalog.drafts import read_attributes, read_categories, read_drafts, read_families
from catalog.intervals import Place, at, in_place
from catalog.models import Publication, PublishedCategory, PublishedProduct
from catalog.payload import Payload, Reading, product_payload
from catalog.publishing import candidates
from catalog.versions import market_for, publications_at
from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import NotThere

MOST = 500


def compare(
    session: Session, actor: Actor, market_code: str, language: str, old: int, new: int | None = None, most: int = MOST
) -> list[Difference]:
    """What differs from version `old` to version `new`, or to the drafts (None), by article number; at most `most` products.

    Version 0 is the empty shop. Raises NotThere for a market, language or version that there is not.
    """
    actor.must("catalog.view")
    place = Place(market_code, language)
    found = _with_drafts(session, place, old, most) if new is None else _between(session, place, old, new)
    return sorted(found, key=lambda d: d.sku)[:most]


@dataclass(frozen=True)
class Moves:
    """How many products with a page come, change and go."""

    added: int = 0
    changed: int = 0
    removed: int = 0

    @property
    def any(self) -> bool:
        """Does anything move?"""
        return bool(self.added or self.changed or self.removed)


def count_between(session: Session, actor: Actor, market_code: str, old: int, new: int) -> Moves:
    """What moves from version `old` of a market to `new`: of each count the highest among its languages. One query, whose
    cost follows what was published between them. A product whose rows differ in nothing a shopper reads counts, too."""
    actor.must("catalog.view")
    bounds = {"tenant": tenancy.current(), "market": market_code, "old": old, "new": new, "low": min(old, new), "high": max(old, new)}
    rows = session.execute(COUNT_BETWEEN, bounds).all()
    return Moves(*(max((row[n] for row in rows), default=0) for n in range(3)))


COUNT_BETWEEN = text(
    """
    WITH moved AS (
        SELECT p.language, p.product_id,
            max(p.digest) FILTER (WHERE p.from_version <= :old AND (p.to_version IS NULL OR p.to_version > :old)) AS before,
            max(p.digest) FILTER (WHERE p.from_version <= :new AND (p.to_version IS NULL OR p.to_version > :new)) AS after
        FROM catalog.published_product p
        WHERE p.tenant_id = :tenant AND p.market_code = :market AND p.parent_id IS NULL
            AND (p.from_version > :low AND p.from_version <= :high OR p.to_version > :low AND p.to_version <= :high)
        GROUP BY p.language, p.product_id
    )
    SELECT count(*) FILTER (WHERE before IS NULL AND after IS NOT NULL) AS added,
        count(*) FILTER (WHERE before <> after) AS changed,
        count(*) FILTER (WHERE before IS NOT NULL AND after IS NULL) AS removed
    FROM moved GROUP BY language
    """
)


def _between(session: Session, place: Place, old: int, new: int) -> list[Difference]:
    for version in (old, new):
        if version:
            _publication(session, place, version)
    low, high = min(old, new), max(old, new)
    moved = or_(
        (PublishedProduct.from_version > low) & (PublishedProduct.from_version <= high),
        (PublishedProduct.to_version > low) & (PublishedProduct.to_version <= high),
    )
    pages = (in_place(PublishedProduct, place), PublishedProduct.parent_id.is_(None), moved)
    columns = (PublishedProduct.product_id, PublishedProduct.from_version, PublishedProduct.to_version, PublishedProduct.payload)
    sides: dict[UUID, list[Payload | None]] = {}
    for row in session.execute(select(*columns).where(*pages)):
        pair = sides.setdefault(row.product_id, [None, None])
        for side, version in enumerate((old, new)):
            if row.from_version <= version and (row.to_version is None or row.to_version > version):
                pair[side] = row.payload
    return [found for before, after in sides.values() if (found := difference(before, after))]


def _with_drafts(session: Session, place: Place, old: int, most: int) -> list[Difference]:
    market = market_for(session, place.market_code)
    mark = _publication(session, place, old).mark if old else 0
    languages = [place.language, market.default_language]
    categories = read_categories(session)
    slugs, families = _category_slugs(session, place, list(categories)), read_families(session)
    reading = Reading.of(languages, read_attributes(session), categories, slugs, families, place.market_code)
    found: list[Difference] = []
    for ids in candidates(session, mark):
        held = _held(session, place, old, ids)
        drafts = {d.id: product_payload(d, "", reading) for d in read_drafts(session, ids) if d.is_sellable}
        found += [d for product_id in ids if (d := difference(held.get(product_id), drafts.get(product_id)))]
        if len(found) >= most:
            break
    return found


def _publication(session: Session, place: Place, version: int) -> Publication:
    found = publications_at(session, place.market_code, version).get(place.language)
    if found is None:
        raise NotThere
    return found


def _held(session: Session, place: Place, version: int, ids: Sequence[UUID]) -> dict[UUID, Payload]:
    here = (in_place(PublishedProduct, place), at(PublishedProduct, version), PublishedProduct.product_id.in_(ids))
    rows = session.execute(select(PublishedProduct.product_id, PublishedProduct.payload).where(*here))
    return {row.product_id: row.payload for row in rows}


def _category_slugs(session: Session, place: Place, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    here = (in_place(PublishedCategory, place), PublishedCategory.to_version.is_(None))
    rows = session.execute(select(PublishedCategory.category_id, PublishedCategory.slug).where(*here))
    return dict.fromkeys(ids, "") | {row.category_id: row.slug for row in rows}
