"""The sheet that is drawn on: named layers, gradients kept once, SVG text at the end.

Lengths are millimetres, x to the right, y downwards, the ground at y = 0. Points are complex numbers (x + y·j): a turn is a multiplication.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Colour = tuple[float, float, float]
Stop = tuple[float, Colour, float]

CRISP = 'shape-rendering="crispEdges"'  # several times faster for gradients: only where the edge lies on its own colour
BLACK: Colour = (0.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)


def number(value: float) -> str:
    """A length for SVG text, to a hundredth of a millimetre, without needless noughts."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def point(at: complex) -> str:
    """A point as SVG writes it."""
    return f"{number(at.real)} {number(at.imag)}"


def hexed(colour: Colour) -> str:
    """`#rrggbb` of a colour whose parts run from 0 to 1; what lies outside is clipped."""
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in colour)


def colour(text: str) -> Colour:
    """The colour written as `#rrggbb`."""
    return (int(text[1:3], 16) / 255, int(text[3:5], 16) / 255, int(text[5:7], 16) / 255)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """`a` and `b` mixed, `share` of `b`."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


@dataclass(frozen=True)
class Box:
    """A view of the drawing in millimetres: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float

    def fitted(self, ratio: float) -> "Box":
        """The smallest box of this width-to-height ratio around the same centre that holds the whole of this one."""
        width, height = self.width, self.height
        if width / height < ratio:
            width = height * ratio
        else:
            height = width / ratio
        return Box(self.left - (width - self.width) / 2, self.top - (height - self.height) / 2, width, height)


class Canvas:
    """Layers from back to front; parts of one drawing can be swapped by the id of their layer."""

    def __init__(self, layers: Sequence[str]) -> None:
        self._layers: dict[str, list[str]] = {name: [] for name in layers}
        self._definitions: dict[str, str] = {}

    def on(self, layer: str) -> "Pen":
        """A pen that draws on the named layer."""
        return Pen(self, self._layers[layer])

    def define(self, body: str) -> str:
        """Keeps a gradient or clip (`body` with `{id}` in it) once and answers its id."""
        if body not in self._definitions:
            self._definitions[body] = f"d{len(self._definitions)}"
        return self._definitions[body]

    def inner(self) -> str:
        """Definitions and layers, without the outer `svg` element: what a scene places with a transform."""
        definitions = "".join(body.replace("{id}", name) for body, name in self._definitions.items())
        groups = "".join(f'<g id="{name}">{"".join(marks)}</g>' for name, marks in self._layers.items() if marks)
        return f"<defs>{definitions}</defs>{groups}"

    def svg(self, view: Box) -> str:
        """The whole drawing, seen through `view`."""
        box = " ".join(number(v) for v in (view.left, view.top, view.width, view.height))
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{self.inner()}</svg>'


class Pen:
    """Draws on one layer of a canvas. Fills and strokes are `#rrggbb`, `url(#…)` from a gradient method, or a Colour."""

    def __init__(self, canvas: Canvas, marks: list[str]) -> None:
        self.canvas = canvas
        self._marks = marks

    def path(
        self,
        d: str,
        fill: str | Colour | None = None,
        stroke: str | Colour | None = None,
        width: float = 1.0,
        opacity: float = 1.0,
        dash: str = "",
        cap: str = "round",
        rule: str = "",
        extra: str = "",
    ) -> None:
        """Any path; `dash` as in stroke-dasharray, `rule` evenodd for shapes with holes."""
        parts = [f'<path d="{d}" fill="{_ink(fill)}"']
        if stroke is not None:
            parts.append(f' stroke="{_ink(stroke)}" stroke-width="{number(width)}" stroke-linecap="{cap}" stroke-linejoin="round"')
        if dash:
            parts.append(f' stroke-dasharray="{dash}"')
        if rule:
            parts.append(f' fill-rule="{rule}"')
        if opacity < 1:
            parts.append(
                f' fill-opacity="{opacity:.3f}"' if stroke is None else f' fill-opacity="{opacity:.3f}" stroke-opacity="{opacity:.3f}"'
            )
        self._marks.append("".join(parts) + (f" {extra}" if extra else "") + "/>")

    def raw(self, text: str) -> None:
        """SVG text as it is: groups with a clip or a transform."""
        self._marks.append(text)

    def line(self, points: Iterable[complex], stroke: str | Colour, width: float, **rest: object) -> None:
        """An open line through the points."""
        self.path("M" + "L".join(point(p) for p in points), None, stroke, width, **rest)  # type: ignore[arg-type]

    def polygon(self, points: Iterable[complex], fill: str | Colour | None, **rest: object) -> None:
        """A closed shape with straight sides."""
        self.path("M" + "L".join(point(p) for p in points) + "Z", fill, **rest)  # type: ignore[arg-type]

    def circle(self, centre: complex, radius: float, fill: str | Colour | None = None, **rest: object) -> None:
        """A full circle."""
        self.path(circle(centre, radius), fill, **rest)  # type: ignore[arg-type]

    def ring(self, centre: complex, outer: float, inner: float, fill: str | Colour, **rest: object) -> None:
        """A disc with a round hole."""
        self.path(circle(centre, outer) + circle(centre, inner), fill, rule="evenodd", **rest)  # type: ignore[arg-type]

    def shaded_ring(self, centre: complex, outer: float, inner: float, fill: str, outside: Colour, inside: Colour) -> None:
        """A ring with a gradient whose colours at the two edges are given: smooth edges in those, the gradient crisp between them."""
        lip = min(1.6, (outer - inner) / 4)
        self.ring(centre, outer, inner, outside)
        self.ring(centre, inner + 2 * lip, inner, inside)
        self.ring(centre, outer - lip, inner + lip, fill, extra=CRISP)

    def linear(self, a: complex, b: complex, stops: Sequence[Stop]) -> str:
        """A gradient from point to point."""
        body = (
            f'<linearGradient id="{{id}}" gradientUnits="userSpaceOnUse" x1="{number(a.real)}" y1="{number(a.imag)}" '
            f'x2="{number(b.real)}" y2="{number(b.imag)}">{_stops(stops)}</linearGradient>'
        )
        return f"url(#{self.canvas.define(body)})"

    def radial(self, centre: complex, radius: float, stops: Sequence[Stop], squash: float = 1.0, focus: complex | None = None) -> str:
        """A gradient around a point; `squash` flattens it (height to width), `focus` moves its bright point."""
        turn = f' gradientTransform="matrix(1 0 0 {squash:.4f} 0 {number(centre.imag * (1 - squash))})"' if squash != 1.0 else ""
        aim = f' fx="{number(focus.real)}" fy="{number(focus.imag)}"' if focus is not None else ""
        body = (
            f'<radialGradient id="{{id}}" gradientUnits="userSpaceOnUse" cx="{number(centre.real)}" cy="{number(centre.imag)}" '
            f'r="{number(radius)}"{aim}{turn}>{_stops(stops)}</radialGradient>'
        )
        return f"url(#{self.canvas.define(body)})"

    def clip(self, d: str) -> str:
        """Keeps a path as a clip and answers the attribute that applies it."""
        name = self.canvas.define(f'<clipPath id="{{id}}"><path d="{d}"/></clipPath>')
        return f'clip-path="url(#{name})"'


def circle(centre: complex, radius: float) -> str:
    """A circle as a path, so that it can be part of a shape with holes."""
    r = number(radius)
    return f"M{point(centre - radius)}a{r} {r} 0 1 1 {number(2 * radius)} 0a{r} {r} 0 1 1 {number(-2 * radius)} 0Z"


def _ink(value: str | Colour | None) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else hexed(value)


def _stops(stops: Sequence[Stop]) -> str:
    return "".join(
        f'<stop offset="{offset:.3f}" stop-color="{hexed(ink)}"' + (f' stop-opacity="{alpha:.3f}"' if alpha < 1 else "") + "/>"
        for offset, ink, alpha in thinned(stops)
    )


def thinned(stops: Sequence[Stop], tolerance: float = 0.014) -> list[Stop]:
    """The fewest of the stops from which the others follow by straight mixing: every stop costs time at every pixel."""
    if len(stops) <= 2:
        return list(stops)
    (t0, a, alpha0), (t1, b, alpha1) = stops[0], stops[-1]
    worst, at = 0.0, 0
    for i, (t, ink, alpha) in enumerate(stops[1:-1], 1):
        share = (t - t0) / (t1 - t0) if t1 > t0 else 0.0
        between = mix(a, b, share)
        off = max(
            abs(ink[0] - between[0]), abs(ink[1] - between[1]), abs(ink[2] - between[2]), abs(alpha - alpha0 - (alpha1 - alpha0) * share)
        )
        if off > worst:
            worst, at = off, i
    if worst <= tolerance:
        return [stops[0], stops[-1]]
    return thinned(stops[: at + 1], tolerance)[:-1] + thinned(stops[at:], tolerance)
