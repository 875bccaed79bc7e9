"""The whole program, started as an operator starts it: two commands, real processes, real sockets."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
import pytest

from kernel.db.embedded import Cluster
from tests.app.test_supervisor import free_port

pytestmark = pytest.mark.process

MEMORY_AT_REST_MB = 300
COLD_START_SECONDS = 5.0


@dataclass
class Installation:
    """A data folder and the program that runs on it."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Starts it; the seconds until it answers."""
        settings = {"GALLERIA_DATA_DIR": str(self.folder / "var"), "GALLERIA_PORT": str(self.port), "GALLERIA_LOG_FORMAT": "json"}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GALLERIA_")}
        began = time.monotonic()
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen([sys.executable, "-m", "app.cli", "serve"], env={**kept, **settings}, stdout=out, stderr=out)
        while time.monotonic() - began < 60:
            try:
                if httpx2.get(f"{self.url}/health", timeout=5).status_code == 200:
                    return time.monotonic() - began
            except httpx2.HTTPError:
                assert self.process.poll() is None, (self.folder / "out").read_text()
                time.sleep(0.05)
        raise AssertionError((self.folder / "out").read_text())

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="gal-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        made = Installation(Path(folder), free_port())
        made.start()
        yield made
        if made.process is not None and made.process.poll() is None:
            made.stop()


def is_ready(installation: Installation) -> bool:
    answer = httpx2.get(f"{installation.url}/ready", timeout=5).json()
    return answer["status"] == "ready" and all(check["ok"] for check in answer["checks"] if check["name"] in ("database", "worker"))


def test_it_is_ready_with_database_and_worker(installation: Installation) -> None:
    deadline = time.monotonic() + 20
    while not is_ready(installation):
        assert time.monotonic() < deadline, httpx2.get(f"{installation.url}/ready").text
        time.sleep(0.2)


def test_an_unknown_host_is_not_served(installation: Installation) -> None:
    answer = httpx2.get(f"{installation.url}/", headers={"host": "nobody.example"})
    assert answer.status_code == 421


def test_at_rest_it_needs_less_than_300_megabytes(installation: Installation) -> None:
    assert installation.process is not None
    ours = [p for p in psutil.Process(installation.process.pid).children(recursive=True) if not p.name().startswith("postgres")]
    assert len(ours) == 4  # nursery, two web processes, worker
    used = sum(p.memory_full_info().pss for p in ours) / 1e6
    assert used <= MEMORY_AT_REST_MB


def test_a_killed_database_is_back_and_the_shop_with_it(installation: Installation) -> None:
    cluster = Cluster(installation.folder / "var/postgres")
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    began = time.monotonic()
    while cluster.pid() in (None, pid) or not is_ready(installation):
        assert httpx2.get(f"{installation.url}/health", timeout=5).status_code == 200
        assert time.monotonic() - began < 30
        time.sleep(0.1)


def test_a_second_start_takes_five_seconds_at_most_and_keeps_the_data(installation: Installation) -> None:
    installation.stop()
    key = (installation.folder / "var/secret.key").read_text()
    took = installation.start()
    assert (installation.folder / "var/secret.key").read_text() == key
    assert took <= COLD_START_SECONDS
