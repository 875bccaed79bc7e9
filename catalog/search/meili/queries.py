"""What Meilisearch is asked for one typed text: how the text is sent, and the searches of one request. Pure.

Per source of the scope: which version the index shows; everything that answers, as ids by falling score; the first few once
more, with what matched marked; and what is known by the code that was typed. Where the seller has names of its own for a
source's products: those, too.
Conditions are made of ids and codes only, never of what somebody typed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from catalog.search.meili.documents import MOST_FOUND, SHOWN, any_of, cleaned, locales, name_languages
from catalog.search.meili.naming import STATE, names_index, products_index
from catalog.search.provider import LONGEST_QUERY, MOST_WORDS, SearchSource
from catalog.search.rules import SearchRules, SynonymLine, Terms
from catalog.search.space import Space, Strip
from catalog.search.texts import Word, base_language, code_key, query_words

MOST_SHOWN = 12
MOST_VARIANTS = 4
STEMS = 0.95
MOST_CODED = 20
SHORTEST_CODE = 3
SYNONYM = 0.8
OPEN, CLOSE = "\ue000", "\ue001"
_RUNS_TOGETHER = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")

Kind = Literal["state", "found", "shown", "coded", "named"]


@dataclass(frozen=True)
class Typed:
    """A text as it was typed. `words` without small words and the shop's stop words; `sent` what goes out, each with the
    weight its hits have: the text itself, its stems, and what the shop's synonyms make of it. `whole` and `pieces` may be codes."""

    words: tuple[Word, ...]
    sent: tuple[tuple[str, float], ...]
    whole: str
    pieces: frozenset[str]

    @property
    def codes(self) -> frozenset[str]:
        """All that may be a code."""
        return self.pieces | {self.whole} if self.whole else self.pieces


@dataclass(frozen=True)
class Query:
    """One search of a request: what it is for, of which strip, and how much its hits weigh."""

    kind: Kind
    strip: Strip
    weight: float
    body: dict[str, Any]


def typed_text(text: str, language: str, rules: SearchRules, completing: bool = False) -> Typed:
    """Reads what somebody has typed. A number and its unit go out as one word, as documents have it among their forms;
    languages that write without gaps go out as they are, since Meilisearch cuts them into words by its dictionaries."""
    plain = cleaned(text)
    words = tuple(rules.kept(query_words(plain, base_language(language), LONGEST_QUERY, MOST_WORDS), completing))
    if not words:
        return Typed((), (), "", frozenset())
    whole = code_key(plain)
    pieces = {key for piece in plain.split() if any(c.isdigit() for c in piece) and len(key := code_key(piece)) >= SHORTEST_CODE}
    if _RUNS_TOGETHER.search(plain):
        sent = [(plain, 1.0)]
    else:
        sent = [(_joined(word.shown for word in words), 1.0)]
        if any(word.term != word.key for word in words):
            sent.append((_joined(word.term for word in words), STEMS))
        sent += [(other, SYNONYM) for other in _variants(words, rules)]
    return Typed(words, tuple(sent), whole if len(whole) >= SHORTEST_CODE else "", frozenset(pieces))


def queries_for(space: Space, typed: Typed, most: int = MOST_FOUND) -> list[Query]:
    """All searches of one request."""
    found: list[Query] = []
    for strip in space.strips:
        found += _of_products(strip, typed, most)
        if strip.own:
            found += _of_names(space, strip, typed, most)
    return found


def _of_products(strip: Strip, typed: Typed, most: int) -> Iterator[Query]:
    source = strip.source
    index = products_index(source.tenant_id, source.market_code, source.language)
    scope = in_scope(source)
    state = _search(index, "", source.language, [any_of("id", [STATE])], 1)
    yield Query("state", strip, 1.0, state | {"attributesToRetrieve": ["version"]})
    for text, weight in typed.sent:
        yield Query("found", strip, weight, _search(index, text, source.language, scope, most) | {"showRankingScore": True})
    marked = {"attributesToHighlight": list(SHOWN), "highlightPreTag": OPEN, "highlightPostTag": CLOSE}
    yield Query("shown", strip, 1.0, _search(index, typed.sent[0][0], source.language, scope, MOST_SHOWN) | marked)
    if typed.codes:
        body = _search(index, "", source.language, [any_of("codes", typed.codes), *scope], MOST_CODED)
        yield Query("coded", strip, 1.0, body | {"attributesToRetrieve": ["id", "codes"]})


def _of_names(space: Space, strip: Strip, typed: Typed, most: int) -> Iterator[Query]:
    index, condition = names_index(space.scope.seller_id), name_languages(strip.source.own_names)
    for text, weight in typed.sent:
        body = _search(index, text, space.language, [condition], most)
        yield Query("named", strip, weight, body | {"attributesToRetrieve": ["product", "title"], "showRankingScore": True})


def in_scope(source: SearchSource) -> list[Any]:
    """The agreement's scope: in one of the categories, or one of the products. Empty: everything."""
    allowed = [
        any_of(field, (one.hex for one in ids)) for field, ids in (("category_ids", source.category_ids), ("id", source.product_ids)) if ids
    ]
    return [allowed] if allowed else []


def _search(index: str, text: str, language: str, conditions: list[Any], most: int) -> dict[str, Any]:
    body: dict[str, Any] = {"indexUid": index, "q": text, "limit": most, "attributesToRetrieve": ["id"], "matchingStrategy": "last"}
    if conditions:
        body["filter"] = conditions
    if told := locales(language):
        body["locales"] = told
    return body


def _variants(words: tuple[Word, ...], rules: SearchRules) -> list[str]:
    """The text with a word or phrase of it replaced by what the shop's rules say is the same."""
    terms = tuple(word.term for word in words)
    found: dict[str, None] = {}
    for line in rules.synonyms:
        for phrase, other in _directions(line):
            if place := _place(terms, rules.terms_of(phrase)):
                start, end = place
                found[_joined([*(w.shown for w in words[:start]), cleaned(other), *(w.shown for w in words[end:])])] = None
        if len(found) >= MOST_VARIANTS:
            break
    return list(found)[:MOST_VARIANTS]


def _directions(line: SynonymLine) -> Iterator[tuple[str, str]]:
    for word in line.words:
        yield from ((word, other) for other in (line.means or line.words) if other != word)


def _place(terms: Terms, phrase: Terms) -> tuple[int, int] | None:
    """Where a phrase stands in the text: (first word, word after)."""
    starts = range(len(terms) - len(phrase) + 1) if phrase else ()
    return next(((start, start + len(phrase)) for start in starts if terms[start : start + len(phrase)] == phrase), None)


def _joined(words: Iterable[str]) -> str:
    return " ".join(words)
