"""Compares what was published with another version or with the drafts, product by product and field by field."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.changes import Difference, difference
from catalog.drafts import read_attributes, read_categories, read_drafts, read_families
from catalog.intervals import Place, at, in_place
from catalog.models import Publication, PublishedCategory, PublishedProduct
from catalog.payload import Payload, Reading, product_payload
from catalog.publishing import candidates
from catalog.versions import market_for
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
    mine = (
        Publication.tenant_id == tenancy.current(),
        Publication.market_code == place.market_code,
        Publication.language == place.language,
    )
    found = session.scalar(select(Publication).where(*mine, Publication.version == version))
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
