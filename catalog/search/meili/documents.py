"""What Meilisearch is given: a document per product, and the settings of the indexes they stand in. Pure.

A document has what a product is found by, and what says whether it lies in an agreement's scope. It has no price, no stock
and nothing that is a seller's own: those are asked of the database with every search (docs/decisions/0017).
One more document, `state`, says up to which version an index has followed its publication; it is written with the products
of that version, in one task, and goes away with them.
"""

import hashlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson

from catalog.search.documents import SearchDocument
from catalog.search.meili.naming import STATE
from catalog.search.synonyms import all_synonyms
from catalog.search.texts import STOP_WORDS, base_language, clean, code_key, words

MOST_FOUND = 10_000
LONGEST_DESCRIPTION = 5_000
CUTOFF_MS = 400
# languages Meilisearch can be told (ISO 639-1); others it has to guess
_LOCALES = (
    "af ak am ar az be bn bg ca cs da de el en eo et fi fr gu he hi hr hu hy id it jv ja kn ka km ko la lv lt ml mr mk my ne nl nb or"
    " pa fa pl pt ro ru si sk sl sn es sr sv ta te tl th tk tr uk ur uz vi yi zh zu"
)
LOCALES = frozenset(_LOCALES.split())
SEARCHED = ("title", "summary", "numbers", "brand", "categories", "forms", "attributes", "description")
SHOWN = ("title", "summary", "brand", "categories", "attributes")
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def locales(language: str) -> list[str]:
    """The languages Meilisearch should read texts in; empty where it has to guess."""
    base = base_language(language)
    return [base] if base in LOCALES else []


def product_document(document: SearchDocument, language: str) -> dict[str, Any]:
    """A product with a page of its own. `numbers` are its codes as they are written, `codes` as they are compared."""
    numbers = [number for number in (document.sku, document.gtin, *document.codes) if number]
    return {
        "id": document.product_id.hex,
        "title": _plain(document.title, 500),
        "summary": _plain(document.summary, 500),
        "numbers": [_plain(number, 80) for number in numbers],
        "brand": _plain(document.brand, 200),
        "categories": [_plain(name, 200) for name in document.category_names],
        "forms": " ".join(other_forms(document, language)),
        "attributes": [_plain(text, 300) for text in document.attribute_texts],
        "description": _plain(document.description, LONGEST_DESCRIPTION),
        "codes": sorted({key for number in numbers if (key := code_key(number))}),
        "category_ids": [category_id.hex for category_id in document.category_ids],
        "rank": max(0.0, min(1.0, document.rank)),
    }


def other_forms(document: SearchDocument, language: str) -> list[str]:
    """Spellings that stand nowhere in the texts though people type them: a number joined to its unit, the one word that a
    hyphened word's parts make together, an umlaut in two letters; and the stems of words in names and values."""
    base = base_language(language)
    found: dict[str, None] = {}
    for text in (document.title, document.summary, document.brand, *document.category_names, *document.attribute_texts):
        found.update((word.term, None) for word in words(text, language) if word.term != word.key)
    for text in (document.title, document.summary, *document.attribute_texts, document.description[:LONGEST_DESCRIPTION]):
        for word in words(text, language):
            if word.joined:
                found[word.joined] = None
            if word.also and word.shown[:1].isdigit():
                found[word.shown] = None
            if base == "de" and (spelt := word.shown.translate(_SPELT_OUT)) != word.shown:
                found[spelt] = None
    return list(found)


def name_document(product_id: UUID, language: str, name: str) -> dict[str, Any]:
    """A partner's own name for a product, in one language."""
    return {"id": f"{product_id.hex}-{_tag(language)}", "product": product_id.hex, "language": _tag(language), "title": _plain(name, 500)}


def state_document(settings: dict[str, Any], version: int) -> dict[str, Any]:
    """Up to which version an index follows its publication, and under which settings it was made."""
    return {"id": STATE, "version": version, "made_of": digest_of(settings)}


def digest_of(settings: dict[str, Any]) -> str:
    """Moves with every change of the settings, or of what documents are made of: then an index is made anew."""
    return hashlib.sha256(orjson.dumps([SHAPE, settings], option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


SHAPE = 2


def products_settings(language: str) -> dict[str, Any]:
    """Settings of a publication's index."""
    base = base_language(language)
    return {
        "searchableAttributes": list(SEARCHED),
        "filterableAttributes": ["id", "category_ids", "codes"],
        "sortableAttributes": ["rank"],
        # a title says more of a product than a phrase in its description: attribute before proximity
        "rankingRules": ["words", "typo", "attribute", "proximity", "sort", "exactness", "rank:desc"],
        "stopWords": sorted(STOP_WORDS.get(base, frozenset())),
        "synonyms": {word: list(others) for word, others in sorted(all_synonyms(base).items())},
        "typoTolerance": {"enabled": True, "disableOnAttributes": ["numbers"], "disableOnNumbers": True},
        "pagination": {"maxTotalHits": MOST_FOUND},
        "searchCutoffMs": CUTOFF_MS,
        "localizedAttributes": [{"attributePatterns": list(SEARCHED), "locales": found}] if (found := locales(language)) else [],
    }


def names_settings() -> dict[str, Any]:
    """Settings of the index of a partner's own names, in all its languages."""
    return {
        "searchableAttributes": ["title"],
        "filterableAttributes": ["product", "language"],
        "rankingRules": ["words", "typo", "proximity", "attribute", "sort", "exactness"],
        "typoTolerance": {"enabled": True, "disableOnNumbers": True},
        "pagination": {"maxTotalHits": MOST_FOUND},
        "searchCutoffMs": CUTOFF_MS,
    }


def any_of(field: str, values: Iterable[str]) -> str:
    """A condition: the field has one of the values. What is no letter or digit of ASCII cannot end a value."""
    told = ", ".join(orjson.dumps(value).decode() for value in sorted(set(values)))
    return f"{field} IN [{told}]"


def name_languages(languages: Iterable[str]) -> str:
    """A condition: own names in these languages."""
    return any_of("language", map(_tag, languages))


def _tag(language: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in language)


def _plain(text: str, longest: int) -> str:
    """Valid text of one line, as it was written."""
    valid = text[:longest].encode("utf-8", "ignore").decode()
    return " ".join(valid.replace("\0", " ").split())


def cleaned(text: str) -> str:
    """A query as it is sent: valid, lower case, within Meilisearch's limits."""
    return clean(text, 200).strip()
