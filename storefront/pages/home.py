"""The home page: whose shop this is, one thing worth wanting, a way to everything."""

from collections.abc import Sequence

from catalog.assortment import ListCard, ShopCategory, ShopPicture, cards_for, shop_categories, view_for
from catalog.search.provider import Page, Sort
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.front import front_in
from storefront.listing import ENGINE, scope_of

PICKS = 8
LOOKED_AT = 48


def show(visit: Visit) -> Answer:
    """Headline and picture of the shop, its categories, what it recommends and what is new."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    scope = scope_of(visit.session, view)
    picks = ENGINE.search(visit.session, scope, sort=Sort.RANK, page=Page(1, LOOKED_AT))
    cards = cards_for(visit.session, view, [hit.product_id for hit in picks.hits])
    return visit.render(
        "storefront/home.html",
        front=front_in(visit.session, visit.place.language),
        tiles=tiles(shop_categories(visit.session, view), cards),
        picks=cards[:PICKS],
        total=picks.total,
    )


def tiles(roots: Sequence[ShopCategory], cards: Sequence[ListCard]) -> list[tuple[ShopCategory, ShopPicture | None]]:
    """Every main category that sells something, with the picture of its most recommended product."""
    return [
        (root, next((c.picture for c in cards if c.picture and root.id in c.category_ids), None)) for root in roots if root.product_count
    ]
