"""A PostgreSQL server of our own in a data folder: starts as root or not, survives kill -9, listens on a socket only.

What it takes care of:
- PostgreSQL refuses root, so as root the server runs as `nobody`; where `nobody` cannot reach the data folder
  (a project below /root) the data lives below /var/lib/galleria and the data folder holds a link to it.
- After kill -9 the dead server may still be a zombie and its lock file blocks the next start; sessions it
  left behind are ended first, because two servers on one data folder would destroy it.
- A socket path may have 107 bytes; longer ones move to a short private folder.
- `C.UTF-8`, because under `C` trigrams drop every letter that is not ASCII.
- The first initialisation happens in a draft folder that is renamed when complete.
"""

import ctypes
import fcntl
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psutil

from kernel.db.binaries import SHARED_HOME, find_binaries, is_reachable, major_version, server_account

SUPERUSER = "postgres"
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")
START_SECONDS = 30.0
STOP_SECONDS = 20.0
LOG_LIMIT_BYTES = 10_000_000
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
SETTINGS = ("listen_addresses=", "unix_socket_permissions=0700", "timezone=UTC", "log_timezone=UTC", "jit=off")
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
PR_SET_PDEATHSIG = 1


class ServerFault(RuntimeError):
    """The server does not start or stop; carries the end of its log."""


class Cluster:
    """One server in one folder. `start` is safe to call from several processes; only one of them starts it."""

    def __init__(self, folder: Path, settings: tuple[str, ...] = (), dies_with_us: bool = False) -> None:
        self._asked_for = folder.absolute()
        self._become_at_home(self._asked_for.resolve() if self._asked_for.is_symlink() else self._asked_for)
        self._settings = settings
        self._dies_with_us = dies_with_us
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def bin(self) -> Path:
        """The folder with PostgreSQL's programs."""
        return find_binaries()

    def url(self, role: str, database: str) -> str:
        """The address for `role` while the server runs: `postgresql://role@/database?host=<socket folder>`."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_folder()), safe='')}"

    def socket_folder(self) -> Path:
        """Where the running server listens. ServerFault where it does not run."""
        lines = self._lock_lines()
        if len(lines) < 5:
            raise ServerFault(f"PostgreSQL is not running in {self.folder}")
        return Path(lines[4])

    def pid(self) -> int | None:
        """The running server's process id, None where there is none (a zombie is none)."""
        lines = self._lock_lines()
        if not lines or not lines[0].strip().isdigit():
            return None
        try:
            process = psutil.Process(int(lines[0]))
            alive = process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(self.data.resolve())
        except psutil.Error:
            return None
        return process.pid if alive else None

    def is_running(self) -> bool:
        """Does the server run and take connections?"""
        self._reap()
        lines = self._lock_lines()
        return self.pid() is not None and len(lines) >= 8 and lines[7].strip() == "ready"

    def start(self) -> bool:
        """Starts the server and waits until it takes connections. True where this call started it, False where
        it ran already. Raises ServerFault, NoPostgres."""
        self._become_at_home(_home(self._asked_for))
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        with _locked(self.folder / "start.lock"):
            self._reap()
            if self.pid() is not None and self._comes_up():
                return False
            if self.pid() is None:  # none there, or it died while we waited for it
                self._make_data_folder()
                self._clear_remains()
                self._launch()
                if self._comes_up():
                    return True
            raise ServerFault(f"PostgreSQL does not start in {self.folder}.\n{self._log_end()}")

    def stop(self) -> None:
        """Ends the server: open transactions are rolled back, data is written out. Does nothing where none runs."""
        pid = self.pid()
        if pid is None:
            self._reap()
            return
        for how, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0)):
            try:
                os.kill(pid, how)
            except ProcessLookupError:
                break
            if self._waited(lambda: self.pid() is None, seconds):
                break
        else:
            raise ServerFault(f"PostgreSQL (process {pid}) does not stop.\n{self._log_end()}")
        self._reap()
        if self._process is not None:
            self._process.wait(timeout=STOP_SECONDS)
            self._process = None

    def _become_at_home(self, folder: Path) -> None:
        self.folder, self.data, self.log = folder, folder / "data", folder / "log"

    def _lock_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _reap(self) -> None:
        if self._process is not None and self._process.poll() is not None:
            self._process = None

    def _run_as(self) -> dict[str, object]:
        account = server_account()
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}

    def _own(self, path: Path) -> None:
        if account := server_account():
            os.chown(path, account.pw_uid, account.pw_gid)

    def _make_data_folder(self) -> None:
        version_file = self.data / "PG_VERSION"
        if version_file.exists():
            has, needs = int(version_file.read_text().split(".")[0]), major_version(self.bin)
            if has != needs:
                raise ServerFault(
                    f"{self.data} was made by PostgreSQL {has}, the programs are version {needs}. Make a backup with"
                    f" PG_BIN pointing at version {has}, then restore it into a fresh data folder."
                )
            return
        draft = self.folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._own(draft)
        command = [self.bin / "initdb", "-D", draft, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        if "fsync=off" in self._settings:
            command.append("--no-sync")
        made = subprocess.run(command, check=False, env=ENVIRONMENT, cwd="/", capture_output=True, text=True, **self._run_as())  # type: ignore[call-overload]
        if made.returncode:
            raise ServerFault(f"initdb failed:\n{made.stdout}{made.stderr}")
        draft.rename(self.data)

    def _clear_remains(self) -> None:
        """After a crash: ends sessions the dead server left, then removes its lock files."""
        place = str(self.data.resolve())
        for process in _processes_in(place):
            process.send_signal(signal.SIGQUIT)
        if not self._waited(lambda: not _processes_in(place), STOP_SECONDS):
            raise ServerFault(f"Sessions of an earlier server still use {self.data}")
        lines = self._lock_lines()
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        if len(lines) >= 5 and lines[4]:
            for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):
                (Path(lines[4]) / name).unlink(missing_ok=True)

    def _make_socket_folder(self) -> Path:
        folder = self.folder / "run"
        if len(os.fsencode(folder)) > LONGEST_SOCKET_FOLDER:
            pointer = self.folder / "run.link"
            if pointer.is_symlink() and pointer.exists():
                return pointer.readlink()
            folder = Path(tempfile.mkdtemp(prefix="galleria-", dir="/tmp"))
            pointer.unlink(missing_ok=True)
            pointer.symlink_to(folder)
        folder.mkdir(mode=0o700, exist_ok=True)
        self._own(folder)
        return folder

    def _launch(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT_BYTES:
            self.log.replace(self.log.with_suffix(".old"))
        settings = (*SETTINGS, f"unix_socket_directories={self._make_socket_folder()}", *self._settings)
        command: list[str | Path] = [self.bin / "postgres", "-D", self.data]
        for setting in settings:
            command += ["-c", setting]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # type: ignore[call-overload]
                command,
                env=ENVIRONMENT,
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGINT) if self._dies_with_us else None,  # noqa: PLW1509 - sets one flag, loads nothing
                **self._run_as(),
            )

    def _comes_up(self) -> bool:
        """Waits until the server takes connections or is gone; does it?"""

        def is_decided() -> bool:
            return self.is_running() or (self._process is None and self.pid() is None)

        return self._waited(is_decided, START_SECONDS) and self.is_running()

    def _log_end(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        except FileNotFoundError:
            return ""

    def _waited(self, is_done: Callable[[], bool], seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not is_done():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
            self._reap()
        return True


def ends_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """For a child process: the kernel sends it `how` when its parent dies, whatever the parent died of (Linux)."""
    if sys.platform != "linux":
        return None
    set_option = ctypes.CDLL(None).prctl  # looked up before the fork: nothing may be loaded after it
    return lambda: set_option(PR_SET_PDEATHSIG, int(how))


def _home(folder: Path) -> Path:
    """The folder itself, or, where the server's account cannot reach it, a folder below /var/lib/galleria it links to."""
    if folder.is_symlink():
        return folder.resolve()
    if is_reachable(folder.parent, server_account()):
        return folder
    SHARED_HOME.mkdir(parents=True, exist_ok=True, mode=0o755)
    real = SHARED_HOME / f"data-{secrets.token_hex(6)}"
    real.mkdir(mode=0o711)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.symlink_to(real)
    except FileExistsError:
        real.rmdir()
    return folder.resolve()


def _processes_in(place: str) -> list[psutil.Process]:
    """Live PostgreSQL processes whose working folder is `place`: every session of a server stands in its data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == place and process.status() != psutil.STATUS_ZOMBIE and process.name().startswith("postgres"):
                found.append(process)
        except psutil.Error:
            continue
    return found


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Only one process at a time; the lock goes with the process, however it ends."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
