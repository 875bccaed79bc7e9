"""My orders, one order, and the order behind a guest's link: where it is now, what I can do about it, its papers."""

from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from catalog.assortment import Rendition, ShopPicture
from kernel.i18n import format_number
from kernel.i18n import gettext as _
from kernel.money import Money
from kernel.web.answers import Answer
from kernel.web.cursors import pack, unpack_instant
from kernel.web.visit import Visit
from orders import status
from orders.desk import After, my_orders
from orders.models import Order, OrderLine
from orders.states import ORDER
from storefront.pictures import image

PER_PAGE = 20
PATH = ("placed", "confirmed", "shipped", "delivered")


class CancelForm(BaseModel):
    """Why, in the customer's words; may stay empty."""

    reason: str = Field(default="", max_length=500)


def mine(visit: Visit) -> Answer:
    """The orders of the person, and of the company they buy for."""
    cursor = unpack_instant(visit.query.get("after"))
    found = my_orders(visit.session, visit.actor, After(*cursor) if cursor else None, PER_PAGE)
    following = visit.url("orders.mine", after=pack([found.next.placed_at, found.next.id])) if found.next else ""
    return visit.render("storefront/orders.html", orders=found.orders, following=following, is_first=cursor is None, states=ORDER.states)


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


def steps(order: Order, happened: list[Any]) -> list[dict[str, Any]]:
    """What happened and what comes next, for the timeline: each step with its sentence and its instant."""
    seen = [{"state": e.to_state, "at": e.at, "note": e.note, "mark": "done"} for e in happened]
    if seen:
        seen[-1]["mark"] = "done" if ORDER.states[order.state].final else "now"
    if order.state in PATH:
        ahead = PATH[PATH.index(order.state) + 1 :]
        seen += [{"state": name, "at": None, "note": "", "mark": "next"} for name in ahead]
    return [{**step, "meaning": ORDER.states[step["state"]].meaning} for step in seen]


def totals_of(order: Order) -> list[dict[str, Any]]:
    """The figures of an order as the sums table takes them: copied from the order, nothing is computed here."""
    money = partial(Money, currency=order.currency)
    label = order.snapshot["tax"]["label"]
    words = _("includes %(label)s %(rate)s %%") if order.prices_include_tax else _("%(label)s %(rate)s %%")
    rates = [(words % {"label": _(label), "rate": _plain(r["percent"])}, Decimal(r["tax"])) for r in order.snapshot["tax"]["rates"]]
    tax = [{"label": text, "amount": money(amount), "minor": order.prices_include_tax} for text, amount in rates if amount]
    freight: Any = money(order.freight_amount) if order.freight_amount else _("free")
    goods = [{"label": _("Goods"), "amount": money(order.goods_amount)}, {"label": _("Delivery"), "amount": freight}]
    paid = {"label": _("To pay"), "amount": money(order.total_amount), "total": True}
    return [*goods, paid, *tax] if order.prices_include_tax else [*goods, *tax, paid]


def _plain(percent: str) -> str:
    return format_number(Decimal(percent))


def _picture(visit: Visit, line: OrderLine) -> dict[str, Any] | None:
    kept = line.snapshot.get("picture")
    if not kept:
        return None
    renditions = tuple(Rendition(**rendition) for rendition in kept["renditions"])
    picture = ShopPicture(UUID(kept["id"]), UUID(kept["source_tenant_id"]), kept["alt"], kept["width"], kept["height"], renditions)
    return image(visit, picture)


def _page(visit: Visit, order: Order, token: str) -> Answer:
    return visit.render(
        "storefront/order.html",
        order=order,
        lines=[(line, _picture(visit, line)) for line in status.lines_of(visit.session, order)],
        totals=totals_of(order),
        steps=steps(order, status.timeline(visit.session, order)),
        can_cancel=any(move.verb in ("cancel", "withdraw") for move in status.moves_for(visit.actor, order, token=token)),
        thanks=visit.query.get("thanks") == "1",
        token=token,
    )
