"""A circuit: after some failures in a row nobody asks any more for a while, then one may try, then everybody again (F13)."""

import threading
import time

FAILURES = 3
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 60.0


class Circuit:
    """Counts what goes wrong in this process. Thread-safe. The pause doubles from try to try up to a minute."""

    def __init__(self, failures: int = FAILURES, pause: float = FIRST_PAUSE_SECONDS, longest: float = LONGEST_PAUSE_SECONDS) -> None:
        self._most, self._first, self._longest = failures, pause, longest
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = pause
        self._until = 0.0

    def may_try(self) -> bool:
        """May one ask now? While the circuit is open only one after each pause, until it is told how that went."""
        with self._lock:
            if self._failures < self._most:
                return True
            now = time.monotonic()
            if now < self._until:
                return False
            self._until = now + self._pause
            return True

    def went_well(self) -> None:
        """An answer came in time."""
        with self._lock:
            self._failures, self._pause = 0, self._first

    def went_wrong(self) -> bool:
        """No answer, or too late. True where that has just opened the circuit."""
        with self._lock:
            self._failures += 1
            if self._failures < self._most:
                return False
            if self._failures > self._most:
                self._pause = min(self._pause * 2, self._longest)
            self._until = time.monotonic() + self._pause
            return self._failures == self._most

    @property
    def is_open(self) -> bool:
        """Is nobody asked at present?"""
        with self._lock:
            return self._failures >= self._most
