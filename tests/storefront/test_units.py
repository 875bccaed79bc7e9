"""The product page and the cart by the box: a choice of units without scripts, clear refusals with a way out."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from catalog.models import Product
from orders.models import CartLine
from orders.stock import StockLine, set_stock
from tests.browsing import Elements, Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, share
from tests.factories.tenants import make_market, staff

BOXES: dict[str, Any] = {
    "packaging": [{"unit": "BX", "content": "12"}, {"unit": "PF", "content": "480"}],
    "ordering": {"unit": "BX", "least": "2", "step": "1"},
}


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """Bells by the box of twelve, of which 40 are there."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        bell = make_product(session, brand.id, "BELL", "Bell", "1.50", **BOXES)
        publish_all(session, brand.id)
        set_stock(session, staff(brand.id, "stock.edit"), [StockLine(bell.id, brand.id, "BELL", Decimal(40))], "counted")
    return brand


def bell_of(shop: Shop) -> UUID:
    with in_tenant(shop.id) as session:
        return session.scalars(select(Product.id).where(Product.sku == "BELL")).one()


def lines(shop: Shop) -> list[tuple[Decimal, str]]:
    with in_tenant(shop.id) as session:
        return [(line.quantity, line.unit) for line in session.scalars(select(CartLine))]


def test_the_usual_unit_is_offered_first_with_its_price_and_steps(site: Site, shop: Shop) -> None:
    page = site.browser(shop).get("/en-eu/p/bell-bell").text
    assert "€18.00" in page
    assert "€1.50 for 1 piece" in Elements(page).text
    assert '<input type="hidden" name="unit" value="BX">' in page
    assert 'value="2" min="2" step="1"' in page
    assert "From 2, in steps of 1" in Elements(page).text


def test_another_unit_is_a_link_away_and_one_that_is_not_left_says_so(site: Site, shop: Shop) -> None:
    browser = site.browser(shop)
    pieces = browser.get("/en-eu/p/bell-bell?u=C62").text
    assert 'value="24" min="24" step="12"' in pieces
    pallets = browser.get("/en-eu/p/bell-bell?u=PF").text
    assert "Not enough is left for 1 pallet (480 pieces)." in pallets
    assert 'name="unit"' not in pallets
    assert '<input type="hidden" name="unit" value="BX">' in browser.get("/en-eu/p/bell-bell?u=XYZ").text


def test_the_cart_takes_boxes_and_a_refused_quantity_offers_the_nearest_at_its_line(site: Site, shop: Shop) -> None:
    browser = site.browser(shop)
    assert browser.post("/en-eu/cart", {"product_id": str(bell_of(shop)), "unit": "BX", "quantity": "2"}).status_code == 303
    cart = browser.get("/en-eu/cart").text
    assert "2 boxes (24 pieces)" in Elements(cart).text
    assert "€18.00 for 1 box (12 pieces)" in Elements(cart).text
    with in_tenant(shop.id) as session:
        line = session.scalars(select(CartLine.id)).one()
    answer = browser.post(f"/en-eu/cart/{line}", {"quantity": "9", "unit": "BX"})
    assert answer.status_code == 422
    assert "Only 3 boxes of Bell are left." in answer.text
    assert f'<form method="post" action="/en-eu/cart/{line}" class="cluster mt-2">' in answer.text
    assert '<button class="btn btn-sm" name="quantity" value="3">Take 3 boxes</button>' in answer.text
    assert lines(shop) == [(24, "BX")]
    assert browser.post(f"/en-eu/cart/{line}", {"quantity": "3", "unit": "BX"}).status_code == 303
    assert browser.post(f"/en-eu/cart/{line}", {"quantity": "24", "unit": "C62"}).status_code == 303
    assert lines(shop) == [(24, "")]


def test_too_few_to_add_says_what_can_be_had_and_one_button_takes_it(site: Site, shop: Shop) -> None:
    browser, bell = site.browser(shop), str(bell_of(shop))
    answer = browser.post("/en-eu/cart", {"product_id": bell, "unit": "C62", "quantity": "25"})
    assert answer.status_code == 422
    assert "Bell is sold from 24 pieces, in steps of 12 pieces. Nearest: 24 pieces / 36 pieces." in answer.text
    assert ">Take 24 pieces</button>" in answer.text
    assert ">Take 36 pieces</button>" in answer.text
    assert lines(shop) == []


def test_a_partner_sells_in_the_brands_units(site: Site, shop: Shop, partner: Shop) -> None:
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", languages=("en",))
    share(shop.id, partner.id)
    browser = site.browser(partner)
    assert "1 box (12 pieces)" in Elements(browser.get("/en-eu/p/bell-bell").text).text
    assert browser.post("/en-eu/cart", {"product_id": str(bell_of(shop)), "unit": "BX", "quantity": "2"}).status_code == 303
    assert (lines(partner), lines(shop)) == ([(24, "BX")], [])
