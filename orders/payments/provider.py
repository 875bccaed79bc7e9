"""How can this be paid? A payment method offers itself for an order, or says why not; then it promises.

`promise` runs inside the order's transaction and may only do what a database can take back. A method that
moves money with another firm writes its intent there and acts on it in a job after the commit.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from kernel.money import Money


@dataclass(frozen=True)
class PaymentRequest:
    """What is to be paid by whom: `total` with tax and freight; `is_company` where a company is invoiced."""

    total: Money
    country: str
    on: date
    is_company: bool = False
    is_guest: bool = True


@dataclass(frozen=True)
class PaymentOffer:
    """A method as the customer sees it. `refused_because` says why it cannot be chosen, on the page where one chooses."""

    code: str
    name: str
    explanation: str
    due_on: date | None = None
    limit: Money | None = None
    refused_because: str = ""

    @property
    def can_be_chosen(self) -> bool:
        """True where nothing speaks against it."""
        return not self.refused_because


@dataclass(frozen=True)
class PaymentPromise:
    """What was agreed, kept in the order's snapshot."""

    code: str
    name: str
    terms: str
    due_on: date | None

    def as_json(self) -> dict[str, Any]:
        """For the snapshot."""
        return {"code": self.code, "name": self.name, "terms": self.terms, "due_on": self.due_on.isoformat() if self.due_on else None}


class PaymentMethod(Protocol):
    """One way to pay."""

    @property
    def code(self) -> str:
        """Its name in forms and orders."""
        ...

    def offer(self, request: PaymentRequest) -> PaymentOffer:
        """The method's offer for this order, chosen or not."""
        ...

    def promise(self, request: PaymentRequest) -> PaymentPromise:
        """What holds once the order is placed. Refused where the offer cannot be chosen."""
        ...
