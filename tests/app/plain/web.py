"""A web process that answers every request with its process id."""

import asyncio
import os

from starlette.types import Receive, Scope, Send

from app.serving import handed_over, serve
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


if __name__ == "__main__":
    if os.environ.get("PLAIN_WEB_FAILS"):
        raise SystemExit("this web process was told to fail")
    given = handed_over()
    serve(app, Settings.load(), given.socket, given.ready_fd)
