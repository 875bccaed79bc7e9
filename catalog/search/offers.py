"""The seller's offers: what it sells, and for how much (its own price where it has set one, else the list price).

A seller's edit counts at once, because its overlay is read with the request, or kept under its stamp (overlaying.py).
"""

from collections.abc import Iterable
from heapq import nlargest, nsmallest

from catalog.search import bits
from catalog.search.analysis import price_code
from catalog.search.overlaying import touched_in
from catalog.search.reading import COLUMNS
from catalog.search.space import Members, Space


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
        space, found = self.space, 0
        for strip, columns in zip(space.strips, space.pieces(COLUMNS, [self.code]), strict=True):
            found |= space.placed(bits.of_documents(columns[self.code].between(low, high), strip.length), strip)
        own = bits.of_documents(self.touched.own.between(low, high), space.size)
        return found & ~self.touched.priced | own

    def lowest_and_highest(self, members: Members) -> tuple[int, int] | None:
        """The range of prices in the set; None where nothing in it has a price."""
        listed = self._listed(members)
        columns = self.space.pieces(COLUMNS, [self.code])
        ends = [end for strip, found in zip(self.space.strips, columns, strict=True) for end in listed.ends_in(strip, found[self.code])]
        if self.touched.priced:
            ends += members.ends_of(self.touched.own)
        return (min(ends), max(ends)) if ends else None

    def cheapest(self, members: Members, most: int) -> list[tuple[int, int]]:
        """(document, amount) of the `most` cheapest documents with a price, equal prices by document."""
        return nsmallest(most, self._from_below(members, most), key=lambda found: (found[1], found[0]))

    def dearest(self, members: Members, most: int) -> list[tuple[int, int]]:
        """(document, amount) of the `most` dearest documents with a price."""
        return nlargest(most, self._from_above(members, most), key=lambda found: (found[1], found[0]))

    def _from_below(self, members: Members, most: int) -> Iterable[tuple[int, int]]:
        listed = self._listed(members)
        for strip, columns in zip(self.space.strips, self.space.pieces(COLUMNS, [self.code]) if listed.all else (), strict=False):
            yield from ((strip.start + doc, amount) for doc, amount in columns[self.code].first(listed.flags_in(strip), most))
        yield from self.touched.own.first(members.flags, most) if self.touched.priced else ()

    def _from_above(self, members: Members, most: int) -> Iterable[tuple[int, int]]:
        listed = self._listed(members)
        for strip, columns in zip(self.space.strips, self.space.pieces(COLUMNS, [self.code]) if listed.all else (), strict=False):
            yield from ((strip.start + doc, amount) for doc, amount in columns[self.code].last(listed.flags_in(strip), most))
        yield from self.touched.own.last(members.flags, most) if self.touched.priced else ()

    def _listed(self, members: Members) -> Members:
        """Those that are sold for the list price."""
        return Members(self.space, members.all & ~self.touched.priced) if self.touched.priced else members
