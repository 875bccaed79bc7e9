"""A colleague is invited by mail, sees only what the role allows, and nothing at all once the role is taken away."""

from playwright.sync_api import expect

from kernel.settings import Settings
from tests.factories.tenants import PASSWORD
from tests.journeys.conftest import Visitors
from tests.journeys.test_a_customer_registers_and_sees_orders import link_mailed
from tests.journeys.world import Street


def test_from_the_invitation_to_the_closed_door(street: Street, visitors: Visitors, outside: Settings) -> None:
    address = f"noor@{street.brand.slug}.example"
    ada, noor = visitors.window(street.brand), visitors.window(street.brand)
    noor.expected.add(403)
    ada.sign_in(f"ada@{street.brand.slug}.example", PASSWORD)
    page = ada.go("/desk/people")
    ada.arrive("People")
    page.get_by_role("textbox", name="Name", exact=True).fill("Noor Haddad")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Catalog manager").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_text("The invitation is on its way.")).to_be_visible()
    expect(page.get_by_role("row", name="Noor Haddad")).to_contain_text("Invited")

    noor.go(link_mailed(outside.mail_dir, address, "invitation"))
    noor.arrive("Welcome to Wheelworks")
    noor.page.get_by_label("Password").fill("seven swans a swimming")
    noor.page.get_by_role("button", name="Begin").click()
    noor.sign_in(address, "seven swans a swimming")
    noor.go("/desk/products")
    noor.arrive("Products")
    assert noor.page.get_by_role("link", name="People").count() == 0
    noor.go("/desk/people")
    expect(noor.page.get_by_role("heading", level=1)).to_have_count(1)
    noor.inspect("not allowed")

    page.get_by_role("link", name="Noor Haddad").click()
    ada.arrive("Noor Haddad")
    page.get_by_label("Catalog manager").uncheck()
    page.get_by_role("button", name="Save the roles").click()
    expect(page.get_by_text("The roles hold from the next click on.")).to_be_visible()
    noor.go("/desk/products")
    expect(noor.page.get_by_role("heading", level=1, name="Products")).to_have_count(0)
    for path in ("/desk/roles", "/desk/markets", "/desk/programs", "/desk/trail", "/desk/customers"):
        ada.go(path)
        ada.inspect(path)
