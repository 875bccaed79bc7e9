"""Sending webhooks: from the worker, one endpoint at a time, over days where it must be.

- A task takes an endpoint's due messages one by one: claim in a transaction, send outside of any, note the result in
  another. A crash in between sends the message once more; the receiver knows it by its id.
- A refused message is tried again after SCHEDULE, with a tenth of jitter, and given up after its end (about three
  days). The others of the endpoint go on meanwhile.
- Where nobody answers at all, the endpoint rests (a quarter of the time it has been failing, ten seconds to an hour):
  it costs one task one time-out now and then, and no other endpoint anything.
- After DISABLE_DAYS without a single success, or on 410 Gone, the endpoint is switched off and its contact told.
"""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kernel import clock, mail, outbound, tenancy
from kernel.actors import Actor
from kernel.db.session import retrying, transaction
from kernel.i18n import gettext as _
from kernel.jobs import task
from orders.models import WebhookDelivery, WebhookEndpoint
from orders.signatures import headers
from orders.webhooks import SEND_TASK, defer_sending

log = logging.getLogger(__name__)

SCHEDULE_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.1
SHORTEST_REST_SECONDS = 10
LONGEST_REST_SECONDS = 3600
DISABLE_DAYS = 3
LONGEST_TURN_SECONDS = 60.0
LONGEST_ERROR = 200
GONE = 410

_spread = random.SystemRandom()


@dataclass(frozen=True)
class Message:
    """One message on its way: everything that sending needs, so that no transaction stays open meanwhile."""

    delivery_id: UUID
    url: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Result:
    """What became of it: the status, or None with the reason why nobody answered."""

    status: int | None
    error: str = ""

    @property
    def ok(self) -> bool:
        """2xx."""
        return self.status is not None and 200 <= self.status < 300


Send = Callable[[Message], Result]


@task(SEND_TASK, sweeps=True)
def send_webhooks(_actor: Actor, args: dict[str, Any]) -> None:
    """Sends what is due for one endpoint, for a minute at most; what is left then gets a task of its own."""
    endpoint_id = UUID(args["endpoint_id"])
    ends = time.monotonic() + LONGEST_TURN_SECONDS
    while time.monotonic() < ends:
        if not send_next(endpoint_id, over_http):
            return
    with transaction() as session:
        defer_sending(session, endpoint_id)


def ask_again(session: Session) -> int:
    """A chore: asks for sending where a message has become due again; returns for how many endpoints."""
    now = func.now()
    due = session.scalars(
        select(WebhookEndpoint.id)
        .where(WebhookEndpoint.tenant_id == tenancy.current(), WebhookEndpoint.state == "enabled")
        .where(or_(WebhookEndpoint.paused_until.is_(None), WebhookEndpoint.paused_until <= now))
        .where(
            select(WebhookDelivery.id)
            .where(WebhookDelivery.tenant_id == WebhookEndpoint.tenant_id, WebhookDelivery.endpoint_id == WebhookEndpoint.id)
            .where(WebhookDelivery.state == "waiting", WebhookDelivery.next_try_at <= now)
            .exists()
        )
    ).all()
    for endpoint_id in due:
        defer_sending(session, endpoint_id)
    return len(due)


def send_next(endpoint_id: UUID, send: Send) -> bool:
    """Sends the endpoint's next due message; False where there is none, or the endpoint rests or is off."""
    message = retrying(lambda: _claimed(endpoint_id))
    if message is None:
        return False
    result = send(message)
    return retrying(lambda: _noted(endpoint_id, message, result))


def over_http(message: Message) -> Result:
    """Sends by POST through the one way out, which never reaches into our own network."""
    try:
        reply = outbound.send("POST", message.url, message.headers, message.body)
    except (outbound.AddressRefused, outbound.NoAnswer) as error:
        return Result(None, error.message)
    return Result(reply.status, "" if reply.ok else f"status {reply.status}")


def next_try(tries: int, now: datetime) -> datetime | None:
    """When to try again after so many tries; None where it is given up."""
    if tries > len(SCHEDULE_SECONDS):
        return None
    seconds = SCHEDULE_SECONDS[tries - 1]
    return now + timedelta(seconds=seconds * _spread.uniform(1 - JITTER, 1 + JITTER))


def _claimed(endpoint_id: UUID) -> Message | None:
    with transaction() as session:
        endpoint = _endpoint(session, endpoint_id)
        now = clock.now()
        if endpoint is None or endpoint.state != "enabled" or (endpoint.paused_until and endpoint.paused_until > now):
            return None
        delivery = session.scalar(
            select(WebhookDelivery)
            .where(WebhookDelivery.tenant_id == endpoint.tenant_id, WebhookDelivery.endpoint_id == endpoint.id)
            .where(WebhookDelivery.state == "waiting", WebhookDelivery.next_try_at <= func.now())
            .order_by(WebhookDelivery.next_try_at, WebhookDelivery.id)
            .limit(1)
        )
        if delivery is None:
            return None
        secrets = [endpoint.secret]
        if endpoint.old_secret and endpoint.old_secret_until and endpoint.old_secret_until > now:
            secrets.append(endpoint.old_secret)
        body = delivery.body.encode()
        signed = headers(secrets, f"msg_{delivery.event_id.hex}", int(now.timestamp()), body)
        return Message(delivery.id, endpoint.url, body, signed)


def _noted(endpoint_id: UUID, message: Message, result: Result) -> bool:
    """Writes down what became of a message; True where the endpoint may get its next one at once."""
    with transaction() as session:
        endpoint = _endpoint(session, endpoint_id, lock=True)
        delivery = session.get(WebhookDelivery, (tenancy.current(), message.delivery_id))
        if endpoint is None or delivery is None:
            return False
        now = clock.now()
        delivery.tries += 1
        delivery.last_status, delivery.last_error = result.status, result.error[:LONGEST_ERROR]
        if result.ok:
            delivery.state, delivery.delivered_at = "delivered", now
            endpoint.failing_since = endpoint.paused_until = None
            return True
        again = next_try(delivery.tries, now)
        if again is None:
            delivery.state = "given_up"
        else:
            delivery.next_try_at = again
        return _failed(session, endpoint, result, now)


def _failed(session: Session, endpoint: WebhookEndpoint, result: Result, now: datetime) -> bool:
    endpoint.failing_since = endpoint.failing_since or now
    failing = now - endpoint.failing_since
    if result.status == GONE or failing >= timedelta(days=DISABLE_DAYS):
        _switch_off(session, endpoint, result)
        return False
    if result.status is None:
        rest = min(max(failing.total_seconds() / 4, SHORTEST_REST_SECONDS), LONGEST_REST_SECONDS)
        endpoint.paused_until = now + timedelta(seconds=rest)
        return False
    return True


def _switch_off(session: Session, endpoint: WebhookEndpoint, result: Result) -> None:
    endpoint.state, endpoint.disabled_because = "disabled", result.error[:LONGEST_ERROR]
    log.warning("webhook endpoint switched off", extra={"endpoint_id": str(endpoint.id)})
    if endpoint.contact:
        words = {"url": endpoint.url, "reason": result.error}
        text = _("We have stopped sending messages to %(url)s, because it has not taken any for days (%(reason)s).") % words
        after = _("Mend it, then enable the endpoint again: what waits is sent then.")
        mail.queue(session, endpoint.contact, _("A webhook endpoint was switched off"), f"{text}\n\n{after}\n", "")


def _endpoint(session: Session, endpoint_id: UUID, lock: bool = False) -> WebhookEndpoint | None:
    query = select(WebhookEndpoint).where(WebhookEndpoint.tenant_id == tenancy.current(), WebhookEndpoint.id == endpoint_id)
    return session.scalar(query.with_for_update() if lock else query)
