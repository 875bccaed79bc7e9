"""What a document contributes to the index: weighted terms, words, values. Pure; collects a batch before it is written.

Weight of a term in a document (BM25F, Robertson & Zaragoza 2009, §3.6): fields are added up with their weights, then
saturated, f / (k1 + f). The rarity of the term comes in when somebody searches, so a document's weights
depend on that document alone. Field weights are the ones measured for the engine (title 4, brand, category and
codes 1, attributes ½, description 1, k1 1.2), and 3 for the summary.
"""

import itertools
import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from uuid import UUID

from orjson import dumps

from catalog.search.arrays import sound
from catalog.search.bits import CHUNK
from catalog.search.documents import SearchDocument
from catalog.search.texts import LONGEST_WORD, Word, base_language, clean, code_key, fold, words
from kernel.money import LIMIT, Money

# to be raised with everything that changes which terms, weights or words a document gets: older indexes are then made anew
VERSION = 2

WEIGHT_TITLE = 4.0
WEIGHT_NAMES = 1.0
WEIGHT_ATTRIBUTE = 0.5
WEIGHT_SUMMARY = 3.0
WEIGHT_DESCRIPTION = 1.0
SATURATION = 1.2
USUAL_TITLE_WORDS = 8
RANK_BONUS = 0.1
WEIGHT_SCALE = 30_000 / (1 + RANK_BONUS)
LARGEST_E4 = 2**63 - 1
LONGEST_VALUE = 200
_PARTS = re.compile(r"[&,/()]| (?:and|und|et|en|y|e) ")

# terms under which documents are kept whose brand or category is called so; no word has a space in it
BRAND = "brand "
KIND = "kind "

FIELD_LIVE = "l"
FIELD_CATEGORY = "c"
FIELD_PRICED = "p"


def value_field(code: str) -> str:
    """The name under which an attribute's values are kept."""
    return "a:" + sound(code)


def number_code(code: str) -> str:
    """The name under which an attribute's numbers are kept."""
    return "n:" + sound(code)


def price_code(currency: str) -> str:
    """The name under which list prices are kept."""
    return "p:" + currency


def amount_e4(amount: Decimal, currency: str) -> int | None:
    """A price as the shop states it, rounded half up to the currency's minor unit, in ten-thousandths."""
    return e4(Money(amount, currency).rounded().amount) if abs(amount) < LIMIT else None


def e4(value: Decimal) -> int | None:
    """Whole ten-thousandths, half up; None where the number is too large to be kept."""
    scaled = (
        int((value * 10_000).to_integral_value(ROUND_HALF_UP)) if value.is_finite() and abs(value) < Decimal("1e15") else LARGEST_E4 + 1
    )
    return scaled if abs(scaled) <= LARGEST_E4 else None


@lru_cache(maxsize=4096)
def _cached_words(text: str, language: str) -> tuple[Word, ...]:
    return tuple(words(text, language))


@lru_cache(maxsize=4096)
def _kinds(name: str, language: str) -> tuple[str, ...]:
    """The words of a category's name that say what lies in it: the last of each part ("Keyboard covers and mice": cover, mouse)."""
    parts = [_cached_words(part, language) for part in _PARTS.split(name)]
    if any(word.also for part in parts for word in part):
        return tuple(word.term for part in parts for word in part)
    return tuple(part[-1].term for part in parts if part)


def name_key(title: str, language: str) -> str:
    """What lists by name are ordered by: folded, without accents, 80 characters."""
    return fold(clean(title, 80), base_language(language))


@dataclass
class Batch:
    """Documents on their way into one build. `postings` {chunk: {term: (places, weights)}}, `bits` {(field, value, chunk): places}."""

    language: str
    postings: dict[int, dict[str, tuple["array[int]", "array[int]"]]] = field(default_factory=dict)
    words: dict[str, list[str | int]] = field(default_factory=dict)
    bits: dict[tuple[str, str, int], list[int]] = field(default_factory=dict)
    documents: list[tuple[int, UUID, str, str, str, float, int]] = field(default_factory=list)
    numbers: list[tuple[str, int, int]] = field(default_factory=list)
    codes: list[tuple[str, int]] = field(default_factory=list)
    units: list[tuple[UUID, int, str]] = field(default_factory=list)

    def add(self, number: int, document: SearchDocument) -> None:
        """Takes a document in under its number."""
        created = int(document.created.timestamp()) if document.created else 0
        title = clean_title(document.title)
        key = name_key(title, self.language)
        rank = max(0.0, min(1.0, document.rank))
        self.documents.append((number, document.product_id, document.sku[:80].replace("\0", ""), title, key, rank, created))
        self._add_terms(number, document, rank)
        self._add_values(number, document)

    def _add_terms(self, number: int, document: SearchDocument, rank: float) -> None:
        strength: dict[str, float] = {}
        seen: dict[str, Word] = {}
        title = words(document.title, self.language, 500)
        self._count(strength, seen, title, WEIGHT_TITLE / (0.75 + 0.25 * len(title) / USUAL_TITLE_WORDS))
        for name in (document.brand, *document.category_names, document.sku, *document.codes):
            self._count(strength, seen, _cached_words(name, self.language), WEIGHT_NAMES)
        for text in document.attribute_texts:
            self._count(strength, seen, _cached_words(text, self.language), WEIGHT_ATTRIBUTE)
        self._count(strength, seen, words(document.summary, self.language, 500), WEIGHT_SUMMARY)
        self._count(strength, seen, words(document.description, self.language, 5_000), WEIGHT_DESCRIPTION)
        for first, second in itertools.pairwise(title):
            strength[f"{first.term} {second.term}"] = SATURATION
        for word in _cached_words(document.brand, self.language):
            strength[BRAND + word.term] = SATURATION
        for term in itertools.chain.from_iterable(_kinds(name, self.language) for name in document.category_names):
            strength[KIND + term] = SATURATION
        chunk, place = divmod(number, CHUNK)
        postings = self.postings.setdefault(chunk, {})
        scale = WEIGHT_SCALE * (1 + RANK_BONUS * rank)
        for term, amount in strength.items():
            kept = postings.get(term)
            if kept is None:
                kept = postings[term] = (array("h"), array("h"))
            kept[0].append(place)
            kept[1].append(int(amount / (SATURATION + amount) * scale))
        for word in seen.values():
            known = self.words.get(word.key)
            if known is None:
                self.words[word.key] = [word.shown, word.term, 1]
            else:
                known[2] += 1  # type: ignore[operator]

    @staticmethod
    def _count(strength: dict[str, float], seen: dict[str, Word], found: Iterable[Word], weight: float) -> None:
        get = strength.get
        for word in found:
            strength[word.term] = get(word.term, 0.0) + weight
            seen[word.key] = word
            for term in (*word.also, word.joined) if word.joined else word.also:
                strength[term] = get(term, 0.0) + weight / 2

    def _add_values(self, number: int, document: SearchDocument) -> None:
        chunk, place = divmod(number, CHUNK)
        values = {(FIELD_LIVE, ""), *((FIELD_CATEGORY, str(c)) for c in document.category_ids)}
        for code, chosen in document.facets.items():
            values.update((value_field(code), str(value)[:LONGEST_VALUE].replace("\0", "")) for value in chosen if str(value))
        measured = [(number_code(code), e4(value)) for code, value in document.numbers.items()]
        prices = _prices(document.prices)
        values.update((FIELD_PRICED, currency) for currency in prices)
        measured += [(price_code(currency), amount) for currency, amount in prices.items()]
        units = document.units or {document.product_id: document.prices}
        self.units += [(unit, number, dumps(_prices(listed)).decode()) for unit, listed in units.items()]
        self.numbers += [(code, number, value) for code, value in measured if value is not None]
        for name, value in values:
            self.bits.setdefault((name, value, chunk), []).append(place)
        codes = {code_key(code) for code in (document.sku, document.gtin, *document.codes)}
        self.codes += [(code, number) for code in codes if code]


def _prices(prices: Mapping[str, Decimal]) -> dict[str, int]:
    amounts = {currency: amount_e4(amount, currency) for currency, amount in prices.items()}
    return {currency: amount for currency, amount in amounts.items() if amount is not None}


def clean_title(title: str) -> str:
    """A title as suggestions show it: no control characters, 300 characters."""
    valid = title[:300].encode("utf-8", "ignore").decode()
    return " ".join(valid.replace("\0", " ").split())


def backwards(key: str, compounding: bool) -> str:
    """The word from its end, for finding compounds; empty where the language builds none or the word is too short for one."""
    return key[::-1] if compounding and 6 <= len(key) <= LONGEST_WORD and key.isalpha() else ""
