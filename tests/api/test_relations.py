"""What goes with a product, over the API."""

from tests.browsing import Site
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_product


def test_lists_are_read_and_replaced_one_by_one(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit")
    first, second = erp.get("/products").json()["items"]
    path = f"/products/{first['id']}/relations"
    assert erp.get(path).json() == {"accessories": [], "spare_parts": [], "successor": []}
    changed = erp.send("PATCH", path, {"accessories": ["BK-2"], "successor": ["BK-2"]})
    there = [{"id": second["id"], "sku": "BK-2"}]
    assert (changed.status_code, changed.json()) == (200, {"accessories": there, "spare_parts": [], "successor": there})
    assert erp.send("PATCH", path, {"accessories": []}).json() == {"accessories": [], "spare_parts": [], "successor": there}
    assert erp.get(path).json()["successor"] == there


def test_what_cannot_be_is_refused_with_its_field_and_nothing_is_written(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit")
    first, second = (row["id"] for row in erp.get("/products").json()["items"])
    erp.send("PATCH", f"/products/{first}/relations", {"successor": ["BK-2"]})
    wrong = erp.send("PATCH", f"/products/{second}/relations", {"accessories": ["BK-1", "NOPE"], "successor": ["BK-1"]})
    told = [(e["field"], e["code"]) for e in wrong.json()["errors"]]
    assert (wrong.status_code, told) == (422, [("accessories", "unknown_product"), ("successor", "leads_back")])
    assert erp.get(f"/products/{second}/relations").json() == {"accessories": [], "spare_parts": [], "successor": []}


def test_another_tenants_products_are_not_there_and_the_scope_is_asked(site: Site, shop: Shop, make_shop: MakeShop) -> None:
    twin = make_shop("brand")
    with in_tenant(twin.id) as session:
        theirs = make_product(session, twin.id, "THEIRS").id
    erp = site.program(shop, "catalog.view", "catalog.edit")
    first = erp.get("/products").json()["items"][0]["id"]
    assert erp.get(f"/products/{theirs}/relations").status_code == 404
    assert erp.send("PATCH", f"/products/{theirs}/relations", {"accessories": ["BK-1"]}).status_code == 404
    assert erp.send("PATCH", f"/products/{first}/relations", {"accessories": ["THEIRS"]}).status_code == 422
    reader = site.program(shop, "catalog.view")
    assert reader.send("PATCH", f"/products/{first}/relations", {"accessories": ["BK-2"]}).status_code == 403
    assert erp.get(f"/products/{first}/relations").json()["accessories"] == []
