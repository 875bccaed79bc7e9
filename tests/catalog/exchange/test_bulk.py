"""The same change to many products: tried out, carried out, taken back."""

from collections.abc import Iterator
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from catalog.exchange.bulk import ROUNDINGS, Change, begin_bulk, changed_price, percent_of
from catalog.exchange.importing import go_on, run_for
from catalog.exchange.undoing import undo_import
from catalog.list_prices import prices_of_all
from catalog.models import Product
from kernel import files
from kernel.errors import Invalid, NotAllowed
from kernel.jobs import drain_once
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_category, make_product, make_variants, somebody


@pytest.fixture(autouse=True)
def store() -> Iterator[None]:
    files.use_store(files.memory_store())
    yield
    files.use_store(None)


@pytest.fixture
def goods(brand: Shop) -> dict[str, UUID]:
    with in_tenant(brand.id) as session:
        make_attribute(session, brand.id, "size", "choice", ("s", "m"), is_axis=True)
        make_attribute(session, brand.id, "frame", "text")
        make_category(session, brand.id, "sale", en="Sale")
        made = [make_product(session, brand.id, sku, sku, price) for sku, price in (("A", "10.00"), ("B", "19.99"))]
        jacket = make_product(session, brand.id, "JK", "Jacket", None)
        made += [jacket, *make_variants(session, brand.id, jacket, "size", {"s": "50", "m": "60"})]
        return {product.sku: product.id for product in made}


def carry_out(shop: Shop, relay_db: Engine, ids: list[UUID], change: Change) -> UUID:
    """Tries it out, looks that nothing has changed, then carries it out; the run's id."""
    before = skus(shop)
    with in_tenant(shop.id) as session:
        tried = begin_bulk(session, somebody(shop.id), ids, change, "Bulk", "en").id
    drain_once(relay_db, shop.id)
    assert skus(shop) == before
    with in_tenant(shop.id) as session:
        run = go_on(session, somebody(shop.id), tried).id
    drain_once(relay_db, shop.id)
    with in_tenant(shop.id) as session:
        assert run_for(session, somebody(shop.id), run).state == "finished"
    return run


def skus(shop: Shop) -> dict[str, tuple[str, str, object, str]]:
    """Per article number: state, brand, the frame, the price in euro."""
    with in_tenant(shop.id) as session:
        rows = list(session.scalars(select(Product)))
        prices = prices_of_all(session, [row.id for row in rows])
        return {
            row.sku: (row.status, row.brand or "", (row.attribute_values or {}).get("frame"), str(prices.get(row.id, {}).get("EUR", "")))
            for row in rows
        }


def test_a_state_is_set_for_the_chosen_products_and_taken_back(brand: Shop, goods: dict[str, UUID], relay_db: Engine) -> None:
    before = skus(brand)
    run = carry_out(brand, relay_db, [goods["A"], goods["B"], goods["A"]], Change("status", "phase_out"))
    assert {sku: line[0] for sku, line in skus(brand).items() if sku in "AB"} == {"A": "phase_out", "B": "phase_out"}
    assert skus(brand)["JK"] == before["JK"]
    with in_tenant(brand.id) as session:
        undo_import(session, somebody(brand.id), run)
    drain_once(relay_db, brand.id)
    assert skus(brand) == before


def test_prices_change_by_percent_on_variants_too(brand: Shop, goods: dict[str, UUID], relay_db: Engine) -> None:
    carry_out(brand, relay_db, [goods["B"], goods["JK"]], Change("price:EUR", percent=Decimal("-10"), rounding="ninety"))
    found = {sku: Decimal(line[3]) for sku, line in skus(brand).items() if line[3]}
    assert found == {"A": Decimal("10.00"), "B": Decimal("17.90"), "JK-s": Decimal("44.90"), "JK-m": Decimal("53.90")}


def test_attributes_brands_and_categories_are_set(brand: Shop, goods: dict[str, UUID], relay_db: Engine) -> None:
    carry_out(brand, relay_db, [goods["A"]], Change("attribute:frame", "steel"))
    carry_out(brand, relay_db, [goods["A"]], Change("brand", "Veloria"))
    carry_out(brand, relay_db, [goods["A"]], Change("category", "Sale"))
    assert (skus(brand)["A"][1:3], skus(brand)["B"][1:3]) == (("Veloria", "steel"), ("", None))
    with in_tenant(brand.id) as session:
        assert len(session.get_one(Product, (brand.id, goods["A"])).category_ids) == 1


def test_nothing_chosen_a_wrong_state_and_another_tenants_products(
    brand: Shop, twin: Shop, goods: dict[str, UUID], relay_db: Engine
) -> None:
    with in_tenant(twin.id) as session, pytest.raises(Invalid):  # none of them is the twin's
        begin_bulk(session, somebody(twin.id), [goods["A"]], Change("status", "end"), "Bulk", "en")
    with in_tenant(brand.id) as session:
        for ids, change in (([], Change("status", "end")), ([goods["JK"]], Change("price:USD", percent=Decimal(5)))):
            with pytest.raises(Invalid):
                begin_bulk(session, somebody(brand.id), ids, change, "Bulk", "en")
        with pytest.raises(NotAllowed):
            begin_bulk(session, somebody(brand.id, "catalog.view"), [goods["A"]], Change("status", "end"), "Bulk", "en")
        tried = begin_bulk(session, somebody(brand.id), [goods["A"]], Change("status", "sold"), "Bulk", "en").id
    drain_once(relay_db, brand.id)
    with in_tenant(brand.id) as session:
        run = run_for(session, somebody(brand.id), tried)
        assert (run.rows_read, run.rows_wrong) == (1, 1)


@pytest.mark.parametrize(("text", "expected"), [("-10", "-10"), ("+2.5", "2.5"), ("3,5 %", "3.5"), ("\u22125", "-5")])
def test_percentages_are_read_as_people_type_them(text: str, expected: str) -> None:
    assert percent_of(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["", "ten", "0", "-100", "1001", "NaN"])
def test_other_percentages_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        percent_of(text)


@given(
    amount=st.decimals(Decimal("0.01"), Decimal(99999), places=2),
    percent=st.decimals(-99, 1000, places=1),
    rounding=st.sampled_from(ROUNDINGS),
    currency=st.sampled_from(("EUR", "JPY")),
)
def test_a_changed_price_is_never_negative_and_lies_within_half_a_step(
    amount: Decimal, percent: Decimal, rounding: str, currency: str
) -> None:
    found = changed_price(amount, currency, percent, rounding)
    exact = amount * (100 + percent) / 100
    coin = Decimal("0.01") if currency == "EUR" else Decimal(1)
    step = {"coin": coin, "ten": coin * 10, "whole": Decimal(1), "ninety": Decimal(1)}[rounding]
    assert found >= 0
    assert abs(found - exact) <= step / 2 or (rounding == "ninety" and found == Decimal("0.9"))
    assert found % coin == 0
