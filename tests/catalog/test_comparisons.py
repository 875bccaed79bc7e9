"""A comparison to be looked through: filters count what they would show, pages hold, the file says the same."""

from dataclasses import replace

import pytest

from catalog.comparing import Moves, count_between
from catalog.comparisons import PER_PAGE, Look, about_label, lines_of, look_through, table_of
from catalog.list_prices import set_list_prices
from catalog.products import ProductEdit, edit_product
from catalog.rolling_back import roll_back
from kernel.errors import NotThere
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_product, publish_all, somebody
from tests.factories.tenants import make_market

LOOK = Look("eu", "en", 1, 2)


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """Version 1: 30 bells. Version 2: one renamed and dearer, one dearer, one gone, one new."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        bells = [make_product(session, brand.id, f"B-{n:02}", name=f"Bell {n}") for n in range(30)]
        publish_all(session, brand.id)
        actor = somebody(brand.id)
        edit_product(session, actor, bells[0].id, ProductEdit(names={"en": "Gong"}), bells[0].edit_version)
        for bell in bells[:2]:
            set_list_prices(session, actor, bell.id, {"EUR": "12.00"})
        edit_product(session, actor, bells[2].id, ProductEdit(status="end"), bells[2].edit_version)
        make_product(session, brand.id, "NEW", name="Horn")
        publish_all(session, brand.id)
    return brand


def test_filters_leave_what_they_say_and_count_what_they_would_leave(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        actor = somebody(shop.id)
        every = look_through(session, actor, LOOK)
        assert [(d.sku, d.kind) for d in every.differences] == [
            ("B-00", "changed"),
            ("B-01", "changed"),
            ("B-02", "removed"),
            ("NEW", "added"),
        ]
        assert (every.total, every.kinds, every.abouts) == (4, {"added": 1, "changed": 2, "removed": 1}, {"prices": 2, "name": 1})
        named = look_through(session, actor, replace(LOOK, about="name"))
        assert ([d.sku for d in named.differences], named.kinds["changed"]) == (["B-00"], 1)
        assert [line.after for line in lines_of(named.differences[0], "name")] == ["Gong"]
        assert [d.sku for d in look_through(session, actor, replace(LOOK, kind="removed")).differences] == ["B-02"]
        assert [d.sku for d in look_through(session, actor, replace(LOOK, words="gon b-0")).differences] == ["B-00"]
        assert look_through(session, actor, replace(LOOK, words="nothing")).total == 0
        assert (about_label("prices"), about_label("name")) == ("Prices", "Name")


def test_pages_hold_and_a_page_too_far_is_the_last(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        whole = Look("eu", "en", 0, 1)
        first, far = look_through(session, somebody(shop.id), whole), look_through(session, somebody(shop.id), replace(whole, page=9))
        assert (first.total, first.pages, len(first.differences)) == (30, 2, PER_PAGE)
        assert (far.page, [d.sku for d in far.differences]) == (2, [f"B-{n:02}" for n in range(25, 30)])


def test_the_file_has_a_row_for_each_field(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        rows = list(table_of(session, somebody(shop.id), LOOK))
    assert rows == [
        ["sku", "name", "kind", "field", "before", "after"],
        ["B-00", "Gong", "changed", "name", "Bell 0", "Gong"],
        ["B-00", "Gong", "changed", "prices.EUR", "10.0000", "12.0000"],
        ["B-01", "Bell 1", "changed", "prices.EUR", "10.0000", "12.0000"],
        ["B-02", "Bell 2", "removed", "", "", ""],
        ["NEW", "Horn", "added", "", "", ""],
    ]


def test_what_going_back_would_move_is_what_it_moves(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        actor = somebody(shop.id)
        assert count_between(session, actor, "eu", 2, 1) == Moves(added=1, changed=2, removed=1)
        assert count_between(session, actor, "eu", 1, 2) == Moves(added=1, changed=2, removed=1)
        assert count_between(session, actor, "eu", 2, 2) == Moves()
        moved = roll_back(session, actor, "eu", 1).languages["en"]
        assert (moved.added, moved.changed, moved.removed) == (1, 2, 1)
        assert not count_between(session, actor, "eu", 3, 1).any


def test_another_brand_sees_no_version_of_it(shop: Shop, twin: Shop) -> None:
    with in_tenant(twin.id) as session:
        make_market(session, twin.id, "eu")
        with pytest.raises(NotThere):
            look_through(session, somebody(twin.id), LOOK)
        assert not count_between(session, somebody(twin.id), "eu", 1, 2).any
