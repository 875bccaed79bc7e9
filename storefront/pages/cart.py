"""The cart: what I pay in the end, what has changed since, nothing I did not ask for."""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from catalog.assortment import ShopView, view_for
from catalog.unit_words import in_words
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from orders import cart as carts
from orders.quantities import QuantityRefused
from orders.repricing import CartView
from storefront.shopper import remember, shopper


class AddForm(BaseModel):
    """So many of a product or variant, counted in one of its units."""

    product_id: UUID
    quantity: Decimal = Field(default=Decimal(1), gt=0, le=9999)
    unit: str = Field(default="", max_length=3)


class QuantityForm(BaseModel):
    """A line's new quantity, counted in one of the product's units; nothing removes it."""

    quantity: Decimal = Field(ge=0, le=9999)
    unit: str = Field(default="", max_length=3)


def show(visit: Visit) -> Answer:
    """The cart with every figure of this moment."""
    return _page(visit, carts.show(visit.session, visit.actor, _view(visit)))


def add(visit: Visit) -> Answer:
    """Puts a product into the cart. Scripts get the confirmation alone, everybody else the cart."""
    view, actor = _view(visit), shopper(visit)
    try:
        given: AddForm = visit.form.given
        added = carts.add(visit.session, actor, view, given.product_id, given.quantity, given.unit)
    except (Invalid, NotThere) as refused:
        return _refused(visit, view, refused, Instead(visit.url("cart.add"), given.product_id))
    if visit.is_fragment:
        return remember(visit, actor, visit.render("storefront/added.html", added=added))
    return remember(visit, actor, visit.redirect(visit.url("cart.show")))


def set_quantity(visit: Visit) -> Answer:
    """Changes a line."""
    view = _view(visit)
    try:
        given: QuantityForm = visit.form.given
        carts.set_quantity(visit.session, visit.actor, view, _cart_id(visit), visit.id("line"), given.quantity, given.unit)
    except Invalid as refused:
        return _refused(visit, view, refused, Instead(visit.url("cart.set_quantity", line=visit.id("line")), line_id=visit.id("line")))
    return visit.redirect(visit.url("cart.show"))


def remove(visit: Visit) -> Answer:
    """Takes a line out; the page offers to put it back."""
    carts.remove(visit.session, visit.actor, _cart_id(visit), visit.id("line"))
    return visit.redirect(visit.url("cart.show"))


def put_back(visit: Visit) -> Answer:
    """Undoes a removal."""
    carts.put_back(visit.session, visit.actor, _cart_id(visit), visit.id("line"))
    return visit.redirect(visit.url("cart.show"))


def accept_changes(visit: Visit) -> Answer:
    """The shopper has read what changed."""
    carts.accept_changes(visit.session, visit.actor, _view(visit), _cart_id(visit))
    return visit.redirect(visit.url("cart.show"))


def _view(visit: Visit) -> ShopView:
    return view_for(visit.session, visit.place.market, visit.place.language)


def _cart_id(visit: Visit) -> UUID:
    found = carts.current_cart(visit.session, visit.actor, visit.place.market)
    if found is None:
        raise NotThere
    return found.id


@dataclass(frozen=True)
class Instead:
    """What can be had instead of a quantity that was refused: `choices` are (count, words), which `action` takes. It is said at
    the line, or on top where a product was to be added."""

    action: str
    product_id: UUID | None = None
    line_id: UUID | None = None
    unit: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def _refused(visit: Visit, view: ShopView, refused: Invalid | NotThere, instead: Instead) -> Answer:
    """The cart as it was, with the reason on top or at its line; nothing has changed."""
    reason = _(refused.problems[0].reason if isinstance(refused, Invalid) and refused.problems else refused.message)
    if visit.is_fragment:
        return visit.render("storefront/not_added.html", status=422, reason=reason)
    if isinstance(refused, QuantityRefused):
        choices = tuple((f"{count.normalize():f}", in_words(count, refused.unit)) for count in refused.nearest)
        instead = replace(instead, unit=refused.unit, choices=choices)
    return _page(visit, carts.show(visit.session, visit.actor, view), reason, 422, instead)


def _page(visit: Visit, cart: CartView, reason: str = "", status: int = 200, instead: Instead | None = None) -> Answer:
    return visit.render("storefront/cart.html", status=status, cart=cart, reason=reason, instead=instead)
