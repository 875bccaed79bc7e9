"""Shapes from points: smooth outlines, ribbons of changing width, rounded corners, toothed wheels, tangents of chains."""

import cmath
import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from app.demo.drawing.canvas import point

Width = Callable[[float], float]


def turned(degrees: float, length: float = 1.0) -> complex:
    """A vector of that length; 0° points right, 90° down (y grows downwards)."""
    return cmath.rect(length, math.radians(degrees))


def unit(vector: complex) -> complex:
    """The same direction, length one."""
    return vector / abs(vector)


def polyline(points: Sequence[complex], closed: bool = False) -> str:
    """A path with straight sides."""
    return "M" + "L".join(point(p) for p in points) + ("Z" if closed else "")


def smooth(points: Sequence[complex], closed: bool = False, tension: float = 1.0) -> str:
    """A soft curve through all the points (Catmull–Rom, written as cubic Béziers)."""
    count = len(points)
    path = [f"M{point(points[0])}"]
    for i in range(count if closed else count - 1):
        before = points[(i - 1) % count] if closed or i > 0 else points[0]
        start, end = points[i], points[(i + 1) % count]
        after = points[(i + 2) % count] if closed or i + 2 < count else end
        path.append(f"C{point(start + (end - before) * tension / 6)} {point(end - (after - start) * tension / 6)} {point(end)}")
    return "".join(path) + ("Z" if closed else "")


def rounded(points: Sequence[complex], radius: float | Sequence[float]) -> str:
    """A closed polygon whose corners are softened over `radius` (one for all or one a corner)."""
    count = len(points)
    radii = [radius] * count if isinstance(radius, (int, float)) else list(radius)
    path: list[str] = []
    for i, corner in enumerate(points):
        before, after = points[i - 1], points[(i + 1) % count]
        near = min(radii[i], abs(before - corner) / 2, abs(after - corner) / 2)
        if near < 1e-6:
            path.append(f"{'L' if path else 'M'}{point(corner)}")
            continue
        start, end = corner + unit(before - corner) * near, corner + unit(after - corner) * near
        path.append(f"{'L' if path else 'M'}{point(start)}Q{point(corner)} {point(end)}")
    return "".join(path) + "Z"


def bezier(a: complex, b: complex, c: complex, d: complex, steps: int = 16) -> list[complex]:
    """Points along a cubic Bézier curve, both ends included."""
    found = []
    for i in range(steps + 1):
        t = i / steps
        u = 1 - t
        found.append(u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d)
    return found


def spline(points: Sequence[complex], steps: int = 8) -> list[complex]:
    """Many points on the soft curve through the given ones."""
    found = [points[0]]
    for i in range(len(points) - 1):
        before = points[i - 1] if i else points[0]
        start, end = points[i], points[i + 1]
        after = points[i + 2] if i + 2 < len(points) else end
        found += bezier(start, start + (end - before) / 6, end - (after - start) / 6, end, steps)[1:]
    return found


def graded(knots: Sequence[tuple[float, float]]) -> Width:
    """A width along a tube: eased between (share of the length, width) knots."""

    def width(t: float) -> float:
        if t <= knots[0][0]:
            return knots[0][1]
        for (t0, w0), (t1, w1) in pairwise(knots):
            if t <= t1:
                s = (t - t0) / (t1 - t0)
                return w0 + (w1 - w0) * s * s * (3 - 2 * s)
        return knots[-1][1]

    return width


def ribbon(spine: Sequence[complex], width: Width, shift: complex = 0j) -> list[complex]:
    """The outline of a band of changing width along a spine, moved by `shift`."""
    lengths = [0.0]
    for a, b in pairwise(spine):
        lengths.append(lengths[-1] + abs(b - a))
    left, right = [], []
    last = len(spine) - 1
    for i, at in enumerate(spine):
        along = unit(spine[min(i + 1, last)] - spine[max(i - 1, 0)])
        half = along * 1j * width(lengths[i] / lengths[-1]) / 2
        left.append(at + half + shift)
        right.append(at - half + shift)
    return left + right[::-1]


def arc(centre: complex, radius: float, start: float, end: float, steps: int = 24) -> list[complex]:
    """Points on an arc from angle to angle in degrees (clockwise on the sheet when end > start)."""
    return [centre + turned(start + (end - start) * i / steps, radius) for i in range(steps + 1)]


def toothed(centre: complex, teeth: int, root: float, tip: float, turn: float = 0.0) -> str:
    """The outline of a sprocket: `teeth` rounded teeth between two radii."""
    step = 360 / teeth
    path: list[str] = []
    for i in range(teeth):
        at = turn + i * step
        a, b, c, d = (centre + turned(at + step * f, r) for f, r in ((-0.3, root), (-0.1, tip), (0.1, tip), (0.3, root)))
        gap = centre + turned(at + step * 0.5, root - (tip - root) * 0.55)
        nxt = centre + turned(at + step * 0.7, root)
        path.append(f"{'L' if path else 'M'}{point(a)}L{point(b)}L{point(c)}L{point(d)}Q{point(gap)} {point(nxt)}")
    return "".join(path) + "Z"


def tangent(c1: complex, r1: float, c2: complex, r2: float) -> tuple[complex, complex]:
    """Where a chain leaves circle 1 and meets circle 2. Radii are signed: + runs clockwise on the sheet, − the other way."""
    apart = c2 - c1
    lean = math.acos(max(-1.0, min(1.0, (r1 - r2) / abs(apart))))
    normal = unit(apart) * cmath.exp(-1j * lean)
    return c1 + normal * r1, c2 + normal * r2


def wrap(wheels: Sequence[tuple[complex, float]]) -> list[complex]:
    """The closed line of a chain or belt around wheels (centre, signed radius) in running order."""
    count = len(wheels)
    joins = [tangent(*wheels[i], *wheels[(i + 1) % count]) for i in range(count)]
    line: list[complex] = []
    for i, (centre, radius) in enumerate(wheels):
        arrive, leave = joins[i - 1][1], joins[i][0]
        start, end = (math.degrees(cmath.phase(p - centre)) for p in (arrive, leave))
        if radius > 0 and end < start:
            end += 360
        if radius < 0 and end > start:
            end -= 360
        line += arc(centre, abs(radius), start, end, max(4, int(abs(end - start) / 6)))
    return [*line, line[0]]
