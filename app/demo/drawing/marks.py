"""The tenants' marks as SVG files: a geometric symbol, alone or with the name in stroked letters. No font, two colours."""

from collections.abc import Callable
from dataclasses import dataclass

from app.demo.drawing.curves import polyline, turned
from app.demo.drawing.lettering import length, plain


@dataclass(frozen=True)
class Mark:
    """A tenant's mark: `name` in capitals, its two colours (`#rrggbb`), and the hand that draws the symbol in a square of 64."""

    name: str
    first: str
    second: str
    hand: Callable[[str, str], str]


def symbol(tenant: str, first: str | None = None, second: str | None = None) -> str:
    """The symbol alone as SVG text, 64 × 64; colours may be replaced, for instance on dark ground."""
    mark = MARKS[tenant]
    inner = mark.hand(first or mark.first, second or mark.second)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" role="img" aria-label="{mark.name.title()}">{inner}</svg>'


def wordmark(tenant: str, first: str | None = None, second: str | None = None) -> str:
    """Symbol and name side by side as SVG text, 64 high."""
    mark = MARKS[tenant]
    ink, accent = first or mark.first, second or mark.second
    width = 84 + length(mark.name, 24, 2.6) + 4
    name = f'<path d="{plain(mark.name, 24, 84, 44, 2.6)}" fill="none" stroke="{ink}" stroke-width="3.1" stroke-linejoin="round"/>'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} 64" role="img" aria-label="{mark.name.title()}">'
    return head + mark.hand(ink, accent) + name + "</svg>"


def _line(d: str, ink: str, width: float) -> str:
    return f'<path d="{d}" fill="none" stroke="{ink}" stroke-width="{width}" stroke-linecap="round" stroke-linejoin="round"/>'


def _veloria(ink: str, accent: str) -> str:
    """A wheel, and a wing that is also a V."""
    wing = '<path d="M15 20L31 48L55 12C49 24 41 31 33 35Z" fill="' + accent + '"/>'
    return _line("M32 5A27 27 0 1 0 59 32", ink, 4.2) + wing


def _radhaus(ink: str, accent: str) -> str:
    """A gabled house; its wheel is the window."""
    house = _line("M8 30L32 8L56 30V56H8Z", ink, 4.2)
    wheel = f'<circle cx="32" cy="39" r="11" fill="none" stroke="{accent}" stroke-width="3.6"/>'
    spokes = "".join(_line(polyline([32 + 39j, 32 + 39j + turned(a, 11)]), accent, 1.8) for a in range(30, 390, 60))
    return house + wheel + spokes


def _harbor(ink: str, accent: str) -> str:
    """A sail over two waves."""
    sail = f'<path d="M34 6V40H58C56 26 47 13 34 6Z" fill="{ink}"/><path d="M29 14V40H10C13 29 20 19 29 14Z" fill="{accent}"/>'
    return sail + _line("M6 49Q14 43 22 49T38 49T54 49", ink, 3.6) + _line("M14 58Q21 53 28 58T42 58T54 57", accent, 3.2)


def _lumen(ink: str, accent: str) -> str:
    """A six-sided nut that shines."""
    nut = polyline([32 + 32j + turned(a, 17) for a in range(30, 390, 60)], closed=True)
    rays = "".join(_line(polyline([32 + 32j + turned(a, 22.5), 32 + 32j + turned(a, 29)]), accent, 3.4) for a in range(0, 360, 60))
    body = f'<path d="{nut}" fill="none" stroke="{ink}" stroke-width="4.2" stroke-linejoin="round"/>'
    return body + f'<circle cx="32" cy="32" r="6" fill="{accent}"/>' + rays


MARKS: dict[str, Mark] = {
    "veloria": Mark("VELORIA", "#1f4438", "#a8623a", _veloria),
    "radhaus": Mark("RADHAUS NORD", "#8a2f22", "#b98a55", _radhaus),
    "harborcycles": Mark("HARBOR CYCLES", "#1b3550", "#5fa39a", _harbor),
    "lumenparts": Mark("LUMEN PARTS", "#22252b", "#c28a12", _lumen),
}
