"""What values of an attribute must be like: bounds, steps, lengths, a pattern, units of measure at input. Pure.

Rules are kept with the attribute as JSON: {"min": "0", "max": "100", "step": "0.5"} of a number, {"min": "2020-01-01"} of a date,
{"shortest": 2, "longest": 40, "pattern": "[A-Z]{2}[0-9]+", "is_unique": true} of a text. Values that are there already stay as
they are when rules are made stricter; they are held to them when they are edited next.

A pattern fits the whole value. It knows letters, classes, \\d, \\w, \\s, the point and repetition, but neither groups nor
alternatives, and few repetitions of varying length: so trying it never takes long, whatever the value.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from kernel.i18n import gettext as _
from kernel.quantities import SYMBOLS, UNITS, symbol

TEXT_KINDS = ("text", "richtext")
LONGEST_PATTERN = 120
LONGEST_MATCHED = 200
MOST_VARYING = 3
NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("min", "max", "step"),
    "date": ("min", "max"),
    "text": ("shortest", "longest", "pattern", "is_unique"),
    "richtext": ("shortest", "longest"),
}
MEASURED = re.compile(r"([-+]?\d[\d.]*(?:[eE][-+]?\d+)?|[-+]?\.\d+)\s*([^\d\s.,+-].{0,19})")
ESCAPED = re.compile(r"\\.")
VARYING = re.compile(r"[*+?]|\{\d*,\d*\}")
CONVERTED = Decimal("0.000001")


class BadRule(ValueError):
    """A rule that cannot be; the message is for people, `name` says which."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(reason)
        self.name = name


class OutOfRules(ValueError):
    """A value that does not hold to the rules; the message is for people."""


def check_rules(kind: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """The rules as they are kept; empty ones are left out. Raises BadRule."""
    kept: dict[str, Any] = {}
    for name, raw in told.items():
        if raw in (None, "", False):
            continue
        if name not in NAMES.get(kind, ()):
            raise BadRule(name, _("Attributes of this kind have no such rule."))
        kept[name] = _rule(kind, name, raw)
    _check_order(kept, "min", "max")
    _check_order(kept, "shortest", "longest")
    return kept


def hold(kind: str, rules: Mapping[str, Any], value: Any) -> None:
    """Raises OutOfRules where the value (as it is kept) does not hold to the rules."""
    if not rules:
        return
    if kind == "number":
        _hold_number(rules, Decimal(str(value)))
    elif kind == "date":
        _hold_between(rules, str(value), lambda bound: bound)
    elif kind in TEXT_KINDS:
        _hold_text(rules, str(value))


def measured(raw: Any, unit: str) -> Any:
    """ "1 cm" for an attribute in millimetres is 10; a number without a unit stays as it is, and so does what is no number.

    Raises OutOfRules for a unit of another dimension or one that is not known. What does not come out even is rounded to six places.
    """
    found = MEASURED.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        return raw
    number, word = found[1], found[2].strip()
    if word.casefold() in (unit.casefold(), symbol(unit).casefold()) and unit:
        return number
    told = unit_of(word)
    if told is None or unit not in UNITS or UNITS[told][0] != UNITS[unit][0]:
        wanted = symbol(unit)
        raise OutOfRules(_("This is measured in %(unit)s.") % {"unit": wanted} if wanted else _("This has no unit."))
    try:
        exact = Decimal(number) * UNITS[told][1] / UNITS[unit][1]
    except InvalidOperation:
        return raw
    return format(exact if exact == exact.quantize(CONVERTED) else exact.quantize(CONVERTED), "f")


def unit_of(word: str) -> str | None:
    """The code of a unit by code or symbol: "mm" and "MMT" are MMT; letters' case counts only where it must."""
    if word in UNITS:
        return word
    exact = [code for code, sign in SYMBOLS.items() if sign and sign == word]
    alike = [code for code, sign in SYMBOLS.items() if sign and sign.casefold() == word.casefold()]
    return next(iter(exact or (alike if len(alike) == 1 else [])), None)


def _rule(kind: str, name: str, raw: Any) -> Any:
    if name == "is_unique":
        return True
    if name == "pattern":
        return _pattern(str(raw).strip())
    if name in ("shortest", "longest"):
        if not str(raw).strip().isdecimal() or not 0 < int(raw) <= 20_000:
            raise BadRule(name, _("A length is a whole number from 1 to 20000."))
        return int(raw)
    if kind == "date":
        try:
            return date.fromisoformat(str(raw).strip()).isoformat()
        except ValueError:
            raise BadRule(name, _("Please write the date as year-month-day, for example 2026-11-23.")) from None
    return _number_rule(name, raw)


def _number_rule(name: str, raw: Any) -> str:
    try:
        number = Decimal(str(raw).strip())
    except InvalidOperation:
        raise BadRule(name, _("This is not a number.")) from None
    if not number.is_finite() or len(number.as_tuple().digits) > 24 or abs(number.adjusted()) > 24:
        raise BadRule(name, _("This is not a number."))
    if name == "step" and number <= 0:
        raise BadRule(name, _("A step is more than zero."))
    return format(number, "f")


def _pattern(pattern: str) -> str:
    bare = ESCAPED.sub("", re.sub(r"\[[^\]]*\]", "", ESCAPED.sub("x", pattern)))
    if len(pattern) > LONGEST_PATTERN or any(sign in bare for sign in "()|^$") or len(VARYING.findall(bare)) > MOST_VARYING:
        told = _("A pattern is made of letters, classes such as [A-Z] and \\d, and up to three repetitions such as {2,4} or +.")
        raise BadRule("pattern", told)
    if re.search(r"\\[1-9]", pattern) or any(int(n) > 400 for n in re.findall(r"\{(?:\d+,)?(\d{1,9})\}", bare)):
        raise BadRule("pattern", _("This pattern asks for too much."))
    try:
        re.compile(pattern)
    except (re.error, OverflowError):
        raise BadRule("pattern", _("This pattern cannot be read.")) from None
    return pattern


def _check_order(kept: Mapping[str, Any], low: str, high: str) -> None:
    if low in kept and high in kept:
        a, b = kept[low], kept[high]
        if (Decimal(a) > Decimal(b)) if _is_number(a) and _is_number(b) else a > b:
            raise BadRule(high, _("The upper bound lies below the lower one."))


def _is_number(raw: Any) -> bool:
    try:
        Decimal(str(raw))
    except InvalidOperation:
        return False
    return True


def _hold_number(rules: Mapping[str, Any], number: Decimal) -> None:
    _hold_between(rules, number, Decimal)
    if "step" in rules and (number - Decimal(rules.get("min", "0"))) % Decimal(rules["step"]):
        raise OutOfRules(_("This comes in steps of %(step)s.") % {"step": rules["step"]})


def _hold_between(rules: Mapping[str, Any], value: Any, read: Any) -> None:
    if "min" in rules and value < read(rules["min"]):
        raise OutOfRules(_("This is at least %(bound)s.") % {"bound": rules["min"]})
    if "max" in rules and value > read(rules["max"]):
        raise OutOfRules(_("This is at most %(bound)s.") % {"bound": rules["max"]})


def _hold_text(rules: Mapping[str, Any], text: str) -> None:
    if len(text) < rules.get("shortest", 0):
        raise OutOfRules(_("At least %(count)s characters.") % {"count": rules["shortest"]})
    if len(text) > rules.get("longest", len(text)):
        raise OutOfRules(_("At most %(count)s characters.") % {"count": rules["longest"]})
    if (pattern := rules.get("pattern")) and (len(text) > LONGEST_MATCHED or not re.fullmatch(pattern, text)):
        raise OutOfRules(_("This does not fit the pattern %(pattern)s.") % {"pattern": pattern})
