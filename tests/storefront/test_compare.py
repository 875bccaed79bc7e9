"""Products side by side."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from tests.browsing import Site, running_site
from tests.browsing import counted as counting
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all
from tests.factories.tenants import make_market

Ids = dict[str, UUID]


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


def stock_shelf(shop: Shop) -> Ids:
    """Two bikes of one frame and different weights, and a jacket in two sizes."""
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu", languages=("en",))
        make_attribute(session, shop.id, "frame", "choice", ("steel", "carbon"))
        make_attribute(session, shop.id, "weight", "number", unit="KGM")
        make_attribute(session, shop.id, "size", "choice", ("s", "m"), is_axis=True)
        bikes = make_category(session, shop.id, "bikes")
        made = [
            make_product(
                session,
                shop.id,
                sku,
                name,
                price,
                category=bikes,
                attribute_values={"frame": "steel", **({"weight": kilos} if kilos else {})},
            )
            for sku, name, price, kilos in (("A", "Alder", "900", "12.5"), ("B", "Birch", "1100", "10"), ("C", "Cedar", "1300", None))
        ]
        jacket = make_product(session, shop.id, "JK", "Jacket", None)
        make_variants(session, shop.id, jacket, "size", {"s": "50", "m": "60"})
        hidden = make_product(session, shop.id, "X", "Hidden", "5", status="draft")
        publish_all(session, shop.id)
        return {product.sku: product.id for product in (*made, jacket, hidden)}


def lines(html: str) -> dict[str, tuple[list[str], bool]]:
    """Label → the values beside it, and whether the line is marked as differing."""
    found = re.findall(r'<tr( class="compare-differs")?><th scope="row">([^<]*).*?</th>(.*?)</tr>', html, re.DOTALL)
    cells = {label: re.findall(r"<td>(.*?)</td>", row, re.DOTALL) for _mark, label, row in found}
    marks = {label: bool(mark) for mark, label, _row in found}
    return {label: ([re.sub(r"<[^>]+>", "", cell).strip() for cell in row], marks[label]) for label, row in cells.items()}


def test_products_stand_side_by_side_with_what_differs_marked(site: Site, brand: Shop) -> None:
    ids = stock_shelf(brand)
    page = site.browser(brand).get(f"/en-eu/compare?p={ids['B']}&p={ids['A']}&p={ids['C']}").text
    assert re.findall(r'class="compare-name"[^>]*>([^<]+)', page) == ["Birch", "Alder", "Cedar"]
    found = lines(page)
    assert found["Frame"] == (["Steel", "Steel", "Steel"], False)
    values, differs = found["Weight"]
    assert ([value.replace("\xa0", " ") for value in values], differs) == (["10 kg", "12.5 kg", "–not said"], True)
    assert found["Price"][0] == ["€1,100.00", "€900.00", "€1,300.00"]


def test_only_what_differs_is_shown_where_that_is_asked_for(site: Site, brand: Shop) -> None:
    ids = stock_shelf(brand)
    page = site.browser(brand).get(f"/en-eu/compare?p={ids['A']}&p={ids['B']}&d=1").text
    assert set(lines(page)) == {"Price", "Availability", "Weight"}
    assert f'href="/en-eu/compare?p={ids["A"]}&amp;p={ids["B"]}"' in page  # the way back to everything
    assert f'href="/en-eu/compare?p={ids["B"]}&amp;d=1"' in page  # without the first


def test_variants_stand_together_on_one_line_and_the_price_is_the_lowest(site: Site, brand: Shop) -> None:
    ids = stock_shelf(brand)
    page = site.browser(brand).get(f"/en-eu/compare?p={ids['JK']}&p={ids['A']}").text
    assert lines(page)["Size"] == (["S, M", "–not said"], True)
    assert "from€50.00" in lines(page)["Price"][0][0].replace(" ", "")


def test_what_is_not_sold_here_is_left_out_and_nonsense_is_no_error(site: Site, brand: Shop, twin: Shop) -> None:
    ids, theirs = stock_shelf(brand), stock_shelf(twin)
    page = site.browser(brand).get(f"/en-eu/compare?p={theirs['A']}&p={ids['X']}&p={uuid4()}&p=nothing&p={ids['A']}").text
    assert re.findall(r'class="compare-name"[^>]*>([^<]+)', page) == ["Alder"]
    assert "Nothing to compare yet" in site.browser(brand).get(f"/en-eu/compare?p={theirs['A']}").text


def test_at_most_four_fit_and_the_page_stays_within_its_queries(site: Site, brand: Shop, db: Engine) -> None:
    ids = stock_shelf(brand)
    with in_tenant(brand.id) as session:
        more = make_product(session, brand.id, "D", "Dogwood", "70").id
        publish_all(session, brand.id)
    site.settle()
    asked = "&".join(f"p={i}" for i in (ids["A"], ids["B"], ids["C"], ids["JK"], more))
    browser = site.browser(brand)
    browser.get("/en-eu/")
    with counting(db) as statements:
        page = browser.get(f"/en-eu/compare?{asked}").text
    assert ("At most 4 products" in page, "Dogwood" in page, len(statements) <= 12) == (True, False, True)


def test_lists_and_product_pages_lead_to_the_comparison(site: Site, brand: Shop) -> None:
    ids = stock_shelf(brand)
    listed = site.browser(brand).get("/en-eu/c/bikes").text
    assert f'name="p" value="{ids["A"]}" form="compare"' in listed
    assert '<form id="compare" method="get" action="/en-eu/compare"' in listed
    shown = site.browser(brand).get("/en-eu/p/alder-a").text
    link = re.search(r'href="/en-eu/compare\?([^"]+)"', shown)
    assert link
    assert f"p={ids['A']}&amp;" in link[1] + "&amp;"
    assert len(link[1].split("&amp;")) == 3
