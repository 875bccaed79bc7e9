"""Checkout: what is asked step by step, the review, and placing the order.

Placing, in one transaction:

- the same key from the same buyer answers with the order it has made before (a second click, a retry after a lost
  answer); another cart, address or total under that key is refused;
- the cart is locked, so two tabs cannot order it twice; who comes second hears which order it became;
- everything is looked up and added up once more. The total must be the one the customer accepted, else nothing
  happens and the refusal names what has changed;
- payment is promised, stock is taken for all lines by one statement, the number is given (late: it locks the series),
  the snapshot is written, the event published, the confirmation queued, the cart closed.

Two buyers meet only on the stock rows they share and on the number; both are taken in the same order by everybody.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from catalog.assortment import view_for
from catalog.shop import ShopView
from kernel import audit, clock, stamps
from kernel.actors import Actor
from kernel.db.writing import write_new
from kernel.errors import Conflict, Invalid, NotThere, Problem, Refused, TooMany
from kernel.events import publish
from kernel.i18n import format_money, using
from kernel.i18n import gettext as _
from kernel.idempotency import KeyUsedOtherwise
from kernel.ids import new_id, token_hash
from kernel.money import Money
from kernel.numbers import next_number
from orders import details as typed
from orders import letters, links, steps, stock
from orders.cart import owned_by
from orders.crowding import count_order
from orders.details import AddressStep, CheckoutDetails, ContactForm, PaymentForm
from orders.models import Cart, Order, OrderEvent
from orders.snapshot import Review, lines_for, order_row, placed_event
from orders.steps import payment_request, review_of

FIRST_NUMBER = 100001
LONGEST_KEY = 255


class OrderChanged(Conflict):
    """What would be charged is no longer what was accepted. `data`: accepted, total (as text), changes (sentences)."""

    code = "order_changed"


class AlreadyOrdered(Conflict):
    """The cart has become an order under another key. `data`: number."""

    code = "already_ordered"


@dataclass(frozen=True)
class Placing:
    """The request itself: its key, what tells it from another one, where links to the order lead, the network that it
    came from (empty where that does not count)."""

    key: str
    request_hash: bytes
    link_base: str
    network: str = ""


@dataclass(frozen=True)
class Found:
    """An open cart, locked, and whether the request's key has placed an order before."""

    cart: Cart
    is_key_used: bool


@dataclass(frozen=True)
class PlacedOrder:
    """The order and its link token (orders/links.py). `is_new` is False where the key had placed it before."""

    order: Order
    token: str
    is_new: bool


def place_order(
    session: Session,
    actor: Actor,
    cart_id: UUID,
    key: str,
    details: CheckoutDetails,
    accepted_total: Money,
    link_base: str = "",
) -> PlacedOrder:
    """Makes the cart an order, once.

    `key`: the request's idempotency key, 1 to 255 characters. `link_base`: address of the page for orders by link,
    to which `/<number>/<token>` is added. Raises KeyUsedOtherwise, AlreadyOrdered, OrderChanged, Invalid (details that
    lack something), Refused (payment, an address we cannot sell to), NotThere (not the actor's cart).
    """
    placing = Placing(_checked_key(key), _request_hash(cart_id, details, accepted_total), link_base)
    cart = _cart_to_order(session, actor, Cart.id == cart_id, placing.key)
    if cart is None or cart.is_key_used:
        return _placed_before(session, actor, cart_id, placing)
    view = view_for(session, cart.cart.market_code, cart.cart.language)
    return _place(session, actor, view, cart.cart, details, accepted_total, placing)


def place_reviewed(
    session: Session,
    actor: Actor,
    view: ShopView,
    key: str,
    shipping: str,
    payment: PaymentForm,
    accepted_total: Money,
    link_base: str,
    network: str,
) -> PlacedOrder:
    """The same for the last page of a checkout: the actor's cart in the view's market, with what is kept on it and what
    was chosen on that page. NotThere where there is no such cart (any more); `order_of_key` then knows the order.

    `network`: where the request came from; a guest who orders very often is refused with TooMany (orders/crowding.py).
    """
    checked = _checked_key(key)
    found = _cart_to_order(session, actor, Cart.market_code == view.market_code, checked)
    if found is None:
        raise NotThere
    details = steps.with_choice(steps.details_of(found.cart), shipping, payment)
    placing = Placing(checked, _request_hash(found.cart.id, details, accepted_total), link_base, network)
    if found.is_key_used:
        return _placed_before(session, actor, found.cart.id, placing)
    return _place(session, actor, view, found.cart, details, accepted_total, placing)


def _place(
    session: Session, actor: Actor, view: ShopView, cart: Cart, details: CheckoutDetails, accepted: Money, placing: Placing
) -> PlacedOrder:
    if actor.company_id is not None:
        actor.must("company.order")
    with using(cart.language):
        found = review_of(session, actor, view, cart, _complete(details, view))
        _check_review(found, accepted)
        order = _write(session, actor, cart, found, placing)
    return PlacedOrder(order, links.token_of(order), is_new=True)


def order_of_key(session: Session, actor: Actor, key: str) -> PlacedOrder | None:
    """The order that this buyer has placed under the key, None where there is none: for a retry that has nothing else left."""
    order = session.scalar(_of_key(actor, key))
    return PlacedOrder(order, links.token_of(order), is_new=False) if order else None


def _placed_by(actor: Actor) -> str:
    return f"id:{actor.id}" if actor.id else f"visitor:{token_hash(actor.visitor or '').hex()}"


def _checked_key(key: str) -> str:
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise Invalid.at("key", _("A request key has 1 to 255 printable characters."), "key")
    return key


def _request_hash(cart_id: UUID, details: CheckoutDetails, accepted: Money) -> bytes:
    request = [str(cart_id), details.model_dump(mode="json"), str(accepted.amount), accepted.currency]
    return hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).digest()


def _of_key(actor: Actor, key: str) -> Select[Order]:
    return select(Order).where(Order.tenant_id == actor.tenant_id, Order.placed_by == _placed_by(actor), Order.key == key)


def _cart_to_order(session: Session, actor: Actor, which: ColumnElement[bool], key: str) -> Found | None:
    """The actor's open cart, locked, and whether the key has placed an order before; None where there is no such cart."""
    used = select(Order.id).where(Order.tenant_id == actor.tenant_id, Order.placed_by == _placed_by(actor), Order.key == key).exists()
    mine = (Cart.tenant_id == actor.tenant_id, Cart.state == "open", owned_by(actor), which)
    row = session.execute(select(Cart, used.label("is_used")).where(*mine).with_for_update(of=Cart)).one_or_none()
    return Found(row.Cart, row.is_used) if row else None


def _placed_before(session: Session, actor: Actor, cart_id: UUID, placing: Placing) -> PlacedOrder:
    """What the key has placed before, the same request again; KeyUsedOtherwise for another one. Without any: AlreadyOrdered
    where somebody was faster with this cart under another key, NotThere where it is not the actor's."""
    order = session.scalar(_of_key(actor, placing.key))
    if order is None:
        mine = (Order.tenant_id == actor.tenant_id) & (Order.cart_id == cart_id) & (Order.placed_by == _placed_by(actor))
        number = session.scalar(select(Order.number).where(mine))
        if number is None:
            raise NotThere
        raise AlreadyOrdered(_("This cart has been ordered already: order %(number)s.") % {"number": number}, number=number)
    if order.request_hash != placing.request_hash:
        raise KeyUsedOtherwise(message=_("Order %(number)s was placed with this request already.") % {"number": order.number})
    return PlacedOrder(order, links.token_of(order), is_new=False)


def _complete(details: CheckoutDetails, view: ShopView) -> CheckoutDetails:
    """The details, checked as a whole once more: they may come from an API call that has seen none of the forms."""
    missing = {
        "email": details.email,
        "shipping_address": details.shipping_address,
        "shipping": details.shipping,
        "payment": details.payment,
    }
    problems = [Problem(where, _("Please fill this in."), "required") for where, value in missing.items() if not value]
    if problems or details.shipping_address is None:
        raise Invalid(problems)
    step = AddressStep(delivery=details.shipping_address.form())
    if details.billing_address is not None:
        step = step.model_copy(update={"other_billing": True, "billing": details.billing_address.form()})
    checked = typed.with_addresses(details, step, tuple(view.countries))
    checked = typed.with_contact(checked, ContactForm(email=details.email, phone=details.phone))
    form = PaymentForm(payment=details.payment, customer_reference=details.customer_reference, note=details.note)
    return typed.with_payment(checked, form)


def _check_review(found: Review, accepted: Money) -> None:
    """Raises OrderChanged, with every change by name, where the customer has accepted something else."""
    blocked = [change.text for change in found.cart.changes if change.blocks]
    if found.cart.is_empty:
        raise Refused(_("The cart is empty."))
    if found.cart.refusal or found.cart.shipping is None:
        raise Refused(found.cart.refusal)
    if not blocked and found.total == accepted and found.cart.shipping.code == found.details.shipping:
        return
    changes = [change.text for change in found.cart.changes]
    if found.total != accepted:
        amounts = {"before": format_money(accepted), "now": format_money(found.total)}
        changes.append(_("The total has changed from %(before)s to %(now)s.") % amounts)
    raise OrderChanged(
        _("Something has changed since you last looked. Nothing has been ordered."),
        accepted=str(accepted),
        total=str(found.total),
        changes=changes,
    )


def _write(session: Session, actor: Actor, cart: Cart, found: Review, placing: Placing) -> Order:
    request = payment_request(actor, found.details, found.total, found.cart.destination.country)
    promise = found.cart.terms.payment(found.details.payment).promise(request)
    order_id = new_id()
    wanted = {line.product_id: line.quantity for line in found.cart.lines}
    taken = stock.take(session, actor, order_id, wanted)
    if taken.short:
        # a page that shows the refusal shows what is left, too: with what this order has just taken
        stock.put_back(session, actor, order_id, {product: wanted[product] for product in taken.counted})
        raise _sold_meanwhile(found, taken.short)
    try:
        count_order(session, actor, found.details.email, placing.network)
    except TooMany:
        stock.put_back(session, actor, order_id, {product: wanted[product] for product in taken.counted})
        raise
    number = str(next_number(session, "order", first=FIRST_NUMBER))
    order = order_row(found, promise, actor, clock.now(), order_id=order_id, number=number, cart=cart)
    order.placed_by, order.key, order.request_hash = _placed_by(actor), placing.key, placing.request_hash
    order.link_secret, order.link_base = links.new_secret(), placing.link_base
    lines = lines_for(found.cart, order, taken.counted)
    event = OrderEvent(tenant_id=order.tenant_id, order_id=order.id, verb="place", to_state=order.state, actor=actor.as_json())
    session.add_all([order, *lines, event])
    cart.state = "ordered"
    publish(session, placed_event(order, lines), actor)
    told = {"number": order.number, "total": str(order.total_amount), "currency": order.currency}
    audit.record(session, actor, "order.place", "order", order.id, after=told)
    letters.send_confirmation(session, order, lines)
    write_new(session)
    session.flush()
    if taken.turned:
        stamps.bump(session)
    return order


def _sold_meanwhile(found: Review, short: frozenset[UUID]) -> OrderChanged:
    """Somebody took the last ones between our look and our grip."""
    names = [line.name for line in found.cart.lines if line.product_id in short]
    return OrderChanged(
        _("Something has changed since you last looked. Nothing has been ordered."),
        accepted=str(found.total),
        total=str(found.total),
        changes=[_("There is no longer enough of %(name)s.") % {"name": name} for name in names],
    )
