"""From a drawing to a picture: a studio ground behind it, one of its views, a raster as PNG bytes."""

from dataclasses import dataclass, replace

import resvg_py

from app.demo.drawing.canvas import CRISP, Box, Canvas, Colour, colour, hexed, mix

WIDTH, HEIGHT = 1200, 900
STRIPS = 36
STUDIOS: dict[str, str] = {
    "road": "#e9eae9",
    "gravel": "#ebe7df",
    "mountain": "#e5e8e3",
    "city": "#ebe9e4",
    "electric": "#e6e9ea",
    "family": "#efebe3",
    "wear": "#ecebe8",
    "light": "#e8e8e8",
    "carry": "#ece8e1",
    "workshop": "#e9e9e6",
    "parts": "#eaeaea",
    "lumen": "#e3e6ea",
}


@dataclass(frozen=True)
class Drawing:
    """The marks of a finished drawing (SVG without its outer element), its named views in millimetres, and its studio."""

    name: str
    marks: str
    views: dict[str, Box]
    studio: str = "city"
    floor: bool = True

    def lit_by(self, studio: str) -> "Drawing":
        """The same drawing on another ground."""
        return replace(self, studio=studio)


def svg(drawing: Drawing, width: int, height: int, view: str = "whole") -> str:
    """The picture as SVG text: the view widened to the picture's shape, on the studio's ground."""
    box = drawing.views[view].fitted(width / height)
    ground = studio(box, colour(STUDIOS[drawing.studio]), horizon=0.0 if view == "whole" and drawing.floor else None)
    frame = f"{box.left:.1f} {box.top:.1f} {box.width:.1f} {box.height:.1f}"
    size = f'width="{width}" height="{height}" preserveAspectRatio="xMidYMid slice"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="{frame}">{ground}{drawing.marks}</svg>'


def render(drawing: Drawing, width: int = WIDTH, height: int = HEIGHT, view: str = "whole") -> bytes:
    """The picture as PNG bytes, opaque, `width` × `height` pixels. Unknown views raise KeyError."""
    return bytes(resvg_py.svg_to_bytes(svg_string=svg(drawing, width, height, view), skip_system_fonts=True))


def studio(box: Box, tint: Colour, horizon: float | None) -> str:
    """A paper sweep: an even wall, a hardly visible turn into the floor; `horizon` is the floor's height, None for a plain wall.

    Flat colours and strips, because a gradient over the whole picture doubles the time it takes. The strips are a step of
    one in 255 apart, as in a gradient."""
    canvas = Canvas(["studio"])
    pen = canvas.on("studio")
    white: Colour = (1.0, 1.0, 1.0)
    wall, floor = mix(tint, white, 0.22), mix(tint, (0.3, 0.3, 0.31), 0.035)
    pen.raw(_rect(box.left, box.top, box.width, box.height, hexed(wall)))
    if horizon is not None:
        band = 0.085 * box.width
        top, step = horizon - band, band / STRIPS
        for i in range(STRIPS):
            tone = mix(wall, floor, min(1.0, (i + 0.5) / STRIPS / 0.78))
            pen.raw(_rect(box.left, top + i * step, box.width, step * 1.5, hexed(tone), CRISP))
        pen.raw(_rect(box.left, horizon, box.width, box.top + box.height - horizon, hexed(floor), CRISP))
    return canvas.inner().replace('id="d', 'id="s').replace("url(#d", "url(#s")


def _rect(x: float, y: float, width: float, height: float, fill: str, extra: str = "") -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}" {extra}/>'
