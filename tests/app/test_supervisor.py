"""The supervisor starts everything, keeps it alive, replaces it without a refused visitor, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import psutil
import pytest

from app.children import Pause
from kernel.db.embedded import Cluster
from tests.installation import free_port

pytestmark = pytest.mark.process


@dataclass
class Running:
    """A supervisor of plain processes, started for these tests."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    clients: list[httpx2.Client] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self) -> int:
        """The process id that answers, over a fresh connection."""
        return int(httpx2.get(self.url, timeout=10).text)

    def nurseries(self) -> list[psutil.Process]:
        mine = [p for p in psutil.Process(self.process.pid).children() if p.status() != psutil.STATUS_ZOMBIE]
        return [p for p in mine if "plain.processes" in " ".join(p.cmdline())]

    def born(self) -> list[int]:
        """Web processes and the worker, the eldest first."""
        return [p.pid for nursery in self.nurseries() for p in nursery.children() if p.status() != psutil.STATUS_ZOMBIE]

    def wait_for(self, is_so, seconds: float = 15) -> float:
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < seconds, (self.folder / "out").read_text()
            time.sleep(0.02)
        return time.monotonic() - began

    def is_ready(self) -> bool:
        return '"message":"ready at' in (self.folder / "out").read_text()


def started(folder: Path, **environment: str) -> Running:
    port = free_port()
    settings = {"GALLERIA_DATA_DIR": str(folder / "var"), "GALLERIA_PORT": str(port), "GALLERIA_DRAIN_SECONDS": "5"}
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.plain.supervisor"], env={**os.environ, **settings, **environment}, stdout=out, stderr=out
        )
    return Running(folder, port, process)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gal-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def running(place: Path) -> Iterator[Running]:
    """Starts it; afterwards stops it and looks for what it left behind."""
    made = started(place)
    made.wait_for(lambda: made.is_ready() or made.process.poll() is not None, 40)
    everybody = psutil.Process(made.process.pid).children(recursive=True)
    yield made
    made.process.terminate()
    made.process.wait(20)
    assert [p for p in everybody if p.is_running() and p.status() != psutil.STATUS_ZOMBIE] == []


def test_a_killed_web_process_is_back_within_two_seconds_and_the_other_one_answers_meanwhile(running: Running) -> None:
    first, second, _worker = running.born()
    os.kill(first, signal.SIGKILL)
    assert running.ask() != first  # the other one, or already the next
    assert running.wait_for(lambda: running.ask() not in (first, second)) <= 2
    assert len(running.born()) == 3


def test_a_killed_worker_is_started_again(running: Running) -> None:
    *webs, worker = running.born()
    os.kill(worker, signal.SIGKILL)
    running.wait_for(lambda: worker not in running.born() and len(running.born()) == 3, 3)
    assert set(webs) < set(running.born())


def test_a_killed_nursery_is_started_again_with_all_its_children(running: Running) -> None:
    before = set(running.born())
    running.nurseries()[0].kill()
    running.wait_for(lambda: len(running.born()) == 3 and before.isdisjoint(running.born()), 15)
    running.wait_for(lambda: running.ask() in running.born())


def test_killed_postgres_is_started_again(running: Running) -> None:
    cluster = Cluster(running.folder / "var/postgres")
    first = cluster.pid()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    running.wait_for(lambda: cluster.pid() not in (None, first) and cluster.is_running(), 20)


def test_sighup_replaces_every_process_and_not_one_request_fails(running: Running) -> None:
    before = set(running.born())
    failures: list[str] = []
    answered: list[str] = []
    is_over = threading.Event()

    def visit(path: str) -> None:
        with httpx2.Client(base_url=running.url, timeout=10) as client:
            while not is_over.is_set():
                try:
                    answered.append(client.get(path).raise_for_status().text)
                except httpx2.HTTPError as error:
                    failures.append(repr(error))
                time.sleep(0.02)

    visitors = [threading.Thread(target=visit, args=(path,)) for path in ("/", "/", "/slow", "/slow")]
    for visitor in visitors:
        visitor.start()
    os.kill(running.process.pid, signal.SIGHUP)
    running.wait_for(lambda: "all processes replaced" in (running.folder / "out").read_text(), 40)
    is_over.set()
    for visitor in visitors:
        visitor.join()
    assert failures == []
    assert len(answered) > 50
    assert before.isdisjoint(running.born())
    running.wait_for(lambda: len(running.nurseries()) == 1)
    assert len(running.born()) == 3


def test_stopping_finishes_what_has_begun(running: Running) -> None:
    answers: list[int] = []
    visitor = threading.Thread(target=lambda: answers.append(httpx2.get(f"{running.url}/slow", timeout=10).status_code))
    visitor.start()
    time.sleep(0.2)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(15) == 0
    visitor.join()
    assert answers == [200]
    assert Cluster(running.folder / "var/postgres").pid() is None


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_a_killed_supervisor_leaves_no_process_behind(running: Running) -> None:
    everybody = psutil.Process(running.process.pid).children(recursive=True)
    assert len(everybody) >= 5
    running.process.kill()
    running.process.wait()
    running.wait_for(lambda: not [p for p in everybody if p.is_running() and p.status() != psutil.STATUS_ZOMBIE], 15)


def test_a_taken_port_is_said_and_nothing_is_started(place: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        made = started(place, GALLERIA_PORT=str(taken.getsockname()[1]))
        assert made.process.wait(15) == 1
    assert "Choose another with --port" in (place / "out").read_text()
    assert Cluster(place / "var/postgres").pid() is None


def test_a_web_process_that_cannot_start_ends_the_first_start(place: Path) -> None:
    made = started(place, PLAIN_WEB_FAILS="1")
    assert made.process.wait(30) == 1
    said = (place / "out").read_text()
    assert "this web process was told to fail" in said
    assert "web-1 does not start" in said
    assert Cluster(place / "var/postgres").pid() is None


def test_a_process_that_keeps_dying_is_started_more_and_more_rarely() -> None:
    pause = Pause()
    assert [pause.after_death(1) for _ in range(7)] == [0, 0.2, 0.4, 0.8, 1.6, 3.2, 5]
    assert pause.after_death(60) == 0


def test_words_left_in_the_data_folder_are_shown_with_the_port_when_everything_runs(place: Path) -> None:
    (place / "var").mkdir(exist_ok=True)
    (place / "var/welcome.txt").write_text("Veloria: http://veloria.localhost:{port}")
    made = started(place)
    try:
        made.wait_for(lambda: f"Veloria: http://veloria.localhost:{made.port}\n" in (place / "out").read_text(), 40)
        assert made.is_ready()
    finally:
        made.process.terminate()
        made.process.wait(20)
        (place / "var/welcome.txt").unlink()
