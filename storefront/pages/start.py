"""`/`: on to the place that fits the language of the browser."""

from kernel.web.answers import Answer
from kernel.web.visit import Visit


def go(visit: Visit) -> Answer:
    """Leads to the home page of the best place; the kernel has already chosen it."""
    return visit.redirect(visit.url("home")).header("vary", "accept-language, cookie")
