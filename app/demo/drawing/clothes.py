"""Bib shorts, socks and shoes; what is worn below the jersey. Shorts and socks lie flat, the shoe stands and looks to the right."""

from app.demo.drawing.canvas import BLACK, WHITE, Pen, mix
from app.demo.drawing.curves import polyline, smooth
from app.demo.drawing.light import DARK_STEEL, LEATHER, RUBBER, STEEL, Material, flat, sheet
from app.demo.drawing.shadows import drop_shadow, pool
from app.demo.drawing.tubes import bent, disc, slab
from app.demo.drawing.wearables import points

CREAM = "#f2ead9"
COPPER_BAND = "#b5703f"
LEG = (
    *((-62, -260), (62, -260), (60, -120), (66, 0), (70, 60), (40, 128), (-60, 200), (-150, 236)),
    *((-206, 220), (-210, 170), (-150, 120), (-84, 62), (-66, -10), (-62, -120)),
)
SOLE = (
    *((-204, -34), (-212, -58), (-198, -76), (-60, -74), (60, -76), (180, -72), (214, -52)),
    *((204, -22), (160, -5), (96, -3), (44, -13), (-44, -13), (-96, -3), (-180, -3)),
)
UPPER = (
    *((-200, -60), (-212, -120), (-196, -184), (-176, -206), (-120, -190), (-62, -196), (-40, -204)),
    *((10, -168), (70, -128), (140, -108), (196, -88), (212, -58), (120, -60), (-60, -58)),
)


def bib_shorts(pen: Pen, material: Material) -> None:
    """Bib shorts from the front, 420 mm wide, 640 mm high with their straps."""
    yoke = points(((-74, -332), (0, -316), (74, -332), (66, -256), (40, -170), (0, -150), (-40, -170), (-66, -256)))
    drop_shadow(pen, smooth(yoke, closed=True, tension=0.7), 5 + 7j, 18)
    pen.path(smooth(yoke, closed=True, tension=0.7), mix(flat(material), BLACK, 0.45))
    for side in (-1, 1):
        strap = points(
            [(side * x, y) for x, y in ((142, -120), (132, -200), (98, -300), (84, -336), (44, -330), (58, -270), (84, -180), (76, -110))]
        )
        pen.path(smooth(strap, closed=True, tension=0.7), pen.linear(-100 - 330j, 120 - 110j, sheet(material, 0.5)))
        seam = points([(side * x, y) for x, y in ((84, -126), (90, -184), (66, -268), (56, -322))])
        pen.path(smooth(seam), None, WHITE, 1.6, opacity=0.22, dash="5 4")
    half = [(0, -104), (64, -120), (140, -136), (146, -60), (152, 40), (168, 160), (176, 290), (110, 304), (44, 300), (30, 180), (6, 118)]
    outline = points(half) + points([(-x, y) for x, y in reversed(half[1:])])
    d = smooth(outline, closed=True, tension=0.7)
    drop_shadow(pen, d)
    pen.path(d, pen.linear(-190 - 140j, 180 + 300j, sheet(material, 0.62)))
    clip, parts = pen.clip(d), []
    for side in (-1, 1):
        panel = points([(side * x, y) for x, y in ((150, -140), (96, 0), (104, 160), (120, 320), (220, 320), (200, 0))])
        parts.append(f'<path d="{smooth(panel, closed=True)}" fill="#000000" fill-opacity="{0.12 if side < 0 else 0.26}"/>')
        for x, y, long in ((78, 60, 120), (112, 140, 90), (52, 10, 60)):
            crease = points([(side * x, y), (side * (x + 10), y + long / 2), (side * (x + 4), y + long)])
            for fold, ink, width in ((crease, "#000000", 14), ([p - 8 for p in crease], "#ffffff", 9)):
                look = f'fill="none" stroke="{ink}" stroke-opacity="0.10" stroke-width="{width}" stroke-linecap="round"'
                parts.append(f'<path d="{smooth(fold)}" {look}/>')
        cuff = polyline(points([(side * 20, 262), (side * 200, 252), (side * 200, 320), (side * 20, 320)]), closed=True)
        line = polyline(points([(side * 20, 254), (side * 200, 244), (side * 200, 250), (side * 20, 260)]), closed=True)
        parts += [f'<path d="{cuff}" fill="{CREAM}" fill-opacity="0.92"/>', f'<path d="{line}" fill="{COPPER_BAND}"/>']
    parts.append(
        f'<path d="{smooth(points(((0, -104), (3, 0), (6, 118))))}" fill="none" stroke="#000000" stroke-opacity="0.45" stroke-width="2.2"/>'
    )
    pen.raw(f"<g {clip}>{''.join(parts)}</g>")


def socks(pen: Pen, material: Material) -> None:
    """A pair of socks, one half over the other."""
    for at in (complex(70, -6), complex(-62, 8)):
        shape = points(LEG, at)
        d = smooth(shape, closed=True, tension=0.75)
        drop_shadow(pen, d)
        pen.path(d, pen.linear(at - 100 - 240j, at + 90 + 200j, sheet(material, 0.6)))
        clip, parts = pen.clip(d), []
        for y, high, ink in ((-262, 56, "#000000"), (-196, 26, CREAM), (-160, 9, COPPER_BAND)):
            band = polyline(points(((-90, y), (90, y), (90, y + high), (-90, y + high)), at), closed=True)
            parts.append(f'<path d="{band}" fill="{ink}" fill-opacity="{0.22 if ink == "#000000" else 0.95}"/>')
        for x in range(-56, 60, 9):
            rib = polyline(points(((x, -262), (x, -208)), at))
            parts.append(f'<path d="{rib}" stroke="#000000" stroke-opacity="0.28" stroke-width="1.8"/>')
        heel = smooth(points(((82, 10), (30, 50), (26, 110), (60, 150), (110, 100)), at), closed=True)
        toe = smooth(points(((-160, 110), (-150, 180), (-120, 240), (-230, 260), (-240, 150)), at), closed=True)
        parts += [f'<path d="{part}" fill="#000000" fill-opacity="0.24"/>' for part in (heel, toe)]
        fold = smooth(points(((40, -90), (46, 10), (10, 90)), at))
        parts.append(f'<path d="{fold}" fill="none" stroke="#000000" stroke-opacity="0.10" stroke-width="22" stroke-linecap="round"/>')
        pen.raw(f"<g {clip}>{''.join(parts)}</g>")


def shoe(pen: Pen, material: Material) -> None:
    """A laced shoe with a stiff sole, from the side: 280 mm long, drawn 1.5 times its size."""
    pool(pen, complex(6, 0), 235, 13, 0.55)
    slab(pen, smooth(points(SOLE), closed=True, tension=0.6), -200 - 66j, 200 + 0j, RUBBER, 0.7)
    for k in range(4):
        for x in (-176 + k * 24, 104 + k * 24):
            pen.line([complex(x, -15), complex(x, -7)], BLACK, 5, opacity=0.5)
    pen.path(smooth(points(((-204, -46), (-60, -44), (60, -46), (204, -40)))), None, CREAM, 7)
    d = smooth(points(UPPER), closed=True, tension=0.7)
    pen.path(d, pen.linear(-150 - 220j, 90 - 40j, sheet(material, 0.62)))
    clip, dark = pen.clip(d), mix(flat(material), BLACK, 0.4)
    heel, toe = (
        points(((-230, -130), (-160, -120), (-130, -50), (-230, -40))),
        points(((230, -120), (160, -104), (140, -76), (136, -40), (230, -40))),
    )
    parts = [f'<path d="{smooth(part, closed=True)}" fill="#000000" fill-opacity="0.20"/>' for part in (heel, toe)]
    parts.append('<path d="M-220 -72L220 -66V-40H-220Z" fill="#000000" fill-opacity="0.16"/>')
    pen.raw(f"<g {clip}>{''.join(parts)}</g>")
    mouth = points(((-184, -198), (-150, -186), (-104, -180), (-62, -190), (-44, -200), (-70, -206), (-120, -200)))
    pen.path(smooth(mouth, closed=True), dark)
    tongue = points(((-66, -196), (-38, -232), (-16, -226), (-6, -196), (40, -148), (22, -140)))
    slab(pen, smooth(tongue, closed=True, tension=0.7), -50 - 230j, 20 - 140j, material, 0.8)
    for k in range(5):
        at = complex(-44 + k * 27, -184 + k * 15.5)
        bent(pen, [at + 12 - 16j, at + 2 + 2j, at - 12 + 20j], 7, Material((0.93, 0.91, 0.85), 0.95, 0.1))
        disc(pen, at - 14 + 23j, 4.6, STEEL, bend=0.6)
    for line in (((-160, -112), (-120, -100), (-90, -70)), ((-10, -128), (20, -100), (30, -66)), ((90, -118), (112, -92), (118, -64))):
        pen.path(smooth(points(line)), None, WHITE, 1.6, opacity=0.28, dash="5 4")
    slab(pen, smooth(points(((-204, -176), (-190, -178), (-184, -136), (-198, -132))), closed=True), -204 - 178j, -184 - 132j, LEATHER, 0.5)
    slab(pen, polyline(points(((-30, -13), (30, -13), (24, -4), (-24, -4))), closed=True), -30 - 13j, 30 - 4j, DARK_STEEL, 0.4)
