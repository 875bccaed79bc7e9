"""A typed text becomes groups of terms: one group per word, each with what else may be meant.

- the word's own stem; the joined form of it and its neighbour ("head set" → headset)
- nothing in the index has it: neighbours by one edit x 0.8, words it begins x 0.85 (last word)
- hardly anything has it, but something close to it is frequent: that x 0.8 ("cartrige", misspelt in a product's name)
- what was guessed counts as no rarer than the most frequent guess, and the less the less frequent it is: an odd word that
  happens to be close must not beat the usual one
- other words for the same thing x 0.7 (synonyms: those of every shop and the shop's own, phrases as well); the shop's own stop
  words are dropped (rules)
- languages that build compounds: words that end in it x 0.6 (Schloss → Fahrradschloss)
- compounds that nothing has fall into a group for each half; the last one, which says what it is, counts most
- pairs of neighbours in a title lift a document and are never required; so do words that its brand or category is called by, of
  categories only the last word of the query ("notebook battery" is no notebook)

Only words that stand in a visible document are offered as corrections, so that a partner's shop never spells
out what it may not show.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log

from catalog.search import spelling
from catalog.search.analysis import BRAND, KIND
from catalog.search.pieces import Known
from catalog.search.provider import LONGEST_QUERY, MOST_WORDS
from catalog.search.reading import BEGINNINGS, CODES, ENDINGS, MOST_CORRECTIONS, NEIGHBOURS
from catalog.search.space import Space
from catalog.search.synonyms import synonyms
from catalog.search.texts import COMPOUNDING, Word, base_language, clean, code_key, fold, query_words, term_of

CORRECTED = 0.8
BEGUN = 0.85
JOINED = 0.9
SYNONYM = 0.7
ENDING = 0.6
SHORTEST_PREFIX = 2
SHORTEST_ENDING = 4
SHORTEST_PART = 4
HEAD = 0.9
MODIFIER = 0.4
PAIR_GROUPS = 100
SHORTEST_CODE = 3
RARE_AMONG = 2_000
MUCH_RARER = 40
EVENNESS = 0.1
MOST_CUTS = 24


@dataclass
class Group:
    """One word of the query and the terms that answer to it {term: factor}.

    `guesses` are right spellings of a misspelt word, `completions` words that it begins; both most frequent first.
    `guessed` are the terms that count as no rarer than one of `commonest` documents.
    """

    word: Word
    terms: dict[str, float] = field(default_factory=dict)
    guesses: list[Known] = field(default_factory=list)
    completions: list[Known] = field(default_factory=list)
    commonest: int = 0
    guessed: set[str] = field(default_factory=set)

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
                least = group.commonest if term in group.guessed else 1
                rows.append((term, number, self._rarity(max(self.counts.get(term, 1), least), documents) * factor))
        rows += [(pair, PAIR_GROUPS + number, 0.0) for number, pair in enumerate(self.pairs)]
        return rows

    @staticmethod
    def _rarity(n: int, documents: int) -> float:
        total = max(documents, n)
        return log(1 + (total - n + 0.5) / (n + 0.5))


def plan_for(space: Space, typed: str, completing: bool = False) -> Plan:
    """The plan of a query. `completing`: the last word is still being typed, so it is always taken as a beginning, too."""
    plan = Plan(clean(typed, LONGEST_QUERY).strip())
    language = base_language(space.language)
    typed_words = query_words(plan.text, language, LONGEST_QUERY, MOST_WORDS)
    plan.groups = [Group(word) for word in space.scope.rules.kept(typed_words, completing)]
    if not plan.groups:
        return plan
    _look_up(space, plan, language)
    last = plan.groups[-1]
    if completing or not last.terms:
        _add_beginnings(space, plan, last)
    _split_compounds(space, plan, language)
    unknown = [group for group in plan.groups if not group.terms]
    _add_joined_neighbours(space, plan)
    _add_neighbours(space, plan, unknown)
    _add_usual_spellings(space, plan, [group for group in plan.groups if group not in unknown])
    if language in COMPOUNDING:
        _split_misspelt(space, plan, language)
        _add_endings(space, plan)
    _add_names_of_guesses(space, plan)
    return plan


def _look_up(space: Space, plan: Plan, language: str) -> None:
    """Which of the words, joined words, halves and pairs are in the index at all."""
    words = [group.word for group in plan.groups]
    joined = {n: term_of(a.shown + b.shown, language) for n, (a, b) in enumerate(itertools.pairwise(words))}
    pairs = [f"{a.term} {b.term}" for a, b in itertools.pairwise(words)]
    wanted = {word.term for word in words} | {word.joined for word in words if word.joined} | set(joined.values()) | set(pairs)
    own = space.scope.rules.others(words)
    others = {n: own.get(n, []) + [term_of(other, language) for other in synonyms(word.shown, language)] for n, word in enumerate(words)}
    head = _head(words)
    called = [BRAND + word.term for word in words] + [KIND + term for term in (words[head].term, *others[head])]
    wanted |= {term for terms in others.values() for term in terms} | set(called)
    whole = code_key(plan.text)
    codes = {key for piece in plan.text.split() if any(c.isdigit() for c in piece) and len(key := code_key(piece)) >= SHORTEST_CODE}
    codes |= {whole} if len(whole) >= SHORTEST_CODE else set()
    _count_terms(space, plan, sorted(wanted))
    for strip, found in zip(space.strips, space.pieces(CODES, sorted(codes)), strict=True):
        for code, places in found.items():
            (plan.exact if code == whole else plan.coded).extend(strip.start + doc for doc in places.docs)
    for number, group in enumerate(plan.groups):
        _take_known(plan, number, group, joined)
        for other in others[number]:
            if other in plan.counts:
                group.add(other, SYNONYM)
    plan.pairs = [pair for pair in dict.fromkeys([*pairs, *called]) if pair in plan.counts]


def _head(words: Sequence[Word]) -> int:
    """Which word most likely says what is looked for, the others of which kind: the last one that is no number."""
    return next((n for n in range(len(words) - 1, -1, -1) if words[n].shown.isalpha()), len(words) - 1)


def _take_known(plan: Plan, number: int, group: Group, joined: dict[int, str]) -> None:
    if group.word.term in plan.counts:
        group.add(group.word.term, 1.0)
    for other in (joined.get(number), joined.get(number - 1), group.word.joined):
        if other and other in plan.counts:
            group.add(other, JOINED)


def _cut(word: Word, language: str) -> list[tuple[Word, Word]]:
    """Ways of cutting a long word in two, in languages that build compounds with or without a joining s."""
    shown = word.shown
    if len(shown) < 2 * SHORTEST_PART or not shown.isalpha() or (not shown.isascii() and language not in COMPOUNDING):
        return []
    cuts = []
    for at in range(SHORTEST_PART, len(shown) - SHORTEST_PART + 1):
        first, second = shown[:at], shown[at:]
        cuts.append((_half(first, language), _half(second, language)))
        if first.endswith("s") and at > SHORTEST_PART and language in COMPOUNDING:
            cuts.append((_half(first[:-1], language), _half(second, language)))
    return cuts[:MOST_CUTS]


def _half(shown: str, language: str) -> Word:
    return Word(shown, fold(shown, language), term_of(shown, language))


def _split_compounds(space: Space, plan: Plan, language: str) -> None:
    """Words that nothing has, or next to nothing, and whose two halves are known: a group for each half.

    In languages that do not build compounds the halves must stand side by side in a title ("harddrive": hard drive).
    """
    groups = []
    for group in plan.groups:
        odd = not group.terms or (language not in COMPOUNDING and _is_seldom(plan, group, space.documents))
        cuts = _cut(group.word, language) if odd and not group.completions else []
        others = {half: _others_of(space, half, language) for cut in cuts for half in cut} if language in COMPOUNDING else {}
        _count_terms(space, plan, [term for a, b in cuts for term in (a.term, b.term, f"{a.term} {b.term}")])
        _count_terms(space, plan, {term for terms in others.values() for term in terms})
        known = [(_sureness(plan, cut, others), cut) for cut in cuts]
        best = max(known, key=lambda one: one[0], default=(0, None))
        groups += _parted(group, best[1], others) if best[0] and best[1] else [group]
    plan.groups = groups


def _others_of(space: Space, half: Word, language: str) -> list[str]:
    """Terms that mean the same as half of a compound ("Fahrradlampe": what is called a light)."""
    return space.scope.rules.others([half]).get(0, []) + [term_of(other, language) for other in synonyms(half.shown, language)]


def _sureness(plan: Plan, cut: tuple[Word, Word], others: Mapping[Word, Sequence[str]]) -> int:
    first, second = cut
    if not others:
        return plan.counts.get(f"{first.term} {second.term}", 0)
    return min(max(plan.counts.get(term, 0) for term in (half.term, *others[half])) for half in cut)


def _parted(group: Group, cut: tuple[Word, Word], others: Mapping[Word, Sequence[str]]) -> list[Group]:
    """The last part of a compound says what it is, the first only of which kind."""
    made = []
    for word, factor in zip(cut, (MODIFIER, HEAD), strict=True):
        half = Group(word, dict(group.terms))
        half.add(word.term, factor)
        for other in others.get(word, ()):
            half.add(other, factor * SYNONYM)
        made.append(half)
    return made


def _count_terms(space: Space, plan: Plan, terms: Iterable[str]) -> None:
    """In how many documents each of the terms is; those in none stay unknown. What is known already is not counted again."""
    for found in space.postings([term for term in terms if term not in plan.counts]):
        for term, posting in found.items():
            if posting.n:
                plan.counts[term] = plan.counts.get(term, 0) + posting.n


def _take(plan: Plan, group: Group, known: Known, factor: float) -> None:
    group.add(known.term, factor)
    group.guessed.add(known.term)
    group.commonest = max(group.commonest, known.n)
    plan.counts[known.term] = max(known.n, plan.counts.get(known.term, 0))


def _add_beginnings(space: Space, plan: Plan, group: Group) -> None:
    key = group.word.key
    if len(key) < SHORTEST_PREFIX and key.isascii():
        return
    for known in space.words(BEGINNINGS, [key])[key]:
        _take(plan, group, known, BEGUN)
        group.completions.append(known)


def _add_neighbours(space: Space, plan: Plan, groups: Sequence[Group]) -> None:
    groups = [group for group in groups if not group.terms and spelling.can_be_corrected(group.word.key)]
    found = space.words(NEIGHBOURS, [spelt for group in groups for spelt in _spelt(group.word)])
    for group in groups:
        _guess(plan, group, [known for spelt in _spelt(group.word) for known in found[spelt]], CORRECTED)


def _spelt(word: Word) -> list[str]:
    """What of a word is compared with the index's: as it is and, where that can be told, its stem."""
    return [word.key, word.term] if word.term != word.key and spelling.can_be_corrected(word.term) else [word.key]


def _add_joined_neighbours(space: Space, plan: Plan) -> None:
    """Two words, one of them unknown, that are one misspelt word together ("hed set": headset)."""
    both = [(a, b) for a, b in itertools.pairwise(plan.groups) if not (a.terms and b.terms)]
    keys = [a.word.key + b.word.key for a, b in both]
    asked = [key for key in keys if spelling.can_be_corrected(key)]
    found = space.words(NEIGHBOURS, asked) if asked else {}
    for (a, b), key in zip(both, keys, strict=True):
        for known in found.get(key, ()):
            _take(plan, a, known, JOINED * CORRECTED)
            _take(plan, b, known, JOINED * CORRECTED)


def _is_seldom(plan: Plan, group: Group, documents: int) -> bool:
    return plan.counts.get(group.word.term, RARE_AMONG) * RARE_AMONG <= documents


def _add_names_of_guesses(space: Space, plan: Plan) -> None:
    """What brands and categories are called lifts a right spelling as well."""
    head = _head([group.word for group in plan.groups])
    likely = [BRAND + group.guesses[0].term for group in plan.groups if group.guesses]
    likely += [KIND + guess.term for guess in plan.groups[head].guesses[:1]]
    if likely:
        _count_terms(space, plan, likely)
        plan.pairs += [name for name in dict.fromkeys(likely) if name in plan.counts and name not in plan.pairs]


def _guess(plan: Plan, group: Group, found: Iterable[Known], factor: float) -> None:
    likely = sorted(set(found), key=lambda k: (-k.n, k.key))[:MOST_CORRECTIONS]
    for known in likely:
        _take(plan, group, known, factor * (known.n / likely[0].n) ** EVENNESS)
        group.guesses.append(known)


def _add_usual_spellings(space: Space, plan: Plan, groups: Sequence[Group]) -> None:
    """A word that next to nothing has is most likely misspelt there as well, where one edit makes it a frequent one."""
    seldom = [group for group in groups if _is_seldom(plan, group, space.documents) and spelling.can_be_corrected(group.word.key)]
    found = space.words(NEIGHBOURS, [group.word.key for group in seldom]) if seldom else {}
    for group in seldom:
        least = MUCH_RARER * plan.counts[group.word.term]
        usual = [known for known in found[group.word.key] if known.n >= least]
        if usual:
            group.guessed.add(group.word.term)
            _guess(plan, group, usual, CORRECTED)


def _split_misspelt(space: Space, plan: Plan, language: str) -> None:
    """Compounds that nothing has: the parts that are known, and what the others may be misspelt from. The last part counts most."""
    groups = []
    for group in plan.groups:
        cuts = _cut(group.word, language) if not group.terms else []
        halves = {half.key for cut in cuts for half in cut if half.term not in plan.counts}
        found = space.words(NEIGHBOURS, filter(spelling.can_be_corrected, halves)) if halves else {}

        def known(half: Word, found: Mapping[str, Sequence[Known]] = found) -> int:
            return 2 if half.term in plan.counts else int(bool(found.get(half.key)))

        best = max(cuts, key=lambda cut: (known(cut[0]) + known(cut[1]), known(cut[1]), len(cut[1].shown)), default=None)
        if best is None or not known(best[0]) + known(best[1]):
            groups.append(group)
            continue
        for half, factor in zip(best, (MODIFIER, HEAD), strict=True):
            made = Group(half)
            groups.append(made)
            if half.term in plan.counts:
                made.add(half.term, factor)
            else:
                _guess(plan, made, found.get(half.key, ()), factor * CORRECTED)
    plan.groups = groups


def _add_endings(space: Space, plan: Plan) -> None:
    ends = {(n, form[::-1]) for n, group in enumerate(plan.groups) for form in (group.word.key, group.word.term)}
    long = sorted((n, end) for n, end in ends if len(end) >= SHORTEST_ENDING and end.isalpha())
    found = space.words(ENDINGS, [end for _, end in long])
    for n, end in long:
        for known in found[end]:
            _take(plan, plan.groups[n], known, ENDING)
