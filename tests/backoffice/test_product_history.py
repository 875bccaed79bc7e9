"""The desk's history of a product: fields in words, brought back by a button."""

import re

from sqlalchemy import select

from catalog.models import Product
from catalog.products import ProductEdit, edit_product
from tests.backoffice.desks import Desk
from tests.browsing import Elements
from tests.factories.catalog import in_tenant, somebody


def names(desk: Desk) -> dict[str, str]:
    with in_tenant(desk.shop.id) as session:
        return dict(session.scalars(select(Product.names).where(Product.tenant_id == desk.shop.id, Product.id == desk.bell)).one())


def rename(desk: Desk) -> None:
    with in_tenant(desk.shop.id) as session:
        edit_product(
            session, somebody(desk.shop.id), desk.bell, ProductEdit(names={"en": "Loud bell"}, attribute_values={"colour": "copper"})
        )


def test_fields_are_told_in_words_and_brought_back(desk: Desk) -> None:
    rename(desk)
    place = f"/desk/products/{desk.bell}/history"
    page = desk.ada.get(place)
    text = Elements(page.text).text
    assert all(words in text for words in ("Name (English)", "Loud bell", "Colour", "Copper", "Price in EUR", "€12.50", "Clara Wen"))
    entry = re.search(r'name="entry" value="([0-9a-f-]{36})"', page.text)
    assert entry is not None
    assert desk.ada.post(place, {"entry": entry[1], "path": "names.en"}).headers["location"].endswith("done=restored")
    assert names(desk) == {"en": "Bell"}
    assert desk.ada.post(place, {"entry": entry[1], "path": "names.en"}).status_code == 409


def test_who_may_look_only_or_works_elsewhere_brings_nothing_back(desk: Desk, stranger: Desk) -> None:
    rename(desk)
    place = f"/desk/products/{desk.bell}/history"
    page = desk.clara.get(place)
    assert (page.status_code, "Bring back" in page.text) == (200, False)
    entry = re.search(r'name="entry" value="([0-9a-f-]{36})"', desk.ada.get(place).text)
    assert entry is not None
    assert desk.clara.post(place, {"entry": entry[1]}).status_code == 403
    assert stranger.ada.get(place).status_code == 404
    assert stranger.ada.post(place, {"entry": entry[1]}).status_code == 404
    assert names(desk) == {"en": "Loud bell"}
