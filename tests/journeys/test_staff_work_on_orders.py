"""Staff confirm, ship and deliver; the customer's timeline says so at once."""

from playwright.sync_api import expect

from orders.details import AddressForm
from tests.conftest import Shop
from tests.factories.catalog import in_tenant
from tests.factories.orders import BERLIN, details
from tests.factories.tenants import PASSWORD, make_account, person
from tests.journeys.conftest import Visitors
from tests.journeys.selling import order_of
from tests.journeys.world import Street


def test_from_received_to_delivered(street: Street, visitors: Visitors) -> None:
    number = _ordered(street.brand, street, BERLIN)
    customer, desk = visitors.window(street.brand), visitors.window(street.brand)
    customer.sign_in("mira@example.com", PASSWORD)
    customer.go("/en-eu/orders")
    customer.inspect("my orders")
    customer.page.get_by_role("link", name=number).click()
    expect(customer.page.locator(".timeline .now")).to_contain_text("Received")
    customer.inspect("my order")

    desk.sign_in(f"ada@{street.brand.slug}.example", PASSWORD)
    page = desk.go("/desk/")
    desk.inspect("today")
    page.get_by_role("link", name="To confirm").click()
    desk.arrive("Orders")
    page.get_by_role("link", name=number).click()
    page.get_by_role("button", name="Confirm the order").click()
    expect(page.locator(".timeline .now")).to_contain_text("Confirmed")
    page.get_by_role("button", name="Ship", exact=True).click()
    desk.inspect("shipping")
    page.get_by_label("Carrier").fill("Eilboten")
    page.get_by_label("Tracking number").fill("EB 4711")
    page.get_by_role("button", name="Ship and tell the customer").click()
    expect(page.locator(".timeline .now")).to_contain_text("On its way")
    customer.page.reload()
    expect(customer.page.locator(".timeline .now")).to_contain_text("On its way")
    expect(customer.page.get_by_text("Eilboten, tracking number EB 4711")).to_be_visible()
    page.get_by_role("button", name="It has arrived").click()
    customer.page.reload()
    expect(customer.page.locator(".timeline")).to_contain_text("Delivered")
    desk.inspect("delivered")


def test_an_order_that_is_cancelled_gives_its_stock_back(street: Street, visitors: Visitors) -> None:
    number = _ordered(street.brand, street, BERLIN)
    desk = visitors.window(street.brand)
    desk.sign_in(f"ada@{street.brand.slug}.example", PASSWORD)
    page = desk.go("/desk/stock?q=BELL")
    expect(page.get_by_role("row", name="BELL-1").locator("td.n")).to_have_text("7")
    desk.inspect("stock")
    page = desk.go(f"/desk/orders/{number}")
    page.get_by_role("button", name="Cancel the order").click()
    page.get_by_label("Why").fill("The customer has thought better of it")
    page.locator("#cancel").get_by_role("button", name="Cancel the order").click()
    expect(page.locator(".timeline")).to_contain_text("Cancelled")
    page = desk.go("/desk/stock?q=BELL")
    expect(page.get_by_role("row", name="BELL-1").locator("td.n")).to_have_text("9")


def _ordered(shop: Shop, street: Street, address: AddressForm) -> str:
    with in_tenant(shop.id) as session:
        mira = make_account(session, shop.id, "mira@example.com")
        return order_of(session, person(mira), "eu", details(address), {street.products["BELL-1"]: 2})
