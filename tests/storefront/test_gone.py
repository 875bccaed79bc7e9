"""The address of a product that is no longer sold: on to its successor, never out of the shop, else a page that helps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from catalog.models import Product
from catalog.overlays import set_hidden
from catalog.products import ProductEdit, edit_product
from catalog.relations import relate, unrelate
from tests.browsing import Elements, Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, share, somebody
from tests.factories.tenants import make_market


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """Old, its successor Middle, its successor Next; Lonely without any; Bell beside them. All are published."""
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        bikes = make_category(session, brand.id, "bikes")
        for sku in ("OLD", "MIDDLE", "NEXT", "LONELY", "BELL"):
            make_product(session, brand.id, sku, sku.capitalize(), category=bikes)
        for before, after in (("OLD", "MIDDLE"), ("MIDDLE", "NEXT")):
            relate(session, actor, product(session, before).id, "successor", [after])
        publish_all(session, brand.id)
    return brand


def product(session: Session, sku: str) -> Product:
    return session.scalars(select(Product).where(Product.sku == sku)).one()


def end(site: Site, shop: Shop, *skus: str) -> None:
    with in_tenant(shop.id) as session:
        for sku in skus:
            edit_product(session, somebody(shop.id), product(session, sku).id, ProductEdit(status="end"))
        publish_all(session, shop.id)
    site.settle()


def test_an_ended_product_leads_to_its_successor(site: Site, shop: Shop) -> None:
    browser = site.browser(shop)
    assert browser.get("/en-eu/p/middle-middle").status_code == 200
    end(site, shop, "MIDDLE")
    answer = browser.get("/en-eu/p/middle-middle")
    assert (answer.status_code, answer.headers["location"]) == (301, "/en-eu/p/next-next")


def test_a_chain_of_ended_products_is_followed_to_what_is_sold(site: Site, shop: Shop) -> None:
    end(site, shop, "OLD", "MIDDLE")
    answer = site.browser(shop).get("/en-eu/p/old-old")
    assert (answer.status_code, answer.headers["location"]) == (301, "/en-eu/p/next-next")


def test_without_a_successor_a_page_says_so_and_shows_what_is_like_it(site: Site, shop: Shop) -> None:
    end(site, shop, "LONELY")
    answer = site.browser(shop).get("/en-eu/p/lonely-lonely")
    assert answer.status_code == 410
    assert "Lonely is no longer sold" in Elements(answer.text).text
    assert 'href="/en-eu/p/bell-bell"' in answer.text
    assert '<meta name="robots" content="noindex">' in answer.text


def test_a_chain_that_ends_without_anything_sold_is_told_as_gone(site: Site, shop: Shop) -> None:
    end(site, shop, "OLD", "MIDDLE", "NEXT")
    assert site.browser(shop).get("/en-eu/p/old-old").status_code == 410


def test_a_ring_of_published_successors_ends_where_it_closes(site: Site, shop: Shop) -> None:
    """The desk never lets a ring come to be; publications one after the other may hold one all the same."""
    end(site, shop, "MIDDLE")
    actor = somebody(shop.id)
    with in_tenant(shop.id) as session:
        middle, following = product(session, "MIDDLE"), product(session, "NEXT")
        unrelate(session, actor, middle.id, "successor", following.id)
        relate(session, actor, following.id, "successor", ["MIDDLE"])
        publish_all(session, shop.id)
    end(site, shop, "NEXT")
    browser = site.browser(shop)
    assert browser.get("/en-eu/p/middle-middle").status_code == 410
    assert browser.get("/en-eu/p/next-next").status_code == 410


def test_what_was_never_there_is_not_there(site: Site, shop: Shop) -> None:
    assert site.browser(shop).get("/en-eu/p/never").status_code == 404


def test_a_product_that_comes_back_is_at_its_address_again(site: Site, shop: Shop) -> None:
    end(site, shop, "LONELY")
    browser = site.browser(shop)
    assert browser.get("/en-eu/p/lonely-lonely").status_code == 410
    with in_tenant(shop.id) as session:
        edit_product(session, somebody(shop.id), product(session, "LONELY").id, ProductEdit(status="ready"))
        publish_all(session, shop.id)
    site.settle()
    assert browser.get("/en-eu/p/lonely-lonely").status_code == 200


def test_a_partners_shop_is_never_led_out_of_what_it_sells(site: Site, shop: Shop, partner: Shop) -> None:
    with in_tenant(shop.id) as session:
        shared = make_category(session, shop.id, "shared")
        for sku in ("OLD", "BELL"):
            edit_product(session, somebody(shop.id), product(session, sku).id, ProductEdit(category_ids=[shared.id]))
        publish_all(session, shop.id)
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", languages=("en",))
    share(shop.id, partner.id, category_ids=(shared.id,))
    assert site.browser(partner).get("/en-eu/p/old-old").status_code == 200
    end(site, shop, "OLD", "LONELY")
    answer = site.browser(partner).get("/en-eu/p/old-old")
    assert answer.status_code == 410
    assert "Middle" not in answer.text
    assert site.browser(partner).get("/en-eu/p/lonely-lonely").status_code == 404


def test_a_product_that_the_partner_hides_is_not_there_although_older_versions_of_it_are(site: Site, shop: Shop, partner: Shop) -> None:
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", languages=("en",))
    (agreement,) = share(shop.id, partner.id)
    with in_tenant(shop.id) as session:
        old = product(session, "OLD").id
        edit_product(session, somebody(shop.id), old, ProductEdit(names={"en": "Old and edited"}))
        publish_all(session, shop.id)
    with in_tenant(partner.id) as session:
        set_hidden(session, somebody(partner.id), agreement.id, old, hidden=True)
    assert site.browser(partner).get("/en-eu/p/old-old").status_code == 404


def test_states_are_flagged_on_cards_and_pages(site: Site, shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        edit_product(session, somebody(shop.id), product(session, "BELL").id, ProductEdit(status="new"))
        late = ProductEdit(status="phase_out", end_on="2099-12-31", manufacturer="Glocken AG", origin_country="DE")
        edit_product(session, somebody(shop.id), product(session, "OLD").id, late)
        publish_all(session, shop.id)
    browser = site.browser(shop)
    listed = browser.get("/en-eu/c/bikes").text
    assert '<span class="card-flag badge badge-second">New</span>' in listed
    assert '<span class="card-flag badge badge-second">While stocks last</span>' in listed
    page = Elements(browser.get("/en-eu/p/old-old").text).text
    assert "While stocks last" in page
    assert "Manufacturer Glocken AG Country of origin Germany Sold until" in page
