"""BMEcat through the importer with the mapping that is suggested: products, prices, what is refused, and taking it back."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from catalog.drafts import read_attributes
from catalog.exchange.importing import run_for, run_import, start_import
from catalog.exchange.mappings import look_into
from catalog.exchange.reporting import list_problems
from catalog.exchange.undoing import run_undo, undo_import
from catalog.list_prices import prices_of
from catalog.models import Category, ClassSystem, ImportRun, ListPrice, Product
from kernel import files
from kernel.tenancy import entering
from tests.catalog.exchange.test_bmecat_reading import GROUPS, OLD, belongs, catalog
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, somebody

SAMPLES = Path(__file__).parents[4] / "shared/data/bmecat/samples"
BELL = OLD.replace("<MIME_INFO><MIME><MIME_SOURCE>a.jpg</MIME_SOURCE></MIME></MIME_INFO>", "")


@pytest.fixture(autouse=True)
def store():
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


def take(shop: Shop, path: Path, dry_run: bool = False, pictures: bool = True) -> ImportRun:
    """The file as it is, by its suggested mapping."""
    rules: dict[str, Any] = look_into(path, path.name)[2]
    if not pictures:
        rules["columns"] = [line for line in rules["columns"] if line["field"] != "picture"]
    with in_tenant(shop.id) as session:
        run = start_import(session, somebody(shop.id), path.name, path, rules, dry_run=dry_run, by_worker=False)
    with entering(shop.id):
        run_import(somebody(shop.id), run.id, batch=2)
    with in_tenant(shop.id) as session:
        return run_for(session, somebody(shop.id), run.id)


def written(folder: Path, inside: str, kind: str = "T_NEW_CATALOG") -> Path:
    path = folder / "catalog.xml"
    path.write_text(catalog(inside, kind))
    return path


def counts(run: ImportRun) -> tuple[str, int, int, int, int, int]:
    return (run.state, run.rows_read, run.rows_made, run.rows_changed, run.rows_same, run.rows_wrong)


def problems(shop: Shop, run: ImportRun) -> list[tuple[int, str, str, str]]:
    with in_tenant(shop.id) as session:
        found = list_problems(session, somebody(shop.id), run.id)
        return [(p.row_number, p.column_name, p.value, p.reason) for p in found]


def test_a_catalog_comes_in_without_touching_the_suggested_mapping(brand: Shop, tmp_path: Path) -> None:
    run = take(brand, written(tmp_path, GROUPS + BELL + belongs("A-1", "3")))
    assert (counts(run), problems(brand, run)) == (("finished", 1, 1, 0, 0, 0), [])
    with in_tenant(brand.id) as session:
        bell = session.scalars(select(Product)).one()
        assert (bell.sku, bell.names, bell.gtin, bell.unit, bell.status) == (
            "A-1",
            {"de": "Glocke & Horn"},
            "4006381333931",
            "BX",
            "new",
        )
        assert bell.attribute_values == {"keywords": "laut|rot", "ef000008": "12.5", "farbe": ["rot", "blau"]}
        assert bell.packaging == [{"unit": "C62", "numerator": 1, "denominator": 6, "orderable": False}]
        assert (bell.manufacturer_number, bell.classes) == ("M-1", {"ETIM-6.0": "EC000001"})
        assert [(s.key, s.code, s.version) for s in session.scalars(select(ClassSystem))] == [("ETIM-6.0", "ETIM", "6.0")]
        assert prices_of(session, bell.id) == {"EUR": Decimal("1.25")}
        length = read_attributes(session)["ef000008"]
        assert (length.kind, length.unit) == ("number", "MMT")
        assert {c.names["de"] for c in session.scalars(select(Category))} == {"Teile", "Glocken"}
        [place] = [c for c in session.scalars(select(Category)) if c.id in bell.category_ids]
        assert (place.names, len(place.path)) == ({"de": "Glocken"}, 2)


def test_the_same_catalog_again_changes_nothing_and_a_dry_run_keeps_nothing(brand: Shop, tmp_path: Path) -> None:
    path = written(tmp_path, GROUPS + BELL + belongs("A-1", "3"))
    assert counts(take(brand, path, dry_run=True)) == ("finished", 1, 1, 0, 0, 0)
    with in_tenant(brand.id) as session:
        assert session.scalar(select(func.count()).select_from(Product)) == 0
    take(brand, path)
    assert counts(take(brand, path)) == ("finished", 1, 0, 0, 1, 0)


def test_wrong_articles_are_named_by_row_column_value_and_reason_and_the_others_go_on(brand: Shop, tmp_path: Path) -> None:
    wrong = [
        BELL.replace("A-1", "W-1").replace("4006381333931", "4006381333932"),
        BELL.replace("A-1", "W-2").replace(">250<", ">auf Anfrage<"),
        BELL.replace("A-1", "W-3").replace(">BX<", ">XYZ<"),
        BELL.replace("A-1", "W-4"),
        BELL.replace("<SUPPLIER_AID>A-1</SUPPLIER_AID>", ""),
        BELL.replace("A-1", "W-6").replace("<FVALUE>rot</FVALUE><FVALUE>blau</FVALUE>", "<VARIANTS></VARIANTS>"),
        BELL.replace("A-1", "W-7").replace("<PRICE_QUANTITY>100<", "<PRICE_QUANTITY>30000<"),
    ]
    run = take(brand, written(tmp_path, GROUPS + "".join(wrong) + BELL + BELL + belongs("W-4", "9")))
    assert counts(run) == ("finished", 9, 1, 0, 0, 8)
    assert problems(brand, run) == [
        (1, "GTIN", "4006381333932", "The check digit of this GTIN is wrong."),
        (2, "PRICE:EUR:net_list", "auf Anfrage", "This is not an amount."),
        (3, "ORDER_UNIT", "XYZ", "This is none of C62, PR, DZN, SET, GRM, KGM, TNE, LBR."),
        (4, "CATEGORY", "9", "The catalog has no group with this number."),
        (5, "SUPPLIER_PID", "", "The article number is missing."),
        (6, "FEATURE:Farbe", "Farbe", "Variants inside one article are not read; please list each."),
        (7, "PRICE:EUR:net_list", "0.004166666666666666666666666667", "A price has at most four decimal places."),
        (9, "", "A-1", "Row 8 has this article number already."),
    ]
    with in_tenant(brand.id) as session:
        assert session.scalars(select(Product.sku)).all() == ["A-1"]
        assert session.scalar(select(func.count()).select_from(ListPrice)) == 1


def test_price_updates_change_prices_only_and_unknown_articles_are_named(brand: Shop, twin: Shop, tmp_path: Path) -> None:
    for shop in (brand, twin):
        take(shop, written(tmp_path, GROUPS + BELL + belongs("A-1", "3")))
    dearer = BELL.replace(">250<", ">300<").replace("Glocke", "Other name")
    run = take(brand, written(tmp_path, dearer + dearer.replace("A-1", "A-9"), "T_UPDATE_PRICES"))
    assert counts(run) == ("finished", 2, 0, 1, 0, 1)
    assert problems(brand, run) == [(2, "", "A-9", "There is no product with this article number.")]
    for shop, price in ((brand, "1.5"), (twin, "1.25")):
        with in_tenant(shop.id) as session:
            bell = session.scalars(select(Product)).one()
            assert (bell.names, prices_of(session, bell.id)) == ({"de": "Glocke & Horn"}, {"EUR": Decimal(price)})


def test_an_update_that_takes_an_article_away_ends_it(brand: Shop, tmp_path: Path) -> None:
    take(brand, written(tmp_path, BELL))
    gone = BELL.replace('mode="new"', 'mode="delete"')
    assert counts(take(brand, written(tmp_path, gone, "T_UPDATE_PRODUCTS"))) == ("finished", 1, 0, 1, 0, 0)
    with in_tenant(brand.id) as session:
        assert session.scalars(select(Product.status)).all() == ["end"]


def test_a_catalog_goes_back_as_other_imports_do(brand: Shop, tmp_path: Path) -> None:
    run = take(brand, written(tmp_path, GROUPS + BELL + belongs("A-1", "3")))
    with in_tenant(brand.id) as session:
        undo = undo_import(session, somebody(brand.id), run.id, by_worker=False)
    with entering(brand.id):
        run_undo(somebody(brand.id), undo.id)
    with in_tenant(brand.id) as session:
        assert session.scalar(select(func.count()).select_from(Product)) == 0


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the BMEcat catalogs are not beside the project")
def test_the_four_catalogs_of_others_come_in_with_their_wrong_rows_named(brand: Shop) -> None:
    wrong = [(1, "GTIN", "8712670911213", "The check digit of this GTIN is wrong.")]  # the right one ends in 1
    told = {}
    for path in sorted(SAMPLES.glob("*.xml")):
        run = take(brand, path, pictures=False)
        told[path.name.partition(".")[0]] = (counts(run), problems(brand, run))
    assert told == {
        "megabild_bmecat12_testdata_new_catalog": (("finished", 1, 0, 0, 0, 1), wrong),
        "megabild_bmecat12_testdata_update_prices": (
            ("finished", 1, 0, 0, 0, 1),
            [(1, "", "1000", "There is no product with this article number.")],
        ),
        "naugrimm_2005_document": (("finished", 3, 3, 0, 0, 0), []),
        "olivere_2005_new_catalog": (("finished", 1, 0, 0, 0, 1), wrong),
    }


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the BMEcat catalogs are not beside the project")
def test_their_articles_come_in_once_the_number_is_right_and_their_price_update_finds_them(brand: Shop, tmp_path: Path) -> None:
    path = tmp_path / "catalog.xml"
    sample = (SAMPLES / "megabild_bmecat12_testdata_new_catalog.golden.xml").read_text()
    path.write_text(sample.replace("8712670911213", "8712670911211"))
    assert counts(take(brand, path, pictures=False)) == ("finished", 1, 1, 0, 0, 0)
    update = (SAMPLES / "megabild_bmecat12_testdata_update_prices.golden.xml").read_text()
    path.write_text(update.replace("1499.5", "1399.5"))
    assert counts(take(brand, path)) == ("finished", 1, 0, 1, 0, 0)
    with in_tenant(brand.id) as session:
        notebook = session.scalars(select(Product)).one()
        assert (notebook.names, notebook.unit, notebook.brand) == ({"de": 'Apple MacBook Pro 13"'}, "BX", "Microsoft")
        assert notebook.attribute_values["netzspannung"] == ["110", "220"]
        assert notebook.packaging == [{"unit": "C62", "numerator": 1, "denominator": 6, "orderable": False}]
        assert prices_of(session, notebook.id) == {"EUR": Decimal("1399.5")}
