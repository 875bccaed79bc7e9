"""What is there of a product, and in which quantities it is sold. Pure, but for the one query that asks.

A product is counted (the seller keeps a stock row) or not (sold on request, as many as are asked for). Shops show a
product's kind on pages that are cached; the exact figure only where it is read fresh (cart, checkout).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.packaging import Grid, Selling, Way, decimal_of
from catalog.unit_words import in_words
from kernel import tenancy
from kernel.db.statements import Statement
from kernel.i18n import format_number, ngettext
from kernel.i18n import gettext as _

Kind = Literal["in_stock", "few", "sold_out", "on_request"]

FEW = Decimal(5)
ONE = Decimal(1)
MOST_QUANTITY = Decimal(9999)

SUPPLIES = Statement("""
SELECT asked.product_id, s.on_hand, r.least, r.step
FROM unnest(CAST(:products AS uuid[])) AS asked (product_id)
LEFT JOIN orders.stock s ON s.tenant_id = :tenant AND s.product_id = asked.product_id
LEFT JOIN orders.quantity_rule r ON r.tenant_id = :tenant AND r.product_id = asked.product_id
""")
ON_HAND = text("SELECT product_id FROM orders.stock WHERE tenant_id = :tenant AND on_hand > 0")


@dataclass(frozen=True)
class Supply:
    """`left` in the product's unit, None where it is not counted; sold from `least` in multiples of `step`, `limit` at once.

    `is_ruled`: the seller has a rule of its own for this product, which goes before the one that was published.
    """

    left: Decimal | None = None
    least: Decimal = ONE
    step: Decimal = ONE
    is_ruled: bool = field(default=False, compare=False)
    limit: Decimal = field(default=MOST_QUANTITY, compare=False)

    @classmethod
    def of(cls, on_hand: Decimal | None, least: Decimal | None, step: Decimal | None) -> "Supply":
        """From a row; a seller without a rule gives anything away."""
        return cls(on_hand, least or ONE, step or ONE, is_ruled=step is not None)

    def under(self, selling: Selling) -> "Supply":
        """The same in the quantities in which the product is sold, where the seller has no rule of its own."""
        limit = MOST_QUANTITY * decimal_of(selling.largest)
        if self.is_ruled:
            return replace(self, limit=limit)
        return replace(self, least=decimal_of(selling.grid.least), step=decimal_of(selling.grid.step), limit=limit)

    @property
    def grid(self) -> Grid:
        """The allowed quantities."""
        return Grid(Fraction(self.least), Fraction(self.step))

    @property
    def kind(self) -> Kind:
        """In one word, for pages that may be a little old."""
        return kind_of(self.left)

    @property
    def text(self) -> str:
        """In a sentence, in the current language."""
        if self.left is None:
            return _("On request")
        if self.left <= 0:
            return _("Sold out")
        if self.left <= FEW:
            only = ngettext("Only %(left)s left", "Only %(left)s left", int(self.left))
            return only % {"left": format_number(self.left)}
        return _("In stock")

    def has(self, quantity: Decimal) -> bool:
        """Is there so much of it?"""
        return self.left is None or self.left >= quantity

    def fits(self, quantity: Decimal) -> bool:
        """Is this a quantity in which it is sold?"""
        return self.least <= quantity <= self.limit and quantity % self.step == 0

    @property
    def most(self) -> Decimal:
        """The largest quantity one can have now, zero where there is none."""
        left = self.limit if self.left is None else min(self.left, self.limit)
        whole = left - left % self.step
        return whole if whole >= self.least else Decimal(0)


@dataclass(frozen=True)
class Shortage:
    """Why a quantity cannot be had: a word for programs and a sentence for people. `nearest`: what can be had instead, counted in
    the unit that was asked for; nothing where none can."""

    code: Literal["sold_out", "short", "steps"]
    text: str
    nearest: tuple[Decimal, ...] = ()


def shortage_of(name: str, supply: Supply, quantity: Decimal, selling: Selling | None = None, way: Way | None = None) -> Shortage | None:
    """What speaks against so many of a product (in its base unit), in the current language; None where nothing does.

    Figures are told in `way`, the unit that was asked for.
    """
    if supply.has(quantity) and supply.fits(quantity):
        return None
    asked = way or Way(selling.base if selling else "C62")
    nearest = supply.grid.nearest(asked, decimal_of_count(asked, quantity), supply.most)

    def told(count: Decimal) -> str:
        return format_number(count) if selling is None or selling.is_plain else in_words(count, asked.unit)

    if not supply.has(quantity):
        if not supply.most or not nearest:
            return Shortage("sold_out", _("%(name)s is sold out.") % {"name": name})
        return Shortage("short", _("Only %(left)s of %(name)s are left.") % {"left": told(nearest[-1]), "name": name}, nearest[-1:])
    least, step = supply.grid.steps_of(asked)
    words = {"name": name, "least": told(least), "step": told(step)}
    reason = _("%(name)s is sold from %(least)s, in steps of %(step)s.") % words
    if nearest:
        reason += " " + _("Nearest: %(nearest)s.") % {"nearest": " / ".join(told(count) for count in nearest)}
    return Shortage("steps", reason, nearest)


def decimal_of_count(way: Way, quantity: Decimal) -> Decimal:
    """How many of a unit a quantity in the base unit is, to three decimal places."""
    count = Fraction(quantity) / way.factor
    return round(Decimal(count.numerator) / Decimal(count.denominator), 3)


def kind_of(left: Decimal | None) -> Kind:
    """The kind that goes with a figure."""
    if left is None:
        return "on_request"
    if left <= 0:
        return "sold_out"
    return "few" if left <= FEW else "in_stock"


def supplies_for(session: Session, product_ids: Iterable[UUID]) -> dict[UUID, Supply]:
    """What the current tenant has of each product: one query; every id asked for is in the answer."""
    ids = sorted(set(product_ids))
    if not ids:
        return {}
    rows = SUPPLIES.all(session, tenant=tenancy.current(), products=ids)
    return {row.product_id: Supply.of(row.on_hand, row.least, row.step) for row in rows}


def products_on_hand(session: Session) -> Iterable[UUID]:
    """Products and variants the current tenant counts and has some of: what search calls in stock."""
    return session.execute(ON_HAND, {"tenant": tenancy.current()}).scalars()
