"""What is meant is found first: brands and kinds before what merely names them, compounds by their halves, misspelt ones too."""

from decimal import Decimal

import pytest
from sqlalchemy import Engine

from catalog.search.documents import SearchDocument
from catalog.search.pg import PgSearch
from catalog.search.provider import SearchResult
from catalog.search.synonyms import synonyms
from kernel.db.session import transaction
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.search import index, own_scope, product_id, titled

ENGINE = PgSearch()


def found(shop: Shop, typed: str, language: str = "en") -> SearchResult:
    with entering(shop.id), transaction(read_only=True) as session:
        return ENGINE.search(session, own_scope(shop.id, language=language), typed)


def order(shop: Shop, typed: str, *names: str, language: str = "en") -> list[str]:
    known = {product_id(shop.id, name): name for name in names}
    return [known[hit.product_id] for hit in found(shop, typed, language).hits]


def named(shop: Shop, name: str, title: str, brand: str = "", kind: str = "") -> SearchDocument:
    return SearchDocument(
        product_id=product_id(shop.id, name), sku=f"N-{name}", title=title, brand=brand,
        category_names=(kind,) if kind else (), prices={},
    )  # fmt: skip


def priced(documents: list[SearchDocument]) -> list[SearchDocument]:
    return [SearchDocument(**{**vars(one), "prices": {"EUR": Decimal(10)}}) for one in documents]


def test_the_brand_that_was_typed_comes_before_what_fits_it(db: Engine, brand: Shop) -> None:
    goods = [
        named(brand, "fits", "Acme toner for Lexmark", "Acme"),
        named(brand, "own", "Lexmark X12 high yield toner cartridge for offices", "Lexmark"),
    ]
    index(brand.id, priced(goods))
    assert order(brand, "lexmark toner", "fits", "own") == ["own", "fits"]


def test_a_kind_lifts_only_as_the_last_word_of_what_was_typed(db: Engine, brand: Shop) -> None:
    goods = [
        named(brand, "case", "Notebook case 14 in", kind="Pens and notebook cases"),
        named(brand, "notebook", "Office notebook with 14 in screen and eight cores", kind="Notebook"),
        named(brand, "battery", "Battery for a notebook of any make", kind="Batteries"),
    ]
    index(brand.id, priced(goods))
    assert order(brand, "notebook", "case", "notebook", "battery")[0] == "notebook"
    assert order(brand, "notebook battery", "case", "notebook", "battery")[0] == "battery"


def test_a_compound_falls_into_its_halves_and_the_last_one_counts_most(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, lock="Bügelschloss", light="Fahrrad Licht", lock2="Schloss"), language="de")
    assert order(brand, "Fahrradschloss", "lock", "light", "lock2", language="de") == ["lock2", "lock", "light"]


@pytest.mark.parametrize("typed", ["Fahradschloss", "Fahrradschlos"])
def test_a_half_of_a_compound_may_be_misspelt(db: Engine, brand: Shop, typed: str) -> None:
    index(brand.id, titled(brand.id, lock="Schloss", light="Fahrrad Licht", pump="Pumpe"), language="de")
    assert order(brand, typed, "lock", "light", "pump", language="de") == ["lock", "light"]


def test_two_words_of_a_title_are_found_by_one(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, drive="External hard drive", disk="Hard case", car="Drive belt"))
    assert order(brand, "harddrive", "drive", "disk", "car")[0] == "drive"
    assert found(brand, "hardbell").total == 0


def test_two_words_are_found_as_one_even_when_one_is_misspelt(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, headset="Headset black", pump="Pump"))
    assert order(brand, "hed set", "headset", "pump") == ["headset"]


def test_the_singular_of_a_word_that_is_only_there_in_the_plural_may_be_misspelt(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, pump="Pumpen", bell="Glocken"), language="de")
    assert order(brand, "Pumce", "pump", "bell", language="de") == ["pump"]


def test_the_usual_word_beats_an_odd_one_that_is_as_close(db: Engine, brand: Shop) -> None:
    usual = {f"toner{n}": "Toner black" for n in range(6)}
    index(brand.id, titled(brand.id, odd="Tone black", **usual))
    assert order(brand, "tonet", "odd", *usual)[-1] == "odd"
    assert found(brand, "tonet").corrected_text == "toner"


def test_another_word_for_the_same_thing_comes_after_the_word_itself(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, notebook="Notebook", laptop="Laptop", lamp="Lamp"))
    assert order(brand, "laptop", "notebook", "laptop", "lamp") == ["laptop", "notebook"]
    assert (synonyms("laptops", "en"), synonyms("lamp", "en"), synonyms("laptop", "fr")) == (("notebook",), (), ())


def test_a_half_of_a_compound_may_be_called_something_else(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, light="Frontlicht", rear="Licht hinten", pump="Pumpe", bike="Fahrrad"), language="de")
    assert order(brand, "Fahrradlampe", "light", "rear", "pump", "bike", language="de")[0] == "rear"


def test_a_half_of_a_compound_is_corrected_where_it_stands(db: Engine, brand: Shop) -> None:
    index(brand.id, titled(brand.id, lock="Schloss", light="Fahrrad Licht", pump="Pumpe"), language="de")
    assert found(brand, "rotes Fahradschloss", "de").corrected_text == "rotes fahrradschloss"
    assert found(brand, "Fahrradschlos", "de").corrected_text == "fahrradschloss"


def test_a_summary_says_nearly_as_much_as_a_title_and_more_than_a_description(db: Engine, brand: Shop) -> None:
    goods = [
        SearchDocument(product_id=product_id(brand.id, "told"), sku="N-1", title="Heron", description="With saddle bags"),
        SearchDocument(product_id=product_id(brand.id, "line"), sku="N-2", title="Wren", summary="Leather saddle"),
        SearchDocument(product_id=product_id(brand.id, "named"), sku="N-3", title="Saddle"),
    ]
    index(brand.id, priced(goods))
    assert order(brand, "saddle", "told", "line", "named") == ["named", "line", "told"]


def suggested(shop: Shop, typed: str, language: str = "en") -> tuple[str, ...]:
    with entering(shop.id), transaction(read_only=True) as session:
        return ENGINE.suggest(session, own_scope(shop.id, language=language), typed).texts


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("copper sad", ("copper saddle",)),
        ("coper sad", ("copper saddle",)),
        ("coper sadle", ("copper saddle",)),
        ("big coper sad", ("big copper saddle",)),
        ("unknownword sad", ("unknownword saddle",)),
        ("coper 10 m", ("copper 10mm",)),
    ],
)
def test_a_suggestion_keeps_the_words_before_the_one_that_is_typed_and_spells_them_right(
    db: Engine, brand: Shop, typed: str, texts: tuple[str, ...]
) -> None:
    index(brand.id, titled(brand.id, one="Copper saddle 10 mm", two="Copper saddle", three="Black bell", four="Mudguard"))
    assert suggested(brand, typed)[: len(texts)] == texts
