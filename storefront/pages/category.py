"""A category: how many, in which order, the filters that matter here; and what the shop has to say about it."""

from catalog.assortment import CategoryPage, ShopCategory, shop_categories, shop_category, view_for
from catalog.content.elsewhere import category_elsewhere
from catalog.content.showing import LivePage, live_page
from kernel.errors import NotThere
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.listing import Listing, kept_unless_limited, list_products
from storefront.moved import moved_or_nothing
from storefront.page_blocks import Dressed, dress
from storefront.structured import Alternate, Told, breadcrumbs, named_elsewhere, shortened

# these stand above the list, all others below it
ABOVE = ("hero", "banner")


def show(visit: Visit) -> Answer:
    """The products of the category and everything below it; on its first page without filters, with the blocks written for it."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    try:
        found = shop_category(visit.session, view, visit.param("slug"))
    except NotThere:
        return moved_or_nothing(visit)
    listing = list_products(visit, found.category.id)
    is_first = not listing.choices.is_filtered and listing.choices.page == 1
    written = live_page(visit.session, visit.place.market, visit.place.language, f"c/{found.category.slug}") if is_first else None
    dressed = dress(visit, written.content) if written else Dressed([], None)
    answer = visit.render(
        "storefront/category.html",
        category=found.category,
        path=found.path,
        listing=listing,
        roots=shop_categories(visit.session, view),
        above=[b for b in dressed.blocks if b.kind in ABOVE],
        below=[b for b in dressed.blocks if b.kind not in ABOVE],
        page_id=written.id if written else "",
        told=_told(visit, found, listing, written),
    )
    return kept_unless_limited(answer, listing)


def all_products(visit: Visit) -> Answer:
    """Everything the shop sells."""
    view = view_for(visit.session, visit.place.market, visit.place.language)
    listing = list_products(visit)
    roots = shop_categories(visit.session, view)
    answer = visit.render(
        "storefront/category.html",
        category=None,
        path=(),
        listing=listing,
        roots=roots,
        above=[],
        below=[],
        page_id="",
        told=_told(visit, None, listing, None),
    )
    return kept_unless_limited(answer, listing)


def _told(visit: Visit, found: CategoryPage | None, listing: Listing, written: LivePage | None) -> Told:
    """Filters and orders of a list are not pages of their own to others; its further pages are."""
    page = listing.choices.page
    canonical = f"{visit.tenant.origin}{visit.path}{f'?page={page}' if page > 1 else ''}"
    path = found.path if found else ()
    trail = [(visit.tenant.name, visit.url("home")), *((link.name, visit.url("category", slug=link.slug)) for link in path)]
    content = written.content if written else None
    return Told(
        canonical=canonical,
        title=(content.title if content else "") or (found.category.name if found else visit.tenant.name),
        description=shortened(content.description) if content else "",
        alternates=_alternates(visit, found.category) if found and page == 1 else (),
        hidden=listing.choices.is_filtered or listing.choices.sort is not None or bool(content and content.hidden),
        data=(breadcrumbs(visit, trail),) if path else (),
    )


def _alternates(visit: Visit, category: ShopCategory) -> tuple[Alternate, ...]:
    view = view_for(visit.session, visit.place.market, visit.place.language)
    markets = [market.code for market in visit.tenant.markets]
    return named_elsewhere(visit, "category", category_elsewhere(visit.session, view, category, markets))
