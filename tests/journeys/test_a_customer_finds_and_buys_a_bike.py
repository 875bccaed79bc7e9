"""From the home page to the confirmation, as a guest who pays by invoice: by mouse, by keyboard, and with JavaScript off."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitors
from tests.journeys.world import Street


def fill_in_where(page: Page) -> None:
    page.get_by_label("E-mail address").fill("mira@example.com")
    page.locator("[name='delivery.name']").fill("Mira Castell")
    page.locator("[name='delivery.street_address']").fill("Hafenweg 3")
    page.locator("[name='delivery.postal_code']").fill("10115")
    page.locator("[name='delivery.city']").fill("Berlin")


def test_from_the_home_page_to_the_confirmation(street: Street, visitors: Visitors) -> None:
    window = visitors.window(street.brand)
    page = window.go("/")
    expect(page).to_have_url(re.compile("/en-eu/$"))
    window.inspect("home")

    page.locator(".tile-link", has_text="Bicycles").click()
    expect(page.get_by_role("heading", level=1, name="Bicycles")).to_be_visible()
    expect(page.locator("[data-said]")).to_have_text("2 products")
    window.inspect("category")

    page.get_by_role("link", name="Tern 3").click()
    expect(page.locator(".product-buy .price-now")).to_have_text("€1,299.00")
    page.get_by_role("link", name="Copper").click()
    expect(page.locator(".product-buy .price-now")).to_have_text("€1,399.00")
    page.get_by_role("link", name="L", exact=True).click()
    expect(page).to_have_url(re.compile("v=BIKE-1-COPPER-L$"))
    expect(page.locator(".product-buy .stock")).to_have_text("Only 2 left")
    expect(page.get_by_role("row", name="Weight")).to_contain_text("11.4 kg")
    window.inspect("product")

    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text("1 × Tern 3, Copper, L is in your cart")).to_be_visible()
    expect(page.locator("[data-slot=cart]")).to_have_text("1")
    page.get_by_role("link", name="Go to the cart").click()
    window.arrive("Cart")
    page.get_by_role("button", name="One more").click()
    expect(page.locator(".sums .total td")).to_have_text("€2,798.00")

    page.get_by_role("link", name="Go to checkout").click()
    window.arrive("Where to?")
    window.expected.add(422)
    page.get_by_role("button", name="Go on to the review").click()
    expect(page.locator(".errors li").first).to_have_text("E-mail address: Please fill this in.")
    window.inspect("where, with what is missing")
    fill_in_where(page)
    page.get_by_role("button", name="Go on to the review").click()
    expect(page.get_by_role("heading", level=1, name="Check and order")).to_be_visible()
    window.inspect("review")

    page.get_by_role("button", name="Place order for €2,798.00").click()
    expect(page.get_by_text("Thank you. Your order has arrived.")).to_be_visible()
    expect(page.locator(".sums .total td")).to_have_text("€2,798.00")
    window.inspect("confirmation")
    page.reload()
    expect(page.locator("[data-slot=cart]")).to_have_text("")


def test_the_filters_narrow_a_list_and_can_be_taken_back(street: Street, visitors: Visitors) -> None:
    window = visitors.window(street.brand)
    page = window.go("/en-eu/all")
    expect(page.locator("[data-said]")).to_have_text("9 products")
    assert page.locator("details", has_text="Size").locator("label.facet > span:not(.facet-count)").all_inner_texts()[-3:] == [
        "S",
        "M",
        "L",
    ]
    page.get_by_label("Copper").check()
    expect(page.locator("[data-said]")).to_have_text("2 products")
    assert "f=colour" in page.url
    window.inspect("filtered list")
    page.get_by_role("link", name=re.compile("Colour: Copper")).click()
    expect(page.locator("[data-said]")).to_have_text("9 products")
    page.go_back()
    expect(page.locator("[data-said]")).to_have_text("2 products")
    window.go("/en-eu/search?q=zzqqxx")
    expect(page.get_by_text("Nothing found for “zzqqxx”")).to_be_visible()
    window.inspect("nothing found")


def test_the_search_proposes_while_one_types_and_the_keyboard_is_enough(street: Street, visitors: Visitors) -> None:
    window = visitors.window(street.brand)
    page = window.go("/en-eu/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    box = page.get_by_role("combobox", name="Search")
    box.focus()
    page.keyboard.type("egr", delay=30)
    expect(page.get_by_role("option", name=re.compile("Egret touring bike"))).to_be_visible()
    window.inspect("suggestions")
    box.focus()
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.type("e")
    expect(page.get_by_role("option", name=re.compile("Egret touring bike"))).to_be_visible()
    chosen = page.locator("[role=option][aria-selected=true]")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
        if "Egret" in (chosen.text_content() or "") and "€" in (chosen.text_content() or ""):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Egret touring bike")).to_be_visible()


def test_the_same_without_javascript(street: Street, visitors: Visitors) -> None:
    window = visitors.window(street.brand, has_script=False)
    page = window.go("/en-eu/")
    page.locator(".tile-link", has_text="Bicycles").click()
    page.get_by_role("link", name="Tern 3").click()
    page.get_by_role("link", name="Copper").click()
    expect(page).to_have_url(re.compile("v=BIKE-1-COPPER-S$"))
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("heading", level=1, name="Cart")).to_be_visible()
    page.get_by_label("Quantity of Tern 3, Copper, S").fill("2")
    page.get_by_role("button", name="Change").click()
    expect(page.locator(".sums .total td")).to_have_text("€2,798.00")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".sums .total td")).to_have_text("€2,798.00")
    page.get_by_role("link", name="Go to checkout").click()
    window.arrive("Where to?", inspect=False)
    fill_in_where(page)
    page.get_by_label("Country").first.select_option("FR")
    page.get_by_role("button", name="Change country").first.click()
    expect(page.locator("[name='delivery.name']")).to_have_value("Mira Castell")
    page.locator("[name='delivery.postal_code']").fill("75011")
    page.get_by_role("button", name="Go on to the review").click()
    page.get_by_role("button", name="Place order for €2,798.00").click()
    expect(page.get_by_text("Thank you. Your order has arrived.")).to_be_visible()


def test_the_shop_reads_from_right_to_left_and_survives_long_words(street: Street, visitors: Visitors) -> None:
    window = visitors.window(street.brand, viewport={"width": 360, "height": 780})
    page = window.go("/de-eu/")
    expect(page.locator(".tile-link", has_text="Fahrradbeleuchtungsersatzteile und Werkstattzubehörversorgung")).to_be_visible()
    window.inspect("long German words")
    window.go("/de-eu/c/fahrradbeleuchtungsersatzteile-und-werkstattzubehoerversorgung")
    window.inspect("list with a long title")
    for path in ("/en-eu/", "/en-eu/all", "/en-eu/cart"):
        window.go(path)
        page.evaluate("document.documentElement.dir = 'rtl'")
        window.inspect(f"{path} from right to left")
