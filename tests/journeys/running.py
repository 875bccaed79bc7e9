"""The whole program as its own processes over the test database: supervisor, one web process, one worker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from kernel import files, mail, settings
from kernel.settings import Settings
from tests.cluster import Database
from tests.installation import free_port

START_SECONDS = 60


@contextmanager
def running_program(database: Database, folder: Path) -> Iterator[Settings]:
    """Starts it on a free port, and lets this process use the same files and mails; stopped afterwards."""
    chosen = Settings(
        secret_key="a key for tests and nothing else",
        data_dir=folder,
        port=free_port(),
        web_workers=1,
        database_url=database.app_url,
        database_owner_url=database.owner_url,
        database_relay_url=database.relay_url,
        style_guide="yes",
        log_format="json",
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GALLERIA_")}
    with (folder / "out").open("wb") as out:
        program = subprocess.Popen([sys.executable, "-m", "app.supervisor"], env={**kept, **chosen.environment()}, stdout=out, stderr=out)
    try:
        _wait_until_ready(chosen.port, program, folder / "out")
        yield chosen
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(30)
        files.use_store(None)
        mail.use_transport(None, "")
        settings.use(None)


def _wait_until_ready(port: int, program: "subprocess.Popen[bytes]", out: Path) -> None:
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS:
        assert program.poll() is None, out.read_text()
        try:
            if httpx2.get(f"http://127.0.0.1:{port}/ready", timeout=5).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(out.read_text())
