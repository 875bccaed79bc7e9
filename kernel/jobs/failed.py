"""Jobs that were given up after their last try: listed for people, and tried once more when the cause is mended."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, text

_LIST = text(
    "SELECT id, args ->> 'name' AS name, args ->> 'tenant' AS tenant, args ->> 'row' AS row, attempts"
    " FROM procrastinate.procrastinate_jobs WHERE status = 'failed' AND args ? 'row' ORDER BY id"
)
_AGAIN = text("SELECT procrastinate.procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)")
_FORGET = text("DELETE FROM procrastinate.procrastinate_jobs WHERE status = 'failed' AND id = :id RETURNING id")


@dataclass(frozen=True)
class FailedJob:
    """`name` is the event's or task's, `row_id` its outbox row, which holds what it was about."""

    id: int
    name: str
    tenant_id: UUID
    row_id: UUID
    attempts: int


def list_failed(relay_engine: Engine) -> list[FailedJob]:
    """Every job that was given up, oldest first. `relay_engine` connects as galleria_relay."""
    with relay_engine.connect() as connection:
        return [FailedJob(r.id, r.name, UUID(r.tenant), UUID(r.row), r.attempts) for r in connection.execute(_LIST)]


def try_again(relay_engine: Engine, job: FailedJob) -> None:
    """One more try, at once."""
    with relay_engine.begin() as connection:
        connection.execute(_AGAIN, {"id": job.id})


def forget(relay_engine: Engine, job: FailedJob) -> bool:
    """Takes the job off the list for good; False where it has gone meanwhile."""
    with relay_engine.begin() as connection:
        return connection.execute(_FORGET, {"id": job.id}).one_or_none() is not None
