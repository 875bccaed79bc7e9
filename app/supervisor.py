"""Everything under one roof: the listening socket, PostgreSQL, web processes and the worker. `galleria serve` becomes this.

- The socket is ours, so no visitor is refused while a web process is replaced.
- A process that dies is started again at once (later and later where it keeps dying), PostgreSQL too.
- SIGTERM or Ctrl-C stops all: web and worker finish what they have begun, then PostgreSQL writes out its data.
- SIGHUP replaces every process one by one, migrations first: start the new one, wait until it answers, stop the old one.
- Nothing outlives us: children get a signal from the kernel when we die (Linux), and look for us besides.

It imports little on purpose: it is the one process that is never replaced.
"""

import contextlib
import logging
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from types import FrameType

from app.children import Child, Pause
from app.listening import listen
from kernel import logs
from kernel.db.embedded import Cluster, ServerFault
from kernel.settings import Settings

log = logging.getLogger("galleria")

LOOK_SECONDS = 0.25
READY_SECONDS = 30.0
KILL_AFTER_SECONDS = 4.0


class CannotStart(RuntimeError):
    """The first start failed; the message says what to do."""


class Stopping(Exception):
    """Somebody asked us to stop while we were waiting for something."""


class Supervisor:
    """Starts, watches, replaces and stops."""

    def __init__(self, settings: Settings, web: str = "app.web", worker: str = "app.worker") -> None:
        self.settings = settings
        self._modules = (web, worker)
        self.cluster: Cluster | None = None
        self.children: list[Child] = []
        self._pauses: dict[str, Pause] = {}
        self._restart_at: dict[str, float] = {}
        self._wants_stop = False
        self._wants_roll = False
        self._wake: selectors.BaseSelector = selectors.DefaultSelector()
        self.socket: socket.socket | None = None

    def run(self) -> int:
        """Runs until it is told to stop; the exit status."""
        self._catch_signals()
        try:
            self._start()
            while not self._wants_stop:
                self._tend()
                if self._wants_roll:
                    self._wants_roll = False
                    self._roll()
                self._sleep(LOOK_SECONDS)
        except Stopping:
            pass
        except (CannotStart, ServerFault) as error:
            log.error("cannot start: %s", error)
            return 1
        finally:
            self._stop_all()
        return 0

    def address(self) -> str:
        """Where it listens, for people."""
        assert self.socket is not None
        host, port = self.socket.getsockname()[:2]
        return f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::') else host}:{port}"  # noqa: S104

    def _start(self) -> None:
        try:
            self.socket = listen(self.settings.host, self.settings.port)
        except OSError as error:
            raise CannotStart(f"{self.settings.host}:{self.settings.port}: {error.strerror}. Choose another with --port.") from error
        self.settings = self.settings.with_(port=self.socket.getsockname()[1])
        if self.settings.is_embedded:
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            self.cluster = Cluster(self.settings.postgres_dir, dies_with_us=True)
            self.cluster.start()
        self._migrate()
        environment = self._environment()
        fd = self.socket.fileno()
        web, worker = self._modules
        self.children = [Child(f"web-{n}", web, environment, fd) for n in range(1, self.settings.web_workers + 1)]
        self.children.append(Child("worker", worker, environment))
        for child in self.children:
            child.start()
        for child in self.children:
            self._wait(lambda child=child: child.is_ready() or not child.is_alive(), READY_SECONDS)  # type: ignore[misc]
            if not child.is_ready():
                raise CannotStart(f"{child.name} does not start; its own words are above.")
        log.info("ready at %s (supervisor %s)", self.address(), os.getpid())

    def _environment(self) -> dict[str, str]:
        shutil.rmtree(self.settings.metrics_dir, ignore_errors=True)  # figures of an earlier life
        return {**os.environ, **self.settings.environment(), "PYTHONUNBUFFERED": "1"}

    def _migrate(self) -> None:
        """In a process of its own: what migrations import is gone from memory afterwards."""
        environment = {**os.environ, **self.settings.environment()}
        done = subprocess.run([sys.executable, "-m", "app.migrating"], env=environment, check=False)
        if done.returncode:
            raise CannotStart("migrations failed; the reason is above. Nothing was started.")

    def _tend(self) -> None:
        """Looks after everybody once."""
        if self.cluster is not None and not self.cluster.is_running():
            log.warning("PostgreSQL has died; starting it again")
            try:
                self.cluster.start()
            except ServerFault as error:
                log.error("PostgreSQL does not come back: %s", error)
        for place, child in enumerate(self.children):
            if child.is_alive():
                late = not child.is_ready() and time.monotonic() - child.started_at > READY_SECONDS
                if late:
                    log.warning("%s is not ready after %.0f seconds; ending it", child.name, READY_SECONDS)
                    child.end()
                continue
            self._revive(place, child)

    def _revive(self, place: int, child: Child) -> None:
        due = self._restart_at.get(child.name)
        if due is None:
            pause = self._pauses.setdefault(child.name, Pause()).after_death(time.monotonic() - child.started_at)
            due = self._restart_at[child.name] = time.monotonic() + pause
            status = child.process.returncode if child.process else None
            log.warning("%s (process %s) has died with status %s", child.name, child.pid, status)
        if time.monotonic() >= due:
            del self._restart_at[child.name]
            child.end()
            self.children[place] = fresh = child.successor()
            fresh.start()
            log.info("%s started again as process %s", fresh.name, fresh.pid)

    def _roll(self) -> None:
        """Replaces every process, one after the other, without a moment in which nobody answers."""
        log.info("replacing all processes")
        try:
            self._migrate()
        except CannotStart as error:
            log.error("not replaced: %s", error)
            return
        for place, old in enumerate(self.children):
            fresh = old.successor()
            fresh.start()
            self._wait(lambda fresh=fresh: fresh.is_ready() or not fresh.is_alive(), READY_SECONDS)  # type: ignore[misc]
            if not fresh.is_ready() or not fresh.is_alive():
                fresh.end()
                log.error("the new %s does not start; the old one stays", old.name)
                return
            self.children[place] = fresh
            self._retire([old])
        log.info("all processes replaced")

    def _retire(self, leaving: list[Child]) -> None:
        """Asks processes to end, gives them their time to finish, and ends those that do not."""
        for child in leaving:
            child.ask_to_stop()
        deadline = time.monotonic() + self.settings.drain_seconds + KILL_AFTER_SECONDS
        while any(child.is_alive() for child in leaving) and time.monotonic() < deadline:
            time.sleep(0.02)
        for child in leaving:
            if child.is_alive():
                log.warning("%s (process %s) did not stop in time", child.name, child.pid)
            child.end()

    def _stop_all(self) -> None:
        log.info("stopping")
        if self.socket is not None:
            self.socket.close()
        self._retire(self.children)
        if self.cluster is not None:
            with contextlib.suppress(ServerFault):
                self.cluster.stop()
        log.info("stopped")

    def _catch_signals(self) -> None:
        reader, writer = socket.socketpair()
        for end in (reader, writer):
            end.setblocking(False)
        signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        self._wake.register(reader, selectors.EVENT_READ, (reader, writer))
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, self._heard)

    def _heard(self, number: int, _frame: FrameType | None) -> None:
        if number in (signal.SIGTERM, signal.SIGINT):
            self._wants_stop = True
        elif number == signal.SIGHUP:
            self._wants_roll = True

    def _sleep(self, seconds: float) -> None:
        """Until something happens (a signal, a child's end), at most so long."""
        for key, _events in self._wake.select(seconds):
            with contextlib.suppress(BlockingIOError):
                key.data[0].recv(512)

    def _wait(self, is_done: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not is_done() and time.monotonic() < deadline:
            if self._wants_stop:
                raise Stopping
            self._sleep(0.02)


def main() -> None:
    """`python -m app.supervisor`, with its settings in the environment."""
    settings = Settings.load()
    logs.configure(settings.log_style, settings.log_level.upper())
    sys.exit(Supervisor(settings).run())


if __name__ == "__main__":
    main()
