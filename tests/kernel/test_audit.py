"""The audit trail: rows are only added, and whatever is done to them behind our back is found (T50)."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, text

from kernel import audit, clock, logs, tenancy
from kernel.actors import Actor, ActorKind
from kernel.audit import record, seal, verify
from kernel.db.session import transaction
from kernel.ids import first_id, new_id
from kernel.models import AuditEntry, AuditSeal


def clerk(shop):
    return Actor(ActorKind.PERSON, shop.id, id=new_id(), name="Clara Wen")


def change(shop, count=1, **fields):
    for number in range(count):
        with tenancy.entering(shop.id), transaction() as session:
            record(session, clerk(shop), "price.changed", "product", new_id(), {"amount": "1.00"}, fields or {"amount": f"{number}.00"})


def seal_all(shop, batch=500):
    with tenancy.entering(shop.id), transaction() as session:
        return seal(session, batch)


def check(shop, known_head=None):
    with tenancy.entering(shop.id), transaction() as session:
        return verify(session, known_head)


def tamper(superuser_db, statement, **values):
    """What an attacker with the database's password could do."""
    with superuser_db.begin() as connection:
        assert connection.execute(text(statement), values).rowcount > 0


def test_an_entry_says_who_did_what_to_which_object(brand):
    actor, object_id = clerk(brand), new_id()
    with logs.binding(request_id="req-1"), tenancy.entering(brand.id), transaction() as session:
        record(session, actor, "price.changed", "product", object_id, {"amount": "1.00"}, {"amount": "2.00"})
    with tenancy.entering(brand.id), transaction() as session:
        (entry,) = session.scalars(select(AuditEntry)).all()
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("person", actor.id, "Clara Wen")
    assert (entry.action, entry.object_type, entry.object_id) == ("price.changed", "product", str(object_id))
    assert (entry.before, entry.after, entry.request_id) == ({"amount": "1.00"}, {"amount": "2.00"}, "req-1")


def test_secrets_are_struck_out(brand):
    change(brand, password_hash="canary", client={"client_secret": "canary"}, note="see https://x.example/?token=canary")
    with tenancy.entering(brand.id), transaction() as session:
        (after,) = session.scalars(select(AuditEntry.after)).all()
    assert "canary" not in str(after)
    assert after["password_hash"] == "[removed]"


def test_an_entry_goes_with_its_change(brand):
    with pytest.raises(RuntimeError), tenancy.entering(brand.id), transaction() as session:
        record(session, clerk(brand), "price.changed", "product", new_id())
        raise RuntimeError
    assert seal_all(brand) == 0


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal"])
@pytest.mark.parametrize("statement", ["UPDATE kernel.{} SET tenant_id = tenant_id", "DELETE FROM kernel.{}", "TRUNCATE kernel.{}"])
def test_the_application_can_neither_change_nor_remove(brand, table, statement):
    change(brand)
    seal_all(brand)
    with pytest.raises(Exception, match="permission denied"), tenancy.entering(brand.id), transaction() as session:
        session.execute(text(statement.format(table)))
    assert check(brand).holds


def test_other_tenants_see_nothing_and_have_chains_of_their_own(brand, twin):
    change(brand, 3)
    seal_all(brand)
    assert check(twin) == audit.Report(0, 0, 0, audit.GENESIS.hex(), ())
    change(twin)
    assert seal_all(twin) == 1
    assert (check(twin).seals, check(brand).entries) == (1, 3)


def test_sealing_goes_on_in_batches_until_all_is_sealed(brand):
    change(brand, 7)
    assert [seal_all(brand, batch=3) for _ in range(4)] == [3, 3, 1, 0]
    change(brand, 2)
    report = check(brand)
    assert (report.seals, report.entries, report.waiting, report.holds) == (3, 7, 2, True)


def test_an_entry_that_is_committed_late_is_sealed_later_and_nothing_is_lost(brand):
    ready, go = threading.Event(), threading.Event()

    def slow():
        with tenancy.entering(brand.id), transaction() as session:
            record(session, clerk(brand), "late", "product", new_id())
            session.flush()
            ready.set()
            go.wait(10)

    thread = threading.Thread(target=slow)
    thread.start()
    ready.wait(10)
    change(brand, 2)
    assert seal_all(brand) == 2
    go.set()
    thread.join()
    assert seal_all(brand) == 1
    assert (check(brand).entries, check(brand).holds) == (3, True)


def test_after_days_without_a_worker_everything_is_sealed_in_batches_and_nothing_is_suspected(brand):
    def entries_from(hours_ago):
        rows = [{"tenant_id": brand.id, "id": first_id(clock.now() - timedelta(hours=h)), **NOTHING} for h in hours_ago]
        with tenancy.entering(brand.id), transaction() as session:
            session.execute(insert(AuditEntry), rows)

    entries_from([61])
    assert seal_all(brand) == 1
    entries_from(range(1, 60))
    assert [seal_all(brand, batch=20) for _ in range(4)] == [20, 20, 19, 0]
    report = check(brand)
    assert (report.entries, report.waiting, report.holds) == (60, 0, True)


def test_two_workers_at_once_make_one_chain(brand):
    change(brand, 40)

    def worker():
        for _ in range(10):
            seal_all(brand, batch=3)

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while seal_all(brand):
        pass
    report = check(brand)
    assert (report.entries, report.holds) == (40, True)


NOTHING = {"actor_kind": "person", "actor_name": "", "action": "x", "object_type": "x", "object_id": "x"}

TAMPERINGS = {
    "a field was changed": (
        'UPDATE kernel.audit_entry SET after = \'{"amount": "0.01"}\' WHERE tenant_id = :t AND id = :entry',
        "was changed",
    ),
    "the actor was changed": ("UPDATE kernel.audit_entry SET actor_name = 'Nobody' WHERE tenant_id = :t AND id = :entry", "was changed"),
    "the time was changed": (
        "UPDATE kernel.audit_entry SET at = at - interval '1 second' WHERE tenant_id = :t AND id = :entry",
        "was changed",
    ),
    "text moved between columns": (
        "UPDATE kernel.audit_entry SET action = action || object_type, object_type = '' WHERE tenant_id = :t AND id = :entry",
        "was changed",
    ),
    "an entry was removed": ("DELETE FROM kernel.audit_entry WHERE tenant_id = :t AND id = :entry", "was removed"),
    "a seal was removed": ("DELETE FROM kernel.audit_seal WHERE tenant_id = :t AND seq = 2", "seal 2 is missing"),
    "the first seal was removed": ("DELETE FROM kernel.audit_seal WHERE tenant_id = :t AND seq = 1", "seal 1 is missing"),
    "the order in a seal was changed": (
        "UPDATE kernel.audit_seal SET entry_ids = entry_ids[2:2] || entry_ids[1:1] || entry_ids[3:] WHERE tenant_id = :t AND seq = 2",
        "or their order",
    ),
    "an entry was taken out of its seal": (
        "UPDATE kernel.audit_seal SET entry_ids = entry_ids[2:] WHERE tenant_id = :t AND seq = 2",
        "or their order",
    ),
    "a seal was made anew": ("UPDATE kernel.audit_seal SET digest = '\\x00' WHERE tenant_id = :t AND seq = 2", "its hash does not hold"),
    "two seals changed places": (
        "UPDATE kernel.audit_seal SET seq = CASE seq WHEN 1 THEN 200 ELSE 1 END WHERE tenant_id = :t AND seq IN (1, 3)",
        "does not follow",
    ),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_found(brand, superuser_db, tampering):
    for _ in range(3):
        change(brand, 3)
        seal_all(brand)
    assert check(brand).holds
    with tenancy.entering(brand.id), transaction() as session:
        entry = session.scalars(select(AuditSeal.entry_ids).where(AuditSeal.seq == 2)).one()[1]
    statement, found = TAMPERINGS[tampering]
    values = {"t": brand.id, "entry": entry} if ":entry" in statement else {"t": brand.id}
    tamper(superuser_db, statement, **values)
    report = check(brand)
    assert not report.holds
    assert found in " ".join(flaw.what for flaw in report.flaws)


def test_a_chain_that_was_cut_off_at_its_end_is_found_by_the_hash_in_the_log(brand, superuser_db):
    change(brand)
    seal_all(brand)
    change(brand)
    seal_all(brand)
    head = check(brand).head
    assert check(brand, known_head=head).holds
    tamper(
        superuser_db,
        "DELETE FROM kernel.audit_entry WHERE tenant_id = :t AND id = (SELECT max(id::text)::uuid FROM kernel.audit_entry WHERE tenant_id = :t)",
        t=brand.id,
    )
    tamper(superuser_db, "DELETE FROM kernel.audit_seal WHERE tenant_id = :t AND seq = 2", t=brand.id)
    assert check(brand).holds
    assert [flaw.where for flaw in check(brand, known_head=head).flaws] == ["chain"]


def test_an_entry_slipped_in_behind_the_chain_is_found(brand, superuser_db):
    change(brand)
    seal_all(brand)
    old = first_id(clock.now() - timedelta(hours=audit.LATE_HOURS + 1))
    row = {
        "tenant_id": brand.id, "id": old, "actor_kind": "person", "actor_name": "", "action": "x", "object_type": "x", "object_id": "x",
    }  # fmt: skip
    with superuser_db.begin() as connection:
        connection.execute(insert(AuditEntry).values(row))
    report = check(brand)
    assert [flaw.where for flaw in report.flaws] == [f"entry {old}"]
    assert seal_all(brand) == 0


def test_the_heads_hash_is_written_to_the_log(brand, caplog):
    change(brand)
    with caplog.at_level("INFO", logger="kernel.audit"):
        seal_all(brand)
    (line,) = [r for r in caplog.records if r.message == "audit sealed"]
    assert line.head == check(brand).head
