"""The route table: what stops the application from starting, and how addresses are made."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kernel.actors import Actor, ActorKind
from kernel.errors import Invalid, NotAllowed, SignInNeeded
from kernel.ids import new_id
from kernel.web.access import ANYONE, SIGNED_IN, STAFF, may, scope
from kernel.web.answers import Answer
from kernel.web.cursors import pack, unpack, unpack_instant
from kernel.web.routes import gather, page
from kernel.web.urls import UrlTable
from kernel.web.visit import Visit, local


def show(_visit: Visit) -> Answer:
    return Answer()


def test_a_route_that_does_not_say_who_may_use_it_stops_the_start() -> None:
    with pytest.raises(RuntimeError, match="does not say who may use it"):
        gather([[page("/x", show)]])


def test_two_routes_for_one_address_stop_the_start() -> None:
    with pytest.raises(RuntimeError, match="two routes"):
        gather([[page("/x", show, access=ANYONE)], [page("/x", show, access=ANYONE, name="other")]])


def test_names_lead_to_paths_and_the_rest_becomes_the_query() -> None:
    urls = UrlTable()
    urls.add("product", "/{locale}/p/{slug}")
    assert urls.url("product", locale="de-eu", slug="tern/54", v="x y", page=None) == "/de-eu/p/tern%2F54?v=x+y"
    with pytest.raises(ValueError, match="stands for"):
        urls.add("product", "/elsewhere")


def test_every_audience_is_checked_at_the_door() -> None:
    tenant = new_id()
    guest = Actor.guest(tenant)
    person = Actor(ActorKind.PERSON, tenant, new_id(), permissions=frozenset({"order.view"}))
    machine = Actor(ActorKind.MACHINE, tenant, new_id(), permissions=frozenset({"order.view"}))
    ANYONE.check(guest, False)
    SIGNED_IN.check(person, False)
    may("order.view").check(person, True)
    scope("order.view").check(machine, False)
    with pytest.raises(SignInNeeded):
        SIGNED_IN.check(guest, False)
    for access, actor, staff in ((STAFF, person, False), (may("order.manage"), person, True), (scope("order.view"), person, True)):
        with pytest.raises(NotAllowed):
            access.check(actor, staff)


@pytest.mark.parametrize("url", ["//evil.test", "https://evil.test", "/\\evil.test", "/a\r\nb", "evil", "", "/\tevil", "/a\\b"])
def test_redirects_never_leave_the_host(url: str) -> None:
    assert not local(url)


def test_cursors_come_back_whole_and_foreign_ones_are_refused() -> None:
    assert unpack(pack(["2026-11-23", "id"]), 2) == ["2026-11-23", "id"]
    assert unpack(None, 2) is None
    now = datetime(2026, 11, 23, 20, 15, tzinfo=UTC)
    assert unpack_instant(pack([now, UUID(int=7)])) == (now, UUID(int=7))
    assert unpack_instant(None) is None
    for wrong in (pack(["yesterday", str(UUID(int=7))]), pack([str(now), "7"]), pack([1, None]), pack([[], {}])):
        with pytest.raises(Invalid):
            unpack_instant(wrong)
    for wrong in ("rubbish", pack(["one"]), "x" * 1000, "é"):
        with pytest.raises(Invalid):
            unpack(wrong, 2)
