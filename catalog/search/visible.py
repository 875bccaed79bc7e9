"""What the scope lets through, and what the filters leave of it, as sets of documents.

The scope comes first and is part of every answer: live documents, in the agreement's categories or products,
sold by the seller. Filters are sets, too, so that a facet's own filter can be left out of its own counts.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import text

from catalog.search import bits
from catalog.search.analysis import FIELD_CATEGORY, FIELD_LIVE, FIELD_PRICED, FIELD_STOCK, e4, number_code, value_field
from catalog.search.arrays import integers, plain, quoted
from catalog.search.offers import Offers
from catalog.search.provider import CATEGORY, MOST_FILTERS, MOST_VALUES, PRICE, STOCK, Filters
from catalog.search.space import Space

LOWEST_E4, HIGHEST_E4 = -(2**63), 2**63 - 1

_BITS = text(
    "SELECT s.start AS strip, q.field, q.value, s.start + c.chunk * 4096 AS start, bit_send(b.bits) AS bits"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_end AS int[]))"
    "  AS s(tenant_id, build, start, finish)"
    " CROSS JOIN generate_series(0, (s.finish - s.start) / 4096 - 1) AS c(chunk)"
    " CROSS JOIN unnest(CAST(:fields AS text[]), CAST(:values AS text[])) AS q(field, value)"
    " CROSS JOIN LATERAL (SELECT b.bits FROM catalog.search_bits b WHERE b.tenant_id = s.tenant_id AND b.build = s.build"
    "  AND b.field = q.field AND b.chunk = c.chunk AND b.value = q.value OFFSET 0) AS b"
)
_PRODUCTS = text(
    "SELECT s.start + d.doc"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN LATERAL (SELECT d.doc FROM catalog.search_doc d WHERE d.tenant_id = s.tenant_id AND d.build = s.build"
    "  AND d.product_id = ANY(CAST(:products AS uuid[])) OFFSET 0) AS d WHERE s.start = :strip"
)
_RANGE = text(
    "SELECT q.code, array_send(array_agg(s.start + n.doc)) AS docs"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN unnest(CAST(:codes AS text[]), CAST(:lows AS bigint[]), CAST(:highs AS bigint[])) AS q(code, low, high)"
    " CROSS JOIN LATERAL (SELECT n.doc FROM catalog.search_number n WHERE n.tenant_id = s.tenant_id AND n.build = s.build"
    "  AND n.code = q.code AND n.value_e4 >= q.low AND n.value_e4 <= q.high OFFSET 0) AS n GROUP BY q.code"
)

Chosen = dict[tuple[int, str, str], list[tuple[int, bytes]]]


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
    """The scope's documents and what each filter leaves; at most two statements, and one per source with products in its scope."""
    chosen = _read_bits(space, filters)
    scope = 0
    for strip in space.strips:
        live = _union(space, chosen, [(strip.start, FIELD_LIVE, "")])
        source = strip.source
        if source.is_restricted:
            allowed = _union(space, chosen, [(strip.start, FIELD_CATEGORY, str(c)) for c in source.category_ids])
            if source.product_ids:
                rows = space.run(_PRODUCTS, {"strip": strip.start, "products": plain(source.product_ids)}).scalars()
                allowed |= bits.of_documents(rows, space.size)
            live &= allowed
        scope |= live
    listed = _union(space, chosen, [(strip.start, FIELD_PRICED, space.scope.currency) for strip in space.strips])
    visible = Visible(offers.sold(scope, listed))
    _value_filters(space, filters, chosen, visible)
    _range_filters(space, filters, visible)
    if filters.price is not None:
        visible.filters[PRICE] = offers.priced_between(*_bounds(filters.price))
    return visible


def _wanted_values(filters: Filters) -> dict[str, tuple[str, ...]]:
    """{code: values} of the filters that count, cut to the limits."""
    return {code: tuple(map(str, values[:MOST_VALUES])) for code, values in list(filters.values.items())[:MOST_FILTERS] if values}


def _read_bits(space: Space, filters: Filters) -> Chosen:
    keys = {(FIELD_LIVE, ""), (FIELD_PRICED, space.scope.currency)}
    keys |= {(FIELD_CATEGORY, str(c)) for strip in space.strips for c in strip.source.category_ids}
    keys |= {(FIELD_CATEGORY, str(filters.category_id))} if filters.category_id else set()
    keys |= {(FIELD_STOCK, "")} if filters.in_stock else set()
    for code, values in _wanted_values(filters).items():
        keys |= {(FIELD_CATEGORY if code == CATEGORY else value_field(code), value) for value in values}
    chosen: Chosen = defaultdict(list)
    wanted = sorted(keys)
    for row in space.run(_BITS, {"fields": quoted(name for name, _ in wanted), "values": quoted(value for _, value in wanted)}):
        chosen[row.strip, row.field, row.value].append((row.start, bytes(row.bits[4:])))
    return chosen


def _union(space: Space, chosen: Chosen, keys: list[tuple[int, str, str]]) -> int:
    members = 0
    for key in keys:
        if key in chosen:
            members |= bits.of_chunks(chosen[key], space.size)
    return members


def _value_filters(space: Space, filters: Filters, chosen: Chosen, visible: Visible) -> None:
    def anywhere(name: str, values: tuple[str, ...]) -> int:
        return _union(space, chosen, [(strip.start, name, value) for strip in space.strips for value in values])

    if filters.in_stock:
        visible.filters[STOCK] = anywhere(FIELD_STOCK, ("",))
    for code, values in _wanted_values(filters).items():
        visible.filters[code] = anywhere(FIELD_CATEGORY if code == CATEGORY else value_field(code), values)
    if filters.category_id:
        in_category = anywhere(FIELD_CATEGORY, (str(filters.category_id),))
        visible.filters[CATEGORY] = visible.filters.get(CATEGORY, in_category) & in_category


def _range_filters(space: Space, filters: Filters, visible: Visible) -> None:
    ranges = dict(list(filters.ranges.items())[:MOST_FILTERS])
    if not ranges:
        return
    bounds = [_bounds(limits) for limits in ranges.values()]
    values = {
        "codes": quoted(map(number_code, ranges)),
        "lows": plain(low for low, _ in bounds),
        "highs": plain(high for _, high in bounds),
    }
    found = {row.code: row.docs for row in space.run(_RANGE, values)}
    for code in ranges:
        inside = bits.of_documents(integers(found.get(number_code(code))), space.size)
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
