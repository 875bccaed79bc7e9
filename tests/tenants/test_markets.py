"""Markets."""

import pytest

from kernel import stamps
from kernel.errors import Invalid, NotAllowed, NotThere
from tenants import markets
from tenants.markets import MarketDetails
from tests.factories.tenants import make_market, staff
from tests.tenants.conftest import count, inside

EU = MarketDetails("Europe", ("de", "AT", "FR", "NL", "DE"), "eur", ("de", "en", "zh-Hans"), prices_include_tax=True)
US = MarketDetails("United States", ("US",), "USD", ("en",), prices_include_tax=False)


def test_the_first_market_is_the_default_until_another_one_is_made_it(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        eu, us = markets.add_market(session, boss, "eu", EU), markets.add_market(session, boss, "us", US)
        assert (eu.countries, eu.currency, eu.default_language) == (["DE", "AT", "FR", "NL"], "EUR", "de")
        assert [(m.code, m.is_default) for m in markets.list_markets(session, boss)] == [("eu", True), ("us", False)]
        before = stamps.current(session)
        markets.make_default(session, boss, us.id)
        assert [(m.code, m.is_default) for m in markets.list_markets(session, boss)] == [("us", True), ("eu", False)]
        assert stamps.current(session) == before + 1


def test_a_changed_market_keeps_its_code(brand):
    with inside(brand.id) as session:
        market = make_market(session, brand.id)
        markets.change_market(session, staff(brand.id), market.id, US)
        assert (market.code, market.name, market.currency, market.countries, market.languages) == (
            "eu",
            "United States",
            "USD",
            ["US"],
            ["en"],
        )
        assert (market.prices_include_tax, market.default_language) == (False, "en")


@pytest.mark.parametrize(
    ("details", "where"),
    [
        (MarketDetails("X", (), "EUR", ("en",), True), "countries"),
        (MarketDetails("X", ("XX",), "EUR", ("en",), True), "countries"),
        (MarketDetails("X", ("DE",), "EURO", ("en",), True), "currency"),
        (MarketDetails("X", ("DE",), "EUR", (), True), "languages"),
        (MarketDetails("X", ("DE",), "EUR", ("en", "klingon"), True), "languages"),
        (MarketDetails("X", ("DE",), "EUR", ("de-DE",), True), "languages"),
        (MarketDetails(" ", ("DE",), "EUR", ("en",), True), "name"),
    ],
)
def test_a_market_that_does_not_hold_is_refused_at_its_field(brand, details, where):
    with inside(brand.id) as session:
        with pytest.raises(Invalid) as error:
            markets.add_market(session, staff(brand.id), "eu", details)
        assert [p.where for p in error.value.problems] == [where]
        assert count(session, "tenants.market") == 0


@pytest.mark.parametrize("code", ["", "e", "EU", "e-u", "abcdefghijklm", "eü"])
def test_a_code_is_short_and_plain(brand, code):
    with inside(brand.id) as session, pytest.raises(Invalid):
        markets.add_market(session, staff(brand.id), code, EU)


def test_a_code_is_taken_once_per_tenant(brand, twin):
    for tenant in (brand, twin):
        with inside(tenant.id) as session:
            make_market(session, tenant.id, "eu")
    with inside(brand.id) as session, pytest.raises(Invalid):
        markets.add_market(session, staff(brand.id), "eu", EU)


def test_without_the_right_nothing_changes(brand):
    clerk = staff(brand.id, "catalog.edit")
    with inside(brand.id) as session:
        market = make_market(session, brand.id)
        for call in (
            lambda: markets.add_market(session, clerk, "us", US),
            lambda: markets.change_market(session, clerk, market.id, US),
            lambda: markets.make_default(session, clerk, market.id),
        ):
            with pytest.raises(NotAllowed):
                call()
        assert [(m.code, m.currency) for m in markets.list_markets(session, clerk)] == [("eu", "EUR")]


def test_another_tenants_market_is_not_there(brand, twin):
    with inside(twin.id) as session:
        foreign = make_market(session, twin.id)
    with inside(brand.id) as session:
        assert markets.list_markets(session, staff(brand.id)) == []
        for call in (markets.market_for, markets.make_default):
            with pytest.raises(NotThere):
                call(session, staff(brand.id), foreign.id)
        with pytest.raises(NotThere):
            markets.change_market(session, staff(brand.id), foreign.id, US)
    with inside(twin.id) as session:
        assert markets.list_markets(session, staff(twin.id))[0].currency == "EUR"
