"""Machine clients plan publications, preview, compare and name prices for a time; another tenant's client meets none of it."""

from tests.browsing import Site
from tests.conftest import Shop
from tests.factories.catalog import in_tenant
from tests.factories.tenants import make_market

SCOPES = ("catalog.view", "catalog.edit", "catalog.publish", "price.edit")


def test_a_plan_is_made_changed_and_called_off(site: Site, shop: Shop, twin: Shop) -> None:
    program = site.program(shop, *SCOPES)
    made = program.post("/publication-plans", {"markets": ["eu"], "at": "2090-12-01T00:00", "note": "Winter"})
    assert made.status_code == 201, made.text
    [plan] = made.json()["items"]
    assert (plan["at"], plan["time_zone"], plan["state"], plan["languages"]) == ("2090-11-30T23:00:00Z", "Europe/Berlin", "planned", [])
    changed = program.send("PATCH", f"/publication-plans/{plan['id']}", {"at": "2090-12-02T00:00", "languages": ["de"], "edit_version": 1})
    assert (changed.json()["at"], changed.json()["languages"], changed.json()["edit_version"]) == ("2090-12-01T23:00:00Z", ["de"], 2)
    assert program.send("PATCH", f"/publication-plans/{plan['id']}", {"at": "2090-12-03T00:00", "edit_version": 1}).status_code == 409
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu")
    stranger = site.program(twin, *SCOPES)
    assert stranger.get(f"/publication-plans/{plan['id']}").status_code == 404
    assert stranger.post(f"/publication-plans/{plan['id']}/cancel", {}).status_code == 404
    assert program.post(f"/publication-plans/{plan['id']}/cancel", {}).json()["state"] == "cancelled"
    listed = program.get("/publication-plans").json()
    assert ([p["id"] for p in listed["open"]], [p["id"] for p in listed["past"]]) == ([], [plan["id"]])
    assert program.post("/publication-plans", {"markets": ["eu"], "at": "2020-12-01T00:00"}).status_code == 422


def test_prices_for_a_time_are_named_and_taken_away(site: Site, shop: Shop) -> None:
    program = site.program(shop, *SCOPES)
    product = program.get("/products").json()["items"][0]["id"]
    place = f"/products/{product}/timed-prices"
    made = program.post(place, {"currency": "EUR", "amount": "999", "begins": "2090-01-01T00:00", "ends": "2090-02-01T00:00"})
    assert (made.status_code, made.json()["valid_from"]) == (201, "2089-12-31T23:00:00Z")
    overlapping = program.post(place, {"currency": "EUR", "amount": "888", "begins": "2090-01-15T00:00"})
    assert overlapping.status_code == 422
    assert [p["amount"] for p in program.get(place).json()["items"]] == ["999.0000"]


def test_versions_are_compared_field_by_field(site: Site, shop: Shop) -> None:
    found = site.program(shop, "catalog.view").get("/version-differences?market=eu&language=en&old=0&new=1").json()
    assert ([(d["sku"], d["kind"]) for d in found["items"]], found["is_all"]) == ([("BK-1", "added"), ("BK-2", "added")], True)


def test_a_preview_link_is_made_and_revoked(site: Site, shop: Shop) -> None:
    program = site.program(shop, *SCOPES)
    made = program.post("/previews", {"market": "eu", "language": "en", "days": 2}).json()
    assert "/en-eu~" in made["url"]
    assert program.post(f"/previews/{made['id']}/revoke", {}).json()["revoked_at"] is not None
    assert site.program(shop, "catalog.view").get("/previews").status_code == 403
