"""The statements that every page sends, straight to the driver: about half of the CPU that SQLAlchemy needs to send the same.

    OF_CART = Statement("SELECT id, quantity FROM orders.cart_line WHERE tenant_id = :tenant AND cart_id = :cart")
    rows = OF_CART.all(session, tenant=tenant_id, cart=cart_id)

They run in the session's transaction, after what it has pending has been written, under the same row security; errors
are SQLAlchemy's, and whoever listens to statements hears them, too. For fixed text with few values that is sent very often; everything
else is better off with the ORM.
"""

import re
from typing import Any

import psycopg
from psycopg.rows import namedtuple_row
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kernel.db.session import CONNECTION

VALUE = re.compile(r"(?<!:):(\w+)")


class Statement:
    """SQL with named values as in `sqlalchemy.text`: `:name`. They are sent by number, as PostgreSQL knows them.

    `is_apart`: nothing that the session has pending could change the answer, so it need not be written first.
    """

    __slots__ = ("is_apart", "names", "sql")

    def __init__(self, sql: str, is_apart: bool = False) -> None:
        self.names = list(dict.fromkeys(VALUE.findall(sql)))
        self.sql = VALUE.sub(lambda found: f"${self.names.index(found[1]) + 1}", sql)
        self.is_apart = is_apart

    def all(self, session: Session, **values: Any) -> list[Any]:
        """Every row, as a named tuple. Raises sqlalchemy.exc.DBAPIError."""
        return self._sent(session, values).fetchall()

    def one(self, session: Session, **values: Any) -> Any:
        """The only row; LookupError where there is none, or more than one."""
        rows = self.all(session, **values)
        if len(rows) != 1:
            raise LookupError(f"one row was expected, there are {len(rows)}")
        return rows[0]

    def first(self, session: Session, **values: Any) -> Any:
        """The first row, None where there is none."""
        rows = self.all(session, **values)
        return rows[0] if rows else None

    def run(self, session: Session, **values: Any) -> int:
        """Sends what gives no rows; returns how many rows it changed."""
        return self._sent(session, values).rowcount

    def _sent(self, session: Session, values: dict[str, Any]) -> "psycopg.Cursor[Any]":
        if not self.is_apart:
            session.flush()
        connection = session.info.get(CONNECTION)
        if connection is None or connection.closed:
            connection = session.connection()
        driver: Any = connection.connection.dbapi_connection
        cursor = psycopg.RawCursor(driver, row_factory=namedtuple_row)
        told = [values[name] for name in self.names]
        for listener in connection.engine.dispatch.before_cursor_execute:
            listener(connection, cursor, self.sql, told, None, False)
        try:
            return cursor.execute(self.sql, told)
        except psycopg.Error as error:
            raise _told(connection, self.sql, error) from error


def _told(connection: Connection, sql: str, error: psycopg.Error) -> BaseException:
    """The driver's error as SQLAlchemy tells it, without the values; a connection that is gone leaves the pool."""
    is_gone = connection.dialect.is_disconnect(error, connection.connection.driver_connection, None)  # type: ignore[arg-type]
    told = DBAPIError.instance(
        sql, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=is_gone, dialect=connection.dialect
    )
    if is_gone:
        connection.invalidate(error)
    return told
