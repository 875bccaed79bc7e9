"""What orders tell the others. Ids and figures, no names or addresses: who needs those, fetches them with a right to."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from kernel.events import Event


@dataclass(frozen=True)
class OrderMoved(Event):
    """Base of an order's events; `number` is what people call it. Events of one order are handled in order."""

    order_id: UUID
    number: str

    def lock(self) -> str:
        return f"order:{self.order_id}"


@dataclass(frozen=True)
class OrderPlaced(OrderMoved):
    """A customer has ordered. `total` is what is to be paid, with tax and freight, in `currency`."""

    market_code: str
    currency: str
    total: Decimal
    agreement_ids: list[UUID]


@dataclass(frozen=True)
class OrderConfirmed(OrderMoved):
    """The seller has confirmed the order."""


@dataclass(frozen=True)
class OrderShipped(OrderMoved):
    """The goods are on their way."""

    carrier: str
    tracking_number: str


@dataclass(frozen=True)
class OrderDelivered(OrderMoved):
    """The goods have arrived."""


@dataclass(frozen=True)
class OrderClosed(OrderMoved):
    """Delivered, paid and finished."""


@dataclass(frozen=True)
class OrderCancelled(OrderMoved):
    """Called off, by the customer or by the seller; stock is back."""

    reason: str


@dataclass(frozen=True)
class StockChanged(Event):
    """The seller's own hand changed these counters (not sales): products by id."""

    product_ids: list[UUID]
