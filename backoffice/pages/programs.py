"""Other programs: access for machine clients, and webhooks that tell them of orders. Secrets are shown once."""

from pydantic import BaseModel, Field

from backoffice.endpoints import EndpointForm, edit_of
from kernel.errors import Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from orders import webhooks
from orders.webhooks import TYPES
from tenants import clients
from tenants.permissions import PERMISSIONS, explained


class ClientForm(BaseModel):
    """A program's name and what it may do."""

    name: str = Field(default="", max_length=200)
    scopes: list[str] = Field(default_factory=list)


def show(visit: Visit) -> Answer:
    """Clients and endpoints."""
    return _page(visit)


def make_client(visit: Visit) -> Answer:
    """Gives a program access; its secret stands on this page and never again."""
    form: Form[ClientForm] = visit.form
    try:
        made = clients.create_client(visit.session, visit.actor, form.given.name, form.given.scopes)
    except Refused as refused:
        return _page(visit, client=form.told(refused), status=refused.status)
    return _page(visit, shown=[("client_id", made.client_id), ("client_secret", made.client_secret)])


def revoke_client(visit: Visit) -> Answer:
    """Takes the access away at once."""
    clients.revoke_client(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.programs", done="revoked"))


def add_endpoint(visit: Visit) -> Answer:
    """A new address to tell."""
    form: Form[EndpointForm] = visit.form
    try:
        made = webhooks.add_endpoint(visit.session, visit.actor, edit_of(form.given, enabled=True))
    except Refused as refused:
        return _page(visit, endpoint=form.told(refused), status=refused.status)
    return _page(visit, shown=[(_("Signing secret"), made.secret)])


def _page(
    visit: Visit,
    client: Form[ClientForm] | None = None,
    endpoint: Form[EndpointForm] | None = None,
    shown: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> Answer:
    may = visit.actor.can
    return visit.render(
        "backoffice/programs.html",
        status=status,
        clients=clients.list_clients(visit.session, visit.actor) if may("client.manage") else None,
        endpoints=webhooks.list_endpoints(visit.session, visit.actor) if may("webhook.manage") else None,
        client_form=client or visit.fill(ClientForm),
        endpoint_form=endpoint or visit.fill(EndpointForm),
        permissions=[(p.key, str(p.label), explained(p.key)) for p in PERMISSIONS.values() if may(p.key)],
        events=sorted(set(TYPES.values())),
        shown=shown or [],
        done=visit.query.get("done", ""),
    )
