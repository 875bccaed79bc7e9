"""How fast somebody asks, and what was asked for before: both counted in this process alone, for what costs less than
counting it in the database would (kernel/limits.py, which is exact over all processes)."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from kernel.errors import TooMany

MINUTE = 60.0


class Pace:
    """One bucket each for the `most` keys that asked last; a bucket holds a minute's worth and fills up evenly. Thread-safe."""

    def __init__(self, message: str, most: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._message = message
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[tuple[object, str], tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def step(self, key: tuple[object, str], per_minute: int) -> None:
        """Takes one out of the bucket of `key`; TooMany, with the seconds until there is one again, where it is empty."""
        now = self._clock()
        with self._lock:
            left, then = self._buckets.pop(key, (float(per_minute), now))
            left = min(per_minute, left + (now - then) * per_minute / MINUTE)
            self._buckets[key] = (left - 1 if left >= 1 else left, now)
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
        if left < 1:
            raise TooMany(max(1, round((1 - left) * MINUTE / per_minute)), self._message)


class Asked:
    """Which of the last `most` things were asked for before, by their digest. Thread-safe."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()

    def again(self, told: str) -> bool:
        """Has this been asked for here before?"""
        digest = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        with self._lock:
            known = digest in self._seen
            self._seen[digest] = None
            self._seen.move_to_end(digest)
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)
        return known
