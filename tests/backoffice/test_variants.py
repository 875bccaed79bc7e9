"""The desk's variants: shown in words, made by hand, begun for a product that had none."""

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from catalog.list_prices import prices_of
from catalog.models import Product
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.factories.catalog import in_tenant


def variants(desk: Desk, parent: UUID) -> list[tuple[str, dict[str, object], str]]:
    with in_tenant(desk.shop.id) as session:
        query = select(Product).where(Product.tenant_id == desk.shop.id, Product.parent_id == parent).order_by(Product.sku)
        return [(p.sku, p.attribute_values, p.status) for p in session.scalars(query)]


def test_variants_are_listed_with_the_words_of_their_values(desk: Desk) -> None:
    page = Elements(desk.ada.get(f"/desk/products/{desk.jacket}/variants").text).text
    assert "JK-m M €60.00 Ready" in page
    assert "JK-s S €50.00 Ready" in page
    assert "JK-m M Ready" in Elements(desk.ada.get(f"/desk/products/{desk.jacket}").text).text


def test_a_variant_is_added_with_its_value_and_price(desk: Desk) -> None:
    path = f"/desk/products/{desk.jacket}/variants"
    told = {"sku": "JK-L", "values.size": "l", "prices.EUR": "70,50"}
    assert desk.ada.post(path, told).headers["location"] == f"{path}?done=made"
    assert ("JK-L", {"size": "l"}, "ready") in variants(desk, desk.jacket)
    with in_tenant(desk.shop.id) as session:
        made = session.scalars(select(Product.id).where(Product.tenant_id == desk.shop.id, Product.sku == "JK-L")).one()
        assert prices_of(session, made) == {"EUR": Decimal("70.5")}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"values.size": "s"}, "Another variant has the same values."),
        ({"values.size": ""}, "Every variant needs a value here."),
        ({"values.size": "xxl"}, "is not one of the choices"),
        ({"sku": "BELL"}, "Another product has this article number."),
        ({"sku": ""}, "An article number has 1 to 80 characters."),
        ({"prices.EUR": "cheap"}, "This is not an amount."),
    ],
)
def test_a_variant_that_does_not_hold_is_refused_at_its_field_and_nothing_is_made(desk: Desk, wrong: dict[str, str], reason: str) -> None:
    before = variants(desk, desk.jacket)
    answer = desk.ada.post(f"/desk/products/{desk.jacket}/variants", {"sku": "JK-L", "values.size": "l", "prices.EUR": "70", **wrong})
    assert (answer.status_code, reason in answer.text) == (422, True)
    assert 'aria-invalid="true"' in answer.text
    assert variants(desk, desk.jacket) == before


def test_a_product_becomes_a_parent_by_what_its_variants_differ_by(desk: Desk) -> None:
    path = f"/desk/products/{desk.bell}"
    assert f'href="{path}/variants"' in desk.ada.get(path).text
    empty = desk.ada.post(f"{path}/variants", {"sku": "BELL-S", "values.size": "s"})
    assert (empty.status_code, "Choose first what the variants differ by." in empty.text) == (409, True)
    none = desk.ada.post(f"{path}/axes", {})
    assert (none.status_code, "Variants differ by one to three attributes." in none.text) == (422, True)
    colour = desk.ada.post(f"{path}/axes", {"axes": "colour"})
    assert (colour.status_code, "Variants cannot differ by “colour”." in colour.text) == (422, True)
    assert desk.ada.post(f"{path}/axes", {"axes": "size"}).headers["location"] == f"{path}/variants?done=axes"
    assert desk.ada.post(f"{path}/variants", {"sku": "BELL-S", "values.size": "s"}).status_code == 303
    assert variants(desk, desk.bell) == [("BELL-S", {"size": "s"}, "ready")]


def test_a_variant_has_no_variants_and_another_brands_product_is_not_there(desk: Desk, stranger: Desk) -> None:
    for path in (f"/desk/products/{desk.sizes[0]}", f"/desk/products/{stranger.jacket}"):
        assert desk.ada.get(f"{path}/variants").status_code == 404
        assert desk.ada.post(f"{path}/variants", {"sku": "X", "values.size": "l"}).status_code == 404
        assert desk.ada.post(f"{path}/axes", {"axes": "size"}).status_code == 404
    mine = f"/desk/products/{desk.jacket}/variants"
    assert (desk.clara.get(mine).status_code, "Add the variant" in desk.clara.get(mine).text) == (200, False)
    assert desk.clara.post(mine, {"sku": "X", "values.size": "l"}).status_code == 403
    assert [len(variants(whose, whose.jacket)) for whose in (desk, stranger)] == [2, 2]
