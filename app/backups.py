"""Backup and restore: one tar file with the whole database, the uploaded files and the secret key.

- The dump is one snapshot of all tenants, taken by a superuser (owner and application role are behind row security
  and could not read everything). Files are packed after it: whatever the snapshot mentions was stored before.
- A restore fills a new database beside the present one and swaps the two at the end, so that a broken backup
  changes nothing.
- Files kept in S3 are not packed; the manifest says so.
"""

import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection, create_engine, make_url, pool, text

from kernel import clock
from kernel.db.binaries import find_binaries
from kernel.db.roles import driver_url, prepare_database
from kernel.settings import KEY_FILE

FORMAT = 1
LEAVING_SECONDS = 2.0
DUMP, MANIFEST, FILES = "database.dump", "manifest.json", "files"


class BackupFault(RuntimeError):
    """A backup cannot be made or restored; the message says why and that nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself. `rows` counts every table, so that a restore can be checked."""

    format: int
    made_at: str
    revision: str
    files: int
    files_elsewhere: bool
    rows: dict[str, int]


def back_up(superuser_url: str, target: Path, data_dir: Path, files_elsewhere: bool = False) -> Manifest:
    """Writes `target` (mode 0600). It appears when it is complete; an existing file is never overwritten."""
    if target.exists():
        raise BackupFault(f"{target} exists already; nothing was written.")
    draft = target.with_name(f".{target.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with tempfile.TemporaryDirectory() as folder, os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w") as tar:
            dump = Path(folder) / DUMP
            rows, revision = _dump(superuser_url, dump)
            tar.add(dump, DUMP)
            packed = 0 if files_elsewhere else _pack(tar, data_dir)
            manifest = Manifest(FORMAT, clock.now().isoformat(), revision, packed, files_elsewhere, rows)
            _add_text(tar, MANIFEST, json.dumps(asdict(manifest), indent=1))
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)
    return manifest


def read_manifest(source: Path) -> Manifest:
    """What the backup says about itself. Raises BackupFault for anything that is no backup of ours."""
    try:
        with tarfile.open(source) as tar:
            member = tar.extractfile(MANIFEST)
            assert member is not None
            manifest = Manifest(**json.load(member))
    except (OSError, tarfile.TarError, KeyError, TypeError, ValueError) as error:
        raise BackupFault(f"{source} is not a backup of Galleria ({error}).") from error
    if manifest.format != FORMAT:
        raise BackupFault(f"{source} has format {manifest.format}; this version reads format {FORMAT}.")
    return manifest


def restore(superuser_url: str, database: str, source: Path, data_dir: Path, replace: bool = False) -> Manifest:
    """Puts the backup in place of database and files. Refuses where tenants exist and `replace` is not set, and where
    somebody is connected."""
    manifest = read_manifest(source)
    server = create_engine(driver_url(superuser_url).set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=pool.NullPool)
    fresh, old = f"{database}_restored", f"{database}_before"
    with server.connect() as connection:
        _check_free(connection, superuser_url, database, replace)
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{fresh}" WITH (FORCE)')
        prepare_database(superuser_url, fresh)
        with _unpacked(source, data_dir) as folder:
            _run("pg_restore", superuser_url, fresh, ["--exit-on-error", "--single-transaction", "--no-comments", str(folder / DUMP)])
            _compare(superuser_url, fresh, manifest)
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            if _exists(connection, database):
                connection.exec_driver_sql(f'ALTER DATABASE "{database}" RENAME TO "{old}"')
            connection.exec_driver_sql(f'ALTER DATABASE "{fresh}" RENAME TO "{database}"')
            _place_files(folder, data_dir)
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
    server.dispose()
    return manifest


def count_rows(connection: Connection) -> dict[str, int]:
    """Rows of every table that is not PostgreSQL's own, `schema.table` → count; needs to see all tenants."""
    names = connection.execute(
        text(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
    ).scalars()
    return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in list(names)}  # noqa: S608 - names from the catalogue


def _dump(superuser_url: str, dump: Path) -> tuple[dict[str, int], str]:
    """Dumps and counts in one and the same snapshot."""
    engine = create_engine(driver_url(superuser_url), isolation_level="REPEATABLE READ", poolclass=pool.NullPool)
    with engine.connect() as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        revision = connection.execute(text("SELECT version_num FROM public.alembic_version")).scalar_one()
        rows = count_rows(connection)
        database = make_url(superuser_url).database or ""
        _run("pg_dump", superuser_url, database, ["--format=custom", f"--snapshot={snapshot}", f"--file={dump}"])
    return rows, str(revision)


def _run(program: str, superuser_url: str, database: str, options: list[str]) -> None:
    """A PostgreSQL program; the password travels in the environment, where other accounts cannot read it."""
    url = make_url(superuser_url)
    address = url._replace(password=None, database=database, drivername="postgresql").render_as_string()
    environment = {**os.environ, "PGPASSWORD": str(url.password)} if url.password else dict(os.environ)
    done = subprocess.run(
        [find_binaries() / program, f"--dbname={address}", *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupFault(f"{program} failed, nothing was changed:\n{done.stderr.strip()}")


def _pack(tar: tarfile.TarFile, data_dir: Path) -> int:
    count = 0
    for path in sorted((data_dir / FILES).rglob("*")):
        if path.is_file():
            tar.add(path, str(path.relative_to(data_dir)))
            count += 1
    if (data_dir / KEY_FILE).exists():
        tar.add(data_dir / KEY_FILE, KEY_FILE)
    return count


def _add_text(tar: tarfile.TarFile, name: str, content: str) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content.encode())
    info.mode = 0o600
    tar.addfile(info, io.BytesIO(content.encode()))


def _exists(connection: Connection, database: str) -> bool:
    return connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": database}).scalar() is not None


def _check_free(connection: Connection, superuser_url: str, database: str, replace: bool) -> None:
    if not _exists(connection, database):
        return
    if busy := _count_busy(connection, database):
        raise BackupFault(f"{busy} connections to the database are open. Stop Galleria first; nothing was changed.")
    if replace:
        return
    inside = create_engine(driver_url(superuser_url).set(database=database), poolclass=pool.NullPool)
    with inside.connect() as present:
        has_table = present.execute(text("SELECT to_regclass('tenants.tenant')")).scalar()
        if has_table and present.execute(text("SELECT count(*) FROM tenants.tenant")).scalar_one():
            raise BackupFault("There are tenants in this database. Say --replace to put the backup in their place; nothing was changed.")


def _count_busy(connection: Connection, database: str) -> int:
    """Open connections; those just closed take a moment to go."""
    query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = :name AND backend_type = 'client backend'")
    deadline = time.monotonic() + LEAVING_SECONDS
    while busy := int(connection.execute(query, {"name": database}).scalar_one()):
        if time.monotonic() > deadline:
            break
        time.sleep(0.05)
    return busy


def _compare(superuser_url: str, database: str, manifest: Manifest) -> None:
    engine = create_engine(driver_url(superuser_url).set(database=database), poolclass=pool.NullPool)
    with engine.connect() as connection:
        found = count_rows(connection)
    if found != manifest.rows:
        wrong = sorted(name for name in {*found, *manifest.rows} if found.get(name) != manifest.rows.get(name))
        raise BackupFault(f"The restored tables differ from what was backed up ({', '.join(wrong)}); nothing was changed.")


@contextmanager
def _unpacked(source: Path, data_dir: Path) -> Iterator[Path]:
    """The backup's content in a folder on the same disk as the data, so that putting it in place is a rename."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as folder, tarfile.open(source) as tar:
        for member in tar:
            _unpack(tar, member, Path(folder))
        yield Path(folder)


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Only what a backup may hold, only plain files, nothing outside of the folder (Debian 12's tarfile has no filters)."""
    parts = Path(member.name).parts
    is_known = parts in {(DUMP,), (MANIFEST,), (KEY_FILE,)} or (parts[:1] == (FILES,) and ".." not in parts)
    content = tar.extractfile(member) if member.isreg() and is_known else None
    if content is None:
        raise BackupFault(f"The backup holds {member.name!r}, which no backup of ours does; nothing was changed.")
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        shutil.copyfileobj(content, out)


def _place_files(folder: Path, data_dir: Path) -> None:
    if (data_dir / FILES).exists():
        (data_dir / FILES).rename(folder / "replaced")
    if (folder / FILES).exists():
        (folder / FILES).rename(data_dir / FILES)
    if (folder / KEY_FILE).exists():
        shutil.copy2(folder / KEY_FILE, data_dir / KEY_FILE)
        (data_dir / KEY_FILE).chmod(0o600)
