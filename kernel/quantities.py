"""Quantities: a Decimal and a unit of measure by its code in UN/ECE Recommendation 20 (revision 17, 2021).

Only conversions inside one dimension are known here (g ↔ kg, mm ↔ m); packaging units of a product
(a box of 12) are the product's own business.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

PLACES = Decimal("0.001")

# code: (dimension, factor to the dimension's base unit)
UNITS: dict[str, tuple[str, Decimal]] = {
    "C62": ("piece", Decimal(1)),
    "PR": ("piece", Decimal(2)),
    "DZN": ("piece", Decimal(12)),
    "SET": ("set", Decimal(1)),
    "GRM": ("mass", Decimal("0.001")),
    "KGM": ("mass", Decimal(1)),
    "TNE": ("mass", Decimal(1000)),
    "LBR": ("mass", Decimal("0.45359237")),
    "ONZ": ("mass", Decimal("0.028349523125")),
    "MMT": ("length", Decimal("0.001")),
    "CMT": ("length", Decimal("0.01")),
    "MTR": ("length", Decimal(1)),
    "INH": ("length", Decimal("0.0254")),
    "FOT": ("length", Decimal("0.3048")),
    "MLT": ("volume", Decimal("0.001")),
    "LTR": ("volume", Decimal(1)),
    "MTK": ("area", Decimal(1)),
    "HUR": ("time", Decimal(3600)),
    "MIN": ("time", Decimal(60)),
    "SEC": ("time", Decimal(1)),
    "WTT": ("power", Decimal(1)),
    "KWT": ("power", Decimal(1000)),
    "WHR": ("energy", Decimal(1)),
    "KWH": ("energy", Decimal(1000)),
    "P1": ("percent", Decimal(1)),
}

# how people write a unit; a piece needs no word
SYMBOLS = {
    "C62": "",
    "GRM": "g",
    "KGM": "kg",
    "TNE": "t",
    "LBR": "lb",
    "ONZ": "oz",
    "MMT": "mm",
    "CMT": "cm",
    "MTR": "m",
    "INH": "in",
    "FOT": "ft",
    "MLT": "ml",
    "LTR": "l",
    "MTK": "m²",
    "HUR": "h",
    "MIN": "min",
    "SEC": "s",
    "WTT": "W",
    "KWT": "kW",
    "WHR": "Wh",
    "KWH": "kWh",
    "P1": "%",
}


def symbol(unit: str) -> str:
    """A unit as people write it: `kg` for KGM; what is not a known code is taken as written already."""
    return SYMBOLS.get(unit, unit)


@dataclass(frozen=True)
class Quantity:
    """So many of a unit, to three decimal places (half up)."""

    amount: Decimal
    unit: str = "C62"

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"a quantity takes Decimal, not {type(self.amount).__name__}")
        if self.unit not in UNITS:
            raise ValueError(f"no such unit of measure: {self.unit!r}")
        if not self.amount.is_finite():
            raise ValueError(f"no such quantity: {self.amount}")
        object.__setattr__(self, "amount", self.amount.quantize(PLACES, ROUND_HALF_UP))

    @classmethod
    def of(cls, amount: str | int | Decimal, unit: str = "C62") -> "Quantity":
        """From text, whole number or Decimal: `Quantity.of(3)` is three pieces."""
        return cls(Decimal(amount), unit)

    def to(self, unit: str) -> "Quantity":
        """The same quantity in another unit of the same dimension; ValueError where there is no way."""
        dimension, factor = UNITS[self.unit]
        if unit not in UNITS or UNITS[unit][0] != dimension:
            raise ValueError(f"cannot turn {self.unit} into {unit}")
        return Quantity(self.amount * factor / UNITS[unit][1], unit)

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.amount + other.to(self.unit).amount, self.unit)

    def __sub__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.amount - other.to(self.unit).amount, self.unit)
