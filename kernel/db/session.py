"""Database sessions: one transaction per request, job or command, with the tenant set at BEGIN.

`transaction()` is the only way to a session. It commits on leaving, rolls back on any error, and
every BEGIN carries `app.tenant` (transaction-local, so that a pooled connection never keeps it).
Use cases flush when they need an id; nobody commits inside.

The pool is sized to the thread pool: a request that gets a thread gets a connection.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import orjson
import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from kernel import tenancy
from kernel.errors import Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

# deadlock, serialisation failure, lock timeout: the whole transaction may simply be run again
RETRY_STATES = {"40P01", "40001", "55P03"}
RETRIES = 3
BROKEN_STATES = {"57P01", "57P02", "57P03", "08006", "08003", "08001", None}
OLDEST_POSTGRES = 150014
MOST_PREPARED = 300
CONNECTION = "connection of the running transaction"

_engine: Engine | None = None


@dataclass(frozen=True)
class PoolSize:
    """How many connections a process keeps, and how long a request waits for one."""

    connections: int = 10
    wait_seconds: float = 2.0


def _dumps(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def make_engine(url: str, size: PoolSize | None = None) -> Engine:
    """An engine for one process. `url` is a libpq address (`host=/path user=… dbname=…`) or a postgresql:// URL."""
    size = size or PoolSize()
    if not url.startswith("postgresql"):
        parts = dict(p.split("=", 1) for p in url.split())
        url = f"postgresql+psycopg://{parts['user']}@/{parts['dbname']}?host={parts['host']}&port={parts.get('port', '5432')}"
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    made = create_engine(
        url,
        pool_size=size.connections,
        max_overflow=0,
        pool_timeout=size.wait_seconds,
        pool_use_lifo=True,
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
        # errors go into logs and job reports; what people typed does not
        hide_parameters=True,
        connect_args={
            "options": "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
            "prepare_threshold": 2,
        },
    )
    event.listen(made, "connect", _keep_statements)
    return made


def _keep_statements(connection: Any, _record: object) -> None:
    """All pages together have more statements than psycopg keeps prepared by itself; losing one costs more than keeping it."""
    connection.prepared_max = MOST_PREPARED


def use_engine(engine: Engine | None) -> None:
    """Sets the process's engine (start-up and tests)."""
    global _engine
    _engine = engine


def engine() -> Engine:
    """The process's engine; RuntimeError before start-up."""
    if _engine is None:
        raise RuntimeError("the database has not been opened yet: call use_engine first")
    return _engine


@event.listens_for(Session, "after_begin")
def _set_tenant(session: Session, _transaction: object, connection: Connection) -> None:
    """At every BEGIN: the tenant, and READ ONLY where the session was opened so. Statements take the connection from here."""
    session.info[CONNECTION] = connection
    tenant_id = tenancy.current_or_none()
    if _begin_at_once(connection, tenant_id, bool(session.info.get("read_only"))):
        return
    settings = "SELECT set_config('app.tenant', %s, true)"
    if session.info.get("read_only"):
        settings += ", set_config('transaction_read_only', 'on', true)"
    connection.exec_driver_sql(settings, (str(tenant_id) if tenant_id else "",))


def _begin_at_once(connection: Connection, tenant_id: UUID | None, read_only: bool) -> bool:
    """BEGIN and both settings in one message to the server instead of two, before the driver would send its own BEGIN.
    False where that cannot be: the slow way then does it, or raises the driver's error."""
    driver: Any = connection.connection.dbapi_connection
    if not isinstance(driver, psycopg.Connection) or driver.autocommit or driver.pgconn.transaction_status != TransactionStatus.IDLE:
        return False
    # a UUID holds nothing that would have to be quoted
    told = f"BEGIN{' READ ONLY' if read_only else ''}; SET LOCAL app.tenant = '{UUID(int=tenant_id.int) if tenant_id else ''}'"
    try:
        return driver.pgconn.exec_(told.encode()).status == ExecStatus.COMMAND_OK
    except psycopg.Error:
        return False


@contextmanager
def transaction(read_only: bool = False) -> Iterator[Session]:
    """A session in one transaction: commits on leaving, rolls back on error.

    Raises Unavailable where the database is down or no connection is free within the pool's wait.
    """
    session = Session(engine(), expire_on_commit=False, info={"read_only": read_only})
    try:
        with session.begin():
            yield session
    except PoolTimeout as error:
        raise Unavailable("The shop is very busy. Please try again in a moment.", retry_after_seconds=2) from error
    except OperationalError as error:
        if sqlstate(error) in BROKEN_STATES:
            raise Unavailable("The database is restarting. Please try again in a moment.") from error
        raise
    finally:
        session.close()


def sqlstate(error: BaseException) -> str | None:
    """The five-letter SQLSTATE of a database error, None where it has none."""
    original = getattr(error, "orig", error)
    return getattr(original, "sqlstate", None)


class RunAgain(Exception):
    """Raised inside of a transaction that only reads and cannot go on, where running it again from its start goes another way."""


def retrying(work: Callable[[], T]) -> T:
    """Runs a whole transaction, again up to three times where PostgreSQL says that would help (deadlock,
    serialisation failure, lock timeout), or where it asks for that itself. `work` opens its own transaction."""
    for attempt in range(RETRIES + 1):
        try:
            return work()
        except RunAgain:
            if attempt == RETRIES:
                raise
        except DBAPIError as error:
            if sqlstate(error) not in RETRY_STATES or attempt == RETRIES:
                raise
            log.info("transaction run again", extra={"sqlstate": sqlstate(error), "attempt": attempt + 1})
    raise AssertionError("unreachable")


def check_role(connection: Connection) -> None:
    """Refuses to go on where the application's role could look over the walls (superuser, BYPASSRLS, owner)
    or where the server is too old to be trusted with row security (before 15.14: CVE-2025-8713)."""
    row = connection.execute(
        text(
            "SELECT current_setting('server_version_num')::int AS version, rolsuper, rolbypassrls,"
            " EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            "  WHERE n.nspname IN ('kernel', 'tenants', 'catalog', 'orders') AND c.relowner = r.oid) AS owns"
            " FROM pg_roles r WHERE rolname = current_user"
        )
    ).one()
    if row.version < OLDEST_POSTGRES:
        raise RuntimeError(f"PostgreSQL {row.version} is too old; 15.14 or newer is needed")
    if row.rolsuper or row.rolbypassrls or row.owns:
        raise RuntimeError("the application's database role must not be superuser, BYPASSRLS or owner of tables")
