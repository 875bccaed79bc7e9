"""Who takes the next connection, where several processes listen on one socket: whoever has the fewest open.

The event loop would take all that wait at once, so that a burst of visitors, or a proxy that keeps its connections,
ends up in one process while the others sleep. A process takes one at a time, and waits a moment for each connection it
has already: the idle ones are quicker. No process needs to know of another.
"""

import asyncio
import logging
import socket
from collections.abc import Callable

WAIT_SECONDS = 0.001
LONGEST_WAIT_SECONDS = 0.01

log = logging.getLogger(__name__)


class Door:
    """Takes connections from the socket until it is closed; `connections` are those that this process has open."""

    def __init__(self, sock: socket.socket, protocol: Callable[[], asyncio.Protocol], connections: Callable[[], int]) -> None:
        self._loop = asyncio.get_running_loop()
        self._sock = sock
        self._protocol = protocol
        self._connections = connections
        self._is_open = True
        self._opening: set[asyncio.Task[object]] = set()
        self._watch()

    def close(self) -> None:
        """Takes no more; what waits at the socket is for the other processes."""
        if self._is_open:
            self._is_open = False
            self._loop.remove_reader(self._sock)

    def _watch(self) -> None:
        if self._is_open:
            self._loop.add_reader(self._sock, self._knock)

    def _knock(self) -> None:
        wait = min(self._connections() * WAIT_SECONDS, LONGEST_WAIT_SECONDS)
        if not wait:
            self._take()
            return
        self._loop.remove_reader(self._sock)
        self._loop.call_later(wait, self._take_and_watch)

    def _take_and_watch(self) -> None:
        if self._is_open:
            self._take()
            self._watch()

    def _take(self) -> None:
        try:
            taken, _address = self._sock.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another process was quicker, or the visitor has gone
        except OSError as error:
            log.warning("a connection could not be taken", exc_info=error)
            return
        taken.setblocking(False)
        task = self._loop.create_task(self._loop.connect_accepted_socket(self._protocol, taken))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)
