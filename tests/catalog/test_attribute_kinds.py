"""Values of attributes: every kind, per language and market, held to rules, pointing elsewhere; what goes in comes out."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from catalog.assortment import shop_product, view_for
from catalog.attribute_rules import BadRule, OutOfRules, check_rules, hold, measured, unit_of
from catalog.attribute_values import AttributeFacts, BadValue, check_places, check_value, value_in
from catalog.attributes import AttributeEdit, edit_attribute
from catalog.documents import MOST_BYTES, add_document, document_for, list_documents
from catalog.families import FamilyEdit, make_family, set_family
from catalog.models import Attribute
from catalog.products import ProductEdit, edit_product
from catalog.scoring import ScoredPlace
from kernel import files
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.quantities import UNITS
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_product, make_variants, publish_all, somebody
from tests.factories.tenants import make_market

PDF = b"%PDF-1.7\n%synthetic\n"
DECIMALS = st.decimals(min_value=-(10**12), max_value=10**12, places=4)
LANGUAGES = st.sampled_from(["de", "en", "zh-Hans"])
PLACES = {
    (True, False): st.sampled_from(["de", "en", "zh-Hans"]),
    (False, True): st.sampled_from(["@eu", "@us"]),
    (True, True): st.sampled_from(["de@eu", "en@us", "zh-Hans@eu"]),
}


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    """Files in memory."""
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


def facts(kind: str, **more: Any) -> AttributeFacts:
    choices = {"red": {"en": "Red"}, "blue": {"en": "Blue"}} if "choice" in kind else {}
    return AttributeFacts("a", kind, choices=choices, **more)


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": st.text(max_size=200), "richtext": st.text(max_size=500), "number": DECIMALS, "boolean": st.booleans(), "date": st.dates(),
    "choice": st.sampled_from(["red", "Blue", "BLUE"]), "multichoice": st.lists(st.sampled_from(["red", "blue"]), max_size=3),
}  # fmt: skip


@given(st.data(), st.sampled_from(sorted(VALUES)))
def test_what_is_kept_is_taken_in_again_unchanged(data: st.DataObject, kind: str) -> None:
    kept = check_value(facts(kind), data.draw(VALUES[kind]))
    assert check_value(facts(kind), kept) == kept


@given(st.data(), st.sampled_from(sorted(PLACES)), st.sampled_from(["text", "number", "choice", "date"]))
def test_a_value_per_place_is_found_in_its_place_and_in_no_other(data: st.DataObject, scope: tuple[bool, bool], kind: str) -> None:
    own = facts(kind, per_language=scope[0], per_market=scope[1])
    place, raw = data.draw(PLACES[scope]), data.draw(VALUES[kind])
    held = check_places(own, None, {place: raw})
    language, _at, market = place.partition("@")
    wanted = check_value(own, raw)
    assert value_in(own, held, (language,), market) == wanted
    assert check_places(own, held, held or {}) == held
    assert value_in(own, held, ("fr",) if language else ("",), "moon" if market else "") is None
    assert check_places(own, held, {place: ""}) is None


def test_a_value_falls_back_to_the_next_language_and_to_no_other_market() -> None:
    own = facts("text", per_language=True, per_market=True)
    held = {"en@eu": "Two years", "de@us": "Ein Jahr"}
    assert value_in(own, held, ("de", "en"), "eu") == "Two years"
    assert value_in(own, held, ("en",), "us") is None


def test_a_place_that_does_not_fit_is_refused() -> None:
    for own, place in (
        (facts("text", per_language=True), "@eu"), (facts("text", per_market=True), "de"),
        (facts("text", per_language=True, per_market=True), "de"), (facts("text", per_language=True), "no language"),
    ):  # fmt: skip
        with pytest.raises(BadValue):
            check_places(own, None, {place: "x"})
    with pytest.raises(BadValue):
        check_places(facts("text", per_language=True), None, "for all")


@given(DECIMALS, st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_a_measure_in_another_unit_of_its_dimension_is_converted_and_others_are_refused(number: Decimal, told: str, kept: str) -> None:
    text = f"{number:f} {told}"
    if UNITS[told][0] != UNITS[kept][0]:
        with pytest.raises(OutOfRules):
            measured(text, kept)
        return
    wanted = number * UNITS[told][1] / UNITS[kept][1]
    assert abs(Decimal(measured(text, kept)) - wanted) <= Decimal("0.000001")


@pytest.mark.parametrize(
    ("raw", "unit", "kept"),
    [
        ("1 cm", "MMT", "10"),
        ("10mm", "MMT", "10"),
        ("1.5 kg", "GRM", "1500"),
        ("12 km", "km", "12"),
        ("7", "MMT", "7"),
        ("5 IN", "CMT", "12.7"),
    ],
)
def test_units_are_understood_as_people_write_them(raw: str, unit: str, kept: str) -> None:
    assert check_value(facts("number", unit=unit), raw) == kept


def test_an_unknown_unit_is_refused() -> None:
    for raw, unit in (("1 furlong", "MMT"), ("1 kg", "MMT"), ("1 kg", "")):
        with pytest.raises(BadValue):
            check_value(facts("number", unit=unit), raw)
    assert (unit_of("mm"), unit_of("MMT"), unit_of("nothing")) == ("MMT", "MMT", None)


@pytest.mark.parametrize(
    ("kind", "rules", "good", "bad"),
    [
        ("number", {"min": "1", "max": "10", "step": "0.5"}, ["1", "9.5", "10"], ["0.5", "10.5", "1.2"]),
        ("date", {"min": "2026-01-01", "max": "2026-12-31"}, ["2026-01-01"], ["2025-12-31", "2027-01-01"]),
        ("text", {"shortest": "2", "longest": 4}, ["ab", "abcd"], ["a", "abcde"]),
        ("text", {"pattern": r"[A-Z]{2}-\d+"}, ["VE-12"], ["ve-12", "VE-", "VE-12 "]),
        ("richtext", {"longest": "5"}, ["**a**"], ["**ab**"]),
    ],
)
def test_values_are_held_to_rules(kind: str, rules: dict[str, Any], good: list[str], bad: list[str]) -> None:
    kept = check_rules(kind, rules)
    assert check_rules(kind, kept) == kept
    for value in good:
        hold(kind, kept, value)
    for value in bad:
        with pytest.raises(OutOfRules):
            hold(kind, kept, value)


@pytest.mark.parametrize(
    ("kind", "name", "raw"),
    [
        ("number", "pattern", "x"), ("number", "min", "much"), ("number", "step", "0"), ("text", "longest", "-1"), ("date", "min", "soon"),
        ("text", "pattern", "(a+)+"), ("text", "pattern", "a|b"), ("text", "pattern", "a?b?c?d?"), ("text", "pattern", "[a"),
        ("text", "pattern", "a{1,9}b{1,9}c{1,9}d{1,9}"), ("boolean", "min", "1"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_refused(kind: str, name: str, raw: str) -> None:
    with pytest.raises(BadRule) as refused:
        check_rules(kind, {name: raw})
    assert refused.value.name == name
    with pytest.raises(BadRule):
        check_rules("number", {"min": "3", "max": "2"})


def house(session: Session, tenant_id: UUID) -> None:
    make_market(session, tenant_id, "eu")
    make_market(session, tenant_id, "us", "USD", ("en",), ("US",), prices_include_tax=False)
    make_attribute(session, tenant_id, "care", "richtext", per_language=True, labels={"en": "Care"})
    make_attribute(session, tenant_id, "warranty", "number", per_market=True, unit="years")
    make_attribute(session, tenant_id, "motto", "text", per_language=True, per_market=True)
    make_attribute(session, tenant_id, "fits", "reference")
    make_attribute(session, tenant_id, "manual", "file", per_language=True)
    make_attribute(session, tenant_id, "serial", "text", rules={"is_unique": True, "longest": 10})


def test_values_per_place_reach_the_shops_of_their_places(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        house(session, brand.id)
        other = make_product(session, brand.id, "ARM-1", name="Arm")
        manual = add_document(session, actor, "manual.pdf", PDF)
        product = make_product(session, brand.id, "BELL-1", name="Bell", attribute_values={
            "care": {"en": "Keep it **dry**.", "de": "Bitte **trocken** halten."}, "warranty": {"@eu": "2", "@us": 1},
            "motto": {"de@eu": "Klingt gut"}, "fits": "ARM-1", "manual": {"en": "manual.pdf"},
        })  # fmt: skip
        assert product.attribute_values["fits"] == str(other.id)
        assert product.attribute_values["manual"] == {"en": str(manual.id)}
        for market in ("eu", "us"):
            publish_all(session, brand.id, market)
        shown = {}
        for market, language in (("eu", "en"), ("eu", "de")):
            found = shop_product(session, view_for(session, market, language), "bell-bell-1")
            shown[market, language] = {a.code: (a.text, a.value) for a in found.attributes}
        file = {"key": manual.file_key, "type": "application/pdf", "bytes": len(PDF)}
        fallen = {"fits": ("Arm", str(other.id)), "manual": ("manual.pdf", file), "warranty": ("2 years", "2")}
        assert shown["eu", "en"] == {"care": ("Keep it **dry**.", "Keep it **dry**."), **fallen}
        german = {"care": ("Bitte **trocken** halten.",) * 2, "motto": ("Klingt gut", "Klingt gut")}
        assert shown["eu", "de"] == {**german, **fallen}


def test_one_place_is_edited_and_the_others_stay(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        house(session, brand.id)
        product = make_product(session, brand.id, "P-1", attribute_values={"care": {"en": "Dry", "de": "Trocken"}})
        edit_product(session, actor, product.id, ProductEdit(attribute_values={"care": {"de": "Nass"}}))
        assert product.attribute_values == {"care": {"de": "Nass", "en": "Dry"}}
        edit_product(session, actor, product.id, ProductEdit(attribute_values={"care": {"en": ""}}))
        assert product.attribute_values == {"care": {"de": "Nass"}}
        edit_product(session, actor, product.id, ProductEdit(attribute_values={"care": None}))
        assert product.attribute_values == {}


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"fits": "NOBODY"}, "attribute_values.fits"),
        ({"manual": {"en": "nothing.pdf"}}, "attribute_values.manual"),
        ({"serial": "A-1"}, "attribute_values.serial"),
        ({"serial": "longer than ten"}, "attribute_values.serial"),
        ({"warranty": {"@eu": "long"}}, "attribute_values.warranty.@eu"),
        ({"warranty": "2"}, "attribute_values.warranty"),
    ],
)
def test_a_wrong_value_is_refused_at_its_place_and_nothing_changes(brand: Shop, values: dict[str, Any], where: str) -> None:
    with in_tenant(brand.id) as session:
        house(session, brand.id)
        make_product(session, brand.id, "OTHER", attribute_values={"serial": "A-1"})
        product = make_product(session, brand.id, "P-1", attribute_values={"serial": "B-2"})
        with pytest.raises(Invalid) as refused:
            edit_product(session, somebody(brand.id), product.id, ProductEdit(attribute_values=values))
        assert [problem.where for problem in refused.value.problems] == [where]
        assert product.attribute_values == {"serial": "B-2"}
        # its own value again is its own
        edit_product(session, somebody(brand.id), product.id, ProductEdit(attribute_values={"serial": "B-2"}))


def test_another_tenants_product_and_document_cannot_be_named(brand: Shop, twin: Shop) -> None:
    with in_tenant(brand.id) as session:
        house(session, brand.id)
        theirs = make_product(session, brand.id, "P-1")
        manual = add_document(session, somebody(brand.id), "manual.pdf", PDF)
    with in_tenant(twin.id) as session:
        house(session, twin.id)
        product = make_product(session, twin.id, "MINE")
        for values in ({"fits": str(theirs.id)}, {"fits": "P-1"}, {"manual": {"en": str(manual.id)}}, {"manual": {"en": "manual.pdf"}}):
            with pytest.raises(Invalid):
                edit_product(session, somebody(twin.id), product.id, ProductEdit(attribute_values=values))
        with pytest.raises(NotThere):
            document_for(session, somebody(twin.id), manual.id)
        assert (list_documents(session, somebody(twin.id)), product.attribute_values) == ([], {})


def test_documents_are_of_known_kinds_and_kept_once(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        first = add_document(session, actor, "C:\\papers\\manual.pdf", PDF)
        assert (first.name, first.content_type, first.bytes) == ("manual.pdf", "application/pdf", len(PDF))
        assert add_document(session, actor, "manual.pdf", PDF).id == first.id
        for name, data in (
            ("page.html", b"<script>"), ("manual.pdf", b"<html>"), ("list.csv", b"\xff\xfe\x00"), ("empty.txt", b""),
            ("big.txt", b"x" * (MOST_BYTES + 1)), ("noname", PDF),
        ):  # fmt: skip
            with pytest.raises(Invalid):
                add_document(session, actor, name, data)
        with pytest.raises(NotAllowed):
            add_document(session, somebody(brand.id, "catalog.view"), "other.pdf", PDF)
        assert [d.name for d in list_documents(session, actor)] == ["manual.pdf"]


def test_what_does_not_go_together_is_refused(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        for kind, edit in (
            ("richtext", {"filterable": True}), ("reference", {"is_axis": True}), ("choice", {"is_axis": True, "per_market": True}),
            ("text", {"per_language": True, "rules": {"is_unique": True}}), ("number", {"rules": {"pattern": "x"}}),
        ):  # fmt: skip
            with pytest.raises(Invalid):
                make_attribute(session, brand.id, f"a-{kind}", kind, **edit)


def test_the_scope_stays_while_products_have_values_and_unique_needs_unique_ones(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        free = make_attribute(session, brand.id, "free")
        assert edit_attribute(session, actor, free.id, AttributeEdit(per_language=True)).per_language is True
        used: Attribute = make_attribute(session, brand.id, "used")
        for sku in ("P-1", "P-2"):
            make_product(session, brand.id, sku, attribute_values={"used": "same"})
        for edit in (AttributeEdit(per_market=True), AttributeEdit(rules={"is_unique": True})):
            with pytest.raises(Conflict):
                edit_attribute(session, actor, used.id, edit)
        session.refresh(used)
        assert (used.per_market, used.rules) == (False, {})


def test_a_required_value_per_language_is_looked_for_in_the_place(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        house(session, brand.id)
        family = make_family(session, actor, "bells", FamilyEdit({}, [{"labels": {}, "attributes": ["warranty", "care"]}], ["warranty"]))
        product = make_product(session, brand.id, "P-1", name="Bell", attribute_values={"warranty": {"@eu": 2}})
        set_family(session, actor, product.id, family.id)
        assert publish_all(session, brand.id, "eu").held_back == ()
        assert [(h.language, h.missing) for h in publish_all(session, brand.id, "us").held_back] == [("en", ("attribute:warranty",))]


def test_places_of_one_market_know_their_first_language() -> None:
    assert ScoredPlace("eu", "de", "EUR", "en").languages == ("de", "en")
    assert ScoredPlace("eu", "en", "EUR", "en").languages == ("en",)


def test_variants_of_one_product_may_not_share_a_unique_value(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        house(session, brand.id)
        make_attribute(session, brand.id, "size", "choice", ("s", "m"), is_axis=True)
        small, large = make_variants(session, brand.id, make_product(session, brand.id, "JK"), "size", {"s": "9", "m": "9"})
        edit_product(session, somebody(brand.id), small.id, ProductEdit(attribute_values={"serial": "A-1"}))
        with pytest.raises(Invalid):
            edit_product(session, somebody(brand.id), large.id, ProductEdit(attribute_values={"serial": "A-1"}))
