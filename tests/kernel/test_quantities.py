"""Quantities: conversions inside one dimension, refused between two."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.quantities import SYMBOLS, UNITS, Quantity, symbol

AMOUNTS = st.decimals(min_value=-100_000, max_value=100_000, places=3, allow_nan=False)


def test_units_of_one_dimension_convert_exactly():
    assert Quantity.of("1.5", "KGM").to("GRM") == Quantity.of(1500, "GRM")
    assert Quantity.of(1, "LBR").to("GRM") == Quantity.of("453.592", "GRM")
    assert Quantity.of(2, "MTR").to("CMT") == Quantity.of(200, "CMT")
    assert Quantity.of(3, "DZN").to("C62") == Quantity.of(36)
    assert Quantity.of(90, "MIN").to("HUR") == Quantity.of("1.5", "HUR")


def test_sums_take_the_unit_of_the_first():
    assert Quantity.of(1, "KGM") + Quantity.of(500, "GRM") == Quantity.of("1.5", "KGM")
    assert Quantity.of(1, "KGM") - Quantity.of(1, "GRM") == Quantity.of("0.999", "KGM")


def test_there_is_no_way_from_one_dimension_to_another():
    for unit in ("MTR", "C62", "nonsense"):
        with pytest.raises(ValueError, match="cannot turn KGM"):
            Quantity.of(1, "KGM").to(unit)
    with pytest.raises(ValueError, match="cannot turn"):
        Quantity.of(1, "KGM") + Quantity.of(1, "LTR")


def test_floats_unknown_units_and_nonsense_are_refused():
    with pytest.raises(TypeError):
        Quantity(1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no such unit"):
        Quantity.of(1, "KG")
    with pytest.raises(ValueError, match="no such quantity"):
        Quantity.of("NaN")


@given(AMOUNTS, st.sampled_from(sorted(UNITS)))
def test_to_a_finer_unit_and_back_gives_the_same_quantity(amount, unit):
    dimension, factor = UNITS[unit]
    for other, (kind, other_factor) in UNITS.items():
        if kind == dimension and other_factor <= factor:
            here = Quantity(amount, unit)
            assert abs(here.to(other).to(unit).amount - here.amount) <= Decimal("0.001")


@given(AMOUNTS, AMOUNTS)
def test_addition_is_undone_by_subtraction(a, b):
    assert Quantity(a, "GRM") + Quantity(b, "GRM") - Quantity(b, "GRM") == Quantity(a, "GRM")


def test_units_are_written_as_people_write_them_and_what_is_no_code_stays():
    assert [symbol(unit) for unit in ("KGM", "MMT", "C62", "INH", "P1", "Zähne")] == ["kg", "mm", "", "in", "%", "Zähne"]
    assert set(SYMBOLS) <= set(UNITS)
