"""Forks: tapered rigid blades, raked steel blades, suspension."""

from app.demo.drawing.canvas import BLACK, Pen
from app.demo.drawing.curves import bezier, rounded, turned, unit
from app.demo.drawing.geometry import Geometry
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, SILVER, Material
from app.demo.drawing.tubes import ball, bent, bolt, disc, slab, tube


def rigid(pen: Pen, g: Geometry, material: Material, wide: float = 46.0, tip: float = 18.0) -> None:
    """A carbon or aluminium fork: deep at the crown, straight, slim at the axle, the crown flowing into the blade."""
    crown, front = g.crown, g.front
    bend = crown + g.steering * abs(front - crown) * 0.30
    spine = bezier(crown - g.steering * 14, bend, front - g.steering * abs(front - crown) * 0.42, front, 24)
    knots = [(0, wide + 6), (0.07, wide), (0.22, wide * 0.80), (0.6, wide * 0.56), (0.92, tip), (1, tip + 2)]
    bent(pen, spine, knots, material)
    ball(pen, front, tip * 0.62, material)
    bolt(pen, front, 8.5, BLACK_ALLOY)


def raked(pen: Pen, g: Geometry, material: Material, wide: float = 27.0, tip: float = 14.0) -> None:
    """Steel blades, straight from the crown and bent forwards at their ends."""
    crown, front = g.crown, g.front
    length = abs(front - crown)
    spine = [
        crown - g.steering * 14,
        *bezier(crown + g.steering * length * 0.50, crown + g.steering * length * 0.80, front - g.steering * turned(-24) * 76, front, 20),
    ]
    bent(pen, spine, [(0, wide), (0.4, wide), (1, tip)], material)
    side = g.steering * 1j
    top = [
        crown - g.steering * 4 + side * 21,
        crown - g.steering * 4 - side * 21,
        crown + g.steering * 26 - side * 16,
        crown + g.steering * 26 + side * 16,
    ]
    slab(pen, rounded(top, 7), crown - 22 - 10j, crown + 22 + 20j, material)
    ball(pen, front, 10, BLACK_ALLOY)
    bolt(pen, front, 8, SILVER)


def suspension(pen: Pen, g: Geometry, lowers: Material, travel: float = 120.0, stout: float = 1.0) -> None:
    """A telescopic fork: stanchions out of the crown, lowers with a bridge behind, the axle in front of the legs."""
    forward = g.steering * -1j
    crown = g.crown + g.steering * 2
    leg_top = crown + forward * 5
    axle_line = g.front - forward * (g.rake * 0.38)
    leg = unit(axle_line - leg_top)
    length = abs(axle_line - leg_top)
    seal = leg_top + leg * (24 + travel)
    tube(pen, leg_top, leg_top + leg * length * 0.75, 33 * stout, SILVER if stout < 1 else BLACK_ALLOY)
    tube(pen, leg_top + leg * 20, seal, 31 * stout, Material((0.30, 0.22, 0.15), 0.7, 0.6, 0.25) if stout >= 1 else SILVER)
    knots = [(0, 42 * stout), (0.06, 45 * stout), (0.5, 41 * stout), (0.88, 38 * stout), (1, 30 * stout)]
    tube(pen, seal, axle_line + leg * 14, knots, lowers)
    tube(pen, seal - leg * 5, seal + leg * 6, 43 * stout, DARK_PLASTIC)
    side = leg * 1j
    arch = [
        seal + leg * 4 - side * 20,
        seal - leg * 20 - side * 30,
        seal - leg * 26 - side * 20,
        seal - leg * 6 - side * 2,
        seal + leg * 42 - side * 14,
    ]
    slab(pen, rounded(arch, 9), seal - 30 - 20j, seal + 40 + 30j, lowers)
    body = [
        crown + side * 29 * stout - leg * 6,
        crown - side * 31 * stout - leg * 6,
        crown - side * 27 * stout + leg * 40,
        crown + side * 19 * stout + leg * 40,
    ]
    slab(pen, rounded(body, [9, 12, 12, 12]), crown - 28 - 16j, crown + 30 + 40j, lowers, 0.75)
    disc(pen, leg_top - leg * 4, 13 * stout, BLACK_ALLOY, bend=0.6)
    foot = [g.front + p for p in (-leg * 26 - side * 4, -leg * 20 + side * 17, leg * 14 + side * 13, leg * 16 - side * 12)]
    slab(pen, rounded(foot, 9), g.front - 18 - 18j, g.front + 16 + 18j, lowers)
    disc(pen, g.front, 11, BLACK_ALLOY, bend=0.6)
    bolt(pen, g.front, 8, SILVER)
    pen.circle(g.front, 11, None, stroke=BLACK, width=0.7, opacity=0.5)
