"""serve, web, worker, migrate: processes. Without options they take everything from the environment."""

import os
import sys

import typer

from app.asgi import create_app
from app.commands.options import DataDir, Host, Port, Workers, settings_with
from app.database import open_engine, running
from app.listening import listen
from app.migrating import bring_up_to_date, newest
from app.serving import serve as serve_app
from app.worker import work
from kernel import logs, metrics
from kernel.settings import Settings


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
        stop_sharing = metrics.share(settings.metrics_dir, f"web-{os.getpid()}")
        serve_app(create_app(settings), settings, listen(settings.host, settings.port))
        stop_sharing()


def worker(data_dir: DataDir = None) -> None:
    """Run one worker by itself: events, mails, imports and chores of all tenants."""
    settings = settings_with(data_dir=data_dir)
    with running(settings):
        work(settings, f"worker-{os.getpid()}")


def migrate(data_dir: DataDir = None) -> None:
    """Bring the database up to date. Safe while the shop is running; safe to run twice."""
    settings = settings_with(data_dir=data_dir)
    logs.configure(settings.log_style, "WARNING", stream=typer.get_text_stream("stderr"))
    with running(settings) as addresses:
        changed = bring_up_to_date(addresses.owner)
    typer.echo(f"The database is {'now' if changed else 'already'} at {newest()}.")
