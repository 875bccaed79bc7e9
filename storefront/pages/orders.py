"""My orders, one order, and the order behind a guest's link: where it is now, what I can do about it, its papers."""

from pydantic import BaseModel, Field

from kernel.web.answers import Answer
from kernel.web.cursors import pack, unpack_instant
from kernel.web.visit import Visit
from orders import status
from orders.desk import After, my_orders
from orders.models import Order
from storefront.papers import steps, totals_of
from storefront.pictures import kept_image

PER_PAGE = 20


class CancelForm(BaseModel):
    """Why, in the customer's words; may stay empty."""

    reason: str = Field(default="", max_length=500)


def mine(visit: Visit) -> Answer:
    """The orders of the person, and of the company they buy for."""
    cursor = unpack_instant(visit.query.get("after"))
    found = my_orders(visit.session, visit.actor, After(*cursor) if cursor else None, PER_PAGE)
    following = visit.url("orders.mine", after=pack([found.next.placed_at, found.next.id])) if found.next else ""
    return visit.render("storefront/orders.html", orders=found.orders, following=following, is_first=cursor is None)


def show(visit: Visit) -> Answer:
    """One order of one's own or of one's company."""
    return _page(visit, status.order_for(visit.session, visit.actor, visit.param("number")), "")


def by_link(visit: Visit) -> Answer:
    """The order behind the link of the confirmation; it also thanks whoever has just ordered."""
    token = visit.param("token")
    order = status.order_for(visit.session, visit.actor, visit.param("number"), token=token)
    return _page(visit, order, token).header("referrer-policy", "no-referrer")


def cancel(visit: Visit) -> Answer:
    """Cancels one's own order, while it may still be."""
    status.cancel(visit.session, visit.actor, visit.param("number"), visit.form.given.reason)
    return visit.redirect(visit.url("orders.show", number=visit.param("number")))


def cancel_by_link(visit: Visit) -> Answer:
    """The same for whoever holds the link."""
    number, token = visit.param("number"), visit.param("token")
    status.cancel(visit.session, visit.actor, number, visit.form.given.reason, token=token)
    return visit.redirect(visit.url("orders.by_link", number=number, token=token))


def _page(visit: Visit, order: Order, token: str) -> Answer:
    return visit.render(
        "storefront/order.html",
        order=order,
        lines=[(line, kept_image(visit, line.snapshot.get("picture"))) for line in status.lines_of(visit.session, order)],
        totals=totals_of(order),
        steps=steps(order, status.timeline(visit.session, order)),
        can_cancel=any(move.verb in ("cancel", "withdraw") for move in status.moves_for(visit.actor, order, token=token)),
        thanks=visit.query.get("thanks") == "1",
        token=token,
    )
