"""The relay moves every committed row once, is fair to small tenants, keeps locked rows in order, and sees no payload."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import event, func, insert, select, text
from sqlalchemy.exc import OperationalError

from kernel import relay, tenancy
from kernel.db.session import PoolSize, make_engine, transaction
from kernel.ids import new_id
from kernel.models import OutboxRow
from kernel.relay import relay_once


@pytest.fixture(autouse=True)
def empty_queue(db, superuser_db):
    """Other tests' leftovers would count against the queue's length and come first."""
    with superuser_db.begin() as connection:
        connection.execute(text("UPDATE kernel.outbox SET deferred_at = now() WHERE deferred_at IS NULL"))
        connection.execute(text("DELETE FROM procrastinate.procrastinate_jobs"))


def publish_many(shop, count, lock=None):
    rows = [
        {"tenant_id": shop.id, "id": new_id(), "name": "tests.Relayed", "payload": {"secret": "canary"}, "actor": {}, "lock": lock}
        for _ in range(count)
    ]
    with tenancy.entering(shop.id), transaction() as session:
        session.execute(insert(OutboxRow), rows)
    return [str(row["id"]) for row in rows]


def queued(relay_db):
    with relay_db.connect() as connection:
        return connection.execute(text("SELECT args, lock FROM procrastinate.procrastinate_jobs ORDER BY id")).all()


def test_rows_are_moved_once_in_their_order_with_ids_only(brand, relay_db):
    ids = publish_many(brand, 5)
    assert (relay_once(relay_db), relay_once(relay_db)) == (5, 0)
    jobs = queued(relay_db)
    assert [job.args for job in jobs] == [{"tenant": str(brand.id), "row": i, "name": "tests.Relayed"} for i in ids]
    with tenancy.entering(brand.id), transaction() as session:
        waiting = select(func.count()).select_from(OutboxRow).where(OutboxRow.deferred_at.is_(None))
        assert session.scalar(waiting) == 0


def test_locks_are_kept_apart_between_tenants(brand, twin, relay_db):
    publish_many(brand, 1, lock="mail")
    publish_many(twin, 1, lock="mail")
    relay_once(relay_db)
    assert {job.lock for job in queued(relay_db)} == {f"{brand.id}:mail", f"{twin.id}:mail"}


def test_a_small_tenant_does_not_wait_behind_a_large_one(brand, twin, relay_db):
    publish_many(brand, 30)
    (small,) = publish_many(twin, 1)
    assert relay_once(relay_db, batch=10) == 10
    assert small in [job.args["row"] for job in queued(relay_db)]


def test_the_queue_is_kept_short_but_locked_rows_do_not_fill_it(brand, twin, relay_db, monkeypatch):
    monkeypatch.setattr(relay, "QUEUE_LENGTH", 10)
    publish_many(twin, 20, lock="slow")
    assert relay_once(relay_db) == 10
    assert relay_once(relay_db) == 10
    publish_many(brand, 25)
    assert relay_once(relay_db) == 10
    assert relay_once(relay_db) == 0
    with relay_db.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate.procrastinate_jobs WHERE lock IS NULL"))
    assert relay_once(relay_db) == 10


def test_several_relays_at_once_move_nothing_twice_and_keep_the_order(brand, relay_db):
    ids = publish_many(brand, 60, lock="order")

    def relay_on():
        for _ in range(30):
            relay_once(relay_db, batch=5)

    threads = [threading.Thread(target=relay_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while relay_once(relay_db):
        pass
    assert [job.args["row"] for job in queued(relay_db)] == ids


def test_of_several_requests_for_one_sweep_the_last_is_handed_on_and_the_others_are_settled(brand, twin, relay_db):
    def settled(ids):
        with tenancy.entering(brand.id), transaction() as session:
            rows = session.execute(select(OutboxRow.id, OutboxRow.settled_at).where(OutboxRow.id.in_([UUID(i) for i in ids])))
            return {str(row.id) for row in rows if row.settled_at is not None}

    first, last = publish_many(brand, 3, lock="mail"), publish_many(twin, 1, lock="mail")
    others = publish_many(brand, 2, lock="order:1")
    assert relay_once(relay_db, sweeping=["tests.Relayed"], batch=4) == 4
    assert [job.args["row"] for job in queued(relay_db)] == [first[-1], *last]
    assert settled(first) == set(first[:-1])
    again = publish_many(brand, 2, lock="mail")
    assert relay_once(relay_db, sweeping=["tests.Relayed"]) == 4
    assert [job.args["row"] for job in queued(relay_db)] == [first[-1], *last, others[-1]]
    assert settled(again) == set(again)
    with relay_db.begin() as connection:
        connection.execute(text("UPDATE procrastinate.procrastinate_jobs SET status = 'doing' WHERE lock LIKE '%mail'"))
    (late,) = publish_many(brand, 1, lock="mail")
    relay_once(relay_db, sweeping=["tests.Relayed"])
    assert [job.args["row"] for job in queued(relay_db)][-1] == late
    assert settled([late]) == set()


def test_the_relay_sees_no_payload_and_nothing_else_of_ours(brand, relay_db):
    publish_many(brand, 1)
    for forbidden in (
        "SELECT payload FROM kernel.outbox",
        "SELECT actor FROM kernel.outbox",
        "DELETE FROM kernel.outbox",
        "UPDATE kernel.outbox SET name = 'x'",
        "SELECT * FROM kernel.mail_message",
        "SELECT * FROM kernel.audit_entry",
        "SELECT * FROM kernel.web_session",
    ):
        with pytest.raises(Exception, match="permission denied"), relay_db.begin() as connection:
            connection.execute(text(forbidden))


def test_the_application_cannot_enter_the_job_queue(brand):
    for forbidden in ("SELECT * FROM procrastinate.procrastinate_jobs", "SELECT procrastinate.procrastinate_register_worker_v1()"):
        with pytest.raises(Exception, match="permission denied"), tenancy.entering(brand.id), transaction() as session:
            session.execute(text(forbidden))


def test_a_look_that_finds_nothing_opens_no_transaction(brand, relay_db):
    begun: list[object] = []
    heard = begun.append
    event.listen(relay_db, "begin", heard)
    try:
        assert (relay_once(relay_db), len(begun)) == (0, 0)
        publish_many(brand, 1)
        assert (relay_once(relay_db), len(begun)) == (1, 1)
        assert (relay_once(relay_db), len(begun)) == (0, 1)
    finally:
        event.remove(relay_db, "begin", heard)


def test_where_the_server_has_closed_its_connection_the_relay_takes_another(database, brand, superuser_db):
    engine = make_engine(database.relay_url, PoolSize(connections=1))
    with engine.connect() as connection:
        process = connection.execute(text("SELECT pg_backend_pid()")).scalar()
    publish_many(brand, 2)
    with superuser_db.begin() as connection:
        assert connection.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process}).scalar()
    assert relay_once(engine) == 2
    engine.dispose()


def test_where_there_is_no_server_the_relay_says_so(tmp_path):
    engine = make_engine(f"host={tmp_path} user=galleria_relay dbname=galleria")
    with pytest.raises(OperationalError):
        relay_once(engine)
