"""What alembic runs for every command: the models of all packages, and a connection as galleria_owner.

Migrations wait at most two seconds for a lock, so that a busy shop never queues behind one (add first,
fill in steps, remove a release later), and only one process migrates at a time.
"""

import importlib
import importlib.util
import time

from alembic import context
from sqlalchemy import Connection, create_engine, inspect, pool, text
from sqlalchemy.sql.schema import SchemaItem

from kernel.db.base import Base
from kernel.db.rls import APP_ROLE
from kernel.db.roles import driver_url

PACKAGES = ("kernel", "tenants", "catalog", "orders", "eservice", "auctions", "storefront", "partner_portal", "backoffice")
SCHEMAS = frozenset(PACKAGES)
LIMITS = "-c lock_timeout=2s -c statement_timeout=300s"
ONE_AT_A_TIME = 7_241_115  # advisory lock key
WAIT_SECONDS = 60.0


def import_models() -> None:
    """Every package that has tables keeps them in its folder `models`."""
    for package in PACKAGES:
        if importlib.util.find_spec(package) and importlib.util.find_spec(f"{package}.models"):
            importlib.import_module(f"{package}.models")


def is_ours(item: SchemaItem, _name: str | None, kind: str, reflected: bool, _other: SchemaItem | None) -> bool:
    """Only tables of our packages' schemas are compared; tables of the job library look after themselves."""
    if kind != "table":
        return True
    schema = getattr(item, "schema", None)
    if schema not in SCHEMAS:
        return False
    return not (reflected and str(getattr(item, "name", "")).startswith("procrastinate_"))


def is_our_schema(name: str | None, kind: str, _parents: object) -> bool:
    """Leaves the job library's and PostgreSQL's own schemas out of comparisons."""
    return kind != "schema" or name in SCHEMAS


def take_turn(connection: Connection) -> None:
    """Waits until no other process migrates. Polls, because lock_timeout would end a plain wait."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": ONE_AT_A_TIME}).scalar():
        if time.monotonic() > deadline:
            raise RuntimeError(f"another process has been migrating for {WAIT_SECONDS:.0f} seconds")
        time.sleep(0.1)
    connection.commit()


def run() -> None:
    """Migrates (or compares) the database at `sqlalchemy.url`."""
    address = context.config.get_main_option("sqlalchemy.url")
    if not address:
        raise RuntimeError("no database address: run migrations through `galleria migrate`")
    import_models()
    engine = create_engine(driver_url(address), poolclass=pool.NullPool, connect_args={"options": LIMITS})
    with engine.connect() as connection:
        take_turn(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_schemas=True,
            include_name=is_our_schema,
            include_object=is_ours,
            compare_type=True,
            compare_server_default=False,
            transaction_per_migration=True,
            version_table_schema="public",
        )
        with context.begin_transaction():
            context.run_migrations()
        if inspect(connection).has_table("alembic_version", "public"):  # so that doctor and start-up can ask how far it is
            connection.execute(text(f"GRANT SELECT ON public.alembic_version TO {APP_ROLE}"))
            connection.commit()
    engine.dispose()


run()
