"""A tenant's look from one or two brand colours: every colour role of the interface, for light and for dark.

Pure: no database, no request. Colours are worked in OKLCH (Ottosson 2020: lightness 0–1, chroma 0–0.4, hue in
degrees), brought into sRGB by giving up chroma only (CSS Color 4, section 13.2, at constant lightness and hue), and
checked as the eight-bit colours a browser shows. Contrast is that of WCAG 2.2: `PROMISES` lists every pair of roles
that meets on a page with the ratio it keeps; `theme` moves lightness, never hue, until all of them hold, and says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians, sin
from re import fullmatch

TEXT, MARK = 4.5, 3.0
GROUNDS = ("ground", "surface", "sunken")
SIGNALS: Mapping[str, float] = {"good": 150.0, "warn": 70.0, "bad": 27.0, "info": 245.0}
PAPER_LIGHTNESS = 0.88
STEP = 0.004


@dataclass(frozen=True)
class Oklch:
    """A colour by lightness (0–1), chroma (0–about 0.4) and hue (degrees)."""

    lightness: float
    chroma: float
    hue: float


@dataclass(frozen=True)
class Pairing:
    """A display face and a text face that were chosen for each other; families as in static/fonts.mjs."""

    key: str
    display: str
    text: str
    weight: int
    tracking: str
    leading: str


@dataclass(frozen=True)
class Adjustment:
    """What could not stay as the brand has it: role, mode, the colour wished for and the one used, and the ratio reached."""

    mode: str
    role: str
    wished: str
    used: str
    against: str
    ratio: float


@dataclass(frozen=True)
class Theme:
    """All roles as `#rrggbb` for both modes, and what was adjusted to get there."""

    light: Mapping[str, str]
    dark: Mapping[str, str]
    adjustments: tuple[Adjustment, ...]


SERIF = '"Fraunces Variable", "Fraunces Fallback", Georgia, "Noto Sans SC Variable", serif'
GROTESK = '"Bricolage Grotesque Variable", "Bricolage Fallback", "Noto Sans SC Variable", system-ui, sans-serif'
NARROW = '"Sofia Sans Condensed Variable", "Sofia Fallback", "Noto Sans SC Variable", "Arial Narrow", system-ui, sans-serif'
SCRIPTS = '"Noto Sans Arabic Variable", "Noto Sans Hebrew Variable", "Noto Sans Thai Variable", "Noto Sans SC Variable"'
SANS = f'"Instrument Sans Variable", "Instrument Fallback", {SCRIPTS}, system-ui, sans-serif'
ROUND = f'"Figtree Variable", "Figtree Fallback", {SCRIPTS}, system-ui, sans-serif'

PAIRINGS: Mapping[str, Pairing] = {
    "river": Pairing("river", SERIF, SANS, 400, "-0.02em", "1.08"),
    "workshop": Pairing("workshop", GROTESK, SANS, 650, "-0.025em", "1.04"),
    "harbour": Pairing("harbour", NARROW, ROUND, 720, "-0.005em", "1.0"),
}

# (role in front, role behind, ratio). Soft grounds carry the signal's own colour and plain text.
PROMISES: tuple[tuple[str, str, float], ...] = (
    *((role, ground, TEXT) for ground in GROUNDS for role in ("text", "muted", "accent-ink", "second-ink", *SIGNALS)),
    *((role, ground, MARK) for ground in GROUNDS for role in ("accent", "second", "line-strong", "focus")),
    *((role, f"{role}-soft", TEXT) for role in SIGNALS),
    *(("text", f"{role}-soft", TEXT) for role in (*SIGNALS, "accent", "second")),
    ("accent-ink", "accent-soft", TEXT),
    ("accent-text", "accent", TEXT),
    ("accent-text", "accent-hover", TEXT),
    ("second-text", "second", TEXT),
    ("deep-text", "deep", TEXT),
    ("deep-muted", "deep", TEXT),
    ("deep-accent", "deep", TEXT),
    ("line-strong", "surface", MARK),
)


def parse(colour: str) -> tuple[int, int, int]:
    """`#0f4c3a` or `#abc` as three bytes; ValueError for anything else (names and functions are not taken)."""
    if not fullmatch(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})", colour):
        raise ValueError(f"not a colour of the form #rrggbb: {colour!r}")
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _linear(byte: int) -> float:
    part = byte / 255
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _byte(part: float) -> int:
    clipped = min(1.0, max(0.0, part))
    shown = 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055
    return round(shown * 255)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2, 0 for black to 1 for white."""
    red, green, blue = (_linear(b) for b in parse(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, 1.0 to 21.0, the same both ways round."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def oklch(colour: str) -> Oklch:
    """An sRGB colour in OKLCH; greys get hue 0."""
    red, green, blue = (_linear(b) for b in parse(colour))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    chroma = hypot(a, b)
    return Oklch(lightness, chroma, degrees(atan2(b, a)) % 360 if chroma > 1e-4 else 0.0)


def _rgb(colour: Oklch) -> tuple[float, float, float]:
    a, b = colour.chroma * cos(radians(colour.hue)), colour.chroma * sin(radians(colour.hue))
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def in_gamut(colour: Oklch) -> bool:
    """Can sRGB show it (to a hundredth of a percent)?"""
    return all(-1e-4 <= part <= 1 + 1e-4 for part in _rgb(colour))


def shown(colour: Oklch) -> str:
    """The nearest `#rrggbb` of the same lightness and hue: chroma is given up until sRGB can show it."""
    low, high = 0.0, colour.chroma
    if not in_gamut(colour):
        for _ in range(24):
            middle = (low + high) / 2
            if in_gamut(Oklch(colour.lightness, middle, colour.hue)):
                low = middle
            else:
                high = middle
        colour = Oklch(colour.lightness, low, colour.hue)
    return "#{:02x}{:02x}{:02x}".format(*(_byte(part) for part in _rgb(colour)))


def readable(wish: Oklch, behind: tuple[str, ...], ratio: float, darker: bool) -> str:
    """The colour nearest to the wish, in that direction of lightness, that keeps the ratio against all of `behind`."""
    lightness = wish.lightness
    while True:
        found = shown(Oklch(lightness, wish.chroma, wish.hue))
        if all(contrast(found, ground) >= ratio for ground in behind):
            return found
        if not 0.0 < lightness < 1.0:
            return "#000000" if darker else "#ffffff"
        lightness = max(0.0, lightness - STEP) if darker else min(1.0, lightness + STEP)


def on(fill: str, tint: Oklch) -> str:
    """Text for a filled ground: near white where that keeps 4.5:1, else near black in the fill's hue, else pure."""
    for text in (shown(Oklch(0.985, min(0.01, tint.chroma), tint.hue)), shown(Oklch(0.2, min(0.04, tint.chroma), tint.hue))):
        if contrast(text, fill) >= TEXT:
            return text
    return max("#ffffff", "#000000", key=lambda text: contrast(text, fill))


def fill(wish: Oklch, grounds: tuple[str, ...], darker: bool) -> str:
    """The brand's colour as a filled mark: 3:1 against every ground, as near to the wish as lightness allows."""
    return readable(wish, grounds, MARK, darker)


def theme(primary: str, second: str | None = None) -> Theme:
    """All roles from the brand's colours. A very light second colour becomes the paper of the shop instead of a mark."""
    first = oklch(primary)
    other = oklch(second) if second else None
    paper = other if other and other.lightness >= PAPER_LIGHTNESS else None
    mark = other if other and not paper else Oklch(first.lightness, first.chroma * 0.55, (first.hue + 40) % 360)
    light = _light(first, mark, paper)
    dark = _dark(first, mark, paper)
    changes = [
        *_changes("light", light, primary, second if other and not paper else None),
        *_changes("dark", dark, primary, second if other and not paper else None),
    ]
    return Theme(light, dark, tuple(changes))


def _light(first: Oklch, mark: Oklch, paper: Oklch | None) -> dict[str, str]:
    hue = paper.hue if paper else first.hue
    tint = min(paper.chroma, 0.013) if paper else min(first.chroma, 0.1) * 0.05
    roles = {
        "ground": shown(Oklch(0.98 if paper else 0.985, tint, hue)),
        "surface": shown(Oklch(0.995, tint * 0.3, hue)),
        "sunken": shown(Oklch(0.953 if paper else 0.957, tint * 1.2, hue)),
        "line": shown(Oklch(0.895, tint * 1.4, hue)),
        "stage": shown(Oklch(0.953 if paper else 0.957, tint * 1.2, hue)),
    }
    return _rest(roles, first, mark, Oklch(0.24, min(0.05, 0.012 + tint), first.hue), Oklch(0.52, tint * 1.6 + 0.006, hue), darker=True)


def _dark(first: Oklch, mark: Oklch, paper: Oklch | None) -> dict[str, str]:
    hue = paper.hue if paper else first.hue
    tint = min(0.014, 0.004 + first.chroma * 0.06)
    roles = {
        "ground": shown(Oklch(0.178, tint, hue)),
        "surface": shown(Oklch(0.215, tint, hue)),
        "sunken": shown(Oklch(0.15, tint, hue)),
        "line": shown(Oklch(0.31, tint, hue)),
        "stage": shown(Oklch(0.76, tint * 0.8, hue)),
    }
    lifted = Oklch(max(first.lightness, 0.68), min(first.chroma, 0.15), first.hue)
    second = Oklch(max(mark.lightness, 0.68), min(mark.chroma, 0.15), mark.hue)
    return _rest(roles, lifted, second, Oklch(0.945, tint * 0.6, hue), Oklch(0.72, tint, hue), darker=False)


def _rest(roles: dict[str, str], first: Oklch, mark: Oklch, text: Oklch, muted: Oklch, darker: bool) -> dict[str, str]:
    grounds = tuple(roles[name] for name in GROUNDS)
    roles["text"] = readable(text, grounds, 7.0, darker)
    roles["muted"] = readable(muted, grounds, TEXT, darker)
    roles["line-strong"] = readable(Oklch(0.62 if darker else 0.5, muted.chroma, muted.hue), grounds, MARK, darker)
    soft = 0.945 if darker else 0.27
    for name, colour in (("accent", first), ("second", mark)):
        filled = fill(colour, grounds, darker)
        roles[name] = filled
        roles[f"{name}-text"] = on(filled, colour)
        roles[f"{name}-soft"] = shown(Oklch(soft, min(colour.chroma * 0.3, 0.04), colour.hue))
        roles[f"{name}-ink"] = readable(colour, (*grounds, roles[f"{name}-soft"]), TEXT, darker)
    roles["accent-hover"] = _hover(roles["accent"], roles["accent-text"])
    roles["focus"] = readable(first, grounds, MARK, darker)
    for name, hue in SIGNALS.items():
        roles[f"{name}-soft"] = shown(Oklch(soft, 0.035 if darker else 0.05, hue))
        wish = Oklch(0.5 if darker else 0.78, 0.14, hue)
        roles[name] = readable(wish, (*grounds, roles[f"{name}-soft"]), TEXT, darker)
    deep = shown(Oklch(0.235 if darker else 0.13, min(first.chroma, 0.05), first.hue))
    roles["deep"] = deep
    roles["deep-text"] = readable(Oklch(0.965, 0.008, first.hue), (deep,), 7.0, darker=False)
    roles["deep-muted"] = readable(Oklch(0.76, min(first.chroma, 0.03), first.hue), (deep,), TEXT, darker=False)
    roles["deep-accent"] = readable(Oklch(max(mark.lightness, 0.72), mark.chroma, mark.hue), (deep,), TEXT, darker=False)
    return roles


def _hover(filled: str, text: str) -> str:
    """A shade further from its text than the fill, so that contrast only grows under the pointer."""
    colour = oklch(filled)
    lightness = colour.lightness - 0.05 if luminance(text) > luminance(filled) else min(1.0, colour.lightness + 0.04)
    found = shown(Oklch(max(0.0, lightness), colour.chroma, colour.hue))
    return found if contrast(found, text) >= TEXT else filled


def _changes(mode: str, roles: Mapping[str, str], primary: str, second: str | None) -> list[Adjustment]:
    found = []
    for role, wished in (("accent", primary), ("second", second)):
        if wished and shown(oklch(wished)) != roles[role]:
            worst = min(GROUNDS, key=lambda ground: contrast(roles[role], roles[ground]))
            found.append(Adjustment(mode, role, shown(oklch(wished)), roles[role], worst, round(contrast(roles[role], roles[worst]), 2)))
    return found


def shortfalls(roles: Mapping[str, str]) -> list[tuple[str, str, float, float]]:
    """The promises a set of roles breaks: (front, behind, ratio promised, ratio found). Empty for every theme made here."""
    return [(a, b, ratio, contrast(roles[a], roles[b])) for a, b, ratio in PROMISES if contrast(roles[a], roles[b]) < ratio]


def css(made: Theme, pairing: str = "river") -> str:
    """The theme as a small style sheet (about 3 KB): variables per role, dark by wish of the system or of the person."""
    faces = PAIRINGS[pairing]
    light = "".join(f"--{role}:{colour};" for role, colour in made.light.items())
    dark = "".join(f"--{role}:{colour};" for role, colour in made.dark.items())
    fonts = (
        f"--font-display:{faces.display};--font-text:{faces.text};--display-weight:{faces.weight};"
        f"--display-tracking:{faces.tracking};--display-leading:{faces.leading};"
    )
    return (
        f":root{{color-scheme:light;{light}{fonts}}}\n"
        f"@media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n"
        f":root[data-theme=dark]{{color-scheme:dark;{dark}}}\n"
    )
