"""The home page: whose shop this is, one thing worth wanting, a way to everything."""

from catalog.assortment import cards_for, shop_categories, view_for
from catalog.search.provider import Page, Sort
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.front import front_in
from storefront.listing import ENGINE, scope_of

PICKS = 8


def show(visit: Visit) -> Answer:
    """Headline and picture of the shop, its categories, what it recommends and what is new."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    scope = scope_of(visit.session, view)
    picks = ENGINE.search(visit.session, scope, sort=Sort.RANK, page=Page(1, PICKS))
    return visit.render(
        "storefront/home.html",
        front=front_in(visit.session, visit.place.language),
        roots=[c for c in shop_categories(visit.session, view) if c.product_count],
        picks=cards_for(visit.session, view, [hit.product_id for hit in picks.hits]),
        total=picks.total,
    )
