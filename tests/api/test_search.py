"""Search over the API: what a shopper would find, for programs, without signing in."""

from collections.abc import Iterator
from typing import Any

import pytest

from catalog.search import asking
from kernel import settings
from kernel.pace import Pace
from tests.browsing import Site
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, publish_all
from tests.factories.tenants import make_market

SEARCH = "/api/v1/search"


@pytest.fixture(autouse=True)
def from_the_start(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing asked yet; the settings as they were afterwards."""
    before = settings.current()
    monkeypatch.setattr(asking, "PACE", Pace("Too many searches at once. Please wait a moment."))
    yield
    settings.use(before)


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """A brand with two markets: `eu` in English and German, `us` in English alone; three bicycles and a lamp."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en", "de"))
        make_market(session, brand.id, "us", currency="USD", languages=("en",))
        bikes, lights = make_category(session, brand.id, "bikes"), make_category(session, brand.id, "lights")
        make_attribute(session, brand.id, "colour", "choice", ("pine", "copper"), filterable=True)
        make_attribute(session, brand.id, "gears", "number", filterable=True)

        def make(sku: str, name: str, price: str, colour: str, gears: int, **more: Any) -> None:
            values = {"colour": colour, "gears": gears}
            made = make_product(session, brand.id, sku, name=name, price=price, attribute_values=values, **{"category": bikes, **more})
            made.names = {"en": name, "de": name.replace("bike", "Rad")}

        make("BK-1", "Pine city bike", "1299.00", "pine", 8)
        make("BK-2", "Copper city bike", "899.00", "copper", 11)
        make("BK-3", "Pine mountain bike", "1999.00", "pine", 12)
        make("LT-1", "Front light for every bike", "49.90", "copper", 0, category=lights)
        publish_all(session, brand.id, "eu")
        publish_all(session, brand.id, "us")
    return brand


def found(site: Site, shop: Shop, query: str) -> dict[str, Any]:
    answer = site.browser(shop).get(f"{SEARCH}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
    told: dict[str, Any] = answer.json()
    return told


def skus(told: dict[str, Any]) -> list[str]:
    return [hit["sku"] for hit in told["items"]]


def problem(site: Site, shop: Shop, query: str) -> tuple[int, str, list[tuple[str, str]]]:
    answer = site.browser(shop).get(f"{SEARCH}?{query}")
    told = answer.json()
    return answer.status_code, answer.headers["content-type"], [(e["field"], e["code"]) for e in told["errors"]]


def test_hits_come_in_rank_order_with_article_number_name_and_own_price(site: Site, shop: Shop) -> None:
    told = found(site, shop, "q=pine+city&limit=10")
    assert skus(told)[0] == "BK-1"
    first = told["items"][0]
    assert (first["name"], first["price"], first["currency"], first["includes_tax"]) == ("Pine city bike", "1299.00", "EUR", True)
    assert (told["total"], told["market"], told["language"], told["corrected"]) == (len(told["items"]), "eu", "en", None)
    assert (told["page"], told["limit"], told["next_page"]) == (1, 10, None)


def test_a_misspelt_word_is_corrected_and_said_so(site: Site, shop: Shop) -> None:
    told = found(site, shop, "q=montain&limit=10")
    assert (skus(told), told["corrected"]) == (["BK-3"], "mountain")


def test_a_number_typed_exactly_names_its_product(site: Site, shop: Shop) -> None:
    told = found(site, shop, "q=bk-2")
    assert (skus(told)[0], told["exact"]) == ("BK-2", told["items"][0]["id"])


def test_facets_count_the_whole_list_and_are_told_in_words(site: Site, shop: Shop) -> None:
    facets = {facet["code"]: facet for facet in found(site, shop, "q=bike&limit=1")["facets"]}
    assert {value["value"]: (value["count"], value["selected"]) for value in facets["colour"]["values"]} == {
        "pine": (2, False), "copper": (2, False)
    }  # fmt: skip
    assert {value["label"]: value["count"] for value in facets["category"]["values"]} == {"Bikes": 3, "Lights": 1}
    assert (facets["price"]["low"], facets["price"]["high"], facets["price"]["label"]) == ("49.90", "1999.00", "Price")
    assert (facets["gears"]["low"], facets["gears"]["high"]) == ("0", "12")
    assert found(site, shop, "q=bike&facets=false")["facets"] == []


def test_filters_stand_in_the_query(site: Site, shop: Shop) -> None:
    assert sorted(skus(found(site, shop, "q=bike&filter=colour:pine"))) == ["BK-1", "BK-3"]
    assert len(skus(found(site, shop, "q=bike&filter=colour:pine&filter=colour:copper"))) == 4
    assert sorted(skus(found(site, shop, "filter=gears:9..&sort=name"))) == ["BK-2", "BK-3"]
    assert skus(found(site, shop, "price_from=900&price_to=1500")) == ["BK-1"]
    assert skus(found(site, shop, "in_stock=true")) == []
    lights = next(
        v["value"] for f in found(site, shop, "")["facets"] if f["code"] == "category" for v in f["values"] if v["label"] == "Lights"
    )
    assert skus(found(site, shop, f"category={lights}")) == ["LT-1"]
    nothing = found(site, shop, "q=bike&filter=colour:pine&price_to=100")
    assert (nothing["total"], nothing["without"]) == (0, {"colour": 1, "price": 2})


def test_pages_follow_each_other_without_gaps(site: Site, shop: Shop) -> None:
    pages = [found(site, shop, f"sort=price&limit=3&page={n}") for n in (1, 2)]
    assert [skus(page) for page in pages] == [["LT-1", "BK-2", "BK-1"], ["BK-3"]]
    assert [(page["total"], page["next_page"]) for page in pages] == [(4, 2), (4, None)]


def test_market_and_language_may_be_chosen(site: Site, shop: Shop) -> None:
    german = found(site, shop, "q=rad&market=eu&language=DE&limit=1")
    assert (german["language"], german["items"][0]["name"].endswith("Rad")) == ("de", True)
    labels = {facet["code"]: facet["label"] for facet in german["facets"]}
    assert labels["price"] == "Preis"
    american = found(site, shop, "q=pine&market=us")
    assert (american["market"], american["language"]) == ("us", "en")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("limit=0", [("limit", "greater_than_equal")]),
        ("limit=101", [("limit", "less_than_equal")]),
        ("limit=many", [("limit", "int_parsing")]),
        ("page=0", [("page", "greater_than_equal")]),
        ("page=102&limit=100", [("page", "too_deep")]),
        ("q=" + "x" * 201, [("q", "string_too_long")]),
        ("market=moon", [("market", "unknown")]),
        ("market=us&language=de", [("language", "unknown")]),
        ("filter=size:9", [("filter", "unknown")]),
        ("filter=colour", [("filter", "unknown")]),
        ("filter=gears:many", [("filter", "range")]),
        ("filter=gears:NaN..", [("filter", "range")]),
        ("price_from=cheap", [("price_from", "decimal_parsing")]),
        ("sort=best", [("sort", "enum")]),
        ("category=bikes", [("category", "uuid_parsing")]),
        ("quantity=1", [("quantity", "extra_forbidden")]),
    ],
)
def test_what_cannot_be_asked_is_a_problem_document_that_names_the_field(
    site: Site, shop: Shop, query: str, where: list[tuple[str, str]]
) -> None:
    assert problem(site, shop, query) == (422, "application/problem+json", where)


def test_page_and_api_share_their_pace_and_a_machine_client_has_its_own(site: Site, shop: Shop) -> None:
    settings.use(settings.current().with_(searches_per_minute=3))
    browser = site.browser(shop)
    told = [
        browser.get(path).status_code for path in ("/en-eu/search?q=one", f"{SEARCH}?q=two", "/en-eu/suggest?q=thr", f"{SEARCH}?q=four")
    ]
    assert told == [200, 200, 200, 429]
    refused = browser.get(f"{SEARCH}?q=five")
    assert (refused.headers["content-type"], refused.json()["code"]) == ("application/problem+json", "too_many")
    assert int(refused.headers["retry-after"]) in range(15, 21)
    erp = site.program(shop, "catalog.view")
    assert [erp.get(f"/search?q=word{n}").status_code for n in range(4)] == [200, 200, 200, 429]


def test_what_was_refused_for_its_form_is_not_counted(site: Site, shop: Shop) -> None:
    settings.use(settings.current().with_(searches_per_minute=1))
    browser = site.browser(shop)
    assert [browser.get(f"{SEARCH}?{query}").status_code for query in ("limit=0", "market=moon", "q=bike")] == [422, 422, 200]


def test_another_shops_products_are_never_found(site: Site, shop: Shop, make_shop: MakeShop) -> None:
    twin = make_shop("brand")
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu")
        make_product(session, twin.id, "TWIN-1", name="Pine twin bike", price="5.00")
        publish_all(session, twin.id, "eu")
    assert skus(found(site, twin, "q=pine+bike")) == ["TWIN-1"]
    ours = found(site, shop, "q=twin+TWIN-1")
    assert "TWIN-1" not in skus(ours)
    assert next(f for f in found(site, shop, "")["facets"] if f["code"] == "price")["low"] == "49.90"


def test_the_document_says_what_may_be_asked_and_that_nobody_has_to_sign_in(site: Site, shop: Shop) -> None:
    told = site.browser(shop).get("/api/v1/openapi.json").json()["paths"][SEARCH]["get"]
    parameters = {one["name"]: (one["required"], one["schema"].get("type")) for one in told["parameters"]}
    assert (parameters["q"], parameters["limit"], parameters["filter"]) == ((False, "string"), (False, "integer"), (False, "array"))
    limits = next(one["schema"] for one in told["parameters"] if one["name"] == "limit")
    assert (limits["minimum"], limits["maximum"], limits["default"]) == (1, 100, 24)
    assert told["security"] == [{}]
