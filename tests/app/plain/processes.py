"""A web process that answers every request with its process id, and a worker that waits to be told to stop."""

import asyncio
import os
import signal

from starlette.types import Receive, Scope, Send

from app.nursery import HandedOver, nurse
from app.serving import serve
from kernel.settings import Settings


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """`/slow` takes half a second; everything else answers at once."""
    if scope["type"] == "lifespan":
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(0.5)
    body = str(os.getpid()).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


def answer(given: HandedOver) -> None:
    """Web; fails at once where the environment says so."""
    if os.environ.get("PLAIN_WEB_FAILS"):
        raise SystemExit("this web process was told to fail")
    serve(app, Settings.load(), given.socket, given.ready_fd)


def wait(_given: HandedOver) -> None:
    """Worker."""
    signal.pause()


if __name__ == "__main__":
    nurse({"web": answer, "worker": wait})
