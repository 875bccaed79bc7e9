"""Money: exact amounts, no conversion by accident, splits that lose no cent."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import Money, minor_unit, total

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CHF"])
AMOUNTS = st.decimals(min_value=-10_000_000, max_value=10_000_000, places=4, allow_nan=False)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10_000), min_size=1, max_size=40).filter(any)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def test_amounts_keep_four_places_and_round_half_up_to_the_currency():
    assert eur("12.34565").amount == Decimal("12.3457")
    assert eur("0.125").rounded() == eur("0.13")
    assert eur("-0.125").rounded() == eur("-0.13")
    assert Money.of("10.5", "JPY").rounded() == Money.of(11, "JPY")
    assert Money.of("1.2345", "KWD").rounded() == Money.of("1.235", "KWD")


def test_text_shows_the_digits_of_the_currency():
    assert str(eur("1299")) == "1299.00 EUR"
    assert str(Money.of(1299, "JPY")) == "1299 JPY"
    assert str(Money.of(5, "KWD")) == "5.000 KWD"


def test_floats_nonsense_and_strange_currencies_are_refused():
    with pytest.raises(TypeError):
        Money(1.5, "EUR")  # type: ignore[arg-type]
    for amount in ("NaN", "Infinity", "1e15", "-1e15"):
        with pytest.raises(ValueError):
            eur(amount)
    for currency in ("eur", "EURO", "E1R", ""):
        with pytest.raises(ValueError):
            Money.of(1, currency)


def test_two_currencies_never_mix():
    dollars = Money.of(1, "USD")
    for attempt in (lambda: eur("1") + dollars, lambda: eur("1") - dollars, lambda: eur("1") < dollars, lambda: eur("1") >= dollars):
        with pytest.raises(ValueError, match="cannot mix"):
            attempt()


def test_sums_comparisons_and_percentages():
    assert total([eur("1.10"), eur("2.20")], "EUR") == eur("3.30")
    assert total([], "EUR") == Money.zero("EUR")
    assert eur("2") * Decimal("1.5") == eur("3")
    assert -eur("2") == eur("-2")
    assert eur("1") < eur("2") <= eur("2") and eur("3") > eur("2") >= eur("2")
    assert not Money.zero("EUR") and eur("0.01")
    assert eur("99.99").percent(Decimal(19)) == eur("19.00")
    assert eur("0.50").percent(Decimal(1)) == eur("0.01")


def test_left_over_coins_go_to_the_largest_remainders_first():
    assert eur("100").split([1, 1, 1]) == [eur("33.34"), eur("33.33"), eur("33.33")]
    assert eur("0.05").split([3, 7]) == [eur("0.02"), eur("0.03")]
    assert eur("-0.05").split([3, 7]) == [eur("-0.02"), eur("-0.03")]
    assert Money.of(10, "JPY").split([1, 1, 1]) == [Money.of(4, "JPY"), Money.of(3, "JPY"), Money.of(3, "JPY")]


@pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
def test_a_split_needs_weights_that_make_sense(weights):
    with pytest.raises(ValueError, match="weights"):
        eur("1").split(weights)


@given(AMOUNTS, CURRENCIES, WEIGHTS)
def test_a_split_adds_up_to_the_rounded_amount(amount, currency, weights):
    money = Money(amount, currency)
    assert total(money.split(weights), currency) == money.rounded()


@given(AMOUNTS, CURRENCIES, WEIGHTS)
def test_a_share_is_never_a_whole_coin_away_from_its_exact_value(amount, currency, weights):
    money = Money(amount, currency)
    for share, weight in zip(money.split(weights), weights, strict=True):
        exact = money.rounded().amount * weight / sum(weights)
        assert abs(share.amount - exact) < minor_unit(currency)
        assert share == share.rounded()
        assert weight or not share


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_addition_is_commutative_associative_and_undone_by_subtraction(a, b, c):
    one, two, three = (Money(x, "EUR") for x in (a, b, c))
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert one + two - two == one
