"""The seller's offers: what it sells, and for how much (its own price where it has set one, else the list price).

A seller's edit counts at once, because its overlay is read with the request, or kept under its stamp (overlaying.py).
"""

from collections.abc import Iterable
from heapq import nlargest, nsmallest

from sqlalchemy import TextClause, text

from catalog.search import bits, ranges
from catalog.search.analysis import price_code
from catalog.search.arrays import integers
from catalog.search.overlaying import touched_in
from catalog.search.space import FEW, Space

_BETWEEN = text(
    "SELECT array_send(array_agg(s.start + n.doc))"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN LATERAL (SELECT n.doc FROM catalog.search_number n WHERE n.tenant_id = s.tenant_id AND n.build = s.build"
    "  AND n.code = :code AND n.value_e4 >= :low AND n.value_e4 <= :high OFFSET 0) AS n"
)
# few documents: one look-up each; many: walk along the prices until enough of them are found
_OF_FEW = text(
    "SELECT s.start + n.doc AS doc, n.value_e4"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_end AS int[]))"
    "  AS s(tenant_id, build, start, finish)"
    " JOIN unnest(CAST(:d_docs AS int[])) AS t(doc) ON t.doc >= s.start AND t.doc < s.finish"
    " CROSS JOIN LATERAL (SELECT n.doc, n.value_e4 FROM catalog.search_number n"
    "  WHERE n.tenant_id = s.tenant_id AND n.build = s.build AND n.doc = t.doc - s.start AND n.code = :code OFFSET 0) AS n"
)
_CHEAPEST = text(
    "WITH s AS MATERIALIZED (SELECT tenant_id, build, start, CAST('x' || members AS varbit) AS members"
    "  FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_members AS text[]))"
    "   AS u(tenant_id, build, start, members))"
    " SELECT s.start + n.doc AS doc, n.value_e4 FROM s"
    " CROSS JOIN LATERAL (SELECT n.doc, n.value_e4 FROM catalog.search_number n WHERE n.tenant_id = s.tenant_id AND n.build = s.build"
    "  AND n.code = :code AND get_bit(s.members, n.doc) = 1 ORDER BY n.value_e4, n.doc LIMIT :most) AS n"
)
_DEAREST = text(
    "WITH s AS MATERIALIZED (SELECT tenant_id, build, start, CAST('x' || members AS varbit) AS members"
    "  FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_members AS text[]))"
    "   AS u(tenant_id, build, start, members))"
    " SELECT s.start + n.doc AS doc, n.value_e4 FROM s"
    " CROSS JOIN LATERAL (SELECT n.doc, n.value_e4 FROM catalog.search_number n WHERE n.tenant_id = s.tenant_id AND n.build = s.build"
    "  AND n.code = :code AND get_bit(s.members, n.doc) = 1 ORDER BY n.value_e4 DESC, n.doc DESC LIMIT :most) AS n"
)


class Offers:
    """What one seller asks for the documents of a space. Amounts are whole ten-thousandths of the scope's currency."""

    def __init__(self, space: Space, needs_prices: bool) -> None:
        self.space = space
        self.code = price_code(space.scope.currency)
        self.touched = touched_in(space, needs_prices)

    def sold(self, members: int, listed: int) -> int:
        """What of the set the seller sells: it does not hide it, and there is a price (`listed`: what has a list price)."""
        if not self.touched.has_prices and members & ~listed:
            self.touched = touched_in(self.space, True)
        return members & (listed | self.touched.priced) & ~self.touched.unsold

    def priced_between(self, low: int, high: int) -> int:
        """The documents whose price lies in the range, both ends included."""
        found = self.space.run(_BETWEEN, {"code": self.code, "low": low, "high": high}).scalar()
        listed = bits.of_documents(integers(found), self.space.size) & ~self.touched.priced
        return listed | bits.of_documents((d for d, amount in self.touched.own.items() if low <= amount <= high), self.space.size)

    def lowest_and_highest(self, members: int) -> tuple[int, int] | None:
        """The range of prices in the set; None where nothing in it has a price."""
        listed = members & ~self.touched.priced
        found = ranges.lowest_and_highest(self.space, self.code, listed) if listed else None
        amounts = [*(found or ()), *self._own_in(members).values()]
        return (min(amounts), max(amounts)) if amounts else None

    def _own_in(self, members: int) -> dict[int, int]:
        if not self.touched.own:
            return {}
        flags = bits.flags(members, self.space.size)
        return {document: amount for document, amount in self.touched.own.items() if flags[document]}

    def cheapest(self, members: int, most: int) -> list[tuple[int, int]]:
        """(document, amount) of the `most` cheapest documents with a price, equal prices by document."""
        return nsmallest(most, self._candidates(_CHEAPEST, members, most), key=lambda found: (found[1], found[0]))

    def dearest(self, members: int, most: int) -> list[tuple[int, int]]:
        """(document, amount) of the `most` dearest documents with a price."""
        return nlargest(most, self._candidates(_DEAREST, members, most), key=lambda found: (found[1], found[0]))

    def _candidates(self, walk: TextClause, members: int, most: int) -> Iterable[tuple[int, int]]:
        """Listed prices that may be among the first `most`, and all of the seller's own in the set."""
        own = self._own_in(members)
        listed = members & ~self.touched.priced
        if not listed:
            return own.items()
        if listed.bit_count() <= FEW:
            rows = self.space.of_few(_OF_FEW, listed, {"code": self.code})
        else:
            rows = self.space.of_many(walk, listed, {"code": self.code, "most": most})
        return [*((row.doc, row.value_e4) for row in rows), *own.items()]
