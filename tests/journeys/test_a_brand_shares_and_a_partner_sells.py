"""A brand offers a part of its catalog; the partner accepts, sets prices within the corridor and sells; the brand withdraws."""

import time

from playwright.sync_api import expect

from tests.factories.tenants import PASSWORD
from tests.journeys.conftest import Visitors
from tests.journeys.test_a_customer_finds_and_buys_a_bike import fill_in_where
from tests.journeys.watching import Window
from tests.journeys.world import Street

# generous: how fast it is, the benches say
SOON_SECONDS = 20


def test_from_the_offer_to_the_withdrawal(street: Street, visitors: Visitors) -> None:
    david, petra, shopper = (visitors.window(shop) for shop in (street.brand, street.partner, street.partner))
    page = shopper.go("/en-de/")
    expect(page.get_by_text("This shop is being set up")).to_be_visible()
    shopper.inspect("a shop with nothing in it")

    _offer(david, street)
    _accept_and_set_a_price(petra, street)
    _buy(shopper)

    product = shopper.go("/en-de/c/bicycles").get_by_role("link", name="Tern 3").get_attribute("href")
    page = david.page
    page.get_by_role("button", name="Withdraw", exact=True).first.click()
    page.locator("#withdraw").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Selling has stopped.")).to_be_visible()
    began = time.monotonic()
    while visitors.ask(street.partner, str(product)).status_code == 200:
        assert time.monotonic() - began < SOON_SECONDS
        time.sleep(0.05)
    shopper.expected.add(404)
    page = shopper.go(str(product))
    expect(page.get_by_role("heading", level=1, name="There is nothing here")).to_be_visible()
    shopper.inspect("gone")


def _offer(david: Window, street: Street) -> None:
    david.sign_in(f"david@{street.brand.slug}.example", PASSWORD)
    page = david.go("/desk/sharing")
    david.arrive("Sharing")
    page.get_by_role("link", name="Offer a catalog").click()
    david.arrive("Offer a catalog")
    page.get_by_label("Partner", exact=True).select_option(str(street.partner.id))
    page.get_by_label("Name of the agreement").fill("Bicycles for the north")
    page.get_by_label("Bicycles", exact=True).check()
    page.get_by_label("Prices", exact=True).check()
    page.get_by_label("Lowest price against your list price").fill("-10")
    page.get_by_label("Highest").fill("5")
    page.get_by_role("button", name="Send the offer").click()
    david.arrive("Bicycles for the north")


def _accept_and_set_a_price(petra: Window, street: Street) -> None:
    petra.sign_in(f"petra@{street.partner.slug}.example", PASSWORD, "en-de")
    page = petra.go("/portal/")
    petra.arrive("Catalogs from brands")
    page.get_by_role("link", name="Bicycles for the north").click()
    petra.arrive("Bicycles for the north")
    page.get_by_role("button", name="Accept and sell").click()
    expect(page.get_by_text("Accepted. Your shop sells these products now.")).to_be_visible()
    page.get_by_role("link", name="Products and prices").click()
    expect(page.get_by_text("Tern 3").first).to_be_visible()
    petra.inspect("products and prices")

    row = page.get_by_role("row", name="BIKE-1-PINE-M")
    expect(row).to_contain_text("M · Pine green")
    price = row.get_by_role("textbox").first
    petra.expected |= {422}
    price.fill("1100")
    row.get_by_role("button", name="Set").click()
    expect(page.get_by_text("1,169.10").first).to_be_visible()
    petra.inspect("a price outside the corridor")
    row.get_by_role("textbox").first.fill("1199.00")
    row.get_by_role("button", name="Set").click()
    expect(row.get_by_role("textbox").first).to_have_value("1199.00")


def _buy(shopper: Window) -> None:
    page = shopper.go("/en-de/c/bicycles")
    page.get_by_role("link", name="Tern 3").click()
    shopper.arrive("Tern 3")
    page.get_by_role("link", name="M", exact=True).click()
    expect(page.locator(".product-buy .price-now")).to_have_text("Now €1,199.00")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Go to the cart").click()
    shopper.arrive("Cart")
    page.get_by_role("link", name="Go to checkout").click()
    shopper.arrive("Where to?")
    fill_in_where(page)
    page.get_by_role("button", name="Go on to the review").click()
    page.get_by_role("button", name="Place order for €1,199.00").click()
    expect(page.get_by_text("Thank you. Your order has arrived.")).to_be_visible()
