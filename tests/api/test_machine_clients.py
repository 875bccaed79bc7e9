"""The JSON API as another program uses it: token, products, publications, search, cart, order, and every refusal."""

from typing import Any

from sqlalchemy import Engine, text

from kernel.jobs import drain_once
from tests.browsing import Program, Site
from tests.conftest import Shop

ADDRESS = {"country_code": "DE", "name": "Mira Castell", "street_address": "Uferweg 3", "postal_code": "10115", "city": "Berlin"}


def cart_with_a_bike(erp: Program) -> dict[str, Any]:
    found = erp.get("/search?market=eu&language=en&q=pine").json()["items"][0]
    cart = erp.post("/carts", {"market": "eu", "language": "en"}).json()
    answer = erp.post(f"/carts/{cart['id']}/lines", {"product_id": found["id"], "quantity": "2"})
    assert answer.status_code == 201, answer.text
    filled: dict[str, Any] = answer.json()
    return filled


def order_of(cart: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "cart_id": cart["id"],
        "email": "mira@example.com",
        "shipping_address": ADDRESS,
        "shipping": cart["shipping_options"][0],
        "accepted_total": cart["total"],
        **changes,
    }


def test_a_token_is_given_for_the_right_secret_only(site: Site, shop: Shop) -> None:
    client = site.browser(shop).client
    refused = client.post("/oauth/token", data={"grant_type": "client_credentials", "client_id": "gc_x", "client_secret": "y"})
    assert (refused.status_code, refused.json()) == (401, {"error": "invalid_client"})
    other = client.post("/oauth/token", data={"grant_type": "password"})
    assert (other.status_code, other.json()) == (400, {"error": "unsupported_grant_type"})


def test_without_a_token_and_without_the_scope_nothing_is_read(site: Site, shop: Shop) -> None:
    nobody = Program(site.browser(shop).client, "")
    assert nobody.get("/products").status_code == 401
    stranger = Program(site.browser(shop).client, "made-up")
    assert stranger.get("/products").status_code == 401
    assert site.program(shop, "order.view").get("/products").status_code == 403


def test_products_are_made_changed_listed_by_cursor_and_published(site: Site, shop: Shop, relay_db: Engine) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit", "catalog.publish", "price.edit")
    made = erp.post("/products", {"sku": "BK-3", "status": "ready", "names": {"en": "Chalk bike"}, "prices": {"EUR": "499.50"}})
    assert made.status_code == 201, made.text
    product = made.json()
    assert (product["sku"], product["prices"], product["edit_version"]) == ("BK-3", {"EUR": "499.5000"}, 1)
    changed = erp.send("PATCH", f"/products/{product['id']}", {"brand": "Veloria", "edit_version": product["edit_version"]})
    assert changed.json()["brand"] == "Veloria"
    stale = erp.send("PATCH", f"/products/{product['id']}", {"brand": "Late", "edit_version": product["edit_version"]})
    assert stale.status_code == 409
    first = erp.get("/products?limit=2").json()
    second = erp.get(f"/products?limit=2&after={first['next']}").json()
    assert [p["sku"] for p in first["items"] + second["items"]] == ["BK-1", "BK-2", "BK-3"]
    assert second["next"] is None
    asked = erp.post("/publications", {"market": "eu"})
    assert (asked.status_code, asked.json()["state"], asked.json()["version"]) == (202, "queued", None)
    drain_once(relay_db, shop.id)
    published = erp.get(asked.headers["location"]).json()
    assert (published["state"], published["market"], published["version"], published["is_new"]) == ("done", "eu", 2, True)
    assert [p["version"] for p in erp.get("/publications?market=eu").json()["items"] if p["language"] == "en"] == [2, 1]


def test_wrong_input_is_a_problem_document_that_names_the_field(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit")
    answer = erp.post("/products", {"sku": "", "colour": "pine"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["code"] == "invalid"
    assert problem["errors"] == [{"field": "colour", "reason": problem["errors"][0]["reason"], "code": "extra_forbidden"}]
    assert [p["sku"] for p in erp.get("/products").json()["items"]] == ["BK-1", "BK-2"]


def test_a_call_that_creates_needs_a_key_and_has_one_effect_per_key(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit")
    headers = {"authorization": f"Bearer {erp.token}"}
    assert erp.client.post("/api/v1/products", json={"sku": "BK-9"}, headers=headers).status_code == 422
    body = {"sku": "BK-9", "names": {"en": "Nine"}}
    first, again = erp.post("/products", body, key="k-1"), erp.post("/products", body, key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    other = erp.post("/products", {**body, "sku": "BK-10"}, key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert [p["sku"] for p in erp.get("/products").json()["items"]] == ["BK-1", "BK-2", "BK-9"]


def test_a_cart_becomes_an_order_at_the_total_that_was_shown(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "order.view", "order.manage")
    cart = cart_with_a_bike(erp)
    assert (cart["goods"], cart["currency"], cart["lines"][0]["amount"]) == ("2598.0000", "EUR", "2598.0000")
    wrong = erp.post("/orders", order_of(cart, accepted_total="1.00"))
    assert (wrong.status_code, wrong.json()["code"]) == (409, "order_changed")
    assert erp.get("/orders").json()["items"] == []
    placed = erp.post("/orders", order_of(cart), key="order-1")
    assert placed.status_code == 201, placed.text
    order = placed.json()
    assert (order["state"], order["total"], order["lines"][0]["sku"]) == ("placed", cart["total"], "BK-1")
    assert erp.post("/orders", order_of(cart), key="order-1").json()["number"] == order["number"]
    assert len(erp.get("/orders").json()["items"]) == 1
    confirmed = erp.post(f"/orders/{order['number']}/confirm", {})
    assert confirmed.json()["state"] == "confirmed"
    shipped = erp.post(f"/orders/{order['number']}/ship", {"carrier": "River Post", "tracking_number": "RP-1"})
    assert (shipped.json()["state"], shipped.json()["tracking_number"]) == ("shipped", "RP-1")
    assert erp.post(f"/orders/{order['number']}/confirm", {}).status_code == 409
    assert erp.post(f"/orders/{order['number']}/vanish", {}).status_code == 422


def test_an_address_that_does_not_hold_is_refused_at_its_field(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "order.view", "order.manage")
    cart = cart_with_a_bike(erp)
    answer = erp.post("/orders", order_of(cart, shipping_address={**ADDRESS, "postal_code": "1"}))
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == ["shipping_address.postal_code"]
    assert erp.get("/orders").json()["items"] == []


def test_a_twin_reads_and_writes_nothing_of_it(site: Site, shop: Shop, twin: Shop) -> None:
    erp = site.program(shop, "catalog.view", "order.view", "order.manage")
    cart = cart_with_a_bike(erp)
    number = erp.post("/orders", order_of(cart)).json()["number"]
    product = erp.get("/products").json()["items"][0]["id"]
    other = site.program(twin, "catalog.view", "catalog.edit", "order.view", "order.manage")
    missing = other.get(f"/orders/{number}")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_there")
    assert other.get(f"/carts/{cart['id']}").status_code == 404
    assert other.get(f"/products/{product}").status_code == 404
    assert other.send("PATCH", f"/products/{product}", {"brand": "Stolen"}).status_code == 404
    assert other.get("/products").json()["items"] == []
    assert site.program(shop, "catalog.view", at=twin).get("/products").status_code == 401


def test_a_suspended_shop_says_that_it_is_closed_for_the_moment(site: Site, shop: Shop, owner_db: Engine) -> None:
    with owner_db.begin() as connection:
        connection.execute(text("UPDATE tenants.tenant SET status = 'suspended' WHERE id = :id"), {"id": shop.id})
    site.settle()
    answer = site.browser(shop).get("/en-eu/")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "3600"


def test_the_api_describes_itself_and_leaves_no_address_out(site: Site, shop: Shop) -> None:
    document = site.browser(shop).get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    paths = set(document["paths"])
    assert {"/api/v1/products", "/api/v1/orders/{number}/{verb}", "/api/v1/carts/{id}/lines", "/api/v1/imports"} <= paths
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["summary"]
            assert "default" in operation["responses"]
    references = [r for r in str(document).split("'") if r.startswith("#/components/schemas/")]
    assert references
    assert all(r.rsplit("/", 1)[1] in document["components"]["schemas"] for r in references)


def test_an_import_reports_row_by_row(site: Site, shop: Shop) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit", "catalog.import", "price.edit")
    rules = {
        "columns": [
            {"column": "number", "field": "sku"},
            {"column": "title", "field": "name:en"},
            {"column": "price", "field": "price:EUR"},
        ]
    }
    rows = [{"number": "IM-1", "title": "One", "price": "10"}, {"number": "IM-2", "title": "Two", "price": "cheap"}]
    started = erp.post("/imports", {"file_name": "two.jsonl", "mapping": rules, "rows": rows})
    assert started.status_code == 201, started.text
    run = started.json()
    assert run["state"] in ("waiting", "running", "finished")
    assert erp.get(f"/imports/{run['id']}").json()["id"] == run["id"]
    assert erp.post("/imports", {"file_name": "two.jsonl", "mapping": {"columns": []}, "rows": rows}).status_code == 422


def test_a_publication_is_a_resource_that_tells_how_far_it_is(site: Site, shop: Shop, relay_db: Engine) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit", "catalog.publish")
    erp.post("/products", {"sku": "BK-3", "status": "ready", "names": {"en": "Chalk bike"}})
    body = {"market": "eu", "note": "Autumn"}
    first, replayed, second = (
        erp.post("/publications", body, key="p-1"),
        erp.post("/publications", body, key="p-1"),
        erp.post("/publications", body),
    )
    assert [a.status_code for a in (first, replayed, second)] == [202, 202, 202]
    assert first.json() == replayed.json() == second.json()
    assert erp.get(f"/publications/{first.json()['id']}").json() == first.json()
    drain_once(relay_db, shop.id)
    done = erp.get(f"/publications/{first.json()['id']}").json()
    assert (done["state"], done["note"], done["version"], done["products_added"], done["problems"]) == ("done", "Autumn", 2, 1, [])
    assert erp.post("/publications", {"market": "none"}).status_code == 404
    other = site.program(shop, "catalog.view")
    assert (other.post("/publications", body).status_code, other.get(f"/publications/{done['id']}").status_code) == (403, 403)


def test_a_twin_does_not_see_a_publication_under_way(site: Site, shop: Shop, twin: Shop) -> None:
    asked = site.program(shop, "catalog.publish").post("/publications", {"market": "eu"}).json()
    answer = site.program(twin, "catalog.publish", "catalog.view").get(f"/publications/{asked['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_there")


def test_an_import_is_taken_back_by_a_run_that_tells_what_stayed(site: Site, shop: Shop, twin: Shop, relay_db: Engine) -> None:
    erp = site.program(shop, "catalog.view", "catalog.edit", "catalog.import")
    rules = {"columns": [{"column": "number", "field": "sku"}, {"column": "title", "field": "name:en"}]}
    rows = [{"number": "BK-1", "title": "Wrong"}, {"number": "BK-2", "title": "Wrong, too"}, {"number": "IM-1", "title": "New"}]
    run = erp.post("/imports", {"mapping": rules, "rows": rows}).json()
    assert erp.post(f"/imports/{run['id']}/undo").status_code == 409
    drain_once(relay_db, shop.id)
    product = next(p for p in erp.get("/products").json()["items"] if p["sku"] == "BK-2")
    erp.send("PATCH", f"/products/{product['id']}", {"names": {"en": "Mine"}, "edit_version": product["edit_version"]})
    assert site.program(twin, "catalog.import", "catalog.edit").post(f"/imports/{run['id']}/undo").status_code == 404
    assert site.program(shop, "catalog.import").post(f"/imports/{run['id']}/undo").status_code == 403
    asked = erp.post(f"/imports/{run['id']}/undo")
    assert (asked.status_code, asked.json()["undoes"]) == (202, run["id"])
    assert erp.post(f"/imports/{run['id']}/undo").json()["id"] == asked.json()["id"]
    drain_once(relay_db, shop.id)
    undo = erp.get(asked.headers["location"]).json()
    assert [undo[name] for name in ("state", "rows_read", "rows_changed", "rows_removed", "rows_ended", "rows_wrong")] == [
        "finished",
        3,
        1,
        1,
        0,
        1,
    ]
    assert [(p["column"], p["value"]) for p in undo["problems"]] == [("BK-2 names:en", "Mine")]
    assert {p["sku"]: p["names"]["en"] for p in erp.get("/products").json()["items"]} == {"BK-1": "Pine bike", "BK-2": "Mine"}
