"""The geometry of a bicycle, worked out as a frame builder does: from stack, reach and angles to the points where tubes meet.

Millimetres and degrees; x forwards, y down, the ground at y = 0, the bottom bracket over x = 0. Angles are measured from the horizontal,
as in geometry tables (ISO 4210-2:2023 names the parts).
"""

import math
from dataclasses import dataclass

from app.demo.drawing.curves import turned


@dataclass(frozen=True)
class Geometry:
    """One size of one frame. `rim` and `front_rim` are bead seat diameters (622, 584, 507, 406 …), `tyre` the section width."""

    stack: float
    reach: float
    head_angle: float
    seat_angle: float
    head_tube: float
    seat_tube: float
    chainstay: float
    drop: float
    rake: float = 45.0
    rim: float = 622.0
    tyre: float = 28.0
    front_rim: float = 0.0
    front_tyre: float = 0.0
    crank: float = 172.5
    saddle: float = 730.0
    stretch: float = 0.0

    @property
    def rear_radius(self) -> float:
        """Outer radius of the rear wheel; a tyre stands about as high as it is wide."""
        return self.rim / 2 + self.tyre * 0.97

    @property
    def front_radius(self) -> float:
        """Outer radius of the front wheel."""
        return (self.front_rim or self.rim) / 2 + (self.front_tyre or self.tyre) * 0.97

    @property
    def bottom(self) -> complex:
        """Centre of the bottom bracket."""
        return complex(0, -(self.rear_radius - self.drop))

    @property
    def rear(self) -> complex:
        """Rear axle."""
        return complex(-math.sqrt(self.chainstay**2 - self.drop**2), -self.rear_radius)

    @property
    def steering(self) -> complex:
        """Direction of the steering axis, downwards."""
        return turned(self.head_angle)

    @property
    def head_top(self) -> complex:
        """Upper end of the head tube; `stretch` puts the whole front further forward (cargo bikes)."""
        return self.bottom + complex(self.reach + self.stretch, -self.stack)

    @property
    def head_bottom(self) -> complex:
        """Lower end of the head tube."""
        return self.head_top + self.steering * self.head_tube

    @property
    def crown(self) -> complex:
        """Where the fork crown meets the lower headset."""
        return self.head_bottom + self.steering * 7

    @property
    def front(self) -> complex:
        """Front axle: on the ground's height, `rake` in front of the steering axis."""
        forward = self.steering * -1j
        along = (-self.front_radius - self.crown.imag - self.rake * forward.imag) / self.steering.imag
        return self.crown + self.steering * along + forward * self.rake

    @property
    def seat_direction(self) -> complex:
        """Direction of the seat tube, upwards."""
        return -turned(self.seat_angle)

    @property
    def seat_top(self) -> complex:
        """Upper end of the seat tube."""
        return self.bottom + self.seat_direction * self.seat_tube

    @property
    def saddle_clamp(self) -> complex:
        """Where the saddle's rails are held; `saddle` is measured from the bottom bracket to the top of the saddle."""
        return self.bottom + self.seat_direction * (self.saddle - 46)

    @property
    def wheelbase(self) -> float:
        """Axle to axle along the ground."""
        return self.front.real - self.rear.real

    @property
    def trail(self) -> float:
        """How far the front tyre's contact lies behind the steering axis on the ground; positive keeps a bicycle straight."""
        axis = self.head_top.real + (0 - self.head_top.imag) / self.steering.imag * self.steering.real
        return axis - self.front.real
