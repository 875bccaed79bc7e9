"""Search: results with filters, and suggestions while typing."""

from catalog.assortment import cards_for, shop_categories, view_for
from catalog.search.provider import LONGEST_QUERY
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.listing import ENGINE, list_products, scope_of
from storefront.paths import Choices

MOST_SUGGESTED = 6


def results(visit: Visit) -> Answer:
    """What was found. An article number typed exactly leads straight to its product."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    choices = Choices.read(visit.query)
    listing = list_products(visit.session, view, choices, visit.path)
    exact = listing.result.exact
    if exact is not None and not choices.is_filtered and choices.page == 1:
        cards = cards_for(visit.session, view, [exact.product_id])
        if cards:
            return visit.redirect(visit.url("product", slug=cards[0].slug))
    roots = shop_categories(visit.session, view) if not listing.total else []
    return visit.render("storefront/search.html", listing=listing, text=choices.text, search_query=choices.text, roots=roots)


def suggestions(visit: Visit) -> Answer:
    """The list below the search box: queries, products and categories for what has been typed so far."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    text = visit.query.get("q", "").strip()[:LONGEST_QUERY]
    if not text:
        return visit.render("storefront/suggestions.html", text="", found=None, cards=[], categories=[])
    found = ENGINE.suggest(visit.session, scope_of(visit.session, view), text, MOST_SUGGESTED)
    names = {c.id: c for root in shop_categories(visit.session, view) for c in (root, *root.children)}
    return visit.render(
        "storefront/suggestions.html",
        text=text,
        found=found,
        cards=cards_for(visit.session, view, [p.hit.product_id for p in found.products]),
        categories=[(names[category_id], count) for category_id, count in found.categories if category_id in names],
    )
