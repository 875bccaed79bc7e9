"""A customer without a script keeps addresses; staff note who belongs to whom, set terms and claim a web address. All of it narrow, too."""

import re

from playwright.sync_api import expect

from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.factories.tenants import PASSWORD, make_account, make_company
from tests.journeys.conftest import Visitors
from tests.journeys.world import Street


def test_an_address_book_is_kept_without_a_script(street: Street, visitors: Visitors) -> None:
    with entering(street.brand.id), transaction() as session:
        make_account(session, street.brand.id, "lea@example.com", "Lea Sommer")
    lea, watcher = visitors.window(street.brand, has_script=False), visitors.window(street.brand)
    lea.expected.add(422)
    lea.sign_in("lea@example.com", PASSWORD)
    page = lea.go("/en-eu/account")
    page.get_by_role("link", name="Addresses").click()
    expect(page.get_by_text("No address yet")).to_be_visible()
    page.get_by_role("link", name="Add an address").click()
    page.get_by_label("Street and number").fill("Hafenweg 3")
    page.get_by_label("Town or city").fill("Berlin")
    page.get_by_label("Postcode").fill("1")
    page.get_by_role("button", name="Save the address").click()
    expect(page.get_by_role("alert")).to_contain_text("Postcode")
    page.get_by_label("Postcode").fill("10115")
    page.get_by_role("button", name="Save the address").click()
    expect(page.get_by_text("The address is in your book.")).to_be_visible()
    expect(page.locator("address", has_text="Hafenweg 3")).to_be_visible()

    watcher.sign_in("lea@example.com", PASSWORD)
    watcher.go("/en-eu/account/addresses")
    watcher.arrive("Addresses")
    watcher.page.get_by_role("link", name="Change").click()
    watcher.arrive("Change the address")
    watcher.go("/en-eu/account/addresses/new")
    watcher.arrive("New address")


def test_staff_look_after_relations_terms_and_addresses(street: Street, visitors: Visitors) -> None:
    with entering(street.brand.id), transaction() as session:
        nora = make_account(session, street.brand.id, "nora@example.com", "Nora Field")
        company = make_company(session, street.brand.id, "Stadtwerke Aarental", (nora, "manager"))
    ada = visitors.window(street.brand)
    ada.sign_in(f"ada@{street.brand.slug}.example", PASSWORD)

    page = ada.go(f"/desk/companies/{company.id}")
    page.get_by_role("link", name="Details and relations").click()
    ada.arrive("Stadtwerke Aarental")
    page.get_by_label("Relation", exact=True).select_option(label="has as contact person")
    page.get_by_label("To whom", exact=True).fill("nora")
    page.get_by_role("button", name="Note the relation").click()
    expect(page.get_by_role("row", name=re.compile("Nora Field"))).to_contain_text("has as contact person")
    ada.inspect("relations")

    page = ada.go("/desk/markets")
    page.get_by_role("row").nth(1).get_by_role("link").click()
    page.get_by_role("link", name="Terms of sale").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Terms of sale")
    ada.inspect("terms of sale")
    page.get_by_label("Largest order on account").fill("750,50")
    page.get_by_role("button", name="Save the terms").click()
    expect(page.get_by_label("Largest order on account")).to_have_value("750.50")

    page = ada.go("/desk/hosts")
    ada.arrive("Web addresses")
    page.get_by_label("Web address", exact=True).fill("shop.wheelworks.example")
    page.get_by_role("button", name="Add the name").click()
    expect(page.get_by_text("_galleria.shop.wheelworks.example")).to_be_visible()
    ada.inspect("a claimed name")

    page = ada.go("/desk/trail")
    expect(page.get_by_role("row", name=re.compile("Claimed a web address"))).to_be_visible()
    page.get_by_label("What about").select_option(label="Terms of sale")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("row", name=re.compile("Set the terms of sale"))).to_have_count(2)
    expect(page.get_by_role("row", name=re.compile("Claimed a web address"))).to_have_count(0)
    ada.inspect("trail")
    ada.go("/desk/roles/new")
    ada.arrive("New role")
