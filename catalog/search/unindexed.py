"""Search without any index: what is published, asked in plain SQL, for as long as the index is lost or broken (F13).

A shop goes on selling: lists, filters, orders and pages are there; a text finds products in whose name, at the time they were
first published, or article number each of its words stands. No spelling is corrected, nothing is counted by facet, and own
prices are taken as they were typed, not moved into an agreement's corridor. The scope is the shop's own, as always.
"""

from collections.abc import Iterable
from decimal import Decimal
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, and_, cast, false, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.orm import Session, aliased

from catalog.models import Overlay, PublishedProduct
from catalog.narrowing import taken_in
from catalog.search.arrays import sound
from catalog.search.provider import (
    CATEGORY,
    LONGEST_QUERY,
    MOST_FILTERS,
    MOST_VALUES,
    MOST_WORDS,
    Filters,
    Hit,
    Page,
    SearchResult,
    SearchScope,
    SearchSource,
    Sort,
    Suggestions,
)
from catalog.search.stock import products_in_stock
from catalog.search.texts import clean
from catalog.selections import Selection
from catalog.slugs import slug_of

MOST_SUGGESTED = 20
NUMBER_IN_RANGE = "$.attributes[*] ? (@.code == $code && @.value.double() >= $low && @.value.double() <= $high)"
FAR = 1e300


class IndexLost(Exception):
    """Something is published, and its index is not there."""


class UnindexedSearch:
    """See SearchEngine: the last one to be asked."""

    def search(
        self,
        session: Session,
        scope: SearchScope,
        text: str = "",
        filters: Filters | None = None,
        facets: tuple[str, ...] = (),
        sort: Sort | None = None,
        page: Page | None = None,
    ) -> SearchResult:
        """See SearchEngine.search; `facets` stay empty."""
        started = perf_counter()
        filters, page = filters or Filters(), page or Page()
        which = and_(_sold(scope), _named(text), _priced_between(scope, filters.price), *_filtered(session, filters))
        columns = (
            PublishedProduct.product_id,
            PublishedProduct.tenant_id,
            PublishedProduct.market_code,
            func.count().over().label("total"),
        )
        found = select(*columns).outerjoin(Overlay, _overlay_of(scope)).where(which)
        ordered = found.order_by(*_order(scope, sort), PublishedProduct.product_id)
        rows = session.execute(ordered.offset(page.offset).limit(page.length)).all()
        total = rows[0].total if rows else session.scalar(select(func.count()).select_from(found.subquery())) if page.offset else 0
        took = round((perf_counter() - started) * 1000, 2)
        return SearchResult(_hits(scope, rows), total or 0, took_ms=took, is_unindexed=True)

    def suggest(self, session: Session, scope: SearchScope, prefix: str, limit: int = 8) -> Suggestions:
        """See SearchEngine.suggest: products only."""
        if len(prefix.strip()) < 2 and prefix.isascii():
            return Suggestions()
        found = self.search(session, scope, prefix, page=Page(size=max(1, min(limit, MOST_SUGGESTED))))
        return Suggestions(products=found.hits)


def has_lost(session: Session, sources: Iterable[SearchSource]) -> bool:
    """Has any of these, which have no index, something published?"""
    columns = (PublishedProduct.to_version.is_(None), PublishedProduct.parent_id.is_(None))
    places = [
        and_(
            PublishedProduct.tenant_id == source.tenant_id,
            PublishedProduct.market_code == sound(source.market_code),
            PublishedProduct.language == sound(source.language),
        )
        for source in sources
    ]
    return bool(places) and session.scalar(select(PublishedProduct.id).where(or_(*places), *columns).limit(1)) is not None


def _hits(scope: SearchScope, rows: Iterable[Any]) -> tuple[Hit, ...]:
    agreements = {(source.tenant_id, source.market_code): source.agreement_id for source in reversed(scope.sources)}
    return tuple(Hit(row.product_id, row.tenant_id, agreements.get((row.tenant_id, row.market_code))) for row in rows)


def _sold(scope: SearchScope) -> ColumnElement[bool]:
    """In the scope of one of the sources, not hidden, with a price."""
    shown = func.coalesce(Overlay.hidden, False).is_(False)
    priced = or_(PublishedProduct.currencies.contains([scope.currency]), Overlay.prices.has_key(scope.currency))
    here = or_(*(_in_source(source) for source in scope.sources)) if scope.sources else false()
    return and_(here, PublishedProduct.parent_id.is_(None), PublishedProduct.to_version.is_(None), shown, priced)


def _in_source(source: SearchSource) -> ColumnElement[bool]:
    listed = Selection(tuple(source.category_ids), tuple(source.product_ids))
    narrow = [condition for one in (listed, *source.selections) if (condition := taken_in(one)) is not None]
    return and_(
        PublishedProduct.tenant_id == source.tenant_id,
        PublishedProduct.market_code == sound(source.market_code),
        PublishedProduct.language == sound(source.language),
        *narrow,
    )


def _overlay_of(scope: SearchScope) -> ColumnElement[bool]:
    return and_(
        Overlay.tenant_id == scope.seller_id,
        Overlay.source_tenant_id == PublishedProduct.tenant_id,
        Overlay.product_id == PublishedProduct.product_id,
    )


def _named(text: str) -> ColumnElement[bool]:
    """Each word stands in the address, which is made of name and article number, or in the article number as it is written."""
    return and_(true(), *(_has_word(word) for word in clean(text, LONGEST_QUERY).split()[:MOST_WORDS]))


def _has_word(word: str) -> ColumnElement[bool]:
    in_number = PublishedProduct.sku.icontains(word, autoescape=True)
    # what has neither letters nor digits is in no address
    is_written = any(character.isalnum() for character in word)
    return or_(PublishedProduct.slug.contains(slug_of(word), autoescape=True), in_number) if is_written else in_number


def _filtered(session: Session, filters: Filters) -> Iterable[ColumnElement[bool]]:
    if filters.category_id:
        yield PublishedProduct.category_ids.contains([filters.category_id])
    for code, values in list(filters.values.items())[:MOST_FILTERS]:
        if values:
            yield _has_one(sound(code), tuple(sound(str(value)) for value in values[:MOST_VALUES]))
    for code, (low, high) in list(filters.ranges.items())[:MOST_FILTERS]:
        told = {"code": sound(code), "low": _end(low, -FAR), "high": _end(high, FAR)}
        yield func.jsonb_path_exists(PublishedProduct.payload, cast(literal(NUMBER_IN_RANGE), JSONPATH), literal(told, JSONB))
    if filters.in_stock:
        yield _in_stock(session)


def _end(end: Decimal | None, otherwise: float) -> float:
    """A limit that JSON can hold; what is no number lets nothing through."""
    if end is None:
        return otherwise
    return -otherwise if end.is_nan() else max(-FAR, min(float(end), FAR))


def _has_one(code: str, values: tuple[str, ...]) -> ColumnElement[bool]:
    if code == CATEGORY:
        return or_(false(), *(PublishedProduct.category_ids.contains([value]) for value in map(_id, values) if value))
    wanted = Selection(brands=values) if code == "brand" else Selection(values=((code, values),))
    condition = taken_in(wanted)
    return true() if condition is None else condition


def _id(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _in_stock(session: Session) -> ColumnElement[bool]:
    ids = list(products_in_stock(session))
    variant = aliased(PublishedProduct)
    same = (variant.tenant_id == PublishedProduct.tenant_id, variant.market_code == PublishedProduct.market_code)
    holds = (variant.language == PublishedProduct.language, variant.to_version.is_(None), variant.parent_id == PublishedProduct.product_id)
    of_variants = select(variant.id).where(*same, *holds, variant.product_id.in_(ids)).exists()
    return or_(PublishedProduct.product_id.in_(ids), of_variants) if ids else false()


def _priced_between(scope: SearchScope, ends: tuple[Decimal | None, Decimal | None] | None) -> ColumnElement[bool]:
    low, high = ends or (None, None)
    if any(end is not None and end.is_nan() for end in (low, high)):
        return false()
    limits = [_price(scope) >= low] if low is not None else []
    return and_(true(), *limits, *([_price(scope) <= high] if high is not None else []))


def _price(scope: SearchScope) -> ColumnElement[Any]:
    listed = PublishedProduct.payload["prices"][scope.currency].astext
    return cast(func.coalesce(Overlay.prices[scope.currency].astext, listed), Numeric)


def _order(scope: SearchScope, sort: Sort | None) -> list[Any]:
    name = PublishedProduct.payload["name"].astext
    if sort is Sort.PRICE_UP:
        return [_price(scope).asc().nulls_last()]
    if sort is Sort.PRICE_DOWN:
        return [_price(scope).desc().nulls_last()]
    if sort is Sort.NEWEST:
        return [PublishedProduct.payload["created_on"].astext.desc()]
    return [name] if sort is Sort.NAME else [PublishedProduct.position == 0, PublishedProduct.position, name]
