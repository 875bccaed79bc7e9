"""Webhooks: signed as others expect it, tried again over days, and nobody waits for anybody else's server."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from kernel import clock, events, outbound
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.ids import new_id
from kernel.models import MailMessage, OutboxRow
from kernel.tenancy import entering
from orders import webhook_sending as sending
from orders import webhooks
from orders.events import OrderPlaced
from orders.models import WebhookDelivery, WebhookEndpoint
from orders.signatures import headers, new_secret
from orders.webhook_sending import Message, Result, ask_again, next_try, send_next
from orders.webhooks import TYPES, EndpointEdit
from tests.factories.orders import Goods, make_order
from tests.factories.tenants import staff


def keeper(goods: Goods) -> Actor:
    return staff(goods.tenant_id, "webhook.manage")


def local(port: int = 8080, path: str = "/hook") -> str:
    return f"http://127.0.0.1:{port}{path}"


@pytest.fixture(autouse=True)
def call_this_machine() -> Iterator[None]:
    outbound.configure(["127.0.0.1:8080"])
    yield
    outbound.configure([])


def edit(url: str = "", contact: str = "ops@example.com", wanted: tuple[str, ...] = ("order.placed", "order.shipped")) -> EndpointEdit:
    return EndpointEdit(url=url or local(), events=list(wanted), contact=contact)


def add(goods: Goods, url: str = "") -> UUID:
    with entering(goods.tenant_id), transaction() as session:
        return webhooks.add_endpoint(session, keeper(goods), edit(url)).endpoint.id


def order_and_tell(goods: Goods) -> None:
    """Places an order and lets the listener hear of it, as the worker does."""
    with entering(goods.tenant_id), transaction() as session:
        make_order(session, goods, bell=1)
        row = session.scalars(select(OutboxRow).where(OutboxRow.name == "orders.OrderPlaced").order_by(OutboxRow.id.desc())).first()
        assert row is not None
        events.handle(session, row, events.Handler("test.tell", webhooks.tell))


def delivery(session: Session) -> WebhookDelivery:
    return session.scalars(select(WebhookDelivery)).one()


def endpoint(session: Session) -> WebhookEndpoint:
    return session.scalars(select(WebhookEndpoint)).one()


class Receiver:
    """A server that keeps what it is sent and answers as it is told."""

    def __init__(self, status: int = 204, delay_seconds: float = 0) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
                time.sleep(delay_seconds)
                self.send_response(status)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receivers() -> Iterator[Callable[..., Receiver]]:
    made: list[Receiver] = []

    def make(status: int = 204, delay_seconds: float = 0) -> Receiver:
        made.append(Receiver(status, delay_seconds))
        outbound.configure([f"127.0.0.1:{receiver.port}" for receiver in made])
        return made[-1]

    yield make
    for receiver in made:
        receiver.close()


@settings(deadline=None)  # a busy machine is no fault of ours
@given(st.binary(min_size=0, max_size=200))
def test_what_we_sign_others_can_check(body: bytes) -> None:
    secret, seconds = new_secret(), int(time.time())
    signed = headers([secret], "msg_1", seconds, b'{"x": ' + json.dumps(body.hex()).encode() + b"}")
    payload = b'{"x": ' + json.dumps(body.hex()).encode() + b"}"
    assert Webhook(secret).verify(payload, signed) == {"x": body.hex()}
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(payload + b" ", signed)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(payload, signed)


def test_our_signature_is_that_of_the_foreign_signer() -> None:
    secret, now = new_secret(), clock.now()
    ours = headers([secret], "msg_1", int(now.timestamp()), b'{"a":1}')
    assert ours["webhook-signature"] == Webhook(secret).sign("msg_1", now, '{"a":1}')


def test_while_changing_over_both_secrets_open_a_message(goods: Goods) -> None:
    endpoint_id = add(goods)
    with entering(goods.tenant_id), transaction() as session:
        old = endpoint(session).secret
        new = webhooks.rotate_secret(session, keeper(goods), endpoint_id).secret
    order_and_tell(goods)
    sent: list[Message] = []

    def keep(message: Message) -> Result:
        sent.append(message)
        return Result(200)

    with entering(goods.tenant_id):
        assert send_next(endpoint_id, keep)
        for secret in (old, new):
            assert Webhook(secret).verify(sent[0].body, sent[0].headers)["type"] == "order.placed"
        with transaction() as session:
            webhooks.send_again(session, keeper(goods), endpoint_id, delivery(session).id)
        with time_machine.travel(clock.now() + timedelta(hours=25)):
            assert send_next(endpoint_id, keep)
    assert len(sent[1].headers["webhook-signature"].split()) == 1
    assert (sent[1].headers["webhook-id"], sent[1].body) == (sent[0].headers["webhook-id"], sent[0].body)


def test_an_order_becomes_one_signed_message_over_real_http(goods: Goods, receivers: Callable[..., Receiver]) -> None:
    receiver = receivers()
    endpoint_id = add(goods, local(receiver.port))
    order_and_tell(goods)
    with entering(goods.tenant_id):
        with transaction() as session:
            secret = endpoint(session).secret
        sending.send_webhooks(Actor.job(goods.tenant_id, "test"), {"endpoint_id": str(endpoint_id)})
        [(sent, body)] = receiver.received
        told = Webhook(secret).verify(body, sent)
        assert (told["type"], told["data"]["number"], told["data"]["currency"]) == ("order.placed", "100001", "EUR")
        assert "mira" not in body.decode().lower()
        with transaction() as session:
            done = delivery(session)
            assert (done.state, done.tries, done.last_status) == ("delivered", 1, 204)
        assert not send_next(endpoint_id, sending.over_http)
    assert len(receiver.received) == 1


def test_an_event_told_twice_is_one_message(goods: Goods) -> None:
    add(goods)
    order_and_tell(goods)
    with entering(goods.tenant_id), transaction() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.name == "orders.OrderPlaced")).one()
        events.handle(session, row, events.Handler("test.again", webhooks.tell))
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 1


def test_only_endpoints_that_asked_for_it_hear_of_it(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        webhooks.add_endpoint(session, keeper(goods), edit(wanted=("order.cancelled",)))
        off = webhooks.add_endpoint(session, keeper(goods), edit()).endpoint
        webhooks.edit_endpoint(session, keeper(goods), off.id, edit().model_copy(update={"enabled": False}))
    order_and_tell(goods)
    with entering(goods.tenant_id), transaction() as session:
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 0


def test_a_refused_message_is_tried_again_after_a_while_and_given_up_after_days(goods: Goods) -> None:
    endpoint_id = add(goods)
    order_and_tell(goods)
    waits = []
    with entering(goods.tenant_id):
        for tries in range(1, 11):
            with transaction() as session:
                session.execute(text("UPDATE orders.webhook_delivery SET next_try_at = now() - interval '1 second'"))
            assert send_next(endpoint_id, lambda _message: Result(500, "status 500"))
            with transaction() as session:
                found = delivery(session)
                waits.append((found.next_try_at - clock.now()).total_seconds())
                assert (found.tries, found.state) == (tries, "given_up" if tries == 10 else "waiting")
    for wait, planned in zip(waits, sending.SCHEDULE_SECONDS, strict=False):
        assert planned * 0.9 - 5 <= wait <= planned * 1.1 + 5
    assert sum(sending.SCHEDULE_SECONDS) >= 3 * 24 * 3600


def test_waits_are_spread_so_that_nobody_is_stormed() -> None:
    now = clock.now()
    waits = {round((again - now).total_seconds(), 3) for _ in range(50) if (again := next_try(2, now))}
    assert len(waits) > 40
    assert all(270 <= wait <= 330 for wait in waits)
    assert next_try(10, now) is None


def test_a_refused_message_does_not_hold_up_the_next_one(goods: Goods) -> None:
    endpoint_id = add(goods)
    order_and_tell(goods)
    order_and_tell(goods)
    answers = [Result(400, "status 400"), Result(200)]
    with entering(goods.tenant_id):
        assert send_next(endpoint_id, lambda _message: answers.pop(0))
        assert send_next(endpoint_id, lambda _message: answers.pop(0))
        assert not send_next(endpoint_id, lambda _message: Result(200))
        with transaction() as session:
            assert sorted(session.scalars(select(WebhookDelivery.state))) == ["delivered", "waiting"]


def test_an_endpoint_that_does_not_answer_rests(goods: Goods) -> None:
    endpoint_id = add(goods)
    order_and_tell(goods)
    order_and_tell(goods)
    calls = []

    def silent(message: Message) -> Result:
        calls.append(message)
        return Result(None, "The other side did not answer properly.")

    with entering(goods.tenant_id):
        for _ in range(5):
            assert not send_next(endpoint_id, silent)
        assert len(calls) == 1
        with transaction() as session:
            assert ask_again(session) == 0
        with time_machine.travel(clock.now() + timedelta(seconds=11)):
            send_next(endpoint_id, silent)
        assert len(calls) == 2


def test_one_hanging_endpoint_hinders_no_other(goods: Goods, receivers: Callable[..., Receiver]) -> None:
    slow, quick = receivers(delay_seconds=4), receivers()
    slow_id, quick_id = add(goods, local(slow.port)), add(goods, local(quick.port))
    order_and_tell(goods)
    with entering(goods.tenant_id), transaction() as session:
        asked = session.execute(select(OutboxRow.payload, OutboxRow.lock).where(OutboxRow.name == "task:orders.send_webhooks")).all()
    assert {row.payload["endpoint_id"]: row.lock for row in asked} == {str(i): f"webhook:{i}" for i in (slow_id, quick_id)}

    def run(endpoint_id: UUID) -> float:
        started = time.monotonic()
        with entering(goods.tenant_id):
            sending.send_webhooks(Actor.job(goods.tenant_id, "test"), {"endpoint_id": str(endpoint_id)})
        return time.monotonic() - started

    hanging = threading.Thread(target=run, args=(slow_id,))
    hanging.start()
    took = run(quick_id)
    hanging.join()
    assert took < 1
    assert (len(slow.received), len(quick.received)) == (1, 1)


def test_after_three_days_without_success_it_is_switched_off_and_the_contact_told(goods: Goods) -> None:
    endpoint_id = add(goods)
    order_and_tell(goods)
    with entering(goods.tenant_id):
        send_next(endpoint_id, lambda _message: Result(None, "no answer"))
        with transaction() as session:
            session.execute(text("UPDATE orders.webhook_delivery SET next_try_at = now()"))
        with time_machine.travel(clock.now() + timedelta(days=3, minutes=1)):
            send_next(endpoint_id, lambda _message: Result(None, "no answer"))
        with transaction() as session:
            assert (endpoint(session).state, endpoint(session).disabled_because) == ("disabled", "no answer")
            mail = session.scalars(select(MailMessage).where(MailMessage.recipient == "ops@example.com")).one()
            assert mail.subject == "A webhook endpoint was switched off"
            assert ask_again(session) == 0
            webhooks.edit_endpoint(session, keeper(goods), endpoint_id, edit())
        assert send_next(endpoint_id, lambda _message: Result(200))


def test_gone_switches_off_at_once(goods: Goods) -> None:
    endpoint_id = add(goods)
    order_and_tell(goods)
    with entering(goods.tenant_id):
        assert not send_next(endpoint_id, lambda _message: Result(410, "status 410"))
        with transaction() as session:
            assert endpoint(session).state == "disabled"


def test_a_success_forgets_the_failures(goods: Goods) -> None:
    endpoint_id = add(goods)
    order_and_tell(goods)
    with entering(goods.tenant_id):
        send_next(endpoint_id, lambda _message: Result(503, "status 503"))
        with transaction() as session:
            assert endpoint(session).failing_since is not None
            session.execute(text("UPDATE orders.webhook_delivery SET next_try_at = now()"))
        send_next(endpoint_id, lambda _message: Result(200))
        with transaction() as session:
            assert endpoint(session).failing_since is None


def test_what_is_due_again_is_asked_for_by_the_chore(goods: Goods) -> None:
    add(goods)
    order_and_tell(goods)
    with entering(goods.tenant_id), transaction() as session:
        assert ask_again(session) == 1
        session.execute(text("UPDATE orders.webhook_delivery SET next_try_at = now() + interval '1 hour'"))
        assert ask_again(session) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://127.0.0.1:5432/",
        "file:///etc/passwd",
        "https://u:p@example.com/",
        "nonsense",
    ],
)
def test_an_address_inside_of_our_own_network_is_refused(goods: Goods, url: str) -> None:
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(Invalid) as refused:
            webhooks.add_endpoint(session, keeper(goods), edit(url))
        assert [problem.where for problem in refused.value.problems] == ["url"]
        assert webhooks.list_endpoints(session, keeper(goods)) == []


def test_an_address_that_turned_inwards_since_is_not_called(goods: Goods) -> None:
    endpoint_id = add(goods)
    order_and_tell(goods)
    outbound.configure([])
    with entering(goods.tenant_id):
        assert not send_next(endpoint_id, sending.over_http)
        with transaction() as session:
            assert delivery(session).last_error == "This address does not lead to a public server."


def test_unknown_events_and_too_many_endpoints_are_refused(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(Invalid):
            webhooks.add_endpoint(session, keeper(goods), edit(wanted=("order.eaten",)))
        for _ in range(webhooks.MOST_ENDPOINTS):
            webhooks.add_endpoint(session, keeper(goods), edit())
        with pytest.raises(Conflict):
            webhooks.add_endpoint(session, keeper(goods), edit())


def test_only_who_may_manage_webhooks_does(goods: Goods, american: Goods) -> None:
    endpoint_id = add(goods)
    nosy = staff(goods.tenant_id, "order.manage")
    with entering(goods.tenant_id), transaction() as session:
        for attempt in (
            lambda who: webhooks.list_endpoints(session, who),
            lambda who: webhooks.add_endpoint(session, who, edit()),
            lambda who: webhooks.edit_endpoint(session, who, endpoint_id, edit()),
            lambda who: webhooks.rotate_secret(session, who, endpoint_id),
            lambda who: webhooks.remove_endpoint(session, who, endpoint_id),
            lambda who: webhooks.deliveries(session, who, endpoint_id),
        ):
            with pytest.raises(NotAllowed):
                attempt(nosy)
        assert len(webhooks.list_endpoints(session, keeper(goods))) == 1
    with entering(american.tenant_id), transaction() as session:
        assert webhooks.list_endpoints(session, keeper(american)) == []
        with pytest.raises(NotThere):
            webhooks.rotate_secret(session, keeper(american), endpoint_id)
        with pytest.raises(NotThere):
            webhooks.send_again(session, keeper(american), endpoint_id, new_id())


def test_removing_an_endpoint_removes_what_waits_for_it(goods: Goods) -> None:
    endpoint_id = add(goods)
    order_and_tell(goods)
    with entering(goods.tenant_id), transaction() as session:
        webhooks.remove_endpoint(session, keeper(goods), endpoint_id)
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 0
    with entering(goods.tenant_id):
        assert not send_next(endpoint_id, lambda _message: Result(200))


def test_every_event_of_an_order_has_a_name_in_messages() -> None:
    assert sorted(TYPES.values()) == [
        "order.cancelled",
        "order.closed",
        "order.confirmed",
        "order.delivered",
        "order.placed",
        "order.shipped",
    ]
    assert TYPES[OrderPlaced] == "order.placed"
