"""The personal part of pages that are the same for everybody: who is signed in, how much is in the cart. Never kept."""

from kernel.web.answers import Answer
from kernel.web.visit import Visit
from orders.cart import count


def show(visit: Visit) -> Answer:
    """Name and count, as a fragment that the page's script puts into its places."""
    return visit.render("storefront/me.html", count=count(visit.session, visit.actor, visit.place.market))
