"""Packaging units and order quantities as they come in from forms, machine clients and files, checked. Pure.

Problems stand at `packaging.<place>.<field>` and `ordering.<field>`, so that each is shown beside what is wrong.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from catalog.attribute_values import BadValue, check_number
from catalog.checking import Problems, check_gtin
from catalog.packaging import COUNTED, KNOWN, factor_of, is_kept_exactly
from kernel.i18n import gettext as _
from kernel.quantities import UNITS

MOST_UNITS = 20
MOST_CONTENT = 1_000_000_000
MOST_MILLIMETRES = 100_000
MOST_KILOGRAMS = 1_000_000
MOST_COUNT = 9999
SIDES = ("length_mm", "width_mm", "height_mm")
FRACTION = re.compile(r"(\d{1,10})\s*/\s*(\d{1,10})", re.ASCII)
Json = dict[str, Any]


def check_content(raw: Any) -> Fraction:
    """How many base units a unit holds: "12", "2.5" or "1/12". Raises BadValue."""
    text = str(raw).strip()
    match = FRACTION.fullmatch(text)
    if match and int(match[2]):
        found = Fraction(int(match[1]), int(match[2]))
    else:
        number = check_number(text)
        if not number or Decimal(number) != round(Decimal(number), 6):
            raise BadValue(_("Please give how many it holds, for example 12, 2.5 or 1/12."))
        found = Fraction(number)
    if not 0 < found.numerator <= MOST_CONTENT or found.denominator > MOST_CONTENT:
        raise BadValue(_("Please give how many it holds, for example 12, 2.5 or 1/12."))
    return found


def check_packaging(raw: Sequence[Mapping[str, Any]], base: str, problems: Problems) -> list[Json]:
    """A product's further units, as they are stored; it is counted in `base`. An entry says `content`, or numerator and denominator."""
    if len(raw) > MOST_UNITS:
        problems.add("packaging", _("A product has at most %(count)s further units.") % {"count": MOST_UNITS}, "too_many")
        return []
    found: list[Json] = []
    for n, entry in enumerate(raw):
        kept = _entry(entry, f"packaging.{n}", base, problems)
        if kept and kept["unit"] in {other["unit"] for other in found}:
            problems.add(f"packaging.{n}.unit", _("This unit is there already."), "taken")
        found.append(kept)
    return [entry for entry in found if entry]


def _entry(entry: Mapping[str, Any], place: str, base: str, problems: Problems) -> Json:
    unit = str(entry.get("unit", "")).strip().upper()
    if unit not in KNOWN:
        problems.add(f"{place}.unit", _("There is no unit with the code “%(code)s”.") % {"code": unit[:20]}, "unknown_unit")
        return {}
    if unit == base:
        problems.add(f"{place}.unit", _("This is the unit the product is counted in."), "base_unit")
        return {}
    content = problems.trying(f"{place}.content", check_content, _told_content(entry))
    if content is None:
        return {}
    orderable = bool(entry.get("orderable", True))
    if reason := _against(unit, base, content, orderable):
        problems.add(f"{place}.content", reason)
    kept: Json = {"unit": unit, "numerator": content.numerator, "denominator": content.denominator, "orderable": orderable}
    gtin = problems.trying(f"{place}.gtin", check_gtin, entry.get("gtin") or "")
    weight = problems.trying(f"{place}.weight_kg", _measure, entry.get("weight_kg"), MOST_KILOGRAMS, 4)
    sides = {side: problems.trying(f"{place}.{side}", _measure, entry.get(side), MOST_MILLIMETRES, 0) for side in SIDES}
    if gtin:
        kept["gtin"] = gtin
    if weight is not None:
        kept["weight_kg"] = f"{weight.normalize():f}"
    return kept | {side: int(length) for side, length in sides.items() if length is not None}


def _told_content(entry: Mapping[str, Any]) -> str:
    return str(entry["content"]) if "content" in entry else f"{entry.get('numerator', '')}/{entry.get('denominator', 1)}"


def _against(unit: str, base: str, content: Fraction, orderable: bool) -> str:
    """Why a unit cannot hold so many; empty where it can."""
    if unit in UNITS and base in UNITS and UNITS[unit][0] == UNITS[base][0]:
        fixed = Fraction(UNITS[unit][1]) / Fraction(UNITS[base][1])
        if content != fixed:
            return _("This unit always holds %(content)s.") % {"content": str(fixed)}
    if orderable and not is_kept_exactly(content):
        return _("A unit that is ordered holds a number with at most three decimal places.")
    return ""


def _measure(raw: Any, most: int, places: int) -> Decimal | None:
    if raw is None or raw == "":
        return None
    number = Decimal(check_number(str(raw)))
    if not 0 <= number < most:
        raise BadValue(_("This is out of range."))
    if number != round(number, places):
        raise BadValue(_("At most %(count)s decimal places.") % {"count": places})
    return number


def check_ordering(raw: Mapping[str, Any], base: str, packaging: Sequence[Json], problems: Problems) -> Json:
    """The order quantities of a product with these units, as they are stored; empty where nothing is said."""
    sold = {entry["unit"]: factor_of(entry) for entry in packaging if entry.get("orderable", True)}
    sells_base = raw.get("base", True) is not False
    if not sells_base and not sold:
        problems.add("ordering.base", _("Something must be left that can be ordered."), "nothing_left")
    kept = _rule(raw, "ordering", base, sold, sells_base, problems)
    markets = {}
    for code, rule in (raw.get("markets") or {}).items():
        if (own := _rule(rule, f"ordering.markets.{code}", base, sold, sells_base, problems)) and len(str(code)) <= 20:
            markets[str(code)] = own
    if not sells_base:
        kept["base"] = False
    return kept | ({"markets": markets} if markets else {})


def _rule(raw: Mapping[str, Any], place: str, base: str, sold: Mapping[str, Fraction], sells_base: bool, problems: Problems) -> Json:
    unit = str(raw.get("unit") or "").strip().upper()
    factors = {**({base: Fraction(1)} if sells_base else {}), **sold}
    if unit and unit not in factors:
        problems.add(f"{place}.unit", _("This unit cannot be ordered."), "unknown_unit")
        return {}
    counted = unit or next(iter(factors), base)
    least = problems.trying(f"{place}.least", _count, raw.get("least"), counted)
    step = problems.trying(f"{place}.step", _count, raw.get("step"), counted)
    if least and (least % (step or 1 if counted in COUNTED else step or least)):
        problems.add(f"{place}.least", _("The least quantity is a multiple of the step."), "steps")
    for name, amount in (("least", least), ("step", step)):
        if amount and not is_kept_exactly(Fraction(amount) * factors.get(counted, Fraction(1))):
            problems.add(f"{place}.{name}", _("That is more decimal places than we keep."), "places")
    told = {"unit": "" if unit == base and sells_base else unit, "least": _plain(least), "step": _plain(step)}
    return {name: value for name, value in told.items() if value}


def _count(raw: Any, unit: str) -> Decimal | None:
    if raw is None or raw == "":
        return None
    count = Decimal(check_number(str(raw)))
    if not 0 < count <= MOST_COUNT:
        raise BadValue(_("Please give a quantity above 0, at most %(most)s.") % {"most": MOST_COUNT})
    if count != round(count, 0 if unit in COUNTED else 3):
        raise BadValue(_("Only whole numbers of this unit can be ordered.") if unit in COUNTED else _("At most three decimal places."))
    return count


def _plain(count: Decimal | None) -> str:
    return "" if count is None else f"{count.normalize():f}"


def checked_together(
    base: str, packaging: Sequence[Mapping[str, Any]], ordering: Mapping[str, Any], problems: Problems
) -> tuple[list[Json], Json]:
    """Both, checked against each other and the base unit."""
    kept = check_packaging(packaging, base, problems)
    return kept, check_ordering(ordering, base, kept, problems)
