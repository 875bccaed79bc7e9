"""One address that is told of orders: what it hears, its secret, and every message with what came back."""

import orjson

from backoffice.endpoints import EndpointForm, edit_of
from kernel import clock
from kernel.errors import Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from orders import webhooks
from orders.models import WebhookEndpoint
from orders.webhooks import OLD_SECRET_HOURS, TYPES


def show(visit: Visit) -> Answer:
    """The address, its form, and the last messages."""
    found = webhooks.endpoint_for(visit.session, visit.actor, visit.id())
    known = {name: getattr(found, name) for name in ("url", "description", "contact", "events")}
    return _page(visit, visit.fill(EndpointForm, {**known, "enabled": found.state == "enabled"}), found)


def change(visit: Visit) -> Answer:
    """Another address, other events, on or off; switched on again it gets what waits."""
    form: Form[EndpointForm] = visit.form
    found = webhooks.endpoint_for(visit.session, visit.actor, visit.id())
    try:
        given = form.given
        webhooks.edit_endpoint(visit.session, visit.actor, found.id, edit_of(given, given.enabled))
    except Refused as refused:
        return _page(visit, form.told(refused), found, status=refused.status)
    return visit.redirect(visit.url("desk.endpoint", id=found.id, done="saved"))


def rotate(visit: Visit) -> Answer:
    """A new secret, shown on this page and never again; the old one signs along for a while."""
    made = webhooks.rotate_secret(visit.session, visit.actor, visit.id())
    known = {name: getattr(made.endpoint, name) for name in ("url", "description", "contact", "events")}
    form = visit.fill(EndpointForm, {**known, "enabled": made.endpoint.state == "enabled"})
    return _page(visit, form, made.endpoint, secret=made.secret)


def send_again(visit: Visit) -> Answer:
    """Sends a message once more."""
    webhooks.send_again(visit.session, visit.actor, visit.id(), visit.id("delivery"))
    return visit.redirect(visit.url("desk.endpoint", id=visit.id(), done="again"))


def remove(visit: Visit) -> Answer:
    """Removes an address with everything that waits for it."""
    webhooks.remove_endpoint(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.programs", done="removed"))


def readable(body: str) -> str:
    """The message with a line per field, as people read it."""
    return orjson.dumps(orjson.loads(body), option=orjson.OPT_INDENT_2).decode()


def _page(visit: Visit, form: Form[EndpointForm], found: WebhookEndpoint, status: int = 200, secret: str = "") -> Answer:
    return visit.render(
        "backoffice/endpoint.html",
        status=status,
        form=form,
        endpoint=found,
        deliveries=[(d, readable(d.body)) for d in webhooks.deliveries(visit.session, visit.actor, found.id)],
        events=sorted(set(TYPES.values())),
        secret=secret,
        hours=OLD_SECRET_HOURS,
        now=clock.now(),
        crumbs=[(_("Programs"), visit.url("desk.programs")), (found.description or found.url, "")],
        done=visit.query.get("done", ""),
    )
