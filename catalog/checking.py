"""Checks that several editing use cases share: texts by language, codes, money, and problems gathered field by field. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from catalog.attribute_values import BadValue, check_text
from kernel.errors import Conflict, Invalid, Problem
from kernel.i18n import gettext as _
from kernel.money import LIMIT

CODE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,118}")
SKU = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x1f]{0,78}[^\s\x00-\x1f])?")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CURRENCY = re.compile(r"[A-Z]{3}")
LONGEST_NAME = 400
LONGEST_SUMMARY = 500
LONGEST_TEXT = 20_000
T = TypeVar("T")


@dataclass
class Problems:
    """Gathers what is wrong, so that a form shows everything at once."""

    found: list[Problem] = field(default_factory=list)

    def add(self, where: str, reason: str, code: str = "invalid") -> None:
        """One more problem."""
        self.found.append(Problem(where, reason, code))

    def trying(self, where: str, check: Callable[..., T], *args: Any) -> T | None:
        """What the check returns; its refusal becomes a problem at `where` and the answer None."""
        try:
            return check(*args)
        except BadValue as error:
            self.add(where, str(error))
            return None

    def settle(self) -> None:
        """Raises Invalid where anything was found."""
        if self.found:
            raise Invalid(self.found)


def check_texts(texts: Mapping[str, Any], longest: int) -> dict[str, str]:
    """Texts by language tag; empty ones are dropped. Raises BadValue."""
    kept = {}
    for language, raw in texts.items():
        if not LANGUAGE.fullmatch(language):
            raise BadValue(_("“%(tag)s” is not a language tag.") % {"tag": str(language)[:20]})
        if text := check_text(raw, longest):
            kept[language] = text
    return kept


def check_code(raw: str) -> str:
    """A code for machines: small letters, digits, dot, hyphen and underscore. Raises BadValue."""
    code = raw.strip()
    if not CODE.fullmatch(code):
        raise BadValue(_("Please use small letters, digits, dots, hyphens and underscores (at most 119)."))
    return code


def check_sku(raw: str) -> str:
    """An article number: 1 to 80 characters, no control characters, no blanks at the ends. Raises BadValue."""
    sku = str(raw).strip()
    if not SKU.fullmatch(sku):
        raise BadValue(_("An article number has 1 to 80 characters."))
    return sku


def check_gtin(raw: str) -> str:
    """A GTIN with 8, 12, 13 or 14 digits and a right check digit (GS1 General Specifications 24, 7.9), or nothing."""
    digits = re.sub(r"[\s-]", "", str(raw))
    if not digits:
        return ""
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 12, 13, 14):
        raise BadValue(_("A GTIN has 8, 12, 13 or 14 digits."))
    weighted = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(digits[:-1])))
    if (weighted + int(digits[-1])) % 10:
        raise BadValue(_("The check digit of this GTIN is wrong."))
    return digits


def check_amount(raw: Any) -> Decimal:
    """An amount of money, zero or more, with at most four decimal places. Raises BadValue."""
    try:
        amount = Decimal(str(raw).strip())
    except InvalidOperation:
        raise BadValue(_("This is not an amount.")) from None
    if not amount.is_finite() or amount >= LIMIT:
        raise BadValue(_("This is not an amount."))
    if amount < 0:
        raise BadValue(_("A price is zero or more."))
    if amount != round(amount, 4):
        raise BadValue(_("A price has at most four decimal places."))
    return amount


def check_currency(raw: str) -> str:
    """An ISO 4217 code by its form. Raises BadValue."""
    if not CURRENCY.fullmatch(raw):
        raise BadValue(_("A currency is three capital letters, for example EUR."))
    return raw


def check_seen(held: int, seen: int | None) -> None:
    """Refuses an edit made on an older state than the present one. Raises Conflict."""
    if seen is not None and seen != held:
        raise Conflict("Somebody else has changed this since you opened it. Please look at it again.", code="edited_meanwhile")


def check_axes(axes: Sequence[str], values: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> None:
    """A value on every axis, and not the same ones as another variant. Raises Invalid."""
    problems = Problems()
    for code in axes:
        if code not in values:
            problems.add(f"attribute_values.{code}", _("Every variant needs a value here."), "missing")
    place = [values.get(code) for code in axes]
    if not problems.found and any([other.get(code) for code in axes] == place for other in others):
        problems.add(f"attribute_values.{axes[0]}", _("Another variant has the same values."), "taken")
    problems.settle()
