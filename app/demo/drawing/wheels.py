"""Wheels: tyre with tread and side wall, rim, laced spokes, hub, disc rotor, valve. Drawn around the axle as seen from the drive side."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.demo.drawing.canvas import BLACK, CRISP, WHITE, Colour, Pen, Stop, circle, colour, mix, number
from app.demo.drawing.curves import turned
from app.demo.drawing.lettering import on_arc
from app.demo.drawing.light import (
    BLACK_ALLOY,
    CARBON,
    DARK_STEEL,
    RUBBER,
    SILVER,
    STEEL,
    TOWARDS_LIGHT,
    Material,
    flat,
    shade,
)
from app.demo.drawing.tubes import bolt, disc, tube


@dataclass(frozen=True)
class Wheel:
    """What a wheel is made of. `tread`: slick, file, gravel, block. Rotor 0 = none. `laced` = spokes crossed by each spoke."""

    rim: float = 622.0
    tyre: float = 28.0
    tread: str = "slick"
    wall: Material = RUBBER
    rim_depth: float = 28.0
    rim_material: Material = BLACK_ALLOY
    spokes: int = 28
    laced: int = 3
    spoke_tone: str = "#2b2c2f"
    hub: float = 17.0
    hub_material: Material = BLACK_ALLOY
    rotor: float = 140.0
    label: str = ""


def draw_wheel(pen: Pen, axle: complex, wheel: Wheel, turn: float = 0.0, tyre: bool = True) -> None:
    """The whole wheel but for the cassette; `turn` in degrees keeps two wheels from standing alike; without `tyre` the rim is bare."""
    if wheel.rotor:
        draw_rotor(pen, axle, wheel.rotor / 2, turn)
    _spokes(pen, axle, wheel, turn)
    _hub(pen, axle, wheel)
    _valve(pen, axle, wheel, turn)
    _rim(pen, axle, wheel)
    if tyre:
        draw_tyre(pen, axle, wheel)
        _daylight(pen, axle, wheel)


def _mean(material: Material, lean: float) -> Colour:
    """The colour of a ring at this lean (−1 inwards, 1 outwards), averaged around the wheel."""
    tones = [shade(material, round(turned(a).real * lean, 2), round(turned(a).imag * lean, 2)) for a in range(0, 360, 30)]
    return (sum(t[0] for t in tones) / 12, sum(t[1] for t in tones) / 12, sum(t[2] for t in tones) / 12)


def draw_tyre(pen: Pen, axle: complex, wheel: Wheel) -> None:
    """The tyre alone: a torus of rubber, its wall dark or tan, its tread standing out at the rim of the shape.

    The gradient's centre lies a little towards the light, so that the bright line wanders to the outside above and to the inside below."""
    inner, height = wheel.rim / 2 - 1, wheel.tyre * 0.97 + 1
    outer = inner + height
    _tread(pen, axle, wheel, outer)
    wall = inner + height * 0.58
    _torus(pen, axle, inner if wheel.wall is RUBBER else wall - 0.4, outer, inner, outer, RUBBER)
    if wheel.wall is not RUBBER:
        _torus(pen, axle, inner, wall, inner, outer, wheel.wall)
    if wheel.label:
        ink = "#4a3322" if wheel.wall is not RUBBER else "#a3a5a9"
        size = min(8.0, height * 0.25)
        for at in (-90.0, 90.0):
            on_arc(pen, wheel.label, axle, inner + height * 0.30, at, size, ink, upright=at < 0)


def _torus(pen: Pen, axle: complex, low: float, high: float, inner: float, outer: float, material: Material) -> None:
    shift = (outer - inner) * 0.12
    reach = outer + shift
    stops: list[Stop] = [(0.0, BLACK, 1.0)]
    for i in range(17):
        s = i / 16
        lean = math.sin((s - 0.44) * math.pi / 1.12) * 0.98
        tone = _mean(material, lean)
        crease = 0.42 if s < 0.07 else 0.0
        gain = 1.0 + 0.42 * math.exp(-(((s - 0.60) / 0.13) ** 2)) - 0.25 * math.exp(-(((s - 0.95) / 0.07) ** 2))
        stops.append(((inner + s * (outer - inner)) / reach, mix((tone[0] * gain, tone[1] * gain, tone[2] * gain), BLACK, crease), 1.0))
    fill = pen.radial(axle + TOWARDS_LIGHT * shift, reach, stops)
    pen.shaded_ring(axle, high, low, fill, _at(stops, high / reach), _at(stops, low / reach))


def _at(stops: Sequence[Stop], offset: float) -> Colour:
    """The colour of a gradient there."""
    after = next((i for i, stop in enumerate(stops) if stop[0] >= offset), len(stops) - 1)
    (t0, a, _), (t1, b, _) = stops[max(0, after - 1)], stops[after]
    return mix(a, b, (offset - t0) / (t1 - t0)) if t1 > t0 else b


def _tread(pen: Pen, axle: complex, wheel: Wheel, outer: float) -> None:
    """Knobs beyond the outline: a thick dashed circle, the dashes as long as the knobs."""
    if wheel.tread in ("slick", "file"):
        return
    knob, gap, high = (11.0, 8.5, 4.0) if wheel.tread == "block" else (5.2, 4.0, 2.0)
    around = 2 * math.pi * outer
    scale = around / (round(around / (knob + gap)) * (knob + gap))
    dash = f"{number(knob * scale)} {number(gap * scale)}"
    pen.circle(axle, outer - high * 0.2, None, stroke="#232427", width=high * 2, dash=dash, cap="butt")


def tread_face(pen: Pen, axle: complex, wheel: Wheel) -> None:
    """The shoulder knobs of a block or gravel tyre, seen on its side: two offset rows of lighter dashes."""
    if wheel.tread not in ("gravel", "block"):
        return
    big = wheel.tread == "block"
    outer = wheel.rim / 2 + wheel.tyre * 0.97
    knob, gap, high = (11.0, 8.5, 8.0) if big else (5.2, 4.0, 4.6)
    for row, tone in ((0.10, "#35373a"), (0.23, "#2d2f32")):
        radius = outer - wheel.tyre * row
        around = 2 * math.pi * radius
        scale = around / (round(around / (knob + gap)) * (knob + gap))
        shift = number(knob * 0.9 if row > 0.2 else 0)
        dash = f"{number(knob * scale)} {number(gap * scale)}"
        pen.circle(axle, radius, None, stroke=tone, width=high, cap="butt", dash=dash, extra=f'stroke-dashoffset="{shift}"')


def _rim(pen: Pen, axle: complex, wheel: Wheel) -> None:
    outer, inner = wheel.rim / 2 + 5, wheel.rim / 2 + 5 - wheel.rim_depth
    material = wheel.rim_material
    dark = material in (BLACK_ALLOY, CARBON)
    shift = 1.6
    stops = []
    for s, lean in ((0.0, -0.98), (0.05, -0.7), (0.16, -0.45), (0.45, -0.2), (0.82, 0.02), (0.9, 0.62), (0.95, 0.3), (1.0, 0.8)):
        tone = _mean(material, lean)
        stops.append(((inner + s * (outer - inner)) / (outer + shift), mix(tone, WHITE, 0.05 if dark and s < 0.85 else 0.0), 1.0))
    pen.shaded_ring(axle, outer, inner, pen.radial(axle - TOWARDS_LIGHT * shift, outer + shift, stops), stops[-2][1], stops[0][1])
    if wheel.rim_depth > 34 or not dark:
        gleam(pen, axle, outer - 2, inner + 0.6, 0.20 if dark else 0.55)


def gleam(pen: Pen, axle: complex, outer: float, inner: float, strength: float, angle: float = -122.0) -> None:
    """Two opposite soft fans of light across a turned ring, as smooth rings show under one lamp."""
    side = turned(angle + 90, outer * 0.62)
    bell = [
        (0.5 + 0.5 * x, WHITE, strength * math.exp(-((x / 0.42) ** 2)) - 0.018 * strength)
        for x in (-0.84, -0.6, -0.42, -0.3, -0.18, -0.08, 0, 0.08, 0.18, 0.3, 0.42, 0.6, 0.84)
    ]
    stops = [(at, ink, max(0.0, alpha)) for at, ink, alpha in bell]
    pen.ring(axle, outer, inner, pen.linear(axle - side, axle + side, [(0.0, WHITE, 0.0), *stops, (1.0, WHITE, 0.0)]), extra=CRISP)


def _daylight(pen: Pen, axle: complex, wheel: Wheel) -> None:
    """The whole wheel a little lighter towards the lamp and darker away from it."""
    outer = wheel.rim / 2 + wheel.tyre * 0.97
    reach = TOWARDS_LIGHT * outer
    stops = [(0.0, WHITE, 0.09), (0.35, WHITE, 0.0), (0.6, BLACK, 0.0), (1.0, BLACK, 0.30)]
    inner = wheel.rim / 2 + 5 - wheel.rim_depth
    pen.ring(axle, outer - 1.6, inner + 1.6, pen.linear(axle + reach, axle - reach, stops), extra=CRISP)


def _spokes(pen: Pen, axle: complex, wheel: Wheel, turn: float) -> None:
    """Half of the spokes to each flange; in pairs they leave the hub forwards and backwards and cross `laced` others."""
    flange = wheel.hub * 1.28
    seat = wheel.rim / 2 + 5 - wheel.rim_depth + 1
    half = wheel.spokes // 2
    step = 360 / half
    for side in (1, 0):
        for i in range(half):
            hole = turn + (i + 0.5 * side) * step
            lean = (1 if i % 2 else -1) * laced_angle(half, wheel.laced)
            start = axle + turned(hole, flange)
            end = axle + turned(hole + lean, seat)
            tone = _spoke_tone(wheel.spoke_tone, end - start, side)
            pen.line([start, end], tone, 1.9, cap="butt")
    radius = seat + 3
    step_on_rim = 2 * math.pi * radius / wheel.spokes
    first = number(step_on_rim * (0.5 - turn * wheel.spokes / 360) + 1.6)
    ink = "#8b8e92" if wheel.spoke_tone != "#2b2c2f" else "#3a3c3f"
    dash = f"3.2 {number(step_on_rim - 3.2)}"
    pen.circle(axle, radius, None, stroke=ink, width=9, dash=dash, cap="butt", extra=f'stroke-dashoffset="{first}"')


def laced_angle(half: int, crosses: int) -> float:
    """Degrees between a spoke's hole in the flange and its nipple: each crossing is one hole of the flange (Brandt, The Bicycle Wheel)."""
    return crosses * 360 / half


def _spoke_tone(text: str, along: complex, side: int) -> Colour:
    """Thin round wire lights up where it lies across the light."""
    base = colour(text)
    angle = abs((along.conjugate() * TOWARDS_LIGHT).imag) / abs(along)
    lit = mix(base, WHITE, 0.10 + 0.34 * angle**3)
    return mix(lit, BLACK, 0.28) if side else lit


def _hub(pen: Pen, axle: complex, wheel: Wheel) -> None:
    disc(pen, axle, wheel.hub * 1.42, wheel.hub_material, bend=0.6)
    gap = 2 * math.pi * wheel.hub * 1.28 / (wheel.spokes // 2) - 0.01
    pen.circle(axle, wheel.hub * 1.28, None, stroke="#0d0e0f", width=2.6, dash=f"0.01 {number(gap)}")
    pen.circle(
        axle,
        wheel.hub,
        pen.radial(axle, wheel.hub, [(0.6, flat(wheel.hub_material, 0.1, 0.1), 1), (1, flat(wheel.hub_material, 0.5, 0.7), 1)]),
    )
    disc(pen, axle, wheel.hub * 0.72, DARK_STEEL, bend=0.6)
    bolt(pen, axle, 7.5, STEEL)


def _valve(pen: Pen, axle: complex, wheel: Wheel, turn: float) -> None:
    root = wheel.rim / 2 + 5 - wheel.rim_depth
    at = turned(turn + 360 / wheel.spokes * 0.5)
    tube(pen, axle + at * root, axle + at * (root - 30), 5.6, DARK_STEEL)
    tube(pen, axle + at * (root - 28), axle + at * (root - 42), 4.2, SILVER)


def draw_rotor(pen: Pen, axle: complex, radius: float, turn: float) -> None:
    """A brake disc behind the spokes: six bent arms, a drilled ring."""
    band = radius - 15
    for i in range(6):
        a = axle + turned(turn + i * 60, 20)
        b = axle + turned(turn + i * 60 + 26, band + 3)
        tube(pen, a, b, 7.0, STEEL)
    reach = TOWARDS_LIGHT * radius
    tones = [
        (0.0, (0.88, 0.89, 0.90), 1.0),
        (0.45, (0.60, 0.61, 0.63), 1.0),
        (0.62, (0.48, 0.49, 0.51), 1.0),
        (1.0, (0.68, 0.69, 0.71), 1.0),
    ]
    pen.path(circle(axle, radius) + circle(axle, band), pen.linear(axle + reach, axle - reach, tones), rule="evenodd")
    gleam(pen, axle, radius, band, 0.6)
    for row, share in ((0.3, 0.0), (0.68, 0.42)):
        step = 2 * math.pi * (band + 15 * row) / 30
        shift = f'stroke-dashoffset="{number(step * share)}"'
        pen.circle(axle, band + 15 * row, None, stroke="#3d3f42", width=3.5, dash=f"0.01 {number(step - 0.01)}", extra=shift)
