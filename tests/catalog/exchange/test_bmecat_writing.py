"""The catalog as BMEcat: valid by the published schemas, the same bytes after export, import and export again."""

import importlib
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.classification import make_system
from catalog.exchange.bmecat_export import catalog_lines
from catalog.exchange.bmecat_writing import Article, BmecatWriter, Counts, Heading
from catalog.exchange.reading import open_table
from catalog.list_prices import prices_of, set_list_prices
from catalog.models import Product
from catalog.packaging import KNOWN, selling_of
from catalog.product_kinds import add_variant
from kernel import files
from kernel.errors import Invalid, NotAllowed
from tests.catalog.exchange.test_bmecat_importing import counts, problems, take
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, somebody

SCHEMAS = Path(__file__).parents[4] / "shared/data/bmecat/xsd"
SCHEMA_OF = {"2005": "bmecat_2005.xsd", "1.2": "bmecat_new_catalog_1_2.xsd"}
RELEASES = ["2005", "1.2"]
PRICE = {"EUR": Decimal(1)}


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


def heading(release: str, **wanted: Any) -> Heading:
    return Heading("VELORIA", "Veloria bicycles", "Veloria", **{"languages": ("en", "de"), "release": release, **wanted})


def export(shop: Shop, release: str) -> tuple[str, Counts]:
    writer = BmecatWriter(heading(release))
    with in_tenant(shop.id) as session:
        return "".join(catalog_lines(session, somebody(shop.id), writer, "en")), writer.counts


def price(session: Session, shop: Shop, product: Product, **prices: str) -> None:
    set_list_prices(session, somebody(shop.id), product.id, prices)


def fill(shop: Shop) -> None:
    """A bell with everything, a light in two colours, and what no BMEcat catalog can hold."""
    with in_tenant(shop.id) as session:
        parts = make_category(session, shop.id, "parts", en="Parts & more", de="Teile")
        bells = make_category(session, shop.id, "bells-2", parts, en="Bells, loud", de="Glocken")
        make_attribute(session, shop.id, "colour", "choice", ["red", "blue"], is_axis=True)
        make_attribute(session, shop.id, "suits", "multichoice", ["road", "city"])
        make_attribute(session, shop.id, "ef000008", "number", unit="MMT")
        make_attribute(session, shop.id, "waterproof", "boolean")
        make_system(session, somebody(shop.id), "ETIM", "6.0")
        for code in ("drawing", "keywords", "notes"):
            make_attribute(session, shop.id, code)
        values = {
            "suits": ["road", "city"], "ef000008": "12.5", "waterproof": True, "drawing": "007", "keywords": "loud|red <br>", "notes": "n" * 61,
        }  # fmt: skip
        trade: dict[str, Any] = {
            "manufacturer_number": "M-1",
            "customs_code": "83061000",
            "origin_country": "CN",
            "classes": {"ETIM-6.0": "EC000001"},
        }
        packaging = [{"unit": "BX", "content": "6"}, {"unit": "PF", "content": "600"}]
        bell = make_product(
            session, shop.id, "A-1", price=None, names={"en": "Bell “Ding” <1>", "de": "Glocke"}, texts={"en": "Two\nlines & more"},
            summaries={"de": "Laut"}, category_ids=[bells.id, parts.id], status="phase_out", brand="Veloria", gtin="4006381333931",
            weight_kg="0.125", position=7, attribute_values=values, packaging=packaging, ordering={"unit": "BX", "least": "2"}, **trade,
        )  # fmt: skip
        price(session, shop, bell, EUR="19.90", USD="21.5")
        light = make_product(session, shop.id, "L", "Light", price=None, category=parts, brand="Lumen")
        make_variants(session, shop.id, light, "colour", {"red": "30", "blue": "31.25"})
        make_product(session, shop.id, "B-1", price=None)
        make_product(session, shop.id, "C" * 33)
        make_product(session, shop.id, "D-1", status="draft")
        make_product(session, shop.id, "E-1", "n" * 200, price="0.0001")


def check(text: str, release: str) -> list[str]:
    """What the published schema has against it."""
    etree = importlib.import_module("lxml.etree")
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / SCHEMA_OF[release])))
    schema.validate(etree.fromstring(text.encode()))
    return [error.message for error in schema.error_log]


@pytest.mark.parametrize("release", RELEASES)
def test_export_import_export_gives_the_same_bytes(brand: Shop, twin: Shop, tmp_path: Path, release: str) -> None:
    fill(brand)
    first, told = export(brand, release)
    assert told == Counts(written=4, left_out=2, features_left_out=1, texts_cut=1)
    path = tmp_path / "catalog.xml"
    path.write_text(first)
    run = take(twin, path)
    assert (counts(run), problems(twin, run)) == (("finished", 4, 4, 0, 0, 0), [])
    again, told = export(twin, release)
    assert again == first
    assert told == Counts(written=4)


@pytest.mark.parametrize("release", RELEASES)
def test_what_comes_back_is_what_went_out(brand: Shop, twin: Shop, tmp_path: Path, release: str) -> None:
    fill(brand)
    path = tmp_path / "catalog.xml"
    path.write_text(export(brand, release)[0])
    take(twin, path)
    with in_tenant(twin.id) as session:
        bell = session.scalars(select(Product).where(Product.sku == "A-1")).one()
        assert (bell.status, bell.brand, bell.gtin, bell.position, bell.unit) == ("phase_out", "Veloria", "4006381333931", 7, "BX")
        assert bell.packaging == [{"unit": "C62", "numerator": 1, "denominator": 6, "orderable": False}]
        assert bell.ordering == {"least": "2", "step": "1"}
        assert (bell.manufacturer, bell.manufacturer_number, bell.classes) == ("Veloria", "M-1", {"ETIM-6.0": "EC000001"})
        assert (bell.customs_code, bell.origin_country) == (("83061000", "CN") if release == "2005" else ("", ""))
        languages = ("en", "de") if release == "2005" else ("en",)
        assert bell.names == {tag: name for tag, name in {"en": "Bell “Ding” <1>", "de": "Glocke"}.items() if tag in languages}
        assert bell.texts == {"en": "Two\nlines & more"}
        assert bell.weight_kg == (Decimal("0.125") if release == "2005" else None)
        assert bell.attribute_values == {
            "suits": ["road", "city"],
            "ef000008": "12.5",
            "waterproof": True,
            "drawing": "007",
            "keywords": "loud|red <br>",
        }
        assert prices_of(session, bell.id) == {"EUR": Decimal("119.4"), "USD": Decimal("129")}
        assert sorted(session.scalars(select(Product.sku))) == ["A-1", "E-1", "L-blue", "L-red"]


def test_variants_are_sold_at_their_parents_price_where_they_have_none_and_not_at_all_without_it(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_attribute(session, brand.id, "colour", "choice", ["red", "blue"], is_axis=True)
        for sku, status in (("L", "ready"), ("M", "draft")):
            light = make_product(session, brand.id, sku, sku, price="30", status=status)
            make_variants(session, brand.id, light, "colour", {"red": "28"})
            add_variant(session, somebody(brand.id), light.id, f"{sku}-blue", {"colour": "blue"})
        session.execute(update(Product).where(Product.kind == "variant").values(status="ready"))
    text, told = export(brand, "2005")
    assert told == Counts(written=2)
    told_prices = re.findall("<SUPPLIER_PID>(.+?)</SUPPLIER_PID>.*?<PRICE_AMOUNT>(.+?)</PRICE_AMOUNT>", text, re.DOTALL)
    assert told_prices == [("L-blue", "30"), ("L-red", "28")]


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the BMEcat schemas are not beside the project")
@pytest.mark.parametrize("release", RELEASES)
def test_the_file_is_valid_by_the_published_schema(brand: Shop, release: str) -> None:
    fill(brand)
    text, _counts = export(brand, release)
    assert check(text, release) == []
    assert check(text.replace("<CATALOG_ID>VELORIA</CATALOG_ID>", ""), release) != []


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the BMEcat schemas are not beside the project")
@pytest.mark.parametrize("release", RELEASES)
def test_every_unit_a_product_may_have_is_valid(release: str) -> None:
    articles = [
        Article(
            f"A-{n}", {"en": "A"}, selling=selling_of("C62" if unit != "C62" else "KGM", [_holding(unit)], {"unit": unit}), prices=PRICE
        )
        for n, unit in enumerate(KNOWN)
    ]
    writer = BmecatWriter(heading(release))
    text = "".join(writer.lines(lambda: articles))
    assert check(text, release) == []
    assert writer.counts == Counts(written=len(articles))
    assert "<ORDER_UNIT>BX</ORDER_UNIT><CONTENT_UNIT>C62</CONTENT_UNIT><NO_CU_PER_OU>4</NO_CU_PER_OU>" in text


def _holding(unit: str) -> dict[str, Any]:
    return {"unit": unit, "numerator": 4, "denominator": 1}


@pytest.mark.parametrize(
    ("base", "packaging", "ordering", "told"),
    [
        ("C62", [_holding("BX")], {"unit": "BX", "least": "4", "step": "2"}, ("BX", "C62", "4", "4", "2", "4")),
        ("C62", [_holding("BX")], {"step": "2"}, ("C62", "", "", "2", "2", "1")),
        ("BX", [{"unit": "C62", "numerator": 1, "denominator": 12, "orderable": False}], {}, ("BX", "C62", "12", "", "", "1")),
        ("C62", [], {}, ("C62", "", "", "", "", "1")),
    ],
)
def test_quantities_and_prices_are_those_of_the_order_unit(
    base: str, packaging: list[dict[str, Any]], ordering: dict[str, Any], told: tuple[str, ...]
) -> None:
    writer = BmecatWriter(heading("2005"))
    article = Article("A-1", {"en": "A"}, prices=PRICE, selling=selling_of(base, packaging, ordering))
    text = "".join(writer.lines(lambda: [article]))
    names = ("ORDER_UNIT", "CONTENT_UNIT", "NO_CU_PER_OU", "QUANTITY_MIN", "QUANTITY_INTERVAL", "PRICE_AMOUNT")
    assert tuple("".join(re.findall(f"<{name}>(.*?)</{name}>", text)) for name in names) == told


def test_quantities_that_a_release_cannot_hold_are_left_out_and_counted() -> None:
    article = Article("A-1", {"en": "A"}, prices=PRICE, selling=selling_of("MTR", [], {"least": "1.5", "step": "0.5"}))
    for release, told, left_out in (
        ("2005", "<QUANTITY_MIN>1.5</QUANTITY_MIN><QUANTITY_INTERVAL>0.5</QUANTITY_INTERVAL>", 0),
        ("1.2", "", 2),
    ):
        writer = BmecatWriter(heading(release))
        text = "".join(writer.lines(lambda: [article]))
        assert f"<ORDER_UNIT>MTR</ORDER_UNIT>{told}" in text
        assert writer.counts.features_left_out == left_out


def test_only_the_tenants_own_products_are_in_its_catalog(brand: Shop, twin: Shop) -> None:
    fill(brand)
    with in_tenant(twin.id) as session:
        make_product(session, twin.id, "T-1", "Other")
    text, told = export(twin, "2005")
    assert told == Counts(written=1)
    assert text.count("<SUPPLIER_PID>") == text.count("<SUPPLIER_PID>T-1</SUPPLIER_PID>") == 1


def test_exporting_needs_the_right_to_see_the_catalog(brand: Shop) -> None:
    with in_tenant(brand.id) as session, pytest.raises(NotAllowed):
        catalog_lines(session, somebody(brand.id, "order.view"), BmecatWriter(heading("2005")), "en")


def test_other_releases_unknown_languages_prices_and_versions_are_refused() -> None:
    odd = (heading("2005", price_type="free"), heading("2005", version="one"))
    for wanted in (*odd, heading("1.01"), heading("2005", languages=()), heading("2005", languages=("en", "tlh"))):
        with pytest.raises(Invalid):
            BmecatWriter(wanted)


def test_signs_that_xml_cannot_hold_are_dropped(tmp_path: Path) -> None:
    article = Article("A-1", {"en": "Bell\x0b\ud800\uffff"}, texts={"en": "a\r\nb"}, prices={"EUR": Decimal("1E+1")})
    text = "".join(BmecatWriter(heading("2005")).lines(lambda: [article]))
    path = tmp_path / "a.xml"
    path.write_text(text)
    [(_number, row)] = open_table(path, "a.xml").rows
    assert (row["DESCRIPTION_SHORT:en"], row["DESCRIPTION_LONG:en"], row["PRICE:EUR:net_list"]) == ("Bell", "a\r\nb", "10")
