"""The cart: fill it, change it, keep it across visits and through signing in.

A cart belongs to one person or machine client, or to one guest's browser, in one market. It promises nothing: prices
and stock are looked up whenever it is shown (orders/repricing.py) and once more when the order is placed
(orders/checkout.py). Looking never writes. Every change moves the cart's version and locks its row, so that changes
from two tabs come one after the other.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, select
from sqlalchemy.orm import Session

from catalog.shop import ShopView
from kernel import clock
from kernel.actors import Actor
from kernel.db.statements import Statement
from kernel.errors import Conflict, Invalid, NotThere, SignInNeeded
from kernel.i18n import gettext as _
from kernel.ids import new_id, token_hash
from kernel.money import Money
from orders.availability import supplies_for
from orders.details import CheckoutDetails
from orders.lines import Contents, clear_removed, contents_for, contents_of, line_of, lines_of, put, take_back
from orders.models import Cart, CartLine
from orders.offers import offers_for
from orders.quantities import asked, check_supply, checked_quantity, put_as, said
from orders.repricing import CartView, look

# two first clicks at once: one makes the cart, the other waits for it and finds it
_OPENED = """
INSERT INTO orders.cart AS c (tenant_id, id, OWNER, market_code, language, currency)
VALUES (:tenant, :id, :owner, :market, :language, :currency)
ON CONFLICT (tenant_id, OWNER, market_code) WHERE state = 'open'
DO UPDATE SET version = c.version + 1, language = excluded.language, updated_at = now()
RETURNING id"""
OPENED = {column: Statement(_OPENED.replace("OWNER", column)) for column in ("owner_id", "visitor_hash")}


@dataclass(frozen=True)
class Added:
    """What went into the cart: `quantity` (in the base unit) is now in its line, `count` in the whole cart; `said` tells the
    quantity in words."""

    cart_id: UUID
    line_id: UUID
    name: str
    price: Money
    quantity: Decimal
    count: Decimal
    said: str = ""


def cart_for(session: Session, actor: Actor, cart_id: UUID, lock: bool = False) -> Cart:
    """The actor's open cart with this id; NotThere for anybody else's and for one that has been ordered."""
    cart = _fetched(session, actor, Cart.id == cart_id, lock)
    if cart is None:
        raise NotThere
    return cart


def current_cart(session: Session, actor: Actor, market_code: str, lock: bool = False) -> Cart | None:
    """The actor's open cart in a market, None where nothing has been put into one yet."""
    if actor.id is None and not actor.visitor:
        return None
    return _fetched(session, actor, Cart.market_code == market_code, lock)


def _fetched(session: Session, actor: Actor, which: ColumnElement[bool], lock: bool) -> Cart | None:
    query = select(Cart).where(Cart.tenant_id == actor.tenant_id, Cart.state == "open", owned_by(actor), which)
    return session.scalar(query.with_for_update() if lock else query)


def open_cart(session: Session, actor: Actor, view: ShopView) -> Cart:
    """The actor's cart in the view's market for a change: made where there is none, locked, its version moved on.

    SignInNeeded for a guest without a visitor key.
    """
    cart_id = _opened(session, actor, view)
    return session.get_one(Cart, (actor.tenant_id, cart_id), populate_existing=True)


def _opened(session: Session, actor: Actor, view: ShopView) -> UUID:
    if actor.id is None and not actor.visitor:
        raise SignInNeeded("Please allow cookies or sign in to use a cart.")
    told = {
        "tenant": actor.tenant_id,
        "id": new_id(),
        "owner": actor.id or token_hash(actor.visitor or ""),
        "market": view.market_code,
        "language": view.language,
        "currency": view.currency,
    }
    cart_id: UUID = OPENED["owner_id" if actor.id else "visitor_hash"].one(session, **told).id
    return cart_id


def add(session: Session, actor: Actor, view: ShopView, product_id: UUID, quantity: Decimal | int = 1, unit: str = "") -> Added:
    """Puts so many more of a product or variant into the cart, counted in `unit`; without one in the product's base unit.

    Raises NotThere for what is not sold here, QuantityRefused (at `quantity` or `unit`) for a quantity or unit it is not sold in
    and for more than is left, Invalid for more lines than a cart takes.
    """
    offer = offers_for(session, view, [product_id]).get(product_id)
    if offer is None:
        raise NotThere(_("This product is not sold here."))
    way, amount = asked(offer, checked_quantity(quantity), unit)
    cart_id = _opened(session, actor, view)
    line = put(session, actor.tenant_id, cart_id, offer, amount, way)
    try:
        check_supply(offer, line.supply, line.quantity, way)
    except Invalid:
        # a page that shows the refusal shows the cart, too: as it was
        take_back(session, actor.tenant_id, line)
        raise
    return Added(cart_id, line.line_id, offer.name, offer.price, line.quantity, line.count, said(offer, line.quantity, way.unit))


def set_quantity(
    session: Session, actor: Actor, view: ShopView, cart_id: UUID, line_id: UUID, quantity: Decimal | int, unit: str = ""
) -> None:
    """Sets a line's quantity, counted in `unit` or the base unit; nothing (0) removes it. Raises as `add` does."""
    if Decimal(quantity) == 0:
        remove(session, actor, cart_id, line_id)
        return
    count = checked_quantity(quantity)
    cart = cart_for(session, actor, cart_id, lock=True)
    line = line_of(session, cart, line_id)
    offer = offers_for(session, view, [line.product_id]).get(line.product_id)
    if offer is None:
        raise Conflict(_("%(name)s is no longer sold here.") % {"name": line.seen_name})
    way, amount = asked(offer, count, unit)
    check_supply(offer, supplies_for(session, [line.product_id])[line.product_id].under(offer.selling), amount, way)
    line.quantity, line.removed_at = amount, None
    put_as(line, offer, way)
    cart.version, cart.language = cart.version + 1, view.language


def remove(session: Session, actor: Actor, cart_id: UUID, line_id: UUID) -> None:
    """Takes a line out; `put_back` undoes it. Removing what is already out changes nothing."""
    cart = cart_for(session, actor, cart_id, lock=True)
    line = line_of(session, cart, line_id)
    if line.removed_at is None:
        clear_removed(session, cart)
        line.removed_at = clock.now()
        cart.version += 1


def put_back(session: Session, actor: Actor, cart_id: UUID, line_id: UUID) -> None:
    """Undoes `remove`. NotThere where the line has gone for good."""
    cart = cart_for(session, actor, cart_id, lock=True)
    line = line_of(session, cart, line_id)
    if line.removed_at is not None:
        line.removed_at = None
        cart.version += 1


def show(session: Session, actor: Actor, view: ShopView) -> CartView:
    """The actor's cart in the view's market with prices, stock, freight and tax of this moment; an empty one where
    there is none. Writes nothing."""
    return _looked_at(session, view, contents_for(session, actor, view.market_code))


def look_at(session: Session, view: ShopView, cart: Cart, details: CheckoutDetails | None = None) -> CartView:
    """A cart that has been fetched for its owner, with the address and freight of `details` (else those kept on the cart)."""
    return _looked_at(session, view, contents_of(session, cart), details)


def _looked_at(session: Session, view: ShopView, contents: Contents | None, details: CheckoutDetails | None = None) -> CartView:
    return look(session, view, contents, details or CheckoutDetails.model_validate(contents.details if contents else {}))


def count(session: Session, actor: Actor, market_code: str) -> Decimal:
    """How many things are in the actor's cart: one query, for the number at the cart's sign."""
    if actor.id is None and not actor.visitor:
        return Decimal(0)
    found = session.scalar(
        select(func.sum(CartLine.quantity))
        .join(Cart, and_(Cart.tenant_id == CartLine.tenant_id, Cart.id == CartLine.cart_id))
        .where(Cart.tenant_id == actor.tenant_id, Cart.market_code == market_code, Cart.state == "open", owned_by(actor))
        .where(CartLine.removed_at.is_(None))
    )
    return found or Decimal(0)


def accept_changes(session: Session, actor: Actor, view: ShopView, cart_id: UUID) -> None:
    """The owner has read what changed: new prices count as seen, lines no longer sold go, quantities come down to what
    is left or fits."""
    cart = cart_for(session, actor, cart_id, lock=True)
    lines = [line for line in lines_of(session, cart) if line.removed_at is None]
    ids = [line.product_id for line in lines]
    offers, supplies = offers_for(session, view, ids), supplies_for(session, ids)
    for line in lines:
        offer = offers.get(line.product_id)
        supply = supplies[line.product_id].under(offer.selling) if offer else supplies[line.product_id]
        if offer is None or not supply.most:
            session.delete(line)
            continue
        line.seen_name, line.seen_amount, line.seen_currency = offer.name, offer.price.amount, offer.price.currency
        if not (supply.has(line.quantity) and supply.fits(line.quantity)):
            line.quantity = max(supply.least, min(supply.most, line.quantity - line.quantity % supply.step))
        put_as(line, offer, offer.selling.way_of(line.quantity, line.unit)[0])
    cart.version, cart.language = cart.version + 1, view.language


def owned_by(actor: Actor) -> ColumnElement[bool]:
    """The condition that a cart is the actor's: by id, or by a guest's visitor key. An actor without either has none."""
    if actor.id is not None:
        return Cart.owner_id == actor.id
    return Cart.visitor_hash == token_hash(actor.visitor) if actor.visitor else false()
