"""Reading the audit trail: filters, walls, and an index for each filter that row security leaves in use."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text

from kernel import clock
from kernel.actors import Actor, ActorKind
from kernel.audit import record
from kernel.errors import NotAllowed
from kernel.ids import new_id
from tenants.trail import TrailFilter, list_trail
from tests.factories.tenants import staff
from tests.tenants.conftest import inside

CLARA = "Clara Wen"


def write(tenant, *lines):
    """(actor's name, action, object id) one after the other."""
    with inside(tenant.id) as session:
        for name, action, object_id in lines:
            record(session, Actor(ActorKind.PERSON, tenant.id, id=new_id(), name=name), action, "thing", object_id)


def read(tenant, wanted=None, **options):
    with inside(tenant.id, read_only=True) as session:
        page = list_trail(session, staff(tenant.id, "audit.view"), wanted or TrailFilter(), **options)
        return [(e.actor_name, e.action, e.object_id) for e in page.entries], page.next


def test_each_filter_narrows_and_the_newest_comes_first(brand, twin):
    lines = [(CLARA, "order.ship", "1"), ("Claudia", "order.place", "1"), ("Ångström", "role.make", "2"), ("clara wen", "order.ship", "3")]
    write(brand, *lines)
    write(twin, (CLARA, "order.ship", "1"))
    assert read(brand)[0] == lines[::-1]
    assert read(brand, TrailFilter(actions=("order.ship",)))[0] == [lines[3], lines[0]]
    assert read(brand, TrailFilter(actions=("order.ship", "role.make")))[0] == [lines[3], lines[2], lines[0]]
    assert read(brand, TrailFilter(actor=" CLARA"))[0] == [lines[3], lines[0]]
    assert read(brand, TrailFilter(actor="cla"))[0] == [lines[3], lines[1], lines[0]]
    assert read(brand, TrailFilter(actor="ÅNG"))[0] == [lines[2]]
    assert read(brand, TrailFilter(actor="%"))[0] == []
    assert read(brand, TrailFilter(object_id="1"))[0] == [lines[1], lines[0]]
    soon = clock.now() + timedelta(minutes=5)
    assert read(brand, TrailFilter(since=soon))[0] == []
    assert read(brand, TrailFilter(until=soon))[0] == lines[::-1]


def test_pages_follow_each_other_without_a_gap(brand):
    write(brand, *((CLARA, "order.ship", str(number)) for number in range(5)))
    first, after = read(brand, limit=2)
    second, after_second = read(brand, after=after, limit=2)
    last, end = read(brand, after=after_second, limit=2)
    assert [line[2] for line in first + second + last] == ["4", "3", "2", "1", "0"]
    assert end is None


def test_without_the_permission_nothing_is_read(brand):
    with inside(brand.id) as session, pytest.raises(NotAllowed):
        list_trail(session, staff(brand.id, "order.view"), TrailFilter())


@pytest.fixture(scope="module")
def long_trail(database, superuser_db):
    """Twenty thousand entries of a tenant of their own, and figures about them."""
    tenant_id = new_id()
    with superuser_db.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO kernel.audit_entry (tenant_id, id, at, actor_kind, actor_name, action, object_type, object_id)"
                " SELECT :tenant, gen_random_uuid(), now() - n * interval '1 minute', 'person', 'Person ' || n % 3000,"
                "  'noun' || n % 40 || '.verb', 'thing', (n % 5000)::text FROM generate_series(1, 20000) n"
            ),
            {"tenant": tenant_id},
        )
        connection.execute(text("ANALYZE kernel.audit_entry"))
    return tenant_id


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (TrailFilter(), "ix_audit_entry_at"),
        (TrailFilter(since=clock.now() - timedelta(days=2), until=clock.now() - timedelta(days=1)), "ix_audit_entry_at"),
        (TrailFilter(actions=("noun7.verb",)), "ix_audit_entry_action"),
        (TrailFilter(actor="person 2999"), "ix_audit_entry_actor"),
        (TrailFilter(object_id="77"), "ix_audit_entry_object"),
    ],
)
def test_every_filter_is_answered_by_its_index_as_the_application_role(db, long_trail, wanted, index):
    plans = []

    def explain(connection, _cursor, statement, parameters, *_rest):
        if statement.startswith("SELECT kernel.audit_entry"):
            plans.append("\n".join(connection.exec_driver_sql("EXPLAIN (COSTS OFF) " + statement, parameters).scalars()))

    with inside(long_trail, read_only=True) as session:
        event.listen(db, "before_cursor_execute", explain)
        try:
            found = list_trail(session, staff(long_trail, "audit.view"), wanted)
        finally:
            event.remove(db, "before_cursor_execute", explain)
    assert found.entries
    (plan,) = plans
    assert index in plan
    assert "Seq Scan" not in plan
    used = next(row for row in plan.splitlines() if "Index Cond" in row)
    assert "tenant_id" in used
    for column, given in (("action", wanted.actions), ("actor_key", wanted.actor), ("object_id", wanted.object_id), ("at", wanted.since)):
        assert not given or f"{column} " in used or f"({column})" in used
