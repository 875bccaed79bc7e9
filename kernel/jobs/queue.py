"""The job library (procrastinate 3.10, MIT) set up for us.

Its tables live in a schema of their own that only galleria_relay may enter, because they know no tenants; jobs carry
the ids of tenant and outbox row and nothing else. A job of a worker that was killed is taken up again within 60 s:
heartbeats come every 10 s, a worker counts as dead after 30 s, and every 15 s its jobs are put back.
"""

import asyncio
import logging
from concurrent.futures import Executor
from typing import Any
from uuid import UUID

import procrastinate
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision

from kernel import relay
from kernel.jobs.chores import Chore, all_chores, run_chore
from kernel.jobs.connecting import QuietConnector
from kernel.jobs.work import work

log = logging.getLogger(__name__)

CHORES = "chores"
HEARTBEAT_SECONDS = 10.0
DEAD_AFTER_SECONDS = 30.0
TAKE_UP_TURNS = "* * * * * */15"
KEEP_FAILED_HOURS = 24 * 60
FIRST_WAIT_SECONDS = 5
LONGEST_WAIT_SECONDS = 3600
MOST_ATTEMPTS = 25


class Backoff(BaseRetryStrategy):
    """Again after 5, 15, 45 … seconds, at most an hour apart; given up after about a day."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """When to try again; None: never."""
        wait = wait_seconds(job.attempts)
        return None if wait is None else RetryDecision(retry_in={"seconds": wait})


def wait_seconds(attempts: int) -> int | None:
    """Seconds until the next try after `attempts` earlier tries (0 for the first failure); None: no more tries."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return int(min(FIRST_WAIT_SECONDS * 3 ** min(attempts, 10), LONGEST_WAIT_SECONDS))


def build_app(relay_url: str, threads: Executor) -> procrastinate.App:
    """The library's app with the one task that does a row's work; `relay_url` connects as galleria_relay, `threads` do it."""
    address = relay_url.replace("postgresql+psycopg://", "postgresql://", 1)
    app = procrastinate.App(
        connector=QuietConnector(address, "-c search_path=procrastinate,pg_temp -c lock_timeout=5s -c statement_timeout=30s")
    )

    @app.task(name=relay.TASK, queue=relay.QUEUE, retry=Backoff())
    async def one_row(tenant: str, row: str, name: str) -> None:
        await asyncio.get_running_loop().run_in_executor(threads, work, UUID(tenant), UUID(row))

    return app


def add_timetable(app: procrastinate.App, threads: Executor) -> None:
    """Chores, the taking up of dead workers' jobs, the forgetting of old failures. Given to one app of a process only:
    the library's timetables cannot be shared."""
    for chore in all_chores():
        _add_chore(app, chore, threads)

    @app.periodic(cron=TAKE_UP_TURNS)
    @app.task(name="galleria.take_up", queue=CHORES, queueing_lock="take_up", pass_context=True)
    async def take_up(context: procrastinate.JobContext, timestamp: int) -> None:
        await take_up_stalled(context.app)

    @app.periodic(cron="20 3 * * *")
    @app.task(name="galleria.forget_failed", queue=CHORES, queueing_lock="forget_failed", pass_context=True)
    async def forget_failed(context: procrastinate.JobContext, timestamp: int) -> None:
        await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_aborted=True)


def _add_chore(app: procrastinate.App, chore: Chore, threads: Executor) -> None:
    @app.periodic(cron=chore.turns, periodic_id=chore.name)
    @app.task(name=f"galleria.chore.{chore.name}", queue=CHORES, queueing_lock=chore.name, lock=chore.name)
    async def turn(timestamp: int) -> None:
        await asyncio.get_running_loop().run_in_executor(threads, run_chore, chore.name)


async def take_up_stalled(app: procrastinate.App) -> int:
    """Puts back the jobs of dead workers; returns how many."""
    stalled: list[Any] = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS))
    for job in stalled:
        log.warning("job of a dead worker is taken up again", extra={"job_id": job.id, "task": job.task_name})
        await app.job_manager.retry_job(job)
    return len(stalled)
