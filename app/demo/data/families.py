"""The families of the demo catalogs: groups of attributes in the order of a specification, and what such products need."""

from dataclasses import dataclass, field

from app.demo.data.assortment import BIKE_SHELVES, DemoProduct
from app.demo.data.attributes import Texts, texts


@dataclass(frozen=True)
class Family:
    """`groups` are headings with codes of attributes; `required` codes among them, `needs` words of catalog.scoring.THINGS."""

    code: str
    names: Texts
    groups: tuple[tuple[Texts, tuple[str, ...]], ...]
    required: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("name", "text", "price", "category")
    axes: tuple[str, ...] = field(default=())


FIT = texts("Frame and fit", "Rahmen und Größe", "车架与尺寸")
DRIVE = texts("Drive and brakes", "Antrieb und Bremsen", "传动与刹车")
RIDE = texts("Wheels and load", "Laufräder und Last", "车轮与承重")
FRAME = ("frame_material", "frame_size", "rider_height", "colour", "travel")
RUNNING = ("wheel_size", "tyre_width", "max_load")
CYCLE = ("frame_material", "drive", "brakes", "wheel_size")
FAMILIES: tuple[Family, ...] = (
    Family(
        "bicycles",
        texts("Bicycles", "Fahrräder", "自行车"),
        ((FIT, FRAME), (DRIVE, ("drive", "gears", "brakes")), (RIDE, RUNNING)),
        CYCLE,
        axes=("colour", "frame_size"),
    ),
    Family(
        "e-bikes",
        texts("E-bikes", "E-Bikes", "电助力自行车"),
        (
            (texts("Motor and battery", "Motor und Akku", "电机与电池"), ("battery", "range_km")),
            (FIT, FRAME),
            (DRIVE, ("drive", "gears", "brakes")),
            (RIDE, RUNNING),
        ),
        (*CYCLE, "battery", "range_km"),
        axes=("colour", "frame_size"),
    ),
    Family(
        "clothing",
        texts("Clothing and helmets", "Bekleidung und Helme", "服装与头盔"),
        (
            (texts("Material", "Material", "材质"), ("material", "colour")),
            (texts("Sizes", "Größen", "尺码"), ("size", "shoe_size")),
        ),
        ("material",),
        axes=("colour", "size", "shoe_size"),
    ),
    Family(
        "components",
        texts("Components", "Komponenten", "零部件"),
        (
            (texts("Fits", "Passt zu", "适配"), ("wheel_size", "gears")),
            (texts("Measures", "Maße", "规格"), ("tyre_width", "crank_length", "bar_width", "max_load")),
            (texts("Build", "Ausführung", "工艺"), ("material", "colour")),
        ),
        axes=("colour", "crank_length", "bar_width"),
    ),
)
BY_CODE = {one.code: one for one in FAMILIES}


def family_of(one: DemoProduct) -> str:
    """The family a product belongs to; lights, locks, bags and tools do without."""
    if one.category in BIKE_SHELVES:
        return "e-bikes" if "battery" in one.values else "bicycles"
    return {"wear": "clothing", "components": "components", "wheels": "components"}.get(one.category, "")
