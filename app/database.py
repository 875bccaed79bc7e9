"""Which database, by which role, and the process's engine. Embedded server or one of the operator's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, make_url

from kernel.db.embedded import Cluster
from kernel.db.rls import APP_ROLE, OWNER_ROLE, RELAY_ROLE
from kernel.db.roles import prepare_database
from kernel.db.session import PoolSize, check_role, make_engine, use_engine
from kernel.settings import DATABASE, Settings


@dataclass(frozen=True)
class Addresses:
    """The same database as three roles; `superuser` is known for the embedded server only."""

    app: str
    owner: str
    relay: str
    superuser: str | None = None


def addresses(settings: Settings) -> Addresses:
    """The database's addresses. Raises ServerFault where the embedded server does not run."""
    if settings.is_embedded:
        cluster = Cluster(settings.postgres_dir)
        app, owner, relay, superuser = (cluster.url(role, DATABASE) for role in (APP_ROLE, OWNER_ROLE, RELAY_ROLE, "postgres"))
        return Addresses(app, owner, relay, superuser)
    return Addresses(
        settings.database_url,
        settings.database_owner_url or _as_role(settings.database_url, OWNER_ROLE),
        settings.database_relay_url or _as_role(settings.database_url, RELAY_ROLE),
    )


def _as_role(address: str, role: str) -> str:
    """The address for another role, without a password (socket and certificate sign-in need none)."""
    url = make_url(address)._replace(username=role, password=None)
    return url.render_as_string(hide_password=False)


def start_embedded(settings: Settings, dies_with_us: bool = False) -> tuple[Cluster, bool]:
    """Starts the embedded server where it does not run and furnishes its database. True: this call started it."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(settings.postgres_dir, dies_with_us=dies_with_us)
    is_ours = cluster.start()
    if not (cluster.folder / "prepared").exists():
        prepare_database(cluster.url("postgres", "postgres"), DATABASE)
        (cluster.folder / "prepared").touch()
    return cluster, is_ours


@contextmanager
def running(settings: Settings) -> Iterator[Addresses]:
    """The database is there inside the `with`: a command that had to start the embedded server stops it again."""
    if not settings.is_embedded:
        yield addresses(settings)
        return
    cluster, is_ours = start_embedded(settings, dies_with_us=True)
    try:
        yield addresses(settings)
    finally:
        if is_ours:
            cluster.stop()


def open_engine(settings: Settings, connections: int | None = None) -> Engine:
    """Opens the process's engine as the application role, after a look at what that role may do."""
    size = PoolSize(connections or settings.threads, float(settings.database_wait_seconds))
    engine = make_engine(addresses(settings).app, size)
    with engine.connect() as connection:
        check_role(connection)
    use_engine(engine)
    return engine
