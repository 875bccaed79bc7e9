"""Flat freight: one price per country of the market, nothing above a sum. The seller's terms hold the figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kernel.i18n import gettext_lazy as _
from kernel.money import Money
from orders.shipping.provider import Parcel, ShippingOption

ANYWHERE = "*"
STANDARD_NAME = _("Standard delivery")


@dataclass(frozen=True)
class FlatRate:
    """The price to one country (`*` for those not named), free from a sum (None: never)."""

    price: Money
    free_from: Money | None = None
    days_least: int = 2
    days_most: int = 4


class FlatFreight:
    """The default shipping provider of one market."""

    def __init__(self, countries: Sequence[str], rates: Mapping[str, FlatRate]) -> None:
        self.countries = frozenset(countries)
        self.rates = dict(rates)

    def options(self, parcel: Parcel) -> list[ShippingOption]:
        """One option, or none where the market does not reach."""
        rate = self.rates.get(parcel.country, self.rates.get(ANYWHERE))
        if parcel.country not in self.countries or rate is None:
            return []
        free = rate.free_from is not None and parcel.goods >= rate.free_from
        price = Money.zero(rate.price.currency) if free else rate.price
        return [ShippingOption("standard", str(STANDARD_NAME), price, rate.days_least, rate.days_most, rate.free_from)]
