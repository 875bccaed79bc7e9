"""The product page: what goes with a product, and what comes after one that is phased out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from catalog.models import Product
from catalog.products import ProductEdit, edit_product
from catalog.relations import relate
from tests.browsing import Site, running_site
from tests.browsing import counted as counting
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all, share, somebody
from tests.factories.tenants import make_market


@pytest.fixture
def relating(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """A bike with many parts, on its way out; a jacket in two sizes."""
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        shared = make_category(session, brand.id, "shared")
        bike = make_product(session, brand.id, "BIKE", "Old bike", category=shared, status="phase_out")
        for sku in ("BELL", "LAMP", "SECRET", "NEXT"):
            make_product(session, brand.id, sku, sku.capitalize(), category=None if sku in ("SECRET", "NEXT") else shared)
        parts = [make_product(session, brand.id, f"PART-{n:02}").sku for n in range(20)]
        relate(session, actor, bike.id, "accessory", ["LAMP", "SECRET", "BELL"])
        relate(session, actor, bike.id, "spare_part", parts)
        relate(session, actor, bike.id, "successor", ["NEXT"])
        make_attribute(session, brand.id, "size", "choice", ("s", "m"), is_axis=True)
        jacket = make_product(session, brand.id, "JK", "Jacket", None)
        small, _medium = make_variants(session, brand.id, jacket, "size", {"s": "50", "m": "60"})
        relate(session, actor, jacket.id, "accessory", ["BELL"])
        relate(session, actor, small.id, "accessory", ["LAMP"])
        relate(session, actor, jacket.id, "successor", ["NEXT"])
        publish_all(session, brand.id)
    return brand


def section(html: str, name: str) -> list[str]:
    """The products' addresses in one section of the page, in their order."""
    found = re.search(rf'<section class="section" aria-labelledby="{name}">(.*?)</section>', html, re.DOTALL)
    return list(dict.fromkeys(re.findall(r'href="/en-eu/p/([^"?#]+)"', found[1]))) if found else []


def product(session: Session, sku: str) -> Product:
    return session.scalars(select(Product).where(Product.sku == sku)).one()


def test_a_page_shows_accessories_spare_parts_and_the_successor(relating: Site, shop: Shop) -> None:
    page = relating.browser(shop).get("/en-eu/p/old-bike-bike").text
    assert section(page, "accessories") == ["lamp-lamp", "secret-secret", "bell-bell"]
    assert section(page, "spare-parts") == [f"part-{n:02}-part-{n:02}" for n in range(20)]
    assert "This product is being phased out." in page
    assert re.search(r'Its successor</p>.*?<a class="link" href="/en-eu/p/next-next">Next</a>', page, re.DOTALL)


def test_a_product_that_stays_names_no_successor_and_a_variant_adds_its_own_accessories(relating: Site, shop: Shop) -> None:
    visitor = relating.browser(shop)
    small, medium = (visitor.get(f"/en-eu/p/jacket-jk?v=JK-{size}").text for size in "sm")
    assert (section(small, "accessories"), section(medium, "accessories")) == (["lamp-lamp", "bell-bell"], ["bell-bell"])
    assert "Its successor" not in small
    assert 'data-part="related"' in visitor.get("/en-eu/p/bell-bell").text


def test_a_partners_page_shows_what_its_agreement_covers(relating: Site, shop: Shop, partner: Shop) -> None:
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", languages=("en",))
    with in_tenant(shop.id) as session:
        shared = tuple(product(session, "BIKE").category_ids)
    share(shop.id, partner.id, category_ids=shared)
    relating.settle()
    page = relating.browser(partner).get("/en-eu/p/old-bike-bike").text
    assert section(page, "accessories") == ["lamp-lamp", "bell-bell"]
    assert section(page, "spare-parts") == []
    assert "Its successor" not in page


def test_what_is_taken_out_of_the_shop_leaves_the_page_and_the_page_takes_few_statements(relating: Site, shop: Shop, db: Engine) -> None:
    visitor = relating.browser(shop)
    visitor.get("/en-eu/p/old-bike-bike")
    relating.app.cache._pages.clear()
    with counting(db) as sent:
        visitor.get("/en-eu/p/old-bike-bike")
    relating.app.cache._pages.clear()
    with counting(db) as without:
        visitor.get("/en-eu/p/bell-bell")
    assert len(sent) <= len(without) <= 12, "\n".join(sent)
    with in_tenant(shop.id) as session:
        for sku in ("SECRET", "NEXT"):
            edit_product(session, somebody(shop.id), product(session, sku).id, ProductEdit(status="end"))
        publish_all(session, shop.id)
    relating.settle()
    page = visitor.get("/en-eu/p/old-bike-bike").text
    assert section(page, "accessories") == ["lamp-lamp", "bell-bell"]
    assert "Its successor" not in page
