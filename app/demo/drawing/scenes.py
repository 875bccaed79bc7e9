"""Landscapes for the home page and the categories: line-drawn hills, a river town, woods, with a bicycle in front of them.

Everything is in millimetres of the bicycle, so that it stands true in its picture; every line follows from the scene's seed.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from app.demo.drawing.bicycles import draw_bicycle
from app.demo.drawing.canvas import Box, Canvas, Colour, Pen, colour, hexed, mix
from app.demo.drawing.curves import polyline, smooth
from app.demo.drawing.models import MODELS
from app.demo.drawing.pictures import Drawing

WIDE = Box(-2450, -1750, 4900, 2100)
TALL = Box(-300, -1950, 1840, 2300)


@dataclass(frozen=True)
class Mood:
    """Sky, mist of the far hills, ink of the near ones, ground."""

    sky: str
    mist: str
    ink: str
    ground: str
    sun: str


MOODS = {
    "morning": Mood("#f1ebe0", "#d9dcd2", "#2f5245", "#dcd5c6", "#e8b98d"),
    "noon": Mood("#edf0ee", "#cfdbd9", "#2d5563", "#dad9d0", "#f6f1e2"),
    "evening": Mood("#f3e3d3", "#e0c8b4", "#6d4630", "#d8c6b2", "#d98d57"),
    "wood": Mood("#e9ece3", "#c3cfbd", "#27463a", "#cfd0be", "#f2efdd"),
    "harbour": Mood("#e8edf0", "#c5d2d8", "#25435a", "#d5d6d3", "#f0e3cf"),
}


def scene(name: str) -> Drawing:
    """A finished scene with the views `wide` (21:9) and `tall` (4:5)."""
    what = SCENES[name]
    canvas = Canvas(["sky", "hills", "town", "water", "near", "bicycle"])
    mood, luck = MOODS[what.mood], random.Random(name)
    _sky(canvas.on("sky"), mood, luck)
    _hills(canvas.on("hills"), mood, luck, what.relief)
    what.middle(canvas.on("town"), mood, luck)
    _bank(canvas.on("near"), mood, luck)
    marks = canvas.inner()
    for model, place, size in what.bicycles:
        bike = draw_bicycle(MODELS[model], model)
        own = bike.marks.replace('id="d', f'id="{model}d').replace("url(#d", f"url(#{model}d").replace('<g id="', f'<g id="{model}-')
        middle = bike.views["whole"].left + bike.views["whole"].width / 2
        marks += f'<g transform="translate({place:.0f} 60) scale({size}) translate({-middle:.0f} 0)">{own}</g>'
    return Drawing(name, marks, {"wide": WIDE, "tall": TALL, "whole": WIDE}, what.studio, floor=False)


def _sky(pen: Pen, mood: Mood, luck: random.Random) -> None:
    low = mix(colour(mood.sky), (1.0, 1.0, 1.0), 0.45)
    fill = pen.linear(-1900j, -500j, [(0, colour(mood.sky), 1), (1, low, 1)])
    pen.raw(f'<rect x="-2500" y="-2000" width="5000" height="2400" fill="{fill}"/>')
    at = complex(luck.uniform(-120, 200), -1330)
    glow = colour(mood.sun)
    pen.circle(at, 420, pen.radial(at, 420, [(0, glow, 0.55), (0.4, glow, 0.18), (1, glow, 0.0)]))
    pen.circle(at, 108, glow, opacity=0.9)


def _ridge(luck: random.Random, base: float, high: float, rough: float) -> list[complex]:
    waves = [(luck.uniform(0.6, 1.6) * (k + 1), luck.uniform(0, 6.3), 1 / (k + 1.2) ** rough) for k in range(6)]
    total = sum(w[2] for w in waves)
    line = []
    for x in range(-2600, 2601, 40):
        y = sum(a * math.sin(f * x / 900 + p) for f, p, a in waves) / total
        line.append(complex(x, base - high * (0.5 + 0.5 * y)))
    return line


def _hills(pen: Pen, mood: Mood, luck: random.Random, relief: float) -> None:
    """Five ridges, each nearer one darker, hatched by lines that follow its slope."""
    for k in range(5):
        near = k / 4
        ridge = _ridge(luck, -700 + near * 330, (560 - near * 330) * relief, 1.15)
        tone = mix(mix(colour(mood.mist), colour(mood.sky), 0.45 - 0.35 * near), colour(mood.ink), 0.04 + 0.15 * near)
        pen.path(smooth(ridge) + "L2700 400L-2700 400Z", tone)
        pen.path(smooth(ridge), None, mood.ink, 2.6 + near * 1.4, opacity=0.30 + 0.38 * near)
        for row in range(1, 9):
            _contour(pen, ridge, mood, luck, row, near)


def _contour(pen: Pen, ridge: list[complex], mood: Mood, luck: random.Random, row: int, near: float) -> None:
    start = luck.randint(0, 30)
    while start < len(ridge) - 8:
        stop = min(len(ridge), start + luck.randint(8, 34))
        part = [p + complex(0, row * (17 + 5 * near) + 0.05 * row * (p.imag - ridge[start].imag)) for p in ridge[start:stop]]
        if len(part) > 3:
            pen.path(smooth(part), None, mood.ink, 1.5, opacity=(0.26 + 0.1 * near) * (1 - row / 10))
        start = stop + luck.randint(3, 16)


def town(pen: Pen, mood: Mood, luck: random.Random) -> None:
    """A river town: gabled houses, a church, a bridge of four arches, their image in the water."""
    foot = -268.0
    wall = mix(colour(mood.sky), (1.0, 1.0, 1.0), 0.55)
    x = -2350.0
    while x < 120:
        wide, high = luck.uniform(90, 170), luck.uniform(120, 235)
        if -1290 < x < -1190:
            _church(pen, mood, x, foot)
            x += 150
            continue
        _house(pen, mood, luck, x, foot, wide, high, wall)
        x += wide * luck.uniform(0.82, 1.02)
    _bridge(pen, mood, 130.0, foot)
    _water(pen, mood, luck, foot)


def _house(pen: Pen, mood: Mood, luck: random.Random, x: float, foot: float, wide: float, high: float, wall: Colour) -> None:
    roof = luck.uniform(0.34, 0.62) * wide
    tone = mix(mix(wall, colour(mood.sun), luck.uniform(0.0, 0.28)), colour(mood.mist), luck.uniform(0, 0.3))
    tile = mix(colour("#b5683f"), colour(mood.mist), luck.uniform(0.25, 0.6))
    body = [complex(x, foot), complex(x, foot - high), complex(x + wide, foot - high), complex(x + wide, foot)]
    pen.polygon(body, tone, stroke=mood.ink, width=2.2)
    if luck.random() < 0.5:
        top = [complex(x - 5, foot - high), complex(x + wide / 2, foot - high - roof), complex(x + wide + 5, foot - high)]
    else:
        top = [
            complex(x - 5, foot - high),
            complex(x + 16, foot - high - roof * 0.8),
            complex(x + wide - 16, foot - high - roof * 0.8),
            complex(x + wide + 5, foot - high),
        ]
    pen.polygon(top, tile, stroke=mood.ink, width=2.2)
    columns = max(2, int(wide // 44))
    for row in range(int(high // 58)):
        for col in range(columns):
            wx, wy = x + wide * (col + 0.5) / columns - 8, foot - high + 22 + row * 56
            pen.raw(
                f'<rect x="{wx:.0f}" y="{wy:.0f}" width="16" height="26" fill="{mood.ink}" fill-opacity="{luck.uniform(0.35, 0.7):.2f}"/>'
            )


def _church(pen: Pen, mood: Mood, x: float, foot: float) -> None:
    wall = mix(colour(mood.sky), (1.0, 1.0, 1.0), 0.7)
    pen.polygon(
        [complex(x + 10, foot), complex(x + 10, foot - 400), complex(x + 94, foot - 400), complex(x + 94, foot)],
        wall,
        stroke=mood.ink,
        width=2.4,
    )
    copper = mix(colour("#5f8f7f"), colour(mood.mist), 0.2)
    spire = [
        complex(x + 4, foot - 400),
        complex(x + 30, foot - 440),
        complex(x + 52, foot - 640),
        complex(x + 74, foot - 440),
        complex(x + 100, foot - 400),
    ]
    pen.polygon(spire, copper, stroke=mood.ink, width=2.4)
    pen.circle(complex(x + 52, foot - 350), 17, "#f4efe4", stroke=mood.ink, width=2.4)
    pen.line([complex(x + 52, foot - 350), complex(x + 52, foot - 362)], mood.ink, 2.4)
    pen.line([complex(x + 52, foot - 640), complex(x + 52, foot - 680)], mood.ink, 2.4)


def _bridge(pen: Pen, mood: Mood, x: float, foot: float) -> None:
    stone = mix(colour(mood.mist), (1.0, 1.0, 1.0), 0.35)
    d = f"M{x - 20} {foot - 92}Q{x + 620} {foot - 176} {x + 1260} {foot - 92}V{foot + 26}"
    for k in range(4):
        right = x + 1230 - k * 308
        d += f"H{right:.0f}V{foot - 6}A130 96 0 0 0 {right - 262:.0f} {foot - 6}V{foot + 26}"
    pen.path(d + f"H{x - 20}Z", stone, stroke=mood.ink, width=2.6)
    pen.path(f"M{x - 20} {foot - 76}Q{x + 620} {foot - 160} {x + 1260} {foot - 76}", None, mood.ink, 1.8, opacity=0.6)
    for k in range(3):
        cut = x + 1230 - 262 - 23 - k * 308
        pen.polygon([complex(cut - 24, foot + 26), complex(cut, foot - 4), complex(cut + 24, foot + 26)], stone, stroke=mood.ink, width=2.0)


def _water(pen: Pen, mood: Mood, luck: random.Random, foot: float) -> None:
    near, far = mix(colour(mood.mist), (1.0, 1.0, 1.0), 0.30), mix(colour(mood.mist), colour(mood.ink), 0.14)
    fill = pen.linear(complex(0, foot), complex(0, foot + 250), [(0, far, 1), (1, near, 1)])
    pen.raw(f'<rect x="-2600" y="{foot:.0f}" width="5200" height="300" fill="{fill}"/>')
    for _ in range(150):
        y = foot + 8 + 200 * luck.random() ** 1.5
        x, long = luck.uniform(-2500, 2500), luck.uniform(30, 240)
        light = luck.random() < 0.45
        pen.line([complex(x, y), complex(x + long, y)], "#ffffff" if light else mood.ink, 2.2, opacity=0.5 if light else 0.22)


def hills_only(pen: Pen, mood: Mood, luck: random.Random) -> None:
    """Open country: a few poplars and bushes along the way."""
    for _ in range(13):
        x = luck.uniform(-2400, 2400)
        _poplar(pen, mood, luck, x, -236 + luck.uniform(-70, 20), luck.uniform(170, 340))


def _poplar(pen: Pen, mood: Mood, luck: random.Random, x: float, foot: float, high: float) -> None:
    wide = high * 0.13
    shape = [complex(x, foot), complex(x - wide, foot - high * 0.3), complex(x - wide * 0.7, foot - high * 0.7), complex(x, foot - high)]
    shape += [complex(x + wide * 0.7, foot - high * 0.68), complex(x + wide, foot - high * 0.28)]
    pen.path(smooth(shape, closed=True), mix(colour(mood.ink), colour(mood.mist), luck.uniform(0.35, 0.6)), stroke=mood.ink, width=1.8)
    for _ in range(5):
        y = foot - high * luck.uniform(0.2, 0.85)
        pen.line([complex(x - wide * 0.4, y), complex(x + wide * 0.2, y - high * 0.09)], mood.ink, 1.5, opacity=0.5)
    pen.line([complex(x, foot + 12), complex(x, foot - high * 0.2)], mood.ink, 3)


def woods(pen: Pen, mood: Mood, luck: random.Random) -> None:
    """Rows of firs, the nearer ones darker."""
    for row in range(3):
        for _ in range(34):
            x, high = luck.uniform(-2500, 2500), luck.uniform(260, 560) * (0.7 + 0.2 * row)
            _fir(pen, mood, x, -300 + row * 52, high, 0.62 - 0.2 * row)


def _fir(pen: Pen, mood: Mood, x: float, foot: float, high: float, pale: float) -> None:
    left, right = [], []
    for k in range(7):
        y = foot - high * (1 - k / 7)
        half = high * 0.03 + high * 0.19 * k / 7
        left += [complex(x - half, y + high * 0.06), complex(x - half * 0.55, y + high * 0.06)]
        right += [complex(x + half, y + high * 0.06), complex(x + half * 0.55, y + high * 0.06)]
    d = polyline([complex(x, foot - high), *left, *right[::-1]], closed=True)
    pen.path(d, mix(colour(mood.ink), colour(mood.mist), pale), stroke=mood.ink, width=1.4)


def _bank(pen: Pen, mood: Mood, luck: random.Random) -> None:
    """The way in front: a pale level ground with a kerb and a little grass."""
    top = -86.0
    ground = colour(mood.ground)
    lit = mix(ground, (1.0, 1.0, 1.0), 0.38)
    pen.raw(
        f'<rect x="-2600" y="{top}" width="5200" height="540" fill="{pen.linear(complex(0, top), 330j, [(0, lit, 1), (1, ground, 1)])}"/>'
    )
    pen.line([complex(-2600, top), complex(2600, top)], mood.ink, 3.0, opacity=0.65)
    pen.line([complex(-2600, top + 15), complex(2600, top + 15)], mood.ink, 1.6, opacity=0.35)
    for _ in range(60):
        x = luck.uniform(-2500, 2500)
        for _ in range(luck.randint(2, 5)):
            lean = luck.uniform(-12, 12)
            pen.path(f"M{x:.0f} {top:.0f}q{lean / 2:.0f} -16 {lean:.0f} -{luck.uniform(16, 44):.0f}", None, mood.ink, 1.8, opacity=0.55)
            x += luck.uniform(4, 9)
    for _ in range(26):
        x, y = luck.uniform(-2500, 2500), luck.uniform(40, 330)
        pen.line([complex(x, y), complex(x + luck.uniform(40, 220), y)], hexed(mix(ground, colour(mood.ink), 0.4)), 1.6, opacity=0.35)


@dataclass(frozen=True)
class Scene:
    """A mood, how high the hills are, what lies in the middle, and which bicycles stand where (x, scale)."""

    mood: str
    relief: float
    middle: Callable[[Pen, Mood, random.Random], None]
    bicycles: tuple[tuple[str, float, float], ...]
    studio: str = "city"


SCENES: dict[str, Scene] = {
    "home": Scene("morning", 1.0, town, (("tern", 620.0, 0.98),)),
    "home-radhaus": Scene("evening", 0.7, town, (("heron-classic", 620.0, 0.98),)),
    "home-harbor": Scene("harbour", 0.6, town, (("curlew", 620.0, 0.98),)),
    "home-lumen": Scene("noon", 0.8, hills_only, ()),
    "bicycles": Scene("noon", 1.0, hills_only, (("curlew", 620.0, 0.96),)),
    "road": Scene("noon", 1.2, hills_only, (("swift", 620.0, 0.98),)),
    "gravel": Scene("morning", 1.0, hills_only, (("whimbrel", 620.0, 0.98),)),
    "mountain": Scene("wood", 1.5, woods, (("merlin", 620.0, 0.94),)),
    "city": Scene("morning", 0.8, town, (("wren", 620.0, 0.96),)),
    "electric": Scene("evening", 0.9, town, (("egret", 620.0, 0.94),)),
    "family": Scene("noon", 0.8, hills_only, (("siskin-24", 330.0, 0.96), ("siskin-16", -5620.0, 0.96))),
}
