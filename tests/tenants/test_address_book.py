"""Address books."""

import pytest

from kernel.actors import Actor
from kernel.errors import Invalid, NotAllowed, NotThere
from tenants import address_book
from tests.factories.tenants import make_account, make_address, make_company, make_party, person, staff
from tests.tenants.conftest import count, inside

HOME = {
    "country_code": "DE",
    "name": "Mira Castell",
    "street_address": "Hafenweg 3",
    "postal_code": "88131",
    "city": "Aarental",
    "label": "Home",
}
WORK = {**HOME, "street_address": "Werkstrasse 1", "label": "Work"}


def test_people_keep_their_own_addresses(brand):
    with inside(brand.id) as session:
        mira = make_account(session, brand.id)
        me = person(mira)
        home = address_book.add_address(session, me, mira.party_id, HOME)
        assert (home.is_default_shipping, home.is_default_billing) == (True, True)
        work = address_book.add_address(session, me, mira.party_id, WORK, for_shipping=True)
        session.refresh(home)
        assert (home.is_default_shipping, home.is_default_billing, work.is_default_shipping, work.is_default_billing) == (
            False,
            True,
            True,
            False,
        )
        assert [a.label for a in address_book.list_addresses(session, me, mira.party_id)] == ["Work", "Home"]
        address_book.change_address(session, me, work.id, {**WORK, "city": "Neustadt"})
        assert (work.city, work.is_default_shipping) == ("Neustadt", True)
        assert address_book.as_postal(work).street_lines == ("Werkstrasse 1",)
        address_book.remove_address(session, me, home.id)
        assert [a.id for a in address_book.list_addresses(session, me, mira.party_id)] == [work.id]


def test_an_address_that_does_not_hold_is_not_kept(brand):
    with inside(brand.id) as session:
        mira = make_account(session, brand.id)
        with pytest.raises(Invalid):
            address_book.add_address(session, person(mira), mira.party_id, {**HOME, "postal_code": "1"})
        assert count(session, "tenants.address") == 0


def test_other_peoples_addresses_are_not_there(brand):
    with inside(brand.id) as session:
        mira, other = make_account(session, brand.id), make_account(session, brand.id)
        address = make_address(session, make_party(session, brand.id))
        for actor in (person(other), Actor.guest(brand.id)):
            for call in (
                lambda a: address_book.list_addresses(session, a, mira.party_id),
                lambda a: address_book.add_address(session, a, mira.party_id, HOME),
                lambda a: address_book.address_for(session, a, address.id),
                lambda a: address_book.change_address(session, a, address.id, HOME),
                lambda a: address_book.remove_address(session, a, address.id),
            ):
                with pytest.raises(NotThere):
                    call(actor)
        assert count(session, "tenants.address") == 1
        assert len(address_book.list_addresses(session, staff(brand.id, "customer.view"), address.party_id)) == 1


def test_buyers_see_their_companys_addresses_and_managers_change_them(brand):
    with inside(brand.id) as session:
        jonas = make_account(session, brand.id)
        company = make_company(session, brand.id, "Stadtwerke", (jonas, "buyer"))
        address = make_address(session, company)
        assert address_book.address_for(session, person(jonas, company), address.id) is address
        with pytest.raises(NotAllowed):
            address_book.change_address(session, person(jonas, company), address.id, HOME)
        address_book.change_address(session, person(jonas, company, "manager"), address.id, {**HOME, "city": "Neustadt"})
        assert address.city == "Neustadt"


def test_another_tenants_addresses_are_not_there(brand, twin):
    with inside(twin.id) as session:
        foreign = make_address(session, make_party(session, twin.id))
    with inside(brand.id) as session:
        for call in (
            lambda: address_book.list_addresses(session, staff(brand.id), foreign.party_id),
            lambda: address_book.add_address(session, staff(brand.id), foreign.party_id, HOME),
            lambda: address_book.change_address(session, staff(brand.id), foreign.id, HOME),
            lambda: address_book.remove_address(session, staff(brand.id), foreign.id),
        ):
            with pytest.raises(NotThere):
                call()
    with inside(twin.id) as session:
        assert address_book.address_for(session, staff(twin.id), foreign.id).city == "Aarental"


def test_another_address_becomes_the_standard_one_for_one_purpose(brand, twin):
    with inside(brand.id) as session:
        mira = make_account(session, brand.id)
        first = address_book.add_address(session, person(mira), mira.party_id, HOME)
        second = address_book.add_address(session, person(mira), mira.party_id, WORK)
        address_book.make_standard(session, person(mira), second.id, "billing")
        session.refresh(first)
        assert [(a.is_default_shipping, a.is_default_billing) for a in (first, second)] == [(True, False), (False, True)]
        with pytest.raises(Invalid):
            address_book.make_standard(session, person(mira), second.id, "holidays")
    for tenant in (brand, twin):
        with inside(tenant.id) as session:
            stranger = make_account(session, tenant.id)
            with pytest.raises(NotThere):
                address_book.make_standard(session, person(stranger), first.id, "billing")
