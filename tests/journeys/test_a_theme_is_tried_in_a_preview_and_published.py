"""The administrator tries a colour in the live preview; the shop keeps its look until it is published, and has the new one at once."""

import re
import time

from playwright.sync_api import expect

from tests.factories.tenants import PASSWORD
from tests.journeys.conftest import Visitors
from tests.journeys.world import Street

SECONDS = 20.0  # generous: how fast it is, the benches say


def test_from_the_draft_to_the_shop(street: Street, visitors: Visitors) -> None:
    ada, shop = visitors.window(street.brand), visitors.window(street.brand, color_scheme="dark")
    shop.go("/en-eu/")
    before = _theme(visitors, street)
    shop.inspect("home in the dark")
    ada.sign_in(f"ada@{street.brand.slug}.example", PASSWORD)
    page = ada.go("/desk/look")
    ada.arrive("Look")
    button = page.frame_locator("iframe").get_by_role("button", name="Add to cart")
    old = button.evaluate("e => getComputedStyle(e).backgroundColor")
    page.get_by_label("Main colour").fill("#7a1f5d")
    page.get_by_role("button", name="Show in the preview").click()
    expect(page.get_by_text("Kept as a draft. Only you see it until it is published.")).to_be_visible()
    assert button.evaluate("e => getComputedStyle(e).backgroundColor") != old
    assert _theme(visitors, street) == before
    ada.inspect("a draft")
    page.get_by_role("button", name="Publish the look").click()
    expect(page.get_by_text("Your shop has its new look.")).to_be_visible()
    began = time.monotonic()
    while _theme(visitors, street) == before:
        assert time.monotonic() - began < SECONDS
        time.sleep(0.05)
    shop.page.reload()
    shop.inspect("the new look in the dark")
    page.get_by_role("link", name="Home page").click()
    expect(page.get_by_label("Headline")).to_have_value("Made for the long way home")
    ada.inspect("words of the home page")


def test_every_part_of_the_look_is_on_one_page(street: Street, visitors: Visitors) -> None:
    for scheme in ("light", "dark"):
        window = visitors.window(street.brand, color_scheme=scheme)
        window.go("/styleguide")
        window.arrive("How this house looks and speaks")


def _theme(visitors: Visitors, street: Street) -> str:
    found = re.search(r"/theme/\w+\.css", visitors.ask(street.brand, "/en-eu/").text)
    assert found is not None
    return found[0]
