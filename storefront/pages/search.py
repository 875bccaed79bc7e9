"""Search: results with filters, and suggestions while typing.

Anybody may ask for anything here, so two things are limited:

- **How many searches are made anew** for one network: catalog/search/asking.py. Pages from the page cache are never counted.
- **Which pages are kept**: those of queries of at most 40 letters that found something, from the second time on that a process
  is asked for them. Most queries come once; a flood of made-up ones would push every other page out.
"""

from collections.abc import Sequence
from uuid import UUID

from catalog.assortment import ListCard, ShopState, ShopView, cards_for, shop_categories, shop_state, view_for
from catalog.search.asking import keep_pace
from catalog.search.engine import ENGINE
from catalog.search.provider import LONGEST_QUERY
from kernel import stamps
from kernel.pace import Asked
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.led import counted, led
from storefront.listing import kept_unless_limited, list_products, scope_of
from storefront.paths import Choices

MOST_SUGGESTED = 6
LONGEST_KEPT_QUERY = 40

CARDS: stamps.Kept[ListCard] = stamps.Kept(most=2000)
ASKED = Asked()


def results(visit: Visit) -> Answer:
    """What was found. An article number typed exactly leads straight to its product, and the shop's own rules lead where they say."""
    keep_pace(visit.actor, visit.address)
    view = view_for(visit.session, visit.place.market, visit.place.language)
    choices = Choices.read(visit.query)
    answer = led(visit, view, choices)
    if answer is not None:
        return answer
    listing = list_products(visit)
    counted(visit, view, choices, listing.total)
    exact = listing.result.exact
    if exact is not None and not choices.is_filtered and choices.page == 1:
        cards = cards_for(visit.session, view, [exact.product_id])
        if cards:
            return visit.redirect(visit.url("product", slug=cards[0].slug))
    roots = shop_categories(visit.session, view) if not listing.total else []
    answer = visit.render("storefront/search.html", listing=listing, text=choices.text, search_query=choices.text, roots=roots)
    return kept_unless_limited(_kept_if_worth_it(visit, answer, choices.text, found=listing.total > 0), listing)


def suggestions(visit: Visit) -> Answer:
    """The list below the search box: queries, products and categories for what has been typed so far."""
    text = visit.query.get("q", "").strip()[:LONGEST_QUERY]
    if not text:
        return visit.render("storefront/suggestions.html", found=None, cards=[], categories=[])
    keep_pace(visit.actor, visit.address)
    view = view_for(visit.session, visit.place.market, visit.place.language)
    found = ENGINE.suggest(visit.session, scope_of(visit.session, view), text, MOST_SUGGESTED)
    names = {c.id: c for root in shop_categories(visit.session, view) for c in (root, *root.children)} if found.categories else {}
    answer = visit.render(
        "storefront/suggestions.html",
        found=found,
        cards=_kept_cards(visit, view, [hit.product_id for hit in found.products]),
        categories=[(names[category_id], count) for category_id, count in found.categories if category_id in names],
    )
    return _kept_if_worth_it(visit, answer, text, found=bool(found.texts or found.products))


def _kept_cards(visit: Visit, view: ShopView, ids: Sequence[UUID]) -> list[ListCard]:
    """What a suggestion says of a product, kept as long as the shop shows it so; what the shop does not sell is left out."""
    state = shop_state(visit.session, view)

    def make(missing: list[tuple[ShopState, UUID]]) -> dict[tuple[ShopState, UUID], ListCard]:
        return {(state, card.id): card for card in cards_for(visit.session, view, [product_id for _, product_id in missing])}

    return CARDS.get_many(visit.session, [(state, product_id) for product_id in ids], make)


def _kept_if_worth_it(visit: Visit, answer: Answer, text: str, found: bool) -> Answer:
    answer.passing = not (found and len(text) <= LONGEST_KEPT_QUERY and ASKED.again(f"{visit.tenant.tenant_id} {visit.path}?{visit.query}"))
    return answer
