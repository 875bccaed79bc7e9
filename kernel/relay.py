"""The relay: carries outbox rows of all tenants to the job queue, a batch at a time, in one transaction.

- It connects as galleria_relay, which may read ids and names of outbox rows and set their mark, and see nothing else.
- Only one relay moves rows at a time (an advisory lock), so rows that share a lock reach the queue in order.
- The queue is kept short: rows of a tenant that has very many wait in the outbox, and every tenant's first rows go
  before any tenant's later ones. Jobs that wait for a lock are not counted: they must not stop the others.
- Some tasks do everything that waits in one run (mails). Of several requests for the same one the last is handed on,
  and none where such a job has not begun yet: it will see what they were for. The others are settled at once.
- Long tasks (imports) go to a queue of their own, so that they never take the threads of mails and webhooks.
- NOTIFY (in the queue's insert trigger) happens here and not in business transactions, where it would make the whole
  server's commits queue up.
"""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.pq import ExecStatus
from sqlalchemy import Connection, Engine, text

BATCH = 200
QUEUE_LENGTH = 1000
QUEUE = "work"
LONG_QUEUE = "long"
TASK = "galleria.work"
ONE_AT_A_TIME = 7_241_116  # advisory lock key

_WAITING = b"SELECT EXISTS (SELECT 1 FROM kernel.outbox WHERE deferred_at IS NULL)"

_MOVE = text(
    """
    WITH ranked AS (
        SELECT tenant_id, id, name, lock, row_number() OVER (PARTITION BY tenant_id ORDER BY id) AS place
        FROM kernel.outbox WHERE deferred_at IS NULL
    ), due AS (
        SELECT tenant_id, id, name, lock FROM ranked ORDER BY place, id
        LIMIT greatest(0, least(:batch, :length - (
            SELECT count(*) FROM procrastinate.procrastinate_jobs WHERE status = 'todo' AND scheduled_at IS NULL AND lock IS NULL
        )))
    ), judged AS (
        SELECT d.tenant_id, d.id, d.name = ANY(:sweeping) AND (
            row_number() OVER (PARTITION BY d.tenant_id, d.name, d.lock ORDER BY d.id DESC) > 1
            OR EXISTS (
                SELECT 1 FROM procrastinate.procrastinate_jobs j
                WHERE j.lock = d.tenant_id || ':' || d.lock AND j.status = 'todo' AND j.scheduled_at IS NULL AND j.args ->> 'name' = d.name
            )
        ) AS is_spare
        FROM due d
    ), marked AS (
        UPDATE kernel.outbox o SET deferred_at = clock_timestamp(), settled_at = CASE WHEN j.is_spare THEN clock_timestamp() END
        FROM judged j
        WHERE o.tenant_id = j.tenant_id AND o.id = j.id AND o.deferred_at IS NULL
        RETURNING o.tenant_id, o.id, o.name, o.lock, j.is_spare
    ), jobs AS (
        SELECT count(*) AS moved,
            array_agg(ROW(CASE WHEN name = ANY(:long_names) THEN :long_queue ELSE :queue END, :task, 0, tenant_id || ':' || lock, NULL,
                jsonb_build_object('tenant', tenant_id, 'row', id, 'name', name), NULL
            )::procrastinate.procrastinate_job_to_defer_v1 ORDER BY id) FILTER (WHERE NOT is_spare) AS list
        FROM marked
    )
    SELECT moved, CASE WHEN list IS NOT NULL THEN procrastinate.procrastinate_defer_jobs_v1(list) END FROM jobs
    """
)


def relay_once(engine: Engine, batch: int = BATCH, long_names: Sequence[str] = (), sweeping: Sequence[str] = ()) -> int:
    """Moves up to `batch` rows; returns how many. `engine` connects as galleria_relay; rows of `long_names` take long, one
    run of a row of `sweeping` does what all of them were for (per tenant and lock)."""
    values = {
        "batch": batch,
        "length": QUEUE_LENGTH,
        "queue": QUEUE,
        "long_queue": LONG_QUEUE,
        "task": TASK,
        "long_names": list(long_names),
        "sweeping": list(sweeping),
    }
    if not _is_anything_waiting(engine):
        return 0
    with engine.begin() as connection:
        if not _is_my_turn(connection):
            return 0
        moved = connection.execute(_MOVE, values).scalar()
    return int(moved or 0)


def _is_anything_waiting(engine: Engine) -> bool:
    """Most looks find nothing: this one is a single message, without a transaction. True where there is no answer: the
    transaction then connects anew, or says what is wrong."""
    try:
        pooled = engine.raw_connection()
    except psycopg.Error:
        return True
    try:
        driver: Any = pooled.dbapi_connection
        told = driver.pgconn.exec_(_WAITING)
        if told.status == ExecStatus.TUPLES_OK:
            return bool(told.get_value(0, 0) == b"t")
        pooled.invalidate()
        return True
    except psycopg.Error as error:
        pooled.invalidate(error)
        return True
    finally:
        pooled.close()


def _is_my_turn(connection: Connection) -> bool:
    return bool(connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME}).scalar())
