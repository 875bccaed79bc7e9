"""Round things: straight and bent tubes, balls, bolts, the soft joints between tubes, cables."""

import cmath
import math
from collections.abc import Sequence

from app.demo.drawing.canvas import BLACK, WHITE, Colour, Pen, mix
from app.demo.drawing.canvas import point as _at
from app.demo.drawing.curves import Width, graded, ribbon, smooth, unit
from app.demo.drawing.light import TOWARDS_LIGHT, Material, across, flat, shade, sheet, veil

Knots = Sequence[tuple[float, float]]


def tube(pen: Pen, a: complex, b: complex, widths: float | Knots, material: Material, bow: float = 0.0) -> None:
    """A straight (or slightly bowed) tube; `widths` one diameter or knots (share of the length, diameter)."""
    knots: Knots = [(0, widths), (1, widths)] if isinstance(widths, (int, float)) else widths
    width = graded(knots)
    normal = unit(b - a) * 1j
    steps = 20 if len(knots) > 2 or bow else 1
    spine = [a + (b - a) * i / steps + normal * bow * math.sin(math.pi * i / steps) for i in range(steps + 1)]
    half = normal * sum(width(i / 10) for i in range(11)) / 22
    middle = (a + b) / 2 + normal * bow * 0.6
    pen.polygon(ribbon(spine, width), pen.linear(middle - half, middle + half, across(material, _rounded(normal))))


def bent(pen: Pen, spine: Sequence[complex], widths: float | Knots, material: Material, layers: int = 0) -> None:
    """A tube along any line, built up from its dark rim to its highlight in thin skins moved towards the light."""
    width = graded([(0, widths), (1, widths)] if isinstance(widths, (int, float)) else widths)
    layers = layers or max(4, min(12, round(width(0.5) * 0.32)))
    for layer in range(layers):
        share = layer / (layers - 1)
        lean = -TOWARDS_LIGHT * (0.92 - 1.5 * share)
        tone = shade(material, round(lean.real, 3), round(lean.imag, 3))
        _skin(pen, spine, width, 1 - 0.93 * share, 0.26 * share, tone)


def _skin(pen: Pen, spine: Sequence[complex], width: Width, scale: float, shift: float, tone: Colour) -> None:
    middle = width(0.5)
    outline = ribbon(spine, lambda t: width(t) * scale, TOWARDS_LIGHT * middle * shift)
    pen.polygon(outline, tone)


def joint(pen: Pen, corner: complex, a: complex, wa: float, b: complex, wb: float, reach: float, material: Material) -> None:
    """The soft fillet in the angle at `corner` between the tubes that lead to `a` and `b` (widths `wa`, `wb`)."""
    da, db = unit(a - corner), unit(b - corner)
    side = 1.0 if (da.conjugate() * db).imag > 0 else -1.0
    start, end = corner + da * 1j * side * wa / 2, corner - db * 1j * side * wb / 2
    cross = (da.conjugate() * db).imag
    if abs(cross) < 0.05:
        return
    gap = end - start
    meet = start + da * ((gap.conjugate() * db).imag / cross)
    first, last = meet + da * reach, meet + db * reach
    tone_a, tone_b = (shade(material, round(n.real * 0.93, 2), round(n.imag * 0.93, 2)) for n in (da * 1j * side, -db * 1j * side))
    d = f"M{_at(corner)}L{_at(first)}Q{_at(meet)} {_at(last)}Z"
    pen.path(d, pen.linear(first, last, [(0.15, tone_a, 1), (0.85, tone_b, 1)]))


def ball(pen: Pen, centre: complex, radius: float, material: Material) -> None:
    """A ball, or the round end of a tube seen along it."""
    focus = centre + TOWARDS_LIGHT * radius * 0.45
    stops = []
    for i in range(9):
        lean = TOWARDS_LIGHT * (0.45 - 1.40 * (i / 8))
        lean = lean / max(1.0, abs(lean))
        stops.append((i / 8, shade(material, round(lean.real, 3), round(lean.imag, 3)), 1.0))
    pen.circle(centre, radius, pen.radial(centre, radius * 1.02, stops, focus=focus))


def disc(pen: Pen, centre: complex, radius: float, material: Material, hole: float = 0.0, bend: float = 0.45) -> None:
    """A flat machined disc, lit across, with a thin bright edge towards the light."""
    reach = TOWARDS_LIGHT * radius
    fill = pen.linear(centre + reach, centre - reach, sheet(material, bend))
    if hole:
        pen.ring(centre, radius, hole, fill)
    else:
        pen.circle(centre, radius, fill)
    edge = pen.linear(centre + reach, centre - reach, veil(WHITE, [(0, 0.55), (0.35, 0.1), (1, 0.0)]))
    pen.circle(centre, radius - 0.4, None, stroke=edge, width=0.8)


def bolt(pen: Pen, centre: complex, radius: float, material: Material) -> None:
    """A socket screw seen from above."""
    disc(pen, centre, radius, material, bend=0.7)
    pen.polygon([centre + cmath.rect(radius * 0.5, math.pi / 3 * i) for i in range(6)], mix(flat(material), BLACK, 0.75))


def cable(pen: Pen, points: Sequence[complex], width: float = 4.6, tone: str = "#17181a") -> None:
    """A cable or hose in a soft curve, with a thin light along it."""
    pen.path(smooth(points), None, tone, width)
    pen.path(smooth([p + TOWARDS_LIGHT * width * 0.22 for p in points]), None, "#6d7074", width * 0.22, opacity=0.75)


def slab(pen: Pen, d: str, a: complex, b: complex, material: Material, bend: float = 0.55) -> None:
    """A moulded body given as a path, shaded from `a` (towards the light) to `b`."""
    pen.path(d, pen.linear(a, b, sheet(material, bend)))


def _rounded(p: complex) -> complex:
    return complex(round(p.real, 2), round(p.imag, 2))
