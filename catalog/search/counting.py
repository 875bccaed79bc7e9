"""Facets: how many documents of a list have which value, and between which numbers they lie.

Each facet is counted over the list without its own filter, so that a second value can be ticked. Value sets are cut
with the list's set and counted where they are kept; the cost follows the number of values, not of hits.
"""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import text

from catalog.search import bits
from catalog.search.analysis import FIELD_CATEGORY, number_code, value_field
from catalog.search.arrays import plain, quoted
from catalog.search.offers import Offers
from catalog.search.provider import CATEGORY, MOST_FACETS, PRICE, Facet, FacetValue, Filters
from catalog.search.ranges import lowest_and_highest
from catalog.search.space import Space

MOST_COUNTED_VALUES = 200

_COUNT = text(
    "WITH m AS MATERIALIZED (SELECT list, tenant_id, build, chunk, CAST('x' || hex AS bit(4096)) AS bits"
    "  FROM unnest(CAST(:lists AS int[]), CAST(:tenants AS uuid[]), CAST(:builds AS int[]), CAST(:chunks AS int[]), CAST(:hex AS text[]))"
    "   AS u(list, tenant_id, build, chunk, hex))"
    " SELECT field, array_agg(value) AS found, array_agg(n) AS counts FROM ("
    "  SELECT field, value, CAST(sum(n) AS int) AS n FROM ("
    "   SELECT f.field, b.value, b.n FROM m"
    "   JOIN unnest(CAST(:fields AS text[]), CAST(:field_lists AS int[])) AS f(field, list) ON f.list = m.list"
    "   CROSS JOIN LATERAL (SELECT b.value, bit_count(b.bits & m.bits) AS n FROM catalog.search_bits b"
    "    WHERE b.tenant_id = m.tenant_id AND b.build = m.build AND b.field = f.field AND b.chunk = m.chunk OFFSET 0) AS b"
    "  ) AS pieces WHERE n > 0 GROUP BY 1, 2) AS counted GROUP BY field"
)


def count_facets(space: Space, lists: Mapping[str, int], filters: Filters, offers: Offers) -> dict[str, Facet]:
    """The facets of these lists {code: the list without the facet's own filter}, in their order."""
    asked = dict(list(lists.items())[:MOST_FACETS])
    counted = _count_values(space, {code: members for code, members in asked.items() if code != PRICE})
    facets: dict[str, Facet] = {}
    for code, members in asked.items():
        if code == PRICE:
            facets[code] = _range_facet(code, offers.lowest_and_highest(members) if members else None)
        elif code in counted:
            facets[code] = Facet(code, _values(counted[code], _ticked(code, filters)))
        else:
            facets[code] = _range_facet(code, lowest_and_highest(space, number_code(code), members) if members else None)
    return facets


def _ticked(code: str, filters: Filters) -> set[str]:
    ticked = set(map(str, filters.values.get(code, ())))
    return ticked | {str(filters.category_id)} if code == CATEGORY and filters.category_id else ticked


def _values(counted: Mapping[str, int], ticked: set[str]) -> tuple[FacetValue, ...]:
    """By falling count, then by value; a ticked value stays in sight even with nothing behind it."""
    counts = {**dict.fromkeys(ticked, 0), **counted}
    order = sorted(counts.items(), key=lambda found: (-found[1], found[0]))
    return tuple(FacetValue(value, n, value in ticked) for value, n in order[:MOST_COUNTED_VALUES])


def _range_facet(code: str, limits: tuple[int, int] | None) -> Facet:
    low, high = (Decimal(limit) / 10_000 for limit in limits) if limits else (None, None)
    return Facet(code, low=low, high=high)


def _count_values(space: Space, lists: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """{code: {value: count}} of the codes that have values at all in these lists."""
    codes = {(FIELD_CATEGORY if code == CATEGORY else value_field(code)): code for code in lists}
    numbers = {members: number for number, members in enumerate(dict.fromkeys(lists.values()))}
    rows = [
        (number, space.strip_of(start), start, piece)
        for members, number in numbers.items()
        for start, piece in bits.pieces(members, space.size)
    ]
    if not rows:
        return {}
    values = {
        "fields": quoted(codes),
        "field_lists": plain(numbers[lists[code]] for code in codes.values()),
        "lists": plain(number for number, _, _, _ in rows),
        "tenants": plain(strip.source.tenant_id for _, strip, _, _ in rows),
        "builds": plain(strip.build for _, strip, _, _ in rows),
        "chunks": plain((start - strip.start) // bits.CHUNK for _, strip, start, _ in rows),
        "hex": plain(piece for _, _, _, piece in rows),
    }
    found = space.session.execute(_COUNT, values)
    return {codes[row.field]: dict(zip(row.found, row.counts, strict=True)) for row in found}
