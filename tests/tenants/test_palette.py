"""Whatever colours a brand brings, people can read its shop."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tenants import palette
from tenants.palette import Oklch

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
ROLES = {role for front, behind, _ in palette.PROMISES for role in (front, behind)} | {"line", "stage"}


def test_contrast_is_that_of_wcag() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert palette.contrast("#767676", "#ffffff") == pytest.approx(4.542, abs=0.001)
    assert palette.contrast("#ffffff", "#767676") == palette.contrast("#767676", "#ffffff")


@pytest.mark.parametrize(
    ("colour", "lightness", "chroma", "hue"),
    [
        ("#ff0000", 0.6280, 0.2577, 29.23),
        ("#00ff00", 0.8664, 0.2948, 142.50),
        ("#0000ff", 0.4520, 0.3132, 264.05),
        ("#ffffff", 1.0, 0.0, 0.0),
    ],
)
def test_oklch_agrees_with_the_published_values(colour: str, lightness: float, chroma: float, hue: float) -> None:
    found = palette.oklch(colour)
    assert found.lightness == pytest.approx(lightness, abs=0.0005)
    assert found.chroma == pytest.approx(chroma, abs=0.0005)
    assert found.hue == pytest.approx(hue, abs=0.05)


@given(COLOURS)
def test_a_colour_goes_to_oklch_and_back_unchanged(colour: str) -> None:
    assert palette.shown(palette.oklch(colour)) == colour


@given(st.floats(0.15, 1), st.floats(0, 0.4), st.floats(0, 360))
def test_a_colour_no_screen_can_show_keeps_lightness_and_hue(lightness: float, chroma: float, hue: float) -> None:
    # below 0.15 the steps of eight bits are coarser than what is measured here
    found = palette.oklch(palette.shown(Oklch(lightness, chroma, hue)))
    assert found.lightness == pytest.approx(lightness, abs=0.012)
    assert found.chroma <= chroma + 0.012
    if found.chroma > 0.06:
        assert abs((found.hue - hue + 180) % 360 - 180) < 6


@pytest.mark.parametrize("bad", ["red", "#12", "#12345", "#1234567", "rgb(0,0,0)", "#12345g", "", "#fff;}body{display:none}", "#ffffff\n"])
def test_only_plain_hexadecimal_colours_are_taken(bad: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        palette.theme(bad)


def test_short_colours_mean_the_same_as_long_ones() -> None:
    assert palette.parse("#a5f") == palette.parse("#aa55ff") == (170, 85, 255)


@settings(max_examples=120, deadline=None)
@given(COLOURS, st.none() | COLOURS)
@example("#ffd400", None)
@example("#ffffff", "#ffffff")
@example("#000000", "#000000")
@example("#9c3b2e", "#f6efe2")
@example("#00ffff", "#ffff00")
@example("#808080", "#7f7f7f")
def test_every_promise_holds_for_any_brand_in_light_and_dark(primary: str, second: str | None) -> None:
    made = palette.theme(primary, second)
    for roles in (made.light, made.dark):
        assert palette.shortfalls(roles) == []
        assert set(roles) >= ROLES
        assert all(re.fullmatch(r"#[0-9a-f]{6}", colour) for colour in roles.values())


def test_a_brand_colour_that_can_be_read_is_used_as_it_is() -> None:
    made = palette.theme("#0f4c3a", "#b8693a")
    assert made.light["accent"] == "#0f4c3a"
    assert made.light["second"] == "#b8693a"
    assert [a.role for a in made.adjustments if a.mode == "light"] == []


def test_what_had_to_be_changed_is_reported_with_the_ratio_reached() -> None:
    made = palette.theme("#ffd400")
    (change,) = [a for a in made.adjustments if a.mode == "light"]
    assert (change.role, change.wished, change.used) == ("accent", "#ffd400", made.light["accent"])
    assert change.used != "#ffd400"
    assert change.ratio >= palette.MARK
    assert change.ratio == round(palette.contrast(change.used, made.light[change.against]), 2)
    assert abs(palette.oklch(change.used).hue - palette.oklch("#ffd400").hue) < 4


def test_a_very_light_second_colour_becomes_the_paper_and_not_a_mark() -> None:
    cream = palette.oklch(palette.theme("#9c3b2e", "#f6efe2").light["ground"])
    assert abs(cream.hue - palette.oklch("#f6efe2").hue) < 12
    assert cream.lightness > 0.97
    assert palette.theme("#9c3b2e", "#f6efe2").light["second"] == palette.theme("#9c3b2e").light["second"]


def test_the_style_sheet_is_small_and_holds_every_role_for_both_modes() -> None:
    made = palette.theme("#14284b", "#7fb8ad")
    text = palette.css(made, "harbour")
    assert len(text) < 5000
    assert text.count(f"--accent:{made.light['accent']};") == 1
    assert text.count(f"--accent:{made.dark['accent']};") == 2
    assert all(text.count(f"--{role}:") == 3 for role in made.light)
    assert "Sofia Sans Condensed" in text
    assert "@import" not in text
    assert "url(" not in text


def test_an_unknown_pairing_is_an_error() -> None:
    with pytest.raises(KeyError):
        palette.css(palette.theme("#14284b"), "comic")
