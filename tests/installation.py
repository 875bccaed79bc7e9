"""The whole program as an operator starts it, for tests: a data folder, a port, processes, commands, visitors."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2


def free_port() -> int:
    """A port nobody listens on at the moment."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


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

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Runs `galleria` on this data folder."""
        return command(self.folder / "var", *words)

    def is_ready(self) -> bool:
        """Is all it needs there, the worker too?"""
        answer = httpx2.get(f"{self.url}/ready", timeout=5).json()
        return answer["status"] == "ready" and all(check["ok"] for check in answer["checks"] if check["name"] in ("database", "worker"))

    def said(self) -> str:
        """Everything it has written so far."""
        return (self.folder / "out").read_text()


@contextmanager
def installed() -> Iterator[Installation]:
    """A fresh installation that is running; stopped and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="gal-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        made = Installation(Path(folder), free_port())
        made.start()
        try:
            yield made
        finally:
            if made.process is not None and made.process.poll() is None:
                made.stop()


def command(data_dir: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Runs `galleria` on a data folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GALLERIA_")}
    environment = {**kept, "GALLERIA_DATA_DIR": str(data_dir)}
    return subprocess.run([sys.executable, "-m", "app.cli", *words], env=environment, capture_output=True, text=True)


@dataclass
class Visitors:
    """Threads that ask for pages at a steady pace and count what they get; `failed` are requests without an answer."""

    url: str
    host: str
    paths: tuple[str, ...]
    per_second: int = 50
    threads: int = 5
    statuses: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def __enter__(self) -> "Visitors":
        self._is_over = threading.Event()
        self._running = [threading.Thread(target=self._visit, args=(n,)) for n in range(self.threads)]
        for thread in self._running:
            thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._is_over.set()
        for thread in self._running:
            thread.join()

    def _visit(self, number: int) -> None:
        pause = self.threads / self.per_second
        with httpx2.Client(base_url=self.url, headers={"host": self.host}, timeout=15) as client:
            while not self._is_over.is_set():
                began = time.monotonic()
                try:
                    self.statuses[client.get(self.paths[number % len(self.paths)]).status_code] += 1
                except httpx2.HTTPError as error:
                    self.failed.append(repr(error))
                time.sleep(max(0.0, pause - (time.monotonic() - began)))
