"""serve, web, worker, migrate, prepare: processes and their database. Without options they take everything from the environment."""

import os
import sys
from typing import Annotated, NoReturn

import typer

from app.commands.options import DataDir, Host, Port, Workers, settings_with
from app.database import running
from app.migrating import bring_up_to_date, draft_migration, newest
from kernel import logs
from kernel.db.roles import ROLES, prepare_database
from kernel.settings import DATABASE, Settings

Draft = Annotated[str, typer.Option("--draft", help="Afterwards write a draft migration from what the models say; its text says why.")]


def serve(port: Port = None, host: Host = None, data_dir: DataDir = None, web_workers: Workers = None) -> None:
    """Run everything: PostgreSQL, web processes and the worker under one supervisor. Ctrl-C stops all, SIGHUP replaces all."""
    become("app.supervisor", settings_with(port=port, host=host, data_dir=data_dir, web_workers=web_workers))


def web(port: Port = None, host: Host = None, data_dir: DataDir = None) -> None:
    """Run one web process by itself, for installations with a process manager of their own."""
    become("app.web", settings_with(port=port, host=host, data_dir=data_dir))


def worker(data_dir: DataDir = None) -> None:
    """Run one worker by itself: events, mails, imports, publications and chores of all tenants."""
    become("app.worker", settings_with(data_dir=data_dir))


def become(module: str, settings: Settings, *words: str) -> NoReturn:
    """This process becomes another program: what the command imported is not kept in memory for as long as that runs."""
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", module, *words], {**os.environ, **settings.environment()})  # noqa: S606 - no shell is meant


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
