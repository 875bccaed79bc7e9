"""The worker process: relay, job runner, signs of life, and a stop that lets running jobs end.

Where the database goes away the runner ends with an error; it is started again, with growing pauses, until told to stop.
"""

import asyncio
import logging
import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import orjson
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from kernel import metrics
from kernel.db.session import PoolSize, make_engine
from kernel.jobs import queue
from kernel.jobs.tasks import long_names, sweeping_names
from kernel.relay import BATCH, LONG_QUEUE, QUEUE, relay_once

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
SIGN_SECONDS = 5.0
GRACE_SECONDS = 8.0

_FIGURES = text(
    "SELECT (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float FROM kernel.outbox WHERE deferred_at IS NULL) AS lag,"
    " count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())) AS waiting,"
    " count(*) FILTER (WHERE status = 'failed') AS failed FROM procrastinate.procrastinate_jobs"
)
_SIGN = text(
    "INSERT INTO kernel.worker_status (name, at, figures) VALUES (:name, now(), CAST(:figures AS jsonb))"
    " ON CONFLICT (name) DO UPDATE SET at = excluded.at, figures = excluded.figures"
)
_BURY = text("DELETE FROM kernel.worker_status WHERE at < now() - interval '1 hour' OR name = :name")


@dataclass(frozen=True)
class WorkerOptions:
    """`relay_url` connects as galleria_relay. `threads` jobs run at once, and beside them one long task and one chore;
    each may need a second connection (another tenant's stamp, mails), so the app's engine needs 2 × (`threads` + 2)."""

    relay_url: str
    threads: int = 4
    name: str = ""


def run_worker(options: WorkerOptions) -> None:
    """Works until SIGTERM or SIGINT, then lets running jobs end for GRACE_SECONDS. The app's engine must be open."""
    asyncio.run(serve(options, install_signals=True))


async def serve(options: WorkerOptions, install_signals: bool = False, stop: asyncio.Event | None = None) -> None:
    """The worker inside a running loop; ends soon after `stop` is set."""
    stop = stop or asyncio.Event()
    if install_signals:
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    engine = make_engine(options.relay_url, PoolSize(connections=2))
    name = options.name or f"{socket.gethostname()}:{os.getpid()}"
    log.info("worker started", extra={"worker": name})
    threads = ThreadPoolExecutor(options.threads + 2, thread_name_prefix="job")
    try:
        await asyncio.gather(_relay(engine, stop), _give_signs(engine, name, stop), _run_jobs(options, threads, stop))
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
    await asyncio.to_thread(_bury, engine, name)
    engine.dispose()
    log.info("worker stopped", extra={"worker": name})


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return


async def _relay(engine: Engine, stop: asyncio.Event) -> None:
    pause = IDLE_SECONDS
    while not stop.is_set():
        try:
            moved = await asyncio.to_thread(relay_once, engine, BATCH, long_names(), sweeping_names())
            pause = IDLE_SECONDS
        except SQLAlchemyError as error:
            log.warning("the relay cannot reach the database", extra={"reason": str(error)})
            moved, pause = 0, min(2 * pause, LONGEST_PAUSE_SECONDS)
        if moved < BATCH:
            await _pause(stop, pause)


async def _give_signs(engine: Engine, name: str, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await asyncio.to_thread(_give_sign, engine, name)
        except SQLAlchemyError as error:
            log.warning("no sign of life could be given", extra={"reason": str(error)})
        await _pause(stop, SIGN_SECONDS)


def _give_sign(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        row = connection.execute(_FIGURES).one()
        figures = {"outbox_lag_seconds": round(row.lag, 1), "jobs_waiting": row.waiting, "jobs_failed": row.failed}
        connection.execute(_SIGN, {"name": name, "figures": orjson.dumps(figures).decode()})
    metrics.OUTBOX_LAG.set(row.lag)
    metrics.JOBS_WAITING.set(row.waiting)
    metrics.JOBS_FAILED.set(row.failed)


def _bury(engine: Engine, name: str) -> None:
    try:
        with engine.begin() as connection:
            connection.execute(_BURY, {"name": name})
    except SQLAlchemyError:
        log.info("the database was gone before the worker")


async def _run_jobs(options: WorkerOptions, threads: ThreadPoolExecutor, stop: asyncio.Event) -> None:
    pause = IDLE_SECONDS
    while not stop.is_set():
        began = asyncio.get_running_loop().time()
        try:
            await _run_until(options, threads, stop)
        except Exception as error:  # whatever it was: jobs must go on
            log.warning("the job runner ended and is started again", extra={"reason": str(error)})
        if stop.is_set():
            return
        pause = IDLE_SECONDS if asyncio.get_running_loop().time() - began > LONGEST_PAUSE_SECONDS else min(2 * pause, LONGEST_PAUSE_SECONDS)
        await _pause(stop, pause)


async def _run_until(options: WorkerOptions, threads: ThreadPoolExecutor, stop: asyncio.Event) -> None:
    """One runner per queue, so that none takes the others' threads; where one of them ends, all do."""
    lanes = ((QUEUE, options.threads), (LONG_QUEUE, 1), (queue.CHORES, 1))
    runners = [asyncio.create_task(_runner(options.relay_url, threads, name, concurrency)) for name, concurrency in lanes]
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({*runners, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for runner in runners:
        runner.cancel()
    for result in await asyncio.gather(*runners, return_exceptions=True):
        if isinstance(result, Exception):
            raise result


async def _runner(relay_url: str, threads: ThreadPoolExecutor, name: str, concurrency: int) -> None:
    app = queue.build_app(relay_url, threads)
    if name == queue.CHORES:
        queue.add_timetable(app, threads)
    async with app.open_async():
        await app.run_worker_async(
            queues=[name],
            name=name,
            concurrency=concurrency,
            install_signal_handlers=False,
            delete_jobs="successful",
            shutdown_graceful_timeout=GRACE_SECONDS,
            update_heartbeat_interval=queue.HEARTBEAT_SECONDS,
            stalled_worker_timeout=queue.DEAD_AFTER_SECONDS,
        )
