"""The whole program, started as an operator starts it: two commands, real processes, real sockets."""

import os
import signal
import time
from collections.abc import Iterator

import httpx2
import psutil
import pytest

from kernel.db.embedded import Cluster
from tests.installation import Installation, command, installed

pytestmark = pytest.mark.process

MEMORY_AT_REST_MB = 300


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    with installed() as made:
        yield made


def test_it_is_ready_with_database_and_worker(installation: Installation) -> None:
    deadline = time.monotonic() + 20
    while not installation.is_ready():
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
    while cluster.pid() in (None, pid) or not installation.is_ready():
        assert httpx2.get(f"{installation.url}/health", timeout=5).status_code == 200
        assert time.monotonic() - began < 30
        time.sleep(0.1)


def test_a_backup_of_the_running_shop_brings_its_tenants_back_elsewhere(installation: Installation) -> None:
    here, there, file = installation.folder / "var", installation.folder / "other", str(installation.folder / "shop.tar")
    opened = installation.command("tenant", "create", "kept", "--name", "Kept", "--admin-email", "ada@example.com")
    assert opened.returncode == 0, opened.stderr
    assert httpx2.get(f"{installation.url}/en-eu/", headers={"host": f"kept.localhost:{installation.port}"}).status_code == 200
    backup = installation.command("backup", file)
    assert (backup.returncode, backup.stdout.startswith(f"{file}: ")) == (0, True), backup.stderr
    refused = installation.command("restore", file, "--replace")
    assert refused.returncode == 1
    assert "Stop Galleria first; nothing was changed" in refused.stderr
    restored = command(there, "restore", file)
    assert restored.stdout.startswith("Restored from "), restored.stderr
    assert (there / "secret.key").read_text() == (here / "secret.key").read_text()
    again = command(there, "tenant", "create", "kept", "--name", "Kept", "--admin-email", "ada@example.com")
    assert "There is a tenant of this name already" in again.stderr
    assert Cluster(there / "postgres").pid() is None


def test_a_second_start_keeps_the_data(installation: Installation) -> None:
    installation.stop()
    key = (installation.folder / "var/secret.key").read_text()
    installation.start()
    assert (installation.folder / "var/secret.key").read_text() == key
