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

from app.children import Child, Nursery, NurseryGone, Pause
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

    def __init__(self, settings: Settings, module: str = "app.processes") -> None:
        self.settings = settings
        self.nursery: Nursery | None = None
        self._module = module
        self._retired: list[Nursery] = []
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
        except (CannotStart, NurseryGone, ServerFault) as error:
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
        shutil.rmtree(self.settings.metrics_dir, ignore_errors=True)  # figures of an earlier life
        self.nursery = self._new_nursery()  # imports while the database starts
        if self.settings.is_embedded:
            self.settings.data_dir.mkdir(parents=True, exist_ok=True)
            self.cluster = Cluster(self.settings.postgres_dir, dies_with_us=True)
            self.cluster.start()
        self._migrate()
        self._check_loaded(self.nursery)
        self.children = self._born_of(self.nursery)
        for child in self.children:
            child.start()
        for child in self.children:
            if not self._is_child_ready(child):
                raise CannotStart(f"{child.name} does not start; its own words are above.")
        log.info("ready at %s (supervisor %s)", self.address(), os.getpid())
        self._welcome()

    def _welcome(self) -> None:
        """A demo has left word of its addresses and log-ins in the data folder; the port may be another one each time."""
        words = self.settings.welcome_file
        if words.exists():
            sys.stdout.write(f"\n{words.read_text().replace('{port}', str(self.settings.port))}\n")
            sys.stdout.flush()

    def _new_nursery(self) -> Nursery:
        assert self.socket is not None
        environment = {**os.environ, **self.settings.environment(), "PYTHONUNBUFFERED": "1", "MALLOC_ARENA_MAX": "2"}
        return Nursery(self._module, environment, self.socket.fileno())

    def _born_of(self, nursery: Nursery) -> list[Child]:
        """One child for each place, not started yet."""
        webs = [Child(f"web-{n}", nursery, listens=True) for n in range(1, self.settings.web_workers + 1)]
        return [*webs, Child("worker", nursery, listens=False)]

    def _is_nursery_ready(self, nursery: Nursery) -> bool:
        def is_decided() -> bool:
            nursery.listen()
            return nursery.is_ready or not nursery.is_alive()

        self._wait(is_decided, READY_SECONDS)
        return nursery.is_ready and nursery.is_alive()

    def _check_loaded(self, nursery: Nursery) -> None:
        if not self._is_nursery_ready(nursery):
            raise CannotStart("the program cannot be loaded; its own words are above.")

    def _is_child_ready(self, child: Child) -> bool:
        self._wait(lambda: child.is_ready() or not child.is_alive(), READY_SECONDS)
        return child.is_ready() and child.is_alive()

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
        self._retired = [nursery for nursery in self._retired if nursery.is_alive()]
        if self.nursery is not None and not self.nursery.is_alive():
            self._renew_nursery()
        for place, child in enumerate(self.children):
            if not child.is_alive():
                self._revive(place, child)
            elif not child.is_ready() and time.monotonic() - child.started_at > READY_SECONDS:
                log.warning("%s is not ready after %.0f seconds; ending it", child.name, READY_SECONDS)
                child.end()

    def _renew_nursery(self) -> None:
        """A nursery takes its children along; both are started anew."""
        log.warning("the nursery has died; loading the program again")
        fresh = self._new_nursery()
        if self._is_nursery_ready(fresh):
            self.nursery = fresh
        else:
            fresh.end()

    def _revive(self, place: int, child: Child) -> None:
        due = self._restart_at.get(child.name)
        if due is None:
            pause = self._pauses.setdefault(child.name, Pause()).after_death(time.monotonic() - child.started_at)
            due = self._restart_at[child.name] = time.monotonic() + pause
            log.warning("%s (process %s) has died with status %s", child.name, child.pid, child.status)
        if time.monotonic() < due or self.nursery is None:
            return
        child.end()
        fresh = Child(child.name, self.nursery, child.listens)
        with contextlib.suppress(NurseryGone):  # noticed at the next look
            fresh.start()
            del self._restart_at[child.name]
            self.children[place] = fresh
            log.info("%s started again as process %s", fresh.name, fresh.pid)

    def _roll(self) -> None:
        """Replaces every process, one after the other, without a moment in which nobody answers."""
        log.info("replacing all processes")
        fresh_nursery = self._new_nursery()
        try:
            self._migrate()
            self._check_loaded(fresh_nursery)
            for place, fresh in enumerate(self._born_of(fresh_nursery)):
                self._replace(place, fresh)
        except (CannotStart, NurseryGone) as error:
            log.error("not replaced: %s", error)
            if not any(child.nursery is fresh_nursery for child in self.children):
                fresh_nursery.end()
            return
        old, self.nursery = self.nursery, fresh_nursery
        if old is not None:
            old.close()
            self._retired.append(old)
        log.info("all processes replaced")

    def _replace(self, place: int, fresh: Child) -> None:
        fresh.start()
        if not self._is_child_ready(fresh):
            fresh.end()
            raise CannotStart(f"the new {fresh.name} does not start; the old one stays")
        old, self.children[place] = self.children[place], fresh
        self._retire([old])

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
        for nursery in (self.nursery, *self._retired):
            if nursery is not None:
                nursery.end()
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
