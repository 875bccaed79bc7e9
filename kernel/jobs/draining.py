"""Relay and all due jobs at once, in this thread: for tests and commands that want to see the effects of what they did."""

from uuid import UUID

from sqlalchemy import Engine, text

from kernel.jobs.queue import wait_seconds
from kernel.jobs.tasks import long_names, sweeping_names
from kernel.jobs.work import work
from kernel.relay import TASK, relay_once

_TAKE = text(
    """
    UPDATE procrastinate.procrastinate_jobs SET status = 'doing' WHERE id = (
        SELECT id FROM procrastinate.procrastinate_jobs
        WHERE status = 'todo' AND task_name = :task AND (scheduled_at IS NULL OR scheduled_at <= now())
            AND (CAST(:tenant AS text) IS NULL OR args ->> 'tenant' = :tenant)
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING id, args, attempts
    """
)
_DONE = text("SELECT procrastinate.procrastinate_finish_job_v1(:id, 'succeeded', true)")
_FAILED = text("SELECT procrastinate.procrastinate_finish_job_v1(:id, 'failed', false)")
_AGAIN = text("SELECT procrastinate.procrastinate_retry_job_v2(:id, now() + make_interval(secs => :wait), NULL, NULL, NULL)")


def drain_once(relay_engine: Engine, tenant_id: UUID | None = None, raising: bool = True) -> int:
    """Moves and runs everything that is due until nothing is left; returns how many messages were worked on.

    `relay_engine` connects as galleria_relay; `tenant_id` leaves the other tenants' messages alone. The first error is
    raised where `raising`; else it is dealt with as in the worker: tried again later.
    """
    done = 0
    while True:
        moved = relay_once(relay_engine, long_names=long_names(), sweeping=sweeping_names())
        ran = _run_due(relay_engine, tenant_id, raising)
        done += ran
        if not moved and not ran:
            return done


def _run_due(relay_engine: Engine, tenant_id: UUID | None, raising: bool) -> int:
    ran = 0
    while True:
        with relay_engine.begin() as connection:
            job = connection.execute(_TAKE, {"task": TASK, "tenant": str(tenant_id) if tenant_id else None}).one_or_none()
        if job is None:
            return ran
        ran += 1
        end, values = _DONE, {"id": job.id}
        try:
            work(UUID(job.args["tenant"]), UUID(job.args["row"]))
        except Exception:
            wait = wait_seconds(job.attempts)
            end, values = (_FAILED, values) if wait is None else (_AGAIN, {**values, "wait": wait})
            if raising:
                raise
        finally:
            with relay_engine.begin() as connection:
                connection.execute(end, values)
