"""Groups of terms become scored documents.

A document's score: the best term of every group, added up, times (groups it has)², times 1 + 0.3 for each title pair and for
each word that its brand or category is called by. Nothing is required, but what scores less than FLOOR of the best visible
document is not part of the answer.

Few documents are ever scored. Documents fall into *cells*, by how many groups and how many bonuses they have: sets, cut with
sets. The most and the least that a cell's documents can score follows from the weights of the terms; cells are opened from
the most promising one on, until the page is full and no other can hold anything better. What has one group only, and that is
most, need not be scored at all: it stands in the order of its term. Exact: a test holds every answer to the plain rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress, count, islice, repeat
from operator import add, mul, neg

from catalog.search import bits
from catalog.search.pieces import Posting
from catalog.search.plan import PAIR_GROUPS, Plan
from catalog.search.space import Members, Space, Strip

FLOOR = 0.08
PAIR_BONUS = 0.3
# so many documents of one group are scored, more are taken in the order of their terms
FEW_OF_ONE = 64
# queries of so many words are cut up by which words documents have, longer ones by how many
MOST_BY_PATTERN = 6
# cells are opened until there are so many documents
OPENED_AT_ONCE = 100
# a term that stands in so many times fewer documents than are scored is looked at by its own documents
SCATTERED = 2
# more than rounding can do to a sum of twelve
ROUNDING = 1 + 1e-9

Answering = tuple[Posting, float]
Scored = tuple[list[int], list[float]]
# (-score, document of the space): sorts by falling score, equal ones by document
Placed = tuple[float, int]


@dataclass(frozen=True, eq=False)
class Cell:
    """Documents of one strip that have `n` of these groups, and equally many bonuses.

    `factor`: n² times what the bonuses give; none of them scores more than `most` or less than `least`.
    """

    part: "Part"
    groups: Sequence[int]
    n: int
    members: int
    factor: float
    most: float
    least: float

    @cached_property
    def is_long(self) -> bool:
        """Is it taken in the order of its terms, instead of scored?"""
        return self.n == 1 and self.members.bit_count() > FEW_OF_ONE


class Part:
    """What one strip has of the answer; documents are the build's own."""

    def __init__(self, strip: Strip, groups: Sequence[Sequence[Answering]], bonuses: Sequence[Posting], visible: int) -> None:
        self.strip = strip
        self.size = strip.length
        self._sparse: dict[int, dict[int, int]] = {}
        known = [[(posting, weight) for posting, weight in group if posting.n] for group in groups]
        self.groups = [group for group in known if group]
        self.peaks = [max(weight * posting.peak for posting, weight in group) for group in self.groups]
        self.bottoms = [min(weight * posting.least for posting, weight in group) for group in self.groups]
        having = [visible & _any(posting.members for posting, _ in group) for group in self.groups]
        by_bonus = _cut([visible & posting.members for posting in bonuses if posting.n], _any(having))
        patterns = _by_pattern(having) if len(having) <= MOST_BY_PATTERN else _by_number(having)
        self.cells = [
            self._cell(numbers, n, here, n * n * (1 + PAIR_BONUS * bonus))
            for numbers, n, found in patterns
            for bonus, with_bonus in enumerate(by_bonus)
            if (here := found & with_bonus)
        ]

    def _cell(self, numbers: Sequence[int], n: int, members: int, factor: float) -> Cell:
        peaks, bottoms = [self.peaks[number] for number in numbers], [self.bottoms[number] for number in numbers]
        if n < len(numbers):
            peaks, bottoms = sorted(peaks)[-n:], sorted(bottoms)[:n]
        return Cell(self, numbers, n, members, factor, sum(peaks) * factor * ROUNDING, sum(bottoms) * factor / ROUNDING)

    def scored(self, cells: Iterable[Cell]) -> Scored:
        """The documents of these cells with their scores."""
        together: dict[float, int] = defaultdict(int)
        for cell in cells:
            together[cell.factor] |= cell.members
        docs: list[int] = []
        factors: list[float] = []
        for factor, members in together.items():
            found = bits.documents(members, self.size)
            docs += found
            factors += [factor] * len(found)
        scores: list[float] = []
        places = dict(zip(docs, count()))
        for group in self.groups:
            mine = self._best_of(group, docs, places)
            scores = list(map(add, scores, mine)) if scores else mine
        return docs, list(map(mul, scores, factors))

    def _best_of(self, group: Sequence[Answering], docs: Sequence[int], places: Mapping[int, int]) -> list[float]:
        """The weight of the best of the group's terms in each of these documents, whose `places` in the list are known."""
        mine: list[float] = []
        for posting, weight in sorted(group, key=lambda answering: -answering[0].n):
            if mine and posting.n * SCATTERED < len(docs):
                for doc, own in zip(posting.docs, posting.weights, strict=True):
                    place = places.get(doc)
                    if place is not None and mine[place] < weight * own:
                        mine[place] = weight * own
            else:
                weighted = map(weight.__mul__, self._weights(posting, docs))
                mine = list(map(max, mine, weighted)) if mine else list(weighted)
        return mine

    def _weights(self, posting: Posting, docs: Sequence[int]) -> Iterable[int]:
        """Its weight in each of these documents, 0 where it is not there."""
        if posting.is_dense:
            return map(posting.by_document.__getitem__, docs)
        weights = self._sparse.get(id(posting))
        if weights is None:
            weights = self._sparse[id(posting)] = dict(zip(posting.docs, posting.weights, strict=True))
        return map(weights.get, docs, repeat(0))

    def first_of_one(self, cell: Cell, members: int, most: int) -> Iterable[Placed]:
        """The first `most` of a part of a long cell: the first of each term."""
        flags = bits.flags(members, self.size)
        found: dict[int, float] = {}
        for posting, weight in chain.from_iterable(map(self.groups.__getitem__, cell.groups)):
            docs, weights = posting.ranked
            for place in islice(compress(range(posting.n), map(flags.__getitem__, docs)), most):
                score = -weights[place] * weight * cell.factor
                if found.get(docs[place], 0.0) > score:
                    found[docs[place]] = score
        return [(score, self.strip.start + doc) for doc, score in found.items()]

    def reaching(self, groups: Iterable[int], least: float) -> int:
        """The documents to which one term alone gives so much."""
        return _any(posting.reaching(least / weight) for number in groups for posting, weight in self.groups[number])


class Found:
    """The documents that answer, as a set, and which of them come first. For one request."""

    def __init__(self, space: Space, parts: Sequence[Part]) -> None:
        cells = sorted(chain.from_iterable(part.cells for part in parts), key=lambda cell: -cell.most)
        self._space = space
        self._long = [cell for cell in cells if cell.is_long]
        self._closed = [cell for cell in reversed(cells) if not cell.is_long]
        self._opened: list[Cell] = []
        self._docs: list[int] = []
        self._scores: list[float] = []

    @cached_property
    def members(self) -> int:
        """All of them."""
        first = self._first(None, 1)
        if not first:
            return 0
        least = -first[0][0] * FLOOR
        members = 0
        unsure = []
        for cell in chain(self._long, self._closed, self._opened):
            if cell.least >= least:
                members |= self._space.placed(cell.members, cell.part.strip)
            elif cell.n == 1 and cell.most >= least:
                here = cell.members & cell.part.reaching(cell.groups, least / cell.factor)
                members |= self._space.placed(here, cell.part.strip)
            elif cell.most >= least:
                unsure.append(cell)
        opened = {id(cell) for cell in self._opened}
        docs, scores = self._scored(cell for cell in unsure if id(cell) not in opened)
        if len(opened) and any(id(cell) in opened for cell in unsure):
            docs, scores = [*docs, *self._docs], [*scores, *self._scores]
        return members | bits.of_documents(compress(docs, map(least.__le__, scores)), self._space.size)

    def best(self, members: int, most: int) -> list[int]:
        """The first `most` among these, equal ones by document."""
        return [document for _, document in self._first(members & self.members, most)]

    def _first(self, members: int | None, most: int) -> list[Placed]:
        """The first `most` of a part of the answer, or of everything visible."""
        kept = self._among(self._docs, self._scores, members, most)
        while self._closed and not (len(kept) >= most and -kept[-1][0] >= self._closed[-1].most):
            kept = sorted([*kept, *self._among(*self._open(), members, most)])[:most]
        for cell in self._long:
            if len(kept) >= most and -kept[-1][0] >= cell.most:
                break
            here = cell.members if members is None else cell.members & self._space.part(members, cell.part.strip)
            kept = sorted([*kept, *(cell.part.first_of_one(cell, here, most) if here else ())])[:most]
        return kept

    def _among(self, docs: Sequence[int], scores: Sequence[float], members: int | None, most: int) -> list[Placed]:
        if members is not None and docs:
            flags = bits.flags(members, self._space.size)
            wanted = list(map(flags.__getitem__, docs))
            docs, scores = list(compress(docs, wanted)), list(compress(scores, wanted))
        if len(docs) > most:
            reached = list(map(sorted(scores)[-most].__le__, scores))
            docs, scores = list(compress(docs, reached)), list(compress(scores, reached))
        return sorted(zip(map(neg, scores), docs, strict=True))[:most]

    def _open(self) -> Scored:
        """Scores the next cells, some at once."""
        taken: list[Cell] = []
        n = 0
        while self._closed and n < OPENED_AT_ONCE:
            taken.append(self._closed.pop())
            n += taken[-1].members.bit_count()
        docs, scores = self._scored(taken)
        self._opened += taken
        self._docs += docs
        self._scores += scores
        return docs, scores

    def _scored(self, cells: Iterable[Cell]) -> Scored:
        """Documents of the space and their scores."""
        by_part: dict[Part, list[Cell]] = defaultdict(list)
        for cell in cells:
            by_part[cell.part].append(cell)
        docs: list[int] = []
        scores: list[float] = []
        for part, same in by_part.items():
            found, theirs = part.scored(same)
            docs += map(part.strip.start.__add__, found) if part.strip.start else found
            scores += theirs
        return docs, scores


def scored(plan: Plan, visible: Members) -> Found:
    """The visible documents that answer the plan, down to FLOOR of the best one."""
    space = visible.space
    groups: dict[int, list[tuple[str, float]]] = defaultdict(list)
    bonuses: list[str] = []
    for term, number, weight in plan.weighted(space.documents):
        if number < PAIR_GROUPS:
            groups[number].append((term, weight))
        else:
            bonuses.append(term)
    pieces = space.postings(chain((term for group in groups.values() for term, _ in group), bonuses))
    parts = [
        Part(
            strip,
            [[(postings[term], weight) for term, weight in group] for group in groups.values()],
            [postings[term] for term in bonuses],
            space.part(visible.all, strip),
        )
        for strip, postings in zip(space.strips, pieces, strict=True)
    ]
    return Found(space, parts)


def _any(sets: Iterable[int]) -> int:
    members = 0
    for one in sets:
        members |= one
    return members


def _by_pattern(having: Sequence[int]) -> list[tuple[Sequence[int], int, int]]:
    """(numbers, how many, documents): cut up by which of the sets documents lie in, those in none left out."""
    found: list[tuple[tuple[int, ...], int]] = [((), _any(having))]
    for number, one in enumerate(having):
        split = [(numbers, members, members & one) for numbers, members in found]
        found = [((*numbers, number), inside) for numbers, _, inside in split if inside]
        found += [(numbers, members ^ inside) for numbers, members, inside in split if members != inside]
    return [(numbers, len(numbers), members) for numbers, members in found]


def _by_number(having: Sequence[int]) -> list[tuple[Sequence[int], int, int]]:
    """The same by how many of the sets they lie in, for queries so long that there would be too many patterns."""
    return [(range(len(having)), n, members) for n, members in enumerate(_cut(having, _any(having))) if n and members]


def _cut(sets: Sequence[int], everything: int) -> list[int]:
    """A set cut up by how many of the sets its documents lie in: in none, in one, …"""
    at_least = [everything]
    for one in sets:
        at_least.append(at_least[-1] & one)
        for n in range(len(at_least) - 2, 0, -1):
            at_least[n] |= at_least[n - 1] & one
    return [more & ~fewer for more, fewer in zip(at_least, [*at_least[1:], 0], strict=True)]
