"""The assortment as a Google Merchant feed."""

import importlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine

from catalog.models import Picture
from kernel.ids import new_id
from orders.stock import StockLine, set_stock
from storefront.pages import feed
from tests.browsing import Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all, somebody
from tests.factories.tenants import make_market

G = "{http://base.google.com/ns/1.0}"


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


def goods(shop: Shop) -> None:
    """A bell with a GTIN, a jacket in two sizes of which one is sold out, a lamp without a picture."""
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu", languages=("en",))
        make_attribute(session, shop.id, "size", "choice", ("s", "m"), is_axis=True)
        home = make_category(session, shop.id, "home", en="Home & garden")
        bell = make_product(session, shop.id, "BELL", f"Bell <{shop.slug}>", "12.5", category=home, brand="Veloria", gtin="4006381333931")
        jacket = make_product(session, shop.id, "JK", "Jacket", None)
        _small, medium = make_variants(session, shop.id, jacket, "size", {"s": "50", "m": "60"})
        make_product(session, shop.id, "LAMP", "Lamp", "5")
        make_product(session, shop.id, "DRAFT", "Draft", "5", status="draft")
        for product in (bell, jacket):
            session.add(
                Picture(
                    tenant_id=shop.id, id=new_id(), product_id=product.id, file_key="pictures/x.jpg", digest="0" * 64, width=800, height=600,
                    position=1, alts={}, state="ready", renditions=[{"format": "jpeg", "width": 640, "height": 480, "key": "r/x.jpg", "bytes": 9}],
                )
            )  # fmt: skip
        publish_all(session, shop.id)
        set_stock(session, somebody(shop.id), [StockLine(medium.id, shop.id, medium.sku, Decimal(0))], "Count")


def items(text: str) -> dict[str, dict[str, str]]:
    """Item id → its elements; the last one where there are several."""
    found = importlib.import_module("lxml.etree").fromstring(text.encode()).findall("channel/item")
    return {item.findtext(f"{G}id") or "": {e.tag.removeprefix(G): e.text or "" for e in item} for item in found}


def test_every_thing_that_can_be_bought_and_has_a_picture_is_an_item(site: Site, brand: Shop) -> None:
    goods(brand)
    answer = site.browser(brand).get("/en-eu/feeds/google.xml")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml; charset=utf-8")
    found = items(answer.text)
    assert set(found) == {"BELL", "JK-s", "JK-m"}
    bell = found["BELL"]
    told = ("title", "price", "availability", "brand", "gtin", "product_type", "condition")
    assert [bell[name] for name in told] == [
        f"Bell <{brand.slug}>", "12.50 EUR", "backorder", "Veloria", "4006381333931", "Home & garden", "new",
    ]  # fmt: skip
    assert bell["link"].endswith(f"{brand.slug}.localhost/en-eu/p/bell-{brand.slug}-bell")
    assert "r/x.jpg" in bell["image_link"]
    assert "identifier_exists" not in bell
    small, medium = found["JK-s"], found["JK-m"]
    assert (small["item_group_id"], medium["price"], medium["availability"]) == ("JK", "60.00 EUR", "out_of_stock")
    assert small["link"].endswith("/en-eu/p/jacket-jk?v=JK-s")
    assert small["identifier_exists"] == "no"


def test_it_comes_in_batches_and_is_the_same_whatever_their_size(site: Site, brand: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    goods(brand)
    browser = site.browser(brand)
    whole = browser.get("/en-eu/feeds/google.xml").text
    for size in (1, 2, 3):
        monkeypatch.setattr(feed, "BATCH", size)
        assert browser.get("/en-eu/feeds/google.xml").text == whole


def test_what_has_not_moved_is_not_sent_again(site: Site, brand: Shop) -> None:
    goods(brand)
    browser = site.browser(brand)
    mark = browser.get("/en-eu/feeds/google.xml").headers["etag"]
    assert browser.get("/en-eu/feeds/google.xml", if_none_match=mark).status_code == 304
    with in_tenant(brand.id) as session:
        make_product(session, brand.id, "NEW", "New", "9")
        publish_all(session, brand.id)
    site.settle()
    assert browser.get("/en-eu/feeds/google.xml", if_none_match=mark).status_code == 200


def test_a_feed_holds_nothing_of_another_tenant(site: Site, brand: Shop, twin: Shop) -> None:
    goods(brand)
    goods(twin)
    text = site.browser(brand).get("/en-eu/feeds/google.xml").text
    assert (brand.slug in text, twin.slug in text, str(twin.id) in text) == (True, False, False)
