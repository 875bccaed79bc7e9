"""Every part that pages are made of, on one page: for whoever builds pages, where the settings open it (demo, tests)."""

from catalog.assortment import cards_for, view_for
from catalog.search.engine import ENGINE
from catalog.search.provider import Page, Sort
from kernel.web.access import ANYONE
from kernel.web.answers import Answer
from kernel.web.routes import page
from kernel.web.visit import Visit
from storefront.listing import scope_of
from storefront.pictures import image

SAMPLES = 6


def show(visit: Visit) -> Answer:
    """The parts in this shop's own colours and type, with pictures of its best products."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    best = ENGINE.search(visit.session, scope_of(visit.session, view), sort=Sort.RANK, page=Page(1, SAMPLES))
    cards = cards_for(visit.session, view, [hit.product_id for hit in best.hits])
    return visit.render("styleguide.html", sample_pictures=[made for card in cards if (made := image(visit, card.picture))])


ROUTES = [page("/styleguide", show, access=ANYONE, name="style_guide")]
