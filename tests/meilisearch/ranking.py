"""The documented ranking rules, for a handful of documents: words, typo, proximity, attribute, exactness, then custom ones.

https://www.meilisearch.com/docs: ranking rules, typo tolerance, concatenated and split queries, prefix search. Every query word
must be found in a document, but for those dropped from the end (matching strategy "last"). The last word may be a beginning.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_WORDS = 10
ELEMENT_GAP = 8
_TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+")


def tokens(text: str) -> list[tuple[str, int, int]]:
    """(word in lower case without accents, start, end). Chinese and Japanese sign by sign."""
    return [(normal(found[0]), found.start(), found.end()) for found in _TOKEN.finditer(text)]


def normal(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.lower().replace("ß", "ss"))
    return "".join(c for c in plain if not unicodedata.combining(c))


@dataclass
class Text:
    """The words of a document's searchable attributes: (attribute's rank, position, word)."""

    places: list[tuple[int, int, str]] = field(default_factory=list)
    words: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, document: Mapping[str, Any], attributes: Sequence[str]) -> "Text":
        made = cls()
        for rank, name in enumerate(attributes):
            position = 0
            value = document.get(name)
            for element in value if isinstance(value, list) else [value]:
                for word, _start, _end in tokens(str(element)) if element is not None else ():
                    made.places.append((rank, position, word))
                    made.words.add(word)
                    position += 1
                position += ELEMENT_GAP
        return made


@dataclass(frozen=True)
class Match:
    """What one query word, or several together, is in a document: its words there, typos, whether it is the very word."""

    words: frozenset[str]
    typos: int
    is_exact: bool


@dataclass(frozen=True)
class Ranked:
    """A document that answers: its place among the others, and which of its words matched."""

    key: tuple[float, ...]
    score: float
    matched: frozenset[str]


@dataclass(frozen=True)
class Rules:
    """An index's settings as far as they bear on matching."""

    attributes: Sequence[str]
    stop_words: frozenset[str] = frozenset()
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    one_typo: int = 5
    two_typos: int = 9
    no_typos_in: frozenset[str] = frozenset()
    numbers_have_typos: bool = True
    order: Sequence[str] = ("words", "typo", "proximity", "attribute", "exactness")


def rank(document: Mapping[str, Any], query: str, rules: Rules) -> Ranked | None:
    """The document's place for a query, None where it does not answer."""
    asked = [word for word, _, _ in tokens(query)]
    kept = [word for n, word in enumerate(asked) if word not in rules.stop_words or n == len(asked) - 1][:MOST_WORDS]
    if not kept:
        return Ranked((), 1.0, frozenset())
    text = Text.of(document, rules.attributes)
    for count in range(len(kept), 0, -1):
        found = _best(kept[:count], count == len(kept), text, rules)
        if found is not None:
            return _ranked(found, count, len(kept), text, rules.order)
    return None


def _best(asked: list[str], has_last: bool, text: Text, rules: Rules) -> list[Match] | None:
    """The way with the fewest typos of finding all these words in a document; two or three of them may be one word there."""
    best: list[list[Match] | None] = [[]]
    for end in range(1, len(asked) + 1):
        ways: list[list[Match]] = []
        for size in (1, 2, 3):
            before = best[end - size] if end >= size else None
            match = _match(asked[end - size : end], has_last and end == len(asked), text, rules) if before is not None else None
            if before is not None and match is not None:
                ways.append([*before, match])
        best.append(min(ways, key=lambda way: (sum(m.typos for m in way), len(way)), default=None))
    return best[-1]


def _match(asked: Sequence[str], is_prefix: bool, text: Text, rules: Rules) -> Match | None:
    joined = "".join(asked)
    if len(asked) > 1:
        found = {word for word in text.words if word == joined or (is_prefix and word.startswith(joined))}
        return Match(frozenset(found), 1, False) if found else None
    if joined in text.words:
        return Match(frozenset({joined}), 0, True)
    if is_prefix and (found := {word for word in text.words if word.startswith(joined)}):
        return Match(frozenset(found), 0, False)
    for other in rules.synonyms.get(joined, ()):
        if set(words := [word for word, _, _ in tokens(other)]) <= text.words:
            return Match(frozenset(words), 0, False)
    return _misspelt(joined, is_prefix, text, rules) or _split(joined, text)


def _misspelt(asked: str, is_prefix: bool, text: Text, rules: Rules) -> Match | None:
    if not rules.numbers_have_typos and any(c.isdigit() for c in asked):
        return None
    budget = 2 if len(asked) >= rules.two_typos else 1 if len(asked) >= rules.one_typo else 0
    spelt = {word for rank_, _, word in text.places if rules.attributes[rank_] not in rules.no_typos_in}
    near: dict[int, set[str]] = {}
    for word in spelt if budget else ():
        beginnings = [word[: len(asked) + extra] for extra in (-1, 0, 1)] if is_prefix and len(word) > len(asked) else []
        typos = min(_typos(asked, candidate) for candidate in (word, *beginnings))
        if typos <= budget:
            near.setdefault(typos, set()).add(word)
    return Match(frozenset(near[min(near)]), min(near), False) if near else None


def _split(asked: str, text: Text) -> Match | None:
    """A word that stands in the document as two neighbours."""
    for (rank_a, position_a, first), (rank_b, position_b, second) in _neighbours(text):
        if rank_a == rank_b and position_b == position_a + 1 and first + second == asked:
            return Match(frozenset({first, second}), 1, False)
    return None


def _neighbours(text: Text) -> Iterator[tuple[tuple[int, int, str], tuple[int, int, str]]]:
    return itertools.pairwise(text.places)


def _typos(asked: str, word: str) -> int:
    """Insert, delete, replace, swap of neighbours; a wrong first letter counts twice."""
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, a in enumerate(asked, 1):
        last, row = row, [i]
        for j, b in enumerate(word, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == word[j - 2] and asked[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before = last
    return row[-1] + (row[-1] > 0 and asked[:1] != word[:1])


def _ranked(found: list[Match], count: int, asked: int, text: Text, order: Sequence[str]) -> Ranked:
    places = [[(rank_, position) for rank_, position, word in text.places if word in match.words] for match in found]
    told: dict[str, tuple[float, ...]] = {
        "words": (asked - count,),
        "typo": (sum(match.typos for match in found),),
        "proximity": (sum(min(_apart(a, b) for a in one for b in other) for one, other in itertools.pairwise(places)),),
        "attribute": (sum(min(rank_ for rank_, _ in one) for one in places), sum(min(position for _, position in one) for one in places)),
        "exactness": (sum(not match.is_exact for match in found),),
    }
    key = tuple(value for name in order for value in told.get(name, ()))
    score = sum(0.1**n / (1 + value) for n, value in enumerate(key)) * 0.9
    return Ranked(key, min(score, 1.0), frozenset(word for match in found for word in match.words))


def _apart(one: tuple[int, int], other: tuple[int, int]) -> int:
    if one[0] != other[0]:
        return 8
    steps = other[1] - one[1]
    return min(8, steps - 1 if steps > 0 else 1 - steps)
