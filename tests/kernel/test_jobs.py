"""Jobs: done soon after the commit, again after a crash, never twice in effect; chores for each tenant (F06)."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, insert, select, text, update

from kernel import clock, events, tenancy
from kernel.actors import Actor
from kernel.audit import record, verify
from kernel.db.session import transaction
from kernel.events import publish, subscribe
from kernel.ids import new_id
from kernel.jobs import chores, defer, drain_once, failed, list_tenants_by, tasks
from kernel.jobs.queue import MOST_ATTEMPTS, build_app, take_up_stalled, wait_seconds
from kernel.jobs.running import WorkerOptions, serve
from kernel.models import EventHandled, NumberSeries, OutboxRow, WebSession, WorkerStatus
from tests.kernel.slow_worker import SlowThing, handle_slowly


class Worker:
    """A worker in a thread of this process."""

    def __init__(self, database):
        self.options = WorkerOptions(database.relay_url, threads=3, name=f"test-{new_id()}")
        self.loop = asyncio.new_event_loop()
        self.stop = asyncio.Event()
        self.thread = threading.Thread(target=lambda: self.loop.run_until_complete(serve(self.options, stop=self.stop)))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_error):
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(15)
        assert not self.thread.is_alive()
        self.loop.close()


def wait_until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def counted(shop, series):
    with tenancy.entering(shop.id), transaction(read_only=True) as session:
        return session.scalar(select(NumberSeries.last).where(NumberSeries.name == series)) or 0


def unsettled(shop):
    with tenancy.entering(shop.id), transaction(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.settled_at.is_(None)))


@pytest.fixture
def tenants(brand, twin):
    list_tenants_by(lambda: [brand.id, twin.id])
    yield (brand, twin)
    list_tenants_by(tuple)


def test_the_worker_does_what_was_asked_soon_after_the_commit_and_stops_when_told(db, database, brand, relay_db):
    subscribe(SlowThing, handle_slowly, name="tests.slowly")
    with Worker(database) as worker:
        wait_until(lambda: has_sign(relay_db, worker.options.name))
        with tenancy.entering(brand.id), transaction() as session:
            publish(session, SlowThing(1))
            defer(session, "tests.slow", {"steps": 2})
        wait_until(lambda: unsettled(brand) == 0, seconds=8)
    assert (counted(brand, "effects"), counted(brand, "steps")) == (1, 2)
    assert not has_sign(relay_db, worker.options.name)
    events._handlers.pop(SlowThing.name)


def has_sign(relay_db, name):
    with relay_db.connect() as connection:
        return connection.execute(select(WorkerStatus.figures).where(WorkerStatus.name == name)).one_or_none() is not None


def test_a_worker_that_is_killed_over_and_over_leaves_every_effect_exactly_once(db, database, brand):
    count = 12
    with tenancy.entering(brand.id), transaction() as session:
        for place in range(count):
            publish(session, SlowThing(place))
        defer(session, "tests.slow", {"steps": 6})
    call = f"from uuid import UUID; from tests.kernel.slow_worker import main; main({database.app_url!r}, {database.relay_url!r}, UUID({str(brand.id)!r}))"
    killed = 0
    while unsettled(brand):
        left, kill_now = unsettled(brand), killed < 4
        worker = subprocess.Popen([sys.executable, "-c", call], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until(lambda left=left, kill_now=kill_now: unsettled(brand) < (left if kill_now else 1), seconds=30)
            time.sleep(0.15)
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        killed += 1
    assert killed >= 3
    assert counted(brand, "effects") == count
    assert counted(brand, "steps") == 6


def test_the_jobs_of_a_dead_worker_are_put_back_and_those_of_a_living_one_are_not(db, database, relay_db):
    with relay_db.begin() as connection:
        dead = connection.execute(
            text("INSERT INTO procrastinate.procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 s') RETURNING id")
        )
        alive = connection.execute(text("INSERT INTO procrastinate.procrastinate_workers DEFAULT VALUES RETURNING id"))
        ids = {}
        for name, worker_id in (("dead", dead.scalar_one()), ("alive", alive.scalar_one())):
            job = "INSERT INTO procrastinate.procrastinate_jobs (queue_name, task_name, status, worker_id) VALUES ('test', 'none', 'doing', :w) RETURNING id"
            ids[name] = connection.execute(text(job), {"w": worker_id}).scalar_one()

    async def take_up():
        with ThreadPoolExecutor(1) as threads:
            app = build_app(database.relay_url, threads)
            async with app.open_async():
                return await take_up_stalled(app)

    assert asyncio.run(take_up()) >= 1
    with relay_db.begin() as connection:
        rows = connection.execute(
            text("DELETE FROM procrastinate.procrastinate_jobs WHERE queue_name = 'test' RETURNING id, status::text")
        ).all()
    assert dict(rows) == {ids["dead"]: "todo", ids["alive"]: "doing"}


def test_tries_grow_apart_up_to_an_hour_and_end_after_a_day():
    assert [wait_seconds(n) for n in range(7)] == [5, 15, 45, 135, 405, 1215, 3600]
    assert wait_seconds(MOST_ATTEMPTS) is None
    assert 18 < sum(wait_seconds(n) or 0 for n in range(MOST_ATTEMPTS)) / 3600 < 26


def test_a_task_that_fails_is_tried_again_and_settled_when_it_works(db, brand, relay_db, monkeypatch):
    outcomes = [RuntimeError("no"), None]

    def flaky(actor, args):
        assert (actor.tenant_id, args) == (brand.id, {"x": 1})
        error = outcomes.pop(0)
        if error:
            raise error

    monkeypatch.setitem(tasks._tasks, "tests.flaky", flaky)
    with tenancy.entering(brand.id), transaction() as session:
        defer(session, "tests.flaky", {"x": 1})
    assert drain_once(relay_db, brand.id, raising=False) == 1
    assert unsettled(brand) == 1
    with relay_db.begin() as connection:
        waiting = text(
            "UPDATE procrastinate.procrastinate_jobs SET scheduled_at = now() WHERE args->>'tenant' = :t RETURNING attempts, scheduled_at > now()"
        )
        assert connection.execute(waiting, {"t": str(brand.id)}).one().attempts == 1
    assert drain_once(relay_db, brand.id) == 1
    assert unsettled(brand) == 0


def test_a_long_task_takes_no_thread_from_the_others(db, database, brand, monkeypatch):
    go, began = threading.Event(), []

    def long_task(actor, args):
        began.append(args["place"])
        go.wait(20)

    monkeypatch.setitem(tasks._tasks, "tests.long", long_task)
    monkeypatch.setattr(tasks, "_long", {"task:tests.long"})
    subscribe(SlowThing, handle_slowly, name="tests.slowly")
    with tenancy.entering(brand.id), transaction() as session:
        for place in range(5):
            defer(session, "tests.long", {"place": place})
    with Worker(database):
        wait_until(lambda: len(began) == 1)
        with tenancy.entering(brand.id), transaction() as session:
            publish(session, SlowThing(1))
        wait_until(lambda: counted(brand, "effects") == 1, seconds=5)
        assert len(began) == 1
        go.set()
        wait_until(lambda: unsettled(brand) == 0)
    assert sorted(began) == [0, 1, 2, 3, 4]
    events._handlers.pop(SlowThing.name)


def test_a_job_that_was_given_up_is_listed_with_its_reason_and_tried_once_more(db, brand, twin, relay_db, monkeypatch):
    outcomes = [RuntimeError("no"), RuntimeError("still no"), None]

    def flaky(actor, args):
        error = outcomes.pop(0)
        if error:
            raise error

    monkeypatch.setitem(tasks._tasks, "tests.flaky", flaky)
    monkeypatch.setattr("kernel.jobs.queue.MOST_ATTEMPTS", 0)
    with tenancy.entering(brand.id), transaction() as session:
        row_id = defer(session, "tests.flaky", {})
    for attempts in (1, 2):
        drain_once(relay_db, brand.id, raising=False)
        (job,) = [j for j in failed.list_failed(relay_db) if j.tenant_id == brand.id]
        assert (job.name, job.row_id) == ("task:tests.flaky", row_id)
        assert job.attempts >= attempts
        assert job.failed_at is not None
        assert abs((clock.now() - job.failed_at).total_seconds()) < 60
        with tenancy.entering(brand.id), transaction(read_only=True) as session:
            assert failed.error_of(session, job) == ("RuntimeError: no" if attempts == 1 else "RuntimeError: still no")
        with tenancy.entering(twin.id), transaction(read_only=True) as session:
            assert failed.error_of(session, job) == ""
        failed.try_again(relay_db, job)
    assert drain_once(relay_db, brand.id) == 1
    assert unsettled(brand) == 0
    assert [j for j in failed.list_failed(relay_db) if j.tenant_id == brand.id] == []
    assert failed.forget(relay_db, job) is False


def test_a_task_nobody_knows_cannot_be_asked_for_and_names_are_taken_once(db, brand):
    with pytest.raises(tasks.UnknownTask), tenancy.entering(brand.id), transaction() as session:
        defer(session, "tests.unknown", {})
    assert unsettled(brand) == 0
    with pytest.raises(ValueError, match="two tasks"):
        tasks.task("tests.slow")(lambda actor, args: None)


def test_a_chore_runs_inside_each_tenant_and_one_failure_stops_nobody(db, tenants):
    brand, twin = tenants
    ran = []

    def sweep(session):
        ran.append(tenancy.current())
        session.execute(insert(NumberSeries).values(tenant_id=tenancy.current(), name="swept", last=1))
        if tenancy.current() == brand.id:
            raise RuntimeError

    chores.every("* * * * *", "tests.sweep", sweep)
    assert chores.run_chore("tests.sweep") == 1
    chores._chores.pop("tests.sweep")
    assert ran == [brand.id, twin.id]
    assert (counted(brand, "swept"), counted(twin, "swept")) == (0, 1)


def test_audit_entries_are_sealed_by_their_chore(db, tenants):
    for shop in tenants:
        with tenancy.entering(shop.id), transaction() as session:
            record(session, Actor.job(shop.id, "test"), "made", "thing", new_id())
    assert chores.run_chore("audit.seal") == 0
    for shop in tenants:
        with tenancy.entering(shop.id), transaction() as session:
            report = verify(session)
        assert (report.seals, report.entries, report.holds) == (1, 1, True)


def test_expired_sessions_go_and_living_ones_stay(db, tenants):
    brand, _twin = tenants
    for name, when in (("old", "now() - interval '1 s'"), ("young", "now() + interval '1 h'")):
        with tenancy.entering(brand.id), transaction() as session:
            fields = {"tenant_id": brand.id, "id": new_id(), "token_hash": name.encode(), "visitor": name, "csrf": "x"}
            session.execute(insert(WebSession).values(**fields, expires_at=text(when)))
    assert chores.run_chore("sessions.clean") == 0
    with tenancy.entering(brand.id), transaction() as session:
        assert session.scalars(select(WebSession.visitor)).all() == ["young"]


def test_settled_events_are_trimmed_after_two_weeks_with_their_marks_and_others_stay(db, brand, relay_db):
    list_tenants_by(lambda: [brand.id])
    subscribe(SlowThing, lambda session, actor, event: None, name="tests.quick")
    for place in range(3):
        with tenancy.entering(brand.id), transaction() as session:
            publish(session, SlowThing(place))
    drain_once(relay_db, brand.id)
    with tenancy.entering(brand.id), transaction() as session:
        ids = session.scalars(select(OutboxRow.id).order_by(OutboxRow.id)).all()
        session.execute(update(OutboxRow).where(OutboxRow.id == ids[0]).values(settled_at=text("now() - interval '15 d'")))
        session.execute(update(OutboxRow).where(OutboxRow.id == ids[1]).values(settled_at=None, created_at=text("now() - interval '15 d'")))
    assert chores.run_chore("outbox.trim") == 0
    with tenancy.entering(brand.id), transaction() as session:
        assert session.scalars(select(OutboxRow.id).order_by(OutboxRow.id)).all() == ids[1:]
        assert sorted(session.scalars(select(EventHandled.event_id)).all()) == sorted(ids[1:])
    events._handlers.pop(SlowThing.name)
    list_tenants_by(tuple)


def test_every_chore_of_the_house_runs_without_error(db, tenants, tmp_path, monkeypatch):
    monkeypatch.setattr("kernel.mail._transport", None)
    names = [chore.name for chore in chores.all_chores()]
    assert set(names) >= {"audit.seal", "mail.send", "limits.clean", "idempotency.clean", "sessions.clean", "outbox.trim"}
    assert {name: chores.run_chore(name) for name in names if name != "mail.send"} == dict.fromkeys(set(names) - {"mail.send"}, 0)
