"""Groups of terms become scored documents.

Per document: the best term of every group, added up, times (groups matched / groups)², times 1 + 0.3 per title
pair. Nothing is required, but what scores less than FLOOR of the best visible document is not part of the answer.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence

from catalog.search.pieces import Posting
from catalog.search.plan import PAIR_GROUPS, Plan
from catalog.search.reading import POSTINGS, Pieces
from catalog.search.space import Members

FLOOR = 0.15
PAIR_BONUS = 0.3

Weighted = tuple[str, float]


def scored(plan: Plan, visible: Members) -> dict[int, float]:
    """{document: score} of the visible documents that answer the plan, down to FLOOR of the best one."""
    space = visible.space
    groups: dict[int, list[Weighted]] = defaultdict(list)
    pairs: list[str] = []
    for term, number, weight in plan.weighted(space.documents):
        if number < PAIR_GROUPS:
            groups[number].append((term, weight))
        else:
            pairs.append(term)
    if not groups:
        return {}
    scores: dict[int, float] = {}
    names = {term for group in groups.values() for term, _ in group} | set(pairs)
    for strip, postings in zip(space.strips, space.pieces(POSTINGS, names), strict=True):
        found = _added_up(list(groups.values()), postings)
        _lift(found, [postings[pair] for pair in pairs])
        flags = visible.flags_in(strip)
        start = strip.start
        scores.update((start + doc, score) for doc, score in found.items() if flags[doc])
    least = max(scores.values(), default=0.0) * FLOOR
    return {document: score for document, score in scores.items() if score >= least}


def _added_up(groups: Sequence[Sequence[Weighted]], postings: Pieces) -> dict[int, float]:
    """{doc: sum of its groups' best, times the square of how many there are}; few documents have more than one."""
    totals: dict[int, float] = {}
    matched: dict[int, int] = {}
    for group in groups:
        best = _best_of_group(group, postings)
        for doc in totals.keys() & best.keys():
            best[doc] += totals[doc]
            matched[doc] = matched.get(doc, 1) + 1
        totals.update(best)
    for doc, n in matched.items():
        totals[doc] *= n * n
    return totals


def _best_of_group(group: Sequence[Weighted], postings: Pieces) -> dict[int, float]:
    best: dict[int, float] = {}
    for term, weight in group:
        posting: Posting = postings[term]
        mine = dict(zip(posting.docs, map(weight.__mul__, posting.weights), strict=True))
        for doc in best.keys() & mine.keys():
            if best[doc] > mine[doc]:
                mine[doc] = best[doc]
        best.update(mine)
    return best


def _lift(scores: dict[int, float], pairs: Sequence[Posting]) -> None:
    """The bonus of title pairs: 1 + 0.3 for each that a document has."""
    lifted = Counter(doc for pair in pairs for doc in pair.docs)
    for doc, n in lifted.items():
        if doc in scores:
            scores[doc] *= 1 + PAIR_BONUS * n
