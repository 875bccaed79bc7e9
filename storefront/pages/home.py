"""The home page: whose shop this is, one thing worth wanting, a way to everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

from catalog.assortment import ListCard, ShopCategory, ShopPicture, cards_for, shop_categories, shop_state, view_for
from catalog.search.provider import Page, Sort
from kernel import stamps
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.cards import cards_html
from storefront.front import FrontTexts, front_in
from storefront.listing import ENGINE, scope_of

PICKS = 8
LOOKED_AT = 48

Tile = tuple[ShopCategory, ShopPicture | None]


@dataclass(frozen=True)
class ShopWindow:
    """What a home page shows: its words, ways into the shop, the products recommended most, how many there are."""

    front: FrontTexts
    tiles: list[Tile]
    picks: tuple[UUID, ...]
    total: int


_kept: stamps.Kept[ShopWindow] = stamps.Kept(most=200, place=attrgetter("place"))


def show(visit: Visit) -> Answer:
    """Headline and picture of the shop, its categories, what it recommends and what is new."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    window = _kept.get(visit.session, shop_state(visit.session, view), lambda: _window(visit))
    return visit.render(
        "storefront/home.html",
        front=window.front,
        tiles=window.tiles,
        picks=cards_html(visit, window.picks, level=3),
        total=window.total,
    )


def _window(visit: Visit) -> ShopWindow:
    view = view_for(visit.session, visit.place.market, visit.place.language)
    found = ENGINE.search(visit.session, scope_of(visit.session, view), sort=Sort.RANK, page=Page(1, LOOKED_AT))
    cards = cards_for(visit.session, view, [hit.product_id for hit in found.hits])
    return ShopWindow(
        front=front_in(visit.session, visit.place.language),
        tiles=tiles(shop_categories(visit.session, view), cards),
        picks=tuple(card.id for card in cards[:PICKS]),
        total=found.total,
    )


def tiles(roots: Sequence[ShopCategory], cards: Sequence[ListCard]) -> list[Tile]:
    """Every main category that sells something, with the picture of its most recommended product."""
    return [
        (root, next((c.picture for c in cards if c.picture and root.id in c.category_ids), None)) for root in roots if root.product_count
    ]
