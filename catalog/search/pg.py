"""PgSearch: the embedded engine. The index lives in PostgreSQL; decoded pieces of it are kept in the process.

Way of a search: builds in use (space) → what the shop may show and the filters leave (visible) → terms of the
text (plan) → documents by score (scoring) → counts (counting) → the page (ordering). One statement where all pieces are
on the shelf (reading, shelf), one more per kind of piece that is not.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.search import bits
from catalog.search.counting import count_facets
from catalog.search.offers import Offers
from catalog.search.ordering import documents_on_page
from catalog.search.pieces import Known
from catalog.search.plan import Group, Plan, plan_for
from catalog.search.provider import (
    CATEGORY,
    LONGEST_QUERY,
    PRICE,
    Filters,
    Hit,
    Page,
    SearchResult,
    SearchScope,
    Sort,
    Suggestions,
)
from catalog.search.reading import PRODUCTS
from catalog.search.scoring import Found, scored
from catalog.search.space import Members, Space, open_space
from catalog.search.texts import clean
from catalog.search.unindexed import IndexLost, has_lost
from catalog.search.visible import Visible, visible_documents

MOST_SUGGESTED = 20
SUGGESTED_CATEGORIES = 5
CHECKED_WORDS = 12
LAST_TWO = re.compile(r"\S+\s*\S+$")


class PgSearch:
    """The embedded engine: stateless, shared by all threads."""

    def search(
        self,
        session: Session,
        scope: SearchScope,
        text: str = "",
        filters: Filters | None = None,
        facets: tuple[str, ...] = (),
        sort: Sort | None = None,
        page: Page | None = None,
    ) -> SearchResult:
        """See SearchEngine.search."""
        started = perf_counter()
        filters, page = filters or Filters(), page or Page()
        space = open_space(session, scope)
        _must_be_whole(session, space)
        if not space.strips:
            return SearchResult((), 0, took_ms=_milliseconds_since(started))
        offers = Offers(space, filters.price is not None or PRICE in facets or sort in (Sort.PRICE_UP, Sort.PRICE_DOWN))
        visible = visible_documents(space, filters, offers)
        answer = _answer(Members(space, visible.scope), text)
        members = Members(space, visible.left(answer.members))
        counted = count_facets(space, {code: visible.left(answer.members, code) for code in facets}, filters, offers) if facets else {}
        if answer.plan and sort in (None, Sort.RELEVANCE):
            chosen = answer.best(members, page.offset + page.length)[page.offset :]
        else:
            chosen = documents_on_page(members, sort or Sort.RANK, page, offers)
        exact = [document for document in (answer.plan.exact if answer.plan else []) if answer.visible.flags[document]][:1]
        found = _hits(space, [*chosen, *exact])
        return SearchResult(
            hits=tuple(found[document] for document in chosen if document in found),
            total=members.all.bit_count(),
            facets=counted,
            corrected_text=_corrected(answer),
            exact=found.get(exact[0]) if exact else None,
            without=_without(visible, answer.members) if not members.all else {},
            took_ms=_milliseconds_since(started),
        )

    def suggest(self, session: Session, scope: SearchScope, prefix: str, limit: int = 8) -> Suggestions:
        """See SearchEngine.suggest."""
        space = open_space(session, scope)
        _must_be_whole(session, space)
        limit = max(1, min(limit, MOST_SUGGESTED))
        if not space.strips or (len(prefix.strip()) < 2 and prefix.isascii()):
            return Suggestions()
        offers = Offers(space, needs_prices=False)
        visible = visible_documents(space, Filters(), offers)
        answer = _answer(Members(space, visible.scope), prefix, completing=True)
        if not answer.plan or not answer.members:
            return Suggestions()
        products = tuple(_hits(space, answer.best(Members(space, answer.members), limit)).values())
        counted = count_facets(space, {CATEGORY: answer.members}, Filters(), offers)[CATEGORY]
        categories = tuple((UUID(value.value), value.count) for value in counted.values[:SUGGESTED_CATEGORIES])
        return Suggestions(_completed(answer, limit), products, categories)


def _must_be_whole(session: Session, space: Space) -> None:
    """IndexLost where something is published that no index knows; asked only of sources without an index."""
    if space.lost and has_lost(session, space.lost):
        raise IndexLost


@dataclass(frozen=True)
class Answer:
    """The documents that answer a text: as a set, `first` before all that was `found` by score. Without a text: everything in
    scope, no plan. `visible` is the scope."""

    visible: Members
    members: int
    found: Found | None = None
    first: Sequence[int] = ()
    plan: Plan | None = None

    def best(self, members: Members, most: int) -> list[int]:
        """The first `most` documents of a part of the answer, equal ones by document."""
        first = [document for document in self.first if members.flags[document]]
        return list(dict.fromkeys([*first, *(self.found.best(members.all, most) if self.found else ())]))[:most]


def _answer(visible: Members, typed: str, completing: bool = False) -> Answer:
    """Documents pinned to the text come first, then those known by the code that was typed, then by score."""
    if not clean(typed, LONGEST_QUERY).strip():
        return Answer(visible, visible.all)
    plan = plan_for(visible.space, typed, completing)
    first = [document for document in dict.fromkeys([*_pinned(visible.space, typed), *plan.exact, *plan.coded]) if visible.flags[document]]
    found = scored(plan, visible)
    return Answer(visible, bits.of_documents(first, visible.space.size) | found.members, found, first, plan)


def _pinned(space: Space, typed: str) -> list[int]:
    """The documents that the shop's rules put first for this text."""
    pins = space.scope.rules.pinned(typed)
    products = [found[""] for found in space.pieces(PRODUCTS, [""])] if pins else []
    places = [
        (strip.start, products[n].place_of(pin.product_id))
        for pin in pins
        for n, strip in enumerate(space.strips)
        if strip.source.tenant_id == pin.tenant_id
    ]
    return [start + place for start, place in places if place is not None]


def _hits(space: Space, documents: Sequence[int]) -> dict[int, Hit]:
    """{document: hit}; a document that went away meanwhile is left out."""
    products = [found[""] for found in space.pieces(PRODUCTS, [""])]
    hits = {}
    for document in documents:
        number = space.number_of(document)
        strip = space.strips[number]
        product_id = products[number].of(document - strip.start)
        if product_id is not None:
            hits[document] = Hit(product_id, strip.source.tenant_id, strip.source.agreement_id)
    return hits


def _without(visible: Visible, members: int) -> dict[str, int]:
    """How many documents dropping one filter would bring back; filters whose dropping brings nothing are left out."""
    counts = {code: visible.left(members, code).bit_count() for code in visible.filters}
    return {code: n for code, n in counts.items() if n}


def _seen(known: Sequence[Known], members: Members) -> list[Known]:
    """Those of the words that stand in a document of the set."""
    checked = known[:CHECKED_WORDS]
    space = members.space
    present: set[str] = set()
    for strip, postings in zip(space.strips, space.postings([word.term for word in checked]), strict=True):
        here = space.part(members.all, strip)
        present |= {term for term, posting in postings.items() if posting.members & here}
    return [word for word in checked if word.term in present]


def _corrected(answer: Answer) -> str | None:
    """The text with its misspelt words replaced, None where nothing was corrected or the answer is empty."""
    if not answer.plan or not answer.members:
        return None
    text = _spelt_right(answer, answer.plan.text, answer.plan.groups)
    return text if text != answer.plan.text else None


def _spelt_right(answer: Answer, text: str, groups: Sequence[Group]) -> str:
    """The text with the misspelt words of these groups replaced by what stands in a visible document."""
    wrong = [group for group in groups if group.guesses]
    seen = set(_seen([guess for group in wrong for guess in group.guesses[:3]], answer.visible)) if wrong else set()
    for group in wrong:
        best = next((guess for guess in group.guesses if guess in seen), None)
        if best:
            text = _replaced(text, group, best.shown)
    return text


def _replaced(text: str, group: Group, shown: str) -> str:
    """A word of the text replaced; where it is half of a compound, that half."""
    word = re.escape(group.word.shown)
    for place in (rf"(?<!\w){word}(?!\w)", rf"{word}(?!\w)", rf"(?<!\w){word}"):
        replaced, n = re.subn(place, lambda _: shown, text, count=1)
        if n:
            return replaced
    return text


def _completed(answer: Answer, limit: int) -> tuple[str, ...]:
    """The text with its last word completed, or spelt right, as far as there are documents for it; words before it stay, spelt right."""
    if not answer.plan:
        return ()
    text, (*before, last) = answer.plan.text, answer.plan.groups
    words = _seen(last.completions or last.guesses, Members(answer.visible.space, answer.members))
    begun, there, _ = text.rpartition(last.word.shown)
    if not there:  # a number and its unit, typed apart or otherwise
        begun = LAST_TWO.sub("", text)
    begun = _spelt_right(answer, begun, before)
    return tuple(dict.fromkeys(begun + word.shown for word in words))[:limit]


def _milliseconds_since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)
