"""Diamond and trapeze frames: tubes between the points of a geometry, wide and tapered or slim and round."""

from dataclasses import dataclass

from app.demo.drawing.canvas import Pen
from app.demo.drawing.curves import rounded, unit
from app.demo.drawing.geometry import Geometry
from app.demo.drawing.lettering import write
from app.demo.drawing.light import BLACK_ALLOY, STEEL, Material
from app.demo.drawing.paints import Paint
from app.demo.drawing.tubes import ball, bolt, disc, joint, slab, tube


@dataclass(frozen=True)
class Build:
    """The look of a frame: diameters in mm. `slope` lowers the top tube at the seat, `drop_stays` the seat stays below it."""

    top: tuple[float, float] = (38.0, 30.0)
    down: tuple[float, float] = (54.0, 58.0)
    seat: tuple[float, float] = (33.0, 40.0)
    head: tuple[float, float] = (44.0, 56.0)
    chainstay: tuple[float, float] = (30.0, 19.0)
    seatstay: tuple[float, float] = (13.0, 15.0)
    shell: float = 27.0
    low_stays: float = 62.0
    top_at_seat: float = 20.0
    fillet: float = 30.0
    wordmark: float = 27.0
    motor: bool = False
    battery: bool = False


CARBON_BUILD = Build()
ALLOY_BUILD = Build((40, 36), (50, 52), (33, 36), (46, 54), (27, 19), (16, 15), 26, 8, 18, 14, 25)
STEEL_BUILD = Build((29, 29), (34, 34), (29, 29), (37, 37), (22, 15), (15, 13), 21, 6, 18, 8, 15)
E_BUILD = Build((44, 40), (72, 74), (36, 40), (50, 58), (30, 20), (17, 16), 30, 8, 18, 22, 30, True, True)


def draw_frame(pen: Pen, g: Geometry, b: Build, paint: Paint, low: bool = False) -> None:
    """A diamond frame, or with `low` a trapeze whose top tube drops to the middle of the seat tube."""
    stuff = paint.material
    top_start = g.head_top + g.steering * min(24.0, g.head_tube * 0.22)
    down_start = g.head_bottom - g.steering * min(30.0, g.head_tube * 0.3)
    seat_join = g.seat_top - g.seat_direction * (b.top_at_seat if not low else g.seat_tube * 0.40)
    stay_join = g.seat_top - g.seat_direction * (b.low_stays + b.top_at_seat * 0.6)
    stay_pair(pen, g, b, stuff, stay_join)
    for corner, p, wp, q, wq, reach in (
        (top_start, seat_join, b.top[0], g.head_bottom, b.head[0], min(b.fillet, max(6.0, g.head_tube - 112))),
        (down_start, g.bottom, b.down[0], g.head_top, b.head[1], min(b.fillet * 1.1, max(6.0, g.head_tube - 118))),
        (g.bottom, down_start, b.down[1], g.seat_top, b.seat[1], b.fillet * 1.3),
        (g.bottom, g.seat_top, b.seat[1], g.rear, b.chainstay[0], b.fillet),
        (seat_join, top_start, b.top[1], g.bottom, b.seat[0], b.fillet),
        (stay_join, g.rear, b.seatstay[0], g.bottom, b.seat[0], b.fillet * 0.8),
    ):
        joint(pen, corner, p, wp, q, wq, reach, stuff)
    tube(pen, g.bottom, g.seat_top, [(0, b.seat[1] + 6), (0.14, b.seat[1]), (0.5, b.seat[0]), (1, b.seat[0])], stuff)
    tube(pen, seat_join, top_start, [(0, b.top[1] + 5), (0.1, b.top[1]), (0.85, b.top[0]), (1, b.top[0] + 8)], stuff)
    tube(pen, g.bottom, down_start, [(0, b.down[1] + 6), (0.12, b.down[1]), (0.88, b.down[0]), (1, b.down[0] + 10)], stuff)
    head(pen, g, b, stuff)
    shell(pen, g, b, stuff)
    collar(pen, g, b)
    letter(pen, g, b, paint, down_start)


def stay_pair(pen: Pen, g: Geometry, b: Build, stuff: Material, stay_join: complex) -> None:
    """Seat stay and chainstay of the drive side with the dropout between them."""
    axle = g.rear
    tube(
        pen,
        stay_join,
        axle + complex(-3, -10),
        [(0, b.seatstay[0] + 7), (0.15, b.seatstay[0]), (0.8, b.seatstay[0]), (1, b.seatstay[1])],
        stuff,
    )
    start = g.bottom + unit(axle - g.bottom) * 12
    tube(
        pen,
        start,
        axle + complex(9, 1),
        [(0, b.chainstay[0] + 8), (0.2, b.chainstay[0]), (0.75, b.chainstay[1] + 2), (1, b.chainstay[1])],
        stuff,
        3.0,
    )
    dropout(pen, g, stuff)


def dropout(pen: Pen, g: Geometry, stuff: Material) -> None:
    """The plate that holds the rear axle."""
    axle = g.rear
    outline = [axle + p for p in (complex(16, -8), complex(4, -25), complex(-12, -22), complex(-13, 6), complex(2, 14), complex(18, 10))]
    slab(pen, rounded(outline, 9), axle - 14 - 20j, axle + 14 + 14j, stuff, 0.6)
    disc(pen, axle, 9.5, BLACK_ALLOY, bend=0.6)
    bolt(pen, axle, 6.5, STEEL)


def head(pen: Pen, g: Geometry, b: Build, stuff: Material) -> None:
    """The head tube with headset rings at both ends."""
    mouth = g.steering
    tube(pen, g.head_top, g.head_bottom, [(0, b.head[0]), (0.35, b.head[0] - 1), (0.75, b.head[1] - 3), (1, b.head[1])], stuff)
    tube(pen, g.head_bottom - mouth * 0.5, g.head_bottom + mouth * 5, b.head[1] - 1, BLACK_ALLOY)
    tube(pen, g.head_bottom + mouth * 4, g.head_bottom + mouth * 9, b.head[1] - 3, stuff)
    tube(pen, g.head_top + mouth * 0.5, g.head_top - mouth * 9, [(0, b.head[0] - 1), (1, b.head[0] - 9)], BLACK_ALLOY)


def shell(pen: Pen, g: Geometry, b: Build, stuff: Material) -> None:
    """The bottom bracket's shell."""
    ball(pen, g.bottom, b.shell, stuff)
    disc(pen, g.bottom, b.shell * 0.78, BLACK_ALLOY, bend=0.4)


def collar(pen: Pen, g: Geometry, b: Build) -> None:
    """The seat clamp."""
    up = g.seat_direction
    tube(pen, g.seat_top - up * 2, g.seat_top + up * 9, b.seat[0] + 3, BLACK_ALLOY)


def letter(pen: Pen, g: Geometry, b: Build, paint: Paint, down_start: complex) -> None:
    """The name on the down tube, reading upwards to the head."""
    along = unit(down_start - g.bottom)
    if not b.battery:
        write(pen, "VELORIA", g.bottom + (down_start - g.bottom) * 0.54, along, b.wordmark, paint.lettering, 0.13, 2.3, opacity=0.95)
