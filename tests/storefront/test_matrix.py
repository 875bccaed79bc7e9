"""All variants of a product in a table of quantities."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from orders.models import CartLine
from orders.stock import StockLine, set_stock
from tests.browsing import Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_product, make_variants, publish_all, somebody
from tests.factories.tenants import make_market


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def sizes(brand: Shop) -> dict[str, UUID]:
    """A jacket in three sizes: of M there are three, L is sold out."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        make_attribute(session, brand.id, "size", "choice", ("s", "m", "l"), is_axis=True)
        jacket = make_product(session, brand.id, "JK", "Jacket", None)
        made = make_variants(session, brand.id, jacket, "size", {"s": "50", "m": "60", "l": "60"})
        make_product(session, brand.id, "BELL", "Bell", "12")
        publish_all(session, brand.id)
        counted = {made[1].sku: 3, made[2].sku: 0}
        lines = [StockLine(v.id, brand.id, v.sku, Decimal(counted[v.sku])) for v in made if v.sku in counted]
        set_stock(session, somebody(brand.id), lines, "Count")
        return {size: variant.id for size, variant in zip("sml", made, strict=True)}


def in_cart(shop: Shop) -> dict[UUID, Decimal]:
    with in_tenant(shop.id) as session:
        return {line.product_id: line.quantity for line in session.scalars(select(CartLine))}


def test_all_variants_stand_in_a_table_and_what_was_typed_goes_into_the_cart_together(
    site: Site, brand: Shop, sizes: dict[str, UUID]
) -> None:
    browser = site.browser(brand)
    assert 'href="/en-eu/p/jacket-jk/order"' in browser.get("/en-eu/p/jacket-jk").text
    page = browser.get("/en-eu/p/jacket-jk/order").text
    assert re.findall(r"</span>([SML])</th>", page) == ["S", "M", "L"]
    assert (f'name="quantities.{sizes["s"]}"' in page, f'name="quantities.{sizes["l"]}"' in page, "Sold out" in page) == (True, False, True)
    sent = browser.post("/en-eu/p/jacket-jk/order", {f"quantities.{sizes['s']}": "4", f"quantities.{sizes['m']}": "2"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/en-eu/cart")
    assert in_cart(brand) == {sizes["s"]: 4, sizes["m"]: 2}


def test_where_one_cannot_be_had_nothing_goes_into_the_cart_and_the_reason_stands_at_it(
    site: Site, brand: Shop, sizes: dict[str, UUID]
) -> None:
    browser = site.browser(brand)
    sent = browser.post("/en-eu/p/jacket-jk/order", {f"quantities.{sizes['s']}": "4", f"quantities.{sizes['m']}": "5"})
    assert (sent.status_code, 'value="4"' in sent.text, 'value="5"' in sent.text) == (422, True, True)
    assert f'id="e-{sizes["m"]}"' in sent.text
    assert f'id="e-{sizes["s"]}"' not in sent.text
    assert in_cart(brand) == {}
    for wrong in ({}, {f"quantities.{sizes['s']}": ""}, {f"quantities.{sizes['s']}": "-1"}, {f"quantities.{sizes['s']}": "many"}):
        assert browser.post("/en-eu/p/jacket-jk/order", wrong).status_code == 422
    assert in_cart(brand) == {}


def test_only_variants_of_this_product_count_and_one_without_variants_has_no_such_page(
    site: Site, brand: Shop, twin: Shop, sizes: dict[str, UUID]
) -> None:
    with in_tenant(brand.id) as session:
        bell = make_product(session, brand.id, "BELL-2", "Other bell", "12").id
        publish_all(session, brand.id)
    browser = site.browser(brand)
    assert browser.post("/en-eu/p/jacket-jk/order", {f"quantities.{bell}": "1"}).status_code == 422
    assert (browser.get("/en-eu/p/bell-bell/order").status_code, in_cart(brand)) == (404, {})
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu", languages=("en",))
        make_product(session, twin.id, "OWN", "Own", "5")
        publish_all(session, twin.id)
    site.settle()
    assert site.browser(twin).post("/en-eu/p/jacket-jk/order", {f"quantities.{sizes['s']}": "1"}).status_code == 404
