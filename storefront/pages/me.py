"""The personal part of pages that are the same for everybody: who is signed in, how much is in the cart, what is said to some
visitors only. Never kept."""

from operator import attrgetter

from catalog.assortment import shop_state, view_for
from catalog.content.addresses import href
from catalog.content.banners import ShownBanner, audiences_of, banners_now
from kernel import stamps
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from orders.cart import count

_kept: stamps.Kept[list[ShownBanner]] = stamps.Kept(most=500, place=attrgetter("place"))


def show(visit: Visit) -> Answer:
    """Name, count and banners, as a fragment that the page's script puts into its places."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    state = shop_state(visit.session, view)
    banners = _kept.get(visit.session, state, lambda: banners_now(visit.session, view.market_code, view.language))
    # pages carry those for everyone themselves; where there are others, the whole row is told anew
    mine = [b for b in banners if b.audience in audiences_of(visit.actor)] if any(b.audience != "everyone" for b in banners) else []
    shown = [{"text": b.text, "tone": b.tone, "label": b.link_label, "url": href(visit.place.tag, b.link)} for b in mine]
    return visit.render("storefront/me.html", count=count(visit.session, visit.actor, visit.place.market), banners=shown)
