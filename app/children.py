"""Processes the supervisor keeps, seen from its side: the nursery they come from, and each of them."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

from kernel.db.embedded import ends_with_parent

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
STEADY_SECONDS = 10.0
FORK_SECONDS = 10.0


class NurseryGone(RuntimeError):
    """The nursery has died; so have its children, or they are about to."""


class Nursery:
    """A running nursery (app/nursery.py): gives birth to processes and tells of their end."""

    def __init__(self, module: str, environment: dict[str, str], listening_fd: int) -> None:
        ours, theirs = socket.socketpair()
        command = [sys.executable, "-m", module, "--control", str(theirs.fileno()), "--listen", str(listening_fd)]
        self.process = subprocess.Popen(
            command,
            env=environment,
            pass_fds=(theirs.fileno(), listening_fd),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops everything in order
            preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509 - sets one flag, loads nothing
        )
        theirs.close()
        ours.setblocking(False)
        self.control = ours
        self.is_ready = False
        self._started: list[int] = []
        self._ended: dict[int, int] = {}
        self._rest = b""

    def is_alive(self) -> bool:
        """Does it run?"""
        return self.process.poll() is None

    def bear(self, name: str, ready_fd: int | None) -> int:
        """A new process of this name; its process id. Raises NurseryGone."""
        try:
            socket.send_fds(self.control, [f"{name}\n".encode()], [ready_fd] if ready_fd is not None else [])
        except OSError as error:
            raise NurseryGone from error
        deadline = time.monotonic() + FORK_SECONDS
        while not self._started:
            self.listen()
            if not self.is_alive() or time.monotonic() > deadline:
                raise NurseryGone
            time.sleep(0.002)
        return self._started.pop()

    def listen(self) -> None:
        """Takes in what the nursery has told since the last time."""
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while told := self.control.recv(4096):
                self._rest += told
        *lines, self._rest = self._rest.split(b"\n")
        for line in lines:
            word, *numbers = line.decode().split()
            if word == "ready":
                self.is_ready = True
            elif word == "started":
                self._started.append(int(numbers[0]))
            else:
                self._ended[int(numbers[0])] = int(numbers[1])

    def ended(self, pid: int) -> int | None:
        """The exit status of a process (negative: the signal that killed it); None while it runs."""
        self.listen()
        if pid in self._ended:
            return self._ended[pid]
        return None if self.is_alive() else -int(signal.SIGTERM)

    def close(self) -> None:
        """No more births: it ends by itself when its last child has ended."""
        self.control.close()

    def end(self) -> None:
        """At once, with whatever children are left."""
        self.control.close()
        if self.is_alive():
            self.process.kill()
        self.process.wait()


@dataclass
class Child:
    """One process out of a nursery. Those that listen say themselves when they are ready."""

    name: str
    nursery: Nursery
    listens: bool
    pid: int = 0
    started_at: float = 0.0
    _ready_pipe: int | None = field(default=None, repr=False)
    _is_ready: bool = False

    def start(self) -> None:
        """Starts the process. Raises NurseryGone."""
        told: int | None = None
        if self.listens:
            self._ready_pipe, told = os.pipe()
            os.set_blocking(self._ready_pipe, False)
        try:
            self.pid = self.nursery.bear(self.name, told)
        finally:
            if told is not None:
                os.close(told)
        self.started_at = time.monotonic()

    @property
    def status(self) -> int | None:
        """The exit status; None while it runs."""
        return self.nursery.ended(self.pid) if self.pid else -1

    def is_alive(self) -> bool:
        """Does it run?"""
        return self.status is None

    def is_ready(self) -> bool:
        """Has it said that it answers requests? Processes that do not listen are ready when they run."""
        if not self.listens:
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
        self._send(signal.SIGTERM)

    def end(self) -> None:
        """SIGKILL, for those that were asked and did not; forgets the pipe of those that have ended."""
        self._send(signal.SIGKILL)
        self._close_pipe()

    def _send(self, how: signal.Signals) -> None:
        if self.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, how)

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
