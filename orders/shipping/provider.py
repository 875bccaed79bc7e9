"""How can it be sent, at what price, how long does it take? Carriers and rate services stand behind this."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from kernel.money import Money


@dataclass(frozen=True)
class Parcel:
    """What is to be sent where: the goods' worth as the market shows prices, weight in grams (0: not known)."""

    country: str
    goods: Money
    postcode: str = ""
    weight_g: Decimal = Decimal(0)


@dataclass(frozen=True)
class ShippingOption:
    """One way to send it. `price` is as the market shows prices; days are working days from the order.

    `free_from`: the goods' worth from which it costs nothing, None where there is no such sum.
    """

    code: str
    name: str
    price: Money
    days_least: int
    days_most: int
    free_from: Money | None = None


class ShippingProvider(Protocol):
    """Whoever carries."""

    def options(self, parcel: Parcel) -> list[ShippingOption]:
        """The ways there are, cheapest first; an empty list where nothing goes there. Unavailable where it is down."""
        ...
