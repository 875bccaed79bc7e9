"""PgSearch: the embedded engine. Plans in Python, scores and counts in PostgreSQL, six to nine statements a search.

Way of a search: builds in use (space) → what the shop may show and the filters leave (visible) → terms of the
text (plan) → documents by score (scoring) → counts (counting) → the page (ordering).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from catalog.search import bits
from catalog.search.arrays import plain, quoted
from catalog.search.counting import count_facets
from catalog.search.offers import Offers
from catalog.search.ordering import documents_on_page
from catalog.search.plan import Group, Known, Plan, plan_for
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
    SuggestedProduct,
    Suggestions,
)
from catalog.search.scoring import scored
from catalog.search.space import Space, open_space
from catalog.search.texts import clean
from catalog.search.visible import Visible, visible_documents

MOST_SUGGESTED = 20
SUGGESTED_CATEGORIES = 5
CHECKED_WORDS = 12

_DOCS = sql(
    "SELECT s.start + d.doc AS doc, d.product_id, d.title, d.sku"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_end AS int[]))"
    "  AS s(tenant_id, build, start, finish)"
    " JOIN unnest(CAST(:d_docs AS int[])) AS t(doc) ON t.doc >= s.start AND t.doc < s.finish"
    " CROSS JOIN LATERAL (SELECT d.doc, d.product_id, d.title, d.sku FROM catalog.search_doc d"
    "  WHERE d.tenant_id = s.tenant_id AND d.build = s.build AND d.doc = t.doc - s.start OFFSET 0) AS d"
)
_WHERE = sql(
    "SELECT p.term, s.start + p.chunk * 4096 AS start, p.places"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN LATERAL (SELECT p.term, p.chunk, p.places FROM catalog.search_posting p"
    "  WHERE p.tenant_id = s.tenant_id AND p.build = s.build AND p.term = ANY(CAST(:terms AS text[])) OFFSET 0) AS p"
)


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
        if not space.strips:
            return SearchResult((), 0, took_ms=_milliseconds_since(started))
        offers = Offers(space, filters.price is not None or PRICE in facets or sort in (Sort.PRICE_UP, Sort.PRICE_DOWN))
        visible = visible_documents(space, filters, offers)
        answer = _answer(space, text, visible.scope)
        members = visible.left(answer.members)
        counted = count_facets(space, {code: visible.left(answer.members, code) for code in facets}, filters, offers) if facets else {}
        if answer.plan and sort in (None, Sort.RELEVANCE):
            flags = bits.flags(members, space.size)
            chosen = [document for document in answer.order if flags[document]][page.offset : page.offset + page.length]
        else:
            chosen = documents_on_page(space, members, sort or Sort.RANK, page, offers)
        exact = [d for d in (answer.plan.exact if answer.plan else []) if visible.scope >> (space.size - 1 - d) & 1][:1]
        found = _hits(space, [*chosen, *exact])
        return SearchResult(
            hits=tuple(found[document][0] for document in chosen if document in found),
            total=members.bit_count(),
            facets=counted,
            corrected_text=_corrected(answer, visible),
            exact=found[exact[0]][0] if exact and exact[0] in found else None,
            without=_without(visible, answer.members) if not members else {},
            took_ms=_milliseconds_since(started),
        )

    def suggest(self, session: Session, scope: SearchScope, prefix: str, limit: int = 8) -> Suggestions:
        """See SearchEngine.suggest."""
        space = open_space(session, scope)
        limit = max(1, min(limit, MOST_SUGGESTED))
        if not space.strips or (len(prefix.strip()) < 2 and prefix.isascii()):
            return Suggestions()
        offers = Offers(space, needs_prices=False)
        visible = visible_documents(space, Filters(), offers)
        answer = _answer(space, prefix, visible.scope, completing=True)
        if not answer.plan or not answer.members:
            return Suggestions()
        found = _hits(space, answer.order[:limit])
        products = tuple(SuggestedProduct(*found[document]) for document in answer.order[:limit] if document in found)
        counted = count_facets(space, {CATEGORY: answer.members}, Filters(), offers)[CATEGORY]
        categories = tuple((UUID(value.value), value.count) for value in counted.values[:SUGGESTED_CATEGORIES])
        return Suggestions(_completed(space, answer, limit), products, categories)


@dataclass(frozen=True)
class Answer:
    """The documents that answer a text: in order of score, and as a set. Without a text: everything in scope, no plan."""

    space: Space
    members: int
    order: Sequence[int] = ()
    plan: Plan | None = None


def _answer(space: Space, typed: str, scope: int, completing: bool = False) -> Answer:
    """Documents known by the code that was typed come first, then by score."""
    if not clean(typed, LONGEST_QUERY).strip():
        return Answer(space, scope)
    plan = plan_for(space, typed, completing)
    flags = bits.flags(scope, space.size)
    first = [document for document in dict.fromkeys([*plan.exact, *plan.coded]) if flags[document]]
    order = list(dict.fromkeys([*first, *scored(space, plan, flags)])) if first else scored(space, plan, flags)
    return Answer(space, bits.of_documents(order, space.size), order, plan)


def _hits(space: Space, documents: Sequence[int]) -> dict[int, tuple[Hit, str, str]]:
    """{document: (hit, title, SKU)}; a document that went away meanwhile is left out."""
    if not documents:
        return {}
    rows = space.run(_DOCS, {"d_docs": plain(documents)})
    found = {}
    for row in rows:
        source = space.strip_of(row.doc).source
        found[row.doc] = (Hit(row.product_id, source.tenant_id, source.agreement_id), row.title, row.sku)
    return found


def _without(visible: Visible, members: int) -> dict[str, int]:
    """How many documents dropping one filter would bring back; filters whose dropping brings nothing are left out."""
    counts = {code: visible.left(members, code).bit_count() for code in visible.filters}
    return {code: n for code, n in counts.items() if n}


def _seen(space: Space, known: Sequence[Known], members: int) -> list[Known]:
    """Those of the words that stand in a document of the set."""
    checked = known[:CHECKED_WORDS]
    if not checked:
        return []
    flags = bits.flags(members, space.size)
    present: set[str] = set()
    for row in space.run(_WHERE, {"terms": quoted(sorted({word.term for word in checked}))}):
        if row.term not in present and any(flags[row.start + place] for place in row.places):
            present.add(row.term)
    return [word for word in checked if word.term in present]


def _corrected(answer: Answer, visible: Visible) -> str | None:
    """The text with its misspelt words replaced, None where nothing was corrected or the answer is empty."""
    wrong = [group for group in answer.plan.groups if group.guesses] if answer.plan and answer.members else []
    if not wrong or not answer.plan:
        return None
    seen = set(_seen(answer.space, [guess for group in wrong for guess in group.guesses[:3]], visible.scope))
    text = answer.plan.text
    for group in wrong:
        best = next((guess for guess in group.guesses if guess in seen), None)
        if best:
            text = _replaced(text, group, best.shown)
    return text if text != answer.plan.text else None


def _replaced(text: str, group: Group, shown: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(group.word.shown)}(?!\w)", lambda _: shown, text, count=1)


def _completed(space: Space, answer: Answer, limit: int) -> tuple[str, ...]:
    """The text with its last word completed, or spelt right, as far as there are documents for it."""
    if not answer.plan:
        return ()
    last = answer.plan.groups[-1]
    words = _seen(space, last.completions or last.guesses, answer.members)
    begun = answer.plan.text.rpartition(last.word.shown)[0]
    return tuple(dict.fromkeys(begun + word.shown for word in words))[:limit]


def _milliseconds_since(started: float) -> float:
    return round((perf_counter() - started) * 1000, 2)
