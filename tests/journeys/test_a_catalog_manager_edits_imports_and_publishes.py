"""A file with wrong rows is tried out, mapped and imported; a product is edited; what is published is compared, then seen in
the shop; the import is taken back."""

import time

from playwright.sync_api import expect

from tests.factories.tenants import PASSWORD
from tests.journeys.conftest import Visitors
from tests.journeys.watching import Window
from tests.journeys.world import Street

ROWS = b"sku,what it is called,gtin\nBAG-1,Canvas pannier,4006381333931\nBAG-2,Barge pannier,1234567890123\n,Nameless,\nBELL-1,Brass bell with a long ring,\n"
SECONDS = 20.0  # generous: how fast it is, the benches say


def test_from_the_file_to_the_shop(street: Street, visitors: Visitors) -> None:
    window = visitors.window(street.brand)
    window.sign_in(f"clara@{street.brand.slug}.example", PASSWORD)
    page = window.go("/desk/imports")
    window.arrive("Imports")
    page.get_by_label("File of products").set_input_files({"name": "new-goods.csv", "mimeType": "text/csv", "buffer": ROWS})
    page.get_by_role("button", name="Try it out").click()
    window.arrive("new-goods.csv")
    page.get_by_label("What what it is called becomes").select_option(label="Name, English")
    page.get_by_label("Remember this mapping as").fill("Supplier's list")
    page.get_by_role("button", name="Try it out with these").click()
    expect(page.locator(".tile", has_text="Left out").locator(".tile-value")).to_have_text("2")
    expect(page.locator(".tile", has_text="New").locator(".tile-value")).to_have_text("1")
    wrong = page.get_by_role("table", name="What was left out").get_by_role("row")
    expect(wrong).to_have_count(3)
    expect(wrong.nth(1)).to_contain_text("1234567890123")
    window.inspect("what was left out")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download these rows to correct them").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert "BAG-2" in text and "BAG-1" not in text
    page.get_by_role("button", name="Import it now").click()
    expect(page.get_by_text("Written to the catalog")).to_be_visible()
    expect(page.locator(".tile", has_text="Changed").locator(".tile-value")).to_have_text("1")
    page = window.go("/desk/imports")
    assert "Supplier's list" in page.get_by_label("Mapping").inner_text()

    page = window.go("/desk/products?q=LAMP-1")
    window.arrive("Products")
    page.get_by_role("link", name="Harbour front light").click()
    window.arrive("Harbour front light")
    page.get_by_label("Name", exact=False).first.fill("Harbour front light, 80 lux")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. It shows in the shop after the next publication.")).to_be_visible()
    shop = visitors.window(street.brand)
    shop.go("/en-eu/c/lights")
    expect(shop.page.get_by_role("link", name="Harbour front light", exact=True)).to_be_visible()

    page = window.go("/desk/publications")
    window.arrive("Publications")
    page.get_by_role("link", name="See what would change").click()
    expect(page.get_by_text("Harbour front light, 80 lux").first).to_be_visible()
    window.inspect("what would change")
    page = window.go("/desk/publications")
    page.get_by_label("Note").fill("Brighter light")
    page.get_by_role("button", name="Publish").click()
    window.arrive("Europe")
    expect(page.get_by_text("Version 2 is live.")).to_be_visible()
    window.inspect("version 2 is live")
    began = time.monotonic()
    while "80 lux" not in visitors.ask(street.brand, "/en-eu/c/lights").text:
        assert time.monotonic() - began < SECONDS
        time.sleep(0.05)
    shop.page.reload()
    expect(shop.page.get_by_role("link", name="Harbour front light, 80 lux")).to_be_visible()
    window.go("/desk/publications")
    window.inspect("two versions")
    take_back(window)


def take_back(window: Window) -> None:
    page = window.go("/desk/imports")
    page.get_by_role("row", name="Finished").filter(has_not_text="tried out").get_by_role("link", name="new-goods.csv").click()
    window.arrive("new-goods.csv")
    page.get_by_role("button", name="Take this import back").click()
    expect(page.get_by_text("This import has been taken back, as far as nobody has changed anything since")).to_be_visible()
    expect(page.locator(".tile", has_text="Put back").locator(".tile-value")).to_have_text("1")
    expect(page.locator(".tile", has_text="Removed").locator(".tile-value")).to_have_text("1")
    window.inspect("an import taken back")
