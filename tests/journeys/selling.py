"""Orders that are there already when a journey begins."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.assortment import view_for
from kernel.actors import Actor
from orders import cart as carts
from orders.details import CheckoutDetails
from tests.factories.orders import place


def order_of(session: Session, buyer: Actor, market: str, given: CheckoutDetails, goods: Mapping[UUID, int], language: str = "en") -> str:
    """The number of an order that the buyer has just placed."""
    view = view_for(session, market, language)
    for product, quantity in goods.items():
        carts.add(session, buyer, view, product, Decimal(quantity))
    session.flush()
    cart = carts.current_cart(session, buyer, market)
    assert cart is not None
    return place(session, buyer, cart, given, link_base="http://shop.localhost/en-eu/order").order.number
