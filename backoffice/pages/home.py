"""Today: what needs me, how many, one click to it; and how it goes."""

import csv
import io

from kernel.i18n import format_day
from kernel.i18n import gettext as _
from kernel.web.answers import Answer, attachment
from kernel.web.visit import Visit
from orders.desk import OrderFilter, count_open, list_orders
from orders.takings import Takings, best_sellers, takings_by_week
from storefront.pictures import kept_image

LATEST = 8
CURRENCIES = 2
STEADY_PERCENT = 3


def show(visit: Visit) -> Answer:
    """Orders that wait, the latest ones, and the takings of the last weeks, for those who may see orders."""
    sees_orders = visit.actor.can("order.view")
    return visit.render(
        "backoffice/home.html",
        counts=count_open(visit.session, visit.actor) if sees_orders else {},
        takings=takings_by_week(visit.session, visit.actor, visit.tenant.time_zone)[:CURRENCIES] if sees_orders else (),
        finding=finding,
        week_name=lambda week: format_day(week.begins),
        best=[(found, kept_image(visit, found.picture)) for found in best_sellers(visit.session, visit.actor)] if sees_orders else [],
        latest=list_orders(visit.session, visit.actor, OrderFilter(), None, LATEST).orders if sees_orders else [],
    )


def takings_file(visit: Visit) -> Answer:
    """The same weeks and those before them as CSV."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["week", "currency", "orders", "amount"])
    for found in takings_by_week(visit.session, visit.actor, visit.tenant.time_zone):
        for week in (*found.before, *found.weeks):
            writer.writerow([week.begins.isoformat(), found.currency, week.orders, week.amount.rounded().amount])
    return attachment(text.getvalue().encode(), "takings.csv", "text/csv; charset=utf-8")


def finding(takings: Takings) -> str:
    """The plot's title: what it shows, in words."""
    change = takings.change_percent
    if change is None:
        return _("Takings of the last %(count)s weeks") % {"count": len(takings.weeks)}
    if abs(change) < STEADY_PERCENT:
        return _("Takings are steady")
    words = _("Takings are up by %(percent)s %%") if change > 0 else _("Takings are down by %(percent)s %%")
    return words % {"percent": abs(change)}
