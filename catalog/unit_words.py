"""Quantities as people say them: 2 boxes, 1 pallet, 2.5 kg. In the current language."""

from collections.abc import Callable
from decimal import Decimal

from catalog.packaging import Way, decimal_of, is_kept_exactly
from kernel.i18n import format_number, ngettext
from kernel.quantities import symbol

SAID: dict[str, Callable[[int], str]] = {
    "C62": lambda n: ngettext("%(num)s piece", "%(num)s pieces", n),
    "PR": lambda n: ngettext("%(num)s pair", "%(num)s pairs", n),
    "DZN": lambda n: ngettext("%(num)s dozen", "%(num)s dozen", n),
    "SET": lambda n: ngettext("%(num)s set", "%(num)s sets", n),
    "BG": lambda n: ngettext("%(num)s bag", "%(num)s bags", n),
    "BO": lambda n: ngettext("%(num)s bottle", "%(num)s bottles", n),
    "BX": lambda n: ngettext("%(num)s box", "%(num)s boxes", n),
    "CA": lambda n: ngettext("%(num)s can", "%(num)s cans", n),
    "CT": lambda n: ngettext("%(num)s carton", "%(num)s cartons", n),
    "CS": lambda n: ngettext("%(num)s case", "%(num)s cases", n),
    "EA": lambda n: ngettext("%(num)s each", "%(num)s each", n),
    "NAR": lambda n: ngettext("%(num)s article", "%(num)s articles", n),
    "NPL": lambda n: ngettext("%(num)s parcel", "%(num)s parcels", n),
    "PA": lambda n: ngettext("%(num)s packet", "%(num)s packets", n),
    "PF": lambda n: ngettext("%(num)s pallet", "%(num)s pallets", n),
    "PK": lambda n: ngettext("%(num)s pack", "%(num)s packs", n),
    "RO": lambda n: ngettext("%(num)s roll", "%(num)s rolls", n),
    "SA": lambda n: ngettext("%(num)s sack", "%(num)s sacks", n),
    "ST": lambda n: ngettext("%(num)s sheet", "%(num)s sheets", n),
    "TU": lambda n: ngettext("%(num)s tube", "%(num)s tubes", n),
}


def in_words(count: Decimal, unit: str) -> str:
    """So many of a unit. A unit without words of its own is written with its sign."""
    if (said := SAID.get(unit)) is not None:
        return said(1 if count == 1 else max(2, int(count))) % {"num": format_number(count)}
    return f"{format_number(count)} {symbol(unit)}".rstrip()


def content_words(way: Way, base: str) -> str:
    """What one of it holds: 12 pieces. Empty where that is no plain number."""
    return in_words(decimal_of(way.factor), base) if is_kept_exactly(way.factor) else ""


def way_words(way: Way, base: str) -> str:
    """One of it, with what it holds where it is not the base unit: 1 box (12 pieces)."""
    one, content = in_words(Decimal(1), way.unit), content_words(way, base)
    return f"{one} ({content})" if content and way.unit != base else one


def equation_words(way: Way, base: str) -> str:
    """How two units go together: 1 box = 12 pieces; told the other way round where the base unit is the larger one."""
    if way.factor >= 1 or not is_kept_exactly(1 / way.factor):
        return f"{in_words(Decimal(1), way.unit)} = {content_words(way, base)}" if content_words(way, base) else ""
    return f"{in_words(Decimal(1), base)} = {in_words(decimal_of(1 / way.factor), way.unit)}"


def ordered_words(count: Decimal, way: Way, base: str) -> str:
    """What was ordered, with the quantity in the base unit where that is another one: 2 boxes (24 pieces)."""
    told = in_words(count, way.unit)
    return told if way.unit == base else f"{told} ({in_words(way.base_of(count), base)})"
