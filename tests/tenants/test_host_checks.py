"""Host names are looked up by tasks, while no transaction is open."""

from datetime import timedelta

import dns.exception
import dns.resolver
import pytest
from sqlalchemy import select, update

from kernel import clock
from kernel.errors import NotThere, TooMany, Unavailable
from kernel.ids import new_id
from kernel.models import OutboxRow
from tenants import host_checks, hosts
from tenants.models import Host
from tests.factories.tenants import staff
from tests.tenants.conftest import inside, run_tasks


def claimed(tenant, word="shop"):
    with inside(tenant.id) as session:
        return hosts.claim_host(session, staff(tenant.id), f"{word}-{new_id().hex[-10:]}.example.com")


def looked_at(tenant, claim):
    with inside(tenant.id) as session:
        return next(row for row in hosts.list_hosts(session, staff(tenant.id)) if row.id == claim.id)


@pytest.fixture
def answers(monkeypatch, db):
    """What the domain name system says, by record; names nobody could look up are left out. No connection is in use meanwhile."""
    known: dict[str, list[str]] = {}

    def look_up(name):
        assert db.pool.checkedout() == 0
        if name not in known:
            raise Unavailable("no answer")
        return known[name]

    monkeypatch.setattr(host_checks, "dns_txt_records", look_up)
    return known


def test_a_claim_is_looked_at_by_the_worker_and_what_came_of_it_stands_in_the_row(brand, answers):
    claim = claimed(brand)
    name, value = hosts.record_for(claim)
    for answer, expected in (
        (None, ("pending", "unreachable")),
        (["v=spf1 -all"], ("pending", "missing")),
        ([value, "other"], ("active", "")),
    ):
        answers.clear()
        if answer is not None:
            answers[name] = answer
        with inside(brand.id) as session:
            assert host_checks.ask_to_prove(session, staff(brand.id), claim.id).state == "pending"
        assert run_tasks(brand.id) == 1
        row = looked_at(brand, claim)
        assert (row.state, row.outcome) == expected
        assert row.checked_at is not None
    with inside(brand.id) as session:
        host_checks.ask_to_prove(session, staff(brand.id), claim.id)
    assert run_tasks(brand.id) == 0


def test_a_claim_that_was_given_up_meanwhile_is_not_looked_at(brand, answers):
    claim = claimed(brand)
    with inside(brand.id) as session:
        host_checks.ask_to_prove(session, staff(brand.id), claim.id)
        hosts.remove_host(session, staff(brand.id), claim.id)
    assert run_tasks(brand.id) == 1
    with inside(brand.id) as session:
        assert hosts.list_hosts(session, staff(brand.id)) == []


def test_another_tenants_claim_is_not_there_and_nobody_is_asked(brand, twin, answers):
    claim = claimed(twin)
    with inside(brand.id) as session, pytest.raises(NotThere):
        host_checks.ask_to_prove(session, staff(brand.id), claim.id)
    assert run_tasks(brand.id) == 0
    assert run_tasks(twin.id) == 0


def test_thirty_looks_an_hour_are_enough(brand, twin):
    claim, theirs = claimed(brand), claimed(twin)
    with inside(brand.id) as session:
        for _ in range(30):
            host_checks.ask_to_prove(session, staff(brand.id), claim.id)
    with inside(brand.id) as session, pytest.raises(TooMany):
        host_checks.ask_to_prove(session, staff(brand.id), claim.id)
    with inside(brand.id) as session:
        assert len(session.scalars(select(OutboxRow.id)).all()) == 30
    with inside(twin.id) as session:
        host_checks.ask_to_prove(session, staff(twin.id), theirs.id)


def test_lapsed_hosts_are_released_and_those_nobody_could_look_up_are_kept(brand, twin, answers):
    week = clock.now() - timedelta(days=8)
    for tenant in (brand, twin):
        for word in ("gone", "away", "good"):
            claim = claimed(tenant, word)
            name, value = hosts.record_for(claim)
            if word != "away":
                answers[name] = [value] if word == "good" else []
            with inside(tenant.id) as session:
                hosts.settle_proof(session, staff(tenant.id), claim.id, [value])
        with inside(tenant.id) as session:
            session.execute(update(Host).where(Host.tenant_id == tenant.id).values(checked_at=week))
    with inside(brand.id) as session:
        host_checks.ask_to_recheck(session)
    assert (run_tasks(brand.id), run_tasks(twin.id)) == (1, 0)
    with inside(brand.id) as session:
        found = {h.host[:4]: (h.state, h.outcome) for h in hosts.list_hosts(session, staff(brand.id))}
    assert found == {"gone": ("pending", "missing"), "away": ("active", ""), "good": ("active", "")}
    with inside(twin.id) as session:
        assert {h.state for h in hosts.list_hosts(session, staff(twin.id))} == {"active"}


def test_without_a_proved_host_the_worker_is_not_bothered(brand):
    claimed(brand)
    with inside(brand.id) as session:
        host_checks.ask_to_recheck(session)
    assert run_tasks(brand.id) == 0


@pytest.mark.parametrize(("error", "expected"), [(dns.resolver.NXDOMAIN(), []), (dns.exception.Timeout(), None)])
def test_a_name_that_is_not_there_has_no_records_and_silence_is_no_answer(monkeypatch, error, expected):
    def fail(*_given, **_named):
        raise error

    monkeypatch.setattr(dns.resolver, "resolve", fail)
    if expected is None:
        with pytest.raises(Unavailable):
            host_checks.dns_txt_records("_galleria.shop.example.com")
    else:
        assert host_checks.dns_txt_records("_galleria.shop.example.com") == expected
