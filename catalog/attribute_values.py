"""Values of attributes: what is taken in per kind, how it is kept, how it is shown. Pure.

Kept in JSON as: text → text, rich text → Markdown, number → text of a decimal ("12.5", never a float), boolean → true/false,
date → "2026-11-23" (ISO 8601), choice → the choice's code, multichoice → list of codes, reference → the product's id,
file → the document's id. Of an attribute with a value per language, per market or both an object of these is kept:
{"de": …}, {"@eu": …}, {"de@eu": …}.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.numbers import get_decimal_symbol

from catalog.attribute_rules import OutOfRules, hold, measured
from kernel.i18n import format_date, gettext, using
from kernel.quantities import symbol

LONGEST_TEXT = 4_000
LONGEST_RICH_TEXT = 20_000
PLACE = re.compile(r"([a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)?(@[a-z0-9]{2,12})?")
MOST_DIGITS = 24
YES = {"true", "yes", "y", "1", "on", "ja", "wahr", "x", "是"}
NO = {"false", "no", "n", "0", "off", "nein", "falsch", "", "否"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

Value = str | bool | list[str]


@dataclass(frozen=True)
class AttributeFacts:
    """What this module needs to know of an attribute; `choices` {code: {language: label}}.

    `is_seen`: its choices have swatches, so that things which differ by it look different (colour, not size)."""

    code: str
    kind: str
    unit: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    filterable: bool = False
    is_axis: bool = False
    position: int = 0
    is_seen: bool = False
    per_language: bool = False
    per_market: bool = False
    rules: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_scoped(self) -> bool:
        """Has it a value per language, per market or per both?"""
        return self.per_language or self.per_market


class BadValue(ValueError):
    """A value that does not fit its kind; the message is for people."""


def check_value(facts: AttributeFacts, raw: Any) -> Value | None:
    """The value of one place in the form it is kept in, or None for an empty one (empty text, empty list). Raises BadValue.

    Of a reference or a document it is what names it: attribute_links.py finds the id."""
    if raw is None or raw in ("", []):
        return None
    try:
        value = _checked(facts, raw)
        if value is not None:
            hold(facts.kind, facts.rules, value)
    except OutOfRules as error:
        raise BadValue(str(error)) from None
    return value


def check_places(facts: AttributeFacts, held: Any, raw: Any) -> Any:
    """The new value of an attribute with all its places: of one that has several, what is said for a place is laid over what is
    held; an empty value takes a place away. None where nothing is left. Raises BadValue."""
    if not facts.is_scoped:
        return check_value(facts, raw)
    if raw in (None, ""):
        return None
    if not isinstance(raw, Mapping):
        raise BadValue(gettext("This has a value for each %(place)s.") % {"place": _place_words(facts)})
    kept = dict(held) if isinstance(held, dict) else {}
    for place, told in raw.items():
        _check_place(facts, str(place))
        value = check_value(facts, told)
        kept.pop(place, None)
        if value is not None:
            kept[str(place)] = value
    return dict(sorted(kept.items())) or None


def values_of(facts: AttributeFacts, held: Any) -> dict[str, Value]:
    """Every value that is kept of an attribute, by place; "" of one without places."""
    if held is None:
        return {}
    return dict(held) if facts.is_scoped and isinstance(held, dict) else {"": held}


def _check_place(facts: AttributeFacts, place: str) -> None:
    found = PLACE.fullmatch(place)
    if not found or bool(found[1]) != facts.per_language or bool(found[2]) != facts.per_market:
        raise BadValue(gettext("This has a value for each %(place)s.") % {"place": _place_words(facts)})


def _place_words(facts: AttributeFacts) -> str:
    if facts.per_language and facts.per_market:
        return gettext("language and market (“de@eu”)")
    return gettext("language (“de”)") if facts.per_language else gettext("market (“@eu”)")


def _checked(facts: AttributeFacts, raw: Any) -> Value | None:
    match facts.kind:
        case "number":
            return check_number(measured(raw, facts.unit))
        case "richtext":
            return check_text(raw, LONGEST_RICH_TEXT)
        case "boolean":
            return check_boolean(raw)
        case "date":
            return check_date(raw)
        case "choice":
            return _choice(facts, raw)
        case "multichoice":
            parts = raw if isinstance(raw, list) else [raw]
            return list(dict.fromkeys(_choice(facts, part) for part in parts)) or None
        case _:
            return check_text(raw)


def value_in(facts: AttributeFacts, held: Any, languages: Sequence[str], market_code: str = "") -> Value | None:
    """The value that holds in a market for a reader of `languages[0]`: of a value per language the first that there is, in
    this order; of one per market that market's and no other's. None where there is none. `held` is what the product keeps."""
    value: Value | None = held
    if held is None or not facts.is_scoped:
        return value
    value = None
    if not isinstance(held, dict):
        return value
    place = f"@{market_code}" if facts.per_market else ""
    for language in languages if facts.per_language else ("",):
        value = held.get(f"{language}{place}")
        if value is not None:
            break
    return value


def check_text(raw: Any, longest: int = LONGEST_TEXT) -> str | None:
    """Text without control characters and outer blanks; None where nothing is left."""
    text = CONTROL.sub("", str(raw)).strip()
    if len(text) > longest:
        raise BadValue(gettext("At most %(count)s characters.") % {"count": longest})
    return text or None


def check_number(raw: Any) -> str:
    """A decimal as text without needless zeros: "12.50" → "12.5"; floats by their shortest form."""
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        raise BadValue(gettext("This is not a number.")) from None
    if isinstance(raw, bool) or not number.is_finite() or number.adjusted() > MOST_DIGITS or len(number.as_tuple().digits) > MOST_DIGITS:
        raise BadValue(gettext("This is not a number."))
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def check_boolean(raw: Any) -> bool:
    """Yes or no, also as the words people write into files."""
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValue(gettext("Please say yes or no."))


def check_date(raw: Any) -> str:
    """An ISO 8601 date."""
    try:
        return (raw if isinstance(raw, date) else date.fromisoformat(str(raw).strip()[:10])).isoformat()[:10]
    except ValueError:
        raise BadValue(gettext("Please write the date as year-month-day, for example 2026-11-23.")) from None


def _choice(facts: AttributeFacts, raw: Any) -> str:
    text = str(raw).strip()
    if text in facts.choices:
        return text
    wanted = text.casefold()
    for code, labels in facts.choices.items():
        if code.casefold() == wanted or any(label.casefold() == wanted for label in labels.values()):
            return code
    known = ", ".join(list(facts.choices)[:8])
    raise BadValue(gettext("“%(value)s” is not one of the choices (%(known)s).") % {"value": text[:80], "known": known})


def words(texts: Mapping[str, str], languages: Sequence[str], otherwise: str = "") -> str:
    """The text in the first of the languages that has one, else in any, else `otherwise`."""
    for language in languages:
        if text := texts.get(language):
            return text
    return next((text for text in texts.values() if text), otherwise)


def shown(facts: AttributeFacts, value: Value, languages: Sequence[str]) -> str:
    """How a reader of `languages[0]` sees the value, with its unit."""
    match facts.kind:
        case "number":
            text = str(value).replace(".", decimal_sign(languages[0]))
        case "boolean":
            return yes_or_no(bool(value), languages[0])
        case "date":
            return format_date(date.fromisoformat(str(value)), locale=languages[0])
        case "choice":
            return words(facts.choices.get(str(value), {}), languages, str(value))
        case "multichoice":
            codes = value if isinstance(value, list) else [str(value)]
            return ", ".join(words(facts.choices.get(code, {}), languages, code) for code in codes)
        case _:
            text = str(value)
    return f"{text} {symbol(facts.unit)}".strip()


@lru_cache(maxsize=64)
def decimal_sign(language: str) -> str:
    """The decimal sign of a language: "," in German."""
    return get_decimal_symbol(Locale.parse(language.replace("-", "_")))


@lru_cache(maxsize=128)
def yes_or_no(value: bool, language: str) -> str:
    """Yes or no in the language."""
    with using(language):
        return gettext("Yes") if value else gettext("No")
