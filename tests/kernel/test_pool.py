"""The tenant never leaks through the connection pool (T07): few connections, many threads, every way a request can end."""

import random
import threading
from uuid import UUID

import pytest
from sqlalchemy import select, text

from kernel import tenancy
from kernel.db.session import PoolSize, make_engine, transaction, use_engine
from kernel.errors import Conflict
from kernel.ids import new_id
from kernel.models import NumberSeries

THREADS, ROUNDS = 24, 40


@pytest.fixture
def small_pool(database):
    engine = make_engine(database.app_url, PoolSize(connections=3, wait_seconds=30))
    use_engine(engine)
    yield engine
    use_engine(None)
    engine.dispose()


def seen() -> set[UUID]:
    with transaction() as session:
        return set(session.scalars(select(NumberSeries.tenant_id)))


FAULTS = {"refusal": Conflict, "fault": ZeroDivisionError}


def fail(how: str) -> None:
    raise FAULTS[how]


def one_request(chance: random.Random) -> set[UUID]:
    ending = chance.choice(["commit", "error", "refusal", "fault", "savepoint", "cancelled", "read only"])
    found: set[UUID] = set()
    try:
        with transaction(read_only=ending == "read only") as session:
            found = set(session.scalars(select(NumberSeries.tenant_id)))
            if ending in FAULTS:
                fail(ending)
            elif ending == "error":
                session.execute(text("SELECT 1/0"))
            elif ending == "savepoint":
                with pytest.raises(ZeroDivisionError), session.begin_nested():
                    fail("fault")
                found |= set(session.scalars(select(NumberSeries.tenant_id)))
            elif ending == "cancelled":
                session.execute(text("SET LOCAL statement_timeout = '5ms'"))
                session.execute(text("SELECT pg_sleep(1)"))
    except Exception:
        assert ending in {"error", "cancelled", *FAULTS}
    return found


def test_no_request_ever_sees_a_row_of_the_other_tenant(small_pool):
    tenants = [new_id(), new_id()]
    for tenant_id in tenants:
        with tenancy.entering(tenant_id), transaction() as session:
            session.add(NumberSeries(tenant_id=tenant_id, name="canary", last=1))
    wrong: list[tuple[UUID, set[UUID]]] = []
    answers = []

    def visitor(number: int) -> None:
        chance = random.Random(number)
        for _ in range(ROUNDS):
            tenant_id = chance.choice(tenants)
            with tenancy.entering(tenant_id):
                found = one_request(chance)
            answers.append(found)
            if found != {tenant_id}:
                wrong.append((tenant_id, found))

    threads = [threading.Thread(target=visitor, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(answers) == THREADS * ROUNDS
    assert small_pool.pool.checkedout() == 0


def test_a_connection_comes_back_without_a_tenant(small_pool):
    with tenancy.entering(new_id()), transaction() as session:
        session.execute(text("SELECT 1"))
    for _ in range(5):
        with small_pool.connect() as connection:
            assert connection.execute(text("SELECT current_setting('app.tenant', true)")).scalar() in {"", None}


def test_outside_of_any_tenant_no_row_is_seen_and_none_can_be_written(small_pool):
    tenant_id = new_id()
    with tenancy.entering(tenant_id), transaction() as session:
        session.add(NumberSeries(tenant_id=tenant_id, name="canary", last=1))
    assert seen() == set()
    with pytest.raises(Exception, match="row-level security"), transaction() as session:
        session.add(NumberSeries(tenant_id=tenant_id, name="forged", last=1))
    with tenancy.entering(tenant_id), transaction() as session:
        assert session.scalars(select(NumberSeries.name)).all() == ["canary"]


def test_a_row_cannot_be_written_into_another_tenant(small_pool):
    mine, other = new_id(), new_id()
    with pytest.raises(Exception, match="row-level security"), tenancy.entering(mine), transaction() as session:
        session.add(NumberSeries(tenant_id=other, name="forged", last=1))
    with tenancy.entering(other):
        assert seen() == set()
