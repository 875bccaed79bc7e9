"""Helmets, jersey, jacket and gloves. Helmets stand on the ground and look to the right; clothes lie flat and are seen from above."""

from collections.abc import Sequence

from app.demo.drawing.canvas import BLACK, WHITE, Pen, mix
from app.demo.drawing.curves import polyline, smooth
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, DARK_STEEL, Material, flat, sheet
from app.demo.drawing.shadows import drop_shadow, pool
from app.demo.drawing.tubes import ball, slab, tube

ROAD_SHELL = (
    (150, -92),
    (146, -128),
    (112, -172),
    (52, -203),
    (-18, -212),
    (-84, -200),
    (-132, -170),
    (-158, -128),
    (-150, -98),
    (-118, -84),
    (-72, -86),
    (-30, -98),
    (20, -104),
    (70, -96),
    (116, -84),
)
CITY_SHELL = (
    (146, -96),
    (144, -140),
    (112, -186),
    (52, -212),
    (-14, -216),
    (-78, -202),
    (-124, -168),
    (-144, -122),
    (-146, -72),
    (-128, -46),
    (-98, -52),
    (-72, -84),
    (-20, -96),
    (40, -98),
    (104, -88),
)


def points(shape: Sequence[tuple[float, float]], at: complex = 0j, scale: float = 1.0) -> list[complex]:
    """Pairs as points, scaled and moved."""
    return [at + complex(x, y) * scale for x, y in shape]


def road_helmet(pen: Pen, material: Material) -> None:
    """A light helmet with swept vents, a dark liner, straps and a fit dial."""
    pool(pen, complex(8, 0), 165, 13, 0.5)
    _straps(pen)
    slab(pen, smooth(points([(x, y + 14) for x, y in ROAD_SHELL]), closed=True), -110 - 170j, 100 - 60j, DARK_PLASTIC, 0.8)
    _shell(pen, ROAD_SHELL, material)
    for vent in (
        ((118, -134), (96, -158), (40, -182), (2, -184), (44, -168), (92, -140)),
        ((128, -112), (112, -128), (62, -150), (14, -156), (60, -138), (104, -114)),
        ((-14, -186), (-52, -184), (-104, -162), (-122, -146), (-84, -152), (-36, -168)),
        ((-6, -156), (-50, -154), (-106, -132), (-130, -112), (-90, -120), (-36, -138)),
        ((-2, -128), (-44, -126), (-92, -108), (-112, -98), (-78, -100), (-34, -112)),
        ((112, -100), (86, -114), (46, -126), (16, -128), (50, -114), (88, -100)),
    ):
        _vent(pen, vent, material)
    ball(pen, -146 - 76j, 15, DARK_PLASTIC)


def _shell(pen: Pen, shape: Sequence[tuple[float, float]], material: Material) -> None:
    d = smooth(points(shape), closed=True)
    stops = sheet(material, 0.97)
    pen.path(d, pen.radial(-40 - 168j, 235, [(t, ink, a) for t, ink, a in stops], focus=-78 - 196j))
    edge = points([*shape[9:], shape[0]])
    pen.path(smooth(edge), None, BLACK, 4.0, opacity=0.28)
    pen.path(smooth([p - 2.6j for p in edge]), None, WHITE, 1.4, opacity=0.30)


def _vent(pen: Pen, shape: Sequence[tuple[float, float]], material: Material) -> None:
    body = points(shape)
    rim = mix(flat(material, -0.5, -0.6), WHITE, 0.25)
    pen.path(smooth([p + 1.8 + 2.4j for p in body], closed=True), rim, opacity=0.75)
    middle = sum(body) / len(body)
    pen.path(smooth(body, closed=True), pen.linear(middle - 26j, middle + 26j, [(0, (0.03, 0.03, 0.035), 1), (1, (0.15, 0.155, 0.16), 1)]))


def city_helmet(pen: Pen, material: Material, lamp: bool = True) -> None:
    """A closed round helmet with a few vents, a short peak and a rear lamp."""
    pool(pen, complex(8, 0), 165, 13, 0.5)
    _straps(pen)
    slab(pen, smooth(points([(x, y + 11) for x, y in CITY_SHELL]), closed=True), -110 - 170j, 100 - 60j, DARK_PLASTIC, 0.8)
    _shell(pen, CITY_SHELL, material)
    peak = points(((100, -112), (140, -116), (186, -92), (190, -84), (150, -86), (106, -88)))
    slab(pen, smooth(peak, closed=True), 110 - 120j, 160 - 76j, DARK_PLASTIC, 0.9)
    for x, y in ((62, -182), (24, -192), (-16, -194), (-56, -187)):
        _vent(pen, ((x + 15, y + 4), (x + 4, y - 5), (x - 15, y + 1), (x - 4, y + 9)), material)
    pen.path(smooth(points(((130, -122), (60, -142), (-20, -146), (-90, -134), (-138, -104)))), None, BLACK, 2.2, opacity=0.25)
    pen.path(smooth(points(((130, -120), (60, -140), (-20, -144), (-90, -132), (-138, -102)))), None, WHITE, 1.2, opacity=0.30)
    if lamp:
        body = points(((-150, -112), (-140, -118), (-132, -92), (-136, -70), (-148, -74)))
        slab(pen, smooth(body, closed=True), -152 - 110j, -130 - 70j, Material((0.72, 0.1, 0.09), 1.0, 0.5), 0.9)


def _straps(pen: Pen) -> None:
    for a, b in ((52 - 96j, 14 - 12j), (-64 - 92j, 10 - 12j)):
        pen.path(smooth([a, (a + b) / 2 + 4, b]), None, "#232427", 9)
        pen.path(smooth([a - 2, (a + b) / 2 + 2, b - 2]), None, "#4b4d51", 1.6, opacity=0.8)
    tube(pen, 2 - 22j, 24 - 18j, 15, BLACK_ALLOY)
    pen.path(smooth([14 - 12j, 30 - 5j, 62 - 5j]), None, "#232427", 8)


def jersey(pen: Pen, material: Material, long: bool = False) -> None:
    """A zipped jersey lying flat; `long` sleeves make it a jacket. 560 mm wide, its middle at 0."""
    reach, cuff = (300.0, 250.0) if long else (262.0, -100.0)
    half = [
        (-52, -330),
        (-120, -318),
        (-196, -268),
        (-reach, cuff - 60),
        (-reach + 6, cuff),
        (-reach + 76, cuff + 26),
        (-178, -120),
        (-170, 40),
        (-176, 200),
        (-174, 322),
        (-90, 334),
    ]
    outline = points(half) + points([(-x, y) for x, y in reversed(half)])
    d = smooth(outline, closed=True, tension=0.72)
    drop_shadow(pen, d)
    pen.path(d, pen.linear(-300 - 330j, 260 + 330j, sheet(material, 0.62)))
    clip = pen.clip(d)
    dark = mix(flat(material), BLACK, 0.45)
    parts = []
    for side in (-1, 1):
        fold = points([(side * 186, -250), (side * 158, -120), (side * 150, 60), (side * 166, 330), (side * 250, 330), (side * 260, -200)])
        parts.append(f'<path d="{smooth(fold, closed=True)}" fill="#000000" fill-opacity="{0.16 if side < 0 else 0.24}"/>')
        for x, y, length in ((120, -190, 90), (96, 150, 130), (60, 40, 110)):
            crease = points([(side * x, y), (side * (x - 14), y + length / 2), (side * (x - 4), y + length)])
            for line, ink, width in ((crease, "#000000", 16), ([p - 9 for p in crease], "#ffffff", 10)):
                look = f'fill="none" stroke="{ink}" stroke-opacity="0.10" stroke-width="{width}" stroke-linecap="round"'
                parts.append(f'<path d="{smooth(line)}" {look}/>')
    band = polyline(points(((-320, -50), (320, -50), (320, -10), (-320, -10))), closed=True)
    parts.append(
        f'<path d="{band}" fill="#f2ead9" fill-opacity="0.90"/><path d="M-320 4H320V14H-320Z" fill="#b5703f" fill-opacity="0.95"/>'
    )
    parts.append('<path d="M-220 312H220V345H-220Z" fill="#000000" fill-opacity="0.35"/>')
    pen.raw(f"<g {clip}>{''.join(parts)}</g>")
    collar = points(((-56, -332), (-48, -372), (0, -382), (48, -372), (56, -332), (28, -312), (0, -304), (-28, -312)))
    slab(pen, smooth(collar, closed=True, tension=0.8), -50 - 380j, 40 - 310j, material, 0.9)
    pen.path(smooth(points(((-42, -360), (0, -346), (42, -360), (0, -372))), closed=True), dark)
    pen.line([-346j, 318j], "#1b1c1e", 5)
    pen.line([-1.2 - 340j, -1.2 + 318j], "#86898d", 1.2, opacity=0.8)
    tube(pen, -322j, -292j, 8, DARK_STEEL)


def gloves(pen: Pen, material: Material) -> None:
    """A pair of short-fingered gloves, palms down."""
    for side, shift in ((1, -138), (-1, 138)):
        _glove(pen, material, side, complex(shift, 0))


def _glove(pen: Pen, material: Material, side: int, at: complex) -> None:
    hand = [
        (-62, 150),
        (-70, 60),
        (-84, -10),
        (-80, -78),
        (-58, -98),
        (-44, -92),
        (-40, -112),
        (-20, -128),
        (-4, -118),
        (2, -132),
        (22, -142),
        (36, -128),
        (42, -128),
        (62, -126),
        (68, -106),
        (70, -40),
        (96, -36),
        (118, -8),
        (106, 14),
        (82, 36),
        (62, 80),
        (58, 150),
        (0, 158),
    ]
    shape = [at + complex(x * side, y) for x, y in hand]
    d = smooth(shape, closed=True, tension=0.8)
    drop_shadow(pen, d)
    pen.path(d, pen.linear(at - 90 - 140j, at + 80 + 150j, sheet(material, 0.75)))
    for x in (-42, -2, 38):
        pen.path(smooth([at + complex(side * x, -100), at + complex(side * (x + 2), -40)]), None, BLACK, 3.0, opacity=0.35)
    for x, y in ((-58, -58), (-20, -70), (19, -78), (52, -70)):
        pad = [at + complex(side * (x - 8), y + 5), at + complex(side * (x + 8), y)]
        pen.path(smooth(pad), None, mix(flat(material), BLACK, 0.30), 19, opacity=0.75)
        pen.path(smooth([p - 2 - 3j for p in pad]), None, WHITE, 5, opacity=0.10)
    band = [at + complex(side * x, y) for x, y in ((-66, 96), (58, 100), (57, 132), (-64, 130))]
    slab(pen, polyline(band, closed=True), at - 60 + 96j, at + 60 + 136j, DARK_PLASTIC, 0.5)
    pen.path(smooth([at + complex(side * x, y) for x, y in ((-72, 40), (-10, 60), (60, 54))]), None, WHITE, 2.0, opacity=0.2, dash="5 4")
