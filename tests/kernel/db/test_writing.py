"""New rows of several tables in one statement: what is read afterwards is what a flush would have written."""

import pytest
from sqlalchemy import Text, cast, event, select
from sqlalchemy.exc import IntegrityError

from kernel import audit, mail, tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.db.writing import write_new
from kernel.models import AuditEntry, MailMessage, NumberSeries, OutboxRow


def told(session):
    """Something for three tables, two rows for one of them."""
    actor = Actor.job(tenancy.current(), "a test")
    audit.record(session, actor, "order.place", "order", "1", after={"number": "100001", "what": 'a "quoted" % :name'})
    audit.record(session, actor, "order.cancel", "order", "2", before={"state": "placed"})
    mail.queue(session, "mira@example.com", "Your order", "Hello", "<p>Hello</p>")


def rows(session, where):
    """Everything that is there of the three tables, without ids and times."""
    entries = select(AuditEntry.action, cast(AuditEntry.before, Text), cast(AuditEntry.after, Text), AuditEntry.actor_name)
    mails = select(MailMessage.recipient, MailMessage.subject, MailMessage.state, MailMessage.reply_to, MailMessage.sent_at)
    events = select(OutboxRow.name, OutboxRow.payload, OutboxRow.lock, OutboxRow.deferred_at)
    found = [
        session.execute(q.where(t.tenant_id == where).order_by(t.id))
        for q, t in ((entries, AuditEntry), (mails, MailMessage), (events, OutboxRow))
    ]
    return [[tuple(row) for row in part] for part in found]


def test_the_rows_are_those_of_a_flush(brand, twin):
    with tenancy.entering(brand.id), transaction() as session:
        told(session)
        write_new(session)
        assert not session.new
        mine = rows(session, brand.id)
    with tenancy.entering(twin.id), transaction() as session:
        told(session)
        session.flush()
        theirs = rows(session, twin.id)
        assert rows(session, brand.id) == [[], [], []]
    assert mine == theirs
    assert [len(part) for part in mine] == [2, 1, 1]


def test_one_statement_writes_them_all(db, brand):
    sent = []
    with tenancy.entering(brand.id), transaction() as session:
        session.connection()

        def note(_connection, _cursor, statement, *_rest):
            sent.append(statement)

        event.listen(db, "before_cursor_execute", note)
        try:
            told(session)
            write_new(session)
            write_new(session)
        finally:
            event.remove(db, "before_cursor_execute", note)
    assert len(sent) == 1


def test_objects_stay_the_sessions_and_know_what_the_database_added(brand):
    with tenancy.entering(brand.id), transaction() as session:
        row = NumberSeries(tenant_id=brand.id, name="order", last=1)
        entry = AuditEntry(tenant_id=brand.id, actor_kind="job", actor_name="", action="a", object_type="b", object_id="c")
        session.add_all([row, entry])
        write_new(session)
        assert row in session
        assert entry.at is not None
        row.last = 2
    with tenancy.entering(brand.id), transaction() as session:
        assert session.get_one(NumberSeries, (brand.id, "order")).last == 2
        assert session.get_one(AuditEntry, (brand.id, entry.id)).at == entry.at


def test_rows_of_one_table_may_bring_different_columns(brand):
    with tenancy.entering(brand.id), transaction() as session:
        for name, lock in (("with", "mail"), ("without", None)):
            session.add(OutboxRow(tenant_id=brand.id, name=name, payload={}, actor={}, request_id="", lock=lock))
        write_new(session)
        found = session.execute(select(OutboxRow.name, OutboxRow.lock).where(OutboxRow.tenant_id == brand.id).order_by(OutboxRow.id))
        assert [tuple(row) for row in found] == [("with", "mail"), ("without", None)]


def test_a_row_that_is_refused_takes_all_of_them_with_it(brand):
    with tenancy.entering(brand.id), transaction() as session:
        session.add(NumberSeries(tenant_id=brand.id, name="order", last=1))
    with pytest.raises(IntegrityError), tenancy.entering(brand.id), transaction() as session:
        told(session)
        session.add(NumberSeries(tenant_id=brand.id, name="order", last=2))
        write_new(session)
    with tenancy.entering(brand.id), transaction() as session:
        assert rows(session, brand.id) == [[], [], []]
        assert session.get_one(NumberSeries, (brand.id, "order")).last == 1


def test_a_row_for_another_tenant_is_refused(brand, twin):
    with pytest.raises(Exception, match="row-level security"), tenancy.entering(brand.id), transaction() as session:
        session.add(NumberSeries(tenant_id=twin.id, name="order", last=1))
        write_new(session)
    with tenancy.entering(twin.id), transaction() as session:
        assert session.get(NumberSeries, (twin.id, "order")) is None
