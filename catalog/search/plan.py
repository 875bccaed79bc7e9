"""A typed text becomes groups of terms: one group per word, each with what else may be meant.

- the word's own stem; the joined form of it and its neighbour ("head set" → headset)
- nothing in the index has it: neighbours by one edit x 0.8, words it begins x 0.85 (last word), its two halves (compounds)
- languages that build compounds: words that end in it x 0.6 (Schloss → Fahrradschloss)
- pairs of neighbours in a title lift a document and are never required

Only words that stand in a visible document are offered as corrections, so that a partner's shop never spells
out what it may not show.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log

from sqlalchemy import text

from catalog.search import spelling
from catalog.search.arrays import plain, quoted
from catalog.search.provider import LONGEST_QUERY, MOST_WORDS
from catalog.search.space import Space
from catalog.search.texts import COMPOUNDING, Word, base_language, clean, code_key, query_words, term_of

CORRECTED = 0.8
BEGUN = 0.85
JOINED = 0.9
ENDING = 0.6
MOST_BEGINNINGS = 8
MOST_ENDINGS = 20
MOST_CORRECTIONS = 10
SHORTEST_PREFIX = 2
SHORTEST_ENDING = 4
SHORTEST_PART = 4
PAIR_GROUPS = 100
SHORTEST_CODE = 3
AFTER_ALL_LETTERS = "\U0010ffff"

_KNOWN = text(
    "SELECT 't' AS kind, p.term AS found, sum(p.n) AS n, 0 AS doc"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN LATERAL (SELECT p.term, p.n FROM catalog.search_posting p WHERE p.tenant_id = s.tenant_id AND p.build = s.build"
    "  AND p.term = ANY(CAST(:terms AS text[])) OFFSET 0) AS p GROUP BY p.term UNION ALL"
    " SELECT 'c', c.code, 1, s.start + c.doc"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN LATERAL (SELECT c.code, c.doc FROM catalog.search_code c WHERE c.tenant_id = s.tenant_id AND c.build = s.build"
    "  AND c.code = ANY(CAST(:codes AS text[])) OFFSET 0) AS c"
)
_NEIGHBOURS = text(
    "SELECT DISTINCT w.word, w.shown, w.term, w.n"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN LATERAL (SELECT DISTINCT u.word FROM catalog.search_word_del d"
    "   CROSS JOIN LATERAL unnest(d.forms, d.words) AS u(form, word)"
    "  WHERE d.tenant_id = s.tenant_id AND d.build = s.build AND d.bucket = ANY(CAST(:buckets AS int[]))"
    "   AND u.form = ANY(CAST(:forms AS int[])) OFFSET 0) AS u"
    " CROSS JOIN LATERAL (SELECT w.word, w.shown, w.term, w.n FROM catalog.search_word w"
    "  WHERE w.tenant_id = s.tenant_id AND w.build = s.build AND w.word = u.word OFFSET 0) AS w"
)
_BEGINNING = text(
    "SELECT w.word, w.shown, w.term, w.n"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN LATERAL (SELECT w.word, w.shown, w.term, w.n FROM catalog.search_word w"
    "  WHERE w.tenant_id = s.tenant_id AND w.build = s.build"
    "   AND w.word >= :low AND w.word < :high ORDER BY w.n DESC, w.word LIMIT :most) AS w"
)
_ENDING = text(
    "SELECT q.grp, w.word, w.shown, w.term, w.n"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN unnest(CAST(:groups AS int[]), CAST(:lows AS text[]), CAST(:highs AS text[])) AS q(grp, low, high)"
    " CROSS JOIN LATERAL (SELECT w.word, w.shown, w.term, w.n FROM catalog.search_word w"
    "  WHERE w.tenant_id = s.tenant_id AND w.build = s.build"
    "   AND w.backwards <> '' AND w.backwards > q.low AND w.backwards < q.high ORDER BY w.n DESC, w.word LIMIT :most) AS w"
)


@dataclass(frozen=True)
class Known:
    """A word of the index: key, as shown, term, in how many documents."""

    key: str
    shown: str
    term: str
    n: int


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
    for row in space.run(_KNOWN, {"terms": quoted(sorted(wanted)), "codes": quoted(sorted(codes))}):
        if row.kind == "t":
            plan.counts[row.found] = int(row.n)
        else:
            (plan.exact if row.found == whole else plan.coded).append(row.doc)
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


def _add_beginnings(space: Space, plan: Plan, group: Group) -> None:
    key = group.word.key
    if len(key) < SHORTEST_PREFIX and key.isascii():
        return
    for row in space.run(_BEGINNING, {"low": key, "high": key + AFTER_ALL_LETTERS, "most": MOST_BEGINNINGS}):
        group.add(row.term, BEGUN)
        plan.counts[row.term] = max(row.n, plan.counts.get(row.term, 0))
        group.completions.append(Known(row.word, row.shown, row.term, row.n))


def _add_neighbours(space: Space, plan: Plan, groups: Sequence[Group]) -> None:
    groups = [group for group in groups if spelling.can_be_corrected(group.word.key)]
    if not groups:
        return
    forms = {form for group in groups for form in spelling.forms(group.word.key)}
    values = {"forms": plain(sorted(forms)), "buckets": plain(sorted({spelling.bucket(form) for form in forms}))}
    rows = [Known(row.word, row.shown, row.term, row.n) for row in space.run(_NEIGHBOURS, values)]
    for group in groups:
        close = sorted((r for r in rows if spelling.is_neighbour(group.word.key, r.key)), key=lambda r: (-r.n, r.key))
        for known in close[:MOST_CORRECTIONS]:
            group.add(known.term, CORRECTED)
            group.guesses.append(known)
            plan.counts[known.term] = max(known.n, plan.counts.get(known.term, 0))


def _add_endings(space: Space, plan: Plan) -> None:
    ends = {(n, form[::-1]) for n, group in enumerate(plan.groups) for form in (group.word.key, group.word.term)}
    long = sorted((n, end) for n, end in ends if len(end) >= SHORTEST_ENDING and end.isalpha())
    if not long:
        return
    values = {
        "groups": plain(n for n, _ in long),
        "lows": quoted(low for _, low in long),
        "highs": quoted(low + AFTER_ALL_LETTERS for _, low in long),
        "most": MOST_ENDINGS,
    }
    for row in space.run(_ENDING, values):
        plan.groups[row.grp].add(row.term, ENDING)
        plan.counts[row.term] = max(row.n, plan.counts.get(row.term, 0))
