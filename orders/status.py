"""An order after it was placed: who may see it, and how it moves through its life cycle (orders/states.py).

`order_for` is the one way to an order: staff with order.view see all of the tenant's, a buyer the ones he placed and
those of the company he buys for, a guest the one whose link he holds or that his browser placed. For everybody else
it is not there. Moves lock the order first, so each happens once, and stock goes back once.
"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from kernel import audit, stamps
from kernel.actors import Actor
from kernel.errors import NotAllowed, NotThere
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import token_hash
from kernel.states import Move
from orders import letters, links, stock
from orders.events import OrderCancelled, OrderClosed, OrderConfirmed, OrderDelivered, OrderMoved, OrderShipped
from orders.models import Order, OrderEvent, OrderLine
from orders.states import ORDER
from tenants.wording import line

LONGEST_NOTE = 500
LONGEST_TRACKING = 100

# put together once: that costs more than sending them
_OWN: BindParameter[UUID] = bindparam("tenant")
_OF_ORDER: BindParameter[UUID] = bindparam("order")
BY_ID = select(Order).where(Order.tenant_id == _OWN, Order.id == bindparam("ref"))
BY_NUMBER = select(Order).where(Order.tenant_id == _OWN, Order.number == bindparam("ref"))
LINES = select(OrderLine).where(OrderLine.tenant_id == _OWN, OrderLine.order_id == _OF_ORDER).order_by(OrderLine.position)
TIMELINE = select(OrderEvent).where(OrderEvent.tenant_id == _OWN, OrderEvent.order_id == _OF_ORDER).order_by(OrderEvent.id)


def order_for(session: Session, actor: Actor, ref: UUID | str, *, token: object = None, lock: bool = False) -> Order:
    """The order by id or number, where the actor may see it; NotThere otherwise, without saying why.

    `token`: what a link carried (orders/links.py); it opens this order and nothing else.
    """
    query = BY_ID if isinstance(ref, UUID) else BY_NUMBER
    order = session.scalar(query.with_for_update() if lock else query, {"tenant": actor.tenant_id, "ref": ref})
    if order is None or not (_is_theirs(order, actor) or actor.can("order.view") or links.opens(order, token)):
        raise NotThere
    return order


def lines_of(session: Session, order: Order) -> list[OrderLine]:
    """The lines of an order that has been fetched for its reader, in order."""
    return list(session.scalars(LINES, {"tenant": order.tenant_id, "order": order.id}))


def timeline(session: Session, order: Order) -> list[OrderEvent]:
    """What has happened to an order that has been fetched for its reader, oldest first."""
    return list(session.scalars(TIMELINE, {"tenant": order.tenant_id, "order": order.id}))


def moves_for(actor: Actor, order: Order, *, token: object = None) -> list[Move]:
    """The moves that this actor, or whoever holds the link with `token`, can make now: the buttons of a page."""
    return [move for move in ORDER.allowed(order.state) if _may(actor, order, move, token)]


def confirm(session: Session, actor: Actor, ref: UUID | str, note: str = "") -> Order:
    """The seller takes the order (permission order.manage). Conflict where it is not in a state for it."""
    return _move(session, actor, ref, "confirm", note, lambda order: OrderConfirmed(order.id, order.number))


def ship(session: Session, actor: Actor, ref: UUID | str, carrier: str = "", tracking_number: str = "", note: str = "") -> Order:
    """The goods leave the house (permission order.manage); the customer hears of it by mail."""
    words = (line("carrier", carrier, LONGEST_TRACKING), line("tracking_number", tracking_number, LONGEST_TRACKING))
    order = _move(session, actor, ref, "ship", note, lambda found: OrderShipped(found.id, found.number, *words))
    order.carrier, order.tracking_number = words
    letters.send_shipped(session, order)
    return order


def deliver(session: Session, actor: Actor, ref: UUID | str, note: str = "") -> Order:
    """The goods have arrived (permission order.manage)."""
    return _move(session, actor, ref, "deliver", note, lambda order: OrderDelivered(order.id, order.number))


def close(session: Session, actor: Actor, ref: UUID | str, note: str = "") -> Order:
    """Delivered, paid and finished (permission order.manage)."""
    return _move(session, actor, ref, "close", note, lambda order: OrderClosed(order.id, order.number))


def cancel(session: Session, actor: Actor, ref: UUID | str, reason: str, *, token: object = None) -> Order:
    """Calls the order off and puts its stock back: the seller until it is shipped (order.manage), the customer, also by
    his link, until it is confirmed; of a company those who may order for it. The customer hears of it by mail."""
    found = order_for(session, actor, ref, token=token, lock=True)
    verb = "cancel" if actor.can("order.manage") else "withdraw"
    by_customer = _may_withdraw(found, actor, token)
    words = line("reason", reason, LONGEST_NOTE)
    order = _step(session, actor, found, verb, words, by_customer, lambda moved: OrderCancelled(moved.id, moved.number, words))
    back = {item.product_id: item.quantity for item in lines_of(session, order) if item.counted}
    returned = stock.put_back(session, actor, order.id, back)
    letters.send_cancelled(session, order, words)
    if returned.turned:
        stamps.bump(session)
    return order


def _move(session: Session, actor: Actor, ref: UUID | str, verb: str, note: str, event: Callable[[Order], OrderMoved]) -> Order:
    order = order_for(session, actor, ref, lock=True)
    return _step(session, actor, order, verb, line("note", note, LONGEST_NOTE), False, event)


def _step(
    session: Session, actor: Actor, order: Order, verb: str, note: str, by_customer: bool, event: Callable[[Order], OrderMoved]
) -> Order:
    """One move of a locked order: the right to it first, then the table, then what everybody hears of it."""
    if verb == "withdraw":
        if not by_customer:
            raise NotAllowed(_("Only the customer can withdraw an order."))
    else:
        actor.must("order.manage")
    move = ORDER.step(verb, order.state)
    before, order.state = order.state, move.target
    session.add(
        OrderEvent(
            tenant_id=order.tenant_id,
            order_id=order.id,
            verb=verb,
            from_state=before,
            to_state=move.target,
            note=note,
            actor=actor.as_json(),
        )
    )
    audit.record(
        session, actor, f"order.{verb}", "order", order.number, before={"state": before}, after={"state": move.target, "note": note}
    )
    publish(session, event(order), actor)
    return order


def _may(actor: Actor, order: Order, move: Move, token: object) -> bool:
    return actor.can(move.permission) if move.permission else _may_withdraw(order, actor, token)


def _may_withdraw(order: Order, actor: Actor, token: object) -> bool:
    """The customer: the owner, a colleague who may order for the company (looking is not enough), whoever holds the link."""
    if links.opens(order, token):
        return True
    return _is_theirs(order, actor) and (order.owner_id == actor.id or actor.can("company.order"))


def _is_theirs(order: Order, actor: Actor) -> bool:
    if actor.id is not None and order.owner_id == actor.id:
        return True
    if actor.company_id is not None and order.company_id == actor.company_id:
        return True
    is_guest = actor.id is None and bool(actor.visitor)
    return is_guest and order.visitor_hash is not None and order.visitor_hash == token_hash(actor.visitor or "")
