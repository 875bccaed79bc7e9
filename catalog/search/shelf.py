"""What a process keeps of indexes: decoded pieces, each as it was read in one state of one build.

A build's state is (tenant, index, next document, live documents). Every publication moves it and it never comes back, so
a piece under a state is right for ever; a request learns the states it may use from the database, behind row security,
in its own transaction (space.py). Pieces that nobody asks for any more go first; all together they take `most_bytes`.

A transaction that writes gets a shelf of its own: it may see a state that is never committed.
"""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Any

MOST_BYTES = 24_000_000
OVERHEAD_BYTES = 300


class Shelf:
    """Pieces by key, within a number of bytes. Thread-safe. Nobody changes a piece that lies here."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._pieces: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, key: Hashable) -> Any | None:
        """The piece under this key."""
        with self._lock:
            found = self._pieces.get(key)
            if found is None:
                return None
            self._pieces.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, piece: Any, size: int) -> None:
        """Keeps a piece that takes about `size` bytes."""
        size += OVERHEAD_BYTES
        with self._lock:
            if key in self._pieces:
                return
            self._pieces[key] = (piece, size)
            self._bytes += size
            while self._bytes > self.most_bytes and self._pieces:
                self._bytes -= self._pieces.popitem(last=False)[1][1]

    @property
    def bytes(self) -> int:
        """How much lies here."""
        return self._bytes

    def clear(self) -> None:
        """Forgets everything (tests and measurements of a cold start)."""
        with self._lock:
            self._pieces.clear()
            self._bytes = 0


SHELF = Shelf()
