"""Product cards as HTML, made once and kept in the process: the same card stands in many lists, on many pages of them.

What a card says moves the shop's stamp or a source's version (catalog/shop_state.py); addresses of pictures name the
host. So both are in the key, and cards of an older state are never found again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from markupsafe import Markup

from catalog.assortment import ShopState, cards_for, shop_state, view_for
from kernel import stamps
from kernel.web.visit import Visit
from storefront.pictures import image

# a card takes about 2.5 KB
MOST_KEPT = 6000
TEMPLATE = "storefront/parts.html"


@dataclass(frozen=True)
class Card:
    """A product in a list, and what a mere link to it needs."""

    product_id: UUID
    slug: str
    name: str
    html: Markup


Key = tuple[ShopState, str, int, bool, UUID]
_kept: stamps.Kept[Card] = stamps.Kept(most=MOST_KEPT)


def cards_html(visit: Visit, ids: Sequence[UUID], level: int = 2, eager: int = 0) -> list[Markup]:
    """A card for each product that the shop sells, in the order of `ids`. `level` is that of the cards' headings; the
    pictures of the first `eager` cards are loaded before all else."""
    return [one.html for one in cards_by_id(visit, ids, level, eager).values()]


def cards_by_id(visit: Visit, ids: Sequence[UUID], level: int = 2, eager: int = 0) -> dict[UUID, Card]:
    """The same by product, for pages that show several lists: what is not sold is left out."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    state = shop_state(visit.session, view)
    keys = [(state, visit.host, level, place < eager, product_id) for place, product_id in enumerate(ids)]

    def make(missing: list[Key]) -> dict[Key, Card]:
        card = visit.templates.macro(TEMPLATE, "card")
        items = {item.id: item for item in cards_for(visit.session, view, [key[-1] for key in missing])}
        found = {key: items[key[-1]] for key in missing if key[-1] in items}
        return {key: Card(item.id, item.slug, item.name, card(visit, image, item, level, key[3])) for key, item in found.items()}

    return {one.product_id: one for one in _kept.get_many(visit.session, keys, make)}
