"""A worker process for tests that kill it: slow handlers, and a shorter patience than in production.

python -m tests.kernel.slow_worker <app url> <relay url> <tenant id>
"""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.db.session import PoolSize, make_engine, transaction, use_engine
from kernel.events import Event, subscribe
from kernel.jobs import list_tenants_by, queue, run_worker, task
from kernel.jobs.running import WorkerOptions
from kernel.numbers import next_number

WORK_SECONDS = 0.3


@dataclass(frozen=True)
class SlowThing(Event):
    """Something whose handling takes a while."""

    place: int


def handle_slowly(session: Session, _actor: Actor, _event: SlowThing) -> None:
    """Takes a number after a while: as many numbers as effects."""
    time.sleep(WORK_SECONDS)
    next_number(session, "effects")


@task("tests.slow")
def slow_task(_actor: Actor, args: dict[str, Any]) -> None:
    """Works in steps with a transaction each, and after a crash goes on where it was."""
    while True:
        with transaction() as session:
            if next_number(session, "steps") > args["steps"]:
                session.rollback()
                return
        time.sleep(WORK_SECONDS)


def main(app_url: str, relay_url: str, tenant_id: UUID) -> None:
    """Works until it is killed."""
    use_engine(make_engine(app_url, PoolSize(connections=10)))
    queue.HEARTBEAT_SECONDS, queue.DEAD_AFTER_SECONDS, queue.TAKE_UP_TURNS = 0.3, 1.5, "* * * * * *"
    list_tenants_by(lambda: [tenant_id])
    subscribe(SlowThing, handle_slowly, name="tests.slowly")
    run_worker(WorkerOptions(relay_url, threads=3))
