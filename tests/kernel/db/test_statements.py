"""Statements sent straight to the driver: the same transaction, the same walls, the same errors as the ORM's."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError

from kernel import tenancy
from kernel.db.session import PoolSize, make_engine, retrying, sqlstate, transaction, use_engine
from kernel.db.statements import Statement
from kernel.errors import Unavailable
from kernel.models import NumberSeries

LAST = Statement("SELECT name, last FROM kernel.number_series WHERE tenant_id = :tenant ORDER BY name")
LAST_APART = Statement("SELECT name, last FROM kernel.number_series WHERE tenant_id = :tenant", is_apart=True)
RAISED = Statement("UPDATE kernel.number_series SET last = last + :by WHERE tenant_id = :tenant")


def test_rows_come_with_their_names_and_types(brand):
    asked = Statement("SELECT :sku AS sku, CAST(:amount AS numeric) AS amount, '{\"a\": [1]}'::jsonb AS told, 'ab' LIKE 'a%' AS fits")
    with transaction() as session:
        row = asked.one(session, sku="BK-1", amount=Decimal("19.90"))
    assert (row.sku, row.amount, row.told, row.fits) == ("BK-1", Decimal("19.90"), {"a": [1]}, True)


def test_what_is_pending_is_written_first_unless_it_stands_apart(brand):
    with tenancy.entering(brand.id), transaction() as session:
        session.add(NumberSeries(tenant_id=brand.id, name="order", last=4))
        assert LAST_APART.all(session, tenant=brand.id) == []
        assert [tuple(row) for row in LAST.all(session, tenant=brand.id)] == [("order", 4)]
        assert RAISED.run(session, tenant=brand.id, by=3) == 1
        assert LAST.first(session, tenant=brand.id).last == 7


def test_another_tenants_rows_are_not_there(brand, twin):
    with tenancy.entering(brand.id), transaction() as session:
        session.add(NumberSeries(tenant_id=brand.id, name="order", last=4))
    with tenancy.entering(twin.id), transaction() as session:
        assert LAST.first(session, tenant=brand.id) is None
        assert RAISED.run(session, tenant=brand.id, by=3) == 0
    with tenancy.entering(brand.id), transaction() as session:
        assert LAST.one(session, tenant=brand.id).last == 4


def test_one_row_is_neither_none_nor_two(brand):
    with tenancy.entering(brand.id), transaction() as session:
        with pytest.raises(LookupError, match="there are 0"):
            LAST.one(session, tenant=brand.id)
        session.add_all([NumberSeries(tenant_id=brand.id, name=name, last=1) for name in ("order", "invoice")])
        with pytest.raises(LookupError, match="there are 2"):
            LAST.one(session, tenant=brand.id)


def test_errors_are_those_of_the_orm_and_do_not_repeat_what_was_typed(brand):
    twice = Statement("INSERT INTO kernel.number_series (tenant_id, name, last) VALUES (:tenant, :name, 1), (:tenant, :name, 2)")
    with pytest.raises(IntegrityError) as error, tenancy.entering(brand.id), transaction() as session:
        twice.run(session, tenant=brand.id, name="mira-and-her-password")
    assert sqlstate(error.value) == "23505"
    assert "mira-and-her-password" not in f"{error.value} {error.value!r}".split("DETAIL")[0]
    with tenancy.entering(brand.id), transaction() as session:
        assert LAST.all(session, tenant=brand.id) == []


def test_a_reading_transaction_cannot_write(brand):
    with pytest.raises(DBAPIError, match="read-only"), tenancy.entering(brand.id), transaction(read_only=True) as session:
        RAISED.run(session, tenant=brand.id, by=1)


def test_a_transaction_that_lost_is_run_again(brand):
    lost = Statement("DO $$ BEGIN RAISE EXCEPTION 'injected' USING ERRCODE = '40001'; END $$")
    tries = []

    def work():
        tries.append(1)
        with tenancy.entering(brand.id), transaction() as session:
            if len(tries) == 1:
                lost.run(session)
            return "done"

    assert (retrying(work), len(tries)) == ("done", 2)


def test_a_connection_that_is_gone_is_said_and_replaced(database, brand):
    engine = make_engine(database.app_url, PoolSize(connections=1))
    use_engine(engine)
    with pytest.raises(Unavailable), tenancy.entering(brand.id), transaction() as session:
        driver: Any = session.connection().connection.driver_connection
        driver.close()
        LAST.all(session, tenant=brand.id)
    with tenancy.entering(brand.id), transaction() as session:
        assert LAST.all(session, tenant=brand.id) == []
    engine.dispose()


def test_who_listens_to_statements_hears_them(db, brand):
    heard = []

    def note(_connection, _cursor, statement, *_rest):
        heard.append(statement)

    event.listen(db, "before_cursor_execute", note)
    try:
        with tenancy.entering(brand.id), transaction() as session:
            LAST.all(session, tenant=brand.id)
    finally:
        event.remove(db, "before_cursor_execute", note)
    assert heard == [LAST.sql]
