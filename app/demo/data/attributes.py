"""The typed attributes of the demo catalogs: code, kind, unit, labels, choices, and which of them make variants."""

from dataclasses import dataclass, field

from app.demo.drawing.paints import PAINTS

Texts = dict[str, str]


@dataclass(frozen=True)
class Attribute:
    """`kind` as in catalog.attribute (text, number, boolean, date, choice, multichoice); `choices` code → labels by language."""

    code: str
    kind: str
    labels: Texts
    unit: str = ""
    choices: dict[str, Texts] = field(default_factory=dict)
    swatches: dict[str, str] = field(default_factory=dict)
    filterable: bool = False
    is_axis: bool = False


def texts(en: str, de: str, zh: str) -> Texts:
    """The three languages of the demo world."""
    return {"en": en, "de": de, "zh-Hans": zh}


def _same(*codes: str) -> dict[str, Texts]:
    return {code: texts(code, code, code) for code in codes}


FRAME_SIZES = _same("46", "50", "52", "54", "56", "58", "62", "S", "M", "L", "XL")
ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute(
        "colour",
        "choice",
        texts("Colour", "Farbe", "颜色"),
        "",
        {code: paint.names for code, paint in PAINTS.items()},
        {code: paint.swatch for code, paint in PAINTS.items()},
        True,
        True,
    ),
    Attribute("frame_size", "choice", texts("Frame size", "Rahmengröße", "车架尺寸"), "", FRAME_SIZES, {}, True, True),
    Attribute("size", "choice", texts("Size", "Größe", "尺码"), "", _same("S", "M", "L", "XL"), {}, True, True),
    Attribute(
        "shoe_size",
        "choice",
        texts("Shoe size (EU)", "Schuhgröße (EU)", "鞋码（欧码）"),
        "",
        _same("39", "40", "41", "42", "43", "44", "45"),
        {},
        True,
        True,
    ),
    Attribute(
        "crank_length", "choice", texts("Crank length", "Kurbellänge", "曲柄长度"), "MMT", _same("165", "170", "175"), {}, False, True
    ),
    Attribute("bar_width", "choice", texts("Bar width", "Lenkerbreite", "车把宽度"), "CMT", _same("38", "40", "42", "44"), {}, False, True),
    Attribute("rider_height", "text", texts("For riders of", "Für Körpergröße", "适合身高")),
    Attribute(
        "frame_material",
        "choice",
        texts("Frame", "Rahmen", "车架材料"),
        "",
        {
            "carbon": texts("Carbon", "Carbon", "碳纤维"),
            "aluminium": texts("Aluminium", "Aluminium", "铝合金"),
            "steel": texts("Chromoly steel", "Chrom-Molybdän-Stahl", "铬钼钢"),
        },
        {},
        True,
    ),
    Attribute(
        "drive",
        "choice",
        texts("Drive", "Antrieb", "传动"),
        "",
        {
            "derailleur": texts("Derailleur", "Kettenschaltung", "外变速"),
            "hub": texts("Gear hub", "Nabenschaltung", "内变速"),
            "belt": texts("Belt", "Riemen", "皮带"),
            "chain_single": texts("Single speed", "Ein Gang", "单速"),
        },
        {},
        True,
    ),
    Attribute("gears", "number", texts("Gears", "Gänge", "挡位数"), "C62", {}, {}, True),
    Attribute(
        "brakes",
        "choice",
        texts("Brakes", "Bremsen", "刹车"),
        "",
        {
            "disc_hydraulic": texts("Hydraulic disc", "Hydraulische Scheibe", "油压碟刹"),
            "disc_mechanical": texts("Mechanical disc", "Mechanische Scheibe", "机械碟刹"),
            "rim": texts("Rim", "Felge", "轮圈刹车"),
        },
        {},
        True,
    ),
    Attribute("wheel_size", "choice", texts("Wheels", "Laufräder", "轮径"), "INH", _same("16", "20", "24", "28", "29"), {}, True),
    Attribute("tyre_width", "number", texts("Tyre width", "Reifenbreite", "胎宽"), "MMT"),
    Attribute("travel", "number", texts("Suspension travel", "Federweg", "避震行程"), "MMT", {}, {}, True),
    Attribute("max_load", "number", texts("Greatest load", "Zulässiges Gewicht", "最大承重"), "KGM"),
    Attribute("range_km", "number", texts("Range", "Reichweite", "续航"), "km", {}, {}, True),
    Attribute("battery", "number", texts("Battery", "Akku", "电池容量"), "WHR"),
    Attribute("capacity", "number", texts("Capacity", "Volumen", "容量"), "LTR", {}, {}, True),
    Attribute("brightness", "number", texts("Brightness", "Helligkeit", "亮度"), "lx"),
    Attribute("security", "number", texts("Security level of 20", "Sicherheitsstufe von 20", "安全等级（满级 20）")),
    Attribute(
        "material",
        "choice",
        texts("Material", "Material", "材质"),
        "",
        {
            "shell": texts("Moulded shell", "In-Mold-Schale", "一体成型壳体"),
            "wool": texts("Merino blend", "Merinomischung", "美利奴混纺"),
            "membrane": texts("Three-layer membrane", "Dreilagige Membran", "三层防水膜"),
            "synthetic": texts("Synthetic", "Synthetik", "合成材料"),
            "copper": texts("Copper alloy", "Kupferlegierung", "铜合金"),
            "steel": texts("Steel", "Stahl", "钢"),
            "aluminium": texts("Aluminium", "Aluminium", "铝合金"),
            "rubber": texts("Rubber", "Gummi", "橡胶"),
            "leather": texts("Leather", "Leder", "皮革"),
        },
        {},
        True,
    ),
)
BY_CODE = {one.code: one for one in ATTRIBUTES}
