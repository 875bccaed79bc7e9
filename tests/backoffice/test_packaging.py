"""The desk's page of packaging units and order quantities."""

from typing import Any
from uuid import UUID

from catalog.models import Product
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.factories.catalog import in_tenant, publish_all

BOX = {"packaging.0.place": "0", "packaging.0.unit": "BX", "packaging.0.content": "12", "packaging.0.orderable": "true"}


def stored(desk: Desk, product: UUID) -> tuple[str, Any, Any, int]:
    with in_tenant(desk.shop.id) as session:
        found = session.get_one(Product, (desk.shop.id, product))
        return found.unit, found.packaging, found.ordering, found.edit_version


def save(desk: Desk, product: UUID, **fields: str) -> Any:
    told = {"unit": "C62", "ordering.base": "true", "edit_version": str(stored(desk, product)[3])}
    return desk.ada.post(f"/desk/products/{product}/packaging", told | {name.replace("__", "."): value for name, value in fields.items()})


def test_units_and_quantities_are_saved_and_shown(desk: Desk) -> None:
    path = f"/desk/products/{desk.bell}/packaging"
    more = {"packaging.0.gtin": "04006381333931", "packaging.0.weight_kg": "1.2", "packaging.0.length_mm": "400"}
    ordering = {
        "ordering.unit": "BX",
        "ordering.least": "2",
        "ordering.step": "1",
        "ordering.markets.eu.unit": "BX",
        "ordering.markets.eu.least": "4",
    }
    answer = save(desk, desk.bell, **BOX, **more, **ordering)
    assert answer.headers["location"] == f"{path}?done=saved"
    box = {
        "unit": "BX",
        "numerator": 12,
        "denominator": 1,
        "orderable": True,
        "gtin": "04006381333931",
        "weight_kg": "1.2",
        "length_mm": 400,
    }
    rule = {"unit": "BX", "least": "2", "step": "1", "markets": {"eu": {"unit": "BX", "least": "4"}}}
    assert stored(desk, desk.bell)[:3] == ("C62", [box], rule)
    assert "1 box = 12 pieces" in Elements(desk.ada.get(path).text).text
    assert "1 box = 12 pieces" in Elements(desk.ada.get(f"/desk/products/{desk.bell}").text).text


def test_what_is_wrong_stands_at_its_row_and_nothing_is_written(desk: Desk) -> None:
    before = stored(desk, desk.bell)
    wrong = {"packaging.0.place": "0", "packaging.2.place": "2", "packaging.2.unit": "BX", "packaging.2.content": "many"}
    answer = save(desk, desk.bell, **wrong)
    assert answer.status_code == 422
    assert 'href="#f-packaging-2-content"' in answer.text
    assert "This is not a number." in answer.text
    assert stored(desk, desk.bell) == before


def test_somebody_elses_change_is_not_overwritten(desk: Desk) -> None:
    assert save(desk, desk.bell, **BOX).status_code == 303
    after = stored(desk, desk.bell)
    told = {"unit": "C62", "ordering.base": "true", "edit_version": "1"}
    assert desk.ada.post(f"/desk/products/{desk.bell}/packaging", told).status_code == 409
    assert stored(desk, desk.bell) == after


def test_who_may_only_look_sees_no_button_and_cannot_save(desk: Desk) -> None:
    path = f"/desk/products/{desk.bell}/packaging"
    assert ">Save</button>" not in desk.clara.get(path).text
    assert desk.clara.post(path, {"unit": "C62", **BOX}).status_code == 403
    assert stored(desk, desk.bell)[1] == []


def test_another_tenants_product_is_not_there(desk: Desk, stranger: Desk) -> None:
    path = f"/desk/products/{stranger.bell}/packaging"
    assert desk.ada.get(path).status_code == 404
    assert desk.ada.post(path, {"unit": "C62", **BOX}).status_code == 404
    assert stored(stranger, stranger.bell)[1] == []


def test_the_shop_offers_the_units_after_the_next_publication(desk: Desk) -> None:
    save(desk, desk.bell, **BOX, **{"ordering.unit": "BX"})
    with in_tenant(desk.shop.id) as session:
        publish_all(session, desk.shop.id)
    slug = "bell-bell"
    page = desk.ada.get(f"/en-eu/p/{slug}")
    assert "1 box (12 pieces)" in Elements(page.text).text
    assert '<input type="hidden" name="unit" value="BX">' in page.text
    pieces = desk.ada.get(f"/en-eu/p/{slug}?u=C62")
    assert '<input type="hidden" name="unit" value="C62">' in pieces.text


def test_a_variant_is_packed_as_its_parent_unless_it_says_otherwise(desk: Desk) -> None:
    assert save(desk, desk.jacket, **BOX).status_code == 303
    small = desk.sizes[0]
    own = {"packaging.0.place": "0", "packaging.0.unit": "BX", "packaging.0.content": "6", "packaging.0.orderable": "true"}
    assert save(desk, small, **own).status_code == 303
    with in_tenant(desk.shop.id) as session:
        publish_all(session, desk.shop.id)
    assert "1 box (6 pieces)" in desk.ada.get("/en-eu/p/jacket-jk?v=JK-s").text
    assert "1 box (12 pieces)" in desk.ada.get("/en-eu/p/jacket-jk?v=JK-m").text
