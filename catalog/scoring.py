"""How complete a product is in one market and language, and what holds it back from publication. Pure.

Asked of every product: a name, a description, a price in the market's currency, a picture and words for what it shows, a
category, and, in languages that are not the market's first, that its words are translated. Asked of a product with a
family besides: each attribute that the family requires. Texts count where shops would show one: in the language, or in the
market's first language; what is missing in the language itself is the translation.

What a product is held back for its family says: its required attributes, and of the other things those it names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.attribute_values import AttributeFacts, value_in
from catalog.payload import Draft, FamilyFacts

THINGS = ("name", "text", "price", "picture", "alt", "category", "translation")
ATTRIBUTE = "attribute:"


@dataclass(frozen=True)
class ScoredPlace:
    """A market in one of its languages. `first` is the language in which texts are looked for where there is none."""

    market_code: str
    language: str
    currency: str
    first: str

    @property
    def languages(self) -> tuple[str, ...]:
        """In which order texts are looked for."""
        return tuple(dict.fromkeys((self.language, self.first)))


@dataclass(frozen=True)
class Score:
    """`missing` of `asked` things, in the order in which they are asked for; `holding` are those that hold it back."""

    asked: tuple[str, ...]
    missing: tuple[str, ...]
    holding: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The share of what is there, rounded down, so that 100 means everything."""
        return 100 * (len(self.asked) - len(self.missing)) // len(self.asked)


def score(draft: Draft, place: ScoredPlace, family: FamilyFacts | None, attributes: Mapping[str, AttributeFacts]) -> Score:
    """What is asked of the product in this place and what of it is missing."""
    required = [code for code in family.required if code in attributes] if family else []
    asked = [thing for thing in THINGS if thing != "translation" or place.language != place.first]
    if not draft.pictures and not any(v.pictures for v in _sold(draft)):
        asked.remove("alt")
    there = {thing: CHECKS[thing](draft, place, attributes) for thing in asked}
    there |= {f"{ATTRIBUTE}{code}": _has(draft, attributes[code], place) for code in required}
    missing = tuple(name for name, is_there in there.items() if not is_there)
    needed = {f"{ATTRIBUTE}{code}" for code in required} | set(family.needs if family else ())
    return Score(tuple(there), missing, tuple(name for name in missing if name in needed))


def holding(draft: Draft, place: ScoredPlace, family: FamilyFacts | None, attributes: Mapping[str, AttributeFacts]) -> tuple[str, ...]:
    """What holds the product back here; nothing for one without a family, which is found out without looking at it."""
    if family is None or not (family.required or family.needs):
        return ()
    return score(draft, place, family, attributes).holding


def _sold(draft: Draft) -> list[Draft]:
    """The variants that shops would show."""
    return [v for v in draft.variants if v.is_sellable] or draft.variants


def _text(texts: Mapping[str, str], place: ScoredPlace) -> bool:
    return any(texts.get(language) for language in place.languages)


def _name(draft: Draft, place: ScoredPlace, _attributes: Mapping[str, AttributeFacts]) -> bool:
    return _text(draft.row["names"], place)


def _description(draft: Draft, place: ScoredPlace, _attributes: Mapping[str, AttributeFacts]) -> bool:
    return _text(draft.row["texts"], place)


def _price(draft: Draft, place: ScoredPlace, _attributes: Mapping[str, AttributeFacts]) -> bool:
    """Of a product with variants: each variant has one, or the parent's stands for all."""
    if place.currency in draft.prices or draft.row["kind"] != "variant_parent":
        return place.currency in draft.prices
    sold = _sold(draft)
    return bool(sold) and all(place.currency in v.prices for v in sold)


def _picture(draft: Draft, _place: ScoredPlace, _attributes: Mapping[str, AttributeFacts]) -> bool:
    return bool(draft.pictures) or any(v.pictures for v in _sold(draft))


def _alt(draft: Draft, place: ScoredPlace, _attributes: Mapping[str, AttributeFacts]) -> bool:
    pictures = [*draft.pictures, *(p for v in _sold(draft) for p in v.pictures)]
    return all(_text(p["alts"], place) for p in pictures)


def _category(draft: Draft, _place: ScoredPlace, _attributes: Mapping[str, AttributeFacts]) -> bool:
    return bool(draft.row["category_ids"])


def _translation(draft: Draft, place: ScoredPlace, attributes: Mapping[str, AttributeFacts]) -> bool:
    """Every text that there is in the market's first language is there in this one, too."""
    here, first = place.language, place.first
    words: list[Mapping[str, Any]] = [draft.row["names"], draft.row["summaries"], draft.row["texts"], *(p["alts"] for p in draft.pictures)]
    if any(texts.get(first) and not texts.get(here) for texts in words):
        return False
    values: Mapping[str, Any] = draft.row["attribute_values"]
    for code, held in values.items():
        facts = attributes.get(code)
        if facts is None or not facts.per_language:
            continue
        of_first, of_here = (value_in(facts, held, (language,), place.market_code) for language in (first, here))
        if of_first is not None and of_here is None:
            return False
    return True


def _has(draft: Draft, facts: AttributeFacts, place: ScoredPlace) -> bool:
    """The product has a value that a shopper of this place would see, or every variant has one."""
    holders = [draft, *draft.variants]
    own, *others = [value_in(facts, h.row["attribute_values"].get(facts.code), place.languages, place.market_code) for h in holders]
    return own is not None or (bool(others) and all(value is not None for value in others))


CHECKS = {
    "name": _name,
    "text": _description,
    "price": _price,
    "picture": _picture,
    "alt": _alt,
    "category": _category,
    "translation": _translation,
}


def scored_places(markets: Sequence[Any]) -> list[ScoredPlace]:
    """All places of these markets (rows with code, languages, default_language, currency)."""
    return [ScoredPlace(m.code, language, m.currency, m.default_language) for m in markets for language in m.languages]
