"""The three database roles and what a fresh database needs before its first migration. Run once, by a superuser.

- `galleria_owner` owns database and tables and runs migrations; nothing else runs as owner.
- `galleria_app` is what pages, interfaces, commands and jobs connect as: rows only, behind row security.
- `galleria_relay` hands outbox rows of all tenants to the job queue and sees nothing else.

None of them is superuser and none may bypass row security, so no address in the settings opens every wall.
"""

from sqlalchemy import URL, Connection, create_engine, make_url, text

from kernel.db.rls import APP_ROLE, OWNER_ROLE, RELAY_ROLE

EXTENSIONS = ("pg_trgm", "btree_gin", "unaccent")
ROLES = (OWNER_ROLE, APP_ROLE, RELAY_ROLE)


def prepare_database(superuser_url: str, database: str) -> None:
    """Makes roles, database and extensions where they are missing; running it again changes nothing.

    `superuser_url` addresses any existing database of the server (usually `postgres`).
    """
    address = driver_url(superuser_url)
    server = create_engine(address, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            _make_roles(connection)
            exists = connection.execute(text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": database}).scalar()
            if not exists:
                connection.exec_driver_sql(f'CREATE DATABASE "{database}" OWNER {OWNER_ROLE} TEMPLATE template0 ENCODING UTF8')
    finally:
        server.dispose()
    inside = create_engine(address.set(database=database), isolation_level="AUTOCOMMIT")
    try:
        with inside.connect() as connection:
            _furnish(connection, database)
    finally:
        inside.dispose()


def driver_url(address: str) -> URL:
    """A postgresql:// address as SQLAlchemy wants it, with our driver named."""
    return make_url(address).set(drivername="postgresql+psycopg")


def _make_roles(connection: Connection) -> None:
    present = set(connection.execute(text("SELECT rolname FROM pg_roles")).scalars())
    for role in ROLES:
        verb = "ALTER" if role in present else "CREATE"
        connection.exec_driver_sql(f"{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION")


def _furnish(connection: Connection, database: str) -> None:
    for extension in EXTENSIONS:
        connection.exec_driver_sql(f"CREATE EXTENSION IF NOT EXISTS {extension} SCHEMA public")
    connection.exec_driver_sql(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
    connection.exec_driver_sql(f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {APP_ROLE}')
    connection.exec_driver_sql(f'GRANT CONNECT ON DATABASE "{database}" TO {RELAY_ROLE}')
