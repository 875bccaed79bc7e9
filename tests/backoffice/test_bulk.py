"""Many products changed together from the list."""

import re

from sqlalchemy import Engine, select

from catalog.models import Product
from kernel.jobs import drain_once
from tests.backoffice.desks import Desk
from tests.factories.catalog import in_tenant


def state(desk: Desk) -> dict[str, str]:
    with in_tenant(desk.shop.id) as session:
        return {product.sku: product.status for product in session.scalars(select(Product).where(Product.parent_id.is_(None)))}


def test_ticked_products_are_changed_after_a_try_and_the_page_says_which(desk: Desk, relay_db: Engine) -> None:
    listed = desk.ada.get("/desk/products").text
    assert f'name="ids" value="{desk.bell}" form="bulk"' in listed
    assert 'form="bulk"' not in desk.clara.get("/desk/products").text
    page = desk.ada.post("/desk/products/several", {"ids": [str(desk.bell)], "q": "", "status_is": "", "within": ""})
    assert (page.status_code, "1 product chosen" in page.text, "All 2 that the list shows" in page.text) == (200, True, True)
    sent = desk.ada.post("/desk/products/several/try", {"ids": [str(desk.bell)], "what": "status", "status": "phase_out"})
    place = sent.headers["location"]
    assert re.fullmatch(r"/desk/imports/[0-9a-f-]{36}", place)
    drain_once(relay_db, desk.shop.id)
    assert state(desk) == {"BELL": "ready", "JK": "ready"}
    assert "State: Phasing out" in desk.ada.get(place).text
    begun = desk.ada.post(f"{place}/start").headers["location"]
    drain_once(relay_db, desk.shop.id)
    assert state(desk) == {"BELL": "phase_out", "JK": "ready"}
    assert "Take this import back" in desk.ada.get(begun).text


def test_everything_the_list_shows_follows_its_filters(desk: Desk, relay_db: Engine) -> None:
    body = {"everything": "true", "q": "jack", "what": "brand", "brand": "Veloria"}
    place = desk.ada.post("/desk/products/several/try", body).headers["location"]
    begun = desk.ada.post(f"{place}/start")
    assert begun.status_code == 303
    drain_once(relay_db, desk.shop.id)
    with in_tenant(desk.shop.id) as session:
        assert dict(session.execute(select(Product.sku, Product.brand).where(Product.brand != "")).all()) == {"JK": "Veloria"}


def test_what_is_wrong_is_said_at_its_field_and_nothing_begins(desk: Desk) -> None:
    ids = [str(desk.bell)]
    for body, words in (
        ({"what": "price", "currency": "EUR", "percent": "much"}, "Please give a number."),
        ({"what": "status"}, "Please choose what to change."),
        ({"what": "attribute", "attribute": "nothing", "value": "x"}, "Please fill this in."),
        ({"what": "category", "category": "x"}, "Please choose."),
    ):
        answer = desk.ada.post("/desk/products/several/try", {"ids": ids, **body})
        assert (answer.status_code, words in answer.text) == (422, True), words
    assert desk.ada.post("/desk/products/several/try", {"what": "status", "status": "end"}).status_code == 422
    assert desk.ada.post("/desk/products/several", {}).headers["location"] == "/desk/products"
    assert desk.clara.post("/desk/products/several/try", {"ids": ids, "what": "status", "status": "end"}).status_code == 403
    assert state(desk) == {"BELL": "ready", "JK": "ready"}
