"""Two doors on one socket: a crowd is shared out, and who comes after a door was closed finds the other one."""

import asyncio
import socket

from app.accepting import Door
from app.listening import listen


class Greeting(asyncio.Protocol):
    """Tells a visitor whose guest he is, and keeps the connection."""

    def __init__(self, guests: list[asyncio.BaseTransport], word: bytes) -> None:
        self.guests, self.word = guests, word

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.guests.append(transport)
        if isinstance(transport, asyncio.WriteTransport):
            transport.write(self.word)


def door_of(sock: socket.socket, guests: list[asyncio.BaseTransport], word: bytes) -> Door:
    return Door(sock, lambda: Greeting(guests, word), lambda: len(guests))


async def visit(sock: socket.socket, times: int) -> tuple[list[bytes], list[asyncio.StreamWriter]]:
    """So many visitors come at once and stay; who greeted them."""
    met = await asyncio.gather(*(asyncio.open_connection(*sock.getsockname()) for _ in range(times)))
    greetings = await asyncio.wait_for(asyncio.gather(*(reader.readexactly(1) for reader, _writer in met)), 10)
    return list(greetings), [writer for _reader, writer in met]


async def crowd() -> tuple[list[bytes], list[bytes]]:
    first = listen("127.0.0.1", 0)
    second = first.dup()  # what another process holds
    second.setblocking(False)
    doors = [door_of(first, [], b"a"), door_of(second, [], b"b")]
    together, staying = await visit(first, 20)
    doors[0].close()
    doors[0].close()
    later, more = await visit(second, 5)
    doors[1].close()
    for writer in [*staying, *more]:
        writer.close()
    first.close()
    second.close()
    return together, later


def test_a_crowd_is_shared_out_and_a_closed_door_leaves_it_to_the_other() -> None:
    together, later = asyncio.run(crowd())
    assert sorted(set(together)) == [b"a", b"b"]
    assert 8 <= together.count(b"a") <= 12
    assert later == [b"b"] * 5


async def gone() -> list[bytes]:
    sock = listen("127.0.0.1", 0)
    door = door_of(sock, [], b"a")
    with socket.create_connection(sock.getsockname()) as hasty:
        hasty.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    greetings, staying = await visit(sock, 3)
    door.close()
    for writer in staying:
        writer.close()
    sock.close()
    return greetings


def test_a_visitor_who_has_gone_before_he_is_let_in_stops_nobody() -> None:
    assert asyncio.run(gone()) == [b"a"] * 3
