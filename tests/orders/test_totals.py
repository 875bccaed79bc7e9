"""Totals: exact examples, and what holds for all carts."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kernel.money import Money, minor_unit, total
from orders.totals import Item, Totals, add_up

RATES = [Decimal(r) for r in ("0", "5.5", "6.625", "7", "8.1", "19", "25.5", "27")]
CURRENCIES = ["EUR", "USD", "JPY", "KWD"]


def item(key: str, quantity: str, price: str, percent: str, currency: str = "EUR") -> Item:
    return Item(key, Decimal(quantity), Money.of(price, currency), Decimal(percent))


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def test_gross_prices_contain_the_tax() -> None:
    sums = add_up([item("bike", "1", "1299.00", "19"), item("bell", "2", "12.50", "19")], eur("4.90"), True)
    assert (sums.goods, sums.freight, sums.total) == (eur("1324.00"), eur("4.90"), eur("1328.90"))
    assert (sums.net, sums.tax) == (eur("1116.72"), eur("212.18"))
    assert [(r.percent, r.net, r.tax, r.gross) for r in sums.rates] == [(Decimal(19), eur("1116.72"), eur("212.18"), eur("1328.90"))]
    assert (sums.freight_net, sums.freight_tax) == (eur("4.12"), eur("0.78"))


def test_net_prices_have_the_tax_on_top() -> None:
    lines = [item("bike", "1", "1299.00", "6.25", "USD"), item("bell", "2", "12.50", "6.25", "USD")]
    sums = add_up(lines, Money.of("9.00", "USD"), False, freight_percent=Decimal(0))
    assert [(r.percent, str(r.net), str(r.tax)) for r in sums.rates] == [
        (Decimal("6.25"), "1324.00 USD", "82.75 USD"),
        (Decimal(0), "9.00 USD", "0.00 USD"),
    ]
    assert (str(sums.net), str(sums.tax), str(sums.total)) == ("1333.00 USD", "82.75 USD", "1415.75 USD")


def test_tax_is_rounded_once_per_rate_and_not_per_line() -> None:
    """Three lines of 0.33 at 19 %: per line 0.06 each makes 0.18; EN 16931 taxes the sum: 0.99 × 19 % = 0.19."""
    sums = add_up([item(str(n), "1", "0.33", "19") for n in range(3)], eur("0"), False)
    assert sums.tax == eur("0.19")
    assert sorted(line.tax.amount for line in sums.lines) == [Decimal("0.06"), Decimal("0.06"), Decimal("0.07")]


def test_freight_follows_the_goods_over_the_rates() -> None:
    sums = add_up([item("book", "1", "30", "7"), item("lamp", "1", "60", "19")], eur("6.00"), True)
    assert [(r.percent, r.gross) for r in sums.rates] == [(Decimal(19), eur("64.00")), (Decimal(7), eur("32.00"))]


def test_freight_of_free_goods_takes_the_highest_rate() -> None:
    sums = add_up([item("gift", "1", "0", "7"), item("other", "1", "0", "19")], eur("5.95"), True)
    assert [(r.percent, r.tax) for r in sums.rates] == [(Decimal(19), eur("0.95")), (Decimal(7), eur("0"))]


def test_a_price_that_no_net_amount_can_make_wins_over_the_tax() -> None:
    """0.02 and 0.03 net become 0.02 and 0.04 with 19 %; 0.03 gross exists nevertheless."""
    sums = add_up([item("screw", "1", "0.03", "19")], eur("0"), True)
    assert (sums.total, sums.net, sums.tax) == (eur("0.03"), eur("0.03"), eur("0"))


def test_a_currency_without_cents_has_none() -> None:
    sums = add_up([item("bike", "3", "333.4", "10", "JPY")], Money.of("499.6", "JPY"), False)
    assert (sums.goods, sums.freight, sums.tax, sums.total) == tuple(Money.of(a, "JPY") for a in ("1000", "500", "150", "1650"))


def test_an_empty_cart_comes_to_nothing() -> None:
    sums = add_up([], eur("0"), True)
    assert (sums.lines, sums.rates, sums.total) == ((), (), eur("0"))


@pytest.mark.parametrize(
    ("lines", "freight"),
    [
        ([item("a", "1", "1", "19"), item("a", "1", "1", "19")], eur("0")),
        ([item("a", "-1", "1", "19")], eur("0")),
        ([item("a", "1", "-1", "19")], eur("0")),
        ([item("a", "1", "1", "-19")], eur("0")),
        ([item("a", "1", "1", "19", "USD")], eur("0")),
        ([item("a", "1", "1", "19")], eur("-1")),
    ],
)
def test_what_makes_no_sense_is_refused(lines: list[Item], freight: Money) -> None:
    with pytest.raises(ValueError, match=r"key|negative|amounts"):
        add_up(lines, freight, True)


@st.composite
def carts(draw: st.DrawFn) -> tuple[list[Item], Money, bool, Decimal | None]:
    currency = draw(st.sampled_from(CURRENCIES))
    prices = st.decimals(0, 99_999, places=4)
    quantities = st.decimals("0.001", 999, places=3)
    rows = draw(st.lists(st.tuples(quantities, prices, st.sampled_from(RATES)), max_size=8))
    items = [Item(f"{n}", quantity, Money(price, currency), rate) for n, (quantity, price, rate) in enumerate(rows)]
    freight = Money(draw(st.decimals(0, 500, places=4)), currency)
    return items, freight, draw(st.booleans()), draw(st.none() | st.sampled_from(RATES))


@settings(deadline=None)  # a busy machine is no fault of ours
@given(carts())
def test_nothing_gets_lost_between_lines_rates_freight_and_total(cart: tuple[list[Item], Money, bool, Decimal | None]) -> None:
    items, freight, gross, freight_percent = cart
    sums = add_up(items, freight, gross, freight_percent)
    currency = sums.currency
    assert sums.net + sums.tax == sums.total
    assert sums.goods + sums.freight == (sums.total if gross else sums.net)
    assert total([line.amount for line in sums.lines], currency) == sums.goods
    assert total([line.tax for line in sums.lines], currency) + sums.freight_tax == sums.tax
    assert total([line.net for line in sums.lines], currency) + sums.freight_net == sums.net
    assert total([rate.tax for rate in sums.rates], currency) == sums.tax
    assert all(line.net + line.tax == line.gross for line in sums.lines)
    assert all(rate.net + rate.tax == rate.gross for rate in sums.rates)


@settings(deadline=None)  # a busy machine is no fault of ours
@given(carts())
def test_tax_of_a_rate_is_right_to_half_a_coin(cart: tuple[list[Item], Money, bool, Decimal | None]) -> None:
    items, freight, gross, freight_percent = cart
    for rate in add_up(items, freight, gross, freight_percent).rates:
        percent = Fraction(rate.percent)
        exact = Fraction(rate.gross.amount) * percent / (100 + percent) if gross else Fraction(rate.net.amount) * percent / 100
        assert abs(Fraction(rate.tax.amount) - exact) <= Fraction(minor_unit(rate.tax.currency)) / 2


def test_tax_is_rounded_from_the_exact_figure() -> None:
    """1324.00 × 19 / 119 = 211.39496: by way of four places it would become 211.40."""
    assert add_up([item("bike", "1", "1324", "19")], eur("0"), True).tax == eur("211.39")


def test_a_line_is_rounded_from_the_exact_figure() -> None:
    """0.9999 × 0.005 = 0.0049995: by way of four places it would become one cent."""
    assert add_up([item("dust", "0.005", "0.9999", "0")], eur("0"), True).goods == eur("0")


@settings(deadline=None)  # a busy machine is no fault of ours
@given(carts())
def test_every_figure_is_in_whole_coins_and_not_negative(cart: tuple[list[Item], Money, bool, Decimal | None]) -> None:
    sums = add_up(*cart)
    figures = [sums.goods, sums.freight, sums.freight_net, sums.freight_tax, sums.net, sums.tax, sums.total]
    figures += [figure for line in sums.lines for figure in (line.amount, line.net, line.tax, line.gross)]
    coin = minor_unit(sums.currency)
    assert all(figure.amount % coin == 0 and figure.amount >= 0 for figure in figures)


@settings(deadline=None)  # a busy machine is no fault of ours
@given(carts(), st.randoms())
def test_the_order_of_lines_changes_nothing(cart: tuple[list[Item], Money, bool, Decimal | None], chance) -> None:
    items, freight, gross, freight_percent = cart
    turned = list(items)
    chance.shuffle(turned)
    one, other = (add_up(lines, freight, gross, freight_percent) for lines in (items, turned))
    assert sorted(one.lines, key=lambda line: line.key) == sorted(other.lines, key=lambda line: line.key)
    assert _without_lines(one) == _without_lines(other)


def test_all_orders_of_three_lines_come_to_the_same() -> None:
    items = [item("a", "3", "0.35", "19"), item("b", "1", "0.35", "19"), item("c", "7", "0.15", "7")]
    found = {_without_lines(add_up(list(turned), eur("4.99"), True)) for turned in permutations(items)}
    assert len(found) == 1


def _without_lines(sums: Totals) -> tuple[object, ...]:
    return (sums.goods, sums.freight, sums.freight_net, sums.freight_tax, sums.rates, sums.net, sums.tax, sums.total)
