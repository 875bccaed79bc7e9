"""Stock that arrives with an import of the catalog: the catalog tells it, orders keep it."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.events import StockReported
from kernel.actors import Actor
from orders.stock import StockLine, set_stock


def take_report(session: Session, actor: Actor, event: StockReported) -> None:
    """Listens to catalog.StockReported: sets the counters of the tenant's own products. Telling it again changes nothing."""
    lines = [
        StockLine(UUID(told["product_id"]), actor.tenant_id, told["sku"], amount)
        for told in event.lines
        if (amount := _amount(told["quantity"])) is not None
    ]
    set_stock(session, actor, lines, f"import {event.run_id}", kind="reported")


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount.quantize(Decimal("0.001")) if amount.is_finite() and amount >= 0 else None
