"""The desk's imports: taken back with a click, with what stayed and why."""

import io
import re
import zipfile

from PIL import Image
from sqlalchemy import Engine, update

from catalog.exchange.importing import run_import, start_import
from catalog.media import pictures_of
from catalog.models import ImportRun
from catalog.products import ProductEdit, edit_product, list_products
from kernel.jobs import drain_once
from kernel.tenancy import entering
from tests.browsing import Browser, Elements
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, somebody

RULES = {"columns": [{"column": "number", "field": "sku"}, {"column": "name", "field": "name:en"}, {"column": "stock", "field": "stock"}]}


def imported(shop: Shop) -> ImportRun:
    with in_tenant(shop.id) as session:
        rows = b"number,name,stock\nBK-1,Wrong,3\nBK-2,Wrong,3\nBK-3,New,3\n"
        run = start_import(session, somebody(shop.id), "wrong.csv", rows, RULES, by_worker=False)
    with entering(shop.id):
        run_import(somebody(shop.id), run.id)
    return run


def names(shop: Shop) -> dict[str, str]:
    with in_tenant(shop.id) as session:
        return {p.sku: p.names["en"] for p in list_products(session, somebody(shop.id)).products}


def test_an_import_is_taken_back_and_the_page_says_what_stayed(ada: Browser, shop: Shop, relay_db: Engine) -> None:
    run = imported(shop)
    with in_tenant(shop.id) as session:
        [second] = list_products(session, somebody(shop.id), text="BK-2").products
        edit_product(session, somebody(shop.id), second.id, ProductEdit(names={"en": "Mine"}))
    assert "Take this import back" in ada.get(f"/desk/imports/{run.id}").text
    answer = ada.post(f"/desk/imports/{run.id}/undo")
    place = answer.headers["location"]
    assert "being taken back" in ada.get(place).text
    assert ada.post(f"/desk/imports/{run.id}/undo").headers["location"] == place
    drain_once(relay_db, shop.id)
    told = Elements(ada.get(place).text).text
    assert "as far as nobody has changed anything since" in told
    assert "BK-2 names:en Mine This has been changed since the import. It stays." in told
    assert "Stock figures are as they were counted since." in told
    assert names(shop) == {"BK-1": "Pine bike", "BK-2": "Mine"}
    page = ada.get(f"/desk/imports/{run.id}").text
    assert "Take this import back" not in page
    assert place in page
    assert "taken back" in ada.get("/desk/imports").text


def test_who_may_not_edit_is_not_offered_it_and_is_refused(ada: Browser, shop: Shop) -> None:
    run = imported(shop)
    dry = ada.post(f"/desk/imports/{run.id}/start", {"dry_run": "true"}).headers["location"]
    assert "Take this import back" not in ada.get(dry).text
    refused = ada.post(f"{dry}/undo")
    assert refused.status_code == 409
    assert names(shop) == {"BK-1": "Wrong", "BK-2": "Wrong", "BK-3": "New"}


def test_an_archive_with_a_table_and_pictures_is_tried_out_and_imported(ada: Browser, shop: Shop, relay_db: Engine) -> None:
    picture, archive = io.BytesIO(), io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(picture, "PNG")
    with zipfile.ZipFile(archive, "w") as parts:
        parts.writestr("goods.csv", "sku,name,image\nBK-1,Pine bike,side.png\n")
        parts.writestr("side.png", picture.getvalue())
    tried = ada.post("/desk/imports", {"mapping": ""}, [("file", ("goods.zip", archive.getvalue(), "application/zip"))])
    assert tried.status_code == 303, tried.text
    drain_once(relay_db, shop.id)
    page = ada.get(tried.headers["location"]).text
    assert re.search(r'<option value="picture" selected>', page)
    begun = ada.post(f"{tried.headers['location']}/start")
    drain_once(relay_db, shop.id)
    told = Elements(ada.get(begun.headers["location"]).text).text
    assert "Written to the catalog" in told
    assert "Pictures 1" in told
    with in_tenant(shop.id) as session:
        [product] = list_products(session, somebody(shop.id), text="BK-1").products
        assert [p.state for p in pictures_of(session, product.id)] == ["ready"]


def test_what_a_run_says_is_text_and_no_markup_whatever_is_in_it(ada: Browser, shop: Shop) -> None:
    run = imported(shop)
    with in_tenant(shop.id) as session:
        session.execute(update(ImportRun).where(ImportRun.id == run.id).values(message="<b id=x>50 % of %(it)s</b>"))
    answer = ada.get(f"/desk/imports/{run.id}")
    assert answer.status_code == 200
    assert "&lt;b id=x&gt;50 % of %(it)s&lt;/b&gt;" in answer.text
