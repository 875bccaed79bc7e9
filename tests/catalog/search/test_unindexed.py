"""The index is lost or broken: lists and search go on in plain SQL, and say so (F13)."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from catalog.assortment import search_scope, sources_for, view_for
from catalog.models import Overlay
from catalog.search import rebuilding
from catalog.search.breaker import Circuit
from catalog.search.engine import ENGINE
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page, SearchResult, Sort
from catalog.search.stock import reading_stock_by
from catalog.search.unindexed import IndexLost, UnindexedSearch
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.browsing import Site, running_site
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, publish_all, share
from tests.factories.tenants import make_market

TABLES = ("index", "doc", "posting", "word", "word_del", "bits", "number", "code", "unit")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ENGINE, "circuit", Circuit(failures=1, pause=60))


@pytest.fixture
def site(db: Engine, tmp_path: Path) -> Iterator[Site]:
    with running_site(db, tmp_path) as running:
        yield running


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """Three bicycles and a lamp, published."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        bikes, lights = make_category(session, brand.id, "bikes"), make_category(session, brand.id, "lights")
        make_attribute(session, brand.id, "colour", "choice", ("pine", "copper"), filterable=True)
        make_attribute(session, brand.id, "gears", "number", filterable=True)

        def make(sku: str, name: str, price: str, colour: str, gears: int, **more: Any) -> None:
            values = {"colour": colour, "gears": gears}
            make_product(session, brand.id, sku, name=name, price=price, attribute_values=values, **{"category": bikes, **more})

        make("BK-1", "Pine city bike", "1299.00", "pine", 8)
        make("BK-2", "Copper city bike", "899.00", "copper", 11)
        make("BK-3", "Pine mountain bike", "1999.00", "pine", 12)
        make("LT-1", "Lamp 100%", "49.90", "copper", 0, category=lights)
        publish_all(session, brand.id, "eu")
    return brand


def lose(superuser_db: Engine, *shops: Shop) -> None:
    with superuser_db.begin() as connection:
        for shop in shops:
            for table in TABLES:
                connection.execute(text(f"DELETE FROM catalog.search_{table} WHERE tenant_id = :t"), {"t": shop.id})


@pytest.fixture
def broken(superuser_db: Engine, shop: Shop) -> Iterator[None]:
    """A table of the index that cannot be read."""
    with superuser_db.begin() as connection:
        connection.execute(text("ALTER TABLE catalog.search_index RENAME TO search_index_gone"))
    yield
    with superuser_db.begin() as connection:
        connection.execute(text("ALTER TABLE catalog.search_index_gone RENAME TO search_index"))


def found(shop: Shop, typed: str = "", engine: Any = ENGINE, **more: Any) -> SearchResult:
    with entering(shop.id), transaction(read_only=True) as session:
        view = view_for(session, "eu", "en")
        answer: SearchResult = engine.search(session, search_scope(view, sources_for(session, view)), typed, **more)
        return answer


def skus(shop: Shop, answer: SearchResult) -> list[str]:
    with entering(shop.id), transaction(read_only=True) as session:
        rows = session.execute(text("SELECT product_id, sku FROM catalog.published_product"))
        by_id = {row.product_id: row.sku for row in rows}
    return [by_id[hit.product_id] for hit in answer.hits]


def test_a_lost_index_is_noticed_and_the_shop_goes_on_selling(db: Engine, superuser_db: Engine, shop: Shop) -> None:
    assert (found(shop, "pine").is_unindexed, found(shop, "pine").total) == (False, 2)
    lose(superuser_db, shop)
    with pytest.raises(IndexLost):
        found(shop, "pine", engine=PgSearch())
    answer = found(shop, "pine bike", sort=Sort.PRICE_UP)
    assert (answer.is_unindexed, answer.total, skus(shop, answer)) == (True, 2, ["BK-1", "BK-3"])
    assert found(shop).total == 4
    with entering(shop.id), transaction() as session:
        for market_code, language in rebuilding.list_overdue(session):
            rebuilding.rebuild(session, market_code, language)
    assert (found(shop, "pine").is_unindexed, found(shop, "pine").total) == (False, 2)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"filters": Filters(values={"colour": ("pine",)})}, ["BK-1", "BK-3"]),
        ({"filters": Filters(values={"colour": ("pine", "copper")}, ranges={"gears": (Decimal(9), None)})}, ["BK-2", "BK-3"]),
        ({"filters": Filters(price=(Decimal(900), Decimal(1500)))}, ["BK-1"]),
        ({"filters": Filters(price=(None, Decimal(900)))}, ["BK-2", "LT-1"]),
        ({"filters": Filters(values={"category": ("nonsense",)})}, []),
        ({"filters": Filters(in_stock=True)}, []),
        ({"sort": Sort.PRICE_DOWN}, ["BK-3", "BK-1", "BK-2", "LT-1"]),
        ({"sort": Sort.PRICE_UP, "page": Page(2, 3)}, ["BK-3"]),
        ({"typed": "bk-2"}, ["BK-2"]),
        ({"typed": "100%"}, ["LT-1"]),
        ({"typed": "%"}, []),
        ({"typed": "b_ke"}, []),
    ],
)
def test_filters_orders_and_pages_mean_the_same_without_an_index(
    db: Engine, shop: Shop, asked: dict[str, Any], expected: list[str]
) -> None:
    answer = found(shop, engine=UnindexedSearch(), **{"sort": Sort.NAME, **asked})
    got = skus(shop, answer)
    assert (got if "sort" in asked else sorted(got)) == expected
    indexed = found(shop, engine=PgSearch(), **asked) if "typed" not in asked else answer
    assert answer.total == indexed.total


def test_what_is_in_stock_is_known_without_an_index(db: Engine, shop: Shop) -> None:
    first = found(shop, "bk-2").hits[0].product_id
    with reading_stock_by(lambda _session: [first]):
        assert skus(shop, found(shop, engine=UnindexedSearch(), filters=Filters(in_stock=True))) == ["BK-2"]


def test_a_partner_sees_its_scope_and_nothing_else_without_an_index(
    db: Engine, superuser_db: Engine, shop: Shop, partner: Shop, make_shop: MakeShop
) -> None:
    twin = make_shop("brand")
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu", languages=("en",))
        make_product(session, twin.id, "TWIN-1", name="Pine twin bike", price="5.00")
        publish_all(session, twin.id, "eu")
    every = {sku: hit.product_id for sku, hit in zip(skus(shop, found(shop)), found(shop).hits, strict=True)}
    [agreement] = share(shop.id, partner.id, product_ids=(every["BK-1"], every["BK-2"], every["LT-1"]))
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", languages=("en",))
        laid = {"agreement_id": agreement.id, "source_tenant_id": shop.id, "product_id": every["LT-1"]}
        session.add(Overlay(tenant_id=partner.id, id=every["LT-1"], **laid, hidden=True))
    lose(superuser_db, shop, twin)
    answer = found(partner)
    assert (answer.is_unindexed, sorted(skus(partner, answer)), answer.total) == (True, ["BK-1", "BK-2"], 2)
    assert {hit.agreement_id for hit in answer.hits} == {agreement.id}


def test_pages_and_api_answer_from_plain_sql_while_the_index_cannot_be_read(site: Site, shop: Shop, broken: None) -> None:
    browser = site.browser(shop)
    page = browser.get("/en-eu/search?q=pine")
    assert (page.status_code, "Pine city bike" in page.text, "Copper" in page.text) == (200, True, False)
    assert "Search is limited at the moment" in page.text
    assert browser.get("/en-eu/all").status_code == 200
    told = browser.get("/api/v1/search?q=pine&sort=price").json()
    assert ([hit["sku"] for hit in told["items"]], told["facets"]) == (["BK-1", "BK-3"], [])
    assert "Pine city bike" in browser.get("/en-eu/suggest?q=pine").text


def test_pages_without_an_index_are_not_kept(site: Site, shop: Shop, superuser_db: Engine) -> None:
    browser = site.browser(shop)
    lose(superuser_db, shop)
    for _ in range(3):
        assert "Search is limited at the moment" in browser.get("/en-eu/search?q=pine").text
    with entering(shop.id), transaction() as session:
        rebuilding.rebuild(session, "eu", "en")
    assert "Search is limited at the moment" not in browser.get("/en-eu/search?q=pine").text
