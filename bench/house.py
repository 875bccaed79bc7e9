"""The installation under measurement: a data folder of its own, the supervisor with two web processes, and its costs.

CPU is user and system time of process trees before and after; what ended meanwhile counts through its parent. The load
generator is outside of both trees.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil
from sqlalchemy import create_engine, pool, text

from kernel.db.embedded import Cluster
from kernel.db.roles import driver_url
from kernel.settings import DATABASE

START_SECONDS = 60.0
STOP_SECONDS = 30.0


@dataclass(frozen=True)
class Spent:
    """CPU seconds so far: web processes and everything else of ours (supervisor, nursery, worker), and PostgreSQL."""

    app: float
    database: float

    def since(self, before: "Spent") -> "Spent":
        """The difference."""
        return Spent(self.app - before.app, self.database - before.database)


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass
class House:
    """One data folder and the program on it; `settings` are environment variables without prefix."""

    folder: Path
    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self, **settings: object) -> float:
        """Starts it and waits until it answers; returns the seconds that took."""
        began = time.monotonic()
        with (self.folder / "out").open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bench.serving"], env=self.environment(**settings), stdout=out, stderr=out
            )
        while time.monotonic() - began < START_SECONDS:
            try:
                if httpx2.get(f"http://127.0.0.1:{self.port}/health", timeout=5).status_code == 200:
                    return time.monotonic() - began
            except httpx2.HTTPError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        raise RuntimeError((self.folder / "out").read_text()[-2000:])

    def stop(self) -> None:
        """Stops it in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(STOP_SECONDS)

    def environment(self, **settings: object) -> dict[str, str]:
        """Variables for processes that work on this data folder."""
        own = {"data_dir": self.folder / "var", "port": self.port, "log_format": "json", "log_level": "warning"}
        # everybody comes from one address
        own |= {"guest_orders_per_network": 0, "searches_per_minute": 0, **settings}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GALLERIA_")}
        return {**kept, **{f"GALLERIA_{name.upper()}": str(value) for name, value in own.items()}}

    def fill(self, step: str, *arguments: str) -> dict[str, Any]:
        """One step of bench/filling.py in a process of its own; its facts."""
        began = self.spent()
        words = [sys.executable, "-m", "bench.filling", step, *arguments]
        done = subprocess.run(words, env=self.environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return {**told, "db_cpu_s": round(self.spent().since(began).database, 1)}

    def command(self, *words: str) -> None:
        """`galleria …` on this data folder."""
        subprocess.run([sys.executable, "-m", "app.cli", *words], env=self.environment(), check=True, capture_output=True)

    def tidy(self) -> None:
        """What autovacuum would do in its own time, done now, so that it does not fall into a measurement."""
        engine = create_engine(driver_url(self._cluster.url("postgres", DATABASE)), poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))

    def spent(self) -> Spent:
        """CPU seconds of both trees until now."""
        assert self.process is not None
        ours = [p for p in _tree(self.process.pid) if not _is_postgres(p)]
        return Spent(sum(map(_cpu, ours)), sum(map(_cpu, _tree(self._server()))))

    def memory(self) -> dict[str, float]:
        """Proportional memory in MB: the program's processes, and the database's."""
        assert self.process is not None
        ours = [p for p in _tree(self.process.pid) if not _is_postgres(p)]
        return {"app_mb": _pss(ours), "database_mb": _pss(_tree(self._server()))}

    @property
    def _cluster(self) -> Cluster:
        return Cluster(self.folder / "var/postgres")

    def _server(self) -> int:
        pid = self._cluster.pid()
        if pid is None:
            raise RuntimeError("PostgreSQL does not run")
        return pid


def machine() -> str:
    """What it was measured on, in one line."""
    model = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown CPU")
    memory = round(psutil.virtual_memory().total / 2**30)
    return f"{os.cpu_count()} cores ({model}), {memory} GB, Python {sys.version.split()[0]}"


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def _tree(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _is_postgres(process: psutil.Process) -> bool:
    try:
        return process.name().startswith("postgres")
    except psutil.NoSuchProcess:
        return True


def _cpu(process: psutil.Process) -> float:
    """Its own time and that of its children that have ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _pss(processes: list[psutil.Process]) -> float:
    used = 0
    for process in processes:
        try:
            used += process.memory_full_info().pss
        except psutil.NoSuchProcess:  # a backend that has just ended
            continue
    return round(used / 1e6, 1)
