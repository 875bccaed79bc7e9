"""GTINs, manufacturer's numbers, customs codes, countries of origin and classes: what is taken, and where the rest is refused."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from catalog.attribute_values import BadValue
from catalog.checking import check_gtin
from catalog.classification import find_classes, make_system, put_classes, remove_system, system_lines, unknown_codes
from catalog.findable import search_document
from catalog.models import ClassSystem, Product, ProductClass, PublishedProduct
from catalog.products import ProductEdit, edit_product
from catalog.trade_numbers import check_country, check_customs_code
from kernel.errors import Conflict, Invalid, NotThere
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_market


def digit(body: str) -> str:
    """The check digit by GS1's own way of counting: from the right, three, one, three …"""
    total = sum(int(d) * (3 if n % 2 == 0 else 1) for n, d in enumerate(reversed(body)))
    return str(-total % 10)


@given(st.sampled_from((7, 11, 12, 13)), st.data())
def test_a_gtin_holds_with_its_check_digit_and_with_no_other(length: int, data: st.DataObject) -> None:
    body = data.draw(st.text("0123456789", min_size=length, max_size=length))
    right = digit(body)
    assert check_gtin(body + right) == body + right
    wrong = str((int(right) + data.draw(st.integers(1, 9))) % 10)
    with pytest.raises(BadValue, match="check digit"):
        check_gtin(body + wrong)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(body: str, place: int, change: int) -> None:
    gtin = body + digit(body)
    typo = gtin[:place] + str((int(gtin[place]) + change) % 10) + gtin[place + 1 :]
    with pytest.raises(BadValue):
        check_gtin(typo)


@pytest.mark.parametrize(("typed", "kept"), [("8712.00 30", "87120030"), ("871200", "871200"), ("8712003010", "8712003010"), (" ", "")])
def test_a_customs_code_is_kept_as_digits(typed: str, kept: str) -> None:
    assert check_customs_code(typed) == kept


@pytest.mark.parametrize("typed", ["8712", "87120", "001234", "771234", "87120O", "871200301012", "８７１２００"])
def test_what_is_no_customs_code_is_refused(typed: str) -> None:
    with pytest.raises(BadValue):
        check_customs_code(typed)


def test_a_country_of_origin_is_one_that_there_is() -> None:
    assert (check_country("tw"), check_country("")) == ("TW", "")
    for typed in ("QQ", "EU", "Germany"):
        with pytest.raises(BadValue):
            check_country(typed)


def test_numbers_and_classes_are_edited_published_and_found(db: Engine, brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        system = make_system(session, actor, "ETIM", "9.0", "ETIM")
        assert put_classes(session, actor, system.id, [("EC000001", {"en": "Bicycle bell"}, "EG000001")]) == 1
        told: dict[str, Any] = {
            "manufacturer": " Glocken  AG ",
            "manufacturer_number": "G-7",
            "customs_code": "8306.10",
            "origin_country": "de",
        }
        bell = make_product(session, brand.id, "BELL", "Bell", **told, classes={"ETIM-9.0": "EC000001"})
        publish_all(session, brand.id)
        payload = session.scalars(select(PublishedProduct.payload)).one()
        assert {name: payload[name] for name in (*told, "classes")} == {
            "manufacturer": "Glocken AG", "manufacturer_number": "G-7", "customs_code": "830610", "origin_country": "DE",
            "classes": {"ETIM-9.0": "EC000001"},
        }  # fmt: skip
        assert "G-7" in search_document(payload).codes
        assert [(line.system.key, line.classes, line.products) for line in system_lines(session, actor)] == [("ETIM-9.0", 1, 1)]
        with pytest.raises(Conflict):
            remove_system(session, actor, system.id)
        edit_product(session, actor, bell.id, ProductEdit(classes={"ETIM-9.0": ""}))
        assert bell.classes == {}
        remove_system(session, actor, system.id)
        assert session.scalar(select(func.count()).select_from(ProductClass)) == 0


def test_what_is_wrong_with_a_product_is_told_at_each_field_and_nothing_is_written(db: Engine, brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        bell = make_product(session, brand.id, "BELL", "Bell")
        edit = ProductEdit(gtin="4006381333932", customs_code="1", origin_country="QQ", classes={"ETIM-9.0": "EC1"}, brand="Kept")
        with pytest.raises(Invalid) as refused:
            edit_product(session, somebody(brand.id), bell.id, edit)
        assert {p.where for p in refused.value.problems} == {"gtin", "customs_code", "origin_country", "classes.ETIM-9.0"}
        assert (bell.brand, bell.gtin, bell.classes) == ("", "", {})


def test_a_code_must_be_in_the_list_where_there_is_one(db: Engine, brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        filled = make_system(session, actor, "UNSPSC", "26")
        make_system(session, actor, "own")
        put_classes(session, actor, filled.id, [("25161500", {"en": "Bicycles"}, "")])
        asked = [("UNSPSC-26", "25161500"), ("UNSPSC-26", "999"), ("own", "anything"), ("ETIM", "EC000001")]
        assert unknown_codes(session, asked) == {
            ("UNSPSC-26", "999"): "UNSPSC-26 has no class “999”.",
            ("ETIM", "EC000001"): "There is no classification called “ETIM”.",
        }


def test_classes_are_found_by_the_beginning_of_the_code_or_by_name_in_any_language(db: Engine, brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        system = make_system(session, actor, "ETIM", "9.0")
        rows = [("EC000001", {"en": "Bell", "de": "Klingel"}, ""), ("EC000002", {"en": "100%_wool"}, "")]
        put_classes(session, actor, system.id, rows)
        put_classes(session, actor, system.id, [("EC000001", {"nl": "Bel"}, "EG1")])
        assert [c.code for c in find_classes(session, actor, system.id, "ec0000")] == ["EC000001", "EC000002"]
        assert [(c.code, c.names, c.parent_code) for c in find_classes(session, actor, system.id, "kling")] == [
            ("EC000001", {"en": "Bell", "de": "Klingel", "nl": "Bel"}, "EG1")
        ]
        assert [c.code for c in find_classes(session, actor, system.id, "100%_")] == ["EC000002"]
        assert [c.code for c in find_classes(session, actor, system.id, "%_")] == ["EC000002"]
        assert find_classes(session, actor, system.id, " ") == []


def test_another_tenants_systems_and_classes_are_not_there(db: Engine, brand: Shop, twin: Shop) -> None:
    with in_tenant(twin.id) as session:
        theirs = make_system(session, somebody(twin.id), "ETIM", "9.0").id
        put_classes(session, somebody(twin.id), theirs, [("EC000001", {"en": "Bell"}, "")])
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        for attempt in (
            lambda: find_classes(session, actor, theirs, "EC"),
            lambda: put_classes(session, actor, theirs, []),
            lambda: remove_system(session, actor, theirs),
        ):
            with pytest.raises(NotThere):
                attempt()
        bell = make_product(session, brand.id, "BELL", "Bell")
        with pytest.raises(Invalid):
            edit_product(session, actor, bell.id, ProductEdit(classes={"ETIM-9.0": "EC000001"}))
        assert session.scalars(select(Product.classes)).all() == [{}]
        assert session.scalars(select(ClassSystem)).all() == []
