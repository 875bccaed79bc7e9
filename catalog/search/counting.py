"""Facets: how many documents of a list have which value, and between which numbers they lie.

Each facet is counted over the list without its own filter, so that a second value can be ticked. A common value is cut
with the list as a set, rare ones are counted document by document; the cost follows the number of values, not of hits.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from catalog.search.analysis import FIELD_CATEGORY, number_code, value_field
from catalog.search.offers import Offers
from catalog.search.provider import CATEGORY, MOST_FACETS, PRICE, STOCK, YES, Facet, FacetValue, Filters
from catalog.search.reading import COLUMNS, VALUES, Pieces
from catalog.search.space import Members, Space
from catalog.search.stock import in_stock

MOST_COUNTED_VALUES = 200


def count_facets(space: Space, lists: Mapping[str, int], filters: Filters, offers: Offers) -> dict[str, Facet]:
    """The facets of these lists {code: the list without the facet's own filter}, in their order."""
    asked = dict(list(lists.items())[:MOST_FACETS])
    sets = {members: Members(space, members) for members in asked.values()}
    fields = {code: FIELD_CATEGORY if code == CATEGORY else value_field(code) for code in asked if code not in (PRICE, STOCK)}
    values = space.pieces(VALUES, fields.values())
    numbers = [code for code, name in fields.items() if not any(found[name] for found in values)]
    columns = space.pieces(COLUMNS, map(number_code, numbers))
    facets: dict[str, Facet] = {}
    for code, members in asked.items():
        if code == PRICE:
            facets[code] = _range_facet(code, offers.lowest_and_highest(sets[members]))
        elif code == STOCK:
            facets[code] = Facet(code, (FacetValue(YES, (members & in_stock(space)).bit_count(), filters.in_stock),))
        elif code in numbers:
            facets[code] = _range_facet(code, _lowest_and_highest(sets[members], columns, number_code(code)))
        else:
            counted = _count(sets[members], values, fields[code])
            facets[code] = Facet(code, _values(counted, _ticked(code, filters)))
    return facets


def _count(members: Members, values: Sequence[Pieces], name: str) -> Mapping[str, int]:
    counted: Counter[str] = Counter()
    for strip, found in zip(members.space.strips, values if members.all else (), strict=False):
        few = members.few_in(strip)
        if not found[name]:
            continue
        if few is not None:
            counted.update(found[name].counts_of_few(few))
        else:
            counted.update(found[name].counts(members.space.part(members.all, strip), members.flags_in(strip)))
    return counted


def _lowest_and_highest(members: Members, columns: Sequence[Pieces], name: str) -> tuple[int, int] | None:
    ends = [end for strip, found in zip(members.space.strips, columns, strict=True) for end in members.ends_in(strip, found[name])]
    return (min(ends), max(ends)) if ends else None


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
