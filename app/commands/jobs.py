"""jobs failed, jobs retry: what was given up after its last try, and one more try when the cause is mended."""

from typing import Annotated

import typer

from app.commands.options import DataDir, prepared, settings_with
from app.database import Addresses
from kernel import tenancy
from kernel.db.session import PoolSize, make_engine, transaction
from kernel.jobs.failed import FailedJob, error_of, list_failed, try_again
from tenants.directory import tenant_names

JobId = Annotated[int, typer.Argument(help="The number that `galleria jobs failed` shows.")]


def failed(data_dir: DataDir = None) -> None:
    """List the jobs that were given up: number, when, tenant, task, tries, error."""
    with prepared(settings_with(data_dir=data_dir)) as addresses:
        jobs = given_up(addresses)
        with tenancy.outside(), transaction(read_only=True) as session:
            names = tenant_names(session, {job.tenant_id for job in jobs})
        for job in jobs:
            when = f"{job.failed_at:%Y-%m-%d %H:%M} UTC" if job.failed_at else "at an unknown time"
            typer.echo(
                f"{job.id}  {when}  {names.get(job.tenant_id, job.tenant_id)}  {job.name.removeprefix('task:')}  after {job.attempts} tries"
            )
            typer.echo(f"    {_error(job) or 'no error was noted'}")
    if not jobs:
        typer.echo("No job was given up.")
    else:
        typer.echo(f"{len(jobs)} given up. When the cause is mended: galleria jobs retry NUMBER")


def retry(number: JobId, data_dir: DataDir = None) -> None:
    """Have a job that was given up tried once more, at once."""
    with prepared(settings_with(data_dir=data_dir)) as addresses:
        job = next((job for job in given_up(addresses) if job.id == number), None)
        if job is not None:
            engine = make_engine(addresses.relay, PoolSize(connections=1))
            try_again(engine, job)
            engine.dispose()
    if job is None:
        typer.secho(f"No job {number} was given up. `galleria jobs failed` lists them.", fg="red", err=True)
        raise typer.Exit(1)
    typer.echo(f"Job {number} ({job.name.removeprefix('task:')}) is tried again by the worker.")


def given_up(addresses: Addresses) -> list[FailedJob]:
    """Every job that was given up, oldest first, asked as the role that may see the queue."""
    engine = make_engine(addresses.relay, PoolSize(connections=1))
    try:
        return list_failed(engine)
    finally:
        engine.dispose()


def _error(job: FailedJob) -> str:
    with tenancy.entering(job.tenant_id), transaction(read_only=True) as session:
        return error_of(session, job)
