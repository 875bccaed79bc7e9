"""Help and contact, in the same place on every page."""

from kernel.web.answers import Answer
from kernel.web.visit import Visit


def show(visit: Visit) -> Answer:
    """How ordering, delivery and invoices work here, and how to reach the shop."""
    market = visit.tenant.market(visit.place.market)
    return visit.render("storefront/help.html", details=visit.tenant.details, market=market)
