"""Today: what needs me, how many, and one click to it."""

from kernel.web.answers import Answer
from kernel.web.visit import Visit
from orders.desk import OrderFilter, count_open, list_orders

LATEST = 8


def show(visit: Visit) -> Answer:
    """Orders that wait and the latest ones, for those who may see them."""
    sees_orders = visit.actor.can("order.view")
    return visit.render(
        "backoffice/home.html",
        counts=count_open(visit.session, visit.actor) if sees_orders else {},
        latest=list_orders(visit.session, visit.actor, OrderFilter(), None, LATEST).orders if sees_orders else [],
    )
