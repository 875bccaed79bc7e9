"""The job process: relay, queue and chores for all tenants (the supervisor's, or `galleria worker` by itself)."""

import os
import signal
import threading
import time
from pathlib import Path

from app.database import addresses, open_engine, running
from app.nursery import HandedOver
from app.outside import connect_outside
from app.wiring import wire
from kernel import i18n, logs, metrics
from kernel.jobs import run_worker
from kernel.jobs.running import WorkerOptions
from kernel.settings import Settings, use

JOB_THREADS = 4
CATALOGUES = Path(__file__).parent / "locale"


def work(settings: Settings, name: str) -> None:
    """Works until SIGTERM or SIGINT; running jobs may end."""
    use(settings)
    logs.configure(settings.log_style, settings.log_level.upper())
    i18n.use_catalogues(CATALOGUES)
    open_engine(settings, connections=2 * (JOB_THREADS + 2))
    connect_outside(settings)
    wire()
    stop_sharing = metrics.share(settings.metrics_dir, name)
    run_worker(WorkerOptions(addresses(settings).relay, threads=JOB_THREADS))
    stop_sharing()


def end_with_parent() -> None:
    """Stops us soon after our parent is gone, on systems whose kernel does not tell."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def work_as_child(given: HandedOver) -> None:
    """The supervisor's worker; settings come from the environment."""
    end_with_parent()
    work(Settings.load(), given.name)


def main() -> None:
    """By itself: starts the embedded database where that does not run."""
    settings = Settings.load()
    with running(settings):
        work(settings, f"worker-{os.getpid()}")


if __name__ == "__main__":
    main()
