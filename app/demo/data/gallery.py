"""Which pictures a product gets, with words for those who cannot see them, and the pictures themselves."""

from dataclasses import dataclass, replace
from functools import lru_cache

from app.demo.data.assortment import DemoProduct
from app.demo.data.attributes import Texts, texts
from app.demo.drawing.bicycles import draw_bicycle
from app.demo.drawing.goods import draw_good
from app.demo.drawing.models import MODELS
from app.demo.drawing.paints import PAINTS
from app.demo.drawing.pictures import HEIGHT, WIDTH, Drawing, render

CLOSE: dict[str, Texts] = {
    "cockpit": texts("handlebar and stem", "Lenker und Vorbau", "车把与把立"),
    "drivetrain": texts("drivetrain", "Antrieb", "传动系统"),
    "wheel": texts("front wheel and fork", "Vorderrad und Gabel", "前轮与前叉"),
    "close": texts("close view", "Nahansicht", "细节"),
}


@dataclass(frozen=True)
class Picture:
    """One picture of a product: `paint` is the colour choice it shows (None: all of them), `view` of the drawing."""

    sku: str
    position: int
    drawing: str
    studio: str | None
    paint: str | None
    view: str
    alt: Texts


def pictures(product: DemoProduct) -> list[Picture]:
    """Each paint as a whole in the order of the paints, then the details in the first paint: two to five pictures."""
    coloured = product.is_bicycle or len(product.paints) > 1
    views = ["cockpit", "drivetrain"] if product.is_bicycle else []
    if not product.is_bicycle and "close" in draw_good(product.drawing).views:
        views = ["close"]
    studio = product.category if product.is_bicycle else None
    plan = [(paint if coloured else None, "whole") for paint in product.paints] + [
        (product.paints[0] if coloured else None, view) for view in views
    ]
    return [
        Picture(product.sku, i, product.drawing, studio, paint, view, _alt(product, paint, view)) for i, (paint, view) in enumerate(plan, 1)
    ]


def words_so_far(product: DemoProduct, picture: Picture) -> Texts:
    """What the brand has written for a picture so far: Chinese for workshop and wheels is still to do, German for spare lights."""
    left_out = {"workshop": "zh-Hans", "wheels": "zh-Hans", "light": "de" if product.brand != "Veloria" else ""}.get(product.category, "")
    return {language: words for language, words in picture.alt.items() if language != left_out}


def _alt(product: DemoProduct, paint: str | None, view: str) -> Texts:
    found = {}
    for language, name in product.names.items():
        comma = "，" if language == "zh-Hans" else ", "
        parts = [name, product.lines[language]] if view == "whole" else [name, CLOSE[view][language]]
        found[language] = comma.join([*parts, PAINTS[paint].names[language]] if paint else parts)
    return found


@lru_cache(maxsize=4)
def _drawing(name: str, studio: str | None, paint: str | None) -> Drawing:
    if name in MODELS:
        model = MODELS[name]
        drawing = draw_bicycle(replace(model, paint=paint or model.paint), name)
        return drawing.lit_by(studio) if studio else drawing
    return draw_good(name, paint)


def draw(picture: Picture, width: int | None = None, height: int | None = None) -> bytes:
    """The master picture as PNG bytes, 4:3: a product's first 1200 × 900, the others 960 × 720 (a third less to draw)."""
    first = picture.position == 1
    width, height = width or (WIDTH if first else 960), height or (HEIGHT if first else 720)
    return render(_drawing(picture.drawing, picture.studio, picture.paint), width, height, picture.view)
