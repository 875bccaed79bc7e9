"""What every shipping provider promises, whoever carries."""

import pytest

from kernel.money import Money
from orders.shipping.flat import FlatFreight, FlatRate
from orders.shipping.provider import Parcel, ShippingProvider


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


@pytest.fixture
def provider() -> ShippingProvider:
    return FlatFreight(("DE", "AT", "FR"), {"DE": FlatRate(eur("4.90"), eur("100")), "*": FlatRate(eur("12.00"), None, 3, 6)})


def test_options_have_a_code_a_name_a_price_and_days(provider: ShippingProvider) -> None:
    for country in ("DE", "AT", "FR"):
        options = provider.options(Parcel(country, eur("20")))
        assert options
        assert len({option.code for option in options}) == len(options)
        for option in options:
            assert option.code
            assert option.name
            assert option.price >= eur("0")
            assert 0 <= option.days_least <= option.days_most


def test_the_cheapest_comes_first(provider: ShippingProvider) -> None:
    prices = [option.price.amount for option in provider.options(Parcel("DE", eur("20")))]
    assert prices == sorted(prices)


def test_nothing_goes_to_a_country_that_is_not_served(provider: ShippingProvider) -> None:
    assert provider.options(Parcel("US", eur("20"))) == []


@pytest.mark.parametrize(("worth", "price"), [("99.99", "4.90"), ("100", "0"), ("100.01", "0")])
def test_flat_freight_is_free_from_the_sum_on(provider: ShippingProvider, worth: str, price: str) -> None:
    assert provider.options(Parcel("DE", eur(worth)))[0].price == eur(price)


def test_other_countries_of_the_market_pay_the_common_rate(provider: ShippingProvider) -> None:
    option = provider.options(Parcel("FR", eur("5000")))[0]
    assert (option.price, option.days_least, option.days_most, option.free_from) == (eur("12"), 3, 6, None)
