"""Prices that hold for a time: exactly from and until the instant, for shoppers, carts, search and kept pages."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from catalog import price_turns
from catalog.assortment import cards_for, shop_product, view_for
from catalog.models import TimedPrice
from catalog.price_times import priced_at, prices_at, told, turning, with_times
from catalog.timed_prices import add_timed_price, list_timed_prices, remove_timed_price
from kernel import clock, moments, stamps
from kernel.errors import Invalid, NotAllowed, NotThere
from kernel.jobs import drain_once
from tests.conftest import Shop
from tests.factories.catalog import in_tenant, make_attribute, make_product, make_variants, publish_all, share, somebody
from tests.factories.tenants import make_market

START = datetime(2090, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def iso(hours: int) -> str:
    return told(START + hours * HOUR)


@st.composite
def lanes(draw: st.DrawFn) -> list[list[object]]:
    """Times in order that never overlap; the last one may have no end."""
    cuts = sorted(draw(st.sets(st.integers(0, 200), min_size=2, max_size=12)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    rows: list[list[object]] = [[iso(a), iso(b), f"{n + 1}.00"] for n, (a, b) in enumerate(pairs)]
    if draw(st.booleans()):
        rows[-1][1] = None
    return rows


@given(lanes(), st.integers(-5, 205))
def test_at_every_instant_exactly_the_price_holds_whose_time_it_is(rows: list[list[object]], hour: int) -> None:
    entry = with_times({"prices": {"EUR": "99.00", "USD": "98.00"}}, {"EUR": rows, "CHF": rows})
    assert set(entry["price_times"]) == {"EUR"}
    holding = [amount for begins, ends, amount in rows if str(begins) <= iso(hour) and (ends is None or iso(hour) < str(ends))]
    assert len(holding) <= 1
    assert prices_at(entry, iso(hour)) == {"EUR": holding[0] if holding else "99.00", "USD": "98.00"}


@given(lanes(), st.integers(0, 200))
def test_between_two_turns_no_price_changes(rows: list[list[object]], hour: int) -> None:
    entry = with_times({"prices": {"EUR": "99.00"}}, {"EUR": rows})
    turns = turning(entry)["price_turns"]
    assert turns == sorted(set(turns))
    if iso(hour + 1) not in turns and not any(iso(hour) < turn <= iso(hour + 1) for turn in turns):
        assert prices_at(entry, iso(hour)) == prices_at(entry, iso(hour + 1))


def test_a_payload_without_times_is_left_as_it_is() -> None:
    payload = {"prices": {"EUR": "1"}}
    assert priced_at(payload, START) is payload
    assert turning(payload) == {}


@pytest.fixture
def shop(brand: Shop) -> Shop:
    """A bell for 10.00."""
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_product(session, brand.id, "BELL", name="Bell")
    return brand


def bell(shop: Shop) -> UUID:
    with in_tenant(shop.id) as session:
        view = view_for(session, "eu", "en")
        return shop_product(session, view, "bell-bell").id


def timed(shop: Shop, product_id: UUID, amount: str, begins: datetime, ends: datetime | None) -> None:
    """A price as the desk writes it, to the second."""
    with in_tenant(shop.id) as session:
        price = add_timed_price(session, somebody(shop.id), product_id, "EUR", amount, "2099-01-01T00:00", zone="")
        price.valid_from, price.valid_to = begins, ends
        session.flush()
        publish_all(session, shop.id)


def price(shop: Shop, at: datetime | None = None) -> Decimal:
    with in_tenant(shop.id) as session:
        if at is None:
            return shop_product(session, view_for(session, "eu", "en"), "bell-bell").price.money.amount
        with clock.standing_at(at):
            return shop_product(session, view_for(session, "eu", "en"), "bell-bell").price.money.amount


def test_the_price_begins_and_ends_with_the_instant(shop: Shop) -> None:
    with in_tenant(shop.id) as session:
        publish_all(session, shop.id)
    timed(shop, bell(shop), "7.50", START, START + HOUR)
    second = timedelta(microseconds=1)
    moments_and_prices = [(START - second, "10"), (START, "7.50"), (START + HOUR - second, "7.50"), (START + HOUR, "10")]
    assert [price(shop, at) for at, _amount in moments_and_prices] == [Decimal(amount) for _at, amount in moments_and_prices]


def test_the_stamp_moves_with_the_instant_and_search_follows(shop: Shop, partner: Shop, relay_db: Engine) -> None:
    price_turns.register()
    with in_tenant(shop.id) as session:
        publish_all(session, shop.id)
    now = datetime.now(UTC)
    timed(shop, bell(shop), "7.50", now - HOUR, now + timedelta(seconds=1.5))
    with in_tenant(shop.id) as session:
        before = view_for(session, "eu", "en")
        assert shop_product(session, before, "bell-bell").price.money.amount == Decimal("7.50")
    while datetime.now(UTC) < now + timedelta(seconds=1.7):
        pass
    with in_tenant(shop.id) as session:
        after = view_for(session, "eu", "en")
        assert (after.stamp, stamps.current(session)) == (before.stamp + 1, before.stamp + 1)
        assert shop_product(session, after, "bell-bell").price.money.amount == Decimal("10")
        [card] = cards_for(session, after, [shop_product(session, after, "bell-bell").id])
        assert card.price.money.amount == Decimal("10")
    assert moments.run_due() == 0
    with in_tenant(shop.id) as session:
        assert price_turns.turns_ahead(session, "eu") == []
        assert stamps.current(session) > before.stamp + 1
    drain_once(relay_db, shop.id)


def test_a_partners_shop_turns_with_the_brand(shop: Shop, partner: Shop, relay_db: Engine) -> None:
    with in_tenant(partner.id) as session:
        make_market(session, partner.id, "de", countries=("DE",))
    with in_tenant(shop.id) as session:
        publish_all(session, shop.id)
    share(shop.id, partner.id)
    timed(shop, bell(shop), "7.50", START, None)
    for at, amount in ((START - HOUR, "10"), (START, "7.50")):
        with in_tenant(partner.id) as session, clock.standing_at(at):
            view = view_for(session, "de", "en")
            assert shop_product(session, view, "bell-bell").price.money.amount == Decimal(amount)


def test_a_parent_shows_the_lowest_of_its_variants_at_that_time(brand: Shop) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        make_attribute(session, brand.id, "size", "choice", ("s", "m"), is_axis=True)
        jacket = make_product(session, brand.id, "JK", "Jacket", None)
        small, _medium = make_variants(session, brand.id, jacket, "size", {"s": "50", "m": "60"})
        made = add_timed_price(session, somebody(brand.id), small.id, "EUR", "80", "2090-01-01T01:00", "2090-01-01T02:00")
        assert (made.valid_from, made.valid_to) == (START, START + HOUR)
        publish_all(session, brand.id)
        for at, lowest in ((START - HOUR, "50"), (START, "60"), (START + HOUR, "50")):
            with clock.standing_at(at):
                stamps.bump(session)
                assert shop_product(session, view_for(session, "eu", "en"), "jacket-jk").price.money.amount == Decimal(lowest)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"begins": "2090-01-05T00:00", "ends": "2090-01-04T00:00"}, "ends"),
        ({"begins": "2090-01-02T00:00"}, "begins"),
        ({"begins": "2090-01-10T00:00", "currency": "USD"}, "currency"),
        ({"begins": "2090-01-10T00:00", "amount": "-1"}, "amount"),
        ({"begins": "some day"}, "begins"),
        ({"begins": "2090-01-10T00:00", "zone": "Asia/Tokyo"}, "zone"),
    ],
)
def test_what_cannot_hold_is_refused_and_nothing_is_written(brand: Shop, wrong: dict[str, str], where: str) -> None:
    with in_tenant(brand.id) as session:
        make_market(session, brand.id, "eu")
        product, actor = make_product(session, brand.id, "BELL"), somebody(brand.id)
        add_timed_price(session, actor, product.id, "EUR", "5", "2090-01-01T00:00", "2090-01-08T00:00")
        told_of = {"currency": "EUR", "amount": "6", "begins": "", "ends": ""} | wrong
        with pytest.raises(Invalid) as refused:
            add_timed_price(session, actor, product.id, **told_of)
        assert refused.value.problems[0].where == where
        assert [p.amount for p in list_timed_prices(session, actor, product.id)] == [Decimal(5)]
        touching = add_timed_price(session, actor, product.id, "EUR", "6", "2090-01-08T00:00")
        assert touching.valid_to is None


def test_nobody_else_names_or_takes_a_price(shop: Shop, twin: Shop) -> None:
    with in_tenant(shop.id) as session:
        product = make_product(session, shop.id, "HORN")
        price = add_timed_price(session, somebody(shop.id), product.id, "EUR", "5", "2090-01-01T00:00")
        with pytest.raises(NotAllowed):
            remove_timed_price(session, somebody(shop.id, "catalog.view"), product.id, price.id)
    with in_tenant(twin.id) as session:
        for act in (
            lambda: remove_timed_price(session, somebody(twin.id), product.id, price.id),
            lambda: add_timed_price(session, somebody(twin.id), product.id, "EUR", "1", "2091-01-01T00:00"),
            lambda: list_timed_prices(session, somebody(twin.id), product.id),
        ):
            with pytest.raises(NotThere):
                act()
    with in_tenant(shop.id) as session:
        [kept] = list_timed_prices(session, somebody(shop.id), product.id)
        assert isinstance(kept, TimedPrice)
        remove_timed_price(session, somebody(shop.id), product.id, kept.id)
        assert list_timed_prices(session, somebody(shop.id), product.id) == []
