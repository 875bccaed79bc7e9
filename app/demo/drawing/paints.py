"""The twelve paints of Veloria, with names in the three languages, a swatch, and how they take light."""

from dataclasses import dataclass

from app.demo.drawing.light import Material, paint, satin


@dataclass(frozen=True)
class Paint:
    """A paint: `code` as SKUs carry it, names by language, swatch `#rrggbb`, material, and the colour of lettering on it."""

    code: str
    names: dict[str, str]
    swatch: str
    material: Material
    lettering: str


def _paint(code: str, en: str, de: str, zh: str, swatch: str, material: Material, lettering: str) -> Paint:
    return Paint(code, {"en": en, "de": de, "zh-Hans": zh}, swatch, material, lettering)


PAINTS: dict[str, Paint] = {
    one.code: one
    for one in (
        _paint("PIN", "Deep pine", "Tannengrün", "深松绿", "#1f4438", paint("#1d4a3b", "#3d7a5e"), "#d9a878"),
        _paint("COP", "Copper dusk", "Kupferabend", "暮铜", "#a8623a", paint("#ad6238", "#e0a06a"), "#f6ead9"),
        _paint("CHK", "Chalk", "Kreide", "白垩", "#e9e6dc", paint("#e4e1d6"), "#2a4a3f"),
        _paint("SLT", "Night slate", "Nachtschiefer", "夜岩灰", "#2c3138", satin("#30363e"), "#c9ced3"),
        _paint("MIS", "River mist", "Flussnebel", "河雾蓝", "#a9bcc4", paint("#a3b9c3", "#d4e2e8"), "#22353d"),
        _paint("RST", "Rowan red", "Vogelbeerrot", "花楸红", "#a3271f", paint("#a8281f", "#d3553f"), "#f4e6da"),
        _paint("OCH", "Harvest ochre", "Ernteocker", "麦秋黄", "#cf9a34", paint("#cf9930"), "#2b2a26"),
        _paint("SAG", "Wet sage", "Nasser Salbei", "雨后鼠尾草", "#8c9c82", satin("#8fa084"), "#22302a"),
        _paint("LAK", "Lake blue", "Seeblau", "湖蓝", "#1f567d", paint("#1d5a85", "#4f93bd"), "#e9eef2"),
        _paint("RAW", "Raw carbon", "Rohcarbon", "原碳黑", "#1c1d1f", Material((0.105, 0.11, 0.12), 0.95, 0.30), "#b9a48d"),
        _paint(
            "SIL", "Brushed silver", "Gebürstetes Silber", "拉丝银", "#b4b8bb", Material((0.66, 0.68, 0.69), 0.62, 0.55, 0.30), "#28302e"
        ),
        _paint("LIL", "Heather", "Heidekraut", "石楠紫", "#7d6a86", satin("#84708d"), "#f0e9ee"),
    )
}
