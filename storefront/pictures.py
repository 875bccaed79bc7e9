"""Pictures of products as pages want them: smallest format first, all widths, addresses on the shop's media host."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from catalog.assortment import Rendition, ShopPicture
from kernel.web.visit import Visit

FORMATS = ("avif", "webp")
MIDDLE_WIDTH = 640
THUMB_WIDTH = 160


def image(visit: Visit, picture: ShopPicture | None) -> dict[str, Any] | None:
    """What the picture macros take; None where there is no picture or none is ready."""
    if picture is None or not picture.renditions:
        return None
    by_format: dict[str, list[tuple[int, str]]] = {}
    for rendition in picture.renditions:
        address = visit.file_url(picture.source_tenant_id, rendition.key)
        by_format.setdefault(rendition.format, []).append((rendition.width, address))
    plain = sorted(by_format.get("jpeg") or next(iter(by_format.values())))
    sources = [{"type": f"image/{name}", "srcset": _srcset(by_format[name])} for name in FORMATS if name in by_format]
    return {
        "src": _nearest(plain, MIDDLE_WIDTH),
        "thumb": _nearest(plain, THUMB_WIDTH),
        "srcset": _srcset(plain),
        "sources": sources,
        "alt": picture.alt,
        "width": picture.width,
        "height": picture.height,
    }


def images(visit: Visit, pictures: Iterable[ShopPicture]) -> list[dict[str, Any]]:
    """All that are ready."""
    return [made for picture in pictures if (made := image(visit, picture)) is not None]


def kept_image(visit: Visit, kept: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The picture that an order line has kept, as it was when it was ordered; None where it had none."""
    if not kept:
        return None
    renditions = tuple(Rendition(**rendition) for rendition in kept["renditions"])
    return image(
        visit, ShopPicture(UUID(kept["id"]), UUID(kept["source_tenant_id"]), kept["alt"], kept["width"], kept["height"], renditions)
    )


def _srcset(renditions: list[tuple[int, str]]) -> str:
    return ", ".join(f"{address} {width}w" for width, address in sorted(renditions))


def _nearest(renditions: list[tuple[int, str]], width: int) -> str:
    return min(renditions, key=lambda r: (abs(r[0] - width), r[0]))[1]
