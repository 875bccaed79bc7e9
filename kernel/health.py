"""Is everything there that we need? A list of named checks, the same for /ready, the back office and `galleria doctor`.

`vital` checks decide whether this process should be sent requests; the others tell people that something wants
attention. Details name figures and causes, never addresses or secrets.
"""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from kernel.db.aside import aside
from kernel.errors import Unavailable
from kernel.models import WorkerStatus

DISK_ALARM_PERCENT = 85
WORKER_SILENT_SECONDS = 30
LAG_ALARM_SECONDS = 60


@dataclass(frozen=True)
class Check:
    """One result: `ok`, and in a few words what was found."""

    name: str
    ok: bool
    detail: str
    vital: bool = False


_folders: list[Path] = []


def watch_disk(folder: Path) -> None:
    """Adds the volume of a folder to the checks; called at start-up."""
    if folder not in _folders:
        _folders.append(folder)


def check_all() -> list[Check]:
    """Every check; none of them raises."""
    checks = [_database()]
    if checks[0].ok:
        checks += _workers()
    checks += [_disk(folder) for folder in _folders]
    return checks


def _database() -> Check:
    began = time.perf_counter()
    try:
        with aside() as session:
            session.execute(select(1))
    except (SQLAlchemyError, Unavailable) as error:
        return Check("database", False, type(error).__name__, vital=True)
    return Check("database", True, f"{(time.perf_counter() - began) * 1000:.0f} ms", vital=True)


def _workers() -> list[Check]:
    """Every worker writes a sign of life with its figures every five seconds (kernel/jobs/running.py)."""
    try:
        with aside() as session:
            age = func.extract("epoch", func.now() - WorkerStatus.at)
            newest = session.execute(select(age.label("age"), WorkerStatus.figures).order_by(WorkerStatus.at.desc()).limit(1)).one_or_none()
    except (SQLAlchemyError, Unavailable) as error:
        return [Check("worker", False, type(error).__name__)]
    if newest is None:
        return [Check("worker", False, "no worker has started yet")]
    lag, failed = newest.figures.get("outbox_lag_seconds", 0), newest.figures.get("jobs_failed", 0)
    return [
        Check("worker", newest.age < WORKER_SILENT_SECONDS, f"last sign of life {newest.age:.0f} s ago"),
        Check("outbox", lag < LAG_ALARM_SECONDS, f"oldest waiting event {lag:.0f} s"),
        Check("jobs", not failed, f"{failed} given up"),
    ]


def _disk(folder: Path) -> Check:
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return Check(f"disk {folder.name}", False, type(error).__name__)
    percent = 100 * usage.used / usage.total
    return Check(f"disk {folder.name}", percent < DISK_ALARM_PERCENT, f"{percent:.0f} % used")
