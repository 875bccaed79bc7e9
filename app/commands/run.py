"""serve, web, worker, migrate, prepare: processes and their database. Without options they take everything from the environment."""

import os
import sys
from typing import Annotated

import typer

from app.asgi import create_app
from app.commands.options import DataDir, Host, Port, Workers, settings_with
from app.database import open_engine, running
from app.listening import listen
from app.migrating import bring_up_to_date, draft_migration, newest
from app.outside import connect_outside
from app.serving import serve as serve_app
from app.worker import work
from kernel import logs, metrics
from kernel.db.roles import ROLES, prepare_database
from kernel.settings import DATABASE, Settings

Draft = Annotated[str, typer.Option("--draft", help="Afterwards write a draft migration from what the models say; its text says why.")]


def serve(port: Port = None, host: Host = None, data_dir: DataDir = None, web_workers: Workers = None) -> None:
    """Run everything: PostgreSQL, web processes and the worker under one supervisor. Ctrl-C stops all, SIGHUP replaces all."""
    become_supervisor(settings_with(port=port, host=host, data_dir=data_dir, web_workers=web_workers))


def become_supervisor(settings: Settings) -> None:
    """This process becomes the supervisor, which imports little and so stays small."""
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "app.supervisor"], {**os.environ, **settings.environment()})  # noqa: S606 - no shell is meant


def web(port: Port = None, host: Host = None, data_dir: DataDir = None) -> None:
    """Run one web process by itself, for installations with a process manager of their own."""
    settings = settings_with(port=port, host=host, data_dir=data_dir)
    logs.configure(settings.log_style, settings.log_level.upper())
    with running(settings):
        open_engine(settings)
        connect_outside(settings)
        stop_sharing = metrics.share(settings.metrics_dir, f"web-{os.getpid()}")
        serve_app(create_app(settings), settings, listen(settings.host, settings.port))
        stop_sharing()


def worker(data_dir: DataDir = None) -> None:
    """Run one worker by itself: events, mails, imports and chores of all tenants."""
    settings = settings_with(data_dir=data_dir)
    with running(settings):
        work(settings, f"worker-{os.getpid()}")


def migrate(data_dir: DataDir = None, draft: Draft = "") -> None:
    """Bring the database up to date. Safe while the shop is running; safe to run twice."""
    settings = settings_with(data_dir=data_dir)
    logs.configure(settings.log_style, "WARNING", stream=typer.get_text_stream("stderr"))
    with running(settings) as addresses:
        changed = bring_up_to_date(addresses.owner)
        typer.echo(f"The database is {'now' if changed else 'already'} at {newest()}.")
        if draft:
            typer.echo(f"Draft written to {draft_migration(addresses.owner, draft)}; please read it before you run it.")


def prepare(superuser_url: Annotated[str, typer.Argument(help="A superuser's address: postgresql://postgres:…@host/postgres")]) -> None:
    """Make roles, database and extensions on a PostgreSQL server of your own. Safe to run twice."""
    prepare_database(superuser_url, DATABASE)
    typer.echo(f"Database {DATABASE} and the roles {', '.join(ROLES)} are there. Give the roles passwords; see docs/operations.md.")
