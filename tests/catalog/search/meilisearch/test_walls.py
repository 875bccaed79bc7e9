"""Nothing Meilisearch says or is asked can show, count or price what a shop may not sell (T10)."""

import random
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from catalog.intervals import Place
from catalog.search.meili import feeding
from catalog.search.meili.documents import product_document
from catalog.search.meili.engine import MeiliSearch
from catalog.search.meili.queries import typed_text
from catalog.search.meili.server import MeiliServer
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page, SearchResult, SearchScope, SearchSource, Sort
from catalog.search.rules import NO_RULES, SearchRules, SynonymLine
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.search import GOODS, document, index_goods, names, overlay, own_scope, product_id, share
from tests.meilisearch.double import Double

# a condition may consist of nothing else
CONDITION = re.compile(r'(id|category_ids|codes|product|language) IN \[("[\w]*"(, )?)+\]')
EVIL = [
    '" OR id EXISTS OR codes = "', "') OR 1=1", "id = *", "codes IN [*]", "\\", '"', "]", "] OR category_ids IS NOT EMPTY", "\0", "\ue000bell\ue001",
    "_geoRadius(0,0,9999999)", "EXISTS", "NOT", "TO", "x AND y", '{"$ne": 1}', "ID:1 OR", "{{constructor}}", "VE-BELL-47\" OR \"1", "💥", "A" * 5000,
    "\ud800", "%00", "../../indexes", "' UNION SELECT", "\u202e", "-bell", '"brass bell"', "\"brass", "١٢٣", "ßßß", "İ",
]  # fmt: skip


def fill(server: MeiliServer, shop: Shop) -> None:
    index_goods(shop.id)
    with entering(shop.id):
        feeding.put_anew(server, Place("eu", "en"), [document(shop.id, name) for name in GOODS], 1)


def find(server: MeiliServer, scope: SearchScope, text: str, **more: Any) -> SearchResult:
    with entering(scope.seller_id), transaction(read_only=True) as session:
        return MeiliSearch(server).search(session, scope, text, **more)


def conditions(double: Double) -> list[str]:
    found: list[str] = []
    for query in double.searches():
        for one in query.get("filter", []):
            found += one if isinstance(one, list) else [one]
    return found


def test_five_thousand_texts_put_nothing_into_a_condition_but_ids_and_codes(server: MeiliServer, double: Double, brand: Shop) -> None:
    fill(server, brand)
    dice = random.Random(7)
    scope = own_scope(brand.id)
    sent: list[str] = []
    for n in range(5000):
        text = "".join(dice.choice(EVIL) + dice.choice(["", " ", "9"]) for _ in range(dice.randint(1, 4)))
        typed = typed_text(text, "en", NO_RULES)
        sent += sorted(typed.codes)
        if n % 100 == 0:
            assert {hit.tenant_id for hit in find(server, scope, text).hits} <= {brand.id}
    assert all(code.isalnum() for code in sent)
    assert len(sent) > 1000
    told = conditions(double)
    assert [one for one in told if not CONDITION.fullmatch(one)] == []
    assert told != []


def test_a_server_that_lies_shows_nobody_elses_goods(server: MeiliServer, double: Double, brand: Shop, twin: Shop, partner: Shop) -> None:
    """It answers every search with all it knows, with ids it has made up, with what is hidden, and ever so highly ranked."""
    fill(server, brand)
    fill(server, twin)
    agreement = share(brand.id, partner.id)
    with entering(partner.id), transaction() as session:
        overlay(session, partner.id, brand.id, agreement, "taillight", hidden=True)
    lies = [
        *({"id": product_id(shop.id, name).hex, "codes": ["BELL"], "_rankingScore": 99.0} for shop in (brand, twin) for name in GOODS),
        {"id": "state"}, {"id": "zz"}, {"id": None}, {"id": 5}, {}, {"id": "00" * 16, "_rankingScore": "high"},
    ]  # fmt: skip
    double._search = lambda query: {"indexUid": query["indexUid"], "hits": lies, "estimatedTotalHits": 10**6}  # type: ignore[method-assign]
    lights = frozenset({product_id(brand.id, "lights")})
    scope = SearchScope(partner.id, "EUR", (SearchSource(brand.id, "eu", "en", lights, agreement_id=agreement),))
    found = find(server, scope, "bell", facets=("colour", "price", "category"))
    assert (names(found, brand.id), found.total) == (["headlight"], 1)
    assert found.exact is not None
    assert found.exact.product_id == product_id(brand.id, "headlight")
    assert [(v.value, v.count) for v in found.facets["colour"].values] == [("black", 1)]
    assert (found.facets["price"].low, found.facets["price"].high) == (Decimal("39.90"), Decimal("39.90"))
    assert find(server, own_scope(twin.id), "bell").total == 12
    assert {hit.tenant_id for hit in find(server, own_scope(twin.id), "bell").hits} == {twin.id}


def test_what_is_hidden_or_priced_counts_before_the_server_hears_of_anything(
    server: MeiliServer, double: Double, brand: Shop, partner: Shop
) -> None:
    fill(server, brand)
    agreement = share(brand.id, partner.id)
    scope = SearchScope(partner.id, "EUR", (SearchSource(brand.id, "eu", "en", agreement_id=agreement),))
    assert find(server, scope, "brass bell").total == 1
    double.requests.clear()
    with entering(partner.id), transaction() as session:
        overlay(session, partner.id, brand.id, agreement, "bell", prices={"EUR": "99.00"})
        overlay(session, partner.id, brand.id, agreement, "bottle", hidden=True)
    assert find(server, scope, "brass bell", filters=Filters(price=(Decimal(99), Decimal(99)))).total == 1
    assert names(find(server, scope, "bottle"), brand.id) == ["headlight"]
    assert {path for _method, path, _body in double.requests} == {"/multi-search"}


def test_both_engines_agree_on_every_list_and_no_text_brings_in_more(server: MeiliServer, brand: Shop, twin: Shop, partner: Shop) -> None:
    """Random scopes, filters, orders and pages: without a text the answers are the same to the count, with one they stay inside."""
    fill(server, brand)
    fill(server, twin)
    agreements = {shop.id: share(shop.id, partner.id) for shop in (brand, twin)}
    dice = random.Random(11)
    with entering(partner.id), transaction() as session:
        for name in dice.sample(list(GOODS), 6):
            told: dict[str, Any] = dice.choice([{"hidden": True}, {"prices": {"EUR": "33.00"}}])
            overlay(session, partner.id, brand.id, agreements[brand.id], name, **told)
    for _ in range(150):
        scope, more = random_question(dice, brand, twin, partner, agreements)
        with entering(scope.seller_id), transaction(read_only=True) as session:
            mine, theirs = MeiliSearch(server), PgSearch()
            listed = [replace(engine.search(session, scope, "", **more), took_ms=0.0) for engine in (mine, theirs)]
            assert listed[0] == listed[1]
            whole = theirs.search(session, scope, "", more["filters"], page=Page(1, 100))
            found = mine.search(
                session, scope, dice.choice(["bike", "light", "black", "comfrot", "be"]), more["filters"], page=Page(1, 100)
            )
            assert set(found.hits) <= set(whole.hits)
            assert found.total == len(found.hits)


def random_question(
    dice: random.Random, brand: Shop, twin: Shop, partner: Shop, agreements: dict[UUID, UUID]
) -> tuple[SearchScope, dict[str, Any]]:
    shops = dice.choice([[brand], [twin], [brand, twin]])
    sources = tuple(
        SearchSource(
            shop.id, "eu", "en", agreement_id=agreements[shop.id],
            category_ids=frozenset(product_id(shop.id, code) for code in dice.sample(["bikes", "parts", "lights"], dice.randint(0, 2))),
            product_ids=frozenset(product_id(shop.id, name) for name in dice.sample(list(GOODS), dice.randint(0, 2))),
        )
        for shop in shops
    )  # fmt: skip
    filters = Filters(
        category_id=dice.choice([None, None, product_id(brand.id, "parts")]),
        values=dice.choice([{}, {"colour": ("black", "red")}, {"brand": ("Veloria",), "colour": ("green",)}]),
        ranges=dice.choice([{}, {"weight": (Decimal("0.2"), None)}]),
        price=dice.choice([None, (None, Decimal(40)), (Decimal(33), Decimal(33))]),
    )
    more = {
        "filters": filters, "facets": ("colour", "price", "category", "weight", "in_stock"), "sort": dice.choice([None, *Sort]),
        "page": Page(dice.randint(1, 3), dice.choice([3, 24])),
    }  # fmt: skip
    return SearchScope(partner.id, "EUR", sources), more


def test_a_document_has_no_price_no_stock_and_nothing_of_a_sellers_own(brand: Shop) -> None:
    sent = product_document(document(brand.id, "bell", prices={"EUR": Decimal("12.5")}, units={brand.id: {"EUR": Decimal(7)}}), "en")
    assert sorted(sent) == [
        "attributes", "brand", "categories", "category_ids", "codes", "description", "forms", "id", "numbers", "rank", "summary", "title",
    ]  # fmt: skip
    assert "12.5" not in str(sent)


def test_the_key_goes_to_the_server_and_is_nowhere_else(
    server: MeiliServer, double: Double, brand: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    fill(server, brand)
    find(server, own_scope(brand.id), "bell")
    assert double.key not in caplog.text
    assert double.key not in str(double.requests)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("bottle 500 ml", ["bottle 500ml", "bottl 500ml"]),
        ('15,6" laptop', ["15.6in laptop"]),
        ("bells for the bed", ["bells bed", "bell bed"]),
        ("cheap bike lock", ["bike lock", "velo lock", "bicycle lock", "bike padlock"]),
        ("LED车灯", ["led车灯"]),
        ("!!!", []),
    ],
)
def test_what_is_sent_for_a_typed_text(typed: str, sent: list[str]) -> None:
    rules = SearchRules("en", (SynonymLine(("bike", "velo", "bicycle")), SynonymLine(("lock",), ("padlock",))), frozenset({"cheap"}))
    assert [text for text, _weight in typed_text(typed, "en", rules).sent] == sent
