"""What the scope lets through, and what the filters leave of it, as sets of documents.

The scope comes first and is part of every answer: live documents, in the agreement's categories or products,
sold by the seller. Filters are sets, too, so that a facet's own filter can be left out of its own counts.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from catalog.search import bits
from catalog.search.analysis import FIELD_CATEGORY, FIELD_LIVE, FIELD_PRICED, e4, number_code, value_field
from catalog.search.arrays import plain
from catalog.search.offers import Offers
from catalog.search.provider import CATEGORY, MOST_FILTERS, MOST_VALUES, PRICE, STOCK, Filters
from catalog.search.reading import COLUMNS, VALUES, Pieces
from catalog.search.space import Space, Strip
from catalog.search.stock import in_stock
from catalog.selections import Selection, Values

LOWEST_E4, HIGHEST_E4 = -(2**63), 2**63 - 1

_PRODUCTS = text(
    "SELECT d.doc FROM catalog.search_doc d WHERE d.tenant_id = :tenant AND d.build = :build"
    " AND d.product_id = ANY(CAST(:products AS uuid[])) AND d.doc < :length"
)


@dataclass
class Visible:
    """`scope`: all the shop may show. `filters` {code: set}: what each filter lets through."""

    scope: int
    filters: dict[str, int] = field(default_factory=dict)

    def left(self, members: int, without: str = "") -> int:
        """What the filters leave of a set, one of them left out."""
        for code, kept in self.filters.items():
            if code != without:
                members &= kept
        return members


def visible_documents(space: Space, filters: Filters, offers: Offers) -> Visible:
    """The scope's documents and what each filter leaves; a statement per source with single products in its scope."""
    values = space.pieces(VALUES, _fields(space, filters))
    scope = listed = 0
    for strip, found in zip(space.strips, values, strict=True):
        scope |= space.placed(_in_scope(space, strip, found), strip)
        listed |= space.placed(found[FIELD_PRICED].having(space.scope.currency), strip)
    visible = Visible(offers.sold(scope, listed))
    _value_filters(space, filters, values, visible)
    _range_filters(space, filters, visible)
    if filters.price is not None:
        visible.filters[PRICE] = offers.priced_between(*_bounds(filters.price))
    return visible


def _wanted_values(filters: Filters) -> dict[str, tuple[str, ...]]:
    """{code: values} of the filters that count, cut to the limits."""
    return {code: tuple(map(str, values[:MOST_VALUES])) for code, values in list(filters.values.items())[:MOST_FILTERS] if values}


def _field(code: str) -> str:
    return FIELD_CATEGORY if code == CATEGORY else value_field(code)


def _fields(space: Space, filters: Filters) -> list[str]:
    names = [FIELD_LIVE, FIELD_PRICED, *map(_field, _wanted_values(filters))]
    chosen = [selection for strip in space.strips for selection in strip.source.selections]
    names += [value_field(code) for selection in chosen for code, _values in _conditions(selection)]
    narrowed = any(strip.source.category_ids for strip in space.strips) or any(selection.category_ids for selection in chosen)
    return [*names, FIELD_CATEGORY] if filters.category_id or narrowed else names


def _conditions(selection: Selection) -> Values:
    """What a rule asks of the values, the maker's brand among them."""
    return (*((("brand", selection.brands),) if selection.brands else ()), *selection.values)


def _in_scope(space: Space, strip: Strip, found: Pieces) -> int:
    """The live documents that the agreement covers, in the build's own numbers."""
    live: int = found[FIELD_LIVE].having("")
    source = strip.source
    if not source.is_restricted:
        return live
    if source.category_ids or source.product_ids:
        live &= _in_categories(source.category_ids, found) | _products(space, strip, source.product_ids)
    for selection in source.selections:
        if not selection.is_open:
            live &= _products(space, strip, selection.product_ids) | (_by_rule(selection, found, live) if selection.has_rule else 0)
        if selection.excluded_ids:
            live &= ~_products(space, strip, selection.excluded_ids)
    return live


def _by_rule(selection: Selection, found: Pieces, live: int) -> int:
    if selection.category_ids:
        live &= _in_categories(selection.category_ids, found)
    for code, values in _conditions(selection):
        having = 0
        for value in values:
            having |= found[value_field(code)].having(value)
        live &= having
    return live


def _in_categories(category_ids: Iterable[UUID], found: Pieces) -> int:
    allowed = 0
    for category_id in category_ids:
        allowed |= found[FIELD_CATEGORY].having(str(category_id))
    return allowed


def _products(space: Space, strip: Strip, product_ids: Collection[UUID]) -> int:
    """These products' documents; a statement where there are any."""
    if not product_ids:
        return 0
    told = {"tenant": strip.build.tenant_id, "build": strip.build.number, "length": strip.length}
    rows = space.session.execute(_PRODUCTS, {**told, "products": plain(product_ids)}).scalars()
    return bits.of_documents(rows, strip.length)


def _value_filters(space: Space, filters: Filters, pieces: Sequence[Pieces], visible: Visible) -> None:
    def anywhere(name: str, values: tuple[str, ...]) -> int:
        members = 0
        for strip, found in zip(space.strips, pieces, strict=True):
            for value in values:
                members |= space.placed(found[name].having(value), strip)
        return members

    if filters.in_stock:
        visible.filters[STOCK] = in_stock(space)
    for code, values in _wanted_values(filters).items():
        visible.filters[code] = anywhere(_field(code), values)
    if filters.category_id:
        in_category = anywhere(FIELD_CATEGORY, (str(filters.category_id),))
        visible.filters[CATEGORY] = visible.filters.get(CATEGORY, in_category) & in_category


def _range_filters(space: Space, filters: Filters, visible: Visible) -> None:
    ranges = dict(list(filters.ranges.items())[:MOST_FILTERS])
    columns = space.pieces(COLUMNS, map(number_code, ranges))
    for code, limits in ranges.items():
        inside = 0
        for strip, found in zip(space.strips, columns, strict=True):
            documents = found[number_code(code)].between(*_bounds(limits))
            inside |= space.placed(bits.of_documents(documents, strip.length), strip)
        visible.filters[code] = visible.filters.get(code, inside) & inside


def _bounds(limits: tuple[Decimal | None, Decimal | None]) -> tuple[int, int]:
    """A range in ten-thousandths; ends beyond every amount that can be kept let everything or nothing through."""
    low, high = limits
    return LOWEST_E4 if low is None else _bound(low), HIGHEST_E4 if high is None else _bound(high)


def _bound(limit: Decimal) -> int:
    if limit.is_nan():
        return HIGHEST_E4
    kept = e4(limit)
    return kept if kept is not None else (HIGHEST_E4 if limit > 0 else LOWEST_E4)
