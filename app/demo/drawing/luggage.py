"""Bags, bottles and what secures a bicycle: panniers, rolls, locks."""

from itertools import pairwise

from app.demo.drawing.canvas import BLACK, WHITE, Pen, Stop, mix
from app.demo.drawing.curves import arc, polyline, rounded, smooth, spline
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, DARK_STEEL, LEATHER, SILVER, STEEL, Material, across, flat, sheet
from app.demo.drawing.shadows import drop_shadow, pool
from app.demo.drawing.tubes import ball, bent, bolt, disc, slab, tube
from app.demo.drawing.wearables import points


def _cloth(pen: Pen, d: str, a: complex, b: complex, material: Material, bend: float = 0.7) -> None:
    pen.path(d, pen.linear(a, b, sheet(material, bend)))


def pannier(pen: Pen, material: Material, straps: Material = DARK_PLASTIC) -> None:
    """A roll-top pannier, standing: 300 × 400 mm."""
    pool(pen, complex(10, 0), 220, 16, 0.6)
    body = points(((-148, 0), (148, 0), (156, -150), (142, -316), (-142, -316), (-156, -150)))
    d = rounded(body, [22, 22, 60, 16, 16, 60])
    _cloth(pen, d, complex(-170, -300), complex(160, -20), material)
    side = points(((100, -6), (148, -2), (156, -150), (142, -316), (112, -316)))
    pen.path(rounded(side, 14), BLACK, opacity=0.16)
    for k, (x, y) in enumerate(((-96, -250), (20, -240), (84, -190))):
        pen.path(smooth(points(((x, y), (x + 12, y + 70), (x - 6 * k, y + 140)))), None, BLACK, 18, opacity=0.05)
    roll = points(((-146, -300), (146, -300), (152, -340), (142, -380), (-142, -380), (-152, -340)))
    _cloth(pen, rounded(roll, [10, 10, 30, 18, 18, 30]), complex(0, -392), complex(0, -296), material, 0.95)
    pen.path(smooth(points(((-144, -340), (0, -334), (144, -340)))), None, BLACK, 2, opacity=0.3)
    for x in (-92, 92):
        tube(pen, complex(x, -382), complex(x, -180), 26, straps)
        slab(
            pen,
            rounded(points(((x - 22, -262), (x + 22, -262), (x + 22, -222), (x - 22, -222))), 6),
            complex(x - 20, -262),
            complex(x + 20, -220),
            BLACK_ALLOY,
        )
    patch = points(((-46, -132), (46, -132), (46, -92), (-46, -92)))
    slab(pen, rounded(patch, 5), complex(-46, -132), complex(46, -90), LEATHER, 0.5)
    pen.path(rounded(points(((-42, -128), (42, -128), (42, -96), (-42, -96))), 3), None, WHITE, 1.2, opacity=0.35, dash="4 3")
    slab(pen, rounded(points(((-150, -20), (150, -20), (148, 0), (-148, 0))), 8), -20j, 0j, DARK_PLASTIC, 0.4)


def handlebar_bag(pen: Pen, material: Material) -> None:
    """A round roll for the bar, seen from the front: 280 × 150 mm."""
    pool(pen, complex(8, 0), 180, 13, 0.55)
    tube(pen, complex(-140, -76), complex(140, -76), [(0, 140), (0.04, 152), (0.96, 152), (1, 140)], material)
    for x in (-140, 140):
        pen.path(f"M{x} -152q{'-18' if x < 0 else '18'} 76 0 152", mix(flat(material), BLACK, 0.5))
    pen.path("M-132 -112H132", None, "#17181a", 4)
    pen.path("M-132 -113.5H132", None, "#7c7f83", 1)
    for x in (-84, 84):
        bent(pen, spline(points(((x, -160), (x + 2, -110), (x + 2, -60), (x, -4))), 6), 24, LEATHER)
        disc(pen, complex(x + 1, -60), 8, SILVER)
    ball(pen, complex(120, -112), 6, STEEL)


def saddle_bag(pen: Pen, material: Material) -> None:
    """A long saddle pack: 420 mm from the post to its tail."""
    pool(pen, complex(0, 0), 220, 12, 0.45)
    body = points(
        ((190, -150), (180, -60), (120, -10), (20, 0), (-120, -46), (-214, -104), (-220, -142), (-190, -162), (-60, -172), (80, -176))
    )
    _cloth(pen, smooth(body, closed=True, tension=0.8), complex(-60, -190), complex(80, 10), material, 0.95)
    for x, low in ((96, -8), (-36, -20)):
        pen.path(smooth(points(((x, -176), (x + 8, -100), (x - 2, low)))), None, "#1b1c1e", 15)
        pen.path(smooth(points(((x - 4, -174), (x + 4, -100), (x - 6, low)))), None, "#5b5e62", 1.6, opacity=0.8)
    pen.path(smooth(points(((-196, -158), (-180, -120), (-196, -96)))), None, BLACK, 5, opacity=0.3)
    slab(pen, rounded(points(((112, -120), (172, -112), (168, -86), (110, -94))), 5), 112 - 120j, 170 - 86j, LEATHER, 0.5)


def frame_bag(pen: Pen, material: Material) -> None:
    """A half-frame bag with a long zip."""
    pool(pen, complex(0, 0), 220, 10, 0.35)
    body = points(((-220, -190), (216, -236), (226, -196), (140, -60), (96, -8), (40, 0), (-190, -70), (-226, -120)))
    _cloth(pen, rounded(body, [26, 24, 24, 40, 40, 30, 30, 30]), complex(-150, -240), complex(60, 20), material, 0.75)
    pen.path("M-190 -150L170 -186", None, "#131416", 7)
    pen.path("M-190 -152L170 -188", None, "#75787c", 1.3)
    tube(pen, 166 - 186j, 196 - 178j, 9, LEATHER)
    for x in (-150, 0, 150):
        y = -197 - 0.105 * (x + 150)
        tube(pen, complex(x, y - 26), complex(x + 3, y + 14), 30, DARK_PLASTIC)


def water_bottle(pen: Pen, material: Material) -> None:
    """A 600 ml bottle, standing: 74 mm wide, 230 mm high, drawn twice its size."""
    s = 1.7
    pool(pen, complex(10, 0), 112, 11, 0.6)
    shape = (
        (-37, -4),
        (-30, 0),
        (30, 0),
        (37, -4),
        (37, -106),
        (33, -116),
        (33, -128),
        (37, -138),
        (36, -166),
        (-36, -166),
        (-37, -138),
        (-33, -128),
        (-33, -116),
        (-37, -106),
    )
    tube_fill = pen.linear(-37 * s + 0j, 37 * s + 0j, _round_stops(material))
    pen.path(rounded(points(shape, scale=s), 6), tube_fill)
    pen.path(f"M{-33 * s} {-122 * s}H{33 * s}", None, BLACK, 2, opacity=0.25)
    cap = ((-38, -164), (38, -164), (36, -188), (22, -198), (-22, -198), (-36, -188))
    pen.path(rounded(points(cap, scale=s), 8), pen.linear(-38 * s + 0j, 38 * s + 0j, _round_stops(DARK_PLASTIC)))
    for k in range(-5, 6):
        pen.line(points(((k * 6.6, -184), (k * 6.6, -168)), scale=s), BLACK, 1.6, opacity=0.35)
    tube(pen, -198j * s, -226j * s, [(0, 30 * s), (0.5, 26 * s), (0.6, 19 * s), (1, 20 * s)], DARK_PLASTIC)


def _round_stops(material: Material) -> list[Stop]:
    return across(material, 1 + 0j)


def u_lock(pen: Pen, material: Material) -> None:
    """A shackle lock with its cross bar, lying flat: 120 × 240 mm, drawn 1.6 times."""
    s = 1.6
    line = spline(
        [
            complex(-52, 110) * s,
            complex(-52, -40) * s,
            *[p * s for p in arc(complex(0, -60), 52, 180, 360, 16)],
            complex(52, -40) * s,
            complex(52, 110) * s,
        ],
        4,
    )
    drop_shadow(pen, polyline(line), 8 + 12j, 40, line=True)
    bent(pen, line, 17 * s, GUARD)
    bar = points(((-78, 92), (78, 92), (78, 132), (-78, 132)), scale=s)
    drop_shadow(pen, rounded(bar, 18), 7 + 10j, 24)
    tube(pen, complex(-78, 112) * s, complex(78, 112) * s, [(0, 34 * s), (0.03, 41 * s), (0.97, 41 * s), (1, 34 * s)], material)
    disc(pen, complex(0, 112) * s, 13 * s, STEEL, bend=0.6)
    pen.path(rounded(points(((-2, 105), (2, 105), (2, 119), (-2, 119)), scale=s), 1.5), "#141517")
    for x in (-52, 52):
        tube(pen, complex(x, 76) * s, complex(x, 94) * s, 24 * s, DARK_PLASTIC)


def folding_lock(pen: Pen, material: Material) -> None:
    """Six steel links on rivets, half unfolded."""
    joints = points(((-190, 120), (-110, -110), (-20, 90), (70, -130), (150, 60), (196, -120)))
    for i, (a, b) in enumerate(pairwise(joints)):
        drop_shadow(pen, polyline([a, b]), 7 + 10j, 44, line=True)
        tube(pen, a, b, 44, material if i % 2 else GUARD)
        ball(pen, a, 22, material if i % 2 else GUARD)
        ball(pen, b, 22, material if i % 2 else GUARD)
    for p in joints[1:-1]:
        disc(pen, p, 13, STEEL, bend=0.6)
        bolt(pen, p, 6, DARK_STEEL)
    body = points(((-232, 96), (-150, 96), (-150, 176), (-232, 176)))
    slab(pen, rounded(body, 16), -230 + 96j, -150 + 180j, BLACK_ALLOY, 0.8)
    disc(pen, -191 + 136j, 16, STEEL, bend=0.6)


def chain_lock(pen: Pen, material: Material) -> None:
    """A square-link chain in a sleeve, laid in a loop, with its padlock."""
    line = [130j + p for p in arc(complex(0, -150), 165, 112, 428, 60)]
    drop_shadow(pen, polyline(line), 8 + 12j, 60, line=True)
    bent(pen, line, 46, material)
    for k in range(2, len(line) - 1, 2):
        along = (line[k + 1] - line[k - 1]) / abs(line[k + 1] - line[k - 1])
        pen.line([line[k] - along * 1j * 21, line[k] + along * 1j * 21], BLACK, 2.2, opacity=0.16)
    body = points(((-70, 96), (70, 96), (78, 150), (60, 196), (-60, 196), (-78, 150)))
    drop_shadow(pen, rounded(body, 20))
    slab(pen, rounded(body, 20), -70 + 90j, 70 + 200j, BLACK_ALLOY, 0.8)
    disc(pen, 148j, 20, STEEL, bend=0.6)
    pen.path(rounded(points(((-2.5, 137), (2.5, 137), (2.5, 159), (-2.5, 159))), 2), "#141517")


GUARD = Material((0.24, 0.25, 0.27), 0.8, 0.5, 0.2)
