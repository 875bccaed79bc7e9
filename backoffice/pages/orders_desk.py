"""The orders desk: what needs me, how urgent, how many; one order with its one next action."""

from typing import Any

from pydantic import BaseModel, Field

from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.cursors import pack, unpack_instant
from kernel.web.visit import Visit
from orders import status
from orders.desk import After, OrderFilter, count_open, list_orders
from orders.states import ORDER
from storefront.papers import steps, totals_of
from storefront.pictures import kept_image


class MoveForm(BaseModel):
    """A note for the timeline; carrier and tracking number where something is sent."""

    note: str = Field(default="", max_length=1000)
    carrier: str = Field(default="", max_length=200)
    tracking_number: str = Field(default="", max_length=200)


def show(visit: Visit) -> Answer:
    """Orders by state, newest first; search goes by beginnings of number, mail, family name and company."""
    state = visit.query.get("state", "")
    text = visit.query.get("q", "").strip()
    cursor = unpack_instant(visit.query.get("after"))
    wanted = OrderFilter(states=(state,) if state in ORDER.states else (), text=text)
    found = list_orders(visit.session, visit.actor, wanted, After(*cursor) if cursor else None)
    params = {"state": state or None, "q": text or None}
    following = visit.url("desk.orders", after=pack([found.next.placed_at, found.next.id]), **params) if found.next else ""
    return visit.render(
        "backoffice/orders.html",
        orders=found.orders,
        following=following,
        first=visit.url("desk.orders", **params),
        is_first=cursor is None,
        counts=count_open(visit.session, visit.actor),
        state=state,
        text=text,
    )


def order(visit: Visit) -> Answer:
    """One order: state, the one next action, everything that happened, who."""
    found = status.order_for(visit.session, visit.actor, visit.param("number"))
    happened = status.timeline(visit.session, found)
    return visit.render(
        "backoffice/order.html",
        order=found,
        lines=[(line, kept_image(visit, line.snapshot.get("picture"))) for line in status.lines_of(visit.session, found)],
        steps=[{**step, "who": who} for step, who in zip(steps(found, happened), _who(happened), strict=False)],
        moves=[move.verb for move in status.moves_for(visit.actor, found)],
        totals=totals_of(found),
        form=visit.fill(MoveForm),
        crumbs=[(_("Orders"), visit.url("desk.orders")), (found.number, "")],
        done=visit.query.get("done", ""),
    )


def confirm(visit: Visit) -> Answer:
    """Takes the order."""
    status.confirm(visit.session, visit.actor, visit.param("number"), visit.form.given.note)
    return _back(visit, "confirm")


def ship(visit: Visit) -> Answer:
    """The goods leave the house."""
    given = visit.form.given
    status.ship(visit.session, visit.actor, visit.param("number"), given.carrier, given.tracking_number, given.note)
    return _back(visit, "ship")


def deliver(visit: Visit) -> Answer:
    """The goods have arrived."""
    status.deliver(visit.session, visit.actor, visit.param("number"), visit.form.given.note)
    return _back(visit, "deliver")


def close(visit: Visit) -> Answer:
    """Paid and finished."""
    status.close(visit.session, visit.actor, visit.param("number"), visit.form.given.note)
    return _back(visit, "close")


def cancel(visit: Visit) -> Answer:
    """Calls the order off; its stock is free again."""
    status.cancel(visit.session, visit.actor, visit.param("number"), visit.form.given.note)
    return _back(visit, "cancel")


def _back(visit: Visit, done: str) -> Answer:
    return visit.redirect(visit.url("desk.order", number=visit.param("number"), done=done))


def _who(happened: list[Any]) -> list[str]:
    return [str(e.actor.get("name", "")) for e in happened] + [""] * 6
