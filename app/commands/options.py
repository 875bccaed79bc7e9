"""Options that several commands share, and the settings they lead to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from app.database import Addresses, open_engine, running
from app.migrating import bring_up_to_date
from app.outside import connect_outside
from app.wiring import wire
from kernel import i18n, logs
from kernel.errors import GalleriaError, Invalid
from kernel.settings import BadSetting, Settings, use

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of database, files, mails and secret key (GALLERIA_DATA_DIR).")]
Port = Annotated[int | None, typer.Option("--port", help="Port to listen on (GALLERIA_PORT).", min=0, max=65535)]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on (GALLERIA_HOST).")]
Workers = Annotated[int | None, typer.Option("--web-workers", help="Web processes (GALLERIA_WEB_WORKERS).", min=1)]

COMMAND_CONNECTIONS = 4
CATALOGUES = Path(__file__).parent.parent / "locale"


def settings_with(**chosen: Any) -> Settings:
    """Settings from the environment and the command's options; ends the command where one cannot be."""
    try:
        settings = Settings.load(**chosen)
    except BadSetting as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(2) from error
    use(settings)
    return settings


@contextmanager
def prepared(settings: Settings) -> Iterator[Addresses]:
    """For commands that work with data: the database runs, is up to date and open, and events have their listeners."""
    logs.configure(settings.log_style, "WARNING", stream=typer.get_text_stream("stderr"))
    i18n.use_catalogues(CATALOGUES)
    with running(settings) as addresses:
        bring_up_to_date(addresses.owner)
        engine = open_engine(settings, COMMAND_CONNECTIONS)
        connect_outside(settings)
        wire()
        yield addresses
        engine.dispose()


@contextmanager
def refused() -> Iterator[None]:
    """A refusal inside becomes a sentence on standard error and exit status 1; the transaction is rolled back by then."""
    try:
        yield
    except Invalid as refusal:
        for problem in refusal.problems:
            typer.secho(f"{problem.where}: {problem.reason}", fg="red", err=True)
        raise typer.Exit(1) from refusal
    except GalleriaError as refusal:
        typer.secho(refusal.message or type(refusal).__name__, fg="red", err=True)
        raise typer.Exit(1) from refusal
