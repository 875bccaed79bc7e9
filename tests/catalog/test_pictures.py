"""Pictures on their way from the upload to what shops show."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from sqlalchemy import Engine, select

from catalog.media import add_picture, first_pictures, order_pictures, pictures_of
from catalog.models import Product
from kernel import files
from kernel.errors import NotAllowed, NotThere
from kernel.jobs import drain_once
from kernel.models import AuditEntry
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, somebody


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    """Files in memory."""
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


def drawn(colour: str = "teal") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(out, "PNG")
    return out.getvalue()


def test_one_picture_that_waits_for_two_products_becomes_ready_for_both(brand: Shop, relay_db: Engine) -> None:
    with in_tenant(brand.id) as session:
        products = [make_product(session, brand.id, sku) for sku in ("BK-1", "BK-2")]
        for product in products:
            add_picture(session, somebody(brand.id), product.id, drawn(), {"en": "Seen from the side"})
    drain_once(relay_db, brand.id)
    with in_tenant(brand.id) as session:
        found = [pictures_of(session, product.id) for product in products]
        assert [[(p.state, p.width, p.height) for p in pictures] for pictures in found] == [[("ready", 640, 480)]] * 2
        assert files.keys("uploads") == []


def test_the_same_picture_again_only_brings_its_new_words_which_are_told_and_published_next(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        product = make_product(session, brand.id, "BK-1")
        first = add_picture(session, somebody(brand.id), product.id, drawn(), {"en": "A bike"})
    with in_tenant(brand.id) as session:
        touched = session.scalar(select(Product.touched).where(Product.id == product.id)) or 0
        again = add_picture(session, somebody(brand.id), product.id, drawn(), {"de": "Ein Rad"})
        assert (again.id, again.alts) == (first.id, {"en": "A bike", "de": "Ein Rad"})
        assert len(pictures_of(session, product.id)) == 1
    with in_tenant(brand.id) as session:
        assert (session.scalar(select(Product.touched).where(Product.id == product.id)) or 0) > touched
        told = session.execute(select(AuditEntry.before, AuditEntry.after).where(AuditEntry.action == "picture.described")).all()
        assert told == [({"alts": {"en": "A bike"}}, {"alts": {"en": "A bike", "de": "Ein Rad"}})]


def test_only_who_edits_the_catalog_adds_pictures_and_only_to_products_of_the_house(brand: Shop, twin: Shop) -> None:
    with in_tenant(brand.id) as session:
        product = make_product(session, brand.id, "BK-1")
        with pytest.raises(NotAllowed):
            add_picture(session, somebody(brand.id, "catalog.view"), product.id, drawn(), {})
        assert pictures_of(session, product.id) == []
    with in_tenant(twin.id) as session, pytest.raises(NotThere):
        add_picture(session, somebody(twin.id), product.id, drawn(), {})


def test_a_list_shows_each_products_first_picture_and_nobody_elses(brand: Shop, twin: Shop) -> None:
    with in_tenant(brand.id) as session:
        bike, bell, bare = (make_product(session, brand.id, sku) for sku in ("BK-1", "BL-1", "NO-1"))
        side, front = (add_picture(session, somebody(brand.id), bike.id, drawn(colour), {}) for colour in ("teal", "red"))
        ring = add_picture(session, somebody(brand.id), bell.id, drawn("gold"), {})
        order_pictures(session, somebody(brand.id), bike.id, [front.id, side.id])
        session.flush()
        found = first_pictures(session, [bike.id, bell.id, bare.id])
        assert {product_id: picture.id for product_id, picture in found.items()} == {bike.id: front.id, bell.id: ring.id}
    with in_tenant(twin.id) as session:
        assert first_pictures(session, [bike.id, bell.id]) == {}
