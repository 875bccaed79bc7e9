"""What was looked at before, from ids that the browser has kept."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from tests.browsing import Site, running_site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all
from tests.factories.tenants import make_market


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


def goods(shop: Shop) -> list[UUID]:
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu", languages=("en",))
        made = [make_product(session, shop.id, f"P-{n}", f"Product {n}", "10").id for n in range(6)]
        made.append(make_product(session, shop.id, "HIDDEN", "Hidden", "10", status="draft").id)
        publish_all(session, shop.id)
        return made


def names(html: str) -> list[str]:
    return re.findall(r">(Product \d|Hidden)</a>", html)


def test_cards_come_in_the_order_asked_for_and_only_of_what_is_sold_here(site: Site, brand: Shop, twin: Shop) -> None:
    own, theirs = goods(brand), goods(twin)
    asked = "&".join(f"p={i}" for i in (own[3], theirs[0], own[6], uuid4(), "nothing", own[1], own[3]))
    answer = site.browser(brand).get(f"/en-eu/recent?{asked}")
    assert (answer.status_code, names(answer.text), "<html" in answer.text) == (200, ["Product 3", "Product 1"], False)


def test_at_most_four_are_shown_and_none_is_an_empty_answer(site: Site, brand: Shop) -> None:
    own = goods(brand)
    browser = site.browser(brand)
    assert names(browser.get("/en-eu/recent?" + "&".join(f"p={i}" for i in own)).text) == [f"Product {n}" for n in range(4)]
    assert browser.get("/en-eu/recent").text.strip() == ""


def test_a_products_page_names_itself_and_says_where_the_cards_come_from(site: Site, brand: Shop) -> None:
    own = goods(brand)
    page = site.browser(brand).get("/en-eu/p/product-2-p-2").text
    assert (f'data-seen="{own[2]}"' in page, 'data-recent="/en-eu/recent"' in page) == (True, True)
