"""Webhooks: other firms' addresses, what they want to hear, and the messages that wait for them.

An event of an order becomes one message per endpoint that asked for it, written once with the event; its body is the
same on every try. Sending is orders/webhook_sending.py's business, in the worker, one task at a time per endpoint.
Bodies hold ids, numbers and figures; whoever wants more asks the API, with a right to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, Field
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel import audit, clock, outbound, tenancy
from kernel.actors import Actor
from kernel.db.statements import Statement
from kernel.errors import Conflict, Invalid, NotThere
from kernel.events import current_id
from kernel.i18n import gettext as _
from kernel.ids import new_id
from kernel.jobs import defer
from orders.events import OrderCancelled, OrderClosed, OrderConfirmed, OrderDelivered, OrderMoved, OrderPlaced, OrderShipped
from orders.models import WebhookDelivery, WebhookEndpoint
from orders.signatures import new_secret
from tenants.wording import email_address, line

MOST_ENDPOINTS = 20
OLD_SECRET_HOURS = 24
SEND_TASK = "orders.send_webhooks"

# the names in messages, by event; noun.verb as Standard Webhooks recommends
TYPES: dict[type[OrderMoved], str] = {
    OrderPlaced: "order.placed",
    OrderConfirmed: "order.confirmed",
    OrderShipped: "order.shipped",
    OrderDelivered: "order.delivered",
    OrderClosed: "order.closed",
    OrderCancelled: "order.cancelled",
}
# nothing of what an event's transaction writes changes who listens
WANTED = Statement(
    "SELECT id FROM orders.webhook_endpoint WHERE tenant_id = :tenant AND state = 'enabled' AND events @> ARRAY[CAST(:name AS text)]",
    is_apart=True,
)


class EndpointEdit(BaseModel):
    """An endpoint as a person sets it. `contact` hears when it is switched off after days of failures."""

    url: str = Field(max_length=2000)
    events: list[str] = Field(min_length=1, max_length=20)
    description: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=254)
    enabled: bool = True


@dataclass(frozen=True)
class Made:
    """A new endpoint and its secret, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


def endpoint_for(session: Session, actor: Actor, endpoint_id: UUID, lock: bool = False) -> WebhookEndpoint:
    """The tenant's endpoint (permission webhook.manage); NotThere otherwise."""
    actor.must("webhook.manage")
    query = select(WebhookEndpoint).where(WebhookEndpoint.tenant_id == actor.tenant_id, WebhookEndpoint.id == endpoint_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_endpoints(session: Session, actor: Actor) -> list[WebhookEndpoint]:
    """All endpoints of the tenant (permission webhook.manage)."""
    actor.must("webhook.manage")
    query = select(WebhookEndpoint).where(WebhookEndpoint.tenant_id == actor.tenant_id)
    return list(session.scalars(query.order_by(WebhookEndpoint.id)))


def add_endpoint(session: Session, actor: Actor, edit: EndpointEdit) -> Made:
    """A new endpoint (permission webhook.manage). Invalid for an address we do not call, an unknown event, too many."""
    actor.must("webhook.manage")
    values = _checked(edit)
    if len(list_endpoints(session, actor)) >= MOST_ENDPOINTS:
        raise Conflict(_("There are %(most)s endpoints already. Remove one first.") % {"most": MOST_ENDPOINTS})
    endpoint = WebhookEndpoint(tenant_id=actor.tenant_id, id=new_id(), secret=new_secret(), **values)
    session.add(endpoint)
    session.flush()
    audit.record(session, actor, "webhook.add", "webhook_endpoint", endpoint.id, after=values)
    return Made(endpoint, endpoint.secret)


def edit_endpoint(session: Session, actor: Actor, endpoint_id: UUID, edit: EndpointEdit) -> WebhookEndpoint:
    """Changes an endpoint; enabling it again forgets its failures and sends what waits."""
    endpoint = endpoint_for(session, actor, endpoint_id, lock=True)
    values = _checked(edit)
    before = {name: getattr(endpoint, name) for name in values}
    for name, value in values.items():
        setattr(endpoint, name, value)
    if edit.enabled:
        endpoint.disabled_because, endpoint.failing_since, endpoint.paused_until = "", None, None
        waiting = (WebhookDelivery.tenant_id == actor.tenant_id) & (WebhookDelivery.endpoint_id == endpoint.id)
        session.execute(update(WebhookDelivery).where(waiting, WebhookDelivery.state == "waiting").values(next_try_at=func.now()))
        defer_sending(session, endpoint.id, actor)
    audit.record(session, actor, "webhook.edit", "webhook_endpoint", endpoint.id, before=before, after=values)
    return endpoint


def rotate_secret(session: Session, actor: Actor, endpoint_id: UUID) -> Made:
    """A new secret; the old one signs along for OLD_SECRET_HOURS, so that no message is lost while changing over."""
    endpoint = endpoint_for(session, actor, endpoint_id, lock=True)
    endpoint.old_secret, endpoint.secret = endpoint.secret, new_secret()
    endpoint.old_secret_until = clock.now() + timedelta(hours=OLD_SECRET_HOURS)
    audit.record(session, actor, "webhook.rotate", "webhook_endpoint", endpoint.id)
    return Made(endpoint, endpoint.secret)


def remove_endpoint(session: Session, actor: Actor, endpoint_id: UUID) -> None:
    """Removes an endpoint with everything that waits for it."""
    endpoint = endpoint_for(session, actor, endpoint_id, lock=True)
    audit.record(session, actor, "webhook.remove", "webhook_endpoint", endpoint.id, before={"url": endpoint.url})
    session.delete(endpoint)
    session.flush()


def deliveries(session: Session, actor: Actor, endpoint_id: UUID, limit: int = 50) -> list[WebhookDelivery]:
    """The last messages of an endpoint, newest first."""
    endpoint = endpoint_for(session, actor, endpoint_id)
    query = select(WebhookDelivery).where(WebhookDelivery.tenant_id == actor.tenant_id, WebhookDelivery.endpoint_id == endpoint.id)
    return list(session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)))


def send_again(session: Session, actor: Actor, endpoint_id: UUID, delivery_id: UUID) -> None:
    """Tries a message once more from the start, given up or delivered; the receiver knows it by its id."""
    endpoint = endpoint_for(session, actor, endpoint_id)
    here = (WebhookDelivery.tenant_id == actor.tenant_id) & (WebhookDelivery.endpoint_id == endpoint.id)
    anew = {"state": "waiting", "tries": 0, "next_try_at": func.now(), "delivered_at": None}
    statement = update(WebhookDelivery).where(here, WebhookDelivery.id == delivery_id).values(anew).returning(WebhookDelivery.id)
    if session.execute(statement).one_or_none() is None:
        raise NotThere
    defer_sending(session, endpoint.id, actor)


def tell(session: Session, actor: Actor, event: OrderMoved) -> None:
    """Listens to every event of an order: writes a message for each endpoint that asked for it, and asks for sending."""
    name = TYPES[type(event)]
    wanted = [row.id for row in WANTED.all(session, tenant=actor.tenant_id, name=name)]
    if not wanted:
        return
    body = body_of(event, name)
    _write(session, actor, wanted, name, body)
    for endpoint_id in wanted:
        defer_sending(session, endpoint_id, actor)


def is_wanted(session: Session, event: OrderMoved) -> bool:
    """Is there an endpoint of the current tenant that asked for such an event? One statement."""
    return WANTED.first(session, tenant=tenancy.current(), name=TYPES[type(event)]) is not None


def body_of(event: OrderMoved, name: str) -> str:
    """The message: type, time and the event's own fields, as JSON."""
    data = dict(vars(event))
    return orjson.dumps({"type": name, "timestamp": clock.now().isoformat(), "data": data}, default=str).decode()


def defer_sending(session: Session, endpoint_id: UUID, actor: Actor | None = None) -> None:
    """Asks the worker to send what waits for an endpoint. Tasks of one endpoint run one after the other, those of two
    endpoints side by side: whoever is slow is slow for himself."""
    defer(session, SEND_TASK, {"endpoint_id": str(endpoint_id)}, lock=f"webhook:{endpoint_id}", actor=actor)


def _write(session: Session, actor: Actor, endpoint_ids: Sequence[UUID], name: str, body: str) -> None:
    rows = [
        {
            "tenant_id": actor.tenant_id,
            "id": new_id(),
            "endpoint_id": endpoint_id,
            "event_id": current_id(),
            "event_type": name,
            "body": body,
        }
        for endpoint_id in endpoint_ids
    ]
    statement = insert(WebhookDelivery).values(rows)
    session.execute(statement.on_conflict_do_nothing(index_elements=["tenant_id", "endpoint_id", "event_id"]))


def _checked(edit: EndpointEdit) -> dict[str, Any]:
    if unknown := sorted(set(edit.events) - set(TYPES.values())):
        raise Invalid.at("events", _("There is no event %(name)s.") % {"name": unknown[0]}, "unknown")
    try:
        outbound.check_address(edit.url)
    except outbound.AddressRefused as refused:
        raise Invalid.at("url", _(refused.message), "address") from refused
    return {
        "url": edit.url,
        "events": sorted(set(edit.events)),
        "description": line("description", edit.description),
        "contact": email_address(edit.contact, "contact").shown if edit.contact else "",
        "state": "enabled" if edit.enabled else "disabled",
    }
