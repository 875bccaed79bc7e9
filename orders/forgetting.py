"""What is forgotten after a while, so that the tables hold what is still thought about and no more: carts nobody comes
back to, and messages to other firms that have come to an end.

Guests' open carts go after GUEST_DAYS without a change, carts that were merged or ordered after DONE_DAYS (an order
is a copy and needs its cart no longer). Carts of people who have an account stay. Delivered messages go after
DELIVERED_DAYS, those given up after GIVEN_UP_DAYS, both long after anybody would send them once more.
"""

from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, and_, delete, func, or_
from sqlalchemy.orm import Session

from kernel import tenancy
from orders.models import Cart, WebhookDelivery

GUEST_DAYS = 60
DONE_DAYS = 7
DELIVERED_DAYS = 30
GIVEN_UP_DAYS = 90


def forget_carts(session: Session) -> int:
    """A chore: removes such carts of the current tenant with their lines; returns how many."""
    abandoned = and_(Cart.state == "open", Cart.owner_id.is_(None), Cart.updated_at < func.now() - timedelta(days=GUEST_DAYS))
    done = and_(Cart.state != "open", Cart.updated_at < func.now() - timedelta(days=DONE_DAYS))
    gone = delete(Cart).where(Cart.tenant_id == tenancy.current(), or_(abandoned, done))
    return cast("CursorResult[object]", session.execute(gone)).rowcount


def forget_deliveries(session: Session) -> int:
    """A chore: removes such messages of the current tenant; returns how many."""
    delivered = and_(WebhookDelivery.state == "delivered", WebhookDelivery.delivered_at < func.now() - timedelta(days=DELIVERED_DAYS))
    given_up = and_(WebhookDelivery.state == "given_up", WebhookDelivery.made_at < func.now() - timedelta(days=GIVEN_UP_DAYS))
    gone = delete(WebhookDelivery).where(WebhookDelivery.tenant_id == tenancy.current(), or_(delivered, given_up))
    return cast("CursorResult[object]", session.execute(gone)).rowcount
