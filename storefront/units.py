"""The units a product is ordered in, as its page shows them: which one is chosen, what it costs, where each choice leads."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from catalog.packaging import Selling, Way, decimal_of
from catalog.shop import Price
from catalog.unit_words import equation_words, in_words, way_words
from kernel.money import Money
from orders.availability import Supply
from orders.totals import line_amount


@dataclass(frozen=True)
class UnitChoice:
    """The chosen unit. `options` are (words, address, is it chosen, can one be had now), empty where there is but one; `equations`
    tell how the units go together. `money` and `before` are of one of the unit, which is `said` in words; `each` names the base
    unit, where that is another one."""

    unit: str
    options: tuple[tuple[str, str, bool, bool], ...]
    equations: tuple[str, ...]
    money: Money
    before: Money | None
    said: str
    each: str
    least: Decimal
    step: Decimal
    can_be_had: bool


def unit_choice(selling: Selling, supply: Supply, price: Price, asked: str, address: Callable[[str], str]) -> UnitChoice:
    """The unit with the code `asked`, else the usual one; `address` gives the page's address for a unit."""
    way = selling.way(asked) or selling.usual
    least, step = supply.grid.steps_of(way)
    content = decimal_of(way.factor)
    ways = selling.ways if len(selling.ways) > 1 else ()
    return UnitChoice(
        unit=way.unit,
        options=tuple((way_words(each, selling.base), address(each.unit), each == way, _can_be_had(supply, each)) for each in ways),
        equations=tuple(told for each in selling.contents if (told := equation_words(each, selling.base))),
        money=line_amount(price.money, content),
        before=line_amount(price.list_money, content) if price.is_reduced and price.list_money else None,
        said="" if selling.is_plain else way_words(way, selling.base),
        each=in_words(Decimal(1), selling.base) if way.factor != 1 else "",
        least=least,
        step=step,
        can_be_had=_can_be_had(supply, way),
    )


def _can_be_had(supply: Supply, way: Way) -> bool:
    return bool(supply.grid.nearest(way, supply.grid.steps_of(way)[0], supply.most))
