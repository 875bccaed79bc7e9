"""Totals: lines, freight, tax per rate and the sum to pay. Pure, and the only source of every figure shown.

Steps, for a market that shows gross prices (`prices_include_tax`) and for one that shows net prices alike:

- a line's amount = unit price × quantity, rounded once to the currency's minor unit;
- the freight takes the rate it is given; given none, it is shared out over the tax rates in proportion to the
  goods at each rate (an ancillary supply follows the goods it carries), at the highest where all goods are free;
- per tax rate the amounts are added first and taxed once: tax = net × rate, or gross × rate / (100 + rate),
  rounded half up. That is the rounding per VAT category of EN 16931-1:2017 (BR-CO-17, BR-S-08), not per line;
- each rate's tax is then handed back to its lines and freight share to the cent (largest remainders), so that
  a line's net and tax can be shown, refunded or reported and still add up.

What always holds, and is property-tested: net + tax = total; Σ lines + freight = net (net market) or total
(gross market); Σ tax of the lines + tax of the freight = tax; the order in which lines stand changes nothing.

From gross prices some sums have no net that taxes back to the same cent (0.03 at 19 %); the price that was
shown wins and the tax is what is contained in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from kernel.money import Money, minor_unit, total

ZERO = Decimal(0)


@dataclass(frozen=True)
class Item:
    """One line to be added up. `unit_price` as the market shows prices; `percent` is the tax rate (19 for 19 %)."""

    key: str
    quantity: Decimal
    unit_price: Money
    percent: Decimal


@dataclass(frozen=True)
class LineTotals:
    """One line's figures: `amount` as the market shows prices, and the same split into net + tax = gross."""

    key: str
    quantity: Decimal
    unit_price: Money
    percent: Decimal
    amount: Money
    net: Money
    tax: Money
    gross: Money


@dataclass(frozen=True)
class RateTotals:
    """All that is taxed at one rate, freight share included: net + tax = gross."""

    percent: Decimal
    net: Money
    tax: Money
    gross: Money


@dataclass(frozen=True)
class Totals:
    """Every figure of a cart or order. `goods` and `freight` are as the market shows prices."""

    currency: str
    prices_include_tax: bool
    lines: tuple[LineTotals, ...]
    goods: Money
    freight: Money
    freight_net: Money
    freight_tax: Money
    rates: tuple[RateTotals, ...]
    net: Money
    tax: Money
    total: Money

    def line(self, key: str) -> LineTotals:
        """The figures of the line with this key; KeyError where there is none."""
        for found in self.lines:
            if found.key == key:
                return found
        raise KeyError(key)


def line_amount(unit_price: Money, quantity: Decimal) -> Money:
    """What `quantity` costs, rounded half up to the minor unit."""
    return _coins(unit_price.amount * quantity, unit_price.currency)


def _coins(amount: Decimal, currency: str) -> Money:
    """Rounded once, from the exact figure: by way of four places, 211.39496 would become 211.3950 and then 211.40."""
    return Money(amount.quantize(minor_unit(currency), ROUND_HALF_UP), currency)


def add_up(items: Sequence[Item], freight: Money, prices_include_tax: bool, freight_percent: Decimal | None = None) -> Totals:
    """The totals of `items` and `freight` (as the market shows prices), in the freight's currency.

    Raises ValueError for a doubled key, a negative quantity, price, freight or rate, or a second currency.
    """
    currency = freight.currency
    _check(items, freight, freight_percent)
    amounts = {item.key: line_amount(item.unit_price, item.quantity) for item in items}
    carried = _freight_by_rate(items, amounts, freight.rounded(), freight_percent)
    rates: list[RateTotals] = []
    taxes: dict[str, Money] = {}
    freight_tax = Money.zero(currency)
    for percent in sorted({item.percent for item in items} | set(carried), reverse=True):
        keys = sorted(item.key for item in items if item.percent == percent)
        shares = [*(amounts[key] for key in keys), carried.get(percent, Money.zero(currency))]
        rate = _taxed(total(shares, currency), percent, prices_include_tax)
        rates.append(rate)
        *line_taxes, share = _handed_back(rate.tax, shares)
        taxes.update(zip(keys, line_taxes, strict=True))
        freight_tax += share
    lines = tuple(_line(item, amounts[item.key], taxes[item.key], prices_include_tax) for item in items)
    freight = freight.rounded()
    return Totals(
        currency=currency,
        prices_include_tax=prices_include_tax,
        lines=lines,
        goods=total(list(amounts.values()), currency),
        freight=freight,
        freight_net=freight - freight_tax if prices_include_tax else freight,
        freight_tax=freight_tax,
        rates=tuple(rates),
        net=total([r.net for r in rates], currency),
        tax=total([r.tax for r in rates], currency),
        total=total([r.gross for r in rates], currency),
    )


def _check(items: Sequence[Item], freight: Money, freight_percent: Decimal | None) -> None:
    if len({item.key for item in items}) != len(items):
        raise ValueError("two lines have the same key")
    if any(item.unit_price.currency != freight.currency for item in items):
        raise ValueError(f"all amounts must be in {freight.currency}")
    if freight.amount < 0 or (freight_percent or 0) < 0:
        raise ValueError("freight must not be negative")
    if any(item.quantity < 0 or item.unit_price.amount < 0 or item.percent < 0 for item in items):
        raise ValueError("quantity, price and rate must not be negative")


def _freight_by_rate(
    items: Sequence[Item], amounts: dict[str, Money], freight: Money, freight_percent: Decimal | None
) -> dict[Decimal, Money]:
    if not freight:
        return {}
    if freight_percent is not None:
        return {freight_percent: freight}
    weights: dict[Decimal, Decimal] = {}
    for item in items:
        weights[item.percent] = weights.get(item.percent, ZERO) + amounts[item.key].amount
    if not any(weights.values()):
        return {max(weights, default=ZERO): freight}
    percents = sorted(weights, reverse=True)
    return dict(zip(percents, freight.split([weights[p] for p in percents]), strict=True))


def _taxed(amount: Money, percent: Decimal, prices_include_tax: bool) -> RateTotals:
    if prices_include_tax:
        tax = _coins(amount.amount * percent / (100 + percent), amount.currency)
        return RateTotals(percent, amount - tax, tax, amount)
    tax = _coins(amount.amount * percent / 100, amount.currency)
    return RateTotals(percent, amount, tax, amount + tax)


def _handed_back(tax: Money, shares: list[Money]) -> list[Money]:
    if not tax:
        return [Money.zero(tax.currency) for _share in shares]
    return tax.split([share.amount for share in shares])


def _line(item: Item, amount: Money, tax: Money, prices_include_tax: bool) -> LineTotals:
    net = amount - tax if prices_include_tax else amount
    return LineTotals(item.key, item.quantity, item.unit_price, item.percent, amount, net, tax, net + tax)
