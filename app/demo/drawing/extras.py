"""What a bicycle carries besides: mudguards, racks, lamps, motor and battery, kickstand, chain case, bottles, brake calipers, bells."""

from app.demo.drawing.canvas import BLACK, WHITE, Pen, colour
from app.demo.drawing.curves import arc, rounded, smooth, spline, turned, unit
from app.demo.drawing.geometry import Geometry
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, DARK_STEEL, SILVER, STEEL, Material, paint, satin
from app.demo.drawing.tubes import ball, bent, bolt, disc, slab, tube

AMBER_GLOW = Material(colour("#b3221c"), 1.0, 0.5)
LENS = Material(colour("#dfe6ea"), 0.8, 0.7)


def mudguard(pen: Pen, axle: complex, radius: float, start: float, end: float, material: Material, stay: float, deep: float = 34.0) -> None:
    """A guard around the tyre from angle to angle (degrees, clockwise), with a wire stay at `stay`."""
    run = radius + 15
    rim = axle + turned(stay, run - 4)
    pen.line([axle + turned(stay, 12), rim], "#2a2c2f", 4.6)
    pen.line([axle + turned(stay, 12) - 1 - 1j, rim - 1 - 1j], "#85898d", 1.2)
    line = arc(axle, run - deep / 2 + 6, start, end, 40)
    widths = [(0, deep * 0.55), (0.06, deep), (0.94, deep), (1, deep * 0.55)]
    bent(pen, line, widths, material)


def rear_rack(pen: Pen, g: Geometry, material: Material = DARK_STEEL, length: float = 350.0) -> complex:
    """A luggage rack over the rear wheel; answers the middle of its platform."""
    y = g.rear.imag - g.rear_radius - 46
    front, back = complex(g.rear.real + 105, y), complex(g.rear.real + 105 - length, y - 6)
    foot = g.rear + complex(-14, -22)
    for x in (0.30, 0.52, 0.74):
        bent(pen, spline([front + (back - front) * x, front + (back - front) * (x * 0.6 + 0.18) + 130j, foot], 6), 9.5, material)
    mount = g.seat_top - g.seat_direction * 46
    bent(pen, spline([front, (front + mount) / 2 + 6j, mount], 6), 9.5, material)
    low = y + 92
    bent(
        pen,
        spline(
            [complex(front.real - 50, y + 6), complex(front.real - 60, low), complex(back.real + 60, low), complex(back.real + 22, y)], 7
        ),
        8.5,
        material,
    )
    bent(pen, [back, front], 11.5, material)
    return (front + back) / 2


def rear_light(pen: Pen, at: complex) -> None:
    """A red lamp facing backwards (to the left)."""
    body = [at + p for p in (complex(16, -15), complex(-5, -17), complex(-12, -6), complex(-12, 8), complex(-4, 16), complex(16, 13))]
    slab(pen, smooth(body, closed=True, tension=0.7), at - 14 - 14j, at + 14 + 14j, DARK_PLASTIC, 0.8)
    lens = [at + p for p in (complex(-4, -16), complex(-13, -6), complex(-13, 8), complex(-4, 15), complex(0, 0))]
    slab(pen, smooth(lens, closed=True, tension=0.7), at - 16 - 14j, at + 2 + 14j, AMBER_GLOW, 0.9)


def front_light(pen: Pen, at: complex, mount: complex | None = None, size: float = 0.9) -> None:
    """A head lamp facing forwards (to the right), on a bracket from `mount`."""
    if mount is not None:
        tube(pen, mount, at + complex(-14, 18) * size, 8, BLACK_ALLOY)
    body = [
        at + p * size
        for p in (
            complex(-34, -8),
            complex(-16, -24),
            complex(18, -27),
            complex(24, 0),
            complex(18, 27),
            complex(-14, 22),
            complex(-32, 10),
        )
    ]
    slab(pen, smooth(body, closed=True, tension=0.8), at - 30 - 26j, at + 22 + 30j, BLACK_ALLOY, 0.9)
    glass = [at + p * size for p in (complex(17, -27), complex(25, -20), complex(28, 0), complex(25, 20), complex(17, 27), complex(14, 0))]
    slab(pen, smooth(glass, closed=True, tension=0.8), at + 10 - 30j, at + 30 + 30j, LENS, 0.6)


def motor(pen: Pen, g: Geometry) -> None:
    """A mid motor around the bottom bracket."""
    c = g.bottom
    outline = [
        c + p
        for p in (
            complex(-52, -26),
            complex(-26, -60),
            complex(34, -68),
            complex(84, -52),
            complex(96, -14),
            complex(74, 30),
            complex(24, 56),
            complex(-30, 50),
            complex(-56, 16),
        )
    ]
    slab(pen, smooth(outline, closed=True), c - 60 - 60j, c + 70 + 60j, DARK_PLASTIC, 0.8)
    inner = [
        c + p * 0.80 + 6
        for p in (
            complex(-52, -26),
            complex(-26, -60),
            complex(34, -68),
            complex(84, -52),
            complex(96, -14),
            complex(74, 30),
            complex(24, 56),
            complex(-30, 50),
            complex(-56, 16),
        )
    ]
    pen.path(smooth(inner, closed=True), None, WHITE, 1.2, opacity=0.14)
    for p in (complex(70, -34), complex(-34, -32), complex(50, 34)):
        bolt(pen, c + p, 5, STEEL)


def battery(pen: Pen, a: complex, b: complex, width: float) -> None:
    """The cover of a battery let into the down tube between two points."""
    along = unit(b - a)
    side = along * 1j
    plate = [a - side * width * 0.34, b - side * width * 0.34, b + side * width * 0.30, a + side * width * 0.30]
    slab(pen, rounded(plate, 12), (a + b) / 2 - side * width * 0.5, (a + b) / 2 + side * width * 0.5, DARK_PLASTIC, 0.9)
    pen.path(rounded(plate, 12), None, BLACK, 1.2, opacity=0.6)
    bolt(pen, a + along * 26, 6, DARK_STEEL)


def kickstand(pen: Pen, g: Geometry) -> None:
    """A side stand behind the rear wheel's axle, folded down."""
    root = g.rear + complex(96, 16)
    foot = complex(root.real + 58, -12)
    tube(pen, root - 10j, foot, [(0, 17), (0.2, 13), (1, 12)], BLACK_ALLOY)
    slab(
        pen,
        rounded([foot + p for p in (complex(-16, -4), complex(14, -4), complex(22, 8), complex(-12, 9))], 5),
        foot - 10j,
        foot + 10j,
        DARK_PLASTIC,
    )


def chain_case(pen: Pen, front: complex, rear: complex, r_front: float, r_rear: float, material: Material) -> None:
    """A slim guard over the upper run of the chain."""
    a, b = front + complex(8, -r_front - 8), rear + complex(6, -r_rear - 12)
    line = [*arc(front, r_front + 8, 30, -86, 18), (a + b) / 2 + 2j, b]
    bent(pen, spline(line, 3), [(0, 12), (0.2, 17), (1, 14)], material)


def bottle(pen: Pen, a: complex, b: complex, shift: float, tone: Material) -> None:
    """A bottle in its cage on the tube from a to b; `shift` places it along the tube."""
    along = unit(b - a)
    up = along * -1j if (along * -1j).imag < 0 else along * 1j
    foot = a + along * shift + up * 48
    tube(pen, foot, foot + along * 118, [(0, 66), (0.06, 72), (0.62, 72), (0.68, 66), (0.76, 72), (1, 70)], tone)
    tube(pen, foot + along * 117, foot + along * 152, [(0, 66), (0.4, 58), (1, 30)], DARK_PLASTIC)
    tube(pen, foot + along * 150, foot + along * 168, 22, DARK_PLASTIC)
    bent(
        pen,
        spline([foot - along * 5 - up * 30, foot - along * 7 + up * 32, foot + along * 24 + up * 38, foot + along * 62 - up * 26], 6),
        6,
        BLACK_ALLOY,
    )


def caliper_front(pen: Pen, g: Geometry, rotor: float) -> None:
    """The brake caliper behind the fork's blade, on the rotor's edge."""
    at = g.front + turned(-138, rotor / 2 - 4)
    body = [at + turned(-138) * x + turned(-48) * y for x, y in ((-18, -34), (14, -34), (20, 0), (14, 34), (-18, 34))]
    slab(pen, rounded(body, 10), at - 24 - 24j, at + 24 + 24j, BLACK_ALLOY, 0.8)


def rim_brake(pen: Pen, at: complex, towards: complex) -> None:
    """A dual-pivot caliper over the tyre, with its shoe at the rim."""
    along = unit(towards - at)
    side = along * 1j
    arm = [
        at - side * 16,
        at + side * 18,
        at + side * 16 + along * 34,
        at + along * 56 + side * 8,
        at + along * 58 - side * 8,
        at + along * 30 - side * 16,
    ]
    slab(pen, smooth(arm, closed=True, tension=0.7), at - 16 - 16j, at + 16 + 40j, SILVER, 0.8)
    tube(pen, at + along * 54 - side * 20, at + along * 54 + side * 22, 10, DARK_PLASTIC)
    bolt(pen, at + along * 6, 6, DARK_STEEL)


def bell(pen: Pen, at: complex, material: Material) -> None:
    """A small dome bell on the bar."""
    dome = [at + p for p in (complex(-19, 0), complex(-15, -13), complex(0, -20), complex(15, -13), complex(19, 0))]
    slab(pen, smooth(dome) + "Z", at - 18 - 16j, at + 18, material, 0.9)
    tube(pen, at - 20, at + 20, 3.5, DARK_STEEL)
    ball(pen, at - 22j, 3.4, STEEL)


def basket(pen: Pen, at: complex) -> None:
    """A wire basket in front of the bar."""
    top = [at + complex(10, 0), at + complex(285, -8)]
    base = [at + complex(40, 185), at + complex(250, 180)]
    for k in range(11):
        share = k / 10
        pen.line([top[0] + (top[1] - top[0]) * share, base[0] + (base[1] - base[0]) * share], "#303235", 3.2)
    for k in range(6):
        share = k / 5
        pen.line([top[0] + (base[0] - top[0]) * share, top[1] + (base[1] - top[1]) * share], "#303235", 3.2)
    bent(pen, top, 8, DARK_STEEL)
    bent(pen, base, 7, DARK_STEEL)


def front_rack(pen: Pen, g: Geometry, material: Material = DARK_STEEL) -> None:
    """A small platform over the front wheel."""
    y = g.front.imag - g.front_radius - 34
    a, b = complex(g.front.real - 120, y), complex(g.front.real + 130, y - 4)
    for x in (0.25, 0.8):
        bent(pen, [a + (b - a) * x, g.front + complex(0, -26)], 9, material)
    bent(pen, [a, b], 12, material)
    bent(pen, [b, b - 34j], 9, material)
    disc(pen, g.front - 26j, 7, material)


GUARD_BLACK = satin("#202225")
GUARD_CHROME = Material(colour("#c6c9cc"), 0.35, 0.95, 0.4)
BOTTLE_CLEAR = paint("#d9dedc")
