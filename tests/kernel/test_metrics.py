"""Figures: one exposition over all processes, each sample once, the dead left out."""

import os
import time

import pytest
from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from kernel import metrics


@pytest.fixture
def shared(tmp_path):
    stop = metrics.share(tmp_path, "web-1")
    yield tmp_path
    stop()


def samples(body: bytes, name: str):
    found = {}
    for family in text_string_to_metric_families(body.decode()):
        for sample in family.samples:
            if sample.name == name:
                found[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def other_process(folder, name, route, count):
    registry = CollectorRegistry()
    counter = Counter("galleria_requests", "Answered requests", ["route", "method", "status"], registry=registry)
    counter.labels(route, "GET", "200").inc(count)
    (folder / f"{name}.prom").write_bytes(generate_latest(registry))


def test_every_process_is_told_apart_and_families_are_declared_once(shared):
    route = f"tests.{time.monotonic_ns()}"
    metrics.observe_request(route, "GET", 200, 0.01)
    other_process(shared, "web-2.77", route, 5)
    body, kind = metrics.exposition()
    assert kind.startswith("text/plain; version=0.0.4")
    found = {dict(k)["process"].split(".")[0]: v for k, v in samples(body, "galleria_requests_total").items() if dict(k)["route"] == route}
    assert found == {"web-1": 1, "web-2": 5}
    assert body.count(b"# TYPE galleria_requests_total") == 1
    assert sum(v for k, v in samples(body, "galleria_request_seconds_count").items() if dict(k)["route"] == route) == 1


def test_figures_of_a_process_that_is_gone_are_left_out(shared):
    other_process(shared, "web-9.99", "gone", 5)
    old = time.time() - metrics.STALE_SECONDS - 1
    os.utime(shared / "web-9.99.prom", (old, old))
    body, _kind = metrics.exposition()
    assert b"gone" not in body
    assert not (shared / "web-9.99.prom").exists()


def test_a_process_takes_its_figures_along_when_it_ends(tmp_path):
    stop = metrics.share(tmp_path, "web/../1")
    metrics.exposition()
    (only,) = tmp_path.glob("*.prom")
    assert only.name == f"web____1.{os.getpid()}.prom"
    stop()
    assert list(tmp_path.iterdir()) == []


def test_gauges_are_refreshed_and_written_by_themselves(tmp_path):
    stop = metrics.share(tmp_path, "worker", refresh=[lambda: metrics.JOBS_WAITING.set(7)])
    deadline = time.monotonic() + 5
    while not list(tmp_path.glob("*.prom")) and time.monotonic() < deadline:
        time.sleep(0.05)
    (path,) = tmp_path.glob("*.prom")
    assert b"galleria_jobs_waiting 7.0" in path.read_bytes()
    stop()


def test_methods_nobody_knows_do_not_make_new_series():
    route = f"tests.{time.monotonic_ns()}"
    for method in ("BREW", "PROPFIND"):
        metrics.observe_request(route, method, 405, 0.001)
    body, _kind = metrics.exposition()
    (labels,) = [dict(k) for k in samples(body, "galleria_requests_total") if dict(k)["route"] == route]
    assert (labels["method"], labels["status"]) == ("OTHER", "405")
