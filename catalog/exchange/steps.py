"""Small changes of a cell's value on its way into a field, named in a mapping: [{"number": ","}, {"multiply": "0.45359237"}]. Pure.

text       trimmed, runs of blanks made one
number     the decimal sign of the file ("," or "."); the other one and blanks group digits
date       how dates are written ("%d.%m.%Y")
boolean    words for yes and no
split      a list, cut at the sign
first      the first of a list
lookup     {"from": "to"}; what is not in it stays, or with {"strict": true} beside it is a problem
multiply   by a decimal
blank_if   values that mean nothing: ["0", "n/a"]
lower, upper, title
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.attribute_values import BadValue, check_boolean
from catalog.exchange.cells import as_text
from kernel.i18n import gettext as _

Step = Callable[[Any], Any]
GROUPING = re.compile(r"[\s\u00a0\u202f'’]")


def make_steps(rules: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The functions for these rules, in their order. Raises BadValue for a step that there is not."""
    made = []
    for rule in rules:
        name = next((n for n in rule if n in MAKERS), None)
        if name is None:
            raise BadValue(_("There is no step called “%(name)s”.") % {"name": next(iter(rule), "")[:40]})
        made.append(MAKERS[name](rule[name], rule))
    return made


def _text(_argument: Any, _rule: Mapping[str, Any]) -> Step:
    return lambda value: " ".join(as_text(value).split())


def _number(sign: Any, _rule: Mapping[str, Any]) -> Step:
    if sign not in (".", ","):
        raise BadValue(_("A decimal sign is a point or a comma."))
    other = "," if sign == "." else "."

    def step(value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return as_text(value)
        text = GROUPING.sub("", as_text(value)).replace(other, "").replace(sign, ".")
        if not text:
            return ""
        try:
            return format(Decimal(text), "f")
        except InvalidOperation:
            raise BadValue(_("This is not a number.")) from None

    return step


def _date(form: Any, _rule: Mapping[str, Any]) -> Step:
    def step(value: Any) -> Any:
        text = as_text(value)
        if not text:
            return ""
        for wanted in (str(form), "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"):
            try:
                return datetime.strptime(text, wanted).date().isoformat()  # noqa: DTZ007 - a date has no zone
            except ValueError:
                continue
        raise BadValue(_("This is not a date of the form %(form)s.") % {"form": form})

    return step


def _boolean(_argument: Any, _rule: Mapping[str, Any]) -> Step:
    return lambda value: "" if as_text(value) == "" else check_boolean(value if isinstance(value, bool) else as_text(value))


def _split(sign: Any, _rule: Mapping[str, Any]) -> Step:
    def step(value: Any) -> Any:
        parts = value if isinstance(value, list) else as_text(value).split(str(sign))
        return [text for part in parts if (text := as_text(part))]

    return step


def _first(_argument: Any, _rule: Mapping[str, Any]) -> Step:
    return lambda value: (value[0] if value else "") if isinstance(value, list) else value


def _lookup(table: Any, rule: Mapping[str, Any]) -> Step:
    folded = {str(key).casefold(): told for key, told in dict(table).items()}
    strict = bool(rule.get("strict"))

    def step(value: Any) -> Any:
        text = as_text(value)
        if text.casefold() in folded:
            return folded[text.casefold()]
        if strict and text:
            raise BadValue(_("“%(value)s” is not in the list of the mapping.") % {"value": text[:80]})
        return value

    return step


def _multiply(factor: Any, _rule: Mapping[str, Any]) -> Step:
    by = Decimal(str(factor))

    def step(value: Any) -> Any:
        text = as_text(value)
        if not text:
            return ""
        try:
            return format((Decimal(text) * by).quantize(Decimal("0.0001")), "f")
        except InvalidOperation:
            raise BadValue(_("This is not a number.")) from None

    return step


def _blank_if(values: Any, _rule: Mapping[str, Any]) -> Step:
    blanks = {as_text(v).casefold() for v in (values if isinstance(values, list) else [values])}
    return lambda value: "" if as_text(value).casefold() in blanks else value


def _case(method: str) -> Callable[[Any, Mapping[str, Any]], Step]:
    return lambda _argument, _rule: lambda value: getattr(as_text(value), method)()


MAKERS: dict[str, Callable[[Any, Mapping[str, Any]], Step]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
    "split": _split,
    "first": _first,
    "lookup": _lookup,
    "multiply": _multiply,
    "blank_if": _blank_if,
    "lower": _case("lower"),
    "upper": _case("upper"),
    "title": _case("title"),
}
