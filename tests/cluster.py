"""The PostgreSQL server all test runs on this machine share, and one database for each of them.

- The server lives in a short folder of the system's temporary place and keeps its data between runs. Every test process
  holds a shared file lock; the last one to leave stops the server. Locks go with their process, however it ends.
- Migrations run once into a template, named by a hash of everything that shapes it; each process copies the template.
- Nothing is written safely to disk (fsync off): a damaged server is thrown away and made anew.
"""

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from sqlalchemy import create_engine, text

from app.migrating import migrate
from kernel.db.binaries import find_binaries, major_version
from kernel.db.embedded import UNSAFE_BUT_FAST, Cluster, ServerFault
from kernel.db.rls import APP_ROLE, OWNER_ROLE, RELAY_ROLE
from kernel.db.roles import driver_url, prepare_database

ROOT = Path(__file__).parent.parent
TEMPLATES_KEPT = 3


@dataclass(frozen=True)
class Database:
    """The addresses of one test database, by role."""

    name: str
    app_url: str
    owner_url: str
    relay_url: str
    superuser_url: str


def _folder() -> Path:
    mark = hashlib.sha256(f"{ROOT}{find_binaries()}".encode()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"galleria-tests-{os.geteuid()}-{mark}"
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise RuntimeError(f"{folder} belongs to somebody else")
    return folder


def _template_name() -> str:
    migrations = ROOT / "app/migrations"
    shaping = [*sorted(migrations.rglob("*.py")), *sorted(migrations.rglob("*.sql")), *sorted((ROOT / "kernel/db").glob("*.py"))]
    digest = hashlib.sha256(str(major_version(find_binaries())).encode())
    for path in shaping:
        digest.update(path.name.encode() + path.read_bytes())
    return f"template_{digest.hexdigest()[:12]}"


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """The shared server, started where it does not run, stopped by the last who leaves."""
    folder = _folder()
    with (folder / "users.lock").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        cluster = Cluster(folder / "pg", settings=(*UNSAFE_BUT_FAST, "max_connections=300"))
        try:
            cluster.start()
        except ServerFault:
            shutil.rmtree(folder / "pg")
            cluster = Cluster(folder / "pg", settings=(*UNSAFE_BUT_FAST, "max_connections=300"))
            cluster.start()
        try:
            yield cluster
        finally:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # others are still testing
            else:
                cluster.stop()


@contextmanager
def fresh_database(cluster: Cluster) -> Iterator[Database]:
    """A migrated database of this process's own; dropped afterwards."""
    template = _template_name()
    name = f"test_{template.removeprefix('template_')}_{os.getpid()}"
    server = create_engine(driver_url(cluster.url("postgres", "postgres")), isolation_level="AUTOCOMMIT")
    with (_folder() / "template.lock").open("w") as lock, server.connect() as connection:
        fcntl.flock(lock, fcntl.LOCK_EX)
        names = list(connection.execute(text("SELECT datname FROM pg_database ORDER BY oid")).scalars())
        for stale in _stale(names, template):
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{stale}" WITH (FORCE)')
        if template not in names:
            draft = f"draft_{os.getpid()}"
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{draft}" WITH (FORCE)')
            prepare_database(cluster.url("postgres", "postgres"), draft)
            migrate(cluster.url(OWNER_ROLE, draft))
            connection.exec_driver_sql(f'ALTER DATABASE "{draft}" RENAME TO "{template}"')
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" OWNER {OWNER_ROLE} TEMPLATE "{template}"')
        connection.exec_driver_sql(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        connection.exec_driver_sql(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {APP_ROLE}')
        connection.exec_driver_sql(f'GRANT CONNECT ON DATABASE "{name}" TO {RELAY_ROLE}')
    roles = (APP_ROLE, OWNER_ROLE, RELAY_ROLE, "postgres")
    try:
        yield Database(name, *(cluster.url(role, name) for role in roles))
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        server.dispose()


def _stale(names: list[str], template: str) -> list[str]:
    """Databases of test processes that are gone, and all but the newest templates."""
    left = [n for n in names if (m := re.fullmatch(r"(?:test_\w+|draft)_(\d+)", n)) and not psutil.pid_exists(int(m.group(1)))]
    templates = [n for n in names if n.startswith("template_") and n not in {template, "template0", "template1"}]
    return left + [n for n in templates[:-TEMPLATES_KEPT] if re.fullmatch(r"template_[0-9a-f]{12}", n)]
