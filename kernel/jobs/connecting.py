"""The job library's way to the database, made cheaper to wait on (procrastinate 3.10, psycopg 3.3).

- Every statement of the library is a transaction by itself: no BEGIN and COMMIT around it.
- Before a connection is taken from the pool its socket is looked at, instead of asking the server a question: one that
  the server has closed is replaced, as before.
- Whoever listens sleeps until something arrives. The driver's own way wakes up ten times a second, for each queue.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from typing import Any

import procrastinate
import psycopg
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from psycopg import sql
from psycopg_pool import AsyncConnectionPool

ASK_SECONDS = 30.0


class QuietConnector(procrastinate.PsycopgConnector):
    """Connections to `url` with the libpq `options`; at most `connections` beside the one that listens."""

    def __init__(self, url: str, options: str, connections: int = 3) -> None:
        self._address, self._options = url, options
        super().__init__(
            pool_factory=_pool, conninfo=url, kwargs={"options": options, "autocommit": True}, min_size=1, max_size=connections
        )

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        """Calls `on_notification` with what arrives on the channels, until it is cancelled. Connects again where the
        server has closed the connection; raises ConnectorException where that cannot be done."""
        while True:
            try:
                connection = await psycopg.AsyncConnection.connect(self._address, options=self._options, autocommit=True)
            except psycopg.Error as error:
                raise ConnectorException from error
            async with connection:
                try:
                    await _listen(connection, on_notification, channels)
                except psycopg.OperationalError:
                    continue


async def _listen(connection: psycopg.AsyncConnection[Any], on_notification: Notify, channels: Iterable[str]) -> None:
    arrived: deque[psycopg.Notify] = deque()
    connection.add_notify_handler(arrived.append)  # what comes while a statement runs
    for channel in channels:
        await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
    while True:
        connection.pgconn.consume_input()
        while told := connection.pgconn.notifies():
            arrived.append(psycopg.Notify(told.relname.decode(), told.extra.decode(), told.be_pid))
        while arrived:
            first = arrived.popleft()
            await on_notification(channel=first.channel, payload=first.payload)
        if not await _is_readable(connection.fileno(), ASK_SECONDS):
            await connection.execute("SELECT 1")


async def _is_readable(descriptor: int, seconds: float) -> bool:
    """Waits until something can be read; False where that takes longer."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await asyncio.wait_for(ready.wait(), seconds)
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
    return True


def _pool(**arguments: Any) -> AsyncConnectionPool[Any]:
    return AsyncConnectionPool(**{**arguments, "check": _check})


async def _check(connection: psycopg.AsyncConnection[Any]) -> None:
    """Raises OperationalError where the server has closed the connection."""
    connection.pgconn.consume_input()
    connection.pgconn.consume_input()  # the first may have read its last words, this one finds the end
