"""Web addresses of a tenant's own."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import ProgrammingError

from kernel import clock
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere, WrongHost
from kernel.ids import new_id, new_token
from tenants import host_checks, hosts, resolution
from tenants.models import Host
from tests.factories.tenants import staff
from tests.tenants.conftest import affected, inside


def dns(*claims: Host) -> list[str]:
    """What the domain name system answers where the records of these claims have been set."""
    return [hosts.record_for(claim)[1] for claim in claims]


CALLS = (
    lambda session, actor, host_id: hosts.settle_proof(session, actor, host_id, []),
    lambda session, actor, host_id: hosts.settle_recheck(session, actor, host_id, []),
    host_checks.ask_to_prove,
    hosts.make_primary,
    hosts.remove_host,
)


def name_of() -> str:
    return f"shop-{new_id().hex[-10:]}.example.com"


def test_a_claim_leads_nowhere_until_it_is_proved(brand):
    boss, name = staff(brand.id, "tenant.edit"), name_of()
    with inside(brand.id) as session:
        claim = hosts.claim_host(session, boss, f" {name.upper()}.:443 ")
        assert (claim.host, claim.state) == (name, "pending")
        record, value = hosts.record_for(claim)
        assert record == f"_galleria.{name}"
        assert len(value.removeprefix("galleria-site=")) >= 43
    with pytest.raises(WrongHost):
        resolution.resolve(name)
    for answer, outcome in ((dns(), "missing"), (["galleria-site=wrong", "v=spf1 -all"], "missing"), (None, "unreachable")):
        with inside(brand.id) as session:
            looked = hosts.settle_proof(session, boss, claim.id, answer)
            assert (looked.state, looked.outcome, looked.proved_at) == ("pending", outcome, None)
            session.refresh(looked)
            assert looked.checked_at is not None
    resolution.forget()
    with pytest.raises(WrongHost):
        resolution.resolve(name)
    with inside(brand.id) as session:
        hosts.settle_proof(session, boss, claim.id, dns(claim))
    resolution.forget()
    view = resolution.resolve(f"{name}:8000")
    assert (view.tenant_id, view.host, view.hosts, view.primary_host) == (brand.id, name, (name,), f"{brand.slug}.localhost")


@pytest.mark.parametrize(
    "host",
    [
        "",
        "a b",
        "localhost",
        "x.localhost",
        "media.shop.example.com",
        "shop",
        "10.0.0.1",
        "user@x.example",
        "x.example/path",
        "*.example.com",
    ],
)
def test_what_is_no_address_of_ones_own_is_refused(brand, host):
    with inside(brand.id) as session:
        with pytest.raises(Invalid):
            hosts.claim_host(session, staff(brand.id), host)
        assert hosts.list_hosts(session, staff(brand.id)) == []


def test_two_may_claim_a_name_and_one_can_hold_it(brand, twin):
    name = name_of()
    with inside(brand.id) as session:
        mine = hosts.claim_host(session, staff(brand.id), name)
        hosts.settle_proof(session, staff(brand.id), mine.id, dns(mine))
    with inside(twin.id) as session:
        theirs = hosts.claim_host(session, staff(twin.id), name)
        hosts.settle_proof(session, staff(twin.id), theirs.id, dns(theirs))
        assert (theirs.state, theirs.outcome) == ("pending", "taken")
    assert resolution.resolve(name).tenant_id == brand.id
    with inside(brand.id) as session:
        hosts.remove_host(session, staff(brand.id), mine.id)
    with inside(twin.id) as session:
        hosts.settle_proof(session, staff(twin.id), theirs.id, dns(theirs))
    resolution.forget()
    assert resolution.resolve(name).tenant_id == twin.id


def test_a_lapsed_domain_is_released_after_a_week(brand):
    boss, name = staff(brand.id), name_of()
    with inside(brand.id) as session:
        claim = hosts.claim_host(session, boss, name)
        hosts.settle_proof(session, boss, claim.id, dns(claim))
        assert hosts.settle_recheck(session, boss, claim.id, dns()) is True
        session.execute(update(Host).where(Host.id == claim.id).values(checked_at=clock.now() - timedelta(days=8)))
        assert hosts.settle_recheck(session, boss, claim.id, dns(claim)) is True
        assert hosts.settle_recheck(session, boss, claim.id, dns()) is True
        session.execute(update(Host).where(Host.id == claim.id).values(checked_at=clock.now() - timedelta(days=8)))
        session.expire_all()
        assert hosts.settle_recheck(session, boss, claim.id, dns()) is False
    with pytest.raises(WrongHost):
        resolution.resolve(name)


def test_links_lead_to_the_primary_address(brand):
    boss, name = staff(brand.id), name_of()
    with inside(brand.id) as session:
        claim = hosts.claim_host(session, boss, name)
        with pytest.raises(Conflict):
            hosts.make_primary(session, boss, claim.id)
        hosts.settle_proof(session, boss, claim.id, dns(claim))
        hosts.make_primary(session, boss, claim.id)
    view = resolution.resolve(f"{brand.slug}.localhost")
    assert view.primary_host == name
    assert view.origin == f"http://{name}:8000"
    with inside(brand.id) as session:
        hosts.make_primary(session, boss, None)
    resolution.forget()
    assert resolution.resolve(name).origin == f"http://{brand.slug}.localhost:8000"


def test_the_database_keeps_the_application_from_adding_an_active_row(brand):
    with inside(brand.id) as session, pytest.raises(ProgrammingError, match="row-level security"):
        session.add(Host(tenant_id=brand.id, id=new_id(), host=name_of(), state="active", proof=new_token(), proved_at=clock.now()))
        session.flush()


def test_the_database_keeps_the_application_from_exchanging_a_proved_name(brand):
    with inside(brand.id) as session:
        claim = hosts.claim_host(session, staff(brand.id), name_of())
        hosts.settle_proof(session, staff(brand.id), claim.id, dns(claim))
    with inside(brand.id) as session, pytest.raises(ProgrammingError, match="permission denied"):
        session.execute(text("UPDATE tenants.host SET host = 'bank.example'"))


def test_without_the_right_nothing_is_seen_or_changed(brand):
    clerk = staff(brand.id, "catalog.edit")
    with inside(brand.id) as session:
        claim = hosts.claim_host(session, staff(brand.id), name_of())
        with pytest.raises(NotAllowed):
            hosts.claim_host(session, clerk, name_of())
        with pytest.raises(NotAllowed):
            hosts.list_hosts(session, clerk)
        for call in CALLS:
            with pytest.raises(NotAllowed):
                call(session, clerk, claim.id)
        assert [h.state for h in hosts.list_hosts(session, staff(brand.id))] == ["pending"]


def test_another_tenants_addresses_are_not_there(brand, twin):
    with inside(twin.id) as session:
        proved, pending = (hosts.claim_host(session, staff(twin.id), name_of()) for _ in range(2))
        hosts.settle_proof(session, staff(twin.id), proved.id, dns(proved))
    with inside(brand.id) as session:
        assert hosts.list_hosts(session, staff(brand.id)) == []
        assert session.get(Host, (twin.id, pending.id)) is None
        for foreign in (proved, pending):
            for call in CALLS:
                with pytest.raises(NotThere):
                    call(session, staff(brand.id), foreign.id)
        assert affected(session, "DELETE FROM tenants.host") == 0
        assert affected(session, "UPDATE tenants.host SET state = 'pending', proved_at = NULL") == 0
    assert resolution.resolve(proved.host).tenant_id == twin.id
