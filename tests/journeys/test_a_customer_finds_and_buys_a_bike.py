"""From the home page to the confirmation, as a guest who pays by invoice; by mouse, by keyboard, and with JavaScript off."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitors
from tests.journeys.world import Street

ADDRESS = {"Name": "Mira Castell", "Street and number": "Hafenweg 3", "Postcode": "10115", "City": "Berlin"}


def fill_in_where(page: Page) -> None:
    page.get_by_label("E-mail address").fill("mira@example.com")
    for label, value in ADDRESS.items():
        page.get_by_label(label, exact=False).first.fill(value)


def test_from_the_home_page_to_the_confirmation(street: Street, visitors: Visitors) -> None:
    window = visitors.window(street.brand)
    page = window.go("/")
    expect(page).to_have_url(re.compile("/en-eu/$"))
    window.inspect("home")
    page.locator(".tile-link", has_text="Bicycles").click()
    expect(page.get_by_role("heading", level=1, name="Bicycles")).to_be_visible()
    window.inspect("category")
    page.get_by_role("link", name="Tern 3").first.click()
    expect(page.get_by_role("heading", level=1, name="Tern 3")).to_be_visible()
    window.inspect("product")
