"""Lists and categories of a shop, read from what is published (sources.py says what that is for one shop).

Long lists with facets come from the search engine (catalog/search); `shop_list` serves pages that show a category or
the newest products without it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, and_, case, cast, func, or_, select
from sqlalchemy.orm import Session

from catalog.models import Overlay, Publication, PublishedCategory, PublishedProduct
from catalog.offering import cards_for
from catalog.shop import CategoryLink, CategoryPage, ListPage, ShopCategory, ShopView, Source
from catalog.shop_state import shop_state
from catalog.sources import in_sources, sources_for
from kernel import stamps
from kernel.errors import NotThere

ListSort = Literal["position", "name", "newest", "price_up", "price_down"]
MOST_PER_PAGE = 100

_kept_trees: stamps.Kept[list[ShopCategory]] = stamps.Kept(most=100, place=attrgetter("place"))
_kept_pages: stamps.Kept[dict[str, CategoryPage]] = stamps.Kept(most=100, place=attrgetter("place"))


def shop_list(
    session: Session,
    view: ShopView,
    category_id: UUID | None = None,
    sort: ListSort = "position",
    page: int = 1,
    per_page: int = 24,
) -> ListPage:
    """A page of everything the shop sells, or of one category and below."""
    sources = sources_for(session, view)
    per_page = max(1, min(per_page, MOST_PER_PAGE))
    page = max(1, page)
    if not sources:
        return ListPage([], 0, page, per_page)
    price = _price(view)
    which = _sold(view, sources)
    if category_id:
        which = and_(which, PublishedProduct.category_ids.contains([category_id]))
    found = (
        select(PublishedProduct.product_id, func.count().over().label("total"))
        .outerjoin(Overlay, _overlay_of(view))
        .where(which)
        .order_by(*_order(sort, price), PublishedProduct.product_id)
        .offset((page - 1) * per_page)
        .limit(per_page)
    )
    rows = session.execute(found).all()
    cards = cards_for(session, view, [row.product_id for row in rows], sources)
    return ListPage(cards, rows[0].total if rows else 0, page, per_page)


def count_sold(session: Session, view: ShopView) -> int:
    """How many products have a page in the shop."""
    sources = sources_for(session, view)
    if not sources:
        return 0
    query = select(func.count()).select_from(PublishedProduct).outerjoin(Overlay, _overlay_of(view)).where(_sold(view, sources))
    return session.scalar(query) or 0


def sold_addresses(session: Session, view: ShopView, start: int, most: int) -> list[tuple[str, datetime]]:
    """The address names of products that have a page in the shop, in a fixed order, and since when each is as it is."""
    sources = sources_for(session, view)
    if not sources:
        return []
    here = (Publication.market_code == PublishedProduct.market_code, Publication.language == PublishedProduct.language)
    since = and_(Publication.tenant_id == PublishedProduct.tenant_id, Publication.version == PublishedProduct.from_version, *here)
    query = (
        select(PublishedProduct.slug, Publication.published_at)
        .join(Publication, since)
        .outerjoin(Overlay, _overlay_of(view))
        .where(_sold(view, sources))
        .order_by(PublishedProduct.slug, PublishedProduct.tenant_id)
        .offset(start)
        .limit(most)
    )
    return [(row.slug, row.published_at) for row in session.execute(query)]


def sold_ids(session: Session, view: ShopView, after: UUID | None, most: int) -> list[UUID]:
    """The ids of products that have a page in the shop, in the order of their ids, beginning after the id `after`."""
    sources = sources_for(session, view)
    if not sources:
        return []
    query = select(PublishedProduct.product_id).outerjoin(Overlay, _overlay_of(view)).where(_sold(view, sources))
    if after is not None:
        query = query.where(PublishedProduct.product_id > after)
    return list(session.scalars(query.order_by(PublishedProduct.product_id).limit(most)))


def _overlay_of(view: ShopView) -> ColumnElement[bool]:
    return and_(
        Overlay.tenant_id == view.tenant_id,
        Overlay.source_tenant_id == PublishedProduct.tenant_id,
        Overlay.product_id == PublishedProduct.product_id,
    )


def _price(view: ShopView) -> ColumnElement[Any]:
    listed = PublishedProduct.payload["prices"][view.currency].astext
    return cast(func.coalesce(Overlay.prices[view.currency].astext, listed), Numeric)


def _sold(view: ShopView, sources: list[Source]) -> ColumnElement[bool]:
    """A parent whose variants alone have own prices in a currency the brand has none in is left to the search engine."""
    shown = func.coalesce(Overlay.hidden, False).is_(False)
    priced = or_(PublishedProduct.currencies.contains([view.currency]), Overlay.prices.has_key(view.currency))
    return and_(in_sources(sources), PublishedProduct.parent_id.is_(None), shown, priced)


def _order(sort: ListSort, price: ColumnElement[Any]) -> list[Any]:
    name = func.lower(PublishedProduct.payload["name"].astext)
    orders: dict[str, list[Any]] = {
        "name": [name],
        "newest": [PublishedProduct.payload["created_on"].astext.desc()],
        "price_up": [price],
        "price_down": [price.desc()],
    }
    return orders.get(sort, [case((PublishedProduct.position == 0, 1), else_=0), PublishedProduct.position, name])


def shop_categories(session: Session, view: ShopView) -> list[ShopCategory]:
    """The tree of categories in which the shop has something to sell, roots first; brands' trees stand side by side."""
    sources = sources_for(session, view)
    if not sources:
        return []
    state = shop_state(session, view)
    return _kept_trees.get(session, state, lambda: _trees(_published_categories(session, sources), _counts(session, view, sources)))


def shop_category(session: Session, view: ShopView, slug: str) -> CategoryPage:
    """The category at this address. NotThere where the shop has nothing in it."""
    by_slug = _kept_pages.get(session, shop_state(session, view), lambda: _by_slug(shop_categories(session, view)))
    if slug not in by_slug:
        raise NotThere
    return by_slug[slug]


def _by_slug(trees: Iterable[ShopCategory]) -> dict[str, CategoryPage]:
    """Every category; of two with the same slug, the one that comes first in the tree."""
    found: dict[str, CategoryPage] = {}
    for page in _pages(trees, ()):
        found.setdefault(page.category.slug, page)
    return found


def _pages(nodes: Iterable[ShopCategory], above: tuple[CategoryLink, ...]) -> Iterator[CategoryPage]:
    for node in nodes:
        path = (*above, CategoryLink(node.id, node.name, node.slug))
        yield CategoryPage(node, path)
        yield from _pages(node.children, path)


def _published_categories(session: Session, sources: list[Source]) -> list[Any]:
    places = [
        and_(
            PublishedCategory.tenant_id == source.tenant_id,
            PublishedCategory.market_code == source.market_code,
            PublishedCategory.language == source.language,
        )
        for source in sources
    ]
    columns = (PublishedCategory.tenant_id, PublishedCategory.category_id, PublishedCategory.payload)
    rows = session.execute(select(*columns).where(or_(*places), PublishedCategory.to_version.is_(None))).all()
    order = {source.tenant_id: n for n, source in enumerate(sources)}
    return sorted(rows, key=lambda r: (order[r.tenant_id], len(r.payload["path"]), r.payload["position"], r.payload["name"]))


def _counts(session: Session, view: ShopView, sources: list[Source]) -> Counter[UUID]:
    category = func.unnest(PublishedProduct.category_ids).label("category_id")
    sold = select(category).select_from(PublishedProduct).outerjoin(Overlay, _overlay_of(view)).where(_sold(view, sources)).subquery()
    rows = session.execute(select(sold.c.category_id, func.count().label("products")).group_by(sold.c.category_id))
    return Counter({row.category_id: row.products for row in rows})


def _trees(rows: list[Any], counts: Counter[UUID]) -> list[ShopCategory]:
    """Built from the leaves up; a node without products is left out, and a scope's category stands as a root where its
    parents have nothing of their own in the shop."""
    below: dict[UUID | None, list[ShopCategory]] = {}
    known = {row.category_id for row in rows if counts[row.category_id]}
    for row in sorted(rows, key=lambda r: -len(r.payload["path"])):
        if row.category_id not in known:
            continue
        parent = UUID(row.payload["parent_id"]) if row.payload["parent_id"] else None
        told = row.payload
        children = tuple(below.pop(row.category_id, ()))
        node = ShopCategory(row.category_id, row.tenant_id, told["code"], told["name"], told["slug"], counts[row.category_id], children)
        below.setdefault(parent if parent in known else None, []).append(node)
    return below.get(None, [])
