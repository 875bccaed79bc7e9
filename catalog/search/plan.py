"""A typed text becomes groups of terms: one group per word, each with what else may be meant.

- the word's own stem; the joined form of it and its neighbour ("head set" → headset)
- nothing in the index has it: neighbours by one edit x 0.8, words it begins x 0.85 (last word), its two halves (compounds)
- languages that build compounds: words that end in it x 0.6 (Schloss → Fahrradschloss)
- pairs of neighbours in a title lift a document and are never required

Only words that stand in a visible document are offered as corrections, so that a partner's shop never spells
out what it may not show.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import log

from catalog.search import spelling
from catalog.search.pieces import Known
from catalog.search.provider import LONGEST_QUERY, MOST_WORDS
from catalog.search.reading import BEGINNINGS, CODES, ENDINGS, MOST_CORRECTIONS, NEIGHBOURS
from catalog.search.space import Space
from catalog.search.texts import COMPOUNDING, Word, base_language, clean, code_key, query_words, term_of

CORRECTED = 0.8
BEGUN = 0.85
JOINED = 0.9
ENDING = 0.6
SHORTEST_PREFIX = 2
SHORTEST_ENDING = 4
SHORTEST_PART = 4
PAIR_GROUPS = 100
SHORTEST_CODE = 3


@dataclass
class Group:
    """One word of the query and the terms that answer to it {term: factor}.

    `guesses` are right spellings of a misspelt word, `completions` words that it begins; both most frequent first.
    """

    word: Word
    terms: dict[str, float] = field(default_factory=dict)
    guesses: list[Known] = field(default_factory=list)
    completions: list[Known] = field(default_factory=list)

    def add(self, term: str, factor: float) -> None:
        """Another term for this word; the better factor counts."""
        self.terms[term] = max(factor, self.terms.get(term, 0.0))


@dataclass
class Plan:
    """What to look for: groups, title pairs, how many documents each term is in, documents known by the code typed."""

    text: str
    groups: list[Group] = field(default_factory=list)
    pairs: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    exact: list[int] = field(default_factory=list)
    coded: list[int] = field(default_factory=list)

    def weighted(self, documents: int) -> list[tuple[str, int, float]]:
        """(term, group, weight) for scoring; weight = rarity x factor. Pairs get group numbers from PAIR_GROUPS on."""
        rows = []
        for number, group in enumerate(self.groups):
            for term, factor in group.terms.items():
                rows.append((term, number, self._rarity(term, documents) * factor))
        rows += [(pair, PAIR_GROUPS + number, 0.0) for number, pair in enumerate(self.pairs)]
        return rows

    def _rarity(self, term: str, documents: int) -> float:
        n = self.counts.get(term, 1)
        total = max(documents, n)
        return log(1 + (total - n + 0.5) / (n + 0.5))


def plan_for(space: Space, typed: str, completing: bool = False) -> Plan:
    """The plan of a query. `completing`: the last word is still being typed, so it is always taken as a beginning, too."""
    plan = Plan(clean(typed, LONGEST_QUERY).strip())
    language = base_language(space.language)
    plan.groups = [Group(word) for word in query_words(plan.text, language, LONGEST_QUERY, MOST_WORDS)]
    if not plan.groups:
        return plan
    _look_up(space, plan, language)
    unknown = [group for group in plan.groups if not group.terms]
    last = plan.groups[-1]
    if completing or last in unknown:
        _add_beginnings(space, plan, last)
    _add_neighbours(space, plan, [group for group in unknown if not group.terms])
    if language in COMPOUNDING:
        _add_endings(space, plan)
    return plan


def _look_up(space: Space, plan: Plan, language: str) -> None:
    """Which of the words, joined words, halves and pairs are in the index at all."""
    words = [group.word for group in plan.groups]
    joined = {n: term_of(a.shown + b.shown, language) for n, (a, b) in enumerate(itertools.pairwise(words))}
    halves = {n: _halves(word, language) for n, word in enumerate(words)}
    pairs = [f"{a.term} {b.term}" for a, b in itertools.pairwise(words)]
    wanted = {word.term for word in words} | {word.joined for word in words if word.joined} | set(joined.values()) | set(pairs)
    wanted |= {term for both in halves.values() for half in both for term in half}
    whole = code_key(plan.text)
    codes = {key for piece in plan.text.split() if any(c.isdigit() for c in piece) and len(key := code_key(piece)) >= SHORTEST_CODE}
    codes |= {whole} if len(whole) >= SHORTEST_CODE else set()
    _count_terms(space, plan, sorted(wanted))
    for strip, found in zip(space.strips, space.pieces(CODES, sorted(codes)), strict=True):
        for code, places in found.items():
            (plan.exact if code == whole else plan.coded).extend(strip.start + doc for doc in places.docs)
    for number, group in enumerate(plan.groups):
        _take_known(plan, number, group, joined, halves[number])
    plan.pairs = [pair for pair in dict.fromkeys(pairs) if pair in plan.counts]


def _take_known(plan: Plan, number: int, group: Group, joined: dict[int, str], halves: Sequence[tuple[str, str]]) -> None:
    if group.word.term in plan.counts:
        group.add(group.word.term, 1.0)
    for other in (joined.get(number), joined.get(number - 1), group.word.joined):
        if other and other in plan.counts:
            group.add(other, JOINED)
    if not group.terms:
        known = [pair for pair in halves if pair[0] in plan.counts and pair[1] in plan.counts]
        if known:
            best = max(known, key=lambda pair: min(plan.counts[pair[0]], plan.counts[pair[1]]))
            for half in best:
                group.add(half, ENDING)


def _halves(word: Word, language: str) -> list[tuple[str, str]]:
    """Ways of cutting a long word in two, with or without a joining s."""
    shown = word.shown
    if language not in COMPOUNDING or len(shown) < 2 * SHORTEST_PART or not shown.isalpha():
        return []
    cuts = []
    for at in range(SHORTEST_PART, len(shown) - SHORTEST_PART + 1):
        first, second = shown[:at], shown[at:]
        cuts.append((term_of(first, language), term_of(second, language)))
        if first.endswith("s") and at > SHORTEST_PART:
            cuts.append((term_of(first[:-1], language), term_of(second, language)))
    return cuts[:24]


def _count_terms(space: Space, plan: Plan, terms: Iterable[str]) -> None:
    """In how many documents each of the terms is; those in none stay unknown."""
    for found in space.postings(terms):
        for term, posting in found.items():
            if posting.n:
                plan.counts[term] = plan.counts.get(term, 0) + posting.n


def _take(plan: Plan, group: Group, known: Known, factor: float) -> None:
    group.add(known.term, factor)
    plan.counts[known.term] = max(known.n, plan.counts.get(known.term, 0))


def _add_beginnings(space: Space, plan: Plan, group: Group) -> None:
    key = group.word.key
    if len(key) < SHORTEST_PREFIX and key.isascii():
        return
    for known in space.words(BEGINNINGS, [key])[key]:
        _take(plan, group, known, BEGUN)
        group.completions.append(known)


def _add_neighbours(space: Space, plan: Plan, groups: Sequence[Group]) -> None:
    groups = [group for group in groups if spelling.can_be_corrected(group.word.key)]
    found = space.words(NEIGHBOURS, [group.word.key for group in groups])
    for group in groups:
        for known in sorted(set(found[group.word.key]), key=lambda k: (-k.n, k.key))[:MOST_CORRECTIONS]:
            _take(plan, group, known, CORRECTED)
            group.guesses.append(known)


def _add_endings(space: Space, plan: Plan) -> None:
    ends = {(n, form[::-1]) for n, group in enumerate(plan.groups) for form in (group.word.key, group.word.term)}
    long = sorted((n, end) for n, end in ends if len(end) >= SHORTEST_ENDING and end.isalpha())
    found = space.words(ENDINGS, [end for _, end in long])
    for n, end in long:
        for known in found[end]:
            _take(plan, plan.groups[n], known, ENDING)
