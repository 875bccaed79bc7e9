"""A shop's own rules of search in one language, ready to be used: synonyms, stop words, pins, redirects. Pure.

They reach an engine with the scope (`SearchScope.rules`) and are compared as the index compares: a rule and a query are cut into
the same terms (texts.py) and lose the same small words, so that "Bike locks" and "bike lock" are one query.

- synonyms widen: what stands for a word or a phrase of at most LONGEST_PHRASE terms is looked for as well, for less
- stop words are dropped from a query that has other words, but never the word that is still being typed
- pins stand first for one whole query, in their order; what is out of scope, not sold or filtered out is skipped
- redirects are the page's matter: the shop sends who asks for one whole query to another address
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from catalog.search.texts import Word, base_language, clean, query_words

LONGEST_TEXT = 200
MOST_TERMS = 12
LONGEST_PHRASE = 6
# a word that stands in very many lines must not make a search slow
MOST_OTHERS = 60
# a term that stands for documents having all of several terms; no word has a "&" in it
TOGETHER = "& "

Terms = tuple[str, ...]


@dataclass(frozen=True)
class SynonymLine:
    """Words or phrases that mean the same: each stands for all others. With `means`, one way only: who types one of `words`
    also finds what has one of `means`."""

    words: tuple[str, ...]
    means: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pin:
    """A product that stands first, and whose it is."""

    tenant_id: UUID
    product_id: UUID


@dataclass(frozen=True, eq=False)
class SearchRules:
    """Rules of one shop in one language; pins and redirects are kept by `query_key`. Two are the same only if they are one thing:
    what is made from rules is kept with them."""

    language: str = "en"
    synonyms: tuple[SynonymLine, ...] = ()
    stop_words: frozenset[str] = frozenset()
    pins: Mapping[str, tuple[Pin, ...]] = field(default_factory=dict)
    redirects: Mapping[str, str] = field(default_factory=dict)

    def query_key(self, text: str) -> str:
        """The query as pins, redirects, judgements and counts know it: its terms without stop words; "" where no word is in it."""
        return " ".join(word.term for word in self.kept(_words(text, self.language)))

    def kept(self, words: Sequence[Word], completing: bool = False) -> list[Word]:
        """The words without the shop's stop words, all of them where nothing else is left. `completing`: the last one stays."""
        if not self.stop_words:
            return list(words)
        last = len(words) - 1 if completing else len(words)
        return [word for n, word in enumerate(words) if n == last or word.term not in self._stopped] or list(words)

    def others(self, words: Sequence[Word]) -> dict[int, list[str]]:
        """{place of a word: terms that answer for it as well}. A phrase's synonyms answer for each of its words."""
        if not self.synonyms:
            return {}
        found: dict[int, list[str]] = {}
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self._longest) + 1):
                others = self._others_of(tuple(word.term for word in words[start:end]))
                for place in range(start, end) if others else ():
                    found.setdefault(place, []).extend(others)
            joined = words[start].joined
            if joined:
                found.setdefault(start, []).extend(self._others_of((joined,)))
        return {place: list(dict.fromkeys(terms)) for place, terms in found.items()}

    def pinned(self, text: str) -> tuple[Pin, ...]:
        """The products that stand first for this query."""
        return self.pins.get(self.query_key(text), ()) if self.pins else ()

    def redirect(self, text: str) -> str | None:
        """Where this query leads instead of a list of results."""
        return self.redirects.get(self.query_key(text)) if self.redirects else None

    def terms_of(self, phrase: str) -> Terms:
        """A word or phrase of a rule as the index knows it."""
        return tuple(word.term for word in self.kept(_words(phrase, self.language)))

    @cached_property
    def _stopped(self) -> frozenset[str]:
        return frozenset(word.term for told in self.stop_words for word in _words(told, self.language))

    @cached_property
    def _by_phrase(self) -> dict[Terms, list[tuple[str, ...]]]:
        """{what is typed: for each line that has it, the terms of everything that stands for it there, itself among them}."""
        found: dict[Terms, list[tuple[str, ...]]] = {}
        for line in self.synonyms:
            typed = [terms for word in line.words if (terms := self.terms_of(word))]
            meant = [terms for word in line.means if (terms := self.terms_of(word))] if line.means else typed
            others = tuple(dict.fromkeys(map(together, meant)))
            for phrase in typed if others else ():
                found.setdefault(phrase, []).append(others)
        return found

    def _others_of(self, phrase: Terms) -> list[str]:
        lines = self._by_phrase.get(phrase, ())
        itself = together(phrase) if lines else ""
        return [other for line in lines for other in line if other != itself][:MOST_OTHERS]

    @cached_property
    def _longest(self) -> int:
        return min(LONGEST_PHRASE, max(map(len, self._by_phrase), default=0))


NO_RULES = SearchRules()


def together(terms: Iterable[str]) -> str:
    """The one term under which documents are found that have all of these."""
    told = tuple(dict.fromkeys(terms))
    return told[0] if len(told) == 1 else TOGETHER + " ".join(told)


def parts(term: str) -> Terms:
    """The terms that all have to be there; just itself for a plain one."""
    return tuple(term.removeprefix(TOGETHER).split(" ")) if term.startswith(TOGETHER) else (term,)


def _words(text: str, language: str) -> list[Word]:
    return query_words(clean(text, LONGEST_TEXT).strip(), base_language(language), LONGEST_TEXT, MOST_TERMS)
