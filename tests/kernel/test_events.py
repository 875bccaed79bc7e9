"""Events: told if and only if the change is committed, to every listener once, in the right tenant, in order where asked."""

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from kernel import events, logs, tenancy
from kernel.actors import Actor, ActorKind, acting
from kernel.db.session import transaction
from kernel.events import Event, Handler, handle, publish, subscribe
from kernel.ids import new_id
from kernel.jobs import drain_once
from kernel.models import EventHandled, OutboxRow
from kernel.numbers import next_number


@dataclass(frozen=True)
class ThingMade(Event):
    thing_id: UUID
    price: Decimal = Decimal("1.10")
    on: date | None = None
    at: datetime | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ThingCounted(Event):
    place: int

    def lock(self) -> str:
        return "counting"


@pytest.fixture
def heard():
    """What a listener of ThingMade heard: (tenant, actor, event). Taken off again afterwards."""
    notes: list[tuple[UUID, Actor, Event]] = []

    def listen(session, actor, event):
        next_number(session, "heard")
        notes.append((tenancy.current(), actor, event))

    subscribe(ThingMade, listen, name="tests.listen")
    yield notes
    events._handlers.pop(ThingMade.name)


def make(shop, event, actor=None):
    with tenancy.entering(shop.id), transaction() as session:
        return publish(session, event, actor)


def heard_count(shop):
    with tenancy.entering(shop.id), transaction() as session:
        return next_number(session, "heard") - 1


def test_a_listener_hears_the_same_event_in_the_same_tenant_from_the_same_person(brand, relay_db, heard):
    made = ThingMade(new_id(), Decimal("19.99"), date(2026, 11, 23), datetime(2026, 11, 23, 9, tzinfo=UTC), ("a", "b"))
    person = Actor(ActorKind.PERSON, brand.id, id=new_id(), name="Clara Wen")
    with acting(person):
        make(brand, made)
    assert drain_once(relay_db, brand.id) == 1
    ((tenant_id, actor, event),) = heard
    assert event == made
    assert tenant_id == brand.id
    assert (actor.tenant_id, actor.id, actor.name, actor.kind) == (brand.id, person.id, "Clara Wen", ActorKind.JOB)
    assert heard_count(brand) == 1


def test_what_is_rolled_back_is_never_told(brand, relay_db, heard):
    with pytest.raises(RuntimeError), tenancy.entering(brand.id), transaction() as session:
        publish(session, ThingMade(new_id()))
        raise RuntimeError
    assert drain_once(relay_db, brand.id) == 0
    assert heard == []


def test_an_event_that_is_delivered_twice_has_one_effect(brand, heard):
    event_id = make(brand, ThingMade(new_id()))
    (handler,) = events.handlers_of(ThingMade.name)
    for expected in (True, False, False):
        with tenancy.entering(brand.id), transaction() as session:
            row = session.get_one(OutboxRow, (brand.id, event_id))
            assert handle(session, row, handler) is expected
    assert heard_count(brand) == 1


def test_two_workers_at_once_have_one_effect(brand, heard):
    event_id = make(brand, ThingMade(new_id()))
    (handler,) = events.handlers_of(ThingMade.name)
    ran = []

    def worker():
        with tenancy.entering(brand.id), transaction() as session:
            ran.append(handle(session, session.get_one(OutboxRow, (brand.id, event_id)), handler))

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == [False] * 7 + [True]
    assert heard_count(brand) == 1


def test_the_mark_goes_with_the_effect_when_a_handler_fails(brand):
    event_id = make(brand, ThingMade(new_id()))

    def fail(session, actor, event):
        next_number(session, "heard")
        raise RuntimeError

    with pytest.raises(RuntimeError), tenancy.entering(brand.id), transaction() as session:
        handle(session, session.get_one(OutboxRow, (brand.id, event_id)), Handler("tests.fail", fail))
    with tenancy.entering(brand.id), transaction() as session:
        assert session.scalars(select(EventHandled)).all() == []
    assert heard_count(brand) == 0


def test_a_listener_that_fails_takes_nothing_from_the_others_and_is_tried_again(brand, relay_db, heard):
    fails = [RuntimeError("first time"), None]

    def flaky(session, actor, event):
        error = fails.pop(0)
        if error:
            raise error

    subscribe(ThingMade, flaky, name="tests.flaky")
    event_id = make(brand, ThingMade(new_id()))
    with pytest.raises(RuntimeError, match="first time"):
        drain_once(relay_db, brand.id)
    assert len(heard) == 1
    with relay_db.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE procrastinate.procrastinate_jobs SET scheduled_at = now() WHERE args->>'row' = %s", (str(event_id),)
        )
    assert drain_once(relay_db, brand.id) == 1
    assert fails == []
    assert len(heard) == 1
    with tenancy.entering(brand.id), transaction() as session:
        assert session.get_one(OutboxRow, (brand.id, event_id)).settled_at is not None


def test_an_event_without_listeners_is_settled(brand, relay_db):
    event_id = make(brand, ThingMade(new_id()))
    assert drain_once(relay_db, brand.id) == 1
    with tenancy.entering(brand.id), transaction() as session:
        assert session.get_one(OutboxRow, (brand.id, event_id)).settled_at is not None


def test_events_with_the_same_lock_are_told_in_order(brand, relay_db):
    told = []
    subscribe(ThingCounted, lambda session, actor, event: told.append(event.place), name="tests.count")
    for place in range(12):
        make(brand, ThingCounted(place))
    drain_once(relay_db, brand.id)
    assert told == list(range(12))
    events._handlers.pop(ThingCounted.name)


def test_an_events_request_id_is_carried_to_its_listeners(brand, relay_db):
    ids = []
    subscribe(ThingCounted, lambda session, actor, event: ids.append((logs.request_id(), events.current_id())), name="tests.ids")
    with logs.binding(request_id="req-7"):
        event_id = make(brand, ThingCounted(1))
    drain_once(relay_db, brand.id)
    assert ids == [("req-7", event_id)]
    events._handlers.pop(ThingCounted.name)


def test_another_tenant_sees_neither_event_nor_mark(brand, twin, relay_db, heard):
    make(brand, ThingMade(new_id()))
    drain_once(relay_db, brand.id)
    for table in (OutboxRow, EventHandled):
        with tenancy.entering(twin.id), transaction() as session:
            assert session.scalars(select(table)).all() == []
        with tenancy.entering(brand.id), transaction() as session:
            assert len(session.scalars(select(table)).all()) == 1


def test_two_events_or_two_listeners_cannot_share_a_name():
    def other(session, actor, event): ...

    subscribe(ThingMade, other, name="tests.same")
    subscribe(ThingMade, other, name="tests.same")
    with pytest.raises(ValueError, match=r"tests\.same"):
        subscribe(ThingMade, lambda session, actor, event: None, name="tests.same")
    assert [h.name for h in events.handlers_of(ThingMade.name)] == ["tests.same"]
    events._handlers.pop(ThingMade.name)
    with pytest.raises(TypeError, match="two events"):
        type("ThingMade", (Event,), {"__module__": "tests.elsewhere"})
    with pytest.raises(events.UnknownEvent):
        events.handlers_of("tests.Nothing")


def test_what_no_listener_wants_is_written_down_and_carried_nowhere(brand, twin, relay_db):
    notes: list[UUID] = []

    def listen(_session, _actor, event):
        notes.append(event.thing_id)

    def is_wanted(_session, event):
        return tenancy.current() == brand.id and event.price > 1

    subscribe(ThingMade, listen, name="tests.choosy", wanted=is_wanted)
    wanted = new_id()
    try:
        make(brand, ThingMade(wanted))
        spared = [make(brand, ThingMade(new_id(), price=Decimal(1))), make(twin, ThingMade(new_id()))]
        drain_once(relay_db, brand.id)
        drain_once(relay_db, twin.id)
    finally:
        events._handlers.pop(ThingMade.name)
    assert notes == [wanted]
    for shop, row_id in zip((brand, twin), spared, strict=True):
        with tenancy.entering(shop.id), transaction() as session:
            row = session.scalars(select(OutboxRow).where(OutboxRow.id == row_id)).one()
            assert row.settled_at is not None
            assert not session.scalars(select(EventHandled).where(EventHandled.event_id == row_id)).all()
