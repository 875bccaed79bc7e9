"""Imports that say what products are like: families, values per language and market, references, unique values."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from catalog.exchange.undoing import run_undo, undo_import
from catalog.families import FamilyEdit, make_family
from catalog.models import Family, ImportProblem, Product
from kernel.tenancy import entering
from tests.catalog.exchange.test_importing import run_file, store  # noqa: F401 - the fixture keeps files in memory
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_product, somebody

RULES: dict[str, Any] = {
    "language": "en",
    "axes": ["size"],
    "columns": [
        {"column": "number", "field": "sku"},
        {"column": "parent", "field": "parent"},
        {"column": "family", "field": "family"},
        {"column": "care en", "field": "attribute:care:en"},
        {"column": "care de", "field": "attribute:care:de"},
        {"column": "warranty", "field": "attribute:warranty@eu"},
        {"column": "fits", "field": "attribute:fits"},
        {"column": "serial", "field": "attribute:serial"},
        {"column": "length", "field": "attribute:length"},
        {"column": "size", "field": "attribute:size"},
    ],
}
HEADER = "number,parent,family,care en,care de,warranty,fits,serial,length,size\n"


@pytest.fixture
def house(brand: Shop) -> Shop:
    with in_tenant(brand.id) as session:
        make_attribute(session, brand.id, "care", "richtext", per_language=True)
        make_attribute(session, brand.id, "warranty", "number", per_market=True)
        make_attribute(session, brand.id, "fits", "reference")
        make_attribute(session, brand.id, "serial", "text", rules={"is_unique": True})
        make_attribute(session, brand.id, "length", "number", unit="MMT", rules={"max": "1000"})
        make_attribute(session, brand.id, "size", "choice", ("s", "m"), is_axis=True)
        make_family(session, somebody(brand.id), "bells", FamilyEdit({"en": "Bells"}, [{"labels": {}, "attributes": ["length"]}]))
        make_product(session, brand.id, "ARM")
    return brand


def kept(shop: Shop) -> dict[str, tuple[dict[str, Any], str | None]]:
    with in_tenant(shop.id) as session:
        codes = {f.id: f.code for f in session.scalars(select(Family).where(Family.tenant_id == shop.id))}
        rows = session.execute(select(Product.sku, Product.attribute_values, Product.family_id).where(Product.tenant_id == shop.id))
        return {sku: (values, codes.get(family_id)) for sku, values, family_id in rows}


def problems(shop: Shop) -> list[tuple[str, str]]:
    with in_tenant(shop.id) as session:
        rows = session.scalars(select(ImportProblem).where(ImportProblem.tenant_id == shop.id).order_by(ImportProblem.row_number))
        return [(p.value, p.reason) for p in rows]


def arm(shop: Shop) -> UUID:
    with in_tenant(shop.id) as session:
        return session.scalars(select(Product.id).where(Product.tenant_id == shop.id, Product.sku == "ARM")).one()


def test_families_places_references_and_units_come_in(house: Shop) -> None:
    run = run_file(house, HEADER + "B-1,,bells,Keep dry,Trocken halten,2,ARM,S-1,12 cm,\n", RULES)
    assert (run.state, run.rows_made, problems(house)) == ("finished", 1, [])
    values = {
        "care": {"de": "Trocken halten", "en": "Keep dry"},
        "warranty": {"@eu": "2"},
        "fits": str(arm(house)),
        "serial": "S-1",
        "length": "120",
    }
    assert kept(house)["B-1"] == (values, "bells")
    # an empty cell leaves its place as it is
    run_file(house, HEADER + "B-1,,,,Nass halten,,,,,\n", RULES)
    assert kept(house)["B-1"] == ({**values, "care": {"de": "Nass halten", "en": "Keep dry"}}, "bells")


def test_a_variant_brings_the_family_to_the_parent_it_makes(house: Shop) -> None:
    run_file(house, HEADER + "B-S,B,bells,,,,,,,s\nB-M,B,bells,,,,,,,m\n", RULES)
    found = kept(house)
    assert {sku: found[sku][1] for sku in ("B", "B-S", "B-M")} == {"B": "bells", "B-S": None, "B-M": None}


def test_what_does_not_hold_is_a_problem_of_its_row_and_the_rest_comes_in(house: Shop) -> None:
    rows = (
        "B-1,,whistles,,,,,,,\nB-2,,,,,,NOBODY,,,\nB-3,,,,,,,S-1,,\nB-4,,,,,,,S-1,,\nB-5,,,,,,,,2 m,\nB-6,,,,,,,,1 kg,\nB-7,,bells,,,,,,,\n"
    )
    run = run_file(house, HEADER + rows, RULES)
    assert (run.rows_made, run.rows_wrong) == (2, 5)
    assert problems(house) == [
        ("whistles", "There is no family of this code."),
        ("NOBODY", "There is no product with the article number NOBODY."),
        ("S-1", "Another product has this value."),
        ("2 m", "This is at most 1000."),
        ("1 kg", "This is measured in mm."),
    ]
    assert sorted(kept(house)) == ["ARM", "B-3", "B-7"]


def test_another_tenants_family_and_product_cannot_be_named(house: Shop, twin: Shop) -> None:
    with in_tenant(twin.id) as session:
        make_attribute(session, twin.id, "fits", "reference")
        make_attribute(session, twin.id, "size", "choice", ("s",), is_axis=True)
    run = run_file(twin, HEADER + f"B-1,,bells,,,,,,,\nB-2,,,,,,{arm(house)},,,\n", RULES)
    assert (run.rows_made, run.rows_wrong) == (0, 2)


def test_an_import_taken_back_gives_the_family_back(house: Shop) -> None:
    with in_tenant(house.id) as session:
        make_family(session, somebody(house.id), "whistles", FamilyEdit())
    run_file(house, HEADER + "B-1,,whistles,Dry,,,,,,\n", RULES)
    second = run_file(house, HEADER + "B-1,,bells,Wet,,,,,,\n", RULES)
    assert kept(house)["B-1"] == ({"care": {"en": "Wet"}}, "bells")
    with in_tenant(house.id) as session:
        undo = undo_import(session, somebody(house.id), second.id, by_worker=False)
        undo_id = undo.id
    with entering(house.id):
        run_undo(somebody(house.id), undo_id)
    assert kept(house)["B-1"] == ({"care": {"en": "Dry"}}, "whistles")
