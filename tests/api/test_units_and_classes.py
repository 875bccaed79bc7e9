"""Packaging, trade numbers, days and classes over the API; ordering by the box."""

from typing import Any

from tests.browsing import Site
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_product, publish_all

BOX: dict[str, Any] = {"unit": "BX", "numerator": 12, "gtin": "4006381333931", "weight_kg": "14.5"}


def test_a_products_units_numbers_and_days_are_written_and_read(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit")
    path = f"/products/{erp.get('/products').json()['items'][0]['id']}"
    told = {
        "packaging": [BOX], "ordering": {"unit": "BX", "least": "2", "step": "1", "markets": {"eu": {"unit": "BX", "least": "4"}}},
        "manufacturer_number": "M-1", "customs_code": "8712 00 30", "origin_country": "tw", "status": "new", "new_until": "2027-01-31",
    }  # fmt: skip
    changed = erp.send("PATCH", path, told)
    assert changed.status_code == 200
    product = erp.get(path).json()
    assert product["packaging"] == [
        {"unit": "BX", "numerator": 12, "denominator": 1, "orderable": True, "gtin": "4006381333931", "weight_kg": "14.5",
         "length_mm": None, "width_mm": None, "height_mm": None}
    ]  # fmt: skip
    assert product["ordering"]["markets"] == {"eu": {"unit": "BX", "least": "4", "step": None}}
    assert (product["customs_code"], product["origin_country"], product["new_until"]) == ("87120030", "TW", "2027-01-31")
    assert erp.send("PATCH", path, {"new_until": ""}).json()["new_until"] is None
    assert erp.get(path).json()["manufacturer_number"] == "M-1"


def test_what_cannot_be_is_told_at_its_field_and_nothing_is_written(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit")
    path = f"/products/{erp.get('/products').json()['items'][0]['id']}"
    before = erp.get(path).json()
    wrong = erp.send("PATCH", path, {"packaging": [BOX, {**BOX, "gtin": "1"}], "ordering": {"unit": "PF"}, "classes": {"ETIM-9.0": "EC1"}})
    assert wrong.status_code == 422
    assert {e["field"] for e in wrong.json()["errors"]} == {"packaging.1.unit", "packaging.1.gtin", "ordering.unit", "classes.ETIM-9.0"}
    assert erp.get(path).json() == before


def test_programs_order_by_the_box_and_hear_what_lies_nearest(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit", "order.manage")
    product = erp.get("/products").json()["items"][0]["id"]
    erp.send("PATCH", f"/products/{product}", {"packaging": [BOX], "ordering": {"unit": "BX", "least": "2", "step": "2"}})
    with in_tenant(shop.id) as session:
        publish_all(session, shop.id)
    cart = erp.send("POST", "/carts", {"market": "eu", "language": "en"}).json()["id"]
    wrong = erp.send("POST", f"/carts/{cart}/lines", {"product_id": product, "quantity": "3", "unit": "BX"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "quantity")
    assert wrong.json()["data"] == {"unit": "BX", "nearest": ["2", "4"]}
    added = erp.send("POST", f"/carts/{cart}/lines", {"product_id": product, "quantity": "2", "unit": "BX"}).json()
    line = added["lines"][0]
    assert [line[name] for name in ("quantity", "unit", "ordered_quantity", "ordered_unit")] == ["24.000", "C62", "2", "BX"]
    again = erp.send("PATCH", f"/carts/{cart}/lines/{line['id']}", {"quantity": "48"}).json()["lines"][0]
    assert [again[name] for name in ("quantity", "ordered_quantity", "ordered_unit")] == ["48.000", "48", "C62"]


def test_systems_and_classes_are_written_found_and_used(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit", "catalog.import")
    made = erp.send("POST", "/class-systems", {"code": "ETIM", "version": "9.0", "name": "ETIM"})
    assert made.status_code == 201
    path = f"/class-systems/{made.json()['id']}/classes"
    put = erp.send("PUT", path, {"classes": [{"code": "EC1", "names": {"en": "Bell", "de": "Klingel"}, "parent": "EG1"}]})
    assert (put.status_code, put.json()["classes"]) == (200, 1)
    assert erp.get(f"{path}?q=kling").json() == {"items": [{"code": "EC1", "names": {"en": "Bell", "de": "Klingel"}, "parent": "EG1"}]}
    product = erp.get("/products").json()["items"][0]["id"]
    assert erp.send("PATCH", f"/products/{product}", {"classes": {"ETIM-9.0": "EC1"}}).json()["classes"] == {"ETIM-9.0": "EC1"}
    assert erp.send("PATCH", f"/products/{product}", {"classes": {"ETIM-9.0": "EC2"}}).status_code == 422
    assert erp.get("/class-systems").json()["items"][0]["products"] == 1
    wrong = erp.send("PUT", path, {"classes": [{"code": " ", "names": {"en": "X"}}, {"code": "EC2", "names": {"?": "X"}}]})
    assert [e["field"] for e in wrong.json()["errors"]] == ["classes.0.code", "classes.1.names"]


def test_another_tenants_systems_and_the_scopes(site: Site, shop: Shop, make_shop: MakeShop) -> None:
    twin = make_shop("brand")
    with in_tenant(twin.id) as session:
        make_product(session, twin.id, "THEIRS")
    theirs = site.program(twin, "catalog.view", "catalog.edit").send("POST", "/class-systems", {"code": "ETIM"}).json()["id"]
    erp = site.program(shop, "catalog.view", "catalog.edit", "catalog.import")
    body = {"classes": [{"code": "EC1", "names": {"en": "Bell"}}]}
    assert erp.get("/class-systems").json() == {"items": []}
    assert erp.get(f"/class-systems/{theirs}/classes?q=EC").status_code == 404
    assert erp.send("PUT", f"/class-systems/{theirs}/classes", body).status_code == 404
    reader = site.program(shop, "catalog.view")
    assert reader.send("POST", "/class-systems", {"code": "ETIM"}).status_code == 403
    assert erp.get("/class-systems").json() == {"items": []}
