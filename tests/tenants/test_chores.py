"""What is done for every tenant every so often."""

from datetime import timedelta

from sqlalchemy import update

from kernel import clock
from kernel.errors import Unavailable
from kernel.ids import new_id
from kernel.jobs.chores import all_chores
from tenants import chores, hosts
from tenants.models import Host
from tests.factories.tenants import staff
from tests.tenants.conftest import inside


def test_the_chores_are_registered_once():
    chores.register()
    chores.register()
    names = [chore.name for chore in all_chores() if chore.name.startswith("tenants.")]
    assert names == ["tenants.tokens", "tenants.links", "tenants.hosts"]


def test_lapsed_hosts_are_released_and_those_nobody_could_look_up_are_kept(brand, twin):
    week = clock.now() - timedelta(days=8)
    kept = {}
    for tenant in (brand, twin):
        with inside(tenant.id) as session:
            for word in ("gone", "away", "good"):
                claim = hosts.claim_host(session, staff(tenant.id), f"{word}-{new_id().hex[-10:]}.example.com")
                record, value = hosts.record_for(claim)
                kept[record] = value
                hosts.prove_host(session, staff(tenant.id), claim.id, lambda name: [kept[name]])
            session.execute(update(Host).where(Host.tenant_id == tenant.id).values(checked_at=week))

    def records(name):
        if "away" in name:
            raise Unavailable("no answer")
        return [kept[name]] if "good" in name else []

    with inside(brand.id) as session:
        assert chores.recheck_hosts(session, records) == 1
    with inside(brand.id) as session:
        assert {h.host[:4]: h.state for h in hosts.list_hosts(session, staff(brand.id))} == {
            "gone": "pending",
            "away": "active",
            "good": "active",
        }
    with inside(twin.id) as session:
        assert {h.state for h in hosts.list_hosts(session, staff(twin.id))} == {"active"}
