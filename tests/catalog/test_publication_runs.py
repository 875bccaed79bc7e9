"""Publications that the worker makes: one at a time, one version each, however often the worker dies."""

import contextlib
import signal
import subprocess
import sys
import threading
import time
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from catalog import publication_runs
from catalog.assortment import shop_list, view_for
from catalog.models import PublicationRun
from catalog.products import ProductEdit, edit_product
from catalog.publication_runs import newest_runs, publish_later, run_for, run_publication
from catalog.publishing import BATCH, lock_market, publish
from catalog.versions import list_versions
from kernel import stamps
from kernel.errors import Conflict, NotAllowed, NotThere
from kernel.jobs import drain_once
from kernel.models import OutboxRow
from kernel.tenancy import entering
from tests.cluster import ROOT, Database
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_market

WORKER = """
import sys
from uuid import UUID
from catalog.publication_runs import run_publication
from kernel.actors import Actor
from kernel.db.session import PoolSize, make_engine, use_engine
from kernel.tenancy import entering
use_engine(make_engine(sys.argv[1], PoolSize(connections=3)))
tenant = UUID(sys.argv[2])
with entering(tenant):
    run_publication(Actor.job(tenant, "worker"), UUID(sys.argv[3]))
"""


class Killed(BaseException):
    """The worker is no more."""


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """A market with a product that waits to be published."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_product(session, brand.id, "P-1", name="Bell")
    return brand


def ask(shop: Shop, note: str = "", back_to: int | None = None) -> PublicationRun:
    with in_tenant(shop.id) as session:
        return publish_later(session, somebody(shop.id), "eu", note, back_to)


def look(shop: Shop, run_id: UUID) -> PublicationRun:
    with in_tenant(shop.id) as session:
        return run_for(session, somebody(shop.id), run_id)


def versions(shop: Shop) -> list[int]:
    with in_tenant(shop.id) as session:
        return [v.version for v in list_versions(session, somebody(shop.id), "eu", "en")]


def jobs(shop: Shop) -> int:
    with in_tenant(shop.id) as session:
        return session.scalar(select(func.count()).where(OutboxRow.tenant_id == shop.id, OutboxRow.name == "task:catalog.publish")) or 0


def test_the_worker_publishes_what_was_asked_for(shop: Shop, relay_db: Engine) -> None:
    asked = ask(shop, "first")
    assert (asked.state, asked.version, versions(shop)) == ("queued", None, [])
    drain_once(relay_db, shop.id)
    with in_tenant(shop.id) as session:
        [version] = list_versions(session, somebody(shop.id), "eu", "en")
        assert (version.version, version.note, version.products_total, version.published_by["name"]) == (1, "first", 1, "Clara Wen")
    run = look(shop, asked.id)
    assert (run.state, run.version, run.is_new, run.products_added, run.products_seen, run.products_total) == ("done", 1, True, 1, 1, 1)
    assert run.finished_at is not None


def test_who_may_not_publish_asks_for_nothing(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        with pytest.raises(NotAllowed):
            publish_later(session, somebody(shop.id, "catalog.edit"), "eu")
        with pytest.raises(NotThere):
            publish_later(session, somebody(shop.id), "elsewhere")
        with pytest.raises(NotThere):
            publish_later(session, somebody(shop.id), "eu", back_to=7)
        assert newest_runs(session, somebody(shop.id)) == {}
    assert jobs(shop) == 0


def test_whoever_asks_again_is_led_to_the_one_that_runs(shop: Shop, relay_db: Engine) -> None:
    first, second = ask(shop, "first"), ask(shop, "second")
    assert (second.id, second.note, jobs(shop)) == (first.id, "first", 1)
    drain_once(relay_db, shop.id)
    third = ask(shop)
    assert third.id != first.id
    drain_once(relay_db, shop.id)
    run = look(shop, third.id)
    assert (run.state, run.version, run.is_new, versions(shop)) == ("done", 1, False, [1])


def test_many_who_ask_at_once_start_one(shop: Shop, db: Engine) -> None:
    found: list[UUID] = []
    together = threading.Barrier(8)

    def click() -> None:
        together.wait()
        found.append(ask(shop).id)

    clicks = [threading.Thread(target=click) for _n in range(8)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert (len(found), len(set(found)), jobs(shop)) == (8, 1, 1)


def test_a_run_of_which_nothing_was_heard_for_long_gets_another_job(shop: Shop, superuser_db: Engine, relay_db: Engine) -> None:
    asked = ask(shop)
    with superuser_db.begin() as connection:
        silent = "UPDATE catalog.publication_run SET updated_at = now() - interval '11 minutes' WHERE tenant_id = %s"
        connection.exec_driver_sql(silent, (shop.id,))
    assert (ask(shop).id, jobs(shop)) == (asked.id, 2)
    assert (ask(shop).id, jobs(shop)) == (asked.id, 2)
    drain_once(relay_db, shop.id)
    assert (look(shop, asked.id).state, versions(shop)) == ("done", [1])


def test_a_worker_killed_before_the_commit_has_published_nothing_and_the_next_one_does(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, relay_db: Engine
) -> None:
    asked, told = ask(shop), publication_runs._told

    def killed(_made: object) -> None:
        raise Killed

    monkeypatch.setattr(publication_runs, "_told", killed)
    with entering(shop.id), pytest.raises(Killed):
        run_publication(somebody(shop.id), asked.id)
    assert (look(shop, asked.id).state, versions(shop)) == ("running", [])
    monkeypatch.setattr(publication_runs, "_told", told)
    drain_once(relay_db, shop.id)
    assert (look(shop, asked.id).state, versions(shop)) == ("done", [1])


def test_a_job_that_runs_again_after_the_commit_publishes_nothing_more(shop: Shop, relay_db: Engine) -> None:
    asked = ask(shop)
    drain_once(relay_db, shop.id)
    with in_tenant(shop.id) as session:
        make_product(session, shop.id, "P-2")
    with entering(shop.id):
        run_publication(somebody(shop.id), asked.id)
    assert versions(shop) == [1]


def test_a_worker_taken_for_dead_that_wakes_up_publishes_no_second_time(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask(shop)

    def slow(*args: object, **named: object) -> object:
        """Before its turn comes, another worker has done it and somebody has edited a product."""
        monkeypatch.setattr(publication_runs, "publish", publish)
        run_publication(somebody(shop.id), asked.id)
        with in_tenant(shop.id) as session:
            make_product(session, shop.id, "P-2")
        return publish(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(publication_runs, "publish", slow)
    with entering(shop.id):
        run_publication(somebody(shop.id), asked.id)
    assert (look(shop, asked.id).version, versions(shop)) == (1, [1])


def test_while_somebody_else_publishes_the_job_waits_for_its_next_try(shop: Shop) -> None:
    asked = ask(shop)
    with in_tenant(shop.id) as session:
        lock_market(session, "eu")
        with pytest.raises(Conflict):
            run_publication(somebody(shop.id), asked.id)
    assert look(shop, asked.id).state == "running"
    with entering(shop.id):
        run_publication(somebody(shop.id), asked.id)
    assert look(shop, asked.id).state == "done"


def test_an_error_of_our_own_ends_the_run_and_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ask(shop)

    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(publication_runs, "publish", broken)
    with entering(shop.id), pytest.raises(ZeroDivisionError):
        run_publication(somebody(shop.id), asked.id)
    run = look(shop, asked.id)
    assert (run.state, run.problems) == ("failed", [{"code": "fault", "reason": publication_runs.BROKEN}])
    assert ask(shop).id != asked.id


def test_progress_is_seen_while_it_runs(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with in_tenant(shop.id) as session:
        for n in range(BATCH):
            make_product(session, shop.id, f"Q-{n}", price=None)
    asked, seen = ask(shop), []
    moved = publication_runs._set

    def spy(session: object, run: PublicationRun, **values: object) -> bool:
        done = moved(session, run, **values)  # type: ignore[arg-type]
        if "products_seen" in values:
            session.commit()  # type: ignore[attr-defined]
            state = look(shop, asked.id)
            seen.append((state.state, state.products_seen, state.products_total, versions(shop)))
        return done

    monkeypatch.setattr(publication_runs, "_set", spy)
    with entering(shop.id):
        run_publication(somebody(shop.id), asked.id)
    assert seen == [("running", BATCH, BATCH + 1, []), ("running", BATCH + 1, BATCH + 1, [])]


def test_going_back_is_a_run_too_and_says_where_nothing_is_to_be_done(shop: Shop, relay_db: Engine) -> None:
    with in_tenant(shop.id) as session:
        publish_all(session, shop.id)
        [card] = shop_list(session, view_for(session, "eu", "en")).cards
        edit_product(session, somebody(shop.id), card.id, ProductEdit(names={"en": "Horn"}))
        publish_all(session, shop.id)
    back = ask(shop, back_to=1)
    with pytest.raises(Conflict):
        ask(shop)
    drain_once(relay_db, shop.id)
    run = look(shop, back.id)
    assert (run.state, run.version, run.is_new, run.products_changed) == ("done", 3, True, 1)
    with in_tenant(shop.id) as session:
        assert [c.name for c in shop_list(session, view_for(session, "eu", "en")).cards] == ["Bell"]
    again = ask(shop, back_to=1)
    drain_once(relay_db, shop.id)
    run = look(shop, again.id)
    assert (run.state, run.version, run.is_new, versions(shop)) == ("done", 3, False, [3, 2, 1])


def test_the_twin_neither_sees_nor_meets_it(shop: Shop, twin: Shop) -> None:
    asked = ask(shop)
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu")
        with pytest.raises(NotThere):
            run_for(session, somebody(twin.id), asked.id)
        assert newest_runs(session, somebody(twin.id)) == {}
    assert ask(twin).id != asked.id
    with entering(twin.id), pytest.raises(NotThere):
        run_publication(somebody(twin.id), asked.id)
    assert look(shop, asked.id).state == "queued"


def test_a_process_killed_while_it_publishes_leaves_shops_as_they_were(shop: Shop, database: Database) -> None:
    asked = ask(shop)
    with in_tenant(shop.id) as session:
        stamps.bump(session)  # whoever publishes waits for this row just before the commit
        worker = subprocess.Popen([sys.executable, "-c", WORKER, database.app_url, str(shop.id), str(asked.id)], cwd=ROOT)
        while look(shop, asked.id).products_seen == 0:
            assert worker.poll() is None
            time.sleep(0.02)
        worker.kill()
        assert worker.wait() == -signal.SIGKILL
    assert (look(shop, asked.id).state, versions(shop)) == ("running", [])
    while look(shop, asked.id).state != "done":
        with entering(shop.id), contextlib.suppress(Conflict):  # until the database has noticed
            run_publication(somebody(shop.id), asked.id)
    run = look(shop, asked.id)
    assert (run.state, run.version, run.products_added, versions(shop)) == ("done", 1, 1, [1])
