"""A repair stand, a torque wrench, oil; and small things: grips, an inner tube, a bottle cage, a backpack."""

from app.demo.drawing.canvas import BLACK, WHITE, Pen, mix
from app.demo.drawing.curves import polyline, rounded, smooth, spline, turned
from app.demo.drawing.lettering import write
from app.demo.drawing.light import (
    BLACK_ALLOY,
    COPPER,
    DARK_PLASTIC,
    DARK_STEEL,
    GRAPHITE,
    LEATHER,
    RUBBER,
    SILVER,
    STEEL,
    Material,
    across,
    flat,
    sheet,
)
from app.demo.drawing.shadows import drop_shadow, pool
from app.demo.drawing.tubes import ball, bent, bolt, disc, slab, tube
from app.demo.drawing.wearables import points


def repair_stand(pen: Pen, material: Material) -> None:
    """A folding work stand with its clamp, 1.5 m high, drawn half its size."""
    pool(pen, complex(6, 0), 250, 12, 0.5)
    for x in (-232, 236):
        tube(pen, complex(0, -250), complex(x, -10), [(0, 20), (1, 17)], material)
        tube(pen, complex(x * 0.94, -26), complex(x * 1.04, 6), 24, RUBBER)
    tube(pen, complex(0, -150), complex(118, -76), 9, DARK_STEEL)
    tube(pen, complex(0, -150), complex(-116, -76), 9, DARK_STEEL)
    tube(pen, complex(0, -420), complex(0, -128), 34, material)
    tube(pen, complex(0, -690), complex(0, -400), 24, SILVER)
    tube(pen, complex(0, -440), complex(0, -396), 46, DARK_PLASTIC)
    bent(pen, [24 - 418j, 62 - 418j], 10, DARK_STEEL)
    disc(pen, complex(66, -418), 15, DARK_PLASTIC, bend=0.6)
    tube(pen, complex(0, -276), complex(0, -226), 48, DARK_PLASTIC)
    tube(pen, complex(0, -166), complex(0, -138), 42, DARK_PLASTIC)
    tube(pen, complex(0, -712), complex(0, -660), 42, DARK_PLASTIC)
    tube(pen, complex(-14, -688), complex(170, -688), [(0, 30), (0.9, 26), (1, 26)], material)
    disc(pen, complex(0, -688), 25, GRAPHITE, bend=0.6)
    bolt(pen, complex(0, -688), 9, STEEL)
    jaw = points(((164, -722), (224, -722), (236, -704), (214, -696), (214, -680), (236, -672), (224, -654), (164, -654)))
    slab(pen, rounded(jaw, 7), 164 - 722j, 236 - 654j, DARK_PLASTIC, 0.8)
    for y in (-712, -664):
        tube(pen, complex(206, y), complex(238, y + (10 if y < -690 else -10)), 14, RUBBER)
    tube(pen, complex(190, -740), complex(190, -716), 18, STEEL)
    bent(pen, [158 - 742j, 222 - 742j], 14, DARK_PLASTIC)


def torque_wrench(pen: Pen, material: Material) -> None:
    """A click wrench lying across, with its scale and a row of bits."""
    a, b = complex(-285, 62), complex(270, -78)
    along = (b - a) / abs(b - a)
    side = along * 1j
    drop_shadow(pen, polyline([a, b]), 8 + 12j, 56, line=True)
    tube(pen, a, a + along * 200, [(0, 40), (0.08, 50), (0.5, 46), (0.92, 50), (1, 42)], material)
    for k in range(9):
        at = a + along * (34 + k * 17)
        pen.line([at - side * 23, at + side * 23], BLACK, 3, opacity=0.28)
    tube(pen, a + along * 198, a + along * 262, 38, SILVER)
    for k in range(9):
        at = a + along * (206 + k * 6)
        pen.line([at - side * (15 if k % 4 else 19), at + side * 4], BLACK, 1.5, opacity=0.65)
    tube(pen, a + along * 258, b - along * 40, [(0, 26), (0.05, 30), (1, 28)], STEEL)
    disc(pen, b - along * 22, 44, GRAPHITE, bend=0.7)
    disc(pen, b - along * 22, 26, SILVER, hole=12, bend=0.6)
    disc(pen, b - along * 22, 12, DARK_STEEL, bend=0.4)
    write(pen, "4-24 NM", a + along * 390 + side * 6, along, 13, (0.80, 0.81, 0.82), 0.12)
    for k in range(6):
        at = complex(-150 + k * 62, 150 - k * 2)
        drop_shadow(pen, polyline([at, at - 34j]), 5 + 7j, 16, line=True)
        tube(pen, at, at - 26j, 22, DARK_STEEL)
        tube(pen, at - 26j, at - 56j, 9 + k * 1.8, SILVER)


def oil_bottle(pen: Pen, material: Material) -> None:
    """A dropper bottle of chain oil, 120 mm high, drawn 2.4 times its size."""
    pool(pen, complex(8, 0), 96, 11, 0.6)
    body = points(((-64, 0), (64, 0), (70, -10), (70, -170), (58, -196), (30, -210), (-30, -210), (-58, -196), (-70, -170), (-70, -10)))
    pen.path(rounded(body, [8, 8, 6, 26, 16, 6, 6, 16, 26, 6]), pen.linear(-70 + 0j, 70 + 0j, across(material, 1 + 0j)))
    label = points(((-70, -150), (70, -150), (70, -34), (-70, -34)))
    paper = Material((0.93, 0.90, 0.83), 0.95, 0.05)
    pen.path(polyline(label, closed=True), pen.linear(-70 + 0j, 70 + 0j, across(paper, 1 + 0j)))
    for text, y, size in (("RESIN", -100, 24), ("CHAIN OIL", -66, 11)):
        write(pen, text, complex(0, y), 1 + 0j, size, (0.12, 0.27, 0.21), 0.12)
    pen.path("M-52 -54H52", None, "#b5703f", 3)
    tube(pen, complex(0, -208), complex(0, -238), [(0, 58), (1, 58)], DARK_PLASTIC)
    for k in range(-4, 5):
        pen.line([complex(k * 6.4, -236), complex(k * 6.4, -212)], BLACK, 1.6, opacity=0.4)
    tube(pen, complex(0, -236), complex(0, -318), [(0, 44), (0.3, 20), (1, 8)], DARK_PLASTIC)
    drop = smooth(points(((112, -44), (130, -20), (112, -4), (94, -20))), closed=True, tension=0.9)
    pool(pen, complex(114, 0), 34, 5, 0.4)
    pen.path(drop, pen.linear(96 - 40j, 130 - 6j, [(0, (0.96, 0.75, 0.36), 1), (1, (0.62, 0.36, 0.10), 1)]))
    pen.circle(104 - 22j, 3.6, WHITE, opacity=0.7)


def grips(pen: Pen, material: Material) -> None:
    """A pair of bar grips with clamp rings."""
    for at, turn in ((complex(-10, -62), -8.0), (complex(10, 66), -8.0)):
        way = turned(turn)
        side = way * 1j
        a, b = at - way * 205, at + way * 205
        drop_shadow(pen, polyline([a, b]), 8 + 12j, 58, line=True)
        tube(pen, a, b, [(0, 62), (0.06, 64), (0.2, 54), (0.55, 60), (0.85, 56), (0.95, 64), (1, 64)], material)
        for k in range(17):
            p = a + way * (70 + k * 17)
            pen.path(smooth([p - side * 25, p + way * 7, p + side * 25]), None, BLACK, 3.2, opacity=0.30)
            pen.path(smooth([p - side * 25 - way * 2.6, p + way * 4.4, p + side * 25 - way * 2.6]), None, WHITE, 1.1, opacity=0.14)
        for end, out in ((a, -1), (b, 1)):
            tube(pen, end, end + way * out * 26, 66, BLACK_ALLOY)
            bolt(pen, end + way * out * 13 - side * 8, 7, STEEL)


def inner_tube(pen: Pen, material: Material) -> None:
    """A folded inner tube with its valve, held by a paper band."""
    for k, (rx, ry) in enumerate(((226, 118), (190, 88), (154, 58))):
        line = [complex(rx * turned(a).real, ry * turned(a).imag + k * 4) for a in range(0, 367, 6)]
        drop_shadow(pen, polyline(line), 7 + 10j, 30, line=True)
        bent(pen, line, 34, material)
        pen.path(smooth(line[30:44]), None, WHITE, 1.6, opacity=0.16)
    tube(pen, complex(196, -58), complex(262, -136), 15, COPPER)
    for k in range(7):
        p = complex(206 + k * 6.5, -70 - k * 7.7)
        pen.line([p - 5 - 4j, p + 5 + 4j], BLACK, 1.3, opacity=0.35)
    tube(pen, complex(258, -132), complex(276, -154), 9, COPPER)
    band = points(((-66, -160), (66, -160), (70, 160), (-70, 160)))
    drop_shadow(pen, polyline(band, closed=True), 4 + 6j, 14)
    paper = Material((0.92, 0.89, 0.81), 0.95, 0.05)
    pen.path(polyline(band, closed=True), pen.linear(-160j, 160j, across(paper, 0 + 1j)))
    for text, y, size in (("COIL", -6, 30), ("28-47 622", 28, 12)):
        write(pen, text, complex(0, y), 1 + 0j, size, (0.12, 0.27, 0.21), 0.12)
    pen.path("M-48 48H48", None, "#b5703f", 3)


def bottle_cage(pen: Pen, material: Material) -> None:
    """A bent-tube bottle cage, three-quarters from the front."""
    pool(pen, complex(6, 0), 105, 11, 0.5)
    plate = points(((-20, -286), (20, -286), (20, -40), (-20, -40)))
    slab(pen, rounded(plate, 14), -20 - 286j, 20 - 40j, material, 0.7)
    for y in (-236, -104):
        pen.path(rounded(points(((-7, y - 18), (7, y - 18), (7, y + 18), (-7, y + 18))), 7), (0.09, 0.09, 0.10))
        bolt(pen, complex(0, y), 8.5, STEEL)
    for side in (-1, 1):
        line = spline(
            points([(side * x, y) for x, y in ((12, -278), (74, -262), (104, -214), (96, -150), (98, -96), (84, -46), (52, -12), (0, -7))]),
            7,
        )
        bent(pen, line, 15, material)
        bent(pen, spline(points([(side * x, y) for x, y in ((98, -128), (66, -112), (24, -110))]), 7), 12, material)
    slab(pen, rounded(points(((-34, -22), (34, -22), (30, 0), (-30, 0))), 8), -34 - 22j, 34 + 0j, material, 0.6)
    bent(pen, spline(points(((-92, -226), (-40, -208), (40, -208), (92, -226))), 7), 12, material)


def backpack(pen: Pen, material: Material) -> None:
    """A roll-top backpack from the front, standing: 290 × 470 mm."""
    pool(pen, complex(8, 0), 190, 15, 0.6)
    for side in (-1, 1):
        strap = spline(points([(side * x, y) for x, y in ((112, -330), (176, -290), (186, -190), (150, -60))]), 7)
        bent(pen, strap, 24, DARK_PLASTIC)
    body = points(((-132, 0), (132, 0), (152, -60), (150, -240), (128, -344), (-128, -344), (-150, -240), (-152, -60)))
    pen.path(rounded(body, [26, 26, 30, 60, 24, 24, 60, 30]), pen.linear(complex(-170, -340), complex(150, -10), sheet(material, 0.7)))
    pen.path(rounded(points(((96, -4), (134, -2), (152, -60), (150, -240), (128, -344), (104, -344))), 18), BLACK, opacity=0.15)
    roll = points(((-126, -322), (126, -322), (136, -372), (124, -412), (-124, -412), (-136, -372)))
    pen.path(rounded(roll, [10, 10, 30, 18, 18, 30]), pen.linear(-420j, -316j, sheet(material, 0.95)))
    pen.path(smooth(points(((-126, -366), (0, -360), (126, -366)))), None, BLACK, 2, opacity=0.3)
    bent(pen, spline(points(((-36, -410), (-28, -440), (28, -440), (36, -410))), 6), 13, DARK_PLASTIC)
    tube(pen, complex(0, -414), complex(0, -196), 24, LEATHER)
    slab(pen, rounded(points(((-22, -268), (22, -268), (22, -228), (-22, -228))), 6), -22 - 268j, 22 - 228j, STEEL, 0.6)
    pocket = points(((-112, -18), (112, -18), (120, -60), (112, -186), (-112, -186), (-120, -60)))
    pen.path(rounded(pocket, [20, 20, 30, 22, 22, 30]), pen.linear(-120 - 180j, 110 - 20j, sheet(material, 0.85)))
    pen.path(rounded(pocket, [20, 20, 30, 22, 22, 30]), None, BLACK, 2.2, opacity=0.28)
    pen.path("M-92 -166H92", None, "#17181a", 5)
    pen.path("M-92 -167.5H92", None, "#7c7f83", 1.1)
    tube(pen, 78 - 166j, 92 - 140j, 7, LEATHER)
    pen.path("M-108 -58H108", None, mix(flat(material), WHITE, 0.62), 7)
    ball(pen, complex(-92, -166), 4.5, STEEL)
