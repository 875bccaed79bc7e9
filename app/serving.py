"""An ASGI application under uvicorn, on a socket that somebody else opened.

Stopping loses no request: it stops accepting, answers what still comes over open connections with
`Connection: close`, and closes when nobody has asked anything for a moment. It also stops when its
parent is gone, whatever the parent died of.
"""

import asyncio
import gc
import os
import signal
import socket
import time
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from app.accepting import Door
from kernel.settings import Settings

LINGER_SECONDS = 1.0


class WebServer(uvicorn.Server):
    """uvicorn with a stop that loses no request, a word to the supervisor when ready, and an eye on its parent."""

    def __init__(self, config: uvicorn.Config, ready_fd: int | None = None) -> None:
        super().__init__(config)
        self._ready_fd = ready_fd
        self._parent = os.getppid()
        self._quiet_since: float | None = None
        self._answered = 0
        self._doors: list[Door] = []

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """First signal: stop gently. A second one: at once."""
        if self._quiet_since is not None:
            self.should_exit = self.force_exit = True
        self._quiet_since = time.monotonic()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tells the supervisor when requests are answered from now on."""
        await super().startup([])
        self._doors = [Door(sock, self._protocol, lambda: len(self.server_state.connections)) for sock in sockets or ()]
        gc.freeze()  # what the start has made stays for good; collections need not walk it
        gc.set_threshold(20_000, 20, 20)  # a page makes thousands of objects and hardly a cycle: look for cycles more seldom
        if self._ready_fd is not None and self.started:
            os.write(self._ready_fd, b"1")
            os.close(self._ready_fd)
            self._ready_fd = None

    def _protocol(self) -> asyncio.Protocol:
        made: asyncio.Protocol = self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: has the parent gone, and while stopping, has it become quiet?"""
        if os.getppid() != self._parent and self._quiet_since is None:
            self._quiet_since = time.monotonic()
        if self._quiet_since is not None and not self.should_exit:
            self._leave()
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Takes no more connections, then lets the open ones end."""
        self._close_doors()
        await super().shutdown(sockets)

    def _close_doors(self) -> None:
        for door in self._doors:
            door.close()

    def _leave(self) -> None:
        closing = (b"connection", b"close")
        if closing not in self.config.encoded_headers:
            self._close_doors()
            self.config.encoded_headers.append(closing)
            self.server_state.default_headers = [*self.server_state.default_headers, closing]
        if self.server_state.total_requests != self._answered:
            self._answered, self._quiet_since = self.server_state.total_requests, time.monotonic()
        if not self.server_state.connections or time.monotonic() - (self._quiet_since or 0) > LINGER_SECONDS:
            self.should_exit = True


def serve(app: ASGIApp, settings: Settings, sock: socket.socket, ready_fd: int | None = None) -> None:
    """Answers requests until it is told to stop."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # meant for the supervisor
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=settings.drain_seconds,
        timeout_keep_alive=65,
    )
    WebServer(config, ready_fd).run([sock])
