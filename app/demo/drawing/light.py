"""One light for every picture: a large soft box above on the left, a bright floor, a dark horizon behind the viewer.

A material answers the colour of a surface by its normal (nx, ny, nz; z towards the viewer). Tubes, rings and discs all ask here,
so that paint, carbon, rubber and metal agree on where the light is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.demo.drawing.canvas import Colour, Stop, colour, mix

_LENGTH = math.sqrt(0.58**2 + 0.66**2 + 0.54**2)
LIGHT = (-0.58 / _LENGTH, -0.66 / _LENGTH, 0.54 / _LENGTH)
TOWARDS_LIGHT = complex(LIGHT[0], LIGHT[1]) / abs(complex(LIGHT[0], LIGHT[1]))
_ANGLES = [math.radians(a) for a in (-90, -76, -64, -52, -42, -33, -24, -15, -6, 4, 15, 28, 42, 56, 70, 81, 90)]


@dataclass(frozen=True)
class Material:
    """How a surface takes light: `matt` share of plain scattering, `gloss` of mirror, `metal` tints the mirror with its own colour."""

    base: Colour
    matt: float = 1.0
    gloss: float = 0.0
    metal: float = 0.0
    pearl: Colour | None = None


def _step(low: float, high: float, value: float) -> float:
    s = min(1.0, max(0.0, (value - low) / (high - low)))
    return s * s * (3 - 2 * s)


def surroundings(x: float, y: float, z: float) -> float:
    """Brightness seen in the direction (unit vector, y down): the studio as a mirror would show it, 0 to 1.3."""
    box = x * -0.52 + y * -0.74 + z * 0.43
    value = 0.16 + 0.16 * _step(-0.2, -0.9, -abs(y)) + 0.10 * _step(0.0, -1.0, y)
    value += 1.02 * _step(0.66, 0.84, box)
    return value + 0.36 * _step(0.25, 0.75, y)


@lru_cache(maxsize=65536)
def shade(material: Material, nx: float, ny: float) -> Colour:
    """The colour of a surface whose normal has these x and y parts (the rest points at the viewer)."""
    nz = math.sqrt(max(0.0, 1 - nx * nx - ny * ny))
    facing = max(0.0, nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2])
    spread = 0.26 + 0.20 * (0.5 - 0.5 * ny) + 0.10 * max(0.0, ny) + 0.78 * facing
    mirror = surroundings(2 * nz * nx, 2 * nz * ny, 2 * nz * nz - 1)
    edge = (1 - nz) ** 4
    body = material.base if material.pearl is None else mix(material.base, material.pearl, 0.75 * edge + 0.25 * facing**6)
    shine = material.gloss * (0.17 + 0.83 * edge) * mirror
    parts = []
    for own in body:
        scattered = own * spread * material.matt
        parts.append(scattered + shine * (own * material.metal * 3.4 + (1 - material.metal)))
    return (parts[0], parts[1], parts[2])


def across(material: Material, normal: complex) -> list[Stop]:
    """Gradient stops over a round tube, from the side at −normal to the side at +normal."""
    return [
        ((math.sin(a) + 1) / 2, shade(material, round(math.sin(a) * normal.real, 3), round(math.sin(a) * normal.imag, 3)), 1.0)
        for a in _ANGLES
    ]


def flat(material: Material, nx: float = 0.0, ny: float = 0.0) -> Colour:
    """The colour of a flat face, tilted as given."""
    return shade(material, nx, ny)


def sheet(material: Material, bend: float = 0.5) -> list[Stop]:
    """Stops over a gently domed surface, from its upper left to its lower right; `bend` is how far the normal leans at the edges."""
    lean = TOWARDS_LIGHT
    return [
        (i / 8, shade(material, round(lean.real * bend * (1 - i / 4), 3), round(lean.imag * bend * (1 - i / 4), 3)), 1.0) for i in range(9)
    ]


def veil(ink: Colour, alphas: Sequence[tuple[float, float]]) -> list[Stop]:
    """Stops of one colour whose opacity changes: (offset, alpha)."""
    return [(offset, ink, alpha) for offset, alpha in alphas]


def paint(text: str, pearl: str | None = None) -> Material:
    """Gloss paint under clear coat."""
    return Material(colour(text), 0.92, 0.34, 0.0, colour(pearl) if pearl else None)


def satin(text: str) -> Material:
    """Silk-matt paint."""
    return Material(colour(text), 1.0, 0.13)


CARBON = Material(colour("#232427"), 1.0, 0.42)
RUBBER = Material(colour("#2a2b2d"), 1.0, 0.10)
TAN = Material(colour("#b98a55"), 0.98, 0.05)
BLACK_ALLOY = Material(colour("#26282b"), 1.0, 0.48, 0.12)
DARK_PLASTIC = Material(colour("#242528"), 1.05, 0.22)
SILVER = Material(colour("#b9bcc0"), 0.42, 0.85, 0.42)
GRAPHITE = Material(colour("#3a3d42"), 0.95, 0.55, 0.15)
STEEL = Material(colour("#8d9094"), 0.45, 0.62, 0.40)
DARK_STEEL = Material(colour("#4a4d51"), 0.55, 0.42, 0.35)
LEATHER = Material(colour("#9a5a2c"), 0.98, 0.12)
DARK_LEATHER = Material(colour("#3b2518"), 0.98, 0.14)
COPPER = Material(colour("#b5703f"), 0.50, 0.75, 0.42)
TAPE = Material(colour("#27282b"), 1.1, 0.10)
