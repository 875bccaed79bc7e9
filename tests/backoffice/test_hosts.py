"""Web addresses on the desk: added, proved by a record, made the main one, given up."""

import re

import pytest

from tenants import host_checks, hosts
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.factories.tenants import staff
from tests.tenants.conftest import inside, run_tasks

PAGE = "/desk/hosts"


def name_of(desk: Desk) -> str:
    return f"shop-{desk.shop.slug}.example.com"


def claim(desk: Desk, name: str = ""):
    with inside(desk.shop.id) as session:
        return hosts.claim_host(session, staff(desk.shop.id), name or name_of(desk))


def text(desk: Desk) -> str:
    return Elements(desk.ada.get(PAGE).text).text


def state(desk: Desk) -> list[tuple[str, str, bool]]:
    with inside(desk.shop.id) as session:
        return [(h.host, h.state, h.is_primary) for h in hosts.list_hosts(session, staff(desk.shop.id))]


def test_from_the_claim_to_the_main_address_and_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, list[str]] = {}
    monkeypatch.setattr(host_checks, "dns_txt_records", lambda name: known.get(name, []))
    assert "No name of your own yet." in text(desk)
    assert desk.ada.post(PAGE, {"host": name_of(desk)}).headers["location"] == f"{PAGE}?done=added"
    with inside(desk.shop.id) as session:
        row = hosts.list_hosts(session, staff(desk.shop.id))[0]
    record, value = hosts.record_for(row)
    shown = text(desk)
    assert record in shown and value in shown and "Not proved yet" in shown
    check = f"{PAGE}/{row.id}/check"
    assert desk.ada.post(check).headers["location"] == f"{PAGE}?done=asked"
    run_tasks(desk.shop.id)
    assert "The record was not there yet." in text(desk)
    known[record] = [value]
    desk.ada.post(check)
    run_tasks(desk.shop.id)
    assert state(desk) == [(name_of(desk), "active", False)]
    assert value not in text(desk)
    assert desk.ada.post(f"{PAGE}/{row.id}/primary").status_code == 303
    assert state(desk) == [(name_of(desk), "active", True)]
    assert desk.ada.post(f"{PAGE}/own").status_code == 303
    assert state(desk) == [(name_of(desk), "active", False)]
    assert desk.ada.post(f"{PAGE}/{row.id}/remove").status_code == 303
    assert state(desk) == []


@pytest.mark.parametrize("typed", ["", "no address", "desk.localhost", "10.0.0.1"])
def test_what_is_no_name_of_ones_own_is_said_at_the_field(desk: Desk, typed: str) -> None:
    answer = desk.ada.post(PAGE, {"host": typed})
    assert answer.status_code == 422
    assert re.search(r'<li><a href="#f-host"', answer.text)
    assert state(desk) == []


def test_looking_too_often_is_refused_on_the_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host_checks, "ASKED", 1)
    row = claim(desk)
    assert desk.ada.post(f"{PAGE}/{row.id}/check").status_code == 303
    again = desk.ada.post(f"{PAGE}/{row.id}/check")
    assert again.status_code == 429
    assert "We have looked very often now." in again.text


def test_the_address_one_is_using_is_not_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    row = claim(desk)
    monkeypatch.setattr("backoffice.pages.hosts.normal_host", lambda _host: row.host)
    answer = desk.ada.post(f"{PAGE}/{row.id}/remove")
    assert answer.status_code == 409
    assert "You are using this address right now." in answer.text
    assert len(state(desk)) == 1


def test_another_brands_address_is_not_there_and_rights_are_asked_for(desk: Desk, stranger: Desk) -> None:
    theirs = claim(stranger)
    for action in ("check", "primary", "remove"):
        assert desk.ada.post(f"{PAGE}/{theirs.id}/{action}").status_code == 404
        assert stranger.clara.post(f"{PAGE}/{theirs.id}/{action}").status_code == 403
    assert desk.clara.get(PAGE).status_code == 403
    assert desk.clara.post(PAGE, {"host": name_of(desk)}).status_code == 403
    assert theirs.host not in desk.ada.get(PAGE).text
    assert state(stranger) == [(theirs.host, "pending", False)]
