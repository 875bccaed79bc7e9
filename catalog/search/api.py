"""JSON: /api/v1/search, what a shopper would find, at this shop's prices. Open to everybody, like the shop's own search, and at
the same pace (docs/decisions/0016)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from catalog.assortment import ShopView, cards_for, search_scope, shop_categories, sources_for, view_for
from catalog.facets import FacetWords, facet_words
from catalog.search.asking import keep_pace
from catalog.search.engine import ENGINE
from catalog.search.provider import CATEGORY, DEEPEST, MOST_FACETS, PRICE, STOCK, Facet, Filters, Page
from catalog.search.shapes import DEEPEST_PAGE, FacetOut, FacetValueOut, HitOut, SearchOut, SearchQuery
from catalog.searching.reading import rules_for
from catalog.shop import ListCard, ShopCategory
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from kernel.i18n import using
from kernel.money import Money, minor_unit
from kernel.web.access import ANYONE
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit

NUMBER = "number"
Ends = tuple[Decimal | None, Decimal | None]


def search(visit: Visit) -> SearchOut:
    """What a shopper would find, best first.

    Prices are this shop's own. Nobody has to sign in; one network, or one machine client, may make a limited number of searches
    a minute (429 with Retry-After beyond it), shared with the shop's search page.
    """
    wanted: SearchQuery = visit.filter
    if wanted.page > 1 and (wanted.page - 1) * wanted.limit >= DEEPEST:
        raise Invalid.at("page", _("Lists go no deeper than 10,000 products."), "too_deep")
    market, language = _place(visit, wanted)
    keep_pace(visit.actor, visit.address)
    with using(language, visit.tenant.time_zone):
        return _found(visit.session, view_for(visit.session, market, language), wanted)


def _found(session: Session, view: ShopView, wanted: SearchQuery) -> SearchOut:
    sources = sources_for(session, view)
    words = facet_words(session, view)
    chosen = Chosen.of(wanted.filter, words)
    codes = (CATEGORY, STOCK, PRICE, *words)[:MOST_FACETS] if wanted.facets else ()
    price = (wanted.price_from, wanted.price_to) if wanted.price_from is not None or wanted.price_to is not None else None
    rules = rules_for(session, view)
    found = ENGINE.search(
        session,
        replace(search_scope(view, sources), rules=rules),
        wanted.q,
        Filters(wanted.category, chosen.values, chosen.ranges, price, wanted.in_stock),
        codes,
        wanted.sort,
        Page(wanted.page, wanted.limit),
    )
    cards = cards_for(session, view, [hit.product_id for hit in found.hits], sources)
    end = wanted.page * wanted.limit
    more = end < min(found.total, DEEPEST) and wanted.page < DEEPEST_PAGE
    return SearchOut(
        items=[_hit(card) for card in cards],
        total=found.total,
        page=wanted.page,
        limit=wanted.limit,
        next_page=wanted.page + 1 if more else None,
        market=view.market_code,
        language=view.language,
        corrected=found.corrected_text,
        exact=found.exact.product_id if found.exact else None,
        facets=list(_facets(found.facets, words, shop_categories(session, view) if wanted.facets else [], view.currency)),
        without=dict(found.without),
        redirect=rules.redirect(wanted.q),
    )


def _place(visit: Visit, wanted: SearchQuery) -> tuple[str, str]:
    """Market and language that were asked for, or the first ones. Invalid where the shop has no such."""
    tenant = visit.tenant
    market = tenant.market(wanted.market) if wanted.market is not None else tenant.default_market
    if market is None:
        raise Invalid.at("market", _("This shop has no such market."), "unknown")
    if wanted.language is None:
        return market.code, market.default_language
    language = next((tag for tag in market.languages if tag.lower() == wanted.language.lower()), None)
    if language is None:
        raise Invalid.at("language", _("This market has no such language."), "unknown")
    return market.code, language


@dataclass
class Chosen:
    """Filters by code: values, or for numbers a range."""

    values: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: dict[str, Ends] = field(default_factory=dict)

    @classmethod
    def of(cls, told: Sequence[str], words: Mapping[str, FacetWords]) -> "Chosen":
        """From `code:value` and `code:low..high`. Invalid for a code that the shop has no filter of, and what is no range."""
        made = cls()
        for one in told:
            code, colon, value = one.partition(":")
            if not colon or code not in words:
                raise Invalid.at("filter", _("This shop has no filter %(code)s.") % {"code": code[:80]}, "unknown")
            if words[code].kind == NUMBER:
                made.ranges[code] = _range(value)
            else:
                made.values[code] = (*made.values.get(code, ()), value)
        return made


def _range(told: str) -> Ends:
    low, dots, high = told.partition("..")
    try:
        ends = tuple(Decimal(end) if end else None for end in (low, high))
    except InvalidOperation:
        ends = ()
    if not dots or not ends or any(end is not None and not end.is_finite() for end in ends):
        raise Invalid.at("filter", _("Please give a range, such as 5..10, 5.. or ..10."), "range")
    return ends[0], ends[1]


def _hit(card: ListCard) -> HitOut:
    money = card.price.money
    return HitOut(
        id=card.id, sku=card.sku, slug=card.slug, name=card.name, summary=card.summary, brand=card.brand, price=_coins(money),
        currency=money.currency, price_is_from=card.price_is_from, includes_tax=card.price.includes_tax,
    )  # fmt: skip


def _coins(money: Money) -> Decimal:
    """The amount as a price tag has it, with the currency's own decimals."""
    return money.rounded().amount.quantize(minor_unit(money.currency))


def _facets(
    facets: Mapping[str, Facet], words: Mapping[str, FacetWords], roots: Sequence[ShopCategory], currency: str
) -> Iterator[FacetOut]:
    """Those that have something to tell, in words."""
    own = {CATEGORY: _("Category"), PRICE: _("Price"), STOCK: _("In stock")}
    names = dict(_names(roots))
    for code, facet in facets.items():
        if not facet.values and facet.low is None:
            continue
        known = words.get(code)
        values = [
            FacetValueOut(value=v.value, label=_label(code, v.value, known, names), count=v.count, selected=v.selected)
            for v in facet.values
            if code != CATEGORY or v.value in names
        ]
        low, high = (_coins(Money(end, currency)) if code == PRICE and end is not None else end for end in (facet.low, facet.high))
        yield FacetOut(code=code, label=known.label if known else own.get(code, code), values=values, low=low, high=high)


def _label(code: str, value: str, known: FacetWords | None, names: Mapping[str, str]) -> str:
    if code == CATEGORY:
        return names[value]
    if code == STOCK:
        return _("Yes")
    return known.text(value) if known else value


def _names(categories: Sequence[ShopCategory]) -> Iterator[tuple[str, str]]:
    for category in categories:
        yield str(category.id), category.name
        yield from _names(category.children)


ROUTES: list[Entry] = [api("GET", "/search", search, access=ANYONE, query=SearchQuery, reply=SearchOut)]
