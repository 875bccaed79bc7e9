"""Letters drawn as strokes, so that no font is needed: a wide geometric hand for frames, tyres and marks.

A glyph is its width and a list of strokes on a grid 6 high (y down); a stroke is a list of points.
"""

import math

from app.demo.drawing.canvas import Colour, Pen, point
from app.demo.drawing.curves import turned, unit

Stroke = list[tuple[float, float]]


def _bow(cx: float, cy: float, rx: float, ry: float, start: float, end: float) -> Stroke:
    steps = max(6, int(abs(end - start) / 15))
    angles = [math.radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


GLYPHS: dict[str, tuple[float, list[Stroke]]] = {
    "A": (4.4, [[(0, 6), (2.2, 0), (4.4, 6)], [(0.8, 4.1), (3.6, 4.1)]]),
    "B": (
        3.6,
        [[(2, 0), (0, 0), (0, 6), (2, 6)], _bow(2.0, 1.45, 1.35, 1.45, -90, 90), _bow(2.0, 4.45, 1.6, 1.55, -90, 90), [(0, 2.9), (2, 2.9)]],
    ),
    "C": (4.6, [_bow(2.9, 3, 2.9, 3, -48, -312)]),
    "D": (4.4, [[(1.6, 6), (0, 6), (0, 0), (1.6, 0)], _bow(1.6, 3, 2.8, 3, -90, 90)]),
    "E": (3.2, [[(3.2, 0), (0, 0), (0, 6), (3.2, 6)], [(0, 3), (2.7, 3)]]),
    "F": (3.1, [[(3.1, 0), (0, 0), (0, 6)], [(0, 3), (2.6, 3)]]),
    "G": (4.9, [_bow(2.9, 3, 2.9, 3, -48, -350), [(3.0, 3.3), (5.7, 3.3)]]),
    "H": (4.1, [[(0, 0), (0, 6)], [(4.1, 0), (4.1, 6)], [(0, 3), (4.1, 3)]]),
    "I": (0.2, [[(0.1, 0), (0.1, 6)]]),
    "J": (2.8, [[(2.8, 0), (2.8, 4.6)], _bow(1.4, 4.6, 1.4, 1.4, 0, 150)]),
    "K": (3.8, [[(0, 0), (0, 6)], [(3.6, 0), (0, 3.5)], [(1.3, 2.4), (3.8, 6)]]),
    "L": (2.9, [[(0, 0), (0, 6), (2.9, 6)]]),
    "M": (5.0, [[(0, 6), (0.3, 0), (2.5, 4.6), (4.7, 0), (5.0, 6)]]),
    "N": (4.2, [[(0, 6), (0, 0), (4.2, 6), (4.2, 0)]]),
    "O": (5.6, [_bow(2.8, 3, 2.8, 3, 0, 360)]),
    "P": (3.5, [[(0, 6), (0, 0), (1.9, 0)], _bow(1.9, 1.65, 1.6, 1.65, -90, 90), [(1.9, 3.3), (0, 3.3)]]),
    "Q": (5.6, [_bow(2.8, 3, 2.8, 3, 0, 360), [(3.6, 4.4), (5.4, 6.4)]]),
    "R": (3.7, [[(0, 6), (0, 0), (1.9, 0)], _bow(1.9, 1.6, 1.6, 1.6, -90, 90), [(1.9, 3.2), (0, 3.2)], [(1.8, 3.2), (3.7, 6)]]),
    "S": (3.4, [[*_bow(1.7, 1.5, 1.5, 1.5, -35, -270), *_bow(1.7, 4.5, 1.65, 1.5, -90, 145)]]),
    "T": (3.9, [[(0, 0), (3.9, 0)], [(1.95, 0), (1.95, 6)]]),
    "U": (4.0, [[(0, 0), (0, 4.0), *_bow(2, 4.0, 2, 2, 180, 0), (4, 0)]]),
    "V": (4.4, [[(0, 0), (2.2, 6), (4.4, 0)]]),
    "W": (6.4, [[(0, 0), (1.6, 6), (3.2, 0.6), (4.8, 6), (6.4, 0)]]),
    "X": (4.0, [[(0, 0), (4, 6)], [(4, 0), (0, 6)]]),
    "Y": (4.2, [[(0, 0), (2.1, 3.2), (4.2, 0)], [(2.1, 3.2), (2.1, 6)]]),
    "Z": (3.8, [[(0, 0), (3.8, 0), (0, 6), (3.8, 6)]]),
    "0": (4.0, [_bow(2, 3, 2, 3, 0, 360)]),
    "1": (1.6, [[(0, 1.2), (1.5, 0), (1.5, 6)]]),
    "2": (3.5, [[*_bow(1.75, 1.7, 1.65, 1.7, -170, 35), (0, 6), (3.5, 6)]]),
    "3": (3.4, [_bow(1.6, 1.5, 1.5, 1.5, -160, 90), _bow(1.6, 4.45, 1.7, 1.55, -90, 160)]),
    "4": (4.0, [[(2.9, 6), (2.9, 0), (0, 4.3), (4, 4.3)]]),
    "5": (3.4, [[(3.1, 0), (0.5, 0), (0.2, 2.8), *_bow(1.6, 4.1, 1.8, 1.9, -130, 150)]]),
    "6": (3.7, [_bow(1.85, 4.1, 1.85, 1.9, 0, 360), [(0.1, 3.6), (2.5, 0)]]),
    "7": (3.5, [[(0, 0), (3.5, 0), (1.2, 6)]]),
    "8": (3.6, [_bow(1.8, 1.5, 1.5, 1.5, 0, 360), _bow(1.8, 4.5, 1.8, 1.5, 0, 360)]),
    "9": (3.7, [_bow(1.85, 1.9, 1.85, 1.9, 0, 360), [(3.6, 2.4), (1.2, 6)]]),
    "-": (2.2, [[(0, 3.2), (2.2, 3.2)]]),
    ".": (0.4, [[(0.2, 5.9), (0.2, 6)]]),
    "×": (2.6, [[(0, 2.2), (2.6, 5.2)], [(2.6, 2.2), (0, 5.2)]]),
    " ": (2.2, []),
}
SPACING = 1.75


def length(text: str, size: float, spacing: float = SPACING) -> float:
    """How long the text will be, capital letters `size` high."""
    return (sum(GLYPHS[sign][0] for sign in text) + spacing * (len(text) - 1)) * size / 6


def strokes(text: str, size: float, spacing: float = SPACING) -> list[list[complex]]:
    """The strokes of a line of text, from its lower left corner at 0, capitals `size` high."""
    found: list[list[complex]] = []
    pen_x = 0.0
    for sign in text:
        width, shapes = GLYPHS[sign]
        found += [[complex((x + pen_x) * size / 6, (y - 6) * size / 6) for x, y in shape] for shape in shapes]
        pen_x += width + spacing
    return found


def write(
    pen: Pen,
    text: str,
    at: complex,
    along: complex,
    size: float,
    ink: str | Colour,
    weight: float = 0.16,
    spacing: float = SPACING,
    opacity: float = 1.0,
) -> None:
    """Writes text whose middle is at `at`, running in the direction `along`; weight is the stroke as a share of the size."""
    across = unit(along)
    start = at - across * length(text, size, spacing) / 2 + across * 1j * size / 2
    d = "".join("M" + "L".join(point(start + p * across) for p in line) for line in strokes(text, size, spacing))
    pen.path(d, None, ink, size * weight, opacity=opacity, cap="butt")


def on_arc(pen: Pen, text: str, centre: complex, radius: float, middle: float, size: float, ink: str, upright: bool = True) -> None:
    """Writes along a circle; `middle` is the angle of the text's centre, `upright` reads from the inside out."""
    total = length(text, size)
    parts = []
    for line in strokes(text, size):
        bent = []
        for p in line:
            away = p.real - total / 2
            if upright:
                spot = centre + turned(middle + math.degrees(away / radius), radius - p.imag)
            else:
                spot = centre + turned(middle - math.degrees(away / radius), radius + size + p.imag)
            bent.append(spot)
        parts.append("M" + "L".join(point(p) for p in bent))
    pen.path("".join(parts), None, ink, size * 0.15, cap="butt")


def plain(text: str, size: float, x: float, y: float, spacing: float = SPACING) -> str:
    """The text as one SVG path starting at (x, y) on its base line: for word marks."""
    shift = complex(x, y)
    return "".join("M" + "L".join(point(p + shift) for p in line) for line in strokes(text, size, spacing))
