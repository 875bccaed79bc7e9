"""Processes the supervisor keeps: started, watched, stopped; none outlives it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from kernel.db.embedded import ends_with_parent

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
STEADY_SECONDS = 10.0


@dataclass
class Child:
    """One process running `python -m <module>`. `listens` hands it the listening socket and a pipe to say it is ready."""

    name: str
    module: str
    environment: dict[str, str]
    socket_fd: int | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    started_at: float = 0.0
    _ready_pipe: int | None = field(default=None, repr=False)
    _is_ready: bool = False

    def start(self) -> None:
        """Starts the process; it ends with us."""
        command: list[str] = [sys.executable, "-m", self.module, "--name", self.name]
        passed: Sequence[int] = ()
        told: int | None = None
        if self.socket_fd is not None:
            self._ready_pipe, told = os.pipe()
            os.set_blocking(self._ready_pipe, False)
            passed = (self.socket_fd, told)
            command += ["--fd", str(self.socket_fd), "--ready-fd", str(told)]
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            pass_fds=passed,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops everything in order
            preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - sets one flag, loads nothing
        )
        if told is not None:
            os.close(told)
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int:
        """The process id; 0 before the first start."""
        return self.process.pid if self.process else 0

    def is_alive(self) -> bool:
        """Does it run?"""
        return self.process is not None and self.process.poll() is None

    def is_ready(self) -> bool:
        """Has it said that it answers requests? Processes without a socket are ready when they run."""
        if self.socket_fd is None:
            return self.is_alive()
        if not self._is_ready and self._ready_pipe is not None:
            try:
                self._is_ready = os.read(self._ready_pipe, 1) == b"1"
            except BlockingIOError:
                return False
            self._close_pipe()
        return self._is_ready

    def ask_to_stop(self) -> None:
        """SIGTERM: finish what has begun, then end."""
        if self.process is not None and self.is_alive():
            self.process.terminate()

    def end(self) -> None:
        """SIGKILL, for those that were asked and did not."""
        if self.process is not None and self.is_alive():
            self.process.kill()
            self.process.wait()
        self._close_pipe()

    def successor(self) -> "Child":
        """A process of the same kind, not started yet."""
        return Child(self.name, self.module, self.environment, self.socket_fd)

    def _close_pipe(self) -> None:
        if self._ready_pipe is not None:
            os.close(self._ready_pipe)
            self._ready_pipe = None


@dataclass
class Pause:
    """How long to wait before a process that keeps dying is started again: longer each time, at most five seconds."""

    seconds: float = 0.0

    def after_death(self, lived_seconds: float) -> float:
        """The wait after a life of so many seconds; the first restart comes at once."""
        if lived_seconds > STEADY_SECONDS:
            self.seconds = 0.0
        now = self.seconds
        self.seconds = min(max(now * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        return now
