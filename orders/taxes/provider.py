"""Which tax applies? One question, one answer; a tax service of another firm stands behind the same interface.

A provider names rates only. Amounts are made in one place, orders/totals.py, so that what is shown and what
is charged cannot differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

STANDARD = "standard"
REDUCED = "reduced"
ZERO_RATED = "zero"
TAX_CLASSES = (STANDARD, REDUCED, ZERO_RATED)


@dataclass(frozen=True)
class TaxQuestion:
    """Where the goods go (ISO 3166-1 alpha-2 country, region as in the address), what they are, and when.

    `collected_in` are the regions in which the seller is registered, where a country taxes by region (US).
    """

    country: str
    on: date
    region: str = ""
    postcode: str = ""
    tax_classes: frozenset[str] = frozenset({STANDARD})
    collected_in: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TaxAnswer:
    """Percent per tax class that was asked for. `freight_percent` None: freight follows the goods.

    `label` is the tax's name at that place (VAT, Sales tax, MwSt. is a translation of VAT); `notes` are
    sentences in English for the customer, to be shown through gettext.
    """

    percents: Mapping[str, Decimal]
    label: str
    freight_percent: Decimal | None = None
    notes: tuple[str, ...] = field(default=())


class TaxProvider(Protocol):
    """Whoever knows rates."""

    def answer(self, question: TaxQuestion) -> TaxAnswer:
        """The rates; Refused where we cannot sell to that place, Unavailable where the provider is down."""
        ...
