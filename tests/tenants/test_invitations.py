"""Invitations are mails that nobody has asked for: one person, one tenant and one address have a limit each."""

from contextlib import contextmanager

import pytest

from kernel import settings
from kernel.errors import TooMany
from tenants import companies, people
from tests.factories.tenants import make_account, make_company, staff
from tests.tenants.conftest import count, inside

LINKS = companies.Invitations(lambda token: f"http://x.localhost/join/{token}", lambda token: f"http://x.localhost/company/{token}")


def link(token: str) -> str:
    return f"http://veloria.localhost/join/{token}"


@contextmanager
def limited(**chosen):
    before = settings.current()
    settings.use(before.with_(**chosen))
    try:
        yield
    finally:
        settings.use(before)


def invite(tenant, actor, email):
    with inside(tenant.id) as session:
        return people.invite(session, actor, email, "Somebody", [], link)


def counts(tenant):
    with inside(tenant.id) as session:
        return tuple(count(session, table) for table in ("tenants.account", "tenants.party", "kernel.mail_message", "kernel.audit_entry"))


def person_of(tenant):
    with inside(tenant.id) as session:
        return staff(tenant.id, account=make_account(session, tenant.id))


def test_one_person_may_send_so_many_an_hour_and_the_refusal_leaves_nothing_behind(brand):
    ada, bob = person_of(brand), person_of(brand)
    with limited(invitations_per_hour=2):
        for number in range(2):
            invite(brand, ada, f"n{number}@example.com")
        before = counts(brand)
        with pytest.raises(TooMany) as refusal:
            invite(brand, ada, "n2@example.com")
        assert 3590 <= refusal.value.retry_after_seconds <= 3600
        assert "60" in refusal.value.message
        assert counts(brand) == before
        invite(brand, bob, "n2@example.com")


def test_all_people_of_a_tenant_together_have_a_limit_and_its_twin_has_its_own(brand, twin):
    with limited(invitations_per_day=2):
        invite(brand, person_of(brand), "a@example.com")
        invite(brand, person_of(brand), "b@example.com")
        with pytest.raises(TooMany):
            invite(brand, person_of(brand), "c@example.com")
        invite(twin, person_of(twin), "c@example.com")


def test_one_address_gets_five_an_hour_by_whichever_way(brand):
    ada = person_of(brand)
    account = invite(brand, ada, "mira@example.com")
    for _ in range(4):
        with inside(brand.id) as session:
            people.invite_again(session, ada, account.id, link)
    with inside(brand.id) as session, pytest.raises(TooMany):
        people.invite_again(session, ada, account.id, link)
    with inside(brand.id) as session, pytest.raises(TooMany):
        people.invite(session, ada, "mira@example.com", "Mira", [], link)


@pytest.mark.parametrize("status", ["active", "deactivated", "unconfirmed"])
def test_buyers_are_counted_whatever_is_known_of_their_address(brand, status):
    with inside(brand.id) as session:
        desk = staff(brand.id, "customer.view", "customer.edit", account=make_account(session, brand.id))
        make_account(session, brand.id, "known@example.com", status=status)
        company = make_company(session, brand.id, "Works")
    for address in ("known@example.com", "new@example.com"):
        for _ in range(5):
            with inside(brand.id) as session:
                companies.add_buyer(session, desk, company.id, address, "Somebody", "buyer", LINKS)
        before = counts(brand)
        with inside(brand.id) as session, pytest.raises(TooMany):
            companies.add_buyer(session, desk, company.id, address, "Somebody", "buyer", LINKS)
        assert counts(brand) == before


def test_a_limit_for_companies_is_the_persons_own(brand):
    with inside(brand.id) as session:
        desk = staff(brand.id, "customer.view", "customer.edit", account=make_account(session, brand.id))
        company = make_company(session, brand.id, "Works")
    with limited(invitations_per_hour=1), inside(brand.id) as session:
        companies.add_buyer(session, desk, company.id, "a@example.com", "A", "buyer", LINKS)
        with pytest.raises(TooMany):
            companies.add_buyer(session, desk, company.id, "b@example.com", "B", "buyer", LINKS)
