"""Frames that are not a plain diamond: deep step-through, folding beam, front-loading cargo, full suspension."""

from app.demo.drawing.canvas import BLACK, Pen, mix
from app.demo.drawing.curves import bezier, rounded, smooth, spline, unit
from app.demo.drawing.frames import Build, collar, dropout, head, shell, stay_pair
from app.demo.drawing.geometry import Geometry
from app.demo.drawing.lettering import write
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, DARK_STEEL, SILVER, STEEL, Material, flat
from app.demo.drawing.paints import Paint
from app.demo.drawing.tubes import ball, bent, bolt, disc, joint, slab, tube


def step_through(pen: Pen, g: Geometry, b: Build, paint: Paint) -> None:
    """One strong tube that dips from the head to the bottom bracket, a brace at the seat tube: a step 40 cm high."""
    stuff = paint.material
    start = g.head_bottom - g.steering * g.head_tube * 0.40
    low = g.bottom + complex(44, -b.down[1] * 0.30)
    spine = bezier(start, start + complex(-66, 96), low + complex(225, -8), low, 30)
    stay_pair(pen, g, b, stuff, g.seat_top - g.seat_direction * 34)
    joint(pen, g.bottom, low + 60, b.down[1], g.seat_top, b.seat[1], 66, stuff)
    tube(pen, g.bottom, g.seat_top, [(0, b.seat[1] + 8), (0.2, b.seat[1]), (1, b.seat[0])], stuff)
    bent(pen, [g.bottom + 4, *spine[::-1]], [(0, b.down[1]), (0.5, b.down[1]), (1, b.down[0] + 4)], stuff)
    second = g.head_top + g.steering * 20
    meet = spine[11]
    bent(
        pen,
        bezier(second, second + complex(-34, 66), meet + complex(30, -66), meet, 14),
        [(0, b.top[0] * 0.72), (1, b.top[1] * 0.72)],
        stuff,
    )
    head(pen, g, b, stuff)
    shell(pen, g, b, stuff)
    collar(pen, g, b)
    at, ahead = spine[15], spine[12]
    write(pen, "VELORIA", (at + spine[14]) / 2, ahead - at, b.wordmark * 0.72, paint.lettering, 0.13, 2.3)


def folding(pen: Pen, g: Geometry, b: Build, paint: Paint) -> None:
    """A low straight beam with a hinge in its middle, small wheels, a long mast for the saddle."""
    stuff = paint.material
    start = g.head_bottom - g.steering * g.head_tube * 0.5
    end = g.bottom + g.seat_direction * 96 + complex(-30, 0)
    stay_pair(pen, g, b, stuff, g.bottom + g.seat_direction * 150)
    tube(pen, g.bottom, g.seat_top, [(0, b.seat[1] + 4), (1, b.seat[0] + 6)], stuff)
    joint(pen, end, start, b.down[1], g.bottom, b.seat[1], 50, stuff)
    bent(pen, spline([end, (end + start) / 2 + 10j, start], 10), [(0, b.down[1]), (0.5, b.down[1] + 4), (1, b.down[0])], stuff)
    middle, along = end + (start - end) * 0.52 + 9j, unit(start - end)
    plate = [middle + along * x + along * 1j * y for x, y in ((-24, -36), (24, -36), (24, 36), (-24, 36))]
    slab(pen, rounded(plate, 8), middle - 30 - 30j, middle + 30 + 30j, BLACK_ALLOY)
    pen.line([middle - along * 36j, middle + along * 36j], BLACK, 2.0)
    slab(
        pen,
        rounded([middle + along * x + along * 1j * y for x, y in ((-8, -30), (8, -30), (10, 8), (2, 22), (-8, 8))], 5),
        middle - 12 - 20j,
        middle + 10 + 20j,
        SILVER,
    )
    head(pen, g, b, stuff)
    shell(pen, g, b, stuff)
    collar(pen, g, b)
    write(pen, "VELORIA", end + (start - end) * 0.78 + 7j, along, b.wordmark * 0.8, paint.lettering, 0.13, 2.0)


def cargo(pen: Pen, g: Geometry, b: Build, paint: Paint, bar_head: complex) -> None:
    """A front loader: `g` is the front wheel's steering, `bar_head` the top of the rider's steering column; the beam runs low between."""
    stuff = paint.material
    column = bar_head + g.steering * 230
    stay_pair(pen, g, b, stuff, g.seat_top - g.seat_direction * 30)
    tube(pen, g.bottom, g.seat_top, [(0, b.seat[1] + 8), (1, b.seat[0])], stuff)
    low = complex(g.bottom.real + 330, g.bottom.imag + 36)
    far = complex(g.front.real - 375, low.imag)
    nose = g.head_bottom - g.steering * g.head_tube * 0.5
    beam = [*bezier(g.bottom, g.bottom + 120, low - 120, low, 12), *bezier(far, far + 130, nose + complex(-160, 140), nose, 18)]
    bent(pen, beam, [(0, b.down[1]), (1, b.down[0])], stuff)
    bent(pen, bezier(column, column + complex(-20, 90), low + complex(-170, -70), low + complex(-60, -4), 16), [(0, 46), (1, 44)], stuff)
    tube(pen, bar_head, column, [(0, 40), (1, 46)], stuff)
    tube(pen, bar_head - g.steering * 2, bar_head - g.steering * 9, 42, BLACK_ALLOY)
    tube(pen, g.seat_top - g.seat_direction * 60, column - g.steering * 40, 34, stuff)
    head(pen, g, b, stuff)
    shell(pen, g, b, stuff)
    collar(pen, g, b)
    tube(pen, low + complex(-30, 34), g.front + complex(-60, -20), 12, DARK_STEEL)


def cargo_box(pen: Pen, g: Geometry, paint: Paint, bar_head: complex) -> None:
    """The open load box of birch plywood with a painted band and a bench inside."""
    wood = Material((0.74, 0.58, 0.38), 1.0, 0.05)
    left, right = bar_head.real + 85, g.front.real - 250
    base, rim = g.bottom.imag + 4, g.bottom.imag - 400
    outline = [complex(left + 40, base), complex(right - 70, base), complex(right + 88, rim + 40), complex(left - 20, rim)]
    slab(pen, rounded(outline, [26, 30, 14, 12]), complex(left, rim - 60), complex(right, base + 40), wood, 0.6)
    for k in range(1, 4):
        y = rim + (base - rim) * k / 4 + 8
        share = (y - rim) / (base - rim)
        pen.line(
            [complex(left - 20 + 60 * share, y), complex(right + 88 - 158 * share, y + 20 * (1 - share))],
            mix(wood.base, BLACK, 0.25),
            1.2,
            opacity=0.4,
        )
    edge = [complex(left - 26, rim - 9), complex(right + 94, rim + 31), complex(right + 90, rim + 52), complex(left - 22, rim + 12)]
    slab(pen, rounded(edge, 8), complex(left, rim - 30), complex(left + 40, rim + 40), BLACK_ALLOY)
    middle = complex((left + right) / 2 + 10, (base + rim) / 2 + 14)
    write(pen, "EIDER", middle, 1 + 0.02j, 58, paint.swatch, 0.12, 2.4, opacity=0.9)
    for x in (left + 70, right - 60):
        bolt(pen, complex(x, base - 26), 6, STEEL)


def full_suspension(pen: Pen, g: Geometry, b: Build, paint: Paint) -> None:
    """Four-bar rear suspension: main triangle, rocker on the seat tube, shock under the top tube, a swinging rear triangle."""
    stuff = paint.material
    top = g.head_top + g.steering * 26
    down = g.head_bottom - g.steering * 26
    knee = g.bottom + g.seat_direction * (g.seat_tube * 0.66)
    pivot = g.bottom + complex(4, -64)
    rocker = g.bottom + g.seat_direction * (g.seat_tube * 0.50)
    stay_top = rocker + complex(-74, -18)
    eye = rocker + complex(52, -54)
    axle_joint = g.rear + complex(8, -24)
    tube(pen, pivot, g.rear + complex(10, -2), [(0, 42), (0.3, 33), (1, 24)], stuff, -8)
    tube(pen, stay_top, axle_joint, [(0, 24), (0.5, 18), (1, 19)], stuff)
    dropout(pen, g, stuff)
    joint(pen, top, knee, b.top[0], g.head_bottom, b.head[0], 10, stuff)
    joint(pen, down, g.bottom, b.down[0], g.head_top, b.head[1], 10, stuff)
    joint(pen, g.bottom, down, b.down[1], g.seat_top, b.seat[1], 60, stuff)
    joint(pen, knee, top, b.top[1], g.bottom, b.seat[0], 46, stuff)
    tube(pen, g.bottom, g.seat_top, [(0, b.seat[1] + 14), (0.3, b.seat[1]), (1, b.seat[0])], stuff)
    tube(pen, knee, top, [(0, b.top[1] + 8), (0.2, b.top[1]), (0.9, b.top[0]), (1, b.top[0] + 8)], stuff, 8)
    tube(pen, g.bottom, down, [(0, b.down[1] + 10), (0.2, b.down[1]), (0.85, b.down[0]), (1, b.down[0] + 10)], stuff, 7)
    head(pen, g, b, stuff)
    shell(pen, g, b, stuff)
    collar(pen, g, b)
    write(pen, "VELORIA", g.bottom + (down - g.bottom) * 0.58, unit(down - g.bottom), b.wordmark, paint.lettering, 0.13, 2.3)
    _shock(pen, eye, g.bottom + (down - g.bottom) * 0.34 + complex(-8, -30))
    link = [
        stay_top,
        rocker + complex(-2, 16),
        rocker + complex(10, 4),
        eye + complex(8, 4),
        eye + complex(-6, -10),
        rocker + complex(-6, -26),
    ]
    slab(pen, smooth(link, closed=True, tension=0.75), rocker - 50 - 40j, rocker + 40 + 40j, BLACK_ALLOY, 0.8)
    for joint_at, radius in ((rocker, 11), (stay_top + 6 + 3j, 9), (eye, 8), (pivot, 12), (axle_joint, 9)):
        disc(pen, joint_at, radius, BLACK_ALLOY, bend=0.6)
        bolt(pen, joint_at, radius * 0.6, STEEL)


def _shock(pen: Pen, a: complex, b: complex) -> None:
    along = unit(b - a)
    length = abs(b - a)
    tube(pen, a + along * 8, a + along * length * 0.48, 26, Material((0.34, 0.25, 0.15), 0.6, 0.7, 0.3))
    tube(pen, a + along * length * 0.40, b - along * 8, [(0, 44), (0.1, 47), (0.9, 47), (1, 40)], DARK_PLASTIC)
    tube(pen, a + along * 2, a + along * 22, 34, BLACK_ALLOY)
    pen.line([a + along * (length * 0.62) - along * 1j * 18, a + along * (length * 0.62) + along * 1j * 18], flat(SILVER), 1.6, opacity=0.6)
    ball(pen, b, 11, BLACK_ALLOY)
