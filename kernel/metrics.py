"""Figures for Prometheus, over all processes of one machine.

Every process keeps its own registry and writes it to `<folder>/<process>.prom` once a second (`publish`, called by a
thread that `share` starts); whichever process is asked for /metrics puts the fresh files together, each sample with a
`process` label. A dead process's file is left out after STALE_SECONDS and removed, so counters never count the dead.
prometheus-client's own multi-process mode was passed over: it must be switched on by environment before the first
import and leaves files of dead processes behind that have to be cleaned by hand.
"""

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import QueuePool

from kernel.db.session import engine

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
STALE_SECONDS = 10.0
PUBLISH_SECONDS = 1.0
DURATIONS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

registry = CollectorRegistry()
REQUESTS = Counter("galleria_requests", "Answered requests", ["route", "method", "status"], registry=registry)
DURATION = Histogram("galleria_request_seconds", "Time to answer", ["route"], registry=registry, buckets=DURATIONS)
CACHED = Counter("galleria_cached_pages", "Pages answered from the page cache", registry=registry)
POOL = Gauge("galleria_db_connections_used", "Database connections in use", registry=registry)
JOBS = Counter("galleria_jobs", "Jobs by name and outcome", ["name", "outcome"], registry=registry)
JOB_DURATION = Histogram("galleria_job_seconds", "Time of a job", ["name"], registry=registry, buckets=DURATIONS)
OUTBOX_LAG = Gauge("galleria_outbox_lag_seconds", "Age of the oldest event that has not been handed on", registry=registry)
JOBS_WAITING = Gauge("galleria_jobs_waiting", "Jobs that are due", registry=registry)
JOBS_FAILED = Gauge("galleria_jobs_failed", "Jobs that have been given up", registry=registry)
MAILS = Counter("galleria_mails", "Mails by outcome", ["outcome"], registry=registry)

_place: Path | None = None


def _connections_used() -> float:
    try:
        pool = engine().pool
    except RuntimeError:  # this process has no database
        return 0
    return float(pool.checkedout()) if isinstance(pool, QueuePool) else 0


POOL.set_function(_connections_used)


def observe_request(route: str, method: str, status: int, seconds: float) -> None:
    """One answered request. `route` is the route's name, never the path: paths have no end."""
    REQUESTS.labels(route, method if method in METHODS else "OTHER", str(status)).inc()
    DURATION.labels(route).observe(seconds)


METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def observe_job(name: str, outcome: str, seconds: float) -> None:
    """One run of a job; outcome is `done`, `again` or `failed`."""
    JOBS.labels(name, outcome).inc()
    JOB_DURATION.labels(name).observe(seconds)


def share(folder: Path, process: str, refresh: Iterable[Callable[[], None]] = ()) -> Callable[[], None]:
    """Starts writing this process's figures (as `web-1`, `worker`) into `folder`; returns what stops it.

    `refresh` are called before every writing: they set gauges such as the pool's use.
    """
    global _place
    folder.mkdir(parents=True, exist_ok=True)
    place = _place = folder / f"{re.sub(r'[^A-Za-z0-9_-]', '_', process)}.{os.getpid()}.prom"
    stop = threading.Event()

    def write_on() -> None:
        while not stop.wait(PUBLISH_SECONDS):
            try:
                for set_gauges in refresh:
                    set_gauges()
                publish(place)
            except OSError:  # a full disk must not take the figures away for good
                log.warning("figures could not be written", exc_info=True)

    thread = threading.Thread(target=write_on, name="metrics", daemon=True)
    thread.start()

    def end() -> None:
        global _place
        stop.set()
        thread.join(timeout=2 * PUBLISH_SECONDS)
        place.unlink(missing_ok=True)
        _place = None

    return end


def publish(place: Path) -> None:
    """Writes the registry to `place`, whole or not at all."""
    draft = place.with_suffix(".draft")
    draft.write_bytes(generate_latest(registry))
    draft.replace(place)


def exposition() -> tuple[bytes, str]:
    """(body, content type): the figures of all live processes, or of this one where none are shared."""
    if _place is None:
        return generate_latest(registry), CONTENT_TYPE
    publish(_place)
    texts = {}
    for path in sorted(_place.parent.glob("*.prom")):
        try:
            if path.stat().st_mtime < time.time() - STALE_SECONDS:
                path.unlink(missing_ok=True)
            else:
                texts[path.stem] = path.read_text()
        except FileNotFoundError:  # its process ended while we were reading
            continue
    return _joined(texts).encode(), CONTENT_TYPE


def _joined(texts: dict[str, str]) -> str:
    """One exposition out of several: each family's help and type once, each sample labelled with its process."""
    heads: dict[str, list[str]] = {}
    samples: dict[str, list[str]] = {}
    for process, text in texts.items():
        family = ""
        for line in text.splitlines():
            if line.startswith("# HELP "):
                family = line.split(" ", 3)[2]
                heads.setdefault(family, [])
                if len(heads[family]) < 2:
                    heads[family].append(line)
            elif line.startswith("# TYPE "):
                if len(heads[family]) < 2:
                    heads[family].append(line)
            elif line:
                samples.setdefault(family, []).append(_labelled(line, process))
    lines = [line for family in heads for line in (*heads[family], *samples.get(family, []))]
    return "\n".join([*lines, ""])


def _labelled(sample: str, process: str) -> str:
    name, brace, rest = sample.partition("{")
    if brace and " " not in name:
        return f'{name}{{process="{process}",{rest}'
    name, _space, value = sample.partition(" ")
    return f'{name}{{process="{process}"}} {value}'
