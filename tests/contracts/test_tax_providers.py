"""What every tax provider promises, whoever stands behind it."""

from datetime import date
from decimal import Decimal

import pytest

from kernel.errors import Refused
from orders.taxes.provider import REDUCED, STANDARD, TAX_CLASSES, ZERO_RATED, TaxProvider, TaxQuestion
from orders.taxes.rate_table import SALES_TAX_PERCENT, VAT_PERCENT, RateTable

TODAY = date(2026, 11, 23)
ALL = frozenset(TAX_CLASSES)


@pytest.fixture(params=[RateTable], ids=lambda provider: provider.__name__)
def provider(request: pytest.FixtureRequest) -> TaxProvider:
    made: TaxProvider = request.param()
    return made


@pytest.mark.parametrize(
    ("country", "standard", "reduced"),
    [("DE", "19", "7"), ("AT", "20", "10"), ("FR", "20", "5.5"), ("NL", "21", "9"), ("FI", "25.5", "25.5"), ("CN", "13", "9")],
)
def test_rates_are_those_of_the_place_the_goods_go_to(provider: TaxProvider, country: str, standard: str, reduced: str) -> None:
    answer = provider.answer(TaxQuestion(country, TODAY, tax_classes=ALL))
    assert answer.percents == {STANDARD: Decimal(standard), REDUCED: Decimal(reduced), ZERO_RATED: Decimal(0)}
    assert answer.freight_percent is None


def test_only_what_was_asked_for_is_answered(provider: TaxProvider) -> None:
    assert set(provider.answer(TaxQuestion("DE", TODAY, tax_classes=frozenset({REDUCED}))).percents) == {REDUCED}


def test_a_country_without_rates_is_refused(provider: TaxProvider) -> None:
    with pytest.raises(Refused):
        provider.answer(TaxQuestion("AQ", TODAY))


def test_sales_tax_is_collected_where_the_seller_is_registered_and_says_what_it_leaves_out(provider: TaxProvider) -> None:
    asked = TaxQuestion("US", TODAY, region="MA", tax_classes=ALL, collected_in=frozenset({"MA"}))
    answer = provider.answer(asked)
    assert answer.percents == {STANDARD: Decimal("6.25"), REDUCED: Decimal("6.25"), ZERO_RATED: Decimal(0)}
    assert answer.freight_percent == Decimal(0)
    assert answer.notes == ("Sales tax is that of the state; county and city rates are not included.",)


def test_freight_is_taxed_with_the_goods_where_the_state_has_it_so(provider: TaxProvider) -> None:
    asked = TaxQuestion("US", TODAY, region="NY", collected_in=frozenset({"NY"}))
    assert provider.answer(asked).freight_percent is None


@pytest.mark.parametrize("region", ["CA", "", "Atlantis"])
def test_no_sales_tax_is_collected_elsewhere_and_the_note_says_so(provider: TaxProvider, region: str) -> None:
    answer = provider.answer(TaxQuestion("US", TODAY, region=region, tax_classes=ALL, collected_in=frozenset({"MA", "Atlantis"})))
    assert set(answer.percents.values()) == {Decimal(0)}
    assert answer.notes == ("We do not collect sales tax in your state; you may owe use tax there.",)


def test_no_rate_of_the_table_is_out_of_this_world() -> None:
    standard = [Decimal(rates[0]) for rates in VAT_PERCENT.values()]
    reduced = [(Decimal(rates[0]), Decimal(rates[1])) for rates in VAT_PERCENT.values() if rates[1]]
    assert all(Decimal(8) <= rate <= Decimal(27) for rate in standard)
    assert all(low < high for high, low in reduced)
    assert all(Decimal(0) <= Decimal(percent) <= Decimal("7.25") for percent, _freight in SALES_TAX_PERCENT.values())
