"""504 real products come in with kept mappings, are published in three languages and shared with two partners; a bicycle is
bought in one partner's shop at that partner's price, and nobody else reaches any of it."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect
from sqlalchemy import Engine, select

from catalog.agreements import accept, offer
from catalog.exchange.importing import run_for, run_import, start_import
from catalog.models import Category, Product
from catalog.overlays import set_price
from kernel.settings import Settings
from kernel.tenancy import entering
from tenants.markets import MarketDetails
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, publish_all, somebody, terms
from tests.factories.tenants import PASSWORD
from tests.journeys.conftest import Visitors
from tests.journeys.world import open_shop

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared/data/adventureworks"
STATES = MarketDetails("United States", ("US",), "USD", ("en", "fr", "zh-Hant"), prices_include_tax=False)
BIKE, ADDRESS = "BK-R50B-58", "road-650-black-58-bk-r50b-58"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the AdventureWorks files are not beside the project")


def bring_in(brand: Shop, name: str) -> tuple[int, int]:
    """Imports a file with its kept mapping: rows read, rows left out."""
    rules = json.loads((ROOT / f"app/demo/adventureworks/{name}.mapping.json").read_text())
    with in_tenant(brand.id) as session:
        run = start_import(session, somebody(brand.id), f"{name}.csv", DATA / f"{name}.csv", rules, by_worker=False)
    with entering(brand.id):
        run_import(somebody(brand.id), run.id)
    with in_tenant(brand.id) as session:
        done = run_for(session, somebody(brand.id), run.id)
    return done.rows_read, done.rows_wrong


def share_two_shelves(brand: Shop, partner: Shop) -> UUID:
    """Bikes and Accessories, in force; the agreement's id."""
    with in_tenant(brand.id) as session:
        shelves = select(Category.id).where(Category.tenant_id == brand.id, Category.names["en"].astext.in_(("Bikes", "Accessories")))
        wanted = terms(market="us", category_ids=tuple(session.scalars(shelves)), overlay_fields=("price",))
        offered = offer(session, somebody(brand.id), partner.id, wanted)
    with in_tenant(partner.id) as session:
        return accept(session, somebody(partner.id), offered.id).id


def test_a_bicycle_is_bought_at_one_partners_price_and_nobody_else_reaches_it(
    outside: Settings, owner_db: Engine, visitors: Visitors
) -> None:
    brand, other = open_shop(owner_db, "brand", "Adventure", ("us", STATES)), open_shop(owner_db, "brand", "Other Brand", ("us", STATES))
    near, far = open_shop(owner_db, "partner", "Near Bikes", ("us", STATES)), open_shop(owner_db, "partner", "Far Bikes", ("us", STATES))
    assert [bring_in(brand, name) for name in ("products", "list_prices")] == [(504, 0), (395, 0)]
    with in_tenant(brand.id) as session:
        publish_all(session, brand.id, "us")
        bike = session.scalars(select(Product.id).where(Product.tenant_id == brand.id, Product.sku == BIKE)).one()
    agreement = share_two_shelves(brand, near)
    share_two_shelves(brand, far)
    with in_tenant(near.id) as session:
        set_price(session, somebody(near.id), agreement, bike, "USD", "749.00")

    window = visitors.window(near)
    page = window.go("/en-us/")
    page.locator(".tile-link", has_text="Bikes").click()
    window.arrive("Bikes")
    expect(page.locator("[data-said]")).to_have_text("97 products")
    page = window.go(f"/fr-us/p/{ADDRESS}")
    expect(page.locator(".product-buy .price-now")).to_contain_text("749,00")
    window.inspect("a bicycle in French")
    window.go(f"/zh-hant-us/p/{ADDRESS}")
    window.inspect("a bicycle in Chinese")
    page = window.go(f"/en-us/p/{ADDRESS}")
    page.get_by_role("button", name="Add to cart").click()
    page.get_by_role("link", name="Go to the cart").click()
    window.arrive("Cart")
    page.get_by_role("link", name="Go to checkout").click()
    window.arrive("Where to?")
    page.get_by_label("E-mail address").fill("sam@example.com")
    for name, value in (("name", "Sam Okafor"), ("street_address", "41 Water Street"), ("city", "Portland"), ("postal_code", "97201")):
        page.locator(f"[name='delivery.{name}']").fill(value)
    page.locator("[name='delivery.country_area']").select_option("OR")
    page.get_by_role("button", name="Go on to the review").click()
    page.get_by_role("button", name="Place order for $749.00").click()
    expect(page.get_by_text("Thank you. Your order has arrived.")).to_be_visible()
    order = page.url.removeprefix(window.origin).partition("?")[0]

    at_list_price = visitors.ask(far, f"/en-us/p/{ADDRESS}")
    assert "$782.99" in at_list_price.text and "749.00" not in at_list_price.text
    for shop in (brand, other, far):
        assert visitors.ask(shop, order).status_code == 404
    assert visitors.ask(near, f"{order[:-4]}AAAA").status_code == 404
    assert visitors.ask(other, f"/en-us/p/{ADDRESS}").status_code == 404
    stranger = visitors.window(far)
    stranger.sign_in(f"ada@{far.slug}.example", PASSWORD, "en-us")
    stranger.go("/desk/orders")
    expect(stranger.page.get_by_role("link", name=order.split("/")[3])).to_have_count(0)
    stranger.expected.add(404)
    stranger.go(f"/portal/offers/{agreement}/products")
    expect(stranger.page.get_by_role("heading", level=1, name="There is nothing here")).to_be_visible()
