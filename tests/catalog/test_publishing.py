"""What is published is what shops show, version by version."""

import threading
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from catalog.assortment import cards_for, shop_list, shop_product, view_for
from catalog.comparing import compare
from catalog.intervals import Place
from catalog.list_prices import set_list_prices
from catalog.models import PublishedCategory, PublishedProduct
from catalog.products import ProductEdit, edit_product, remove_product
from catalog.publishing import publish
from catalog.rolling_back import roll_back
from catalog.versions import count_unpublished, list_versions, published_at
from kernel import stamps
from kernel.errors import Conflict, NotAllowed, NotThere
from kernel.money import Money
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, publish_all, somebody
from tests.factories.tenants import make_market


def test_a_published_product_is_shown_with_price_and_path(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        bikes = make_category(session, brand.id, "bikes", en="Bikes", de="Räder")
        road = make_category(session, brand.id, "road", parent=bikes, en="Road bikes")
        make_product(session, brand.id, "BK-1", name="Pine Größe L", price="1299.5", category=road)
        result = publish_all(session, brand.id)
    assert (result.version, result.is_new, result.languages["en"].added) == (1, True, 1)
    with in_tenant(brand.id) as session:
        view = view_for(session, "eu", "en")
        product = shop_product(session, view, "pine-groesse-l-bk-1")
        assert product.price.money == Money.of("1299.50", "EUR")
        assert [c.name for c in product.categories] == ["Bikes", "Road bikes"]
        assert shop_list(session, view, category_id=bikes.id).total == 1


def test_publishing_without_a_change_makes_no_version(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_product(session, brand.id, "BK-1")
        publish_all(session, brand.id)
    with in_tenant(brand.id) as session:
        before = stamps.current(session)
        again = publish_all(session, brand.id)
        assert (again.version, again.is_new) == (1, False)
        assert stamps.current(session) == before
        assert len(list_versions(session, somebody(brand.id), "eu", "en")) == 1


def test_publishing_writes_only_rows_of_changed_products(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        products = [make_product(session, brand.id, f"P-{n}") for n in range(5)]
        publish_all(session, brand.id)
    with in_tenant(brand.id) as session:
        edit_product(session, somebody(brand.id), products[2].id, ProductEdit(names={"en": "New name"}))
        assert count_unpublished(session, somebody(brand.id), "eu") == 1
        result = publish_all(session, brand.id)
        assert (result.languages["en"].added, result.languages["en"].changed, result.languages["en"].removed) == (0, 1, 0)
        english = select(func.count()).where(PublishedProduct.tenant_id == brand.id, PublishedProduct.language == "en")
        assert session.scalar(english) == 6
        assert count_unpublished(session, somebody(brand.id), "eu") == 0


def test_an_address_stays_when_the_name_changes(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        product = make_product(session, brand.id, "P-1", name="First name")
        publish_all(session, brand.id)
        edit_product(session, somebody(brand.id), product.id, ProductEdit(names={"en": "Second name"}))
        publish_all(session, brand.id)
        view = view_for(session, "eu", "en")
        assert shop_product(session, view, "first-name-p-1").name == "Second name"


def test_two_numbers_that_read_alike_in_addresses_get_different_ones(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_product(session, brand.id, "A 1", name="Bell")
        make_product(session, brand.id, "A-1", name="Bell")
        publish_all(session, brand.id)
        rows = session.scalars(
            select(PublishedProduct.slug).where(PublishedProduct.tenant_id == brand.id, PublishedProduct.language == "en")
        )
        slugs = sorted(rows)
    assert slugs[0] == "bell-a-1"
    assert slugs[1].startswith("bell-a-1-")


def test_an_ended_product_leaves_the_shop_and_its_past_stays_readable(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        product = make_product(session, brand.id, "P-1", name="Bell")
        publish_all(session, brand.id)
        edit_product(session, actor, product.id, ProductEdit(status="end"))
        result = publish_all(session, brand.id)
        assert result.languages["en"].removed == 1
        view = view_for(session, "eu", "en")
        with pytest.raises(NotThere):
            shop_product(session, view, "bell-p-1")
        assert published_at(session, actor, Place("eu", "en"), 1)[product.id]["name"] == "Bell"
        assert published_at(session, actor, Place("eu", "en"), 2) == {}
        with pytest.raises(Conflict):
            remove_product(session, actor, product.id)


def test_variants_are_published_with_their_parent_and_by_themselves(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_attribute(session, brand.id, "size", "choice", ["s", "m", "l"], is_axis=True, filterable=True)
        parent = make_product(session, brand.id, "JK", name="Jacket", price=None)
        variants = make_variants(session, brand.id, parent, "size", {"l": "90.00", "s": "80.00"})
        publish_all(session, brand.id)
    with in_tenant(brand.id) as session:
        view = view_for(session, "eu", "en")
        product = shop_product(session, view, "jacket-jk")
        assert [v.sku for v in product.variants] == ["JK-s", "JK-l"]
        assert [c.text for c in product.axes[0].choices] == ["S", "L"]
        assert (product.price.money, product.price_is_from) == (Money.of("80", "EUR"), True)
        [card] = cards_for(session, view, [parent.id])
        assert card.variant_count == 2
    with in_tenant(brand.id) as session:
        set_list_prices(session, somebody(brand.id), variants[0].id, {"EUR": "95"})
        counts = publish_all(session, brand.id).languages["en"]
        assert (counts.added, counts.changed) == (0, 1)


def test_published_rows_cannot_be_rewritten(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_product(session, brand.id, "P-1", name="Bell")
        publish_all(session, brand.id)
    for statement in (
        "UPDATE catalog.published_product SET payload = '{}'",
        "UPDATE catalog.published_product SET to_version = 9, sku = 'X'",
        "DELETE FROM catalog.published_product",
        "UPDATE catalog.publication SET version = 9",
    ):
        with pytest.raises(DBAPIError), in_tenant(brand.id) as session:
            session.execute(text(statement))
    with in_tenant(brand.id) as session:
        session.execute(text("UPDATE catalog.published_product SET to_version = 9"))
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text("UPDATE catalog.published_product SET to_version = 10"))


def test_rolling_back_publishes_the_old_content_anew_and_keeps_the_drafts_waiting(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        product = make_product(session, brand.id, "P-1", name="Bell")
        publish_all(session, brand.id)
        edit_product(session, actor, product.id, ProductEdit(names={"en": "Horn"}))
        make_product(session, brand.id, "P-2", name="Light")
        publish_all(session, brand.id)
    with in_tenant(brand.id) as session:
        result = roll_back(session, actor, "eu", 1)
        assert (result.version, result.languages["en"].changed, result.languages["en"].removed) == (3, 1, 1)
        view = view_for(session, "eu", "en")
        assert [c.name for c in shop_list(session, view).cards] == ["Bell"]
        assert published_at(session, actor, Place("eu", "en"), 3) == published_at(session, actor, Place("eu", "en"), 1)
        assert count_unpublished(session, actor, "eu") == 2
        with pytest.raises(Conflict):
            roll_back(session, actor, "eu", 1)
    with in_tenant(brand.id) as session:
        publish_all(session, brand.id)
        assert sorted(c.name for c in shop_list(session, view).cards) == ["Horn", "Light"]


def test_rolling_back_gives_addresses_back_that_others_have_taken_since(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        road = make_category(session, brand.id, "road", en="Road")
        first = make_product(session, brand.id, "A 1", name="Bell", category=road)
        other = make_product(session, brand.id, "A-1", name="Bell", status="draft")
        publish_all(session, brand.id)
        edit_product(session, actor, first.id, ProductEdit(status="end", category_ids=[]))
        session.delete(road)
        publish_all(session, brand.id)
        make_category(session, brand.id, "street", en="Road")
        edit_product(session, actor, other.id, ProductEdit(status="ready"))
        publish_all(session, brand.id)
    with in_tenant(brand.id) as session:
        assert open_slugs(session, PublishedProduct, brand) == {other.id: "bell-a-1"}
        roll_back(session, actor, "eu", 1)
        assert open_slugs(session, PublishedProduct, brand) == {first.id: "bell-a-1"}
        assert list(open_slugs(session, PublishedCategory, brand).items()) == [(road.id, "road")]
    with in_tenant(brand.id) as session:
        edit_product(session, actor, first.id, ProductEdit(status="ready"))
        publish_all(session, brand.id)
        assert open_slugs(session, PublishedProduct, brand) == {first.id: "bell-a-1", other.id: f"bell-a-1-{other.id.hex[-8:]}"}
        assert list(open_slugs(session, PublishedCategory, brand).values()) == ["road"]


def open_slugs(session: Session, table: type[PublishedProduct] | type[PublishedCategory], brand: Shop) -> dict[UUID, str]:
    subject = table.product_id if table is PublishedProduct else table.category_id  # type: ignore[union-attr]
    rows = session.execute(select(subject.label("id"), table.slug).where(table.tenant_id == brand.id, table.to_version.is_(None)))
    return {row.id: row.slug for row in rows}


def test_comparing_names_the_fields_that_differ(brand: Shop) -> None:
    actor = somebody(brand.id)
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        product = make_product(session, brand.id, "P-1", name="Bell", price="10")
        publish_all(session, brand.id)
        edit_product(session, actor, product.id, ProductEdit(names={"en": "Horn"}))
        set_list_prices(session, actor, product.id, {"EUR": "12"})
        make_product(session, brand.id, "P-2", name="Light")
        waiting = compare(session, actor, "eu", "en", 1)
        assert [(d.sku, d.kind) for d in waiting] == [("P-1", "changed"), ("P-2", "added")]
        assert [(f.field, f.old, f.new) for f in waiting[0].fields] == [("name", "Bell", "Horn"), ("prices.EUR", "10.0000", "12.0000")]
        publish_all(session, brand.id)
        assert compare(session, actor, "eu", "en", 1, 2) == waiting
        assert [d.kind for d in compare(session, actor, "eu", "en", 2, 1)] == ["changed", "removed"]
        with pytest.raises(NotThere):
            compare(session, actor, "eu", "en", 7, 8)


def test_who_may_not_publish_changes_nothing(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_product(session, brand.id, "P-1")
        with pytest.raises(NotAllowed):
            publish(session, somebody(brand.id, "catalog.edit"), "eu")
        with pytest.raises(NotThere):
            publish(session, somebody(brand.id), "elsewhere")
        assert session.scalar(select(func.count()).select_from(PublishedProduct)) == 0


def test_the_other_brand_sees_nothing_of_it(brand: Shop, twin: Shop) -> None:
    for shop, name in ((brand, "Canary bell"), (twin, "Twin bell")):
        with in_tenant(shop.id) as session:
            make_market(session, shop.id, "eu")
            make_product(session, shop.id, "P-1", name=name)
            publish_all(session, shop.id)
    with in_tenant(twin.id) as session:
        view = view_for(session, "eu", "en")
        assert [c.name for c in shop_list(session, view).cards] == ["Twin bell"]
        assert session.scalar(select(func.count()).select_from(PublishedProduct).where(PublishedProduct.tenant_id == brand.id)) == 0


def test_a_second_publisher_is_told_to_wait(brand: Shop, db: Engine) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_product(session, brand.id, "P-1")
    refused: list[BaseException] = []

    def second() -> None:
        try:
            with in_tenant(brand.id) as session:
                publish_all(session, brand.id)
        except Conflict as error:
            refused.append(error)

    with in_tenant(brand.id) as session:
        publish_all(session, brand.id)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert len(refused) == 1


def test_an_edit_committed_while_publishing_is_caught_by_the_next_publication(brand: Shop, db: Engine) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        first = make_product(session, brand.id, "P-1", name="One")
        publish_all(session, brand.id)

    def edit() -> None:
        with in_tenant(brand.id) as session:
            edit_product(session, somebody(brand.id), first.id, ProductEdit(names={"en": "Late"}))

    with in_tenant(brand.id) as session:
        make_product(session, brand.id, "P-2", name="Two")
        publish_all(session, brand.id)
        thread = threading.Thread(target=edit)
        thread.start()
        thread.join()
    with in_tenant(brand.id) as session:
        assert publish_all(session, brand.id).languages["en"].changed == 1
        assert shop_product(session, view_for(session, "eu", "en"), "one-p-1").name == "Late"
