"""A bicycle as a list of choices, and the drawing made from it.

Its layers are groups with ids (`frame`, `fork`, `wheels`, `drivetrain`, `cockpit`, `saddle`, `extras`), so that a part can be swapped."""

from dataclasses import dataclass, field

from app.demo.drawing import chains, cockpits, extras, forks, frames_city, saddles
from app.demo.drawing.canvas import Box, Canvas, Pen
from app.demo.drawing.curves import turned, unit
from app.demo.drawing.frames import CARBON_BUILD, Build, draw_frame
from app.demo.drawing.geometry import Geometry
from app.demo.drawing.light import BLACK_ALLOY, DARK_PLASTIC, GRAPHITE, SILVER, STEEL, TAPE, Material
from app.demo.drawing.paints import PAINTS
from app.demo.drawing.pictures import Drawing
from app.demo.drawing.shadows import pool
from app.demo.drawing.wheels import Wheel, draw_wheel, tread_face

LAYERS = (
    "shadow",
    "extras-behind",
    "drivetrain-behind",
    "wheels",
    "drivetrain-cassette",
    "fork",
    "frame",
    "drivetrain",
    "saddle",
    "cockpit",
    "extras",
)


@dataclass(frozen=True)
class Drive:
    """How it is driven: derailleur, hub (gear hub with chain), belt or single; teeth of rings and cogs; `cog` carries the chain."""

    kind: str = "derailleur"
    ring: int = 50
    inner: int = 0
    cogs: tuple[int, ...] = (11, 12, 13, 14, 15, 17, 19, 21, 24, 27, 30, 34)
    cog: int = 17
    crank_material: Material = BLACK_ALLOY
    crank_angle: float = 10.0


@dataclass(frozen=True)
class Cockpit:
    """Bar (drop, flat, riser, swept) on a stem of that length and angle over spacers."""

    bar: str = "drop"
    stem: float = 100.0
    angle: float = -6.0
    spacers: float = 15.0
    grip: Material = TAPE
    material: Material = BLACK_ALLOY


@dataclass(frozen=True)
class Bicycle:
    """Every choice a picture shows. `frame`: diamond, trapeze, wave, full, folding, cargo. `fork`: carbon, steel, suspension."""

    geometry: Geometry
    paint: str = "PIN"
    build: Build = CARBON_BUILD
    frame: str = "diamond"
    fork: str = "carbon"
    travel: float = 120.0
    wheel: Wheel = field(default_factory=Wheel)
    front_wheel: Wheel | None = None
    drive: Drive = field(default_factory=Drive)
    cockpit: Cockpit = field(default_factory=Cockpit)
    saddle: str = "sport"
    cover: Material = DARK_PLASTIC
    post: Material = BLACK_ALLOY
    extras: frozenset[str] = frozenset()
    guard: Material | None = None


def draw_bicycle(bike: Bicycle, name: str = "bicycle") -> Drawing:
    """The finished drawing with its views: whole, cockpit, drivetrain, wheel."""
    canvas = Canvas(LAYERS)
    g = bike.geometry
    ground_shadow(canvas.on("shadow"), g)
    _wheels(canvas.on("wheels"), bike)
    _behind(canvas, bike)
    _frame(canvas, bike)
    _drive(canvas, bike)
    seat = canvas.on("saddle")
    clamp = saddles.post(seat, g, 31.6 if "dropper" in bike.extras else 27.2, bike.post, "dropper" in bike.extras)
    saddles.saddle(
        seat, clamp, bike.saddle, bike.cover, SILVER if bike.saddle == "leather" else BLACK_ALLOY, min(1.0, 0.45 + g.saddle / 1270)
    )
    bar = _cockpit(canvas.on("cockpit"), bike)
    _carried(canvas.on("extras"), bike, bar)
    return Drawing(name, canvas.inner(), _views(bike, bar))


def column_top(bike: Bicycle) -> complex:
    """Top of the steering column under the stem: the head tube's, but on a cargo bicycle the rider's own column."""
    g = bike.geometry
    return complex(g.reach, g.bottom.imag - g.stack - 130) if bike.frame == "cargo" else g.head_top


def ground_shadow(pen: Pen, g: Geometry) -> None:
    """A long soft shadow under the bicycle and a dark small one where each tyre stands."""
    middle = complex((g.rear.real + g.front.real) / 2 + 26, 4)
    pool(pen, middle, g.wheelbase * 0.96, 34, 0.21)
    for axle in (g.rear, g.front):
        pool(pen, complex(axle.real + 10, 2), 190, 13, 0.62)


def _wheels(pen: Pen, bike: Bicycle) -> None:
    g = bike.geometry
    front = bike.front_wheel or bike.wheel
    if front.rotor:
        extras.caliper_front(pen, g, front.rotor)
    for axle, wheel, turn in ((g.rear, bike.wheel, 5.0), (g.front, front, 13.0)):
        draw_wheel(pen, axle, wheel, turn)
        tread_face(pen, axle, wheel)


def _behind(canvas: Canvas, bike: Bicycle) -> None:
    g = bike.geometry
    pen = canvas.on("drivetrain-behind")
    far = chains.crank(pen, g.bottom, g.crank, bike.drive.crank_angle + 180, bike.drive.crank_material, far=True)
    if "pedals" in bike.extras:
        chains.pedal(pen, far, far=True)
    back = canvas.on("extras-behind")
    if "stand" in bike.extras:
        extras.kickstand(back, g)


def _frame(canvas: Canvas, bike: Bicycle) -> None:
    g, paint, pen = bike.geometry, PAINTS[bike.paint], canvas.on("frame")
    fork = canvas.on("fork")
    if bike.fork == "suspension":
        forks.suspension(fork, g, GRAPHITE, bike.travel, 1.0 if bike.travel > 90 else 0.82)
    elif bike.fork == "steel":
        forks.raked(fork, g, paint.material)
    else:
        forks.rigid(fork, g, paint.material, bike.build.head[1] - 6)
    if bike.frame == "wave":
        frames_city.step_through(pen, g, bike.build, paint)
    elif bike.frame == "folding":
        frames_city.folding(pen, g, bike.build, paint)
    elif bike.frame == "full":
        frames_city.full_suspension(pen, g, bike.build, paint)
    elif bike.frame == "cargo":
        frames_city.cargo(pen, g, bike.build, paint, column_top(bike))
    else:
        draw_frame(pen, g, bike.build, paint, low=bike.frame == "trapeze")
    if bike.build.battery and bike.frame in ("diamond", "trapeze"):
        down = g.head_bottom - g.steering * 30
        extras.battery(pen, g.bottom + (down - g.bottom) * 0.24, g.bottom + (down - g.bottom) * 0.84, bike.build.down[0])
    if bike.build.motor:
        extras.motor(pen, g)


def _drive(canvas: Canvas, bike: Bicycle) -> None:
    g, drive, pen = bike.geometry, bike.drive, canvas.on("drivetrain")
    block = canvas.on("drivetrain-cassette")
    if drive.kind == "derailleur":
        long_cage = max(drive.cogs) > 36
        upper = g.rear + (complex(16, 84) if long_cage else complex(12, 70))
        lower = upper + (complex(16, 84) if long_cage else complex(10, 60))
        chains.cassette(block, g.rear, drive.cogs)
        chains.derailleur(pen, g.rear, upper, lower, "back")
        chains.chainring(pen, g.bottom, drive.ring, inner=drive.inner)
        chains.chain(pen, chains.run(g.bottom, drive.ring, g.rear, drive.cog, upper, lower))
        chains.derailleur(pen, g.rear, upper, lower, "front")
    elif drive.kind == "belt":
        chains.hub_gear(block, g.rear, 38, BLACK_ALLOY)
        chains.belt_wheel(pen, g.rear, drive.cog)
        chains.belt_wheel(pen, g.bottom, drive.ring)
        chains.belt(pen, chains.belt_run(g.bottom, drive.ring, g.rear, drive.cog))
    else:
        if drive.kind == "hub":
            chains.hub_gear(block, g.rear, 40)
        chains.sprocket(pen, g.rear, drive.cog, STEEL, 12)
        chains.chainring(pen, g.bottom, drive.ring)
        chains.chain(pen, chains.run(g.bottom, drive.ring, g.rear, drive.cog))
    if "case" in bike.extras:
        material = bike.guard or extras.GUARD_BLACK
        chains_radius = chains.pitch_radius(drive.ring)
        extras.chain_case(pen, g.bottom, g.rear, chains_radius, chains.pitch_radius(drive.cog), material)
    near = chains.crank(pen, g.bottom, g.crank, drive.crank_angle, drive.crank_material)
    if "pedals" in bike.extras:
        chains.pedal(pen, near)


def _cockpit(pen: Pen, bike: Bicycle) -> complex:
    """Draws stem and bar; answers the bar's centre."""
    g, c = bike.geometry, bike.cockpit
    at = cockpits.stem(pen, g, c.stem, c.angle, c.spacers, c.material, column_top(bike))
    if c.bar == "drop":
        cockpits.drop_bar(pen, at, flare=14.0 if bike.wheel.tyre > 36 else 0.0, tape=c.grip)
    elif c.bar == "swept":
        cockpits.swept_bar(pen, at, grip=c.grip, tone=c.material)
    else:
        cockpits.flat_bar(pen, at, rise=26.0 if c.bar == "riser" else 8.0, grip=c.grip)
    return at


def _carried(pen: Pen, bike: Bicycle, bar: complex) -> None:
    g, has = bike.geometry, bike.extras
    guard = bike.guard or extras.GUARD_BLACK
    if "guards" in has:
        extras.mudguard(pen, g.rear, g.rear_radius, -195, -28, guard, -158)
        extras.mudguard(pen, g.front, g.front_radius, -172, -52, guard, -150)
    if "rack" in has:
        extras.rear_rack(pen, g)
    if "front_rack" in has:
        extras.front_rack(pen, g)
    if "box" in has:
        frames_city.cargo_box(pen, g, PAINTS[bike.paint], column_top(bike))
    if "lights" in has:
        _lamps(pen, bike)
    if "bottle" in has:
        down = g.head_bottom - g.steering * 30
        extras.bottle(pen, g.bottom, down, 150, extras.BOTTLE_CLEAR)
    if "rim_brakes" in has:
        extras.rim_brake(pen, g.crown + g.steering * 8 + 14, g.crown + g.steering * 70 + 14)
        away = unit(g.seat_top - g.rear)
        bridge = g.rear + away * (g.rear_radius + 22)
        extras.rim_brake(pen, bridge - 10, bridge - away * 64 - 10)
    if "basket" in has:
        extras.basket(pen, bar + complex(60, 6))
    if "bell" in has:
        extras.bell(pen, bar + complex(-4, -24), extras.GUARD_CHROME)


def _lamps(pen: Pen, bike: Bicycle) -> None:
    g = bike.geometry
    if bike.frame == "cargo":
        extras.front_light(pen, g.head_top + complex(66, 40), g.head_top + complex(10, 60))
    else:
        extras.front_light(pen, g.crown + complex(68, -22), g.crown + complex(4, -4))
    if "rack" in bike.extras:
        extras.rear_light(pen, complex(g.rear.real - 252, g.rear.imag - g.rear_radius - 38))
    else:
        extras.rear_light(pen, g.rear + turned(-168, g.rear_radius + 20))


def _views(bike: Bicycle, bar: complex) -> dict[str, Box]:
    """Whole bicycle, and three close looks, all 4:3 before they are fitted to the picture."""
    g = bike.geometry
    left, right = g.rear.real - g.rear_radius, g.front.real + g.front_radius
    top = min((g.saddle_clamp - 60j).imag, bar.imag - 70)
    margin = (right - left) * 0.072
    whole = Box(left - margin, top - margin * 1.2, right - left + 2 * margin, -top + margin * 2.4)
    drive = Box(g.rear.real - 190, g.bottom.imag - 300, g.bottom.real - g.rear.real + 460, 1).fitted(4 / 3)
    drive = Box(drive.left, g.bottom.imag - drive.height * 0.54, drive.width, drive.height)
    return {
        "whole": whole,
        "cockpit": Box(bar.real - 400, bar.imag - 150, 720, 540),
        "drivetrain": drive,
        "wheel": Box(g.front.real - 440, g.front.imag - 350, 620, 465),
    }
