"""Stem, bars, grips, levers. A bar is seen on its end; what comes towards the viewer is drawn in its foreshortened length."""

from app.demo.drawing.canvas import BLACK, WHITE, Pen
from app.demo.drawing.curves import bezier, smooth, spline, turned, unit
from app.demo.drawing.geometry import Geometry
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, DARK_STEEL, SILVER, TAPE, Material
from app.demo.drawing.tubes import ball, bent, bolt, disc, slab, tube


def stem(
    pen: Pen,
    g: Geometry,
    length: float = 100.0,
    rise: float = -6.0,
    spacers: float = 15.0,
    material: Material = BLACK_ALLOY,
    top: complex | None = None,
) -> complex:
    """Spacers and a stem; `rise` is its angle to the perpendicular of the steering axis. Answers the bar's centre."""
    up, forward = -g.steering, g.steering * -1j
    base = (g.head_top if top is None else top) + up * 9
    if spacers:
        tube(pen, base, base + up * spacers, 34, BLACK_ALLOY)
        for k in range(1, int(spacers // 10) + 1):
            pen.line([base + up * k * 10 - forward * 17, base + up * k * 10 + forward * 17], BLACK, 0.8, opacity=0.6)
    middle = base + up * (spacers + 20)
    clamp = middle + unit(forward * turned(-rise)) * length
    tube(pen, middle, clamp, [(0, 36), (0.2, 31), (0.75, 30), (1, 34)], material)
    tube(pen, base + up * spacers, base + up * (spacers + 41), 37, material)
    disc(pen, clamp, 22, material, bend=0.7)
    tube(pen, base + up * (spacers + 41), base + up * (spacers + 46), 33, DARK_STEEL)
    return clamp


def drop_bar(pen: Pen, at: complex, reach: float = 78.0, drop: float = 125.0, flare: float = 0.0, tape: Material = TAPE) -> complex:
    """Drops with shift-brake levers; answers the foremost point of the hood. `flare` spreads gravel drops towards the viewer."""
    ramp = at + complex(reach * 0.56, 3)
    curve = [
        at + 4 - 1j,
        ramp,
        *bezier(
            at + complex(reach * 0.86, 8),
            at + complex(reach * 1.16, 20),
            at + complex(reach * 1.06, drop * 0.62),
            at + complex(reach * 0.62, drop * 0.88),
            14,
        ),
    ]
    curve += bezier(
        at + complex(reach * 0.50, drop * 0.945),
        at + complex(reach * 0.30, drop * 1.0),
        at + complex(8, drop * 1.0),
        at + complex(-34 - flare, drop * 1.03),
        8,
    )
    line = spline(curve, 4)
    _lever_drop(pen, at, reach)
    bent(pen, line, 30, tape)
    for k in range(10, len(line) - 4, 7):
        along = unit(line[k + 1] - line[k - 1])
        lap = along * turned(62)
        pen.line([line[k] - lap * 15, line[k] + lap * 15], BLACK, 1.0, opacity=0.30)
        pen.line([line[k] + along * 1.4 - lap * 14, line[k] + along * 1.4 + lap * 8], WHITE, 0.6, opacity=0.10)
    ball(pen, line[-1], 15.2, DARK_PLASTIC)
    return _hood(pen, at, reach)


def _hood(pen: Pen, at: complex, reach: float) -> complex:
    """The rubber hood: rises from the ramp to a rounded horn."""
    r = at + reach * 0.52
    outline = [
        r + p
        for p in (
            complex(-12, -13),
            complex(16, -15.5),
            complex(46, -20),
            complex(64, -34),
            complex(79, -49),
            complex(92, -47),
            complex(95, -32),
            complex(89, -12),
            complex(80, 4),
            complex(66, 14),
            complex(48, 18),
            complex(30, 19),
            complex(8, 18),
            complex(-12, 16),
        )
    ]
    slab(pen, smooth(outline, closed=True, tension=0.9), r + complex(18, -38), r + complex(52, 26), DARK_PLASTIC, 0.95)
    pen.path(
        smooth([r + p for p in (complex(10, -13), complex(44, -17), complex(63, -31), complex(78, -45))]), None, WHITE, 2.2, opacity=0.16
    )
    pen.path(smooth([r + p for p in (complex(20, 6), complex(48, 4), complex(68, -6))]), None, BLACK, 1.6, opacity=0.45)
    for k in range(5):
        p = r + complex(22 + k * 7, 10 - k * 1.2)
        pen.line([p, p + complex(4, -5)], BLACK, 1.1, opacity=0.4)
    return r + 95 - 30j


def _lever_drop(pen: Pen, at: complex, reach: float) -> None:
    """The brake blade before the bar, with the shift paddle behind it."""
    root = at + reach * 0.52 + 84
    paddle = [root + p for p in (complex(-16, 6), complex(-4, 10), complex(-2, 52), complex(-14, 78), complex(-24, 76), complex(-18, 40))]
    slab(pen, smooth(paddle, closed=True, tension=0.8), root - 20, root + 90j, DARK_PLASTIC, 0.5)
    blade = [
        root + p
        for p in (
            complex(-10, -12),
            complex(5, -14),
            complex(11, 10),
            complex(11, 48),
            complex(2, 92),
            complex(-10, 116),
            complex(-17, 114),
            complex(-8, 84),
            complex(-2, 46),
            complex(-5, 10),
        )
    ]
    slab(pen, smooth(blade, closed=True, tension=0.9), root - 14 + 20j, root + 16 + 40j, BLACK_ALLOY, 0.9)
    pen.path(smooth([root + p for p in (complex(8, 6), complex(8.6, 46), complex(0, 88))]), None, WHITE, 1.1, opacity=0.35)


def flat_bar(pen: Pen, at: complex, sweep: float = 46.0, rise: float = 8.0, grip: Material = DARK_PLASTIC, levers: bool = True) -> complex:
    """A flat or riser bar: the grip leans back and towards the viewer; brake lever and shifter in front of it."""
    inner = at + complex(0, -rise)
    end = inner + complex(-sweep, -6 - rise * 0.2)
    bent(pen, [at, (at + inner) / 2 + 2, inner, inner + (end - inner) * 0.4], 24, BLACK_ALLOY)
    if levers:
        _lever_flat(pen, inner + (end - inner) * 0.22)
    spine = [inner + (end - inner) * 0.30, end]
    bent(pen, spine, [(0, 30), (0.1, 33), (0.85, 32), (1, 34)], grip)
    for k in range(1, 6):
        p = spine[0] + (spine[1] - spine[0]) * k / 6
        side = unit(spine[1] - spine[0]) * 1j
        pen.line([p - side * 15, p + side * 15], BLACK, 1.5, opacity=0.35)
    disc(pen, end, 16.4, grip, bend=0.8)
    disc(pen, end, 10.5, BLACK_ALLOY, bend=0.6)
    return inner + 18


def _lever_flat(pen: Pen, root: complex) -> None:
    body = [root + p for p in (complex(-10, -16), complex(12, -17), complex(36, -8), complex(44, 6), complex(34, 16), complex(8, 14))]
    slab(pen, smooth(body, closed=True, tension=0.85), root - 16 - 18j, root + 30 + 22j, BLACK_ALLOY, 0.85)
    blade = [
        root + p
        for p in (
            complex(26, 2),
            complex(42, 2),
            complex(52, 22),
            complex(52, 50),
            complex(44, 74),
            complex(34, 82),
            complex(31, 76),
            complex(39, 58),
            complex(41, 34),
            complex(34, 16),
        )
    ]
    slab(pen, smooth(blade, closed=True, tension=0.85), root + 22 + 10j, root + 56 + 40j, BLACK_ALLOY, 0.9)
    pen.path(smooth([root + p for p in (complex(44, 10), complex(48, 30), complex(46, 56))]), None, WHITE, 1.2, opacity=0.4)
    tongue = [root + p for p in (complex(6, 10), complex(22, 12), complex(27, 28), complex(18, 38), complex(9, 30))]
    slab(pen, smooth(tongue, closed=True, tension=0.85), root, root + 20 + 40j, DARK_PLASTIC, 0.8)
    bolt(pen, root + 8 - 2j, 4.2, DARK_STEEL)


def swept_bar(
    pen: Pen, at: complex, back: float = 190.0, rise: float = 55.0, grip: Material = DARK_PLASTIC, tone: Material = SILVER
) -> complex:
    """A city bar that rises and comes back to the rider; leather or rubber grips."""
    bend = [at, *bezier(at + complex(4, -8), at + complex(34, -rise * 0.7), at + complex(20, -rise - 16), at + complex(-36, -rise - 6), 14)]
    end = at + complex(-back, -rise + 22)
    line = spline([*bend, end + (at + complex(-36, -rise - 6) - end) * 0.55], 4)
    bent(pen, line, 23, tone)
    blade_root = line[-1] + complex(12, 6)
    blade = [
        blade_root + p
        for p in (complex(14, -4), complex(20, 10), complex(-16, 34), complex(-74, 46), complex(-80, 40), complex(-24, 24), complex(2, 8))
    ]
    slab(pen, smooth(blade, closed=True, tension=0.85), blade_root - 20 - 10j, blade_root + 44j, tone, 0.9)
    tube(pen, blade_root + 22 - 12j, blade_root - 2 - 8j, 28, BLACK_ALLOY)
    bent(pen, spline([line[-1], end], 6), [(0, 30), (0.3, 33), (0.8, 34), (1, 32)], grip)
    for k in range(1, 9):
        p = line[-1] + (end - line[-1]) * k / 9
        side = unit(end - line[-1]) * 1j
        pen.line([p - side * 15, p + side * 15], BLACK, 1.0, opacity=0.22)
    ball(pen, end, 15.5, DARK_STEEL)
    return at + complex(30, -rise * 0.6)
