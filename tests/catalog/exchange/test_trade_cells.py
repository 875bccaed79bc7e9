"""Packaging, order quantities, trade numbers, days and classes come in from tables; what is wrong is told cell by cell."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from catalog.classification import make_system, put_classes
from catalog.exchange.importing import run_for, run_import, start_import
from catalog.exchange.undoing import run_undo, undo_import
from catalog.models import ImportProblem, ImportRun, Product
from kernel import files
from kernel.tenancy import entering
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, somebody

RULES: dict[str, Any] = {
    "columns": [
        {"column": name, "field": name}
        for name in (
            "sku", "status", "unit", "packaging", "content_unit", "content_quantity", "order_unit", "order_least", "order_step", "gtin",
            "manufacturer", "manufacturer_number", "customs_code", "origin_country", "new_until", "end_on", "class:UNSPSC-26",
        )
    ]
    + [{"column": "name", "field": "name:en"}, {"column": "etim", "field": "class:ETIM-9.0", "create": True}]
}  # fmt: skip


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


def take(shop: Shop, folder: Path, *rows: dict[str, str]) -> ImportRun:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    path = folder / "rows.csv"
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    path.write_text("\n".join("\t".join(line) for line in lines))
    with in_tenant(shop.id) as session:
        run = start_import(session, somebody(shop.id), path.name, path, RULES, by_worker=False)
    with entering(shop.id):
        run_import(somebody(shop.id), run.id)
    with in_tenant(shop.id) as session:
        return run_for(session, somebody(shop.id), run.id)


def problems(shop: Shop) -> list[tuple[str, str, str]]:
    with in_tenant(shop.id) as session:
        rows = session.scalars(select(ImportProblem).order_by(ImportProblem.row_number, ImportProblem.id))
        return [(p.column_name, p.value, p.reason) for p in rows]


def product(shop: Shop, sku: str = "A") -> Product:
    with in_tenant(shop.id) as session:
        return session.scalars(select(Product).where(Product.sku == sku)).one()


FULL = {
    "sku": "A", "name": "A", "status": "new", "packaging": "BX=12;gtin=4006381333931;weight=1.2;size=400x300x200|PF=480;order=no",
    "order_unit": "BX", "order_least": "2", "order_step": "2", "manufacturer": "Glocken AG", "manufacturer_number": "G-7",
    "customs_code": "8306.10", "origin_country": "de", "new_until": "2027-01-31", "end_on": "2027-06-30", "etim": "EC000001",
}  # fmt: skip


def test_everything_comes_in_and_the_same_again_changes_nothing(brand: Shop, tmp_path: Path) -> None:
    run = take(brand, tmp_path, FULL)
    assert ((run.rows_made, run.rows_wrong), problems(brand)) == ((1, 0), [])
    made = product(brand)
    assert made.packaging == [
        {
            "unit": "BX", "numerator": 12, "denominator": 1, "orderable": True, "gtin": "4006381333931", "weight_kg": "1.2",
            "length_mm": 400, "width_mm": 300, "height_mm": 200,
        },
        {"unit": "PF", "numerator": 480, "denominator": 1, "orderable": False},
    ]  # fmt: skip
    assert made.ordering == {"unit": "BX", "least": "2", "step": "2"}
    assert (made.customs_code, made.origin_country, made.manufacturer_number) == ("830610", "DE", "G-7")
    assert (made.status, made.new_until, made.end_on) == ("new", date(2027, 1, 31), date(2027, 6, 30))
    assert made.classes == {"ETIM-9.0": "EC000001"}
    again = take(brand, tmp_path, FULL)
    assert (again.rows_changed, again.rows_same) == (0, 1)


def test_cells_that_are_left_empty_leave_what_is_there(brand: Shop, tmp_path: Path) -> None:
    take(brand, tmp_path, FULL)
    take(brand, tmp_path, {"sku": "A", "order_least": "4"})
    assert product(brand).ordering == {"unit": "BX", "least": "4", "step": "2"}
    assert product(brand).manufacturer == "Glocken AG"


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"packaging": "BX"}, "packaging", "Please write units like BX=12, parted by |."),
        ({"packaging": "BX=twelve"}, "packaging", "This is not a number."),
        ({"packaging": "QQ=3"}, "packaging", "There is no unit with the code “QQ”."),
        ({"content_unit": "QQ", "content_quantity": "3"}, "content_unit", "There is no unit with the code “QQ”."),
        ({"order_unit": "BX"}, "order_unit", "This unit cannot be ordered."),
        ({"order_step": "0.5"}, "order_step", "Only whole numbers of this unit can be ordered."),
        ({"order_least": "3", "order_step": "2"}, "order_least", "The least quantity is a multiple of the step."),
        ({"customs_code": "12"}, "customs_code", "A customs code has 6, 8 or 10 digits."),
        ({"origin_country": "QQ"}, "origin_country", "There is no country with the code “QQ”."),
        ({"end_on": "soon"}, "end_on", "Please give a date."),
        ({"class:UNSPSC-26": "1"}, "class:UNSPSC-26", "UNSPSC-26 has no class “1”."),
        ({"gtin": "4006381333932"}, "gtin", "The check digit of this GTIN is wrong."),
    ],
)
def test_a_wrong_cell_is_told_and_its_row_left_out(brand: Shop, tmp_path: Path, cells: dict[str, str], column: str, reason: str) -> None:
    with in_tenant(brand.id) as session:
        system = make_system(session, somebody(brand.id), "UNSPSC", "26")
        put_classes(session, somebody(brand.id), system.id, [("25161500", {"en": "Bicycles"}, "")])
    run = take(brand, tmp_path, {"sku": "A", "name": "A", **cells}, {"sku": "B", "name": "B"})
    assert (run.rows_made, run.rows_wrong) == (1, 1)
    assert problems(brand) == [(column, next(iter(cells.values())), reason)]


def test_a_state_that_cannot_follow_the_present_one_is_told(brand: Shop, tmp_path: Path) -> None:
    with in_tenant(brand.id) as session:
        make_product(session, brand.id, "A", status="end")
    run = take(brand, tmp_path, {"sku": "A", "status": "new"})
    assert (run.rows_wrong, product(brand).status) == (1, "end")
    assert problems(brand) == [("", "A", "A product cannot go from this state to that one.")]


def test_a_system_that_nobody_made_is_told_unless_the_mapping_makes_it(brand: Shop, tmp_path: Path) -> None:
    run = take(brand, tmp_path, {"sku": "A", "name": "A", "class:UNSPSC-26": "25161500"})
    assert run.rows_wrong == 1
    assert problems(brand) == [("class:UNSPSC-26", "25161500", "There is no classification called “UNSPSC-26”.")]


def test_taking_the_import_back_brings_every_value_back(brand: Shop, tmp_path: Path) -> None:
    with in_tenant(brand.id) as session:
        old: dict[str, Any] = {
            "packaging": [{"unit": "CT", "content": "5"}],
            "ordering": {"step": "5"},
            "customs_code": "123456",
            "end_on": "2028-01-01",
        }
        make_product(session, brand.id, "A", **old)
    before = product(brand)
    run = take(brand, tmp_path, {**FULL, "status": ""})
    assert product(brand).packaging != before.packaging
    with in_tenant(brand.id) as session:
        undo = undo_import(session, somebody(brand.id), run.id, by_worker=False)
    with entering(brand.id):
        run_undo(somebody(brand.id), undo.id)
    after = product(brand)
    for name in ("packaging", "ordering", "customs_code", "origin_country", "manufacturer", "classes", "new_until", "end_on"):
        assert getattr(after, name) == getattr(before, name), name
