"""What something costs in a shop. One function, `price_for`: the pricing engine comes later behind it.

Today's rule: the seller's own price where it has set one, else the brand's list price in the shop's currency; rounded
to the currency's minor unit, half up. An own price always lies inside the agreement's corridor: where the brand has
since moved its list price, the own price is moved to the nearest end of the corridor.
Where the brand has named a minimum advertised price, a lower price is charged but not shown: pages, lists and search show
the minimum (`Price.shown`), the cart the price itself.
Prices are stated the way the market states them: with tax where `view.prices_include_tax`, else without.
"""

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from catalog.shop import Corridor, OverlayFacts, Price, ShopView
from kernel.money import Money, minor_unit


def price_for(
    view: ShopView, prices: Mapping[str, str], overlay: OverlayFacts | None = None, corridor: Corridor | None = None
) -> Price | None:
    """The price of one unit in the view's currency, or None where the shop has none and therefore does not sell it.

    `prices` are the published list prices by currency; `list_money` of the answer is the brand's list price.
    """
    listed = Money.of(prices[view.currency], view.currency).rounded() if view.currency in prices else None
    own = overlay.prices.get(view.currency) if overlay else None
    if own is None:
        return None if listed is None else Price(listed, listed, view.prices_include_tax, _least_shown(listed, listed, corridor))
    money = into_corridor(Money.of(own, view.currency).rounded(), listed, corridor)
    return Price(money, listed, view.prices_include_tax, _least_shown(money, listed, corridor))


def _least_shown(money: Money, listed: Money | None, corridor: Corridor | None) -> Money | None:
    """The minimum advertised price where the price lies below it; without a list price there is none."""
    least = least_advertised(listed, corridor) if listed is not None else None
    return least if least is not None and money < least else None


def least_advertised(listed: Money, corridor: Corridor | None) -> Money | None:
    """The lowest price that may be shown publicly, rounded up to the coin; None: any."""
    if corridor is None or corridor.advertised_low_percent is None:
        return None
    exact = listed.amount * (100 + corridor.advertised_low_percent) / 100
    return Money(exact.quantize(minor_unit(listed.currency), ROUND_CEILING), listed.currency)


def allowed_range(listed: Money, corridor: Corridor | None) -> tuple[Money | None, Money | None]:
    """Lowest and highest price a partner may ask; None: no limit on that side.

    Ends are brought to the minor unit towards the inside, so that they are allowed themselves; where the corridor is
    narrower than a coin, both are the rounded list price.
    """
    if corridor is None:
        return None, None
    coin = minor_unit(listed.currency)

    def end(percent: Decimal | None, rounding: str) -> Money | None:
        if percent is None:
            return None
        exact = listed.amount * (100 + percent) / 100
        return Money(exact.quantize(coin, rounding), listed.currency)

    low, high = end(corridor.low_percent, ROUND_CEILING), end(corridor.high_percent, ROUND_FLOOR)
    if low is not None and high is not None and low > high:
        return listed.rounded(), listed.rounded()
    return low, high


def into_corridor(own: Money, listed: Money | None, corridor: Corridor | None) -> Money:
    """The own price, moved to the nearest end of the corridor where it lies outside. Without a list price it stays."""
    if listed is None:
        return own
    low, high = allowed_range(listed, corridor)
    if low is not None and own < low:
        return low
    if high is not None and own > high:
        return high
    return own
