"""The home page: whose shop this is, one thing worth wanting, a way to everything. Where a tenant has written one of blocks, that one."""

from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

from catalog.assortment import cards_for, shop_categories, shop_state, view_for
from catalog.content.showing import live_page
from catalog.search.engine import ENGINE
from catalog.search.provider import Page, Sort
from kernel import stamps
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.cards import cards_html
from storefront.front import FrontTexts, front_in
from storefront.listing import scope_of
from storefront.page_blocks import LOOKED_AT, Tile, tiles
from storefront.pages.content import page_answer
from storefront.structured import Told, organisation, shortened

PICKS = 8


@dataclass(frozen=True)
class ShopWindow:
    """What a home page shows: its words, ways into the shop, the products recommended most, how many there are."""

    front: FrontTexts
    tiles: list[Tile]
    picks: tuple[UUID, ...]
    total: int


_kept: stamps.Kept[ShopWindow] = stamps.Kept(most=200, place=attrgetter("place"))


def show(visit: Visit) -> Answer:
    """Headline and picture of the shop, its categories, what it recommends and what is new; or the page of blocks."""
    written = live_page(visit.session, visit.place.market, visit.place.language, "")
    if written is not None:
        return page_answer(visit, written)
    view = view_for(visit.session, visit.place.market, visit.place.language)
    window = _kept.get(visit.session, shop_state(visit.session, view), lambda: _window(visit))
    front = window.front
    told = Told(
        canonical=visit.tenant.origin + visit.path,
        title=front.headline or visit.tenant.name,
        description=shortened(front.subline),
        image=visit.file_url(visit.tenant.tenant_id, front.picture_key) if front.picture_key else "",
        image_alt=front.picture_alt,
        data=(organisation(visit),),
    )
    return visit.render(
        "storefront/home.html",
        front=front,
        tiles=window.tiles,
        picks=cards_html(visit, window.picks, level=3),
        total=window.total,
        told=told,
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
