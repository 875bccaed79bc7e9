"""Jobs that were given up after their last try: listed for people, and tried once more when the cause is mended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from kernel import tenancy
from kernel.models import OutboxRow

_LIST = text(
    "SELECT id, args ->> 'name' AS name, args ->> 'tenant' AS tenant, args ->> 'row' AS row, attempts"
    ", (SELECT max(e.at) FROM procrastinate.procrastinate_events e WHERE e.job_id = j.id AND e.type = 'failed') AS failed_at"
    " FROM procrastinate.procrastinate_jobs j WHERE status = 'failed' AND args ? 'row' ORDER BY id"
)
_AGAIN = text("SELECT procrastinate.procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)")
_FORGET = text("DELETE FROM procrastinate.procrastinate_jobs WHERE status = 'failed' AND id = :id RETURNING id")


@dataclass(frozen=True)
class FailedJob:
    """`name` is the event's or task's, `row_id` its outbox row, which holds what it was about and why it failed last."""

    id: int
    name: str
    tenant_id: UUID
    row_id: UUID
    attempts: int
    failed_at: datetime | None = None


def list_failed(relay_engine: Engine) -> list[FailedJob]:
    """Every job that was given up, oldest first. `relay_engine` connects as galleria_relay."""
    with relay_engine.connect() as connection:
        rows = connection.execute(_LIST)
        return [FailedJob(r.id, r.name, UUID(r.tenant), UUID(r.row), r.attempts, r.failed_at) for r in rows]


def error_of(session: Session, job: FailedJob) -> str:
    """Why it failed last, in the tenant that has been entered; empty where nothing was noted or the row has gone."""
    mine = (OutboxRow.tenant_id == tenancy.current()) & (OutboxRow.id == job.row_id)
    return session.scalar(select(OutboxRow.last_error).where(mine)) or ""


def try_again(relay_engine: Engine, job: FailedJob) -> None:
    """One more try, at once."""
    with relay_engine.begin() as connection:
        connection.execute(_AGAIN, {"id": job.id})


def forget(relay_engine: Engine, job: FailedJob) -> bool:
    """Takes the job off the list for good; False where it has gone meanwhile."""
    with relay_engine.begin() as connection:
        return connection.execute(_FORGET, {"id": job.id}).one_or_none() is not None
