"""Saddles and seat posts."""

from app.demo.drawing.canvas import BLACK, WHITE, Pen
from app.demo.drawing.curves import rounded, smooth, spline
from app.demo.drawing.geometry import Geometry
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, DARK_STEEL, SILVER, Material
from app.demo.drawing.tubes import bent, bolt, slab, tube

Shape = tuple[tuple[float, float], ...]
SPORT: Shape = (
    (-133, -2),
    (-128, -9),
    (-100, -13),
    (-55, -8),
    (0, -2),
    (60, 0),
    (108, -1),
    (130, 3),
    (136, 10),
    (128, 17),
    (98, 17),
    (55, 15),
    (10, 19),
    (-45, 29),
    (-90, 38),
    (-122, 32),
    (-134, 16),
)
COMFORT: Shape = (
    (-132, -12),
    (-122, -22),
    (-92, -24),
    (-48, -15),
    (0, -5),
    (55, -2),
    (105, -2),
    (128, 4),
    (133, 12),
    (122, 21),
    (90, 20),
    (50, 20),
    (10, 27),
    (-40, 42),
    (-88, 52),
    (-122, 42),
    (-136, 14),
)


def post(pen: Pen, g: Geometry, diameter: float = 27.2, material: Material = BLACK_ALLOY, dropper: bool = False) -> complex:
    """The seat post from the frame to the clamp; a dropper has a thinner polished stage."""
    up = g.seat_direction
    clamp = g.saddle_clamp
    start = g.seat_top - up * 30
    if dropper:
        length = abs(clamp - g.seat_top)
        tube(pen, g.seat_top + up * length * 0.34, clamp - up * 6, diameter * 0.84, BLACK_ALLOY)
        tube(pen, start, g.seat_top + up * length * 0.40, diameter, material)
        tube(pen, g.seat_top + up * length * 0.36, g.seat_top + up * length * 0.42, diameter + 5, DARK_PLASTIC)
    else:
        tube(pen, start, clamp - up * 8, diameter, material)
    head = [clamp + p for p in (complex(-20, -2), complex(20, -4), complex(17, 12), complex(7, 26), complex(-9, 27), complex(-18, 12))]
    slab(pen, rounded(head, 7), clamp - 20 - 8j, clamp + 18 + 26j, material, 0.8)
    bolt(pen, clamp + complex(-1, 6), 5, DARK_STEEL)
    return clamp


def saddle(
    pen: Pen, clamp: complex, kind: str = "sport", cover: Material = DARK_PLASTIC, rails: Material = DARK_STEEL, size: float = 1.0
) -> None:
    """A saddle on its rails; sport, comfort, or leather with rivets and springs."""
    shape = tuple((x * size, y * size) for x, y in (SPORT if kind == "sport" else COMFORT))
    top = clamp - 42j * size
    rail = [
        top + p * size
        for p in (
            complex(-102, 22),
            complex(-74, 30),
            complex(-48, 41),
            complex(10, 42),
            complex(48, 40),
            complex(88, 22),
            complex(112, 13),
        )
    ]
    bent(pen, spline(rail, 5), 7.2, rails)
    if kind == "leather":
        for k in range(5):
            y = 22 + k * 6.0
            pen.path(f"M{top.real - 116:.1f} {top.imag + y:.1f}q13 5 26 0", None, "#2b2c2f", 4.2)
            pen.path(f"M{top.real - 115:.1f} {top.imag + y - 1:.1f}q12 4 22 0", None, "#a5a8ab", 1.2, opacity=0.8)
    points = [top + complex(x, y) for x, y in shape]
    base = [top + complex(x, y + 4) for x, y in shape]
    pen.path(smooth(base, closed=True), "#0e0f10")
    slab(pen, smooth(points, closed=True), top + complex(-20, -22), top + complex(14, 40), cover, 0.92)
    crest = [top + complex(x, y + 3) for x, y in shape[1:8]]
    pen.path(smooth(crest), None, WHITE, 2.4, opacity=0.20)
    if kind == "leather":
        for x, y in ((-124, 3), (-116, 20), (122, 8)):
            bolt(pen, top + complex(x, y), 4, SILVER)
        skirt = [top + complex(x, y) for x, y in ((-128, 24), (-88, 40), (-40, 30), (10, 18), (60, 12), (118, 14))]
        pen.path(smooth(skirt), None, BLACK, 1.2, opacity=0.35)
    else:
        seam = [top + complex(x, y) for x, y in ((-128, 10), (-90, 22), (-40, 15), (12, 8), (60, 7), (126, 9))]
        pen.path(smooth(seam), None, BLACK, 1.1, opacity=0.5)
        pen.path(smooth([p + 1.3j for p in seam]), None, WHITE, 0.7, opacity=0.12)
