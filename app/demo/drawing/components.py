"""Parts and workshop goods on their own: lamps, bells, pumps, tools, wheels, tyres, saddles, pedals, drivetrains, racks, mudguards."""

from dataclasses import replace

from app.demo.drawing import chains, cockpits, extras, saddles
from app.demo.drawing.canvas import BLACK, WHITE, Pen, circle, mix
from app.demo.drawing.curves import arc, polyline, rounded, smooth, spline, turned
from app.demo.drawing.geometry import Geometry
from app.demo.drawing.lettering import write
from app.demo.drawing.light import (
    BLACK_ALLOY,
    DARK_PLASTIC,
    DARK_STEEL,
    GRAPHITE,
    LEATHER,
    RUBBER,
    SILVER,
    STEEL,
    Material,
    flat,
)
from app.demo.drawing.models import ROAD_WHEEL, TRAIL_COGS, WIDE_COGS
from app.demo.drawing.shadows import drop_shadow, pool
from app.demo.drawing.tubes import ball, bent, bolt, disc, slab, tube
from app.demo.drawing.wearables import points
from app.demo.drawing.wheels import Wheel, draw_rotor, draw_tyre, draw_wheel, tread_face


def head_lamp(pen: Pen, material: Material) -> None:
    """A slim aluminium lamp from the side, its lens to the right; 110 mm long, drawn three times its size."""
    pool(pen, complex(10, 0), 230, 16, 0.5)
    tube(pen, -170 - 130j, 120 - 130j, [(0, 96), (0.05, 112), (0.62, 112), (0.70, 132), (1, 138)], material)
    for k in range(6):
        pen.line([complex(-60 + k * 18, -184), complex(-60 + k * 18, -78)], BLACK, 3.6, opacity=0.38)
    tube(pen, 118 - 130j, 142 - 130j, [(0, 132), (1, 116)], BLACK_ALLOY)
    lens = smooth(points(((142, -188), (160, -168), (168, -130), (160, -92), (142, -72))), tension=1.0) + "Z"
    pen.path(lens, pen.linear(142 - 190j, 168 - 70j, [(0, (0.98, 0.99, 1.0), 1), (0.5, (0.78, 0.84, 0.88), 1), (1, (0.55, 0.6, 0.64), 1)]))
    tube(pen, -30 - 78j, -30 - 40j, 70, DARK_PLASTIC)
    bent(pen, arc(-30 - 30j, 34, 150, 390, 20), 20, DARK_PLASTIC)
    disc(pen, complex(-120, -186), 15, DARK_PLASTIC, bend=0.5)
    write(pen, "LANTERN", complex(-40, -112), 1 + 0j, 15, mix(flat(material), WHITE, 0.6), 0.13)


def tail_lamp(pen: Pen, material: Material) -> None:
    """A round-edged rear lamp from the front: red lens, dark frame."""
    pool(pen, complex(6, 0), 120, 12, 0.5)
    body = rounded(points(((-84, -20), (84, -20), (84, -290), (-84, -290))), 66)
    slab(pen, body, -100 - 290j, 90 - 20j, material, 0.9)
    glass = rounded(points(((-66, -40), (66, -40), (66, -270), (-66, -270))), 52)
    red = Material((0.66, 0.07, 0.06), 1.05, 0.4)
    slab(pen, glass, -80 - 280j, 70 - 30j, red, 0.8)
    for row in range(9):
        for col in range(5):
            at = complex(-44 + col * 22, -246 + row * 23)
            pen.circle(at, 8.4, pen.radial(at, 8.4, [(0, (1.0, 0.42, 0.35), 0.55), (1, (0.5, 0.02, 0.02), 0.25)]))
    pen.path(smooth(points(((-58, -220), (-50, -256), (-20, -266)))), None, WHITE, 5, opacity=0.35)
    tube(pen, complex(0, -20), complex(0, -2), 70, DARK_PLASTIC)


def bell(pen: Pen, material: Material) -> None:
    """A turned dome bell on its clamp, drawn five times its size."""
    pool(pen, complex(8, 0), 180, 16, 0.55)
    bent(pen, arc(complex(0, -52), 46, 0, 364, 40), 26, DARK_PLASTIC)
    tube(pen, complex(0, -112), complex(0, -92), 30, DARK_STEEL)
    dome = (
        smooth(
            points(((-140, -118), (-136, -160), (-108, -212), (-56, -244), (0, -252), (56, -244), (108, -212), (136, -160), (140, -118)))
        )
        + "Z"
    )
    slab(pen, dome, -120 - 230j, 130 - 110j, material, 0.97)
    for y, half in ((-150, 137), (-185, 124)):
        pen.path(f"M{-half} {y}Q0 {y + 15} {half} {y}", None, BLACK, 1.6, opacity=0.22)
        pen.path(f"M{-half} {y + 2}Q0 {y + 17} {half} {y + 2}", None, WHITE, 1.4, opacity=0.35)
    pen.path(smooth(points(((-112, -168), (-88, -208), (-48, -232)))), None, WHITE, 12, opacity=0.35)
    tube(pen, complex(-142, -118), complex(142, -118), 9, material)
    bent(pen, spline(points(((112, -106), (150, -96), (190, -112))), 6), 12, DARK_STEEL)
    ball(pen, complex(196, -116), 17, material)
    ball(pen, complex(0, -256), 10, material)


def floor_pump(pen: Pen, material: Material) -> None:
    """A steel floor pump with wooden handle and gauge: 640 mm high."""
    pool(pen, complex(6, 0), 170, 11, 0.6)
    tube(pen, -600j, -470j, 12, SILVER)
    tube(pen, -486j, -60j, 38, material)
    tube(pen, -500j, -470j, 46, GRAPHITE)
    foot = points(((-118, 0), (118, 0), (112, -16), (34, -26), (26, -70), (-26, -70), (-34, -26), (-112, -16)))
    slab(pen, rounded(foot, 8), -110 - 70j, 110 + 0j, GRAPHITE, 0.8)
    tube(pen, -130 - 610j, 130 - 610j, [(0, 26), (0.12, 34), (0.42, 27), (0.58, 27), (0.88, 34), (1, 26)], LEATHER)
    tube(pen, -24 - 610j, 24 - 610j, 34, GRAPHITE)
    disc(pen, complex(0, -118), 58, GRAPHITE, bend=0.6)
    pen.circle(complex(0, -118), 48, "#f4f2ec")
    for k in range(21):
        a = turned(135 + k * 13.5)
        pen.line([complex(0, -118) + a * (38 if k % 5 else 33), complex(0, -118) + a * 44], "#2b2c2e", 1.6)
    pen.line([complex(0, -118) - turned(235) * 8, complex(0, -118) + turned(235) * 37], "#a3271f", 2.6)
    ball(pen, complex(0, -118), 5, DARK_STEEL)
    hose = spline(points(((24, -56), (110, -130), (118, -330), (70, -470), (30, -520), (22, -490))), 8)
    bent(pen, hose, 14, DARK_PLASTIC)
    tube(pen, complex(20, -500), complex(20, -440), [(0, 22), (1, 28)], BLACK_ALLOY)


def mini_pump(pen: Pen, material: Material) -> None:
    """A hand pump lying flat."""
    line = [complex(-250, 40), complex(250, -40)]
    drop_shadow(pen, polyline(line), 8 + 12j, 60, line=True)
    along = (line[1] - line[0]) / abs(line[1] - line[0])
    tube(pen, line[0] + along * 60, line[1] - along * 120, 46, material)
    tube(pen, line[0], line[0] + along * 90, [(0, 40), (0.1, 54), (1, 54)], BLACK_ALLOY)
    tube(pen, line[1] - along * 130, line[1], [(0, 54), (0.9, 54), (1, 40)], DARK_PLASTIC)
    for k in range(7):
        p = line[0] + along * (14 + k * 10)
        pen.line([p - along * 26j, p + along * 26j], BLACK, 2.4, opacity=0.35)
    write(pen, "VELORIA", line[0] + along * 230, along, 17, mix(flat(material), WHITE, 0.75), 0.13)


def multitool(pen: Pen, material: Material) -> None:
    """A folding tool with seven blades, fanned out."""
    root = complex(120, 40)
    for k, (angle, long) in enumerate(((196, 190), (216, 205), (238, 190), (262, 170), (286, 150))):
        tip = root + turned(angle, long)
        drop_shadow(pen, polyline([root, tip]), 6 + 9j, 22, line=True)
        tube(pen, root, tip, [(0, 20), (0.8, 15 - k), (1, 15 - k)], SILVER)
        if k % 2:
            tube(pen, tip, tip + turned(angle + 90, 40), 13 - k, SILVER)
    body = points(((-160, 66), (-140, 30), (130, 6), (164, 40), (150, 76), (-130, 102)))
    drop_shadow(pen, smooth(body, closed=True))
    slab(pen, smooth(body, closed=True, tension=0.8), -140 + 10j, 140 + 110j, material, 0.85)
    for p in (-128 + 68j, 122 + 42j):
        disc(pen, p, 15, STEEL, bend=0.6)
        bolt(pen, p, 8, DARK_STEEL)
    write(pen, "12", complex(0, 56), turned(-4), 24, mix(flat(material), WHITE, 0.7), 0.12)


def wheel_pair(pen: Pen, wheel: Wheel) -> None:
    """Rear and front wheel, one a little behind the other."""
    radius = wheel.rim / 2 + 5
    naked = radius + 2
    for x, turn in ((-170.0, 5.0), (190.0, 12.0)):
        axle = complex(x, -naked)
        pool(pen, complex(x + 8, 1), 190, 13, 0.55)
        draw_wheel(pen, axle, wheel, turn, tyre=False)
        if x < 0:
            chains.cassette(pen, axle, (11, 13, 15, 17, 19, 21, 24, 27, 30, 34))


def carbon_wheels(pen: Pen, material: Material) -> None:
    """A pair of deep carbon wheels."""
    _ = material
    wheel_pair(pen, ROAD_WHEEL)


def gravel_wheels(pen: Pen, material: Material) -> None:
    """A pair of aluminium wheels."""
    wheel_pair(pen, Wheel(622, 42, "gravel", RUBBER, 25, material, 28, 3, "#a9acb0", 18, material, 160))


def dynamo_wheels(pen: Pen, material: Material) -> None:
    """A pair of polished wheels for rim brakes, a wide dynamo hub in the front one."""
    wheel = Wheel(622, 42, "gravel", RUBBER, 22, material, 32, 3, "#b4b7bb", 17, SILVER, 0)
    for x, turn, hub in ((-170.0, 5.0, 17.0), (190.0, 12.0, 34.0)):
        axle = complex(x, -(wheel.rim / 2 + 7))
        pool(pen, complex(x + 8, 1), 190, 13, 0.55)
        draw_wheel(pen, axle, replace(wheel, hub=hub), turn, tyre=False)
        if x < 0:
            chains.cassette(pen, axle, (11, 13, 15, 17, 19, 21, 24, 27, 30, 34))


def tyre(pen: Pen, wheel: Wheel) -> None:
    """A tyre standing alone."""
    axle = complex(0, -(wheel.rim / 2 + wheel.tyre * 0.97))
    pool(pen, complex(8, 1), 220, 14, 0.6)
    pen.ring(axle, wheel.rim / 2 + 1, wheel.rim / 2 - 5, "#131415")
    draw_tyre(pen, axle, wheel)
    tread_face(pen, axle, wheel)


def road_tyre(pen: Pen, material: Material) -> None:
    """A slick road tyre."""
    tyre(pen, Wheel(622, 30, "file", material, label="QUAY 30-622"))


def gravel_tyre(pen: Pen, material: Material) -> None:
    """A knobbed gravel tyre."""
    tyre(pen, Wheel(622, 45, "gravel", material, label="RIVERBED 45-622"))


def trail_tyre(pen: Pen, material: Material) -> None:
    """A block tyre for trails."""
    tyre(pen, Wheel(622, 61, "block", material, label="SCREE 61-622"))


def sport_saddle(pen: Pen, material: Material) -> None:
    """A narrow saddle, hanging in the studio."""
    saddles.saddle(pen, 0j, "sport", material)


def leather_saddle(pen: Pen, material: Material) -> None:
    """A sprung leather saddle."""
    saddles.saddle(pen, 0j, "leather", material, SILVER)


def comfort_saddle(pen: Pen, material: Material) -> None:
    """A soft touring saddle."""
    saddles.saddle(pen, 0j, "comfort", material)


def crankset(pen: Pen, material: Material) -> None:
    """Crank and chainring."""
    drop_shadow(pen, polyline([0j, turned(10, 166)]), 9 + 13j, 44, line=True)
    chains.chainring(pen, 0j, 50, material, inner=34)
    chains.crank(pen, 0j, 172, 10, material)


def single_crankset(pen: Pen, material: Material) -> None:
    """Crank and one chainring."""
    drop_shadow(pen, polyline([0j, turned(10, 166)]), 9 + 13j, 44, line=True)
    chains.chainring(pen, 0j, 42, material)
    chains.crank(pen, 0j, 172, 10, material)


def cassette(pen: Pen, material: Material) -> None:
    """A twelve-speed cassette."""
    drop_shadow(pen, polyline([0j, 1j]), 8 + 12j, 200, line=True)
    chains.cassette(pen, 0j, TRAIL_COGS, material)


def chain(pen: Pen, material: Material) -> None:
    """A new chain in a loose coil."""
    _ = material
    line = [complex(0, 0) + turned(a, 150 - a * 0.045) for a in range(0, 1080, 6)]
    drop_shadow(pen, polyline(line), 7 + 10j, 30, line=True)
    chains.chain(pen, line)


def groupset(pen: Pen, material: Material) -> None:
    """Crankset, cassette and derailleur with the chain that joins them."""
    front, rear = complex(220, 0), complex(-195, -66)
    upper, lower = rear + 16 + 84j, rear + 34 + 168j
    drop_shadow(pen, circle(front, 78), 8 + 12j, 24, line=True)
    drop_shadow(pen, circle(rear, 84), 8 + 12j, 24)
    chains.cassette(pen, rear, WIDE_COGS)
    chains.derailleur(pen, rear, upper, lower, "back")
    chains.chainring(pen, front, 42, material)
    chains.chain(pen, chains.run(front, 42, rear, 21, upper, lower))
    chains.derailleur(pen, rear, upper, lower, "front")
    chains.crank(pen, front, 172, 10, material)


def pedals(pen: Pen, material: Material) -> None:
    """A pair of flat pedals from above."""
    for side, x in ((1, -112), (-1, 112)):
        at = complex(x, 0)
        frame = points(((-84, -100), (84, -100), (96, 0), (84, 100), (-84, 100), (-96, 0)), at)
        hole = [points(((-58, -78), (58, -78), (58, -20), (-58, -20)), at), points(((-58, 20), (58, 20), (58, 78), (-58, 78)), at)]
        d = rounded(frame, 18) + "".join(rounded(h, 14) for h in hole)
        drop_shadow(pen, rounded(frame, 18))
        pen.path(
            d,
            pen.linear(
                at - 90 - 100j,
                at + 90 + 100j,
                [(0, flat(material, -0.5, -0.5), 1), (0.5, flat(material), 1), (1, flat(material, 0.5, 0.6), 1)],
            ),
            rule="evenodd",
        )
        tube(pen, at - 90 * side, at + 90 * side, 30, material)
        tube(pen, at - side * 92, at - side * 138, [(0, 20), (0.3, 16), (1, 15)], STEEL)
        for px in (-72, 0, 72):
            for py in (-89, 89):
                disc(pen, at + complex(px, py), 5, STEEL, bend=0.7)


def drop_bar(pen: Pen, material: Material) -> None:
    """Stem and taped bar with levers."""
    g = Geometry(555, 385, 72.5, 73.5, 145, 480, 415, 72)
    shift = -(g.head_top - 40j)
    pen.raw(f'<g transform="translate({shift.real - 100:.1f} {shift.imag:.1f})">')
    at = cockpits.stem(pen, g, 100)
    cockpits.drop_bar(pen, at, tape=material)
    pen.raw("</g>")


def rear_rack(pen: Pen, material: Material) -> None:
    """A rack for panniers, seen from the side."""
    g = Geometry(622, 392, 70.0, 73.0, 168, 510, 455, 66, 47, tyre=47)
    pen.raw(f'<g transform="translate({-g.rear.real + 60:.1f} 690)">')
    extras.rear_rack(pen, g, material)
    disc(pen, g.rear + complex(-14, -22), 9, material)
    extras.rear_light(pen, complex(g.rear.real - 252, g.rear.imag - g.rear_radius - 38))
    pen.raw("</g>")


def mudguards(pen: Pen, material: Material) -> None:
    """A pair of guards with their stays."""
    for x, start, end in ((-225.0, -196, -38), (275.0, -176, -66)):
        axle = complex(x, 60)
        for angle in (-172 if x < 0 else -158, -128):
            foot, rim = axle + 14 * turned(angle), axle + turned(angle, 268)
            drop_shadow(pen, polyline([foot, rim]), 5 + 7j, 10, line=True)
            tube(pen, foot, rim, 6, STEEL)
        extras.mudguard(pen, axle, 262, start, end, material, -172 if x < 0 else -158, 46)
        disc(pen, axle, 13, DARK_STEEL, hole=6, bend=0.6)


def rotor(pen: Pen, material: Material) -> None:
    """A brake disc on its own."""
    _ = material
    drop_shadow(pen, circle(0j, 82), 7 + 10j, 30, line=True)
    draw_rotor(pen, 0j, 90, 9)
    disc(pen, 0j, 25, STEEL, hole=17, bend=0.5)
    for k in range(6):
        bolt(pen, turned(k * 60 + 20, 21), 2.6, DARK_STEEL)


def basket(pen: Pen, material: Material) -> None:
    """A wire basket."""
    _ = material
    pool(pen, complex(0, 0), 190, 10, 0.5)
    extras.basket(pen, complex(-148, -186))
