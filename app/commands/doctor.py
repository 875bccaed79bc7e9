"""doctor: what is there, what is missing, and the way out. Changes nothing."""

import os
import shutil
import stat
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import typer
from sqlalchemy import create_engine, pool
from sqlalchemy.exc import SQLAlchemyError

from app.commands.jobs import given_up
from app.commands.options import DataDir, settings_with
from app.database import Addresses, addresses
from app.migrating import newest, present
from catalog.search.engine import connect, meilisearch
from catalog.search.meili.condition import condition_of
from kernel import health
from kernel.db.binaries import NoPostgres, find_binaries, major_version
from kernel.db.embedded import Cluster
from kernel.db.roles import driver_url
from kernel.db.session import check_role, make_engine, use_engine
from kernel.settings import KEY_FILE, Settings

ROOT = Path(__file__).resolve().parent.parent.parent
LEAST_DISK_BYTES = 1_000_000_000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `way_out` says what to do where it is not well; `vital`: the shop cannot run without it."""

    name: str
    ok: bool
    detail: str
    way_out: str = ""
    vital: bool = True


def doctor(data_dir: DataDir = None) -> None:
    """Look for everything the shop needs and say what is missing. Ends with status 1 where it could not run."""
    settings = settings_with(data_dir=data_dir)
    is_well = True
    for finding in examine(settings):
        is_well = is_well and (finding.ok or not finding.vital)
        mark = "ok     " if finding.ok else ("MISSING" if finding.vital else "note   ")
        typer.echo(f"{mark}  {finding.name}: {finding.detail}")
        if not finding.ok and finding.way_out:
            typer.echo(f"         → {finding.way_out}")
    typer.echo("Everything the shop needs is there." if is_well else "Something is missing; see above.")
    if not is_well:
        raise typer.Exit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings, the basic ones first."""
    yield from _python()
    yield from _postgres(settings)
    yield from _data_folder(settings)
    yield _built("pages' styles and scripts", ROOT / "kernel/web/static/build", "manifest.json", "Run `make setup`, which builds them.")
    yield _built("translations", ROOT / "app/locale", "*/LC_MESSAGES/*.mo", "Run `make setup`, which compiles them.")
    yield from _search_engine(settings)
    yield _program("chromium", CHROMIUM, "Only tests in a browser need it: `apt install chromium`.")
    yield _program("node", ("node",), "`make setup` brings its own where the system has none of version 20 or newer.")
    if not settings.is_embedded or Cluster(settings.postgres_dir).is_running():
        yield from _database(settings)
    else:
        yield Finding("database", False, "not running", "`make run` starts it with everything else.", vital=False)


def _python() -> Iterator[Finding]:
    version = sys.version_info
    told = f"{version.major}.{version.minor}.{version.micro}"
    yield Finding("python", version >= (3, 11), told, "Galleria needs Python 3.11 or newer.")
    is_optimised = sys.base_prefix == "/usr" or "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    if not is_optimised:
        way_out = "Pages cost about 1.3 times as much as with the system's Python: remove .venv and .stamps, then `make setup`."
        yield Finding("python's make", False, f"{sys.base_prefix} was compiled without optimisation", way_out, vital=False)


def _postgres(settings: Settings) -> Iterator[Finding]:
    if not settings.is_embedded:
        yield Finding("postgresql", True, "a server of your own (GALLERIA_DATABASE_URL)")
        return
    try:
        folder = find_binaries()
        yield Finding("postgresql", True, f"version {major_version(folder)} in {folder}")
    except NoPostgres as error:
        yield Finding("postgresql", False, "not found", str(error))


def _data_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    place = next(p for p in (folder, *folder.parents) if p.exists())
    yield Finding("data folder", os.access(place, os.W_OK), str(folder), f"Give this account the right to write in {place}.")
    free = shutil.disk_usage(place).free
    yield Finding("disk", free >= LEAST_DISK_BYTES, f"{free / 1e9:.1f} GB free", "Less than 1 GB is left for data.", vital=False)
    key = folder / KEY_FILE
    if key.exists():
        mode = stat.S_IMODE(key.stat().st_mode)
        yield Finding("secret key", mode == 0o600, f"mode {mode:04o}", f"Others can read it: chmod 600 {key}")


def _search_engine(settings: Settings) -> Iterator[Finding]:
    if not settings.meilisearch_url:
        return
    try:
        connect(settings.meilisearch_url, settings.meilisearch_key)
    except ValueError as error:
        yield Finding("meilisearch", False, str(error))
        return
    server = meilisearch()
    if server is not None:
        found = condition_of(server)
        yield Finding("meilisearch", found.ok, found.detail, found.way_out, vital=False)


def _built(name: str, folder: Path, pattern: str, way_out: str) -> Finding:
    found = list(folder.glob(pattern)) if folder.exists() else []
    return Finding(name, bool(found), "built" if found else "not built", way_out)


def _program(name: str, names: tuple[str, ...], way_out: str) -> Finding:
    found = next((path for n in names if (path := shutil.which(n))), None)
    return Finding(name, found is not None, found or "not installed", way_out, vital=False)


def _database(settings: Settings) -> Iterator[Finding]:
    where = addresses(settings)
    try:
        yield from _role(where.app)
        yield from _revision(where.app)
        yield from _health(settings, where.app)
        yield _failed_jobs(where)
    except (SQLAlchemyError, RuntimeError) as error:
        reason = str(error).splitlines()[0]
        yield Finding("database", False, f"{type(error).__name__}: {reason}", "Its log is in the data folder's postgres/log.")


def _role(address: str) -> Iterator[Finding]:
    engine = create_engine(driver_url(address), poolclass=pool.NullPool)
    with engine.connect() as connection:
        check_role(connection)
    yield Finding("database role", True, "neither superuser nor owner; row security holds")


def _revision(address: str) -> Iterator[Finding]:
    engine = create_engine(driver_url(address), poolclass=pool.NullPool)
    with engine.connect() as connection:
        at = present(connection)
    yield Finding("migrations", at == newest(), f"at {at}, the program needs {newest()}", "Run `make migrate`.")


def _health(settings: Settings, address: str) -> Iterator[Finding]:
    engine = make_engine(address)
    use_engine(engine)
    health.watch_disk(settings.data_dir)
    for check in health.check_all():
        if check.name == "jobs":  # what the last worker knew; the queue itself is asked below
            continue
        yield Finding(check.name, check.ok, check.detail, vital=check.vital)
    use_engine(None)
    engine.dispose()


def _failed_jobs(where: Addresses) -> Finding:
    count = len(given_up(where))
    way_out = "`galleria jobs failed` says which and why, `galleria jobs retry NUMBER` tries one again."
    return Finding("failed jobs", not count, f"{count} given up" if count else "none", way_out, vital=False)
