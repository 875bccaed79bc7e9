"""Order quantities: what somebody asks for in boxes becomes base units, is checked, and is said back in boxes.

Everything behind the cart (prices, stock, tax, the order's lines) counts in the product's base unit; a line only remembers the
unit that it was put in as. Conversions are exact (catalog/packaging.py).
"""

from decimal import Decimal
from fractions import Fraction

from catalog.packaging import Way
from catalog.unit_words import in_words, ordered_words, way_words
from kernel.errors import Invalid, Problem
from kernel.i18n import format_number
from kernel.i18n import gettext as _
from orders.availability import MOST_QUANTITY, Supply, shortage_of
from orders.models import CartLine
from orders.offers import Offer


class QuantityRefused(Invalid):
    """A quantity that cannot be had. `nearest`: what can be had instead, counted in `unit`; empty where nothing can."""

    def __init__(self, problem: Problem, unit: str, nearest: tuple[Decimal, ...] = ()) -> None:
        super().__init__([problem])
        self.unit = unit
        self.nearest = nearest
        self.data = {"unit": unit, "nearest": [f"{count.normalize():f}" for count in nearest]}


def checked_quantity(quantity: Decimal | int) -> Decimal:
    """A quantity that can be meant: above nothing, at most 9999, three decimal places; Invalid otherwise."""
    amount = Decimal(quantity)
    if not amount.is_finite() or amount <= 0:
        raise Invalid.at("quantity", _("Please give a quantity of at least 1."), "least")
    if amount > MOST_QUANTITY:
        raise Invalid.at("quantity", _("That is more than we take at once. Please ask us."), "most")
    if amount != amount.quantize(Decimal("0.001")):
        raise Invalid.at("quantity", _("That is more decimal places than we keep."), "places")
    return amount


def asked(offer: Offer, count: Decimal, unit: str) -> tuple[Way, Decimal]:
    """The unit that is meant, and so many of it in the base unit. Without a unit the base unit is meant, also where it is not
    sold by itself: then it is told in a unit that is. Raises QuantityRefused at `unit` or `quantity`."""
    selling = offer.selling
    way = selling.way(unit or selling.base)
    if way is None and unit in ("", selling.base):
        way, told = selling.way_of(count)
        if way in selling.ways:
            return way, way.base_of(told)
        way = None
    if way is None:
        words = {"name": offer.name, "units": " / ".join(way_words(each, selling.base) for each in selling.ways)}
        problem = Problem("unit", _("%(name)s is sold in these units: %(units)s.") % words, "unknown_unit")
        raise QuantityRefused(problem, selling.usual.unit)
    if way.unit != selling.base and (Fraction(count) / way.grain).denominator != 1:
        reason = _("%(name)s is sold in whole units only.") % {"name": offer.name}
        raise QuantityRefused(Problem("quantity", reason, "places"), way.unit, selling.grid.nearest(way, count))
    try:
        return way, way.base_of(count)
    except ValueError:
        raise Invalid.at("quantity", _("That is more decimal places than we keep."), "places") from None


def check_supply(offer: Offer, supply: Supply, amount: Decimal, way: Way) -> None:
    """Raises QuantityRefused at `quantity` where there is not so much left or it is not sold in such quantities (base units)."""
    if (shortage := shortage_of(offer.name, supply, amount, offer.selling, way)) is not None:
        raise QuantityRefused(Problem("quantity", shortage.text, shortage.code), way.unit, shortage.nearest)


def put_as(line: CartLine, offer: Offer, way: Way) -> None:
    """The line remembers the unit that it is counted in."""
    line.unit = "" if way.unit == offer.unit else way.unit
    line.unit_numerator, line.unit_denominator = way.factor.numerator, way.factor.denominator


def said(offer: Offer, amount: Decimal, unit: str = "") -> str:
    """A quantity of the base unit in words, in `unit` where that comes out even: 2 boxes (24 pieces); a number alone for single pieces."""
    if offer.selling.is_plain:
        return format_number(amount)
    way, count = offer.selling.way_of(amount, unit)
    return ordered_words(count, way, offer.selling.base) if way in offer.selling.ways else in_words(amount, offer.selling.base)
