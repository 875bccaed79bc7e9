"""The address book as a customer sees it: pages without a script, errors at the field, what was typed is kept."""

import re
from uuid import UUID

import pytest

from kernel.ids import new_id
from tenants.models import Address
from tests.browsing import Browser, Elements, Site
from tests.factories.tenants import make_account, make_company
from tests.isolation.world import World
from tests.tenants.conftest import count, inside

BOOK = "/en-eu/account/addresses"
HOME = {"country_code": "DE", "name": "Lea Sommer", "street_address": "Hafenweg 3\nHinterhaus", "city": "Berlin", "postal_code": "10115"}


def customer(site: Site, world: World, role: str = "") -> Browser:
    """Somebody new; with `role`, buyer of a new company called Nordwerk."""
    email = f"p{new_id().hex[-10:]}@example.com"
    with inside(world.home.id) as session:
        account = make_account(session, world.home.id, email, "Lea Sommer")
        if role:
            make_company(session, world.home.id, "Nordwerk", (account, role))
    return site.browser(world.home).sign_in(email)


def ids(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(rf"{BOOK}/([0-9a-f-]{{36}})\"", page)))


def errors(page: str) -> list[str]:
    return re.findall(r'<li><a href="#f-([\w-]+)"', page)


def test_an_address_is_added_changed_made_standard_and_removed(site: Site, world: World) -> None:
    lea = customer(site, world)
    assert "No address yet" in lea.get(BOOK).text
    assert 'value="Lea Sommer"' in lea.get(f"{BOOK}/new").text
    assert lea.post(BOOK, {**HOME, "label": "Home"}).headers["location"] == f"{BOOK}?done=added"
    lea.post(BOOK, {**HOME, "street_address": "Werkstrasse 1", "label": "Work", "for_billing": "true"})
    page = lea.get(BOOK).text
    first, second = ids(page)
    shown = Elements(page).text
    assert "Hafenweg 3 Hinterhaus 10115 Berlin Germany" in shown
    assert re.findall(r"<h3[^>]*>(\w+)</h3>", page) == ["Home", "Work"]
    typed = lea.get(f"{BOOK}/{second}").text
    assert "Werkstrasse 1" in typed and "This is the standard address for invoices." in typed
    assert lea.post(f"{BOOK}/{second}", {**HOME, "city": "Potsdam", "postal_code": "14467"}).status_code == 303
    assert lea.post(f"{BOOK}/{second}/standard", {"purpose": "shipping"}).status_code == 303
    with inside(world.home.id) as session:
        row = session.get_one(Address, (world.home.id, UUID(second)))
        assert (row.city, row.is_default_shipping, row.is_default_billing) == ("Potsdam", True, True)
    assert lea.post(f"{BOOK}/{first}/remove").headers["location"] == f"{BOOK}?done=removed"
    assert ids(lea.get(BOOK).text) == [second]


def test_what_does_not_hold_is_said_at_the_field_and_what_was_typed_stays(site: Site, world: World) -> None:
    lea = customer(site, world)
    with inside(world.home.id) as session:
        before = count(session, "tenants.address")
    answer = lea.post(BOOK, {**HOME, "postal_code": "1", "city": ""})
    assert answer.status_code == 422
    assert sorted(errors(answer.text)) == ["city", "postal_code"]
    assert "Hinterhaus" in answer.text
    with inside(world.home.id) as session:
        assert count(session, "tenants.address") == before


def test_another_country_brings_its_own_fields_without_a_script(site: Site, world: World) -> None:
    lea = customer(site, world)
    answer = lea.post(BOOK, {**HOME, "country_code": "US", "country_only": "true"})
    assert answer.status_code == 200
    assert 'name="country_area"' in answer.text
    assert "ZIP code" in answer.text
    assert "Hinterhaus" in answer.text
    assert ids(lea.get(BOOK).text) == []


@pytest.mark.parametrize(("role", "may_add"), [("manager", True), ("viewer", False)])
def test_a_companys_addresses_are_seen_by_its_buyers_and_kept_by_its_managers(site: Site, world: World, role: str, may_add: bool) -> None:
    jo = customer(site, world, role)
    page = jo.get(BOOK).text
    assert "Nordwerk" in page
    assert ("book=company" in page) is may_add
    answer = jo.post(BOOK, {**HOME, "book": "company", "company_name": "Nordwerk"})
    assert answer.status_code == (303 if may_add else 403)
    assert len(ids(jo.get(BOOK).text)) == may_add
    assert jo.get(f"{BOOK}/new?book=company").status_code == (200 if may_add else 403)


def test_without_a_company_there_is_no_company_book(site: Site, world: World) -> None:
    lea = customer(site, world)
    assert lea.get(f"{BOOK}/new?book=company").status_code == 404
    assert lea.post(BOOK, {**HOME, "book": "company"}).status_code == 404
    assert lea.post(BOOK, {**HOME, "book": "somebody's"}).status_code == 422
