"""The web processes under measurement: those of the product, and one constant page beside them, from the same server."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from app.asgi import create_app
from app.database import open_engine
from app.nursery import HandedOver, nurse
from app.outside import connect_outside
from app.serving import serve
from app.worker import work_as_child
from kernel import logs, metrics
from kernel.settings import Settings, use

CONSTANT_PATH = "/a-constant-page"
BODY = b"<!doctype html><title>x</title>".ljust(30_000, b" ")
HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(BODY)).encode())]
Message = MutableMapping[str, Any]


class BesideConstant:
    """The application; one path is answered with the same 30 KB, as cheaply as this server can."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]) -> None:
        """ASGI."""
        if scope["type"] == "http" and scope["path"] == CONSTANT_PATH:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            await send({"type": "http.response.body", "body": BODY})
        else:
            await self.app(scope, receive, send)


def answer(given: HandedOver) -> None:
    """As app.web does, with the constant page."""
    settings = Settings.load()
    use(settings)
    logs.configure(settings.log_style, settings.log_level.upper())
    open_engine(settings)
    connect_outside(settings)
    stop_sharing = metrics.share(settings.metrics_dir, given.name)
    serve(BesideConstant(create_app(settings)), settings, given.socket, given.ready_fd)
    stop_sharing()


if __name__ == "__main__":
    nurse({"web": answer, "worker": work_as_child})
