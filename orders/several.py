"""Several products into the cart at once: all of them, or none and the reason at each that cannot be had."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.assortment import ShopView
from kernel.actors import Actor
from kernel.errors import Invalid, Problem
from kernel.i18n import gettext as _
from orders.cart import open_cart
from orders.lines import put
from orders.offers import Offer, offers_for
from orders.quantities import asked, check_supply, checked_quantity

MOST_AT_ONCE = 100


def add_several(session: Session, actor: Actor, view: ShopView, wanted: Mapping[UUID, Decimal]) -> int:
    """Adds so many of each product or variant, counted in the unit it is usually ordered in; returns how many products.

    Raises Invalid with one problem per product that cannot be had so, at `quantities.<product id>`; then the cart is as it was.
    """
    if not wanted:
        raise Invalid.at("form", _("Please give at least one quantity."), "missing")
    if len(wanted) > MOST_AT_ONCE:
        raise Invalid.at("form", _("That is more than we take at once. Please order in several steps."), "too_many")
    offers = offers_for(session, view, list(wanted))
    problems: list[Problem] = []
    with session.begin_nested():
        cart = open_cart(session, actor, view)
        for product_id, quantity in wanted.items():
            if (problem := _put(session, actor.tenant_id, cart.id, offers.get(product_id), quantity)) is not None:
                problems.append(Problem(f"quantities.{product_id}", problem.reason, problem.code))
        if problems:
            raise Invalid(problems)
    return len(wanted)


def _put(session: Session, tenant_id: UUID, cart_id: UUID, offer: Offer | None, quantity: Decimal) -> Problem | None:
    if offer is None:
        return Problem("product_id", _("This product is not sold here."), "not_there")
    try:
        way, amount = asked(offer, checked_quantity(quantity), offer.selling.usual.unit)
        line = put(session, tenant_id, cart_id, offer, amount, way)
        check_supply(offer, line.supply, line.quantity, way)
    except Invalid as refused:
        return refused.problems[0]
    return None
