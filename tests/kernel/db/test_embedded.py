"""The embedded server starts, survives kill -9, and never runs twice on one folder."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from kernel.db.binaries import NoPostgres, find_binaries, is_reachable, server_account
from kernel.db.embedded import LONGEST_SOCKET_FOLDER, UNSAFE_BUT_FAST, Cluster, ServerFault

pytestmark = pytest.mark.process


@pytest.fixture
def place() -> Iterator[Path]:
    """A short folder that the server's account can reach."""
    with tempfile.TemporaryDirectory(prefix="gal-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def cluster(place: Path) -> Iterator[Cluster]:
    """A running server of this test's own."""
    made = Cluster(place / "postgres", settings=UNSAFE_BUT_FAST)
    made.start()
    yield made
    made.stop()


def rows(cluster: Cluster, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(cluster.url("postgres", "postgres"), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_it_listens_on_a_private_socket_and_on_no_port(cluster: Cluster) -> None:
    assert rows(cluster, "SHOW listen_addresses") == [("",)]
    assert stat.S_IMODE(cluster.socket_folder().stat().st_mode) == 0o700
    ours = psutil.Process(cluster.pid())
    assert [c for c in ours.net_connections() if c.status == psutil.CONN_LISTEN and c.family.name != "AF_UNIX"] == []


def test_it_never_runs_as_root(cluster: Cluster) -> None:
    owner = psutil.Process(cluster.pid()).username()
    assert owner == ("nobody" if os.geteuid() == 0 else psutil.Process().username())


def test_starting_twice_starts_once(cluster: Cluster) -> None:
    pid = cluster.pid()
    again = Cluster(cluster.folder)
    assert again.start() is False
    assert again.pid() == pid


def test_kill_9_loses_nothing_and_the_dead_servers_zombie_is_no_hindrance(place: Path) -> None:
    cluster = Cluster(place / "postgres")  # with all its safety on
    cluster.start()
    rows(cluster, "CREATE TABLE kept AS SELECT generate_series(1, 50000) AS n")
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while cluster.pid() is not None:
        time.sleep(0.01)
    # its parent is this test, which has not asked for it yet: it stays a zombie
    while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    other = Cluster(cluster.folder)
    assert other.start() is True
    try:
        assert rows(other, "SELECT count(*), sum(n) FROM kept") == [(50000, 1250025000)]
    finally:
        other.stop()


def test_a_server_killed_a_moment_ago_starts_at_the_first_word(place: Path) -> None:
    cluster = Cluster(place / "postgres", settings=UNSAFE_BUT_FAST)
    cluster.start()
    try:
        for _round in range(8):
            pid = cluster.pid()
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            while not cluster.start():  # it may still look alive: then it is asked again
                time.sleep(0.001)
            assert cluster.is_running()
            assert cluster.pid() != pid
    finally:
        cluster.stop()


def test_a_clean_stop_and_start_keeps_the_data(cluster: Cluster) -> None:
    rows(cluster, "CREATE TABLE kept (word text)")
    rows(cluster, "INSERT INTO kept VALUES ('Größe 螺丝')")
    cluster.stop()
    assert cluster.pid() is None
    assert cluster.start() is True
    assert rows(cluster, "SELECT word FROM kept") == [("Größe 螺丝",)]


def test_an_address_is_refused_while_the_server_is_down(place: Path) -> None:
    with pytest.raises(ServerFault, match="not running"):
        Cluster(place / "postgres").url("postgres", "postgres")


def test_initialising_half_way_is_begun_again(place: Path) -> None:
    draft = place / "postgres/data.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    cluster = Cluster(place / "postgres", settings=UNSAFE_BUT_FAST)
    cluster.start()
    try:
        assert rows(cluster, "SELECT 1") == [(1,)]
        assert not draft.exists()
    finally:
        cluster.stop()


def test_a_long_data_folder_gets_a_short_socket(place: Path) -> None:
    long = place / ("n" * 60) / ("m" * 60)
    long.mkdir(parents=True)
    cluster = Cluster(long / "postgres", settings=UNSAFE_BUT_FAST)
    cluster.start()
    try:
        assert rows(cluster, "SELECT 1") == [(1,)]
        assert len(os.fsencode(cluster.socket_folder())) <= LONGEST_SOCKET_FOLDER
        first = cluster.socket_folder()
        cluster.stop()
        cluster.start()
        assert cluster.socket_folder() == first
    finally:
        cluster.stop()
        first.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")
def test_where_nobody_cannot_reach_the_folder_the_data_lives_elsewhere_behind_a_link(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    cluster = Cluster(closed / "postgres", settings=UNSAFE_BUT_FAST)
    assert list(closed.iterdir()) == []  # asking makes nothing
    try:
        cluster.start()
        assert (closed / "postgres").is_symlink()
        assert is_reachable(cluster.folder, server_account())
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert Cluster(closed / "postgres").folder == cluster.folder
        assert rows(cluster, "SELECT 1") == [(1,)]
    finally:
        cluster.stop()
        subprocess.run(["rm", "-r", str(cluster.folder)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
def test_the_server_does_not_outlive_a_killed_parent(place: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from kernel.db.embedded import *\n"
        f"c = Cluster(Path({str(place / 'postgres')!r}), settings=UNSAFE_BUT_FAST, dies_with_us=True); c.start()\n"
        "print(c.pid(), flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert psutil.pid_exists(pid)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while Cluster(place / "postgres").pid() is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert Cluster(place / "postgres").pid() is None


def test_programs_of_the_operators_choice_win(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(NoPostgres, match="no program called postgres"):
        find_binaries()
    (tmp_path / "postgres").touch()
    assert find_binaries() == tmp_path


def test_data_of_another_major_version_is_refused_and_left_alone(place: Path) -> None:
    data = place / "postgres/data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServerFault, match="made by PostgreSQL 12"):
        Cluster(place / "postgres").start()
    assert [p.name for p in data.iterdir()] == ["PG_VERSION"]
