"""Packaging units of a product, and in which quantities it is ordered. Pure.

A product is counted, priced and kept in stock in its base unit. Further units hold so and so many base units: a fraction
(`numerator` / `denominator`), so that a third stays a third. Units that may be ordered come out at most three decimal places of
the base unit, as stock and orders keep it; so no conversion ever rounds.

As JSON, on the product and in its publication:

    packaging  [{"unit": "BX", "numerator": 12, "denominator": 1, "orderable": true, "gtin": "…", "weight_kg": "1.2",
                 "length_mm": 400, "width_mm": 300, "height_mm": 200}]        what is not known is left out
    ordering   {"unit": "BX", "least": "2", "step": "1", "base": false,       counted in `unit`, the base unit where it is left out;
                "markets": {"us": {"unit": "BX", "least": "5", "step": "5"}}}  `base` false: the base unit itself is not sold

Without a step a product is ordered in any number of any of its units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor, gcd, lcm
from typing import Any

from kernel.quantities import UNITS

# codes of UN/ECE Rec 20 (as BMEcat writes them) for packages: their content is each product's own
PACKAGES = ("BG", "BO", "BX", "CA", "CT", "CS", "EA", "NAR", "NPL", "PA", "PF", "PK", "RO", "SA", "ST", "TU")
KNOWN = (*UNITS, *PACKAGES)
COUNTED = frozenset({*PACKAGES, *(code for code, (dimension, _factor) in UNITS.items() if dimension in ("piece", "set"))})
THOUSANDTHS = 1000
ONE = Fraction(1)


def factor_of(packaging: Mapping[str, Any]) -> Fraction:
    """How many base units one of it holds."""
    return Fraction(int(packaging["numerator"]), int(packaging.get("denominator", 1)))


def is_kept_exactly(amount: Fraction) -> bool:
    """Has it at most three decimal places, as quantities are kept?"""
    return THOUSANDTHS % amount.denominator == 0


def decimal_of(amount: Fraction) -> Decimal:
    """The same as a decimal; ValueError where three decimal places do not hold it."""
    if not is_kept_exactly(amount):
        raise ValueError(f"{amount} has more than three decimal places")
    return Decimal(amount.numerator * (THOUSANDTHS // amount.denominator)) / THOUSANDTHS


@dataclass(frozen=True)
class Way:
    """A unit in which a product may be ordered: one of it is `factor` base units."""

    unit: str
    factor: Fraction = ONE

    @property
    def grain(self) -> Fraction:
        """The smallest part of it that can be ordered: pieces and packages go whole, metres and kilograms by thousandths."""
        return ONE if self.unit in COUNTED else Fraction(1, THOUSANDTHS)

    def base_of(self, count: Decimal) -> Decimal:
        """So many of it in the base unit, exactly; ValueError where that cannot be kept."""
        return decimal_of(Fraction(count) * self.factor)

    def count_of(self, amount: Decimal) -> Decimal | None:
        """How many of it a quantity in the base unit is; None where that cannot be ordered."""
        count = Fraction(amount) / self.factor
        return decimal_of(count) if (count / self.grain).denominator == 1 else None


@dataclass(frozen=True)
class Grid:
    """Allowed quantities in the base unit: from `least`, in multiples of `step`."""

    least: Fraction
    step: Fraction

    def holds(self, amount: Decimal) -> bool:
        """Is this one of them?"""
        return self.least <= amount and (Fraction(amount) / self.step).denominator == 1

    def steps_of(self, way: Way) -> tuple[Decimal, Decimal]:
        """Least and step, counted in `way`."""
        stride = common_multiple(self.step, way.factor * way.grain)
        return decimal_of(max(ONE, Fraction(ceil(self.least / stride))) * stride / way.factor), decimal_of(stride / way.factor)

    def nearest(self, way: Way, count: Decimal, most: Decimal | None = None) -> tuple[Decimal, ...]:
        """The allowed counts next to this one, the smaller first; `most` base units at most. None where nothing is allowed."""
        least, step = self.steps_of(way)
        top = None if most is None else floor(Fraction(most) / way.factor / Fraction(step)) * step
        if top is not None and top < least:
            return ()
        below = max(least, floor(Fraction(count) / Fraction(step)) * step)
        above = max(least, ceil(Fraction(count) / Fraction(step)) * step)
        return tuple(sorted({below if top is None else min(below, top), above if top is None else min(above, top)}))


@dataclass(frozen=True)
class Selling:
    """In which units and quantities a product is ordered. `ways`: the units that may be, the base unit first where it may;
    `usual` is the one that is offered first. `contents`: all further units, orderable or not."""

    base: str
    ways: tuple[Way, ...]
    usual: Way
    grid: Grid
    is_ruled: bool = False
    contents: tuple[Way, ...] = ()

    def way(self, unit: str) -> Way | None:
        """The unit of this code; None where it may not be ordered."""
        return next((way for way in self.ways if way.unit == unit), None)

    def way_of(self, amount: Decimal, unit: str = "") -> tuple[Way, Decimal]:
        """The unit in which to say a quantity of the base unit, and how many of it: `unit` where that comes out even."""
        wanted = [way for way in (self.way(unit or self.base), self.usual, *self.ways) if way is not None]
        for way in wanted:
            if (count := way.count_of(amount)) is not None:
                return way, count
        return Way(self.base), amount

    @property
    def is_plain(self) -> bool:
        """Is it counted in single pieces and nothing else? Then a number says it all."""
        return len(self.ways) == 1 and self.base == "C62" and self.usual.unit == "C62"

    @property
    def largest(self) -> Fraction:
        """The most base units that one of a unit holds."""
        return max(ONE, *(way.factor for way in self.ways))


def common_multiple(a: Fraction, b: Fraction) -> Fraction:
    """The smallest number that is a whole multiple of both."""
    bottom = lcm(a.denominator, b.denominator)
    return Fraction(lcm(int(a * bottom), int(b * bottom)), bottom)


def common_part(amounts: Sequence[Fraction]) -> Fraction:
    """The largest number of which all are whole multiples."""
    bottom = lcm(*(amount.denominator for amount in amounts))
    return Fraction(gcd(*(int(amount * bottom) for amount in amounts)), bottom)


@lru_cache(maxsize=64)
def plain_selling(base: str) -> Selling:
    """A product without further units: from one, one by one."""
    way = Way(base)
    return Selling(base, (way,), way, Grid(ONE, ONE))


PIECE = Way("C62")
PIECES = plain_selling("C62")


def selling_of(base: str, packaging: Sequence[Mapping[str, Any]], ordering: Mapping[str, Any], market: str = "") -> Selling:
    """In which units and quantities a product with this JSON is ordered in a market."""
    if not packaging and not ordering:
        return plain_selling(base)
    rule = {**ordering, **ordering.get("markets", {}).get(market, {})}
    further = tuple(Way(entry["unit"], factor_of(entry)) for entry in packaging)
    sold = tuple(way for way, entry in zip(further, packaging, strict=True) if entry.get("orderable", True))
    ways = (Way(base), *sold) if rule.get("base", True) or not sold else sold
    usual = next((way for way in ways if way.unit == rule.get("unit")), ways[0])
    return Selling(base, ways, usual, _grid(rule, ways, usual), bool(rule.get("step") or rule.get("least")), further)


def _grid(rule: Mapping[str, Any], ways: Sequence[Way], usual: Way) -> Grid:
    free = common_part([way.factor for way in ways])
    step = Fraction(rule["step"]) * usual.factor if rule.get("step") else free
    least = Fraction(rule["least"]) * usual.factor if rule.get("least") else max(step, min(way.factor for way in ways))
    return Grid(max(least, step), step)
