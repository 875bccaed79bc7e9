"""Signing in: what a guest chose becomes the person's, and nothing is lost."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.ids import token_hash
from orders.lines import pour
from orders.models import Cart


def merge_at_sign_in(session: Session, actor: Actor, visitor: str) -> None:
    """What a guest put into carts is the person's after signing in, in every market: quantities of the same product
    are added, nothing is lost (U39). Call it with the signed-in actor and the visitor key of the session before."""
    if actor.id is None or not visitor:
        return
    guests = session.scalars(
        select(Cart)
        .where(Cart.tenant_id == actor.tenant_id, Cart.visitor_hash == token_hash(visitor), Cart.state == "open")
        .order_by(Cart.id)
        .with_for_update()
    ).all()
    for guest in guests:
        own = session.scalar(
            select(Cart)
            .where(Cart.tenant_id == actor.tenant_id, Cart.owner_id == actor.id)
            .where(Cart.market_code == guest.market_code, Cart.state == "open")
            .with_for_update()
        )
        if own is None:
            guest.owner_id, guest.visitor_hash, guest.version = actor.id, None, guest.version + 1
        else:
            pour(session, guest, own)
            guest.state, own.version = "merged", own.version + 1
    session.flush()
