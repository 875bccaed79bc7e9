"""Where web and worker processes come from: one process imports the program once and forks them, whenever it is asked to.

A fork takes a tenth of a second where a start from nothing takes two, and what was imported is in memory once. A new
version of the program gets a new nursery, so a nursery never holds two. Until it forks, it runs one thread, opens
no connection and makes no random number: a fork would copy them.

The supervisor asks over a socket, a line at a time: `<name>` (with a pipe's end that says "ready"). The nursery tells
`ready`, `started <pid>` and `ended <pid> <status>`. It ends when the socket closes and its last child is gone.
"""

import argparse
import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kernel.db.embedded import ends_with_parent

LONGEST_LINE = 200


@dataclass(frozen=True)
class HandedOver:
    """What a process is given: its name (`web-1`), the listening socket, and the pipe that says it is ready."""

    name: str
    socket: socket.socket
    ready_fd: int | None


Kinds = Mapping[str, Callable[[HandedOver], None]]


def nurse(kinds: Kinds) -> None:
    """Forks processes until the supervisor closes the socket. `kinds`: what a name's first part stands for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--listen", type=int, required=True)
    given = parser.parse_args()
    Nurse(kinds, socket.socket(fileno=given.control), socket.socket(fileno=given.listen)).run()


class Nurse:
    """The nursery's own loop: one thread, one socket, and children to bury."""

    def __init__(self, kinds: Kinds, control: socket.socket, listening: socket.socket) -> None:
        self.kinds = kinds
        self.control = control
        self.listening = listening
        self._children: set[int] = set()
        self._is_closing = False
        self._bell: tuple[socket.socket, socket.socket] = socket.socketpair()

    def run(self) -> None:
        """Answers requests for processes; returns in the nursery only."""
        for number in (signal.SIGHUP, signal.SIGINT):
            signal.signal(number, signal.SIG_IGN)  # meant for the supervisor
        for end in self._bell:
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        signal.set_wakeup_fd(self._bell[1].fileno(), warn_on_full_buffer=False)
        gc.collect()
        gc.freeze()  # collections in the children need not touch, and so copy, what was imported
        self._tell("ready")
        with selectors.DefaultSelector() as watched:
            watched.register(self.control, selectors.EVENT_READ)
            watched.register(self._bell[0], selectors.EVENT_READ)
            while not self._is_closing or self._children:
                for key, _events in watched.select(1.0):
                    if key.fileobj is self.control:
                        self._hear(watched)
                    else:
                        with contextlib.suppress(BlockingIOError):
                            self._bell[0].recv(512)
                self._bury()

    def _hear(self, watched: selectors.BaseSelector) -> None:
        try:
            line, descriptors, _flags, _address = socket.recv_fds(self.control, LONGEST_LINE, 1)
        except OSError:
            line, descriptors = b"", []
        if not line:
            self._is_closing = True
            watched.unregister(self.control)
            for pid in self._children:
                os.kill(pid, signal.SIGTERM)
            return
        ready_fd = descriptors[0] if descriptors else None
        pid = self._fork(line.decode().strip(), ready_fd)
        if ready_fd is not None:
            os.close(ready_fd)
        self._children.add(pid)
        self._tell(f"started {pid}")

    def _fork(self, name: str, ready_fd: int | None) -> int:
        nursery = os.getpid()
        ends_with = ends_with_parent(signal.SIGTERM)
        pid = os.fork()
        if pid:
            return pid
        status = 1
        try:
            if ends_with is not None:
                ends_with()
            if os.getppid() != nursery:  # it died before we could ask to be told
                os._exit(1)
            self._become_child()
            self.kinds[name.split("-")[0]](HandedOver(name, self.listening, ready_fd))
            status = 0
        except SystemExit as wish:
            status = wish.code if isinstance(wish.code, int) else 1
            if isinstance(wish.code, str):
                sys.stderr.write(f"{wish.code}\n")
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)  # nothing of the nursery's own ending happens in a child

    def _become_child(self) -> None:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        self.control.close()
        for end in self._bell:
            end.close()
        os.setsid()  # Ctrl-C reaches the supervisor only, which stops everything in order

    def _bury(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._children.discard(pid)
            self._tell(f"ended {pid} {os.waitstatus_to_exitcode(status)}")

    def _tell(self, line: str) -> None:
        with contextlib.suppress(OSError):  # the supervisor is gone; our children are being ended
            self.control.sendall(f"{line}\n".encode())
