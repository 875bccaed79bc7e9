"""The desk's webhooks: an address is changed, its secret renewed, its messages looked at and sent again."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from kernel import clock, outbound
from kernel.ids import new_id
from orders.models import WebhookDelivery, WebhookEndpoint
from orders.webhooks import EndpointEdit, add_endpoint
from tests.backoffice.desks import Desk
from tests.factories.catalog import in_tenant
from tests.factories.tenants import staff

HOOK = "http://127.0.0.1:8080/hook"
FORM = {
    "url": HOOK,
    "description": "Warehouse",
    "contact": "ops@example.com",
    "events": ["order.placed", "order.shipped"],
    "enabled": "true",
}


@pytest.fixture(autouse=True)
def call_this_machine(desk: Desk) -> Iterator[None]:
    """After the site, which sets its own exceptions."""
    outbound.configure(["127.0.0.1:8080"])
    yield
    outbound.configure([])


def endpoint_of(desk: Desk) -> WebhookEndpoint:
    with in_tenant(desk.shop.id) as session:
        return add_endpoint(session, staff(desk.shop.id), EndpointEdit(url=HOOK, events=["order.placed"])).endpoint


def kept(desk: Desk, endpoint_id: UUID) -> WebhookEndpoint:
    with in_tenant(desk.shop.id) as session:
        return session.get_one(WebhookEndpoint, (desk.shop.id, endpoint_id))


def test_an_address_is_changed_switched_off_and_on_again(desk: Desk) -> None:
    made = endpoint_of(desk)
    path = f"/desk/webhooks/{made.id}"
    assert desk.ada.post(path, {**FORM, "enabled": ""}).headers["location"] == f"{path}?done=saved"
    found = kept(desk, made.id)
    assert (found.description, found.contact, found.events, found.state) == (
        "Warehouse", "ops@example.com", ["order.placed", "order.shipped"], "disabled",
    )  # fmt: skip
    assert "This address is switched off" in desk.ada.get(path).text
    assert desk.ada.post(path, FORM).status_code == 303
    assert kept(desk, made.id).state == "enabled"
    assert found.secret == made.secret


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"url": "http://10.0.0.1/hook"}, "This address does not lead to a public server."),
        ({"events": []}, "Please choose at least one event."),
        ({"events": ["order.eaten"]}, "There is no event order.eaten."),
        ({"contact": "nobody"}, "nobody"),
    ],
)
def test_what_does_not_hold_is_said_and_nothing_changes(desk: Desk, wrong: dict[str, object], reason: str) -> None:
    made = endpoint_of(desk)
    answer = desk.ada.post(f"/desk/webhooks/{made.id}", {**FORM, **wrong})
    assert (answer.status_code, reason in answer.text, 'value="Warehouse"' in answer.text) == (422, True, True)
    found = kept(desk, made.id)
    assert (found.url, found.description, found.events) == (HOOK, "", ["order.placed"])
    again = desk.ada.post("/desk/webhooks", {**FORM, **wrong})
    assert (again.status_code, reason in again.text) == (422, True)


def test_a_new_secret_is_shown_once_and_the_old_one_signs_along_for_a_day(desk: Desk) -> None:
    made = endpoint_of(desk)
    path = f"/desk/webhooks/{made.id}"
    answer = desk.ada.post(f"{path}/secret")
    found = kept(desk, made.id)
    assert (answer.status_code, found.old_secret) == (200, made.secret)
    assert found.secret != made.secret
    assert found.secret.replace("+", "&#43;") in answer.text or found.secret in answer.text
    assert found.old_secret_until is not None
    assert abs(found.old_secret_until - clock.now() - timedelta(hours=24)) < timedelta(minutes=1)
    later = desk.ada.get(path).text
    assert (found.secret in later, made.secret in later, "signs along until" in later) == (False, False, True)
    with in_tenant(desk.shop.id) as session:
        session.get_one(WebhookEndpoint, (desk.shop.id, made.id)).old_secret_until = clock.now() - timedelta(minutes=1)
    assert "signs along until" not in desk.ada.get(path).text


def test_messages_show_what_came_back_and_go_out_again(desk: Desk) -> None:
    made = endpoint_of(desk)
    with in_tenant(desk.shop.id) as session:
        refused = WebhookDelivery(
            tenant_id=desk.shop.id, id=new_id(), endpoint_id=made.id, event_id=new_id(), event_type="order.placed",
            body='{"type":"order.placed","data":{"number":"10001"}}', state="given_up", tries=10, last_status=503, last_error="status 503",
        )  # fmt: skip
        silent = WebhookDelivery(
            tenant_id=desk.shop.id, id=new_id(), endpoint_id=made.id, event_id=new_id(), event_type="order.shipped",
            body='{"type":"order.shipped"}', tries=2, last_error="The other side did not answer properly.",
        )  # fmt: skip
        session.add_all([refused, silent])
    path = f"/desk/webhooks/{made.id}"
    page = desk.ada.get(path).text
    for told in ("HTTP 503", "Given up", "The other side did not answer properly.", "Waiting", "&#34;number&#34;: &#34;10001&#34;"):
        assert told in page, told
    assert desk.ada.post(f"{path}/{refused.id}/again").headers["location"] == f"{path}?done=again"
    with in_tenant(desk.shop.id) as session:
        sent = session.get_one(WebhookDelivery, (desk.shop.id, refused.id))
        assert (sent.state, sent.tries, sent.body) == ("waiting", 0, refused.body)


def test_another_brands_address_is_not_there_and_rights_are_asked_for(desk: Desk, stranger: Desk) -> None:
    theirs, mine = endpoint_of(stranger), endpoint_of(desk)
    assert desk.ada.get(f"/desk/webhooks/{theirs.id}").status_code == 404
    for action in ("", "/secret", "/remove"):
        assert desk.ada.post(f"/desk/webhooks/{theirs.id}{action}", FORM).status_code == 404
        assert desk.clara.post(f"/desk/webhooks/{mine.id}{action}", FORM).status_code == 403
    assert (kept(stranger, theirs.id).secret, kept(desk, mine.id).secret) == (theirs.secret, mine.secret)
    assert re.fullmatch(r"whsec_[\w+/=]+", theirs.secret)
