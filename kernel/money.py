"""Money: a Decimal and an ISO 4217 (2015) currency code, never a float.

Amounts keep up to four decimal places while they are being worked with (NUMERIC(19,4) in the
database); `rounded` brings them to the currency's own minor unit, half up (away from zero),
as invoices do it. Digits per currency come from Unicode CLDR by way of Babel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import get_currency_precision

PLACES = Decimal("0.0001")
LIMIT = Decimal("1e15")


@lru_cache(maxsize=256)
def minor_unit(currency: str) -> Decimal:
    """The smallest coin of the currency as a Decimal: 0.01 for EUR, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-get_currency_precision(currency))


@lru_cache(maxsize=256)
def _is_currency(code: str) -> bool:
    return len(code) == 3 and code.isalpha() and code.isupper()


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount in one currency. Adding two currencies is an error, never a conversion."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money takes Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite() or abs(self.amount) >= LIMIT:
            raise ValueError(f"no such amount of money: {self.amount}")
        if not _is_currency(self.currency):
            raise ValueError(f"no such currency: {self.currency!r}")
        object.__setattr__(self, "amount", self.amount.quantize(PLACES, ROUND_HALF_UP))

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> "Money":
        """From text, whole number or Decimal: `Money.of("12.50", "EUR")`."""
        return cls(Decimal(amount), currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in this currency."""
        return cls(Decimal(0), currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot mix {self.currency} and {other.currency}")

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: "Money") -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: "Money") -> bool:
        return other < self

    def __ge__(self, other: "Money") -> bool:
        return other <= self

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __str__(self) -> str:
        return f"{self.rounded().amount.quantize(minor_unit(self.currency))} {self.currency}"

    def rounded(self) -> "Money":
        """To the currency's minor unit, half up."""
        return Money(self.amount.quantize(minor_unit(self.currency), ROUND_HALF_UP), self.currency)

    def percent(self, rate: Decimal) -> "Money":
        """`rate` percent of the amount, rounded to the minor unit, half up."""
        # rounded once: by way of four places 0.0049995 would become a cent
        return Money((self.amount * rate / 100).quantize(minor_unit(self.currency), ROUND_HALF_UP), self.currency)

    def split(self, weights: Sequence[Decimal | int]) -> list["Money"]:
        """Shares in proportion to the weights that add up to the rounded amount exactly.

        Steps: cut every share down to the minor unit; hand the coins that are left to the largest
        remainders (Hamilton's method), the earlier share first where remainders are equal.
        Raises ValueError for no weights, a negative weight or a sum of zero.
        """
        if not weights or any(w < 0 for w in weights) or not (total := sum(Decimal(w) for w in weights)):
            raise ValueError("weights must be non-negative and not all zero")
        coin = minor_unit(self.currency)
        sign = -1 if self.amount < 0 else 1
        whole = abs(self.rounded().amount)
        exact = [whole * Decimal(w) / total for w in weights]
        shares = [e.quantize(coin, ROUND_DOWN) for e in exact]
        left = int((whole - sum(shares)) / coin)
        by_remainder = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
        for i in by_remainder[:left]:
            shares[i] += coin
        return [Money(sign * s, self.currency) for s in shares]


def total(amounts: Sequence[Money], currency: str) -> Money:
    """The sum; zero in `currency` where there is nothing to add."""
    return sum(amounts, start=Money.zero(currency))
