"""Checks: named, never raising, vital where requests must stay away."""

import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, insert, text

from kernel import health
from kernel.db.session import PoolSize, make_engine, use_engine
from kernel.health import check_all
from kernel.models import WorkerStatus


@pytest.fixture(autouse=True)
def clean(db, relay_db, monkeypatch):
    monkeypatch.setattr(health, "_folders", [])
    with relay_db.begin() as connection:
        connection.execute(text("DELETE FROM kernel.worker_status"))


def sign(relay_db, age_seconds=0, lag=0.0, failed=0):
    figures = {"outbox_lag_seconds": lag, "jobs_waiting": 0, "jobs_failed": failed}
    at = func.now() - timedelta(seconds=age_seconds)
    with relay_db.begin() as connection:
        connection.execute(insert(WorkerStatus).values(name=f"w{age_seconds}", at=at, figures=figures))


def found():
    return {check.name: check.ok for check in check_all()}


def test_all_is_well(relay_db, tmp_path):
    sign(relay_db, age_seconds=2)
    health.watch_disk(tmp_path)
    checks = check_all()
    assert [c.name for c in checks] == ["database", "worker", "outbox", "jobs", f"disk {tmp_path.name}"]
    assert all(c.ok for c in checks[:4])
    assert [c.vital for c in checks] == [True, False, False, False, False]


def test_a_worker_that_was_never_there_or_fell_silent_is_told(relay_db):
    assert found()["worker"] is False
    sign(relay_db, age_seconds=health.WORKER_SILENT_SECONDS + 1)
    assert found()["worker"] is False
    sign(relay_db, age_seconds=1)
    assert found()["worker"] is True


def test_events_that_pile_up_and_jobs_given_up_are_told(relay_db):
    sign(relay_db, lag=health.LAG_ALARM_SECONDS + 1.0, failed=2)
    checks = {c.name: c for c in check_all()}
    assert (checks["outbox"].ok, checks["jobs"].ok) == (False, False)
    assert checks["jobs"].detail == "2 given up"


def test_a_full_disk_is_told_before_it_is_full(tmp_path, monkeypatch, relay_db):
    health.watch_disk(tmp_path)
    usage = SimpleNamespace(total=100, used=84, free=16)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage)
    assert found()[f"disk {tmp_path.name}"] is True
    usage.used = 85
    assert found()[f"disk {tmp_path.name}"] is False
    health.watch_disk(tmp_path / "missing")
    monkeypatch.undo()


def test_a_database_that_is_gone_fails_the_vital_check_and_nothing_raises(tmp_path):
    engine = make_engine(f"host={tmp_path} user=nobody dbname=nothing", PoolSize(connections=1, wait_seconds=1))
    use_engine(engine)
    (database,) = check_all()
    assert (database.name, database.ok, database.vital) == ("database", False, True)
    assert str(tmp_path) not in database.detail
