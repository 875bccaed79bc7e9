"""Small pictures of products for the desk's lists."""

from collections.abc import Iterable
from uuid import UUID

from catalog import media
from kernel.web.visit import Visit


def thumbs_of(visit: Visit, product_ids: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Product id → {"thumb": address of the smallest rendition of its first picture}; products without one are not there. One query."""
    found = media.first_pictures(visit.session, list(product_ids))
    small = {i: min(picture.renditions, key=lambda r: r["bytes"]) for i, picture in found.items() if picture.renditions}
    return {i: {"thumb": visit.file_url(visit.tenant.tenant_id, rendition["key"])} for i, rendition in small.items()}
