"""Reading versions: which there are, what waits to be published, what a product looked like in one of them."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from catalog.intervals import Place, at, in_place
from catalog.models import Product, Publication, PublishedProduct
from catalog.payload import SELLABLE, Payload
from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import NotThere
from tenants.models import Market

MOST_LISTED = 200
COUNTS = ("products_total", "products_added", "products_changed", "products_removed")


def market_for(session: Session, market_code: str) -> Market:
    """The tenant's market of this code. Raises NotThere."""
    market = session.scalar(select(Market).where(Market.tenant_id == tenancy.current(), Market.code == market_code))
    if market is None:
        raise NotThere
    return market


def newest_publications(session: Session, market_code: str) -> dict[str, Publication]:
    """The newest publication of each language of one of the tenant's markets."""
    rows = session.scalars(
        select(Publication)
        .ext(distinct_on(Publication.language))
        .where(Publication.tenant_id == tenancy.current(), Publication.market_code == market_code)
        .order_by(Publication.language, Publication.version.desc())
    )
    return {row.language: row for row in rows}


def publications_at(session: Session, market_code: str, version: int) -> dict[str, Publication]:
    """What each language showed when the market was at `version`: the publication of that version or, where the language
    was left out then, the one before. Empty where the market has no such version."""
    mine = (Publication.tenant_id == tenancy.current(), Publication.market_code == market_code)
    rows = session.scalars(
        select(Publication)
        .ext(distinct_on(Publication.language))
        .where(*mine, Publication.version <= version)
        .order_by(Publication.language, Publication.version.desc())
    )
    found = {row.language: row for row in rows}
    return found if any(row.version == version for row in found.values()) else {}


@dataclass(frozen=True)
class MarketVersion:
    """One version of a market over the languages that were published with it; of each count the highest among them."""

    version: int
    published_at: datetime
    published_by: dict[str, Any]
    note: str
    languages: tuple[str, ...]
    products_total: int
    products_added: int
    products_changed: int
    products_removed: int


def market_versions(session: Session, actor: Actor, market_code: str, most: int = MOST_LISTED) -> list[MarketVersion]:
    """The last versions of a market, newest first."""
    actor.must("catalog.view")
    mine = (Publication.tenant_id == tenancy.current(), Publication.market_code == market_code)
    last = select(Publication.version).where(*mine).distinct().order_by(Publication.version.desc()).limit(most)
    rows = session.scalars(select(Publication).where(*mine, Publication.version.in_(last)).order_by(Publication.version.desc()))
    return [_together(list(same)) for _version, same in groupby(rows, key=lambda row: row.version)]


def _together(rows: list[Publication]) -> MarketVersion:
    counts = {name: max(getattr(row, name) for row in rows) for name in COUNTS}
    first = rows[0]
    languages = tuple(sorted(row.language for row in rows))
    return MarketVersion(first.version, first.published_at, first.published_by, first.note, languages, **counts)


def list_versions(session: Session, actor: Actor, market_code: str, language: str, most: int = MOST_LISTED) -> list[Publication]:
    """The last versions of a market in a language, newest first."""
    actor.must("catalog.view")
    mine = (Publication.tenant_id == tenancy.current(), Publication.market_code == market_code, Publication.language == language)
    return list(session.scalars(select(Publication).where(*mine).order_by(Publication.version.desc()).limit(most)))


def count_unpublished(session: Session, actor: Actor, market_code: str) -> int:
    """How many products were written since the market's last version and are, or could be, in its shops."""
    actor.must("catalog.view")
    spoken = set(market_for(session, market_code).languages)
    last = {language: row for language, row in newest_publications(session, market_code).items() if language in spoken}
    page = func.coalesce(Product.parent_id, Product.id)
    shown = select(PublishedProduct.product_id).where(
        PublishedProduct.tenant_id == Product.tenant_id,
        PublishedProduct.market_code == market_code,
        PublishedProduct.language.in_(list(last)),
        PublishedProduct.product_id == Product.id,
        PublishedProduct.to_version.is_(None),
    )
    since = min((p.mark for p in last.values()), default=0) if last.keys() == spoken else 0
    touched = (Product.tenant_id == tenancy.current(), Product.touched > since, or_(Product.status.in_(SELLABLE), shown.exists()))
    return session.scalar(select(func.count(page.distinct())).where(*touched)) or 0


def published_at(session: Session, actor: Actor, place: Place, version: int) -> dict[UUID, Payload]:
    """Everything with a page as it was published in `version`: for comparing and for showing the past."""
    actor.must("catalog.view")
    here = (in_place(PublishedProduct, place), at(PublishedProduct, version), PublishedProduct.parent_id.is_(None))
    rows = session.execute(select(PublishedProduct.product_id, PublishedProduct.payload).where(*here))
    return {row.product_id: row.payload for row in rows}
