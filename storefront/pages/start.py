"""`/`: on to the place that fits the language of the browser."""

from kernel.errors import Unavailable
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.visit import Visit


def go(visit: Visit) -> Answer:
    """Leads to the home page of the best place; the kernel has already chosen it."""
    if not visit.tenant.markets:
        raise Unavailable(_("This shop is not open yet."), retry_after_seconds=60)
    return visit.redirect(visit.url("home")).header("vary", "accept-language, cookie")
