"""One web process: a child of the supervisor's, or `galleria web` by itself (`python -m app.web`)."""

import os
import socket

from app.asgi import create_app
from app.database import open_engine, running
from app.listening import listen
from app.nursery import HandedOver
from app.outside import connect_outside
from app.serving import serve
from kernel import logs, metrics
from kernel.settings import Settings, use


def answer(given: HandedOver) -> None:
    """The supervisor's: answers requests on the socket handed over until it is told to stop."""
    _answer(Settings.load(), given.name, given.socket, given.ready_fd)


def _answer(settings: Settings, name: str, sock: socket.socket, ready_fd: int | None) -> None:
    use(settings)
    logs.configure(settings.log_style, settings.log_level.upper())
    open_engine(settings)
    connect_outside(settings)
    stop_sharing = metrics.share(settings.metrics_dir, name)
    serve(create_app(settings), settings, sock, ready_fd)
    stop_sharing()


def main() -> None:
    """By itself: opens the socket, and the embedded database where that does not run."""
    settings = Settings.load()
    with running(settings):
        _answer(settings, f"web-{os.getpid()}", listen(settings.host, settings.port), None)


if __name__ == "__main__":
    main()
