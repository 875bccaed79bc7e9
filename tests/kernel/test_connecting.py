"""The job library's connections: what is told arrives at once, and a connection that the server has closed is replaced."""

import asyncio

import procrastinate
import pytest
from sqlalchemy import text

from kernel.jobs.connecting import QuietConnector

OPTIONS = "-c search_path=procrastinate,pg_temp"


def connector(database):
    return QuietConnector(database.relay_url.replace("postgresql+psycopg://", "postgresql://", 1), OPTIONS)


def tell(superuser_db, payload):
    with superuser_db.begin() as connection:
        connection.execute(text("SELECT pg_notify('tests#told', :payload)"), {"payload": payload})


def listeners(superuser_db):
    with superuser_db.begin() as connection:
        found = (
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %tests#told%' AND state = 'idle'"
        )
        return connection.execute(text(found)).scalars().all()


def end(superuser_db, process):
    with superuser_db.begin() as connection:
        assert connection.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process}).scalar()


async def until(condition, seconds=5.0):
    async with asyncio.timeout(seconds):
        while not (found := condition()):
            await asyncio.sleep(0.01)
    return found


def test_what_is_told_arrives_in_order_also_after_the_connection_was_closed(db, database, superuser_db):
    heard = []

    async def hear(*, channel, payload):
        heard.append((channel, payload))

    async def listen_on():
        listening = asyncio.create_task(connector(database).listen_notify(hear, ["tests#told"]))
        (first,) = await until(lambda: listeners(superuser_db))
        for payload in ("1", "2"):
            tell(superuser_db, payload)
        await until(lambda: len(heard) == 2)
        end(superuser_db, first)
        await until(lambda: [p for p in listeners(superuser_db) if p != first])
        tell(superuser_db, "3")
        await until(lambda: len(heard) == 3)
        listening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await listening

    asyncio.run(listen_on())
    assert heard == [("tests#told", "1"), ("tests#told", "2"), ("tests#told", "3")]
    assert listeners(superuser_db) == []


def test_a_pooled_connection_that_the_server_has_closed_is_replaced_before_it_is_used(db, database, superuser_db):
    async def ask_on():
        app = procrastinate.App(connector=connector(database))
        async with app.open_async():
            who = "SELECT pg_backend_pid() AS process, current_setting('search_path') AS path"
            first = await app.connector.execute_query_one_async(who)
            end(superuser_db, first["process"])
            second = await app.connector.execute_query_one_async(who)
            return first, second

    first, second = asyncio.run(ask_on())
    assert first["process"] != second["process"]
    assert (first["path"], second["path"]) == ("procrastinate,pg_temp", "procrastinate,pg_temp")


def test_where_there_is_no_server_listening_ends_with_the_librarys_error(tmp_path):
    async def hear(*, channel, payload):
        raise AssertionError

    lost = QuietConnector(f"host={tmp_path} user=galleria_relay dbname=galleria", OPTIONS)
    with pytest.raises(procrastinate.exceptions.ConnectorException):
        asyncio.run(lost.listen_notify(hear, ["tests#told"]))
