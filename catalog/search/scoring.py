"""Groups of terms become scored documents.

Per document: the best term of every group, added up, times (groups matched / groups)², times 1 + 0.3 for each title pair
and for each word that its brand or category is called by. Nothing is required, but what scores less than FLOOR of the
best visible document is not part of the answer.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import chain, compress, islice
from operator import neg

from catalog.search.pieces import Posting
from catalog.search.plan import PAIR_GROUPS, Plan
from catalog.search.space import Members

FLOOR = 0.08
PAIR_BONUS = 0.3

Weighted = tuple[str, float]
Answering = tuple[Posting, float]


@dataclass(frozen=True)
class Found:
    """Documents that answer: their scores, or, where one term decided alone, just their order."""

    scores: Mapping[int, float] = field(default_factory=dict)
    order: Sequence[int] = ()

    @property
    def documents(self) -> Iterable[int]:
        """All of them, in no order that matters."""
        return self.order or self.scores

    def best(self, flags: bytes, most: int) -> list[int]:
        """The first `most` among the flagged, equal ones by document."""
        if self.order:
            return list(islice(compress(self.order, map(flags.__getitem__, self.order)), most))
        scores = self.scores
        rest = list(compress(scores, map(flags.__getitem__, scores)))
        if len(rest) > 4 * most:
            least = nlargest(most, map(scores.__getitem__, rest))[-1]
            rest = [document for document in rest if scores[document] >= least]
        rest.sort(key=lambda document: (-scores[document], document))
        return rest[:most]


def scored(plan: Plan, visible: Members) -> Found:
    """The visible documents that answer the plan, down to FLOOR of the best one."""
    space = visible.space
    groups: dict[int, list[Weighted]] = defaultdict(list)
    pairs: list[str] = []
    for term, number, weight in plan.weighted(space.documents):
        if number < PAIR_GROUPS:
            groups[number].append((term, weight))
        else:
            pairs.append(term)
    names = {term for group in groups.values() for term, _ in group} | set(pairs)
    pieces = space.postings(names)
    if len(names) == 1 and len(pieces) == 1:
        return Found(order=_by_weight(pieces[0][names.pop()], visible.flags))
    scores: dict[int, float] = {}
    for strip, postings in zip(space.strips, pieces, strict=True):
        weighted = [[(postings[term], weight) for term, weight in group] for group in groups.values()]
        found = _added_up(weighted, visible.flags_in(strip), len(pairs))
        _lift(found, [postings[pair] for pair in pairs])
        scores.update(zip(map(strip.start.__add__, found), found.values(), strict=True))
    least = max(scores.values(), default=0.0) * FLOOR
    return Found({document: score for document, score in scores.items() if score >= least})


def _by_weight(posting: Posting, flags: bytes) -> Sequence[int]:
    docs, weights = posting.ranked
    best = next(compress(weights, map(flags.__getitem__, docs)), None)
    if best is None:
        return ()
    end = bisect_right(weights, -best * FLOOR, key=neg)
    return list(compress(docs[:end], map(flags.__getitem__, docs[:end])))


def _added_up(groups: Sequence[Sequence[Answering]], flags: bytes, pairs: int) -> dict[int, float]:
    """{doc: sum of its groups' best, times the square of how many there are}. Rare groups come first.

    A common term only adds to documents that are there already, once the most that it and the groups after it can give is
    below the floor: the documents left out could not have become part of the answer.
    """
    rare_first = sorted(groups, key=lambda group: sum(posting.n for posting, _ in group))
    totals: dict[int, float] = {}
    matched: dict[int, int] = {}
    best = 0.0
    for number, group in enumerate(rare_first):
        if totals:
            for doc, score in _best_of_group(group, _marked(totals, len(flags))).items():
                totals[doc] += score
                matched[doc] = matched.get(doc, 1) + 1
            best = max((totals[doc] * n * n for doc, n in matched.items()), default=best)
        fresh = _best_of_group(_worth_adding(rare_first[number:], pairs, best * FLOOR), flags)
        fresh.update(totals)
        totals = fresh
    for doc, n in matched.items():
        totals[doc] *= n * n
    return totals


def _worth_adding(groups: Sequence[Sequence[Answering]], pairs: int, least: float) -> list[Answering]:
    """The terms of the first group by which alone a document could still reach `least`, with all that the other groups and
    `pairs` bonuses may give."""
    others = sum(max((weight * posting.peak for posting, weight in group), default=0.0) for group in groups[1:])
    factor = len(groups) ** 2 * (1 + PAIR_BONUS * pairs)
    return [(posting, weight) for posting, weight in groups[0] if (weight * posting.peak + others) * factor >= least]


def _marked(docs: Iterable[int], length: int) -> bytearray:
    marks = bytearray(length)
    for doc in docs:
        marks[doc] = 1
    return marks


def _best_of_group(group: Sequence[Answering], flags: bytes | bytearray) -> dict[int, float]:
    """{doc: weight of the best of the group's terms} of the flagged."""
    best: dict[int, float] = {}
    for posting, weight in group:
        wanted = list(map(flags.__getitem__, posting.docs))
        weights = map(weight.__mul__, compress(posting.weights, wanted))
        mine = dict(zip(compress(posting.docs, wanted), weights, strict=True))
        for doc in best.keys() & mine.keys():
            if best[doc] > mine[doc]:
                mine[doc] = best[doc]
        best.update(mine)
    return best


def _lift(scores: dict[int, float], pairs: Sequence[Posting]) -> None:
    """The bonus: 1 + 0.3 for each of the title pairs and names that a document has."""
    lifted = Counter(chain.from_iterable(scores.keys() & pair.docs for pair in pairs))
    for doc, n in lifted.items():
        scores[doc] *= 1 + PAIR_BONUS * n
