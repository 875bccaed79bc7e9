"""Shadows without blur filters: pools of falling darkness on the ground, soft copies under things that lie flat."""

from app.demo.drawing.canvas import BLACK, Pen

BELL = [(0.0, 1.0), (0.18, 0.93), (0.36, 0.70), (0.54, 0.42), (0.72, 0.18), (0.88, 0.05), (1.0, 0.0)]


def pool(pen: Pen, at: complex, wide: float, high: float, dark: float) -> None:
    """A flat soft ellipse on the ground, `wide` and `high` its half axes."""
    fill = pen.radial(at, wide, [(t, BLACK, dark * a) for t, a in BELL], squash=high / wide)
    pen.raw(f'<ellipse cx="{at.real:.1f}" cy="{at.imag:.1f}" rx="{wide:.1f}" ry="{high:.1f}" fill="{fill}"/>')


def drop_shadow(pen: Pen, d: str, shift: complex = 7 + 10j, spread: float = 26.0, line: bool = False) -> None:
    """The shadow of something lying flat: its outline (of a `line` only the stroke), moved and widened in five faint steps."""
    fill = "none" if line else "#000000"
    ink = f'fill="{fill}" fill-opacity="0.035" stroke="#000000" stroke-opacity="0.035" stroke-linejoin="round" stroke-linecap="round"'
    marks = "".join(f'<path d="{d}" {ink} stroke-width="{spread * k / 5:.1f}"/>' for k in range(1, 6))
    pen.raw(f'<g transform="translate({shift.real:.1f} {shift.imag:.1f})">{marks}</g>')
