"""A category: how many, in which order, the filters that matter here."""

from catalog.assortment import shop_categories, shop_category, view_for
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.listing import list_products


def show(visit: Visit) -> Answer:
    """The products of the category and everything below it."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    found = shop_category(visit.session, view, visit.param("slug"))
    listing = list_products(visit, found.category.id)
    roots = shop_categories(visit.session, view)
    return visit.render("storefront/category.html", category=found.category, path=found.path, listing=listing, roots=roots)


def all_products(visit: Visit) -> Answer:
    """Everything the shop sells."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    listing = list_products(visit)
    return visit.render("storefront/category.html", category=None, path=(), listing=listing, roots=shop_categories(visit.session, view))
