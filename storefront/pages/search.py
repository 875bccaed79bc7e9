"""Search: results with filters, and suggestions while typing.

Anybody may ask for anything here, so two things are limited:

- **How many searches are made anew** for one network (an address, or an IPv6 /64): a bucket that holds a minute's
  searches and fills up evenly, counted in each web process by itself (setting searches_per_minute). Counting in the database
  (kernel.limits), exact over all processes, would cost more than the search. Pages from the page cache are never counted.
- **Which pages are kept**: those of queries of at most 40 letters that found something, from the second time on that a process
  is asked for them. Most queries come once; a flood of made-up ones would push every other page out.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock
from uuid import UUID

from catalog.assortment import ListCard, ShopState, ShopView, cards_for, shop_categories, shop_state, view_for
from catalog.search.provider import LONGEST_QUERY
from kernel import limits, settings, stamps
from kernel.errors import TooMany
from kernel.i18n import mark
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.led import counted, led
from storefront.listing import ENGINE, list_products, scope_of
from storefront.paths import Choices

MOST_SUGGESTED = 6
LONGEST_KEPT_QUERY = 40
MOST_NETWORKS = 10_000
MOST_ASKED = 10_000
MINUTE = 60.0


class Pace:
    """How fast networks ask: one bucket each, the `MOST_NETWORKS` that asked last. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[object, str], tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def step(self, key: tuple[object, str], per_minute: int) -> None:
        """Takes one out of the bucket of `key`; TooMany, with the seconds until there is one again, where it is empty."""
        now = self._clock()
        with self._lock:
            left, then = self._buckets.pop(key, (float(per_minute), now))
            left = min(per_minute, left + (now - then) * per_minute / MINUTE)
            self._buckets[key] = (left - 1 if left >= 1 else left, now)
            if len(self._buckets) > MOST_NETWORKS:
                self._buckets.popitem(last=False)
        if left < 1:
            raise TooMany(max(1, round((1 - left) * MINUTE / per_minute)), mark("Too many searches at once. Please wait a moment."))


class Asked:
    """Which of the last `MOST_ASKED` addresses were asked for before, by their digest. Thread-safe."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()

    def again(self, visit: Visit) -> bool:
        """Has this page of this tenant been asked for here before?"""
        told = f"{visit.tenant.tenant_id} {visit.path}?{visit.query}"
        digest = hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        with self._lock:
            known = digest in self._seen
            self._seen[digest] = None
            self._seen.move_to_end(digest)
            if len(self._seen) > MOST_ASKED:
                self._seen.popitem(last=False)
        return known


PACE = Pace()
CARDS: stamps.Kept[ListCard] = stamps.Kept(most=2000)
ASKED = Asked()


def results(visit: Visit) -> Answer:
    """What was found. An article number typed exactly leads straight to its product, and the shop's own rules lead where they say."""
    _keep_pace(visit)
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
    return _kept_if_worth_it(visit, answer, choices.text, found=listing.total > 0)


def suggestions(visit: Visit) -> Answer:
    """The list below the search box: queries, products and categories for what has been typed so far."""
    text = visit.query.get("q", "").strip()[:LONGEST_QUERY]
    if not text:
        return visit.render("storefront/suggestions.html", found=None, cards=[], categories=[])
    _keep_pace(visit)
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


def _keep_pace(visit: Visit) -> None:
    allowed = settings.current().searches_per_minute
    if allowed:
        PACE.step((visit.tenant.tenant_id, limits.network_of(visit.address)), allowed)


def _kept_if_worth_it(visit: Visit, answer: Answer, text: str, found: bool) -> Answer:
    answer.passing = not (found and len(text) <= LONGEST_KEPT_QUERY and ASKED.again(visit))
    return answer
