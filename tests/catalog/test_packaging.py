"""Packaging units: conversions that never round, allowed quantities, what is refused and where."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.checking import Problems
from catalog.packaging import PIECES, Grid, Way, common_multiple, common_part, decimal_of, selling_of
from catalog.packaging_checks import checked_together
from catalog.unit_words import equation_words, in_words, ordered_words, way_words
from kernel.i18n import using

BOX = {"unit": "BX", "numerator": 12, "denominator": 1, "orderable": True}
PALLET = {"unit": "PF", "numerator": 480, "denominator": 1, "orderable": True}
THOUSANDTHS = st.integers(1, 9_999_999).map(lambda n: Fraction(n, 1000))


def problems_of(base: str, packaging: list[dict[str, Any]], ordering: dict[str, Any]) -> list[tuple[str, str]]:
    problems = Problems()
    checked_together(base, packaging, ordering, problems)
    return [(p.where, p.code) for p in problems.found]


@given(THOUSANDTHS, st.integers(1, 9999))
def test_from_a_unit_to_the_base_unit_and_back_nothing_is_lost(factor: Fraction, count: int) -> None:
    way = Way("BX", factor)
    amount = way.base_of(Decimal(count))
    assert Fraction(amount) == factor * count
    assert way.count_of(amount) == count


@given(THOUSANDTHS, THOUSANDTHS, st.integers(1, 50), st.integers(1, 9999))
def test_the_nearest_quantities_are_allowed_and_enclose_what_was_asked_for(
    factor: Fraction, step: Fraction, steps: int, count: int
) -> None:
    grid, way = Grid(step * steps, step), Way("BX", factor)
    nearest = grid.nearest(way, Decimal(count))
    amounts = [Fraction(n) * factor for n in nearest]
    assert 1 <= len(nearest) <= 2
    assert all(amount >= grid.least and (amount / step).denominator == 1 for amount in amounts)
    least, stride = grid.steps_of(way)
    assert nearest[0] == least or nearest[0] <= count
    assert nearest[-1] >= count
    assert nearest[-1] - nearest[0] in (0, stride)


@given(THOUSANDTHS, THOUSANDTHS)
def test_common_multiple_and_common_part_divide_as_they_should(a: Fraction, b: Fraction) -> None:
    multiple, part = common_multiple(a, b), common_part([a, b])
    assert (multiple / a).denominator == (multiple / b).denominator == 1
    assert (a / part).denominator == (b / part).denominator == 1
    assert multiple * part == a * b


@given(st.lists(st.integers(2, 500), unique=True, max_size=3), st.integers(1, 40), st.integers(1, 40))
def test_whatever_a_unit_allows_the_base_unit_allows_too(contents: list[int], step: int, steps: int) -> None:
    packaging = [{"unit": unit, "numerator": n, "denominator": 1} for unit, n in zip(("BX", "CT", "PF"), contents, strict=False)]
    selling = selling_of("C62", packaging, {"step": str(step), "least": str(step * steps)})
    for way in selling.ways:
        least, stride = selling.grid.steps_of(way)
        for count in (least, least + stride, least + 7 * stride):
            assert selling.grid.holds(way.base_of(count))
        if least > stride:
            assert not selling.grid.holds(way.base_of(least - stride))


def test_a_product_without_units_is_sold_one_by_one() -> None:
    assert selling_of("C62", [], {}) is PIECES
    assert PIECES.grid.steps_of(PIECES.usual) == (1, 1)
    assert PIECES.is_plain


def test_boxes_beside_pieces_leave_pieces_free_and_an_order_unit_with_a_step_does_not() -> None:
    free = selling_of("C62", [BOX, PALLET], {"unit": "BX"})
    assert [way.unit for way in free.ways] == ["C62", "BX", "PF"]
    assert free.usual.unit == "BX"
    assert free.grid.steps_of(Way("C62")) == (1, 1)
    bound = selling_of("C62", [BOX, PALLET], {"unit": "BX", "least": "2", "step": "1"})
    assert [bound.grid.steps_of(way) for way in bound.ways] == [(24, 12), (2, 1), (1, 1)]


def test_a_market_has_rules_of_its_own() -> None:
    ordering = {"unit": "BX", "least": "1", "step": "1", "markets": {"us": {"unit": "PF", "least": "1", "step": "1"}}}
    assert selling_of("C62", [BOX, PALLET], ordering, "eu").grid == Grid(Fraction(12), Fraction(12))
    assert selling_of("C62", [BOX, PALLET], ordering, "us").grid == Grid(Fraction(480), Fraction(480))


def test_a_base_unit_that_is_not_sold_is_no_way_to_order() -> None:
    selling = selling_of("C62", [BOX], {"base": False})
    assert [way.unit for way in selling.ways] == ["BX"]
    assert selling.way("C62") is None
    assert selling.grid == Grid(Fraction(12), Fraction(12))
    assert selling.way_of(Decimal(24)) == (Way("BX", Fraction(12)), 2)


def test_metres_go_by_parts_and_rolls_go_whole() -> None:
    selling = selling_of("MTR", [{"unit": "RO", "numerator": 5, "denominator": 2}], {"step": "0.5", "least": "1"})
    assert [selling.grid.steps_of(way) for way in selling.ways] == [(1, Decimal("0.5")), (1, 1)]
    assert selling.grid.nearest(Way("MTR"), Decimal("1.3")) == (1, Decimal("1.5"))


def test_the_nearest_never_lies_above_what_is_there() -> None:
    selling = selling_of("C62", [BOX], {"unit": "BX", "step": "1"})
    box = selling.ways[1]
    assert selling.grid.nearest(box, Decimal(9), most=Decimal(40)) == (3,)
    assert selling.grid.nearest(box, Decimal(1), most=Decimal(11)) == ()


def test_a_third_stays_a_third_and_is_no_unit_to_order() -> None:
    third = {"unit": "PK", "content": "1/3", "orderable": False}
    problems = Problems()
    kept, rule = checked_together("KGM", [third], {}, problems)
    assert (kept, rule, problems.found) == ([{"unit": "PK", "numerator": 1, "denominator": 3, "orderable": False}], {}, [])
    assert problems_of("KGM", [{**third, "orderable": True}], {}) == [("packaging.0.content", "invalid")]
    with pytest.raises(ValueError, match="three decimal places"):
        decimal_of(Fraction(1, 3))


@pytest.mark.parametrize(
    ("packaging", "ordering", "where"),
    [
        ([{"unit": "QQ", "content": "2"}], {}, "packaging.0.unit"),
        ([{"unit": "C62", "content": "2"}], {}, "packaging.0.unit"),
        ([{"unit": "BX", "content": "12"}, {"unit": "BX", "content": "6"}], {}, "packaging.1.unit"),
        ([{"unit": "BX", "content": "0"}], {}, "packaging.0.content"),
        ([{"unit": "BX", "content": "a dozen"}], {}, "packaging.0.content"),
        ([{"unit": "DZN", "content": "13"}], {}, "packaging.0.content"),
        ([{"unit": "BX", "content": "12", "gtin": "4006381333932"}], {}, "packaging.0.gtin"),
        ([{"unit": "BX", "content": "12", "weight_kg": "-1"}], {}, "packaging.0.weight_kg"),
        ([{"unit": "BX", "content": "12", "length_mm": "1.5"}], {}, "packaging.0.length_mm"),
        ([], {"unit": "BX"}, "ordering.unit"),
        ([{"unit": "BX", "content": "12", "orderable": False}], {"unit": "BX"}, "ordering.unit"),
        ([], {"base": False}, "ordering.base"),
        ([BOX], {"unit": "BX", "step": "1.5"}, "ordering.step"),
        ([BOX], {"unit": "BX", "least": "3", "step": "2"}, "ordering.least"),
        ([BOX], {"least": "0"}, "ordering.least"),
        ([BOX], {"markets": {"us": {"unit": "PF"}}}, "ordering.markets.us.unit"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(packaging: list[dict[str, Any]], ordering: dict[str, Any], where: str) -> None:
    assert [place for place, _code in problems_of("C62", packaging, ordering)] == [where]


def test_units_are_said_as_people_say_them() -> None:
    box, pallet = Way("BX", Fraction(12)), Way("PF", Fraction(480))
    with using("en"):
        assert (in_words(Decimal(1), "BX"), in_words(Decimal(3), "BX"), in_words(Decimal("2.5"), "KGM")) == ("1 box", "3 boxes", "2.5 kg")
        assert way_words(box, "C62") == "1 box (12 pieces)"
        assert ordered_words(Decimal(2), pallet, "C62") == "2 pallets (960 pieces)"
        assert equation_words(box, "C62") == "1 box = 12 pieces"
        assert equation_words(Way("C62", Fraction(1, 12)), "BX") == "1 box = 12 pieces"
