"""Editing categories, attributes, products, variants and list prices."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from catalog.attribute_values import AttributeFacts, BadValue, check_number, check_value, shown
from catalog.attributes import AttributeEdit, edit_attribute, remove_attribute
from catalog.categories import CategoryEdit, edit_category, list_categories, move_category, remove_category
from catalog.checking import check_gtin
from catalog.list_prices import prices_of, set_list_prices
from catalog.models import Attribute, Category, Product
from catalog.product_kinds import add_variant, make_parent, variants_of
from catalog.products import ProductEdit, edit_product, list_products, product_for, remove_product
from catalog.products import make_product as make
from catalog.slugs import product_slug, slug_of
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.models import AuditEntry
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all, somebody
from tests.factories.tenants import make_market


def wrong_fields(error: Invalid) -> set[str]:
    return {problem.where for problem in error.problems}


def test_everything_wrong_with_a_product_is_told_at_once_and_nothing_is_made(brand: Shop) -> None:
    edit = ProductEdit(
        sku=" ",
        names={"not a tag!": "x"},
        gtin="4006381333930",
        unit="XYZ",
        status="sold",
        tax_class="odd",
        weight_kg="-1",
        attribute_values={"colour": "red"},
    )
    with in_tenant(brand.id) as session:
        with pytest.raises(Invalid) as refused:
            make(session, somebody(brand.id), edit)
        assert wrong_fields(refused.value) == {
            "sku", "names", "gtin", "unit", "status", "tax_class", "weight_kg", "attribute_values.colour",
        }  # fmt: skip
        assert session.scalar(select(func.count()).select_from(Product)) == 0


@pytest.mark.parametrize(
    ("kind", "raw", "kept"),
    [
        ("text", "  Aluminium ", "Aluminium"),
        ("number", "12.50", "12.5"),
        ("number", 6.0, "6"),
        ("boolean", "yes", True),
        ("date", "2026-11-23", "2026-11-23"),
        ("choice", "Pine", "pine"),
        ("multichoice", ["pine", "PINE"], ["pine"]),
    ],
)
def test_values_are_kept_in_the_form_of_their_kind(kind: str, raw: object, kept: object) -> None:
    assert check_value(AttributeFacts("a", kind, choices={"pine": {"en": "Pine"}}), raw) == kept


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("number", "twelve"),
        ("number", "NaN"),
        ("number", True),
        ("boolean", "perhaps"),
        ("date", "23.11.2026"),
        ("choice", "oak"),
        ("multichoice", ["pine", "oak"]),
    ],
)
def test_values_of_another_kind_are_refused(kind: str, raw: object) -> None:
    with pytest.raises(BadValue):
        check_value(AttributeFacts("a", kind, choices={"pine": {"en": "Pine"}}), raw)


def test_values_are_shown_in_the_readers_way() -> None:
    assert shown(AttributeFacts("a", "number", "kg"), "12.5", ["de"]) == "12,5 kg"
    assert shown(AttributeFacts("a", "choice", choices={"pine": {"en": "Pine", "de": "Kiefer"}}), "pine", ["fr", "en"]) == "Pine"
    assert shown(AttributeFacts("a", "date"), "2026-11-23", ["de"]) == "23.11.2026"


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=4))
def test_a_number_reads_back_as_itself(number: Decimal) -> None:
    assert Decimal(check_number(str(number))) == number
    assert check_number(check_number(str(number))) == check_number(str(number))


def test_gtins_have_a_check_digit() -> None:
    assert check_gtin("4006381 333931") == "4006381333931"
    with pytest.raises(BadValue):
        check_gtin("4006381333932")


def test_a_lost_update_is_refused_and_changes_nothing(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        product = make_product(session, brand.id, "P-1", name="One")
        seen = product.edit_version
        edit_product(session, actor, product.id, ProductEdit(names={"en": "Two"}), seen)
        with pytest.raises(Conflict):
            edit_product(session, actor, product.id, ProductEdit(names={"en": "Three"}), seen)
        assert product_for(session, actor, product.id).names == {"en": "Two"}


def test_an_edit_that_changes_nothing_leaves_no_trace(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        product = make_product(session, brand.id, "P-1", name="One")
        entries = session.scalar(select(func.count()).select_from(AuditEntry))
        edit_product(session, actor, product.id, ProductEdit(names={"en": "One"}))
        session.flush()
        assert (product.edit_version, session.scalar(select(func.count()).select_from(AuditEntry))) == (1, entries)


def test_article_numbers_are_taken_once_per_brand(brand: Shop, twin: Shop) -> None:
    for shop in (brand, twin):
        with in_tenant(shop.id) as session:
            make_product(session, shop.id, "P-1")
            with pytest.raises(Invalid) as refused:
                make_product(session, shop.id, "P-1")
            assert refused.value.problems[0].code == "taken"


def test_nobody_edits_without_the_right_or_another_tenants_product(brand: Shop, twin: Shop) -> None:
    with in_tenant(brand.id) as session:
        product = make_product(session, brand.id, "P-1", name="Canary")
        with pytest.raises(NotAllowed):
            edit_product(session, somebody(brand.id, "catalog.view"), product.id, ProductEdit(names={"en": "X"}))
        with pytest.raises(NotAllowed):
            set_list_prices(session, somebody(brand.id, "catalog.edit"), product.id, {"EUR": "1"})
    with in_tenant(twin.id) as session:
        for call in (
            lambda: edit_product(session, somebody(twin.id), product.id, ProductEdit(names={"en": "X"})),
            lambda: remove_product(session, somebody(twin.id), product.id),
            lambda: set_list_prices(session, somebody(twin.id), product.id, {"EUR": "1"}),
            lambda: make_parent(session, somebody(twin.id), product.id, ["size"]),
        ):
            with pytest.raises(NotThere):
                call()
        assert list_products(session, somebody(twin.id)).total == 0
    with in_tenant(brand.id) as session:
        assert product_for(session, somebody(brand.id), product.id).names == {"en": "Canary"}


def test_the_desks_list_finds_by_number_name_variant_status_and_category(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_attribute(session, brand.id, "size", "choice", ["s"], is_axis=True)
        bikes = make_category(session, brand.id, "bikes")
        road = make_category(session, brand.id, "road", parent=bikes)
        make_product(session, brand.id, "B-1", name="Pine 100%", category=road)
        make_product(session, brand.id, "B-2", name="Copper", status="draft")
        jacket = make_product(session, brand.id, "J-1", name="Jacket")
        make_variants(session, brand.id, jacket, "size", {"s": "10"})

        def found(**wanted: Any) -> list[str]:
            return [p.sku for p in list_products(session, actor, **wanted).products]

        assert found() == ["B-1", "B-2", "J-1"]
        assert found(text="pine 100%") == ["B-1"]
        assert found(text="J-1-s") == ["J-1"]
        assert found(text="%") == ["B-1"]
        assert found(status="draft") == ["B-2"]
        assert found(category_id=bikes.id) == ["B-1"]


def test_variants_have_a_value_of_their_own_on_every_axis(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_attribute(session, brand.id, "size", "choice", ["s", "m"], is_axis=True)
        make_attribute(session, brand.id, "material")
        product = make_product(session, brand.id, "J", name="Jacket")
        with pytest.raises(Conflict):
            add_variant(session, actor, product.id, "J-s", {"size": "s"})
        with pytest.raises(Invalid):
            make_parent(session, actor, product.id, ["material"])
        make_parent(session, actor, product.id, ["size"])
        small = add_variant(session, actor, product.id, "J-s", {"size": "s"})
        medium = add_variant(session, actor, product.id, "J-m", {"size": "m"})
        for values in ({"size": "s"}, {}, {"size": "xl"}):
            with pytest.raises(Invalid):
                add_variant(session, actor, product.id, "J-x", values)
        assert variants_of(session, actor, product.id) == [medium, small]
        with pytest.raises(Invalid):
            edit_product(session, actor, medium.id, ProductEdit(attribute_values={"size": "s"}))


def test_list_prices_are_set_and_taken_away_field_by_field(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        product = make_product(session, brand.id, "P", price="10")
        set_list_prices(session, actor, product.id, {"USD": "12.5", "EUR": ""})
        assert prices_of(session, product.id) == {"USD": Decimal("12.5")}
        with pytest.raises(Invalid) as refused:
            set_list_prices(session, actor, product.id, {"USD": "-1", "EUR": "1.00001", "euro": "1"})
        assert wrong_fields(refused.value) == {"prices.USD", "prices.EUR", "prices.euro"}
        assert prices_of(session, product.id) == {"USD": Decimal("12.5")}


def test_moving_a_branch_takes_its_paths_along(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        a = make_category(session, brand.id, "a")
        b = make_category(session, brand.id, "b", parent=a)
        c = make_category(session, brand.id, "c", parent=b)
        d = make_category(session, brand.id, "d")
        move_category(session, actor, b.id, d.id)
        assert (b.path, c.path) == ([d.id, b.id], [d.id, b.id, c.id])
        with pytest.raises(Invalid):
            move_category(session, actor, d.id, c.id)
        assert [x.code for x in list_categories(session, actor)] == ["a", "d", "b", "c"]
        with pytest.raises(Conflict):
            remove_category(session, actor, d.id)
        remove_category(session, actor, c.id)
        session.flush()
        assert session.scalar(select(func.count()).select_from(Category)) == 3


def test_renaming_a_category_or_an_attribute_reaches_the_products_pages(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        bikes = make_category(session, brand.id, "bikes")
        road = make_category(session, brand.id, "road", parent=bikes)
        colour = make_attribute(session, brand.id, "colour", "choice", ["pine"])
        make_product(session, brand.id, "P-1", category=road, attribute_values={"colour": "pine"})
        make_product(session, brand.id, "P-2")
        publish_all(session, brand.id)
        edit_category(session, actor, bikes.id, CategoryEdit(names={"en": "Cycles"}))
        assert publish_all(session, brand.id).languages["en"].changed == 1
        edit_attribute(session, actor, colour.id, AttributeEdit(choices=[{"code": "pine", "labels": {"en": "Pine green"}}]))
        assert publish_all(session, brand.id).languages["en"].changed == 1


def test_attributes_and_choices_in_use_stay(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        colour = make_attribute(session, brand.id, "colour", "choice", ["pine", "oak"])
        make_product(session, brand.id, "P-1", attribute_values={"colour": "pine"})
        with pytest.raises(Conflict):
            remove_attribute(session, actor, colour.id)
    with in_tenant(brand.id) as session, pytest.raises(Conflict):
        edit_attribute(session, actor, colour.id, AttributeEdit(choices=[{"code": "oak"}]))
    with in_tenant(brand.id) as session:
        kept = session.scalars(select(Attribute)).one()
        assert [c["code"] for c in kept.choices] == ["pine", "oak"]
        edit_attribute(session, actor, colour.id, AttributeEdit(choices=[{"code": "pine"}]))


def test_removing_a_product_that_was_never_published(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_attribute(session, brand.id, "size", "choice", ["s"], is_axis=True)
        product = make_product(session, brand.id, "P")
        make_variants(session, brand.id, product, "size", {"s": "10"})
        remove_product(session, somebody(brand.id), product.id)
        assert session.scalar(select(func.count()).select_from(Product)) == 0


@given(st.text(max_size=200), st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True))
def test_an_address_is_short_and_ends_in_the_article_number(name: str, sku: str) -> None:
    slug = product_slug(name, sku)
    assert len(slug) <= 120
    assert slug.endswith(slug_of(sku))
    assert slug_of(slug) == slug
