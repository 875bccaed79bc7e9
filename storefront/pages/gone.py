"""The address of a product that is no longer sold: on to its successor, else a page that says so and shows what is like it."""

from catalog.assortment import ShopView
from catalog.search.engine import ENGINE
from catalog.search.provider import Filters, Page, Sort
from catalog.successors import Gone, gone_at
from kernel.errors import NotThere
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.cards import cards_html
from storefront.listing import scope_of
from storefront.moved import moved_or_nothing

ALIKE = 8


def show(visit: Visit, view: ShopView, slug: str) -> Answer:
    """301 to where the shop's own rules lead, else to the successor; 410 with alternatives where there is none. Raises NotThere where
    nothing was ever sold at this address."""
    try:
        return moved_or_nothing(visit)
    except NotThere:
        gone = gone_at(visit.session, view, slug)
    if gone is None:
        raise NotThere
    if gone.successor is not None:
        # a product may come back: whoever keeps the redirect asks again after a while
        address = visit.url("product", slug=gone.successor.slug)
        return Answer(status=301).header("location", address).header("cache-control", "public, max-age=3600")
    return visit.render("storefront/gone.html", status=410, gone=gone, alike=_alike(visit, view, gone))


def _alike(visit: Visit, view: ShopView, gone: Gone) -> list[str]:
    """What the shop recommends most of the innermost category that it was in and that still has something."""
    scope = scope_of(visit.session, view)
    for category_id in reversed(gone.category_ids):
        found = ENGINE.search(visit.session, scope, filters=Filters(category_id), sort=Sort.RANK, page=Page(1, ALIKE))
        if cards := cards_html(visit, [hit.product_id for hit in found.hits], level=3):
            return list(cards)
    return []
