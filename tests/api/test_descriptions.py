"""Attributes, families, completeness and documents over the API: what machine clients send is what they get back."""

import base64
from uuid import UUID

from catalog import completeness
from tests.browsing import Site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product
from tests.factories.tenants import make_market

PDF = base64.b64encode(b"%PDF-1.7\n").decode()


def furnish(shop: Shop) -> UUID:
    with in_tenant(shop.id) as session:
        make_market(session, shop.id, "eu", languages=("en",))
        return make_product(session, shop.id, "BELL", "Bell").id


def test_a_family_is_described_filled_and_watched(site: Site, brand: Shop) -> None:
    bell = furnish(brand)
    erp = site.program(brand, "catalog.view", "catalog.edit")
    told = {"code": "length", "kind": "number", "unit": "MMT", "labels": {"en": "Length"}, "rules": {"max": "1000"}, "per_market": True}
    made = erp.post("/attributes", told)
    assert (made.status_code, {name: made.json()[name] for name in told}) == (201, told)
    family = erp.post("/families", {"code": "bells", "groups": [{"attributes": ["length"]}], "required": ["length"]})
    assert (family.status_code, family.json()["groups"]) == (201, [{"labels": {}, "attributes": ["length"]}])
    moved = erp.send("PATCH", f"/products/{bell}/family", {"family_id": family.json()["id"]})
    assert moved.json() == {"kept": [], "outside": [], "needed": ["length"]}
    with in_tenant(brand.id) as session:
        completeness.refresh_due(session)
    assert erp.get("/completeness/places").json()["items"] == [{"market": "eu", "language": "en", "products": 1, "complete": 0, "held": 1}]
    found = erp.get("/completeness?market=eu&language=en&missing=attribute:length").json()
    missing = ["text", "picture", "category", "attribute:length"]
    assert found["items"] == [{"product_id": str(bell), "sku": "BELL", "status": "ready", "percent": 33, "held": True, "missing": missing}]
    assert (found["total"], found["missing"]) == (1, dict.fromkeys(sorted(missing), 1))
    wrong = erp.send("PATCH", f"/products/{bell}", {"attribute_values": {"length": {"@eu": "2 m"}}})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "attribute_values.length.@eu")
    right = erp.send("PATCH", f"/products/{bell}", {"attribute_values": {"length": {"@eu": "12 cm"}}})
    assert right.json()["attribute_values"] == {"length": {"@eu": "120"}}
    assert right.json()["family_id"] == family.json()["id"]


def test_a_document_is_taken_in_once_and_named_by_its_file_name(site: Site, brand: Shop) -> None:
    bell = furnish(brand)
    erp = site.program(brand, "catalog.view", "catalog.edit")
    erp.post("/attributes", {"code": "manual", "kind": "file"})
    first = erp.post("/documents", {"name": "manual.pdf", "content": PDF})
    assert (first.status_code, first.json()["content_type"], first.json()["bytes"]) == (201, "application/pdf", 9)
    assert erp.post("/documents", {"name": "manual.pdf", "content": PDF}).json()["id"] == first.json()["id"]
    assert erp.post("/documents", {"name": "manual.pdf", "content": "no base64!"}).status_code == 422
    given = erp.send("PATCH", f"/products/{bell}", {"attribute_values": {"manual": "manual.pdf"}})
    assert given.json()["attribute_values"] == {"manual": first.json()["id"]}
    assert erp.get(f"/documents/{first.json()['id']}").json()["name"] == "manual.pdf"


def test_looking_is_not_editing_and_another_shops_family_is_not_there(site: Site, brand: Shop, twin: Shop) -> None:
    bell = furnish(brand)
    theirs = site.program(twin, "catalog.view", "catalog.edit")
    family = theirs.post("/families", {"code": "bells"}).json()["id"]
    erp, looker = site.program(brand, "catalog.view", "catalog.edit"), site.program(brand, "catalog.view")
    assert erp.get(f"/families/{family}").status_code == 404
    assert erp.send("PATCH", f"/families/{family}", {"names": {"en": "Mine"}}).status_code == 404
    assert erp.send("PATCH", f"/products/{bell}/family", {"family_id": family}).status_code == 404
    assert looker.post("/families", {"code": "mine"}).status_code == 403
    assert erp.get("/families").json() == {"items": []}
    assert erp.get("/completeness?market=moon&language=en").status_code == 404
