"""Transactions: run again where that helps (F18), refuse writing where they only read, and say when the house is full (F17)."""

import threading
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kernel import tenancy
from kernel.db.aside import aside
from kernel.db.locks import try_lock, wait_lock
from kernel.db.session import RETRIES, PoolSize, check_role, make_engine, retrying, sqlstate, transaction, use_engine
from kernel.errors import Unavailable
from kernel.models import NumberSeries
from kernel.numbers import next_number


def fault(session, state):
    session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '{state}'; END $$"))


def attempts_with(shop, state, failures):
    """Runs a transaction that fails so often with this state: (tries, number taken)."""
    tries = []

    def work():
        with tenancy.entering(shop.id), transaction() as session:
            taken = next_number(session, "order")
            tries.append(taken)
            if len(tries) <= failures:
                fault(session, state)
            return taken

    return retrying(work), tries


@pytest.mark.parametrize("state", ["40P01", "40001", "55P03"])
def test_a_transaction_that_lost_is_run_again_as_a_whole(brand, state):
    taken, tries = attempts_with(brand, state, failures=RETRIES)
    assert (taken, tries) == (1, [1] * (RETRIES + 1))


def test_it_is_not_run_again_for_ever_nor_for_other_errors(brand):
    with pytest.raises(DBAPIError) as error:
        attempts_with(brand, "40001", failures=RETRIES + 1)
    assert sqlstate(error.value) == "40001"
    with pytest.raises(DBAPIError) as error:
        attempts_with(brand, "23505", failures=1)
    assert sqlstate(error.value) == "23505"
    assert attempts_with(brand, "40001", failures=0)[0] == 1


def test_two_that_lock_crosswise_both_succeed(brand):
    meeting = threading.Barrier(2)
    done = []

    def crosswise(first, second):
        tries: list[int] = []

        def work():
            with tenancy.entering(brand.id), transaction() as session:
                next_number(session, first)
                if not tries:
                    tries.append(1)
                    meeting.wait(5)
                next_number(session, second)

        retrying(work)
        done.append(first)

    threads = [threading.Thread(target=crosswise, args=pair) for pair in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["a", "b"]
    with tenancy.entering(brand.id), transaction() as session:
        assert (next_number(session, "a"), next_number(session, "b")) == (3, 3)


def test_a_reading_transaction_cannot_write(brand):
    with pytest.raises(DBAPIError, match="read-only"), tenancy.entering(brand.id), transaction(read_only=True) as session:
        next_number(session, "order")
    with tenancy.entering(brand.id), transaction() as session:
        assert next_number(session, "order") == 1


def test_an_error_of_the_database_does_not_repeat_what_was_typed(brand):
    with pytest.raises(DBAPIError) as error, tenancy.entering(brand.id), transaction() as session:
        session.execute(text("SELECT 1 / length(replace(:typed, :typed, ''))"), {"typed": "mira-and-her-password"})
    assert "division by zero" in str(error.value)
    assert "mira-and-her-password" not in f"{error.value} {error.value!r}"


def test_a_full_house_is_said_after_a_short_wait_and_over_when_somebody_leaves(database, brand):
    engine = make_engine(database.app_url, PoolSize(connections=1, wait_seconds=0.3))
    use_engine(engine)
    with tenancy.entering(brand.id), transaction() as session:
        session.execute(text("SELECT 1"))
        began = time.monotonic()
        with pytest.raises(Unavailable) as refusal, transaction() as second:
            second.execute(text("SELECT 1"))
        assert 0.2 < time.monotonic() - began < 1.5
        assert refusal.value.retry_after_seconds == 2
        with aside() as beside:
            assert beside.execute(text("SELECT 1")).scalar() == 1
    with tenancy.entering(brand.id), transaction() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
    engine.dispose()


def test_a_database_that_is_gone_is_unavailable(tmp_path):
    engine = make_engine(f"host={tmp_path} user=nobody dbname=nothing")
    use_engine(engine)
    with pytest.raises(Unavailable), transaction() as session:
        session.execute(text("SELECT 1"))
    use_engine(None)


def test_a_transaction_aside_stays_when_the_other_is_rolled_back(brand):
    with pytest.raises(RuntimeError), tenancy.entering(brand.id), transaction() as session:
        next_number(session, "inside")
        with aside() as beside:
            beside.add(NumberSeries(tenant_id=brand.id, name="aside", last=7))
        raise RuntimeError
    with tenancy.entering(brand.id), transaction() as session:
        assert (next_number(session, "inside"), next_number(session, "aside")) == (1, 8)


def test_locks_by_name_hold_until_the_end_and_within_the_tenant_only(brand, twin):
    with tenancy.entering(brand.id), transaction() as session:
        wait_lock(session, "sealing")
        with transaction() as second:
            assert try_lock(second, "sealing") is False
            assert try_lock(second, "something else") is True
        with tenancy.entering(twin.id), transaction() as third:
            assert try_lock(third, "sealing") is True
    with tenancy.entering(brand.id), transaction() as session:
        assert try_lock(session, "sealing") is True


def test_roles_that_could_look_over_the_walls_are_refused(db, owner_db, superuser_db):
    with db.connect() as connection:
        check_role(connection)
    for engine in (owner_db, superuser_db):
        with engine.connect() as connection, pytest.raises(RuntimeError, match="must not be superuser"):
            check_role(connection)
