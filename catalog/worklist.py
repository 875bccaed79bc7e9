"""What is left to do until products are complete: figures by place, reason and category, and the products themselves.

Figures are sums of a few lines (completeness.py); the list is one page of kept rows, least complete first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from catalog.completeness import places_of
from catalog.models import Completeness, CompletenessTally, Product
from catalog.scoring import ScoredPlace
from kernel import tenancy
from kernel.actors import Actor

PER_PAGE = 50
CSV_BATCH = 1000
DEEPEST_PAGE = 2_000


@dataclass(frozen=True)
class PlaceFigures:
    """How many products a place has, how many of them are complete, and how many are held back from publication."""

    place: ScoredPlace
    all: int = 0
    complete: int = 0
    held: int = 0

    @property
    def percent(self) -> int:
        """The share of complete products, rounded down; 100 where there are none."""
        return 100 * self.complete // self.all if self.all else 100


@dataclass(frozen=True)
class Narrowing:
    """Which rows of a place are meant: missing this, in this category or below it, held back."""

    missing: str = ""
    category_id: UUID | None = None
    held: bool = False


@dataclass(frozen=True)
class OpenProduct:
    """A product that is not complete in the place."""

    product_id: UUID
    sku: str
    names: Mapping[str, str]
    status: str
    percent: int
    missing: list[str]
    is_held: bool


@dataclass(frozen=True)
class OpenPage:
    """A page of the work list; `total` counts all pages."""

    rows: list[OpenProduct]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class Figures:
    """Of one place: products by what they miss, and incomplete ones by category."""

    missing: dict[str, int] = field(default_factory=dict)
    categories: dict[UUID, int] = field(default_factory=dict)


def list_places(session: Session, actor: Actor) -> list[PlaceFigures]:
    """Every market and language with its figures, in the order of the markets."""
    actor.must("catalog.view")
    found = _sums(session, CompletenessTally.kind == "state")
    counts = {(market, language, key): count for market, language, _kind, key, count in found}

    def count(place: ScoredPlace, key: str) -> int:
        return counts.get((place.market_code, place.language, key), 0)

    return [PlaceFigures(p, count(p, "all"), count(p, "complete"), count(p, "held")) for p in places_of(session)]


def figures_of(session: Session, actor: Actor, place: ScoredPlace) -> Figures:
    """What products of the place miss, most frequent first."""
    actor.must("catalog.view")
    here = (CompletenessTally.market_code == place.market_code, CompletenessTally.language == place.language)
    rows = _sums(session, *here, CompletenessTally.kind.in_(("missing", "category")))
    missing = {key: count for _market, _language, kind, key, count in rows if kind == "missing"}
    by_category = {UUID(key): count for _market, _language, kind, key, count in rows if kind == "category"}
    return Figures(dict(sorted(missing.items(), key=lambda pair: (-pair[1], pair[0]))), by_category)


def list_open(
    session: Session, actor: Actor, place: ScoredPlace, narrowing: Narrowing, page: int = 1, per_page: int = PER_PAGE
) -> OpenPage:
    """A page of the products that are not complete, least complete first."""
    actor.must("catalog.view")
    query = _open(place, narrowing)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // per_page))
    page = max(1, min(page, pages, DEEPEST_PAGE))
    rows = session.execute(query.order_by(Completeness.percent, Completeness.product_id).offset((page - 1) * per_page).limit(per_page))
    return OpenPage([OpenProduct(*row) for row in rows], total, page, pages)


def all_open(session: Session, actor: Actor, place: ScoredPlace, narrowing: Narrowing) -> Iterator[OpenProduct]:
    """All of them by id, some at a time: for files."""
    actor.must("catalog.view")
    last: UUID | None = None
    while True:
        query = _open(place, narrowing).order_by(Completeness.product_id).limit(CSV_BATCH)
        rows = session.execute(query.where(Completeness.product_id > last) if last else query).all()
        yield from (OpenProduct(*row) for row in rows)
        if len(rows) < CSV_BATCH:
            return
        last = rows[-1][0]


def kept_scores(session: Session, actor: Actor, place: ScoredPlace, product_ids: list[UUID]) -> dict[UUID, Completeness]:
    """The kept rows of these products in a place; products that were not looked at yet are left out."""
    actor.must("catalog.view")
    here = (Completeness.tenant_id == tenancy.current(), Completeness.product_id.in_(product_ids))
    place_of = (Completeness.market_code == place.market_code, Completeness.language == place.language)
    return {row.product_id: row for row in session.scalars(select(Completeness).where(*here, *place_of))}


def scores_of(session: Session, actor: Actor, product_id: UUID) -> list[Completeness]:
    """The kept rows of one product; none where it was not looked at yet."""
    actor.must("catalog.view")
    mine = (Completeness.tenant_id == tenancy.current(), Completeness.product_id == product_id)
    return list(session.scalars(select(Completeness).where(*mine)))


def _open(place: ScoredPlace, narrowing: Narrowing) -> Select[UUID, str, dict[str, str], str, int, list[str], bool]:
    columns = (Completeness.product_id, Product.sku, Product.names, Product.status)
    scored = (Completeness.percent, Completeness.missing, Completeness.is_held)
    query = (
        select(*columns, *scored)
        .join(Product, (Product.tenant_id == Completeness.tenant_id) & (Product.id == Completeness.product_id))
        .where(
            Completeness.tenant_id == tenancy.current(),
            Completeness.market_code == place.market_code,
            Completeness.language == place.language,
            Completeness.percent < 100,
        )
    )
    if narrowing.missing:
        query = query.where(Completeness.missing.contains([narrowing.missing]))
    if narrowing.category_id:
        query = query.where(Completeness.category_ids.contains([narrowing.category_id]))
    return query.where(Completeness.is_held) if narrowing.held else query


def _sums(session: Session, *conditions: object) -> list[tuple[str, str, str, str, int]]:
    line = CompletenessTally
    keys = (line.market_code, line.language, line.kind, line.key)
    query = select(*keys, func.sum(line.count)).where(line.tenant_id == tenancy.current(), *conditions)  # type: ignore[arg-type]
    return [(m, t, kind, key, int(count)) for m, t, kind, key, count in session.execute(query.group_by(*keys)) if count]
