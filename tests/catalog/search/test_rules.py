"""A shop's own rules of search: synonyms widen, stop words go, pins stand first, in this shop and language only."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Engine

from catalog.search import provider, rules
from catalog.search.documents import SearchDocument
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, SearchResult, SearchScope, Sort
from catalog.search.rules import NO_RULES, Pin, SearchRules, SynonymLine
from catalog.search.texts import query_words
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.search import GOODS, document, index, own_scope, product_id, titled

ENGINE = PgSearch()
OTHERS = ("horn", "ring", "short", "mountain", "trike", "bike", "single", "cheap", "one", "two")


def names(found: SearchResult, tenant_id: UUID) -> list[str]:
    known = {product_id(tenant_id, name): name for name in (*GOODS, *OTHERS)}
    return [known[hit.product_id] for hit in found.hits]


def goods(shop: Shop) -> list[SearchDocument]:
    return [document(shop.id, name) for name in ("ridge", "tour", "metro", "bell", "pump", "headlight")]


def search(shop: Shop, wanted: SearchRules, typed: str, sort: Sort | None = None, **filters: object) -> SearchResult:
    scope = replace(own_scope(shop.id), rules=wanted)
    with entering(shop.id), transaction(read_only=True) as session:
        return ENGINE.search(session, scope, typed, Filters(**filters), sort=sort, facets=("colour",))  # type: ignore[arg-type]


def two_way(*words: str) -> SearchRules:
    return SearchRules("en", synonyms=(SynonymLine(words),))


def pinned(shop: Shop, query: str, *wanted: str) -> SearchRules:
    key = SearchRules("en").query_key(query)
    return SearchRules("en", pins={key: tuple(Pin(shop.id, product_id(shop.id, name)) for name in wanted)})


def test_the_limits_of_rules_are_those_of_queries() -> None:
    assert (rules.LONGEST_TEXT, rules.MOST_TERMS) == (provider.LONGEST_QUERY, provider.MOST_WORDS)


def test_a_word_stands_for_another_both_ways(db: Engine, brand: Shop) -> None:
    index(brand.id, goods(brand))
    assert names(search(brand, NO_RULES, "klaxon"), brand.id) == []
    assert names(search(brand, two_way("klaxon", "bell"), "klaxons"), brand.id) == ["bell"]
    index(brand.id, titled(brand.id, horn="Big klaxon"))
    assert sorted(names(search(brand, two_way("klaxon", "bell"), "Bell"), brand.id)) == ["bell", "horn"]


def test_a_word_stands_for_a_phrase_and_a_phrase_for_a_word(db: Engine, brand: Shop) -> None:
    index(brand.id, [*goods(brand), *titled(brand.id, short="MTB frame", mountain="Mountain boots")])
    known = two_way("mtb", "mountain bike")
    assert sorted(names(search(brand, known, "mtb"), brand.id)) == ["ridge", "short"]
    assert "short" in names(search(brand, known, "mountain bikes"), brand.id)
    assert "short" not in names(search(brand, NO_RULES, "mountain bikes"), brand.id)


def test_one_way_is_one_way(db: Engine, brand: Shop) -> None:
    index(brand.id, [*goods(brand), *titled(brand.id, trike="Cargo trike")])
    known = SearchRules("en", synonyms=(SynonymLine(("trike",), ("metro",)),))
    assert sorted(names(search(brand, known, "trike"), brand.id)) == ["metro", "trike"]
    assert names(search(brand, known, "metro"), brand.id) == ["metro"]


def test_what_was_typed_comes_before_what_merely_stands_for_it(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, horn="Steel klaxon", ring="Steel bell"))
    assert names(search(brand, two_way("klaxon", "bell"), "bell"), brand.id) == ["ring", "horn"]
    assert names(search(brand, two_way("klaxon", "bell"), "klaxon"), brand.id) == ["horn", "ring"]


def test_chinese_words_of_several_signs_stand_for_each_other(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, bike="城市自行车", single="单车 红色"), language="zh-Hans")
    known = SearchRules("zh-Hans", synonyms=(SynonymLine(("脚踏车", "自行车")),))
    scope = replace(own_scope(brand.id, language="zh-Hans"), rules=known)
    with entering(brand.id), transaction(read_only=True) as session:
        assert names(ENGINE.search(session, scope, "脚踏车"), brand.id)[0] == "bike"


def test_stop_words_are_dropped_but_never_all_of_them(db: Engine, brand: Shop) -> None:
    index(brand.id, [*goods(brand), *titled(brand.id, cheap="Cheap paint")])
    without = SearchRules("en", stop_words=frozenset({"cheap"}))
    assert "cheap" in names(search(brand, NO_RULES, "cheap bell"), brand.id)
    assert names(search(brand, without, "Cheap bell"), brand.id) == ["bell"]
    assert names(search(brand, without, "cheap"), brand.id) == ["cheap"]


def test_the_word_that_is_still_being_typed_is_no_stop_word(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, one="Steel belt", two="Steel bell"))
    scope = replace(own_scope(brand.id), rules=SearchRules("en", stop_words=frozenset({"bel"})))
    with entering(brand.id), transaction(read_only=True) as session:
        assert sorted(ENGINE.suggest(session, scope, "steel bel").texts) == ["steel bell", "steel belt"]


def test_pins_stand_first_for_their_query_and_for_no_other(db: Engine, brand: Shop) -> None:
    index(brand.id, goods(brand))
    wanted = pinned(brand, "bikes", "pump", "metro")
    plain = names(search(brand, NO_RULES, "bike"), brand.id)
    found = search(brand, wanted, "BIKE ")
    assert names(found, brand.id) == ["pump", "metro", *[name for name in plain if name != "metro"]]
    assert found.total == len(plain) + 1
    assert sum(value.count for value in found.facets["colour"].values) == found.total
    assert names(search(brand, wanted, "city bike"), brand.id) == names(search(brand, NO_RULES, "city bike"), brand.id)


def test_a_pin_that_a_filter_leaves_out_or_that_is_not_sold_is_skipped(db: Engine, brand: Shop) -> None:
    unsold = document(brand.id, "chain", prices={})
    index(brand.id, [*goods(brand), unsold])
    wanted = pinned(brand, "bike", "pump", "chain", "metro")
    assert names(search(brand, wanted, "bike"), brand.id)[:2] == ["pump", "metro"]
    assert names(search(brand, wanted, "bike", values={"colour": ("green",)}), brand.id)[0] == "metro"
    assert "pump" not in names(search(brand, wanted, "bike", values={"colour": ("green",)}), brand.id)


def test_an_order_by_price_is_an_order_by_price(db: Engine, brand: Shop) -> None:
    index(brand.id, goods(brand))
    found = names(search(brand, pinned(brand, "bike", "ridge"), "bike", Sort.PRICE_UP), brand.id)
    assert found == ["metro", "tour", "ridge"]


def test_a_pin_brings_in_nothing_of_another_tenant(db: Engine, brand: Shop, twin: Shop) -> None:
    index(brand.id, goods(brand))
    index(twin.id, goods(twin))
    foreign = SearchRules("en", pins={"bike": (Pin(twin.id, product_id(twin.id, "pump")), Pin(brand.id, product_id(twin.id, "pump")))})
    assert names(search(brand, foreign, "bike"), brand.id) == names(search(brand, NO_RULES, "bike"), brand.id)
    scope = SearchScope(brand.id, "EUR", own_scope(twin.id).sources, rules=foreign)
    with entering(brand.id), transaction(read_only=True) as session:
        assert ENGINE.search(session, scope, "bike").total == 0


def test_a_code_typed_exactly_still_leads_to_its_product(db: Engine, brand: Shop) -> None:
    index(brand.id, [document(brand.id, "bell", prices={"EUR": Decimal(3)}), document(brand.id, "pump")])
    found = search(brand, pinned(brand, "VE-BELL-47", "pump"), "VE-BELL-47")
    assert found.exact is not None and found.exact.product_id == product_id(brand.id, "bell")
    assert names(found, brand.id)[0] == "pump"


def test_redirects_are_found_by_the_normalised_query() -> None:
    known = SearchRules("en", stop_words=frozenset({"please"}), redirects={SearchRules("en").query_key("returns"): "/pages/returns"})
    assert known.redirect(" Returns, please") == "/pages/returns"
    assert known.redirect("returns of bikes") is None
    assert known.redirect("") is None and known.query_key("?!") == ""


def test_a_word_in_very_many_lines_brings_so_many_others_and_no_more() -> None:
    lines = tuple(SynonymLine(("bell", f"other{n}", f"more{n}")) for n in range(100))
    words = query_words("bell", "en", 200, 12)
    assert len(SearchRules("en", lines).others(words)[0]) == rules.MOST_OTHERS
    assert SearchRules("en", lines[:2]).others(words) == {0: ["other0", "more0", "other1", "more1"]}
