"""Lamps that are no plain torch: round and wide head lamps, rear lamps, clip lamps, bar-end and helmet lamps, a dynamo hub."""

from app.demo.drawing.canvas import BLACK, WHITE, Colour, Pen, colour, mix
from app.demo.drawing.curves import arc, polyline, rounded, smooth, spline, turned
from app.demo.drawing.lettering import write
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, DARK_STEEL, GRAPHITE, RUBBER, STEEL, Material, flat
from app.demo.drawing.shadows import drop_shadow, pool
from app.demo.drawing.tubes import ball, bent, bolt, cable, disc, slab, tube
from app.demo.drawing.wearables import points

RED = Material((0.66, 0.07, 0.06), 1.05, 0.4)
DEEP_RED: Colour = (0.30, 0.02, 0.02)
GLOW: Colour = (1.0, 0.36, 0.28)
COLD: Colour = (0.93, 0.96, 1.0)
SHADE: Colour = (0.42, 0.46, 0.50)


def _centred(pen: Pen, text: str, middle: complex, size: float, ink: Colour, weight: float = 0.12) -> None:
    write(pen, text, middle + size / 2 * 1j, 1 + 0j, size, ink, weight)


def _reflector(pen: Pen, at: complex, radius: float, facets: int) -> None:
    """A mirror bowl with facets and a lit diode shelf across its upper half."""
    pen.circle(at, radius, pen.radial(at, radius, [(0, WHITE, 1), (0.45, COLD, 1), (0.8, SHADE, 1), (1, (0.2, 0.22, 0.25), 1)]))
    for k in range(facets):
        way = turned(k * 360 / facets)
        pen.line([at + way * radius * 0.22, at + way * radius * 0.93], BLACK, 1.1, opacity=0.16)
    for share in (0.45, 0.70):
        pen.circle(at, radius * share, None, stroke="#1c2025", width=0.9, opacity=0.20)
    shelf = [at + p * radius for p in (-0.62 - 0.40j, 0.62 - 0.40j, 0.50 - 0.24j, -0.50 - 0.24j)]
    slab(pen, rounded(shelf, radius * 0.08), at - radius * 0.5j, at - radius * 0.2j, DARK_PLASTIC, 0.8)
    pen.circle(at - radius * 0.18j, radius * 0.11, WHITE)
    glow = pen.radial(at - radius * 0.14j, radius * 0.62, [(0, WHITE, 0.85), (0.35, COLD, 0.30), (1, COLD, 0.0)])
    pen.circle(at - radius * 0.14j, radius * 0.62, glow)
    gleam = [at + turned(a, radius * 0.84) for a in (-158, -136, -114)]
    pen.path(smooth(gleam), None, WHITE, radius * 0.06, opacity=0.55)


def round_lamp(pen: Pen, material: Material) -> None:
    """A round dynamo head lamp from the front, on its fork-crown bracket; 70 mm across, drawn three times its size."""
    pool(pen, complex(8, 0), 130, 12, 0.5)
    at = complex(0, -178)
    bent(pen, spline(points(((0, -84), (0, -52), (4, -30), (4, -6))), 6), 26, STEEL)
    slab(pen, rounded(points(((-46, -14), (54, -14), (58, 0), (-50, 0))), 5), -40 - 14j, 50 + 0j, DARK_STEEL, 0.6)
    bolt(pen, complex(2, -44), 9, DARK_STEEL)
    slab(pen, rounded(points(((-40, -104), (40, -104), (26, -70), (-26, -70))), 12), -40 - 110j, 40 - 70j, material, 0.8)
    disc(pen, at, 112, material, bend=0.85)
    disc(pen, at, 101, BLACK_ALLOY, bend=0.5)
    _reflector(pen, at, 94, 24)
    pen.circle(at, 106.5, None, stroke=WHITE, width=1.0, opacity=0.22)
    cable(pen, points(((30, -76), (66, -62), (84, -26), (128, -8), (176, -6))), 6)


def wide_lamp(pen: Pen, material: Material) -> None:
    """A wide head lamp with two lenses and cooling fins, from the front, on its bar clamp."""
    pool(pen, complex(8, 0), 150, 13, 0.5)
    bent(pen, arc(complex(0, -48), 37, 0, 364, 40), 22, DARK_PLASTIC)
    slab(pen, rounded(points(((-44, -106), (44, -106), (38, -80), (-38, -80))), 8), -40 - 106j, 40 - 80j, DARK_PLASTIC, 0.7)
    for k in range(11):
        x = -100 + k * 20
        tube(pen, complex(x, -252), complex(x, -226), 8, material)
    body = rounded(points(((-172, -238), (172, -238), (172, -100), (-172, -100))), 58)
    slab(pen, body, -150 - 250j, 150 - 90j, material, 0.9)
    pen.path(rounded(points(((-160, -227), (160, -227), (160, -111), (-160, -111))), 48), "#15171a")
    for x in (-92, 92):
        _reflector(pen, complex(x, -169), 58, 18)
    slab(pen, rounded(points(((-18, -214), (18, -214), (18, -124), (-18, -124))), 9), -18 - 214j, 18 - 124j, BLACK_ALLOY, 0.7)
    for k in range(4):
        pen.line([complex(-11, -200 + k * 12), complex(11, -200 + k * 12)], BLACK, 3, opacity=0.6)
    disc(pen, complex(0, -139), 8, STEEL, bend=0.5)
    pen.path(smooth(points(((-150, -196), (-132, -220), (-96, -228)))), None, WHITE, 3.5, opacity=0.25)


def _red_face(pen: Pen, d: str, at: complex, reach: float) -> None:
    pen.path(d, pen.radial(at, reach, [(0, GLOW, 1), (0.4, (0.86, 0.13, 0.10), 1), (1, (0.45, 0.03, 0.03), 1)], focus=at - reach * 0.15j))


def ring_lamp(pen: Pen, material: Material) -> None:
    """A round rear lamp whose whole face glows evenly, on a rubber strap; 55 mm across, drawn four times its size."""
    pool(pen, complex(6, 0), 92, 11, 0.5)
    strap = points(((-34, -62), (34, -62), (30, -22), (44, -8), (40, 0), (-40, 0), (-44, -8), (-30, -22)))
    slab(pen, rounded(strap, 8), -40 - 60j, 40 + 0j, RUBBER, 0.6)
    at = complex(0, -172)
    disc(pen, at, 122, material, bend=0.85)
    _red_face(pen, f"M{-104} -172a104 104 0 1 1 208 0a104 104 0 1 1 -208 0Z", at, 112)
    pen.circle(at, 74, None, stroke=(1.0, 0.62, 0.55), width=17, opacity=0.55)
    pen.circle(at, 74, None, stroke=(1.0, 0.86, 0.82), width=6, opacity=0.65)
    pen.circle(at, 44, pen.radial(at, 44, [(0, (0.62, 0.07, 0.06), 1), (1, (0.80, 0.12, 0.10), 1)]))
    _centred(pen, "LUMEN", at, 15, (1.0, 0.75, 0.70), 0.11)
    pen.path(smooth([at + turned(a, 94) for a in (-160, -135, -110)]), None, WHITE, 5, opacity=0.35)


def rack_lamp(pen: Pen, material: Material) -> None:
    """A wide rear lamp for racks: a line of light over a reflector, two screws 80 mm apart behind it."""
    pool(pen, complex(6, 0), 190, 12, 0.4)
    plate = points(((-120, -248), (120, -248), (132, -190), (-132, -190)))
    slab(pen, rounded(plate, 14), -110 - 250j, 110 - 190j, DARK_STEEL, 0.6)
    for x in (-88, 88):
        disc(pen, complex(x, -226), 13, STEEL, bend=0.6)
        bolt(pen, complex(x, -226), 8, DARK_STEEL)
    slab(pen, rounded(points(((-190, -204), (190, -204), (176, -52), (-176, -52))), 44), -160 - 210j, 160 - 40j, material, 0.9)
    face = rounded(points(((-172, -190), (172, -190), (160, -68), (-160, -68))), 34)
    slab(pen, face, -150 - 200j, 160 - 60j, RED, 0.75)
    clip, cells = pen.clip(face), []
    for row in range(5):
        for col in range(-9, 10):
            at = complex(col * 19 + (9.5 if row % 2 else 0), -122 + row * 14)
            cells.append(f'<path d="{polyline([at + turned(a, 8.4) for a in range(30, 390, 60)], closed=True)}"/>')
    pen.raw(f'<g {clip} fill="#ffffff" fill-opacity="0.07" stroke="#4a0705" stroke-opacity="0.55" stroke-width="1.2">{"".join(cells)}</g>')
    tube(pen, -146 - 158j, 146 - 158j, 30, Material((0.82, 0.12, 0.10), 1.1, 0.35))
    pen.line([-136 - 158j, 136 - 158j], (1.0, 0.80, 0.75), 9, opacity=0.85)
    pen.line([-132 - 159j, 132 - 159j], WHITE, 3, opacity=0.8)
    slab(pen, rounded(points(((-60, -54), (60, -54), (52, 0), (-52, 0))), 8), -50 - 50j, 50 + 0j, DARK_PLASTIC, 0.5)


def brass_bell(pen: Pen, material: Material) -> None:
    """A small flat brass bell with a spring hammer, on a slim band."""
    pool(pen, complex(4, 0), 120, 12, 0.5)
    bent(pen, arc(complex(0, -46), 40, 0, 364, 40), 14, STEEL)
    slab(pen, rounded(points(((-24, -104), (24, -104), (30, -84), (-30, -84))), 5), -24 - 104j, 28 - 84j, STEEL, 0.6)
    dome = smooth(points(((-118, -112), (-112, -150), (-74, -188), (0, -202), (74, -188), (112, -150), (118, -112)))) + "Z"
    slab(pen, dome, -96 - 190j, 110 - 108j, material, 0.97)
    tube(pen, complex(-128, -111), complex(128, -111), [(0, 8), (0.1, 12), (0.9, 12), (1, 8)], material)
    pen.path("M-114 -142Q0 -130 114 -142", None, BLACK, 1.4, opacity=0.20)
    pen.path(smooth(points(((-88, -146), (-66, -174), (-34, -187)))), None, WHITE, 10, opacity=0.45)
    ball(pen, complex(0, -206), 9, STEEL)
    bent(pen, spline(points(((-30, -92), (-96, -84), (-150, -104), (-160, -132))), 6), 7, STEEL)
    ball(pen, complex(-158, -140), 15, material)


def clip_set(pen: Pen, material: Material) -> None:
    """A front and a rear clip lamp with rubber straps, side by side."""
    for x, is_rear in ((-116, False), (116, True)):
        pool(pen, complex(x + 5, 0), 92, 11, 0.5)
        strap = points(((x - 30, -70), (x + 30, -70), (x + 26, -16), (x + 34, -8), (x + 30, 0), (x - 30, 0), (x - 34, -8), (x - 26, -16)))
        slab(pen, rounded(strap, 7), complex(x - 30, -70), complex(x + 34, 0), RUBBER, 0.6)
        body = rounded(points(((x - 84, -234), (x + 84, -234), (x + 84, -66), (x - 84, -66))), 40)
        slab(pen, body, complex(x - 84, -234), complex(x + 84, -66), material, 0.9)
        window = rounded(points(((x - 64, -214), (x + 64, -214), (x + 64, -86), (x - 64, -86))), 24)
        inner = complex(x, -150)
        if is_rear:
            _red_face(pen, window, inner, 92)
        else:
            pen.path(window, pen.radial(inner, 92, [(0, WHITE, 1), (0.5, (0.88, 0.92, 0.96), 1), (1, (0.55, 0.60, 0.65), 1)]))
        for row in range(3):
            for col in range(3):
                at = inner + complex((col - 1) * 38, (row - 1) * 38)
                tone = GLOW if is_rear else WHITE
                rim = DEEP_RED if is_rear else SHADE
                pen.circle(at, 15, pen.radial(at, 15, [(0, tone, 0.95), (0.55, tone, 0.35), (1, rim, 0.55)]))
        pen.path(smooth(points(((x - 54, -180), (x - 50, -202), (x - 26, -206)))), None, WHITE, 5, opacity=0.4)


def bar_ends(pen: Pen, material: Material) -> None:
    """A pair of bar plugs with a red light, one standing on its plug, one lying beside it."""
    pool(pen, complex(-96, 0), 84, 10, 0.5)
    at = complex(-96, -128)
    tube(pen, at + 60j, at + 128j, [(0, 62), (0.3, 58), (1, 54)], RUBBER)
    for k in range(4):
        pen.line([at + complex(-29, 76 + k * 13), at + complex(29, 76 + k * 13)], BLACK, 3, opacity=0.35)
    disc(pen, at, 84, material, bend=0.85)
    _red_face(pen, f"M{at.real - 64} {at.imag}a64 64 0 1 1 128 0a64 64 0 1 1 -128 0Z", at, 70)
    for k in range(12):
        spot = at + turned(k * 30, 47)
        pen.circle(spot, 9, pen.radial(spot, 9, [(0, (1.0, 0.80, 0.74), 0.95), (1, GLOW, 0.05)]))
    disc(pen, at, 24, DARK_PLASTIC, bend=0.6)
    pool(pen, complex(132, 0), 120, 10, 0.5)
    line = -44j
    tube(pen, 26 + line, 152 + line, [(0, 44), (0.1, 54), (0.9, 58), (1, 62)], RUBBER)
    for k in range(6):
        pen.line([complex(44 + k * 16, -70), complex(44 + k * 16, -18)], BLACK, 3, opacity=0.35)
    tube(pen, 152 + line, 196 + line, [(0, 80), (0.5, 88), (1, 86)], material)
    tube(pen, 196 + line, 222 + line, [(0, 80), (0.6, 74), (1, 52)], Material((0.78, 0.09, 0.08), 1.05, 0.5))


def helmet_lamp(pen: Pen, material: Material) -> None:
    """A small lamp for a helmet: white ahead, red behind, on a curved foot with its strap."""
    pool(pen, complex(6, 0), 190, 12, 0.5)
    strap = spline(points(((-176, -6), (-120, -44), (-40, -64), (50, -64), (126, -44), (178, -6))), 8)
    bent(pen, strap, 20, RUBBER)
    foot = points(((-98, -64), (-70, -92), (70, -92), (98, -64), (50, -54), (-50, -54)))
    slab(pen, smooth(foot, closed=True, tension=0.7), -90 - 92j, 90 - 54j, DARK_PLASTIC, 0.7)
    tube(pen, -128 - 150j, 128 - 150j, [(0, 84), (0.08, 108), (0.5, 114), (0.92, 108), (1, 98)], material)
    tube(pen, 124 - 150j, 156 - 150j, [(0, 100), (0.4, 96), (1, 60)], Material(colour("#dfe6ea"), 0.9, 0.7))
    tube(pen, -154 - 150j, -124 - 150j, [(0, 50), (0.6, 82), (1, 86)], RED)
    for k in range(5):
        pen.line([complex(60 + k * 12, -203), complex(60 + k * 12, -97)], BLACK, 3, opacity=0.32)
    slab(pen, rounded(points(((-52, -214), (14, -214), (20, -200), (-58, -200))), 6), -50 - 214j, 14 - 200j, RUBBER, 0.6)
    _centred(pen, "LUMEN", -30 - 148j, 20, mix(flat(material), WHITE, 0.55))


def dynamo_hub(pen: Pen, material: Material) -> None:
    """A dynamo hub lying across: two flanges with spoke holes, a wide shell, axle ends and its plug."""
    drop_shadow(pen, rounded(points(((-120, -78), (120, -78), (120, 78), (-120, 78))), 30), 10 + 16j, 50)
    tube(pen, -262 + 0j, 262 + 0j, 26, STEEL)
    for side in (-1, 1):
        for k in range(9):
            x = side * (206 + k * 6.2)
            pen.line([complex(x, -12), complex(x, 12)], BLACK, 1.6, opacity=0.45)
        tube(pen, complex(side * 150, 0), complex(side * 204, 0), [(0, 74), (0.5, 56), (1, 52)], DARK_STEEL)
    tube(pen, -116 + 0j, 116 + 0j, [(0, 150), (0.12, 176), (0.88, 176), (1, 150)], material)
    for side in (-1, 1):
        tube(pen, complex(side * 112, 0), complex(side * 136, 0), [(0, 236), (0.5, 240), (1, 232)], material)
        for k in range(-5, 6):
            y = 112 * k / 5.4
            pen.raw(f'<ellipse cx="{side * 124}" cy="{y:.1f}" rx="4.4" ry="{6.4 * (1 - (y / 128) ** 2) ** 0.5 + 1.2:.1f}" fill="#202327"/>')
        tube(pen, complex(side * 136, 0), complex(side * 154, 0), [(0, 120), (1, 92)], GRAPHITE)
    for x in (-84, 84):
        pen.line([complex(x, -87), complex(x, 87)], BLACK, 1.4, opacity=0.25)
    _centred(pen, "6V 3W", 0j, 22, mix(flat(material), BLACK, 0.6))
    slab(pen, rounded(points(((176, -60), (226, -60), (226, -12), (176, -12))), 8), 176 - 60j, 226 - 12j, DARK_PLASTIC, 0.7)
    cable(pen, points(((206, -58), (214, -110), (176, -150), (196, -196))), 7)


def small_lamp(pen: Pen, material: Material) -> None:
    """A short aluminium lamp from the side, its lens to the right; the little sister of the long one."""
    pool(pen, complex(8, 0), 150, 14, 0.5)
    tube(pen, -96 - 128j, 74 - 128j, [(0, 78), (0.06, 96), (0.55, 98), (0.68, 116), (1, 122)], material)
    for k in range(4):
        pen.line([complex(-66 + k * 15, -174), complex(-66 + k * 15, -82)], BLACK, 3.2, opacity=0.30)
    tube(pen, 72 - 128j, 92 - 128j, [(0, 116), (1, 102)], BLACK_ALLOY)
    lens = smooth(points(((92, -178), (106, -160), (112, -128), (106, -96), (92, -78)))) + "Z"
    pen.path(lens, pen.linear(92 - 180j, 114 - 76j, [(0, (0.98, 0.99, 1.0), 1), (0.5, (0.78, 0.84, 0.88), 1), (1, (0.55, 0.6, 0.64), 1)]))
    slab(pen, rounded(points(((-40, -190), (0, -190), (4, -174), (-44, -174))), 6), -40 - 190j, 0 - 174j, RUBBER, 0.6)
    strap = points(((-46, -82), (26, -82), (20, -30), (32, -10), (26, 0), (-46, 0), (-52, -10), (-40, -30)))
    slab(pen, rounded(strap, 9), -46 - 82j, 30 + 0j, RUBBER, 0.6)
    pen.circle(complex(-10, -34), 19, mix(flat(RUBBER), BLACK, 0.6))
    _centred(pen, "60", 22 - 127j, 19, mix(flat(material), BLACK, 0.55), 0.13)


BRASS = Material(colour("#c09a42"), 0.50, 0.75, 0.42)
