"""Carts nobody comes back to: forgotten after a while, so that the table holds what is being thought about and no more.

Guests' open carts go after GUEST_DAYS without a change, carts that were merged or ordered after DONE_DAYS (an order
is a copy and needs its cart no longer). Carts of people who have an account stay.
"""

from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, and_, delete, func, or_
from sqlalchemy.orm import Session

from kernel import tenancy
from orders.models import Cart

GUEST_DAYS = 60
DONE_DAYS = 7


def forget_carts(session: Session) -> int:
    """A chore: removes such carts of the current tenant with their lines; returns how many."""
    abandoned = and_(Cart.state == "open", Cart.owner_id.is_(None), Cart.updated_at < func.now() - timedelta(days=GUEST_DAYS))
    done = and_(Cart.state != "open", Cart.updated_at < func.now() - timedelta(days=DONE_DAYS))
    gone = delete(Cart).where(Cart.tenant_id == tenancy.current(), or_(abandoned, done))
    return cast("CursorResult[object]", session.execute(gone)).rowcount
