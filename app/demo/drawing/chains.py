"""Chainrings, cassette, chain, belt, cranks and pedals: what turns. True pitch: 12.7 mm a chain link, 11 mm a belt tooth."""

import math
from collections.abc import Sequence

from app.demo.drawing.canvas import BLACK, WHITE, Pen, circle, mix, number
from app.demo.drawing.curves import polyline, rounded, smooth, toothed, turned, unit, wrap
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, DARK_STEEL, SILVER, STEEL, TOWARDS_LIGHT, Material, flat, sheet, veil
from app.demo.drawing.tubes import ball, bolt, disc, slab, tube

PITCH = 12.7
COG = Material((0.60, 0.61, 0.63), 0.55, 0.55, 0.35)


def pitch_radius(teeth: int, pitch: float = PITCH) -> float:
    """The radius on which the chain's pins run."""
    return pitch / 2 / math.sin(math.pi / teeth)


def sprocket(pen: Pen, centre: complex, teeth: int, material: Material, hole: float, turn: float = 0.0, fine: bool = True) -> None:
    """One toothed ring."""
    radius = pitch_radius(teeth)
    reach = TOWARDS_LIGHT * radius
    d = toothed(centre, teeth, radius - 2.6, radius + 2.6, turn)
    pen.path(d + circle(centre, hole), pen.linear(centre + reach, centre - reach, sheet(material, 0.4)), rule="evenodd")
    if not fine:
        return
    pen.path(d, None, stroke=pen.linear(centre + reach, centre - reach, veil(WHITE, [(0, 0.5), (0.4, 0.08), (1, 0)])), width=0.5)
    pen.circle(centre, hole, None, stroke=BLACK, width=0.6, opacity=0.4)


def cassette(pen: Pen, axle: complex, cogs: Sequence[int], material: Material = COG) -> None:
    """The block of sprockets, largest at the back, each throwing a thin shadow on the next."""
    for i, teeth in enumerate(sorted(cogs, reverse=True)):
        radius = pitch_radius(teeth)
        pen.circle(axle + 0.6 + 0.9j, radius + 1.6, BLACK, opacity=0.30)
        sprocket(pen, axle, teeth, material, max(13.0, radius - 15), turn=i * 3.1, fine=teeth > 40)
        if teeth >= 20:
            slots = number(2 * math.pi * (radius - 7.4) / 48)
            pen.circle(axle, radius - 7.4, None, stroke="#17181a", width=3.4, dash=f"{slots} {slots}", opacity=0.75)
    disc(pen, axle, 15.5, DARK_STEEL, bend=0.6)
    pen.circle(axle, 13.5, None, stroke="#202225", width=3, dash="0.9 3.81", cap="butt")
    disc(pen, axle, 10.5, BLACK_ALLOY, bend=0.7)
    bolt(pen, axle, 6.5, STEEL)


def chain(pen: Pen, line: Sequence[complex]) -> None:
    """A roller chain along a line: inner plates, outer plates and rivets in the true pitch."""
    d = polyline(line)
    pen.path(polyline([p + 1.6j for p in line]), None, BLACK, 6.4, opacity=0.25)
    pen.path(d, None, "#3d3f42", 5.0)
    pen.path(d, None, "#85888c", 7.2, dash="9.6 15.8", cap="round")
    pen.path(polyline([p + TOWARDS_LIGHT * 1.4 for p in line]), None, "#c9ccd0", 1.5, opacity=0.8, dash="9.6 15.8")
    pen.path(d, None, "#2c2e31", 3.3, dash="0.01 12.69", cap="round")


def belt(pen: Pen, line: Sequence[complex]) -> None:
    """A toothed belt: a thin dark band, its teeth inwards."""
    d = polyline(line)
    pen.path(d, None, "#17181a", 6.0)
    pen.path(d, None, "#0f1011", 9.0, dash="5.5 5.5", cap="butt", opacity=0.55)
    pen.path(polyline([p + TOWARDS_LIGHT * 1.6 for p in line]), None, "#5b5e62", 1.1, opacity=0.8)


def belt_wheel(pen: Pen, centre: complex, teeth: int) -> None:
    """A belt pulley with spokes."""
    radius = pitch_radius(teeth, 11.0)
    d = toothed(centre, teeth, radius - 2.2, radius + 1.6)
    reach = TOWARDS_LIGHT * radius
    pen.path(d + circle(centre, radius - 9), pen.linear(centre + reach, centre - reach, sheet(BLACK_ALLOY, 0.5)), rule="evenodd")
    for i in range(10):
        tube(pen, centre + turned(i * 36, 12), centre + turned(i * 36, radius - 7), [(0, 9), (1, 6)], BLACK_ALLOY)
    disc(pen, centre, 16, BLACK_ALLOY)


def chainring(pen: Pen, centre: complex, teeth: int, material: Material = BLACK_ALLOY, arms: float = 10.0, inner: int = 0) -> None:
    """One or two chainrings with a four-armed spider."""
    if inner:
        sprocket(pen, centre, inner, DARK_STEEL, pitch_radius(inner) - 9, turn=4)
    radius = pitch_radius(teeth)
    sprocket(pen, centre, teeth, material, radius - 13)
    pen.ring(centre, radius - 11.2, radius - 13, WHITE, opacity=0.12)
    reach = min(radius - 8, 62.0)
    for i in range(4):
        at = arms + 45 + i * 90
        tip = centre + turned(at, reach)
        if radius - 13 > reach:
            tube(pen, tip, centre + turned(at, radius - 9), [(0, 13), (1, 22)], material)
        tube(pen, centre, tip, [(0, 32), (0.4, 21), (1, 13)], material)
        bolt(pen, centre + turned(at, min(reach, radius - 16)), 4.2, STEEL)


def crank(pen: Pen, centre: complex, length: float, angle: float, material: Material = BLACK_ALLOY, far: bool = False) -> complex:
    """A crank arm at the angle (0° forwards, 90° down); answers where the pedal axle is."""
    end = centre + turned(angle, length)
    out = unit(end - centre)
    normal = out * 1j
    halves = ((-17, 17), (0, 20), (26, 15.5), (80, 12.5), (length - 22, 12.5), (length, 13.0), (length + 11, 8))
    side = [centre + out * x + normal * w for x, w in halves] + [centre + out * x - normal * w for x, w in reversed(halves)]
    d = smooth(side, closed=True)
    top = normal if (normal.conjugate() * TOWARDS_LIGHT).real > 0 else -normal
    middle = centre + out * length / 2
    stuff = DARK_PLASTIC if far else material
    pen.path(d, pen.linear(middle + top * 18, middle - top * 18, sheet(stuff, 0.75)))
    if far:
        return end
    groove = [centre + out * 34 + normal * 5, centre + out * (length - 26) + normal * 4]
    groove += [centre + out * (length - 26) - normal * 4, centre + out * 34 - normal * 5]
    pen.path(rounded(groove, 5), mix(flat(stuff), BLACK, 0.28))
    pen.line([centre + out * 36 - top * 5.2, centre + out * (length - 28) - top * 4.4], WHITE, 0.7, opacity=0.25)
    disc(pen, centre, 15, stuff, bend=0.6)
    bolt(pen, centre, 8.5, STEEL if material is not SILVER else DARK_STEEL)
    disc(pen, end, 8.5, stuff, bend=0.7)
    disc(pen, end, 5.2, STEEL, bend=0.7)
    return end


def pedal(pen: Pen, at: complex, kind: str = "flat", far: bool = False) -> None:
    """A pedal seen from the side: flat cage, or rubber-topped city block."""
    material = DARK_PLASTIC if far or kind == "flat" else BLACK_ALLOY
    half, high = (50.0, 8.0) if kind == "flat" else (45.0, 11.0)
    body = rounded([at + complex(-half, -high), at + complex(half, -high), at + complex(half, high), at + complex(-half, high)], 7)
    slab(pen, body, at - high * 1j, at + high * 1j, material, 0.9)
    if not far:
        ball(pen, at, 7.5, DARK_STEEL)
        if kind == "flat":
            for x in (-42, -26, 26, 42):
                for y in (-1, 1):
                    pen.line([at + complex(x, y * high), at + complex(x, y * (high + 3.2))], "#77797d", 1.6)
        else:
            for x in range(-38, 39, 9):
                pen.line([at + complex(x, -high), at + complex(x + 3, -high)], "#45484c", 2.2)


def run(front: complex, ring: int, rear: complex, cog: int, upper: complex | None = None, lower: complex | None = None) -> list[complex]:
    """The line of the chain: ring, (tension and guide pulley of 11 teeth,) cog."""
    wheels = [(front, pitch_radius(ring))]
    if upper is not None and lower is not None:
        wheels += [(lower, pitch_radius(12)), (upper, -pitch_radius(12))]
    wheels.append((rear, pitch_radius(cog)))
    return wrap(wheels)


def belt_run(front: complex, ring: int, rear: complex, cog: int) -> list[complex]:
    """The line of a belt."""
    return wrap([(front, pitch_radius(ring, 11.0)), (rear, pitch_radius(cog, 11.0))])


def derailleur(pen: Pen, axle: complex, upper: complex, lower: complex, part: str) -> None:
    """The rear derailleur: `part` back (inner cage and pulleys, behind the chain) or front (outer cage, knuckles)."""
    if part == "back":
        tube(pen, upper, lower, [(0, 22), (0.5, 15), (1, 20)], DARK_PLASTIC)
        for pulley in (upper, lower):
            sprocket(pen, pulley, 12, DARK_STEEL, 4, turn=7)
        return
    hang = axle + 12 + 27j
    knuckle = upper + 8 - 20j
    slab(
        pen,
        rounded([axle + complex(-6, 4), axle + complex(13, 4), hang + complex(9, 9), hang + complex(-9, 9)], 6),
        axle - 8,
        hang + 8,
        BLACK_ALLOY,
    )
    bar = [
        hang + complex(-10, -6),
        hang + complex(15, -8),
        knuckle + complex(18, -5),
        knuckle + complex(14, 17),
        knuckle + complex(-10, 15),
    ]
    slab(pen, rounded(bar, [9, 11, 12, 12, 9]), hang - 14 - 8j, knuckle + 16 + 18j, BLACK_ALLOY, 0.8)
    inset = [hang + complex(-1, 4), hang + complex(11, 2), knuckle + complex(12, -1), knuckle + complex(6, 10)]
    pen.path(rounded(inset, 5), "#0f1011", opacity=0.55)
    pen.line([hang + complex(13, -6), knuckle + complex(17, -4)], WHITE, 0.8, opacity=0.4)
    disc(pen, hang, 9.5, BLACK_ALLOY, bend=0.7)
    bolt(pen, hang, 5.5, STEEL)
    normal = unit(lower - upper) * 1j
    cage = [upper - normal * 10 - unit(lower - upper) * 8, upper + normal * 11, lower + normal * 8 + unit(lower - upper) * 5]
    cage += [lower + unit(lower - upper) * 10, lower - normal * 9, (upper + lower) / 2 - normal * 3]
    slab(pen, smooth(cage, closed=True, tension=0.8), upper - 12 - 12j, lower + 12 + 12j, BLACK_ALLOY, 0.7)
    hole = (upper + lower) / 2
    pen.path(
        smooth(
            [hole - unit(lower - upper) * 14 + normal * 3, hole + normal * 5, hole + unit(lower - upper) * 14 + normal, hole - normal],
            closed=True,
        ),
        "#0c0d0e",
    )
    for pulley in (upper, lower):
        disc(pen, pulley, 6.2, DARK_STEEL, bend=0.6)
        bolt(pen, pulley, 3.6, STEEL)


def hub_gear(pen: Pen, axle: complex, radius: float = 34.0, material: Material = SILVER) -> None:
    """A gear hub's shell, seen on its end."""
    disc(pen, axle, radius, material, bend=0.55)
    pen.circle(axle, radius * 0.84, None, stroke=BLACK, width=1.2, opacity=0.35)
    disc(pen, axle, radius * 0.62, DARK_STEEL, bend=0.6)
    disc(pen, axle, 11, BLACK_ALLOY, bend=0.6)
    bolt(pen, axle, 8, STEEL)
