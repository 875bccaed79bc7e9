"""JSON: carts and orders under /api/v1, for machine clients. A client's carts are its own; orders need order.view or order.manage."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from catalog.assortment import view_for
from kernel.actors import Actor
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.money import LIMIT, Money
from kernel.web.access import scope
from kernel.web.cursors import Page, pack, unpack_instant
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit
from orders import cart as carts
from orders import desk, status
from orders.checkout import place_order
from orders.details import AddressForm, CheckoutDetails, checked_address
from orders.models import Cart, Order, OrderLine
from orders.repricing import CartView

MOST = 200


class Strict(BaseModel):
    """Unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class CartIn(Strict):
    """In which market and language the client buys."""

    market: str
    language: str


class LineIn(Strict):
    """So many of a product or variant, counted in `unit` (UN/ECE Rec 20); without one in the product's base unit."""

    product_id: UUID
    quantity: Decimal = Field(default=Decimal(1), gt=0, le=9999)
    unit: str = Field(default="", max_length=3)


class QuantityIn(Strict):
    """A line's quantity, counted in `unit` or the base unit; 0 removes it."""

    quantity: Decimal = Field(ge=0, le=9999)
    unit: str = Field(default="", max_length=3)


class CartLineOut(BaseModel):
    """One line with this moment's price; `price` is null where it is no longer sold. `quantity` and `price` are of the base unit
    `unit`; `ordered_quantity` of `ordered_unit` is the same as it was put in."""

    id: UUID
    product_id: UUID
    sku: str
    name: str
    quantity: Decimal
    unit: str
    ordered_quantity: Decimal
    ordered_unit: str
    price: Decimal | None
    amount: Decimal | None
    availability: str
    changes: list[str]


class CartOut(BaseModel):
    """A cart with every figure of this moment; `total` is what an order placed now costs."""

    id: UUID
    market: str
    currency: str
    prices_include_tax: bool
    lines: list[CartLineOut]
    goods: Decimal
    freight: Decimal
    tax: Decimal
    total: Decimal
    shipping_options: list[str]
    can_be_ordered: bool


class AddressIn(Strict):
    """A postal address; which fields a country needs, the error says."""

    country_code: str
    name: str = ""
    company_name: str = ""
    street_address: str = ""
    city: str = ""
    city_area: str = ""
    country_area: str = ""
    postal_code: str = ""
    sorting_code: str = ""
    phone: str = ""


class OrderIn(Strict):
    """Places a cart. `accepted_total` must be the cart's total with this address, or the order is refused (409)."""

    cart_id: UUID
    email: str
    shipping_address: AddressIn
    billing_address: AddressIn | None = None
    shipping: str
    payment: str = "on_account"
    customer_reference: str = ""
    note: str = ""
    accepted_total: Decimal = Field(ge=0, lt=LIMIT)


class OrderLineOut(BaseModel):
    """One line as it was promised. `ordered_quantity` of `ordered_unit` is what was asked for: empty where that was the base unit;
    one of it is `unit_numerator` / `unit_denominator` of `unit`."""

    position: int
    sku: str
    name: str
    quantity: Decimal
    unit: str
    ordered_quantity: Decimal | None
    ordered_unit: str
    unit_numerator: int
    unit_denominator: int
    unit_amount: Decimal
    amount: Decimal
    net_amount: Decimal
    tax_amount: Decimal
    gross_amount: Decimal
    tax_percent: Decimal


class OrderOut(BaseModel):
    """An order; amounts in `currency`, `total` is what is to be paid."""

    id: UUID
    number: str
    state: str
    placed_at: datetime
    email: str
    buyer: str
    company: str
    market: str
    currency: str
    goods: Decimal
    freight: Decimal
    tax: Decimal
    total: Decimal
    payment: str
    carrier: str
    tracking_number: str
    snapshot: dict[str, Any]
    lines: list[OrderLineOut] = []


class OrdersQuery(Strict):
    """`state` narrows; `q` matches beginnings of number, mail, family name, company."""

    state: str | None = None
    q: str = Field(default="", max_length=200)
    after: str | None = None
    limit: int = Field(default=50, ge=1, le=MOST)


class MoveIn(Strict):
    """A note for the timeline; carrier and tracking number where something is sent."""

    note: str = Field(default="", max_length=1000)
    carrier: str = Field(default="", max_length=100)
    tracking_number: str = Field(default="", max_length=100)


def open_cart(visit: Visit) -> CartOut:
    """The client's open cart of a market; a new one where there is none."""
    view = view_for(visit.session, visit.form.market, visit.form.language)
    return cart_out(visit, carts.open_cart(visit.session, visit.actor, view))


def show_cart(visit: Visit) -> CartOut:
    """A cart at this moment's prices."""
    return cart_out(visit, carts.cart_for(visit.session, visit.actor, visit.id()))


def add_line(visit: Visit) -> CartOut:
    """Puts so many more into the cart."""
    cart = carts.cart_for(visit.session, visit.actor, visit.id())
    view = view_for(visit.session, cart.market_code, cart.language)
    carts.add(visit.session, visit.actor, view, visit.form.product_id, visit.form.quantity, visit.form.unit)
    return cart_out(visit, cart)


def set_line(visit: Visit) -> CartOut:
    """Sets a line's quantity."""
    cart = carts.cart_for(visit.session, visit.actor, visit.id())
    view = view_for(visit.session, cart.market_code, cart.language)
    carts.set_quantity(visit.session, visit.actor, view, cart.id, visit.id("line"), visit.form.quantity, visit.form.unit)
    return cart_out(visit, cart)


def place(visit: Visit) -> OrderOut:
    """Makes the cart an order, once per Idempotency-Key."""
    given: OrderIn = visit.form
    cart = carts.cart_for(visit.session, visit.actor, given.cart_id)
    delivery = checked_address(AddressForm(**given.shipping_address.model_dump()), "shipping_address.")
    billing = checked_address(AddressForm(**given.billing_address.model_dump()), "billing_address.") if given.billing_address else None
    details = CheckoutDetails(
        email=given.email, shipping_address=delivery, billing_address=billing, shipping=given.shipping, payment=given.payment,
        customer_reference=given.customer_reference, note=given.note,
    )  # fmt: skip
    key = visit.headers["idempotency-key"]
    view = view_for(visit.session, cart.market_code, cart.language)
    placed = place_order(visit.session, visit.actor, cart.id, key, details, Money(given.accepted_total, view.currency))
    return order_out(placed.order, status.lines_of(visit.session, placed.order))


def list_orders(visit: Visit) -> Page[OrderOut]:
    """Orders of the shop, newest first."""
    wanted: OrdersQuery = visit.filter
    cursor = unpack_instant(wanted.after)
    after = desk.After(*cursor) if cursor else None
    chosen = desk.OrderFilter(states=(wanted.state,) if wanted.state else (), text=wanted.q)
    found = desk.list_orders(visit.session, visit.actor, chosen, after, wanted.limit)
    following = pack([found.next.placed_at, found.next.id]) if found.next else None
    return Page[OrderOut](items=[order_out(o) for o in found.orders], next=following)


def show_order(visit: Visit) -> OrderOut:
    """One order with its lines."""
    order = status.order_for(visit.session, visit.actor, visit.param("number"))
    return order_out(order, status.lines_of(visit.session, order))


def move_order(visit: Visit) -> OrderOut:
    """Moves an order on: confirm, ship, deliver, close, cancel."""
    given, number, verb = visit.form, visit.param("number"), visit.param("verb")
    if verb == "ship":
        order = status.ship(visit.session, visit.actor, number, given.carrier, given.tracking_number, given.note)
    elif verb in SIMPLE_MOVES:
        order = SIMPLE_MOVES[verb](visit.session, visit.actor, number, given.note)
    else:
        raise Invalid.at("verb", _("Use one of %(words)s.") % {"words": ", ".join(("ship", *SIMPLE_MOVES))}, "unknown")
    return order_out(order, status.lines_of(visit.session, order))


SIMPLE_MOVES: dict[str, Callable[[Session, Actor, str, str], Order]] = {
    "confirm": status.confirm,
    "deliver": status.deliver,
    "close": status.close,
    "cancel": status.cancel,
}


def cart_out(visit: Visit, cart: Cart) -> CartOut:
    """A cart as the API shows it."""
    seen: CartView = carts.look_at(visit.session, view_for(visit.session, cart.market_code, cart.language), cart)
    if seen.cart_id is None:
        raise NotThere
    lines = [
        CartLineOut(
            id=line.line_id, product_id=line.product_id, sku=line.sku, name=line.name, quantity=line.quantity,
            unit=line.offer.unit if line.offer else "", ordered_quantity=line.count, ordered_unit=line.way.unit,
            price=line.price.amount if line.price else None, amount=line.amount.amount if line.amount else None,
            availability=line.supply.kind, changes=[change.text for change in line.changes],
        )
        for line in seen.lines
    ]  # fmt: skip
    totals = seen.totals
    return CartOut(
        id=seen.cart_id, market=cart.market_code, currency=totals.currency, prices_include_tax=totals.prices_include_tax, lines=lines,
        goods=totals.goods.amount, freight=totals.freight.amount, tax=totals.tax.amount, total=totals.total.amount,
        shipping_options=[option.code for option in seen.shipping_options], can_be_ordered=seen.can_be_ordered,
    )  # fmt: skip


def order_out(order: Order, lines: list[OrderLine] | None = None) -> OrderOut:
    """An order as the API shows it."""
    names = OrderLineOut.model_fields.keys()
    return OrderOut(
        id=order.id, number=order.number, state=order.state, placed_at=order.placed_at, email=order.email, buyer=order.buyer,
        company=order.company, market=order.market_code, currency=order.currency, goods=order.goods_amount, freight=order.freight_amount,
        tax=order.tax_amount, total=order.total_amount, payment=order.payment, carrier=order.carrier,
        tracking_number=order.tracking_number, snapshot=order.snapshot,
        lines=[OrderLineOut(**{name: getattr(line, name) for name in names}) for line in lines or []],
    )  # fmt: skip


SEE, WORK = scope("order.view"), scope("order.manage")

ROUTES: list[Entry] = [
    api("POST", "/carts", open_cart, access=WORK, body=CartIn, reply=CartOut, status=201, creates=True),
    api("GET", "/carts/{id}", show_cart, access=WORK, reply=CartOut),
    api("POST", "/carts/{id}/lines", add_line, access=WORK, body=LineIn, reply=CartOut, status=201, creates=True),
    api("PATCH", "/carts/{id}/lines/{line}", set_line, access=WORK, body=QuantityIn, reply=CartOut),
    api("POST", "/orders", place, access=WORK, body=OrderIn, reply=OrderOut, status=201, creates=True),
    api("GET", "/orders", list_orders, access=SEE, query=OrdersQuery, reply=Page[OrderOut]),
    api("GET", "/orders/{number}", show_order, access=SEE, reply=OrderOut),
    api("POST", "/orders/{number}/{verb}", move_order, access=WORK, body=MoveIn, reply=OrderOut),
]
