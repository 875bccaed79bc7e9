"""Amounts in the desk's forms: as people type them, and never rounded by opening and saving a page."""

from decimal import Decimal

import pytest

from backoffice.pages.products import typed_amount


@pytest.mark.parametrize(
    ("amount", "currency", "typed"),
    [
        ("12.5000", "EUR", "12.50"),
        ("0.0125", "EUR", "0.0125"),
        ("1000.0000", "JPY", "1000"),
        ("3.1250", "KWD", "3.125"),
        ("1E+3", "EUR", "1000.00"),
    ],
)
def test_an_amount_keeps_every_digit_and_shows_its_currencys_own(amount: str, currency: str, typed: str) -> None:
    assert typed_amount(Decimal(amount), currency) == typed
    assert Decimal(typed) == Decimal(amount)
