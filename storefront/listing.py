"""A list of products with filters, counts and pages: what category pages and search results share.

The engine finds and counts, cards.py makes cards with the seller's own prices, the facet words come with the
publication. Nothing here reads an editing table.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from markupsafe import Markup
from sqlalchemy.orm import Session

from catalog.assortment import ShopView, search_scope, sources_for, view_for
from catalog.facets import FacetWords, facet_words
from catalog.search.engine import ENGINE
from catalog.search.provider import PRICE, STOCK, Facet, Filters, Page, SearchResult, SearchScope, Sort
from catalog.searching.reading import rules_for
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.money import Money
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from storefront.cards import cards_html
from storefront.paths import Chip, Choices

PER_PAGE = 24
# cards of the first row, whose pictures are seen first
EAGER = 3
MOST_SHOWN_VALUES = 14
SORTS = {
    Sort.RANK: mark("Recommended"),
    Sort.NEWEST: mark("Newest"),
    Sort.PRICE_UP: mark("Price, low to high"),
    Sort.PRICE_DOWN: mark("Price, high to low"),
    Sort.NAME: mark("Name"),
}


@dataclass(frozen=True)
class Option:
    """One value of a filter as a check box: `name` and `value` make the address."""

    value: str
    text: str
    count: int
    is_chosen: bool
    swatch: str = ""


@dataclass(frozen=True)
class Filter:
    """One filter with its options, and the name of their parameter; `is_open` where it should be unfolded at first."""

    code: str
    label: str
    options: tuple[Option, ...]
    is_open: bool
    name: str = "f"


@dataclass(frozen=True)
class Listing:
    """Everything a list page shows. `pages` is the number of pages, `low` and `high` the prices it spans."""

    choices: Choices
    cards: list[Markup]
    total: int
    pages: int
    filters: tuple[Filter, ...]
    chips: tuple[Chip, ...]
    sorts: tuple[tuple[str, str, str, bool], ...]
    low: Money | None
    high: Money | None
    corrected_text: str | None
    drop: tuple[Chip, ...]
    result: SearchResult
    path: str

    def page_url(self, page: int) -> str:
        """The address of another page of this list."""
        return self.path + self.choices.on_page(page).query()

    @property
    def clear_url(self) -> str:
        """The address of the list with no filter."""
        return self.path + self.choices.cleared().query()


def scope_of(session: Session, view: ShopView) -> SearchScope:
    """Where a shop searches: its own publication and what is shared with it, within each agreement's scope, by its own rules."""
    return replace(search_scope(view, sources_for(session, view)), rules=rules_for(session, view))


def list_products(visit: Visit, category_id: UUID | None = None) -> Listing:
    """One page of products with filters: what the visit's query asks for, of everything or of one category."""
    session, path, choices = visit.session, visit.path, Choices.read(visit.query)
    view = view_for(session, visit.place.market, visit.place.language)
    words = facet_words(session, view)
    codes = tuple(w.code for w in words.values() if w.is_filter)
    chosen = {code: values for code, values in choices.by_code().items() if code in words}
    price = (choices.low, choices.high) if choices.low is not None or choices.high is not None else None
    filters = Filters(category_id, chosen, {}, price, choices.in_stock)
    sort = choices.sort or (None if choices.text else Sort.RANK)
    found = ENGINE.search(
        session, scope_of(session, view), choices.text, filters, (STOCK, PRICE, *codes), sort, Page(choices.page, PER_PAGE)
    )  # fmt: skip
    cards = cards_html(visit, [hit.product_id for hit in found.hits], eager=EAGER)
    shown = tuple(
        _filter(words[c], found.facets[c], i, c in chosen) for i, c in enumerate(codes) if _is_worth(found.facets.get(c), c in chosen)
    )
    shown = (*shown, *_availability(found, choices))
    spans = found.facets.get(PRICE)
    return Listing(
        choices=choices, cards=cards, total=found.total, pages=max(1, -(-found.total // PER_PAGE)), filters=shown,
        chips=_chips(choices, words, path, view.currency), sorts=_sorts(choices, path, bool(choices.text)),
        low=_money(spans.low if spans else None, view.currency), high=_money(spans.high if spans else None, view.currency),
        corrected_text=found.corrected_text, drop=_drop(found, choices, words, path), result=found, path=path,
    )  # fmt: skip


def kept_unless_limited(answer: Answer, listing: Listing) -> Answer:
    """A list that was made without an index is not kept: it is whole again in a minute."""
    answer.passing = answer.passing or listing.result.is_unindexed
    return answer


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return Money(amount, currency) if amount is not None else None


def _is_worth(facet: Facet | None, is_chosen: bool) -> bool:
    """A filter that cannot tell products apart is not shown."""
    return facet is not None and (is_chosen or len(facet.values) > 1)


def _filter(words: FacetWords, facet: Facet, position: int, is_chosen: bool) -> Filter:
    commonest = sorted(facet.values, key=lambda v: (not v.selected, -v.count))[:MOST_SHOWN_VALUES]
    values = sorted(commonest, key=lambda v: words.place(v.value))
    options = tuple(Option(f"{words.code}:{v.value}", words.text(v.value), v.count, v.selected, words.swatch(v.value)) for v in values)
    return Filter(words.code, words.label, options, is_chosen or position < 3)


def _availability(found: SearchResult, choices: Choices) -> tuple[Filter, ...]:
    """The check box for what is in stock; not where everything is, nothing is, or nobody counts."""
    count = found.facets[STOCK].values[0].count if found.facets.get(STOCK) else 0
    if not choices.in_stock and count in (0, found.total):
        return ()
    return (Filter(STOCK, _("Availability"), (Option("1", _("In stock"), count, choices.in_stock),), True, "stock"),)


def _chips(choices: Choices, words: dict[str, FacetWords], path: str, currency: str) -> tuple[Chip, ...]:
    chips = [
        Chip(f"{words[code].label}: {words[code].text(value)}", path + choices.without(code, value).query())
        for code, value in choices.values
        if code in words
    ]
    if choices.low is not None or choices.high is not None:
        low, high = (str(Money(a, currency)) if a is not None else "…" for a in (choices.low, choices.high))
        chips.append(Chip(f"{low} – {high}", path + choices.without(PRICE).query()))
    if choices.in_stock:
        chips.append(Chip(_("In stock"), path + choices.without(STOCK).query()))
    return tuple(chips)


def _sorts(choices: Choices, path: str, has_text: bool) -> tuple[tuple[str, str, str, bool], ...]:
    """(value, label, address, is chosen) of every order that makes sense here."""
    names = {Sort.RELEVANCE: mark("Best match"), **SORTS} if has_text else SORTS
    names.pop(Sort.RANK, None) if has_text else None
    first = Sort.RELEVANCE if has_text else Sort.RANK
    return tuple((s.value, _(label), path + choices.sorted_by(s).query(), s is (choices.sort or first)) for s, label in names.items())


def _drop(found: SearchResult, choices: Choices, words: dict[str, FacetWords], path: str) -> tuple[Chip, ...]:
    """Where nothing is left: which single filter to drop, and how many products that would show."""
    names = {PRICE: _("Price"), STOCK: _("In stock")}
    return tuple(
        Chip(names.get(code) or words[code].label, path + choices.without(code).query(), count)
        for code, count in sorted(found.without.items(), key=lambda pair: -pair[1])
        if count and (code in names or code in words)
    )
