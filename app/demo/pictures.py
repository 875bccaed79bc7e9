"""The pictures of the demo world: drawn and cut to sizes by helping processes, hung by the catalog's manager.

Of a product with several paints the first paint and the details belong to the product itself; each other paint belongs to
the first variant that wears it, and the catalog lends it to the other sizes.
"""

import io
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from PIL import Image
from sqlalchemy import select

from app.demo.catalogs import MANAGERS
from app.demo.data.assortment import DemoProduct, by_sku, products
from app.demo.data.gallery import Picture, draw, pictures, words_so_far
from app.demo.data.shop_texts import SHOPS
from app.demo.drawing.pictures import render
from app.demo.drawing.scenes import scene
from app.demo.stage import Stage, person, working
from catalog.decoding import Decoder
from catalog.media import add_picture
from catalog.models import Picture as PictureRow
from catalog.models import Product
from catalog.pixels import RECIPES, Made
from kernel import tenancy

HUNG_DAYS_AGO = 202
SCENE_SIZE = (2100, 900)
SCENE_QUALITY = 82
MOST_JPEG = 640
LANDSCAPES = ("gravel", "city", "electric")


@dataclass(frozen=True)
class Cut:
    """A drawn picture (PNG) and what catalog.pixels has made of it."""

    data: bytes
    size: tuple[int, int]
    made: list[Made]


class CutAlready(Decoder):
    """Stands in for the process that decodes what strangers upload: these pictures were drawn here, and cut where they were
    drawn, several at a time."""

    def __init__(self, cut: Cut) -> None:
        super().__init__()
        self._cut = cut

    def renditions(self, data: bytes, trim: bool = False) -> tuple[tuple[int, int], list[Made]]:
        """Size and files of the picture that was drawn; it has no background to be cut away. ValueError for any other."""
        if data != self._cut.data:
            raise ValueError("this is another picture")
        return self._cut.size, self._cut.made


@dataclass(frozen=True)
class Drawn:
    """What the helping processes are drawing: pictures by brand and SKU in their order, landscapes of home pages by shop and of
    other pages by name."""

    pictures: Mapping[tuple[str, str], list["Future[Cut]"]]
    scenes: Mapping[str, "Future[bytes]"]
    landscapes: Mapping[str, "Future[Cut]"]

    def forget(self) -> None:
        """Nothing of it is needed: what has not begun is not drawn."""
        for picture in (one for row in self.pictures.values() for one in row):
            picture.cancel()
        for scenery in self.scenes.values():
            scenery.cancel()
        for landscape in self.landscapes.values():
            landscape.cancel()


def begin_drawing(pool: ProcessPoolExecutor, brands: Iterable[str]) -> Drawn:
    """Asks the helping processes for everything, landscapes first because they take longest."""
    scenes = {shop: pool.submit(draw_scene, told.scene) for shop, told in SHOPS.items()}
    rows = {
        (brand, one.sku): [pool.submit(draw_picture, brand, one.sku, place) for place in range(len(pictures(one)))]
        for brand in brands
        for one in products(brand)
    }
    return Drawn(rows, scenes, {name: pool.submit(draw_landscape, name) for name in LANDSCAPES})


def draw_picture(brand: str, sku: str, place: int) -> Cut:
    """One picture of a product in all its sizes; runs in a helping process."""
    return cut(draw(pictures(by_sku(brand)[sku])[place]))


def cut(data: bytes) -> Cut:
    """The files that catalog.pixels makes of an upload, less what would only cost time here: AVIF, which at the speed at which
    it would have to be encoded comes out no smaller than WebP, and JPEG wider than MOST_JPEG, which no browser of today asks for."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGB")
    wanted = [(name, min(width, picture.width), options) for name, widths, options in RECIPES for width in widths if _is_cut(name, width)]
    smaller = {picture.width: picture}
    for width in sorted({width for _name, width, _options in wanted}, reverse=True):
        if width not in smaller:
            smaller[width] = _narrowed(smaller[min(smaller)], width)
    made = [_encoded(picture, "jpeg", {"quality": 92})]
    made += [_encoded(smaller[width], name, options) for name, width, options in wanted]
    return Cut(data, picture.size, made)


def _is_cut(name: str, width: int) -> bool:
    return name == "webp" or (name == "jpeg" and width <= MOST_JPEG)


def _narrowed(picture: Image.Image, width: int) -> Image.Image:
    """From the next wider one: exact halves are averaged, which drawings with smooth edges bear well."""
    if picture.width == 2 * width:
        return picture.reduce(2)
    return picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.HAMMING)


def _encoded(picture: Image.Image, name: str, options: Mapping[str, int | bool]) -> Made:
    out = io.BytesIO()
    picture.save(out, name.upper(), **options)
    return Made(name, picture.width, picture.height, out.getvalue())


def draw_scene(name: str) -> bytes:
    """A landscape for a home page as WebP; runs in a helping process."""
    drawn = render(scene(name), *SCENE_SIZE, view="wide")
    out = io.BytesIO()
    with Image.open(io.BytesIO(drawn)) as picture:
        picture.convert("RGB").save(out, "WEBP", quality=SCENE_QUALITY, method=4)
    return out.getvalue()


def draw_landscape(name: str) -> Cut:
    """A landscape for a page, in all sizes; runs in a helping process."""
    return cut(render(scene(name), *SCENE_SIZE, view="wide"))


def hang_pictures(stage: Stage, brand: str, drawn: Drawn) -> int:
    """Gives every product its pictures as they come from the helping processes; returns how many were hung."""
    hung = 0
    with working(brand, stage.moment(HUNG_DAYS_AGO)) as session:
        mine = Product.tenant_id == tenancy.current()
        ids = dict(session.execute(select(Product.sku, Product.id).where(mine)).all())
        done = set(session.scalars(select(PictureRow.product_id).where(PictureRow.tenant_id == tenancy.current())))
    for one in products(brand):
        if ids[one.sku] in done:
            continue
        ready = [waiting.result() for waiting in drawn.pictures[brand, one.sku]]
        with working(brand, stage.moment(HUNG_DAYS_AGO)) as session:
            manager = person(session, MANAGERS[brand])
            for picture, cut in zip(pictures(one), ready, strict=True):
                add_picture(
                    session, manager, _owner(one, picture, ids), cut.data, words_so_far(one, picture), at_once=True, decoder=CutAlready(cut)
                )
        hung += len(ready)
    return hung


def _owner(one: DemoProduct, picture: Picture, ids: Mapping[str, UUID]) -> UUID:
    if picture.paint in (None, one.paints[0]) or not one.variants:
        return ids[one.sku]
    wearing = next((variant for variant in one.variants if variant.axes.get("colour") == picture.paint), None)
    return ids[wearing.sku if wearing else one.sku]
