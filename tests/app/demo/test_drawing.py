"""The drawings: true geometry, chains that close, tangents that touch, gradients kept few, rasters of the asked size."""

import io
import math
import re
from itertools import pairwise

import pytest
import resvg_py
from PIL import Image

from app.demo.drawing.bicycles import LAYERS, draw_bicycle
from app.demo.drawing.canvas import Box, Canvas, colour, mix, thinned
from app.demo.drawing.chains import pitch_radius, run
from app.demo.drawing.curves import tangent
from app.demo.drawing.goods import GOODS, draw_good
from app.demo.drawing.lettering import length, strokes
from app.demo.drawing.light import CARBON, shade
from app.demo.drawing.marks import MARKS, symbol, wordmark
from app.demo.drawing.models import MODELS
from app.demo.drawing.paints import PAINTS
from app.demo.drawing.pictures import render, svg
from app.demo.drawing.scenes import SCENES, scene
from app.demo.drawing.wheels import laced_angle


def test_the_road_frame_has_the_wheelbase_trail_and_fork_of_its_geometry_table() -> None:
    g = MODELS["tern"].geometry
    assert round(g.wheelbase) == 993
    assert round(g.trail) == 59
    assert round(abs(g.front - g.crown)) == 371
    assert g.head_top - g.bottom == pytest.approx(complex(385, -555))


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_stands_on_the_ground_and_steers_itself(name: str) -> None:
    g = MODELS[name].geometry
    assert -g.rear.imag == pytest.approx(g.rear_radius)
    assert -g.front.imag == pytest.approx(g.front_radius)
    assert abs(g.rear - g.bottom) == pytest.approx(g.chainstay)
    assert 35 < g.trail < 150


def test_a_sprocket_of_fifty_teeth_has_a_pitch_radius_of_101_millimetres() -> None:
    assert pitch_radius(50) == pytest.approx(12.7 / 2 / math.sin(math.pi / 50))
    assert round(pitch_radius(50), 1) == 101.1


def test_a_tangent_touches_both_circles_at_right_angles() -> None:
    a, b = tangent(0j, 101.0, complex(-409, -72), -30.0)
    along = b - a
    assert abs(a) == pytest.approx(101.0)
    assert abs(b - complex(-409, -72)) == pytest.approx(30.0)
    assert (along.conjugate() * a).real == pytest.approx(0.0, abs=1e-6)
    assert (along.conjugate() * (b - complex(-409, -72))).real == pytest.approx(0.0, abs=1e-6)


def test_the_chain_closes_and_is_as_long_as_a_real_one() -> None:
    line = run(0j, 50, complex(-409, -72), 17, complex(-397, -4), complex(-389, 53))
    assert line[0] == line[-1]
    links = sum(abs(b - a) for a, b in pairwise(line)) / 12.7
    assert 100 < links < 118


def test_spokes_crossed_three_times_leave_the_hub_three_holes_away() -> None:
    assert laced_angle(16, 3) == 67.5
    assert laced_angle(14, 0) == 0.0


def test_light_comes_from_the_upper_left() -> None:
    paint = PAINTS["PIN"].material
    assert sum(shade(paint, -0.6, -0.6)) > sum(shade(paint, 0.0, 0.0)) > sum(shade(paint, 0.6, 0.5))
    assert sum(shade(CARBON, 0.0, 0.0)) < 0.6


def test_thinning_keeps_the_ends_and_drops_stops_on_the_straight_line() -> None:
    black, white = colour("#000000"), colour("#ffffff")
    even = [(i / 10, mix(black, white, i / 10), 1.0) for i in range(11)]
    assert thinned(even) == [even[0], even[-1]]
    bent = [(0.0, black, 1.0), (0.5, white, 1.0), (1.0, black, 1.0)]
    assert thinned(bent) == bent


def test_a_box_fitted_to_another_shape_holds_the_whole_of_the_first() -> None:
    assert Box(0, 0, 100, 100).fitted(2.0) == Box(-50, 0, 200, 100)
    assert Box(0, 0, 200, 50).fitted(2.0) == Box(0, -25, 200, 100)


def test_parts_of_a_bicycle_are_groups_that_can_be_swapped() -> None:
    text = svg(draw_bicycle(MODELS["stork"]), 400, 300)
    groups = re.findall(r'<g id="([a-z-]+)"', text)
    assert [group for group in groups if group in LAYERS] == [layer for layer in LAYERS if layer in groups]
    assert {"frame", "fork", "wheels", "drivetrain", "cockpit", "saddle", "extras"} <= set(groups)
    assert "<text" not in text
    assert "<image" not in text


def test_every_gradient_that_is_used_is_defined_once() -> None:
    for text in (svg(scene("family"), 420, 180, "wide"), svg(draw_bicycle(MODELS["plover"]), 400, 300)):
        defined = re.findall(r'(?:Gradient|clipPath) id="([^"]+)"', text)
        assert len(defined) == len(set(defined))
        assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(defined)


@pytest.mark.parametrize("view", ["whole", "cockpit", "drivetrain", "wheel"])
def test_a_picture_has_the_asked_size_and_is_not_empty(view: str) -> None:
    picture = Image.open(io.BytesIO(render(draw_bicycle(MODELS["wren"]), 240, 180, view)))
    assert picture.size == (240, 180)
    assert len(picture.convert("RGB").getcolors(100_000) or []) > 300


def test_a_view_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        render(draw_good("bell"), 40, 30, "inside")


@pytest.mark.parametrize("name", sorted(GOODS))
def test_every_good_lies_inside_its_picture(name: str) -> None:
    picture = Image.open(io.BytesIO(render(draw_good(name), 200, 150))).convert("RGB")
    rows = [picture.getpixel((x, 0)) for x in range(200)]
    assert len(set(rows)) == 1, "something is cut at the upper edge"
    assert len(picture.getcolors(100_000) or []) > 60


def test_the_same_scene_is_drawn_alike_every_time() -> None:
    assert scene("home").marks == scene("home").marks
    assert scene("home").marks != scene("city").marks
    assert set(scene("home").views) == {"wide", "tall", "whole"}
    assert len(SCENES) == 11


def test_there_are_twelve_paints_named_in_three_languages() -> None:
    assert len(PAINTS) == 12
    for paint in PAINTS.values():
        assert set(paint.names) == {"en", "de", "zh-Hans"}
        assert re.fullmatch(r"#[0-9a-f]{6}", paint.swatch)


def test_letters_take_the_length_they_say() -> None:
    points = [p for line in strokes("VELORIA", 60) for p in line]
    assert max(p.real for p in points) == pytest.approx(length("VELORIA", 60), abs=0.5)
    assert min(p.imag for p in points) == pytest.approx(-60, abs=0.5)


@pytest.mark.parametrize("tenant", sorted(MARKS))
def test_marks_are_paths_without_fonts_and_take_other_colours(tenant: str) -> None:
    for text in (symbol(tenant), wordmark(tenant)):
        assert "<text" not in text
        assert MARKS[tenant].first in text
    assert "#ffffff" in wordmark(tenant, first="#ffffff")


def test_layers_without_marks_leave_no_group() -> None:
    canvas = Canvas(["one", "two"])
    canvas.on("two").circle(0j, 1, "#000000")
    assert 'id="one"' not in canvas.inner()
    assert 'id="two"' in canvas.inner()


def test_a_shaded_ring_is_smooth_at_both_edges_and_has_its_gradient_between_them() -> None:
    canvas = Canvas(["one"])
    pen = canvas.on("one")
    red, blue = colour("#ff0000"), colour("#0000ff")
    fill = pen.radial(50 + 50j, 40, [(0.5, blue, 1), (1, red, 1)])
    pen.shaded_ring(50 + 50j, 40, 20, fill, red, blue)
    box = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="0 0 100 100">'
    drawn = Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=f"{box}{canvas.inner()}</svg>"))))
    red_part, alpha = drawn.getchannel("R"), drawn.getchannel("A")
    column = [drawn.getpixel((200, y)) for y in range(200)]
    assert column[:38] == [(0, 0, 0, 0)] * 38
    assert column[42] == (255, 0, 0, 255)
    assert column[117] == (0, 0, 255, 255)
    assert column[122:] == [(0, 0, 0, 0)] * 78
    assert red_part.getpixel((200, 80)) == pytest.approx(128, abs=4)
    assert len(alpha.getcolors() or []) > 8, "the edges are not smooth"
