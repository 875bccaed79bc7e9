"""What a shop reads costs the same however much there is, and is right across sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, event

from catalog.assortment import ShopView, cards_for, shop_categories, shop_list, shop_product, shop_products, sources_for, view_for
from catalog.differences import hold
from catalog.overlays import set_price
from catalog.products import ProductEdit, edit_product
from kernel.errors import NotThere
from kernel.money import Money
from tests.conftest import MakeShop, Shop
from tests.factories.catalog import in_tenant, make_category, make_product, publish_all, share, somebody
from tests.factories.tenants import make_market


@contextmanager
def counted(db: Engine) -> Iterator[list[str]]:
    """The statements that are sent."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "set_config" not in statement:
            sent.append(statement)

    event.listen(db, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db, "before_cursor_execute", note)


def test_reading_takes_at_most_four_queries_however_many_products(brand: Shop, partner: Shop, db: Engine) -> None:
    made: dict[str, UUID] = {}
    for count in (3, 40):
        with in_tenant(brand.id) as session:
            if not made:
                make_market(session, brand.id, "eu", languages=("en",))
            made |= {f"P-{n}": make_product(session, brand.id, f"P-{n}").id for n in range(len(made), count)}
            publish_all(session, brand.id)
        if count == 3:
            with in_tenant(partner.id) as session:
                make_market(session, partner.id, "eu", languages=("en",))
            [agreement] = share(brand.id, partner.id)
        with in_tenant(partner.id) as session:
            set_price(session, somebody(partner.id), agreement.id, made["P-1"], "EUR", "10.50")
        with in_tenant(partner.id) as session:
            view = view_for(session, "eu", "en")
            ids = list(made.values())
            for call, told, most in (
                (cards_for, {"ids": ids}, 3),
                (shop_products, {"ids": ids}, 3),
                (shop_product, {"slug": "p-1-p-1"}, 3),
                (shop_list, {"per_page": 100}, 4),
                (shop_categories, {}, 3),
            ):
                with counted(db) as sent:
                    call(session, view, **told)
                assert len(sent) <= most, call
            assert len(cards_for(session, view, ids)) == count


def test_held_content_costs_one_query_more(brand: Shop, partner: Shop, db: Engine) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        products = [make_product(session, brand.id, f"P-{n}", name="Old") for n in range(5)]
        publish_all(session, brand.id)
    [agreement] = share(brand.id, partner.id)
    with in_tenant(brand.id) as session:
        for product in products:
            edit_product(session, somebody(brand.id), product.id, ProductEdit(names={"en": "New"}))
        publish_all(session, brand.id)
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "eu", languages=("en",))
        hold(session, somebody(partner.id), agreement.id, [products[0].id, products[1].id])
        view = view_for(session, "eu", "en")
        with counted(db) as sent:
            cards = cards_for(session, view, [p.id for p in products])
        assert [c.name for c in cards] == ["Old", "Old", "New", "New", "New"]
        assert len(sent) == 3


def test_a_shop_sells_its_own_and_several_brands_products_side_by_side(brand: Shop, twin: Shop, make_shop: MakeShop) -> None:
    partner = make_shop("partner")
    for shop, name in ((brand, "Brand bell"), (twin, "Twin bell"), (partner, "Own bell")):
        with in_tenant(shop.id) as session:
            make_market(session, shop.id, "eu", languages=("en",))
            bells = make_category(session, shop.id, "bells")
            make_product(session, shop.id, "BELL", name=name, category=bells)
            publish_all(session, shop.id)
    share(brand.id, partner.id)
    share(twin.id, partner.id)
    with in_tenant(partner.id) as session:
        view = view_for(session, "eu", "en")
        assert sources_for(session, view)[0].tenant_id == partner.id
        assert sorted(c.name for c in shop_list(session, view).cards) == ["Brand bell", "Own bell", "Twin bell"]
        assert [(c.name, c.product_count) for c in shop_categories(session, view)] == [("Bells", 1)] * 3


def test_what_has_no_price_in_the_shops_currency_is_not_sold(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        make_market(session, brand.id, "us", "USD", ("en",), ("US",), prices_include_tax=False)
        product = make_product(session, brand.id, "BELL", name="Bell", price="10", currency="EUR")
        publish_all(session, brand.id, "eu")
        publish_all(session, brand.id, "us")
        america, europe = view_for(session, "us", "en"), view_for(session, "eu", "en")
        assert (shop_list(session, america).total, shop_list(session, europe).total) == (0, 1)
        assert shop_products(session, america, [product.id]) == {}
        with pytest.raises(NotThere):
            shop_product(session, america, "bell-bell")
        price = shop_product(session, europe, "bell-bell").price
        assert (price.money, price.includes_tax) == (Money.of(10, "EUR"), True)


def test_lists_are_ordered_as_asked(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        for sku, name, price, position in (("1", "b", "3", 0), ("2", "a", "1", 2), ("3", "c", "2", 1)):
            make_product(session, brand.id, sku, name=name, price=price, position=position)
        publish_all(session, brand.id)
        view = view_for(session, "eu", "en")

        def order(sort: Any) -> list[str]:
            return [c.name for c in shop_list(session, view, sort=sort).cards]

        assert (order("name"), order("price_up"), order("price_down"), order("position")) == (
            ["a", "b", "c"], ["a", "c", "b"], ["b", "c", "a"], ["c", "a", "b"],
        )  # fmt: skip
        second = shop_list(session, view, sort="name", page=2, per_page=2)
        assert ([c.name for c in second.cards], second.total) == (["c"], 3)


def test_a_market_or_language_there_is_not_is_not_there(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu", languages=("en",))
        for market, language in (("eu", "de"), ("us", "en")):
            with pytest.raises(NotThere):
                view_for(session, market, language)
        assert sources_for(session, ShopView(brand.id, "eu", "en", "EUR")) == []
