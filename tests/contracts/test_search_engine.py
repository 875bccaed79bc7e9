"""What every search engine must do, whichever stands behind the contract (catalog/search/provider.py)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from catalog.search import stock
from catalog.search.pg import PgSearch
from catalog.search.provider import FacetValue, Filters, Hit, Page, SearchEngine, SearchResult, SearchScope, SearchSource, Sort
from catalog.search.stock import read_stock_by
from kernel import tenancy
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.search import GOODS, document, index, index_goods, names, overlay, own_scope, product_id, share, titled


@pytest.fixture(params=[pytest.param(PgSearch(), id="pg")])
def engine(request: pytest.FixtureRequest) -> SearchEngine:
    """Every engine there is."""
    made: SearchEngine = request.param
    return made


def find(engine: SearchEngine, scope: SearchScope, text: str = "", **more: Any) -> SearchResult:
    """A search in a request of the seller's own."""
    with entering(scope.seller_id), transaction(read_only=True) as session:
        return engine.search(session, scope, text, **more)


def partner_scope(partner: UUID, brand: UUID, agreement_id: UUID, **source: Any) -> SearchScope:
    return SearchScope(partner, "EUR", (SearchSource(brand, "eu", "en", agreement_id=agreement_id, **source),))


PARTS = "parts"


# --- words


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("saddles", "saddle"),
        ("pedal", "pedals"),
        ("saddel", "saddle"),
        ("mountin bike", "ridge"),
        ("head", "headlight"),
        ("500ml bottle", "bottle"),
        ("bottle 500 ml", "bottle"),
        ("29inch", "ridge"),
        ("ebike", "volt"),
        ("e-bike", "volt"),
        ("head light", "headlight"),
        ("suspension bike", "ridge"),
        ("BRASS BELL", "bell"),
        ("bike for the city", "metro"),
    ],
)
def test_plurals_typos_beginnings_and_units_find_the_product(engine: SearchEngine, brand: Shop, typed: str, first: str) -> None:
    index_goods(brand.id)
    assert names(find(engine, own_scope(brand.id), typed), brand.id)[0] == first


@pytest.mark.parametrize("typed", ["Löffel", "loeffel", "loffel", "LÖFFEL", "Loeffl", "löfel"])
def test_german_umlauts_are_found_however_they_are_typed(engine: SearchEngine, brand: Shop, typed: str) -> None:
    index(brand.id, titled(brand.id, saddle="Löffel aus Stahl", pump="Gabel aus Stahl"), language="de")
    assert names(find(engine, own_scope(brand.id, language="de"), typed), brand.id) == ["saddle"]


@pytest.mark.parametrize("typed", ["schloss", "Schlösser", "fahrradschloss", "Fahrrad Schloss", "fahrradschlösser"])
def test_german_compounds_are_found_by_their_parts_and_the_other_way_round(engine: SearchEngine, brand: Shop, typed: str) -> None:
    index(brand.id, titled(brand.id, saddle="Fahrradschloss Granit", pump="Standpumpe", bell="Klingel"), language="de")
    assert names(find(engine, own_scope(brand.id, language="de"), typed), brand.id)[0] == "saddle"


def test_a_compound_nobody_wrote_finds_its_two_halves(engine: SearchEngine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, saddle="Sattel mit Tasche", bell="Klingel"), language="de")
    assert names(find(engine, own_scope(brand.id, language="de"), "Satteltasche"), brand.id) == ["saddle"]


@pytest.mark.parametrize(
    ("typed", "found"), [("山地车", ["ridge"]), ("车灯", ["headlight"]), ("LED车灯", ["headlight"]), ("灯", ["headlight"])]
)
def test_chinese_is_found_by_any_piece(engine: SearchEngine, brand: Shop, typed: str, found: list[str]) -> None:
    index(brand.id, titled(brand.id, ridge="29寸山地车", headlight="LED车灯 60勒克斯", bell="黄铜铃"), language="zh-Hans")
    assert names(find(engine, own_scope(brand.id, language="zh-Hans"), typed), brand.id) == found


def test_french_accents_do_not_matter(engine: SearchEngine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, tour="Vélo de randonnée électrique", bell="Sonnette"), language="fr")
    scope = own_scope(brand.id, language="fr")
    assert [names(find(engine, scope, t), brand.id) for t in ("velo", "vélos", "electrique", "randonnee")] == [["tour"]] * 4


@pytest.mark.parametrize("typed", ["VE-PUMP-47", "ve pump 47", "vepump47", "4012345000006"])
def test_a_code_typed_exactly_comes_first_and_is_told(engine: SearchEngine, brand: Shop, typed: str) -> None:
    index_goods(brand.id)
    found = find(engine, own_scope(brand.id), typed)
    assert found.exact is not None
    assert found.exact.product_id == product_id(brand.id, "pump")
    assert names(found, brand.id)[0] == "pump"


def test_the_code_of_a_variant_leads_to_its_product(engine: SearchEngine, brand: Shop) -> None:
    index(brand.id, [document(brand.id, "tour", codes=("VE-TOUR-L", "4099999000017"))])
    found = [find(engine, own_scope(brand.id), typed).exact for typed in ("VE-TOUR-L", "4099999000017", "4099999000018")]
    assert [hit.product_id if hit else None for hit in found] == [product_id(brand.id, "tour")] * 2 + [None]


def test_a_misspelt_word_is_told(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    assert find(engine, own_scope(brand.id), "comfrot saddel").corrected_text == "comfort saddle"
    assert find(engine, own_scope(brand.id), "comfort saddle").corrected_text is None


def test_what_is_in_no_product_finds_nothing(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    found = find(engine, own_scope(brand.id), "zzzzqqq")
    assert (found.hits, found.total, found.corrected_text) == ((), 0, None)


def test_one_unknown_word_does_not_empty_the_list(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    assert names(find(engine, own_scope(brand.id), "brass bell xyzzyq"), brand.id)[0] == "bell"


def test_an_own_title_counts_more_than_a_mention(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    assert names(find(engine, own_scope(brand.id), "bottle"), brand.id) == ["bottle", "headlight"]


# --- lists, orders, pages


@pytest.mark.parametrize(
    ("sort", "first", "last"),
    [
        (Sort.RANK, "tour", "bell"),
        (Sort.NEWEST, "bell", "tour"),
        (Sort.NAME, "bottle", "volt"),
        (Sort.PRICE_UP, "bottle", "volt"),
        (Sort.PRICE_DOWN, "volt", "bottle"),
    ],
)
def test_a_list_without_a_text_has_every_order(engine: SearchEngine, brand: Shop, sort: Sort, first: str, last: str) -> None:
    index_goods(brand.id)
    found = names(find(engine, own_scope(brand.id), sort=sort), brand.id)
    assert (found[0], found[-1], sorted(found)) == (first, last, sorted(GOODS))


def test_a_text_may_be_put_in_another_order_without_changing_what_is_found(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    by_relevance = find(engine, own_scope(brand.id), "bike")
    by_price = find(engine, own_scope(brand.id), "bike", sort=Sort.PRICE_UP)
    assert names(by_price, brand.id) == ["metro", "tour", "ridge", "volt"]
    assert (by_relevance.total, set(by_relevance.hits)) == (4, set(by_price.hits))


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("text", ["", "black red green"])
def test_pages_never_repeat_nor_lose_a_product(engine: SearchEngine, brand: Shop, sort: Sort, text: str) -> None:
    index_goods(brand.id)
    whole = find(engine, own_scope(brand.id), text, sort=sort, page=Page(1, 100))
    pages = [find(engine, own_scope(brand.id), text, sort=sort, page=Page(n, 5)) for n in (1, 2, 3, 4)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {whole.total}
    assert pages[3].hits == ()


# --- filters and counts


def test_counts_leave_out_the_filter_of_their_own_facet(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    filters = Filters(category_id=product_id(brand.id, PARTS), values={"colour": ("black", "red")})
    found = find(engine, own_scope(brand.id), filters=filters, facets=("colour", "brand", "category"))
    assert found.total == 5
    assert {v.value: (v.count, v.selected) for v in found.facets["colour"].values} == {
        "black": (3, True), "red": (2, True), "gold": (1, False), "green": (1, False), "silver": (1, False),
    }  # fmt: skip
    assert [(v.value, v.count) for v in found.facets["brand"].values] == [("Veloria", 5)]
    assert {UUID(v.value): v.count for v in found.facets["category"].values} == {
        product_id(brand.id, "bikes"): 2, product_id(brand.id, "parts"): 5, product_id(brand.id, "lights"): 2,
    }  # fmt: skip


def test_a_category_counts_what_lies_below_it(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    counts = [
        find(engine, own_scope(brand.id), filters=Filters(category_id=product_id(brand.id, c))).total for c in ("bikes", PARTS, "lights")
    ]
    assert counts == [4, 8, 2]


def test_numbers_and_prices_are_filtered_with_both_ends_included(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    scope = own_scope(brand.id)
    light = Filters(ranges={"weight": (None, Decimal("0.3"))})
    cheap = Filters(price=(Decimal("19.90"), Decimal("39.90")))
    assert sorted(names(find(engine, scope, filters=light), brand.id)) == ["bell", "bottle", "chain", "headlight", "pump", "taillight"]
    found = find(engine, scope, filters=cheap, sort=Sort.PRICE_UP, facets=("price", "weight"))
    assert names(found, brand.id) == ["pump", "taillight", "chain", "pedals", "headlight"]
    assert (found.facets["price"].low, found.facets["price"].high) == (Decimal("9.90"), Decimal("2499.00"))
    assert (found.facets["weight"].low, found.facets["weight"].high) == (Decimal("0.1"), Decimal("0.4"))


@pytest.fixture
def unread_stock() -> Iterator[None]:
    """Puts the process's stock reader back."""
    before = list(stock._readers)
    yield
    read_stock_by(before[0] if before else None)


@pytest.mark.usefixtures("unread_stock")
def test_each_seller_may_leave_out_what_it_does_not_have_in_stock(engine: SearchEngine, brand: Shop, partner: Shop) -> None:
    units = {product_id(brand.id, "tour-m"): {"EUR": Decimal(899)}, product_id(brand.id, "tour-l"): {"EUR": Decimal(950)}}
    index(brand.id, [document(brand.id, "tour", units=units), *(document(brand.id, name) for name in ("bell", "pump", "volt"))])
    agreement = share(brand.id, partner.id)
    there = {brand.id: ["bell", "tour-l", "gone"], partner.id: ["pump"]}
    read_stock_by(lambda session: [product_id(brand.id, name) for name in there.get(tenancy.current(), ())])
    filters = Filters(in_stock=True)
    for seller, found_there in ((own_scope(brand.id), ["bell", "tour"]), (partner_scope(partner.id, brand.id, agreement), ["pump"])):
        found = find(engine, seller, filters=filters, facets=("in_stock", "colour"))
        assert sorted(names(found, brand.id)) == found_there
        assert found.facets["in_stock"].values == (FacetValue("yes", len(found_there), True),)
        assert sum(value.count for value in found.facets["colour"].values) == len(found_there)
        unticked = find(engine, seller, facets=("in_stock",))
        assert (unticked.total, unticked.facets["in_stock"].values) == (4, (FacetValue("yes", len(found_there), False),))


def test_an_empty_list_names_the_filter_to_drop(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    filters = Filters(values={"colour": ("gold",)}, price=(Decimal(1000), None))
    found = find(engine, own_scope(brand.id), filters=filters)
    assert (found.total, found.without) == (0, {"colour": 2, "price": 1})


# --- whose shop it is


def test_a_partner_finds_and_counts_what_the_agreement_covers_and_nothing_else(engine: SearchEngine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    scope = partner_scope(
        partner.id, brand.id, agreement,
        category_ids=frozenset({product_id(brand.id, "lights")}), product_ids=frozenset({product_id(brand.id, "tour")}),
    )  # fmt: skip
    found = find(engine, scope, facets=("colour", "category"))
    assert sorted(names(found, brand.id)) == ["headlight", "taillight", "tour"]
    assert {v.value: v.count for v in found.facets["colour"].values} == {"black": 1, "green": 1, "red": 1}
    assert {hit.agreement_id for hit in found.hits} == {agreement}
    assert find(engine, scope, "ridge").total == 0
    assert find(engine, scope, "ve-ridge-57").exact is None


def test_words_from_outside_of_the_scope_are_neither_corrected_to_nor_completed(engine: SearchEngine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    scope = partner_scope(partner.id, brand.id, share(brand.id, partner.id), category_ids=frozenset({product_id(brand.id, "lights")}))
    assert find(engine, scope, "brake pedlas").corrected_text is None
    with entering(partner.id), transaction(read_only=True) as session:
        told = [engine.suggest(session, scope, typed) for typed in ("sadd", "ped", "head")]
    assert [(s.texts, [hit.product_id for hit in s.products]) for s in told] == [
        ((), []), ((), []), (("headlight",), [product_id(brand.id, "headlight")]),
    ]  # fmt: skip


def test_a_partners_prices_and_hiding_hold_in_filters_orders_and_counts(engine: SearchEngine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    with entering(partner.id), transaction() as session:
        overlay(session, partner.id, brand.id, agreement, "bell", prices={"EUR": "3000.00"})
        overlay(session, partner.id, brand.id, agreement, "bottle", hidden=True)
    scope = partner_scope(partner.id, brand.id, agreement, category_ids=frozenset({product_id(brand.id, PARTS)}))
    found = find(engine, scope, sort=Sort.PRICE_DOWN, facets=("price", "colour"))
    assert names(found, brand.id) == ["bell", "saddle", "headlight", "pedals", "chain", "taillight", "pump"]
    assert (found.facets["price"].low, found.facets["price"].high) == (Decimal("19.90"), Decimal("3000"))
    assert "green" not in {v.value for v in found.facets["colour"].values}
    assert find(engine, scope, filters=Filters(price=(Decimal(100), None))).total == 1
    assert find(engine, scope, "bottle 500ml").total == 1  # the headlight that mentions it
    assert find(engine, own_scope(brand.id), sort=Sort.PRICE_DOWN, facets=("price",)).facets["price"].high == Decimal("2499")


def test_a_variants_price_and_hiding_change_its_products_price(engine: SearchEngine, brand: Shop, partner: Shop) -> None:
    units = {product_id(brand.id, "tour-m"): {"EUR": Decimal(899)}, product_id(brand.id, "tour-l"): {"EUR": Decimal(950)}}
    index(brand.id, [document(brand.id, "tour", units=units), document(brand.id, "metro")])
    agreement = share(brand.id, partner.id)
    scope = partner_scope(partner.id, brand.id, agreement)

    def limits() -> tuple[Decimal | None, Decimal | None, int]:
        found = find(engine, scope, facets=("price",))
        return found.facets["price"].low, found.facets["price"].high, find(engine, scope).total

    assert limits() == (649, 899, 2)
    with entering(partner.id), transaction() as session:
        overlay(session, partner.id, brand.id, agreement, "tour-m", hidden=True)
    assert limits() == (649, 950, 2)
    with entering(partner.id), transaction() as session:
        overlay(session, partner.id, brand.id, agreement, "tour-l", hidden=True)
    assert limits() == (649, 649, 1)


def test_what_has_no_price_in_the_shops_currency_is_not_sold(engine: SearchEngine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id)
    with entering(partner.id), transaction() as session:
        overlay(session, partner.id, brand.id, agreement, "bell", prices={"USD": "15.00"})
    scope = SearchScope(partner.id, "USD", (SearchSource(brand.id, "eu", "en", agreement_id=agreement),))
    found = find(engine, scope, facets=("price", "colour"))
    assert (names(found, brand.id), found.total) == (["bell"], 1)
    assert (found.facets["price"].low, found.facets["price"].high) == (15, 15)
    assert find(engine, own_scope(brand.id, currency="USD")).total == 0


@pytest.mark.parametrize("state", ["offered", "accepted", "suspended", "ended", "withdrawn", "refused"])
def test_without_an_agreement_in_force_there_is_nothing_to_find(engine: SearchEngine, brand: Shop, partner: Shop, state: str) -> None:
    index_goods(brand.id)
    scope = partner_scope(partner.id, brand.id, share(brand.id, partner.id, state=state))
    assert find(engine, scope, "bike", facets=("colour",)).total == 0
    assert find(engine, scope).total == 0


def test_an_agreement_on_one_market_opens_no_other(engine: SearchEngine, brand: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    agreement = share(brand.id, partner.id, market="us")
    assert find(engine, partner_scope(partner.id, brand.id, agreement)).total == 0


def test_two_brands_in_one_shop_are_listed_together_and_kept_apart(engine: SearchEngine, brand: Shop, twin: Shop, partner: Shop) -> None:
    index_goods(brand.id)
    index(twin.id, [document(twin.id, "bell"), document(twin.id, "pump", title="Workshop pump", prices={"EUR": Decimal("5.00")})])
    sources = tuple(SearchSource(b.id, "eu", "en", agreement_id=share(b.id, partner.id)) for b in (brand, twin))
    found = find(engine, SearchScope(partner.id, "EUR", sources), "pump", facets=("colour", "price"), sort=Sort.PRICE_UP)
    assert [(hit.tenant_id, hit.agreement_id) for hit in found.hits] == [(s.tenant_id, s.agreement_id) for s in reversed(sources)]
    assert (found.facets["price"].low, found.facets["price"].high) == (5, Decimal("19.90"))
    assert find(engine, SearchScope(partner.id, "EUR", sources)).total == 14
    only_brand = SearchScope(partner.id, "EUR", (sources[0], SearchSource(twin.id, "eu", "en", product_ids=frozenset({brand.id}))))
    assert find(engine, only_brand).total == 12


def test_a_twin_with_equal_goods_is_never_found(engine: SearchEngine, brand: Shop, twin: Shop) -> None:
    index_goods(brand.id)
    index(twin.id, [document(twin.id, "bell", title="Canary bell")])
    with entering(brand.id), transaction(read_only=True) as session:
        foreign = engine.search(session, SearchScope(brand.id, "EUR", (SearchSource(twin.id, "eu", "en"),)), "bell", facets=("colour",))
        told = engine.suggest(session, own_scope(brand.id), "canar")
    assert (foreign.total, foreign.hits, told.texts, told.products) == (0, (), (), ())
    assert {hit.tenant_id for hit in find(engine, own_scope(brand.id), "bell").hits} == {brand.id}


# --- suggestions


def test_suggestions_complete_the_last_word_and_show_products_and_categories(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    with entering(brand.id), transaction(read_only=True) as session:
        told = engine.suggest(session, own_scope(brand.id), "brass be")
        short = engine.suggest(session, own_scope(brand.id), "b")
    assert told.texts == ("brass bell",)
    assert told.products[0] == Hit(product_id(brand.id, "bell"), brand.id)
    assert told.categories[0] == (product_id(brand.id, PARTS), 1)
    assert (short.texts, short.products) == ((), ())


# --- keeping up


def test_a_change_is_found_at_once_and_what_it_replaces_is_gone(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    index(brand.id, [document(brand.id, "bell", title="Copper gong", facets={"colour": ("copper",)}, prices={"EUR": Decimal(99)})])
    scope = own_scope(brand.id)
    assert (find(engine, scope, "brass").total, names(find(engine, scope, "gong"), brand.id)) == (0, ["bell"])
    found = find(engine, scope, facets=("colour",), filters=Filters(price=(Decimal(99), Decimal(99))))
    assert (found.total, find(engine, scope).total) == (1, 12)
    assert {v.value for v in found.facets["colour"].values} == {"copper"}


def test_a_removed_product_is_gone_from_lists_counts_codes_and_suggestions(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)
    index(brand.id, [], removed=[product_id(brand.id, "bell")])
    scope = own_scope(brand.id)
    found = find(engine, scope, facets=("colour",))
    assert (found.total, "gold" in {v.value for v in found.facets["colour"].values}) == (11, False)
    assert find(engine, scope, "VE-BELL-47").exact is None
    with entering(brand.id), transaction(read_only=True) as session:
        assert engine.suggest(session, scope, "bras").texts == ()


def test_a_publication_that_fails_changes_nothing(engine: SearchEngine, brand: Shop) -> None:
    index_goods(brand.id)

    def broken() -> Any:
        yield document(brand.id, "bell", title="Copper kazoo")
        raise RuntimeError("the import stopped")

    with pytest.raises(RuntimeError, match="the import stopped"):
        index(brand.id, broken(), removed=[product_id(brand.id, "tour")])
    scope = own_scope(brand.id)
    assert (find(engine, scope, "brass bell").total, find(engine, scope, "kazoo").total, find(engine, scope).total) == (1, 0, 12)
