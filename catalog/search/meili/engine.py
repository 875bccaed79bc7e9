"""MeiliSearch: Meilisearch says which products a text means and in which order, the database what may be shown of them.

Nothing Meilisearch answers is believed about whose product it is, whether this shop sells it, for how much and how many of
them there are: its ids are looked up among the documents that the scope lets through, behind row security, and everything
else is dropped. Filters, counts, prices, stock and orders are those of the embedded engine, to the product (T10).
Raises MeiliTrouble where the server does not answer, or shows an older version than the one that is published: who falls back on
what, catalog/search/engine.py knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import text as statement
from sqlalchemy.orm import Session

from catalog.search import bits
from catalog.search.arrays import plain, quoted
from catalog.search.counting import count_facets
from catalog.search.meili.answers import completed, corrected, marked_words
from catalog.search.meili.documents import cleaned
from catalog.search.meili.queries import Query, Typed, queries_for, typed_text
from catalog.search.meili.server import MeiliServer, MeiliTrouble
from catalog.search.offers import Offers
from catalog.search.ordering import documents_on_page
from catalog.search.own_names import read_places
from catalog.search.provider import CATEGORY, PRICE, Filters, Hit, Page, SearchResult, SearchScope, Sort, Suggestions
from catalog.search.reading import PRODUCTS, Build, fetch
from catalog.search.space import Members, Space, Strip, open_space
from catalog.search.texts import base_language
from catalog.search.visible import visible_documents

MOST_SUGGESTED = 20
SUGGESTED_CATEGORIES = 5
SUGGESTED_FROM = 1_000
BEHIND = "behind"

_VERSIONS = statement(
    "SELECT p.tenant_id, p.market_code, p.language, max(p.version) AS version FROM catalog.publication p"
    " JOIN unnest(CAST(:tenants AS uuid[]), CAST(:markets AS text[]), CAST(:languages AS text[])) AS s(tenant_id, market_code, language)"
    " ON p.tenant_id = s.tenant_id AND p.market_code = s.market_code AND p.language = s.language GROUP BY 1, 2, 3"
)


@dataclass(frozen=True)
class Places:
    """{a product's id: its document} of one state of a build."""

    by_id: Mapping[bytes, int]

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return 100 + 150 * len(self.by_id)


@dataclass
class Heard:
    """What came back: documents with their scores, those known by the code that was typed, words that were marked."""

    typed: Typed
    scores: dict[int, float] = field(default_factory=dict)
    exact: list[int] = field(default_factory=list)
    coded: list[int] = field(default_factory=list)
    marked: dict[int, list[str]] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)

    def in_order(self, flags: bytes) -> list[int]:
        """Those of the set, the shop's pins first, then what is known by its code, then by score, equal ones by document."""
        first = [*self.pinned, *self.exact, *self.coded]
        by_score = sorted((-score, document) for document, score in self.scores.items() if flags[document])
        return list(dict.fromkeys([*(d for d in first if flags[d]), *(document for _, document in by_score)]))

    def marked_in(self, flags: bytes) -> list[str]:
        """The marked words of documents of the set."""
        return [word for document, words in self.marked.items() if flags[document] for word in words]


class MeiliSearch:
    """The engine behind a server; no state of its own, shared by all threads."""

    def __init__(self, server: MeiliServer) -> None:
        self.server = server

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
        """See SearchEngine.search. A text that means more than 10,000 products lists and counts its best 10,000."""
        started = perf_counter()
        filters, page = filters or Filters(), page or Page()
        space = open_space(session, scope)
        if not space.strips:
            return SearchResult((), 0)
        typed = typed_text(text, space.language, scope.rules)
        offers = Offers(space, filters.price is not None or PRICE in facets or sort in (Sort.PRICE_UP, Sort.PRICE_DOWN))
        visible = visible_documents(space, filters, offers)
        flags = bits.flags(visible.scope, space.size)
        heard = self._ask(space, typed, text) if typed.words else None
        order = heard.in_order(flags) if heard else []
        answer = bits.of_documents(order, space.size) if cleaned(text) else visible.scope
        members = Members(space, visible.left(answer))
        counted = count_facets(space, {code: visible.left(answer, code) for code in facets}, filters, offers) if facets else {}
        if heard and sort in (None, Sort.RELEVANCE):
            kept = members.flags
            chosen = [document for document in order if kept[document]][page.offset : page.offset + page.length]
        else:
            chosen = documents_on_page(members, sort or Sort.RANK, page, offers)
        exact = [document for document in (heard.exact if heard else []) if flags[document]][:1]
        found = _hits(space, [*chosen, *exact])
        without = {code: n for code in visible.filters if (n := visible.left(answer, code).bit_count())} if not members.all else {}
        return SearchResult(
            hits=tuple(found[document] for document in chosen if document in found),
            total=members.all.bit_count(),
            facets=counted,
            corrected_text=_corrected(space, text, heard, flags) if heard and order else None,
            exact=found.get(exact[0]) if exact else None,
            without=without,
            took_ms=round((perf_counter() - started) * 1000, 2),
        )

    def suggest(self, session: Session, scope: SearchScope, prefix: str, limit: int = 8) -> Suggestions:
        """See SearchEngine.suggest. Whole queries are made of words in the names of what is found."""
        space = open_space(session, scope)
        limit = max(1, min(limit, MOST_SUGGESTED))
        if not space.strips or (len(prefix.strip()) < 2 and prefix.isascii()):
            return Suggestions()
        typed = typed_text(prefix, space.language, scope.rules, completing=True)
        if not typed.words:
            return Suggestions()
        offers = Offers(space, needs_prices=False)
        flags = bits.flags(visible_documents(space, Filters(), offers).scope, space.size)
        heard = self._ask(space, typed, prefix, SUGGESTED_FROM)
        order = heard.in_order(flags)
        if not order:
            return Suggestions()
        counted = count_facets(space, {CATEGORY: bits.of_documents(order, space.size)}, Filters(), offers)[CATEGORY]
        texts = completed(cleaned(prefix), typed.words, heard.marked_in(flags), base_language(space.language), limit)
        products = _hits(space, order[:limit])
        return Suggestions(
            tuple(texts), tuple(products.values()), tuple((UUID(v.value), v.count) for v in counted.values[:SUGGESTED_CATEGORIES])
        )

    def _ask(self, space: Space, typed: Typed, text: str, most: int | None = None) -> Heard:
        """Asks once for everything, and finds the answers' documents."""
        queries = queries_for(space, typed, most) if most else queries_for(space, typed)
        answers = self.server.multi_search([query.body for query in queries])
        places = {strip.start: _places(space, strip.build) for strip in space.strips}
        heard = Heard(typed, pinned=_pinned(space, text, places))
        for query, answer in zip(queries, answers, strict=True):
            _take(space, heard, query, answer.get("hits", ()), places[query.strip.start])
        _check_versions(space, heard)
        return heard


def _corrected(space: Space, text: str, heard: Heard, flags: bytes) -> str | None:
    return corrected(cleaned(text), heard.typed.words, heard.marked_in(flags), base_language(space.language))


def _take(space: Space, heard: Heard, query: Query, hits: Sequence[dict[str, Any]], places: Places) -> None:
    start = query.strip.start
    if query.kind == "named":
        _take_named(space, heard, query, hits)
        return
    if query.kind == "state":
        heard.versions[start] = max((hit["version"] for hit in hits if isinstance(hit.get("version"), int)), default=-1)
        return
    for hit in hits:
        document = places.by_id.get(_id(hit.get("id")))
        if document is None:
            continue
        document += start
        if query.kind == "found":
            heard.scores[document] = max(_score(hit) * query.weight, heard.scores.get(document, 0.0))
        elif query.kind == "shown":
            heard.marked[document] = marked_words(hit)
        else:
            (heard.exact if heard.typed.whole in hit.get("codes", ()) else heard.coded).append(document)


def _check_versions(space: Space, heard: Heard) -> None:
    """A publication is searchable as soon as it is committed: as long as an index shows an older one, it does not count."""
    sources = [strip.source for strip in space.strips]
    asked = {
        "tenants": plain(source.tenant_id for source in sources),
        "markets": quoted(source.market_code for source in sources),
        "languages": quoted(source.language for source in sources),
    }
    newest = {(r.tenant_id, r.market_code, r.language): r.version for r in space.session.execute(_VERSIONS, asked)}
    for strip in space.strips:
        source = strip.source
        if heard.versions.get(strip.start, -1) < newest.get((source.tenant_id, source.market_code, source.language), -1):
            raise MeiliTrouble("Meilisearch does not show the newest publication yet.", BEHIND)


def _take_named(space: Space, heard: Heard, query: Query, hits: Sequence[dict[str, Any]]) -> None:
    """Own names count where an overlay under this very agreement says so now."""
    strip = query.strip
    if not hits or strip.source.agreement_id is None:
        return
    for own in strip.own:
        places = _places(space, own).by_id
        named = {places[key]: hit for hit in hits if (key := _id(hit.get("product"))) in places}
        if not named:
            continue
        laid = read_places(space.session, own, strip.build, strip.source.agreement_id)
        for own_doc, hit in named.items():
            for doc in laid.docs.get(own_doc, ()):
                document = strip.start + doc
                heard.scores[document] = max(_score(hit) * query.weight, heard.scores.get(document, 0.0))


def _places(space: Space, build: Build) -> Places:
    found: Places | None = space.shelf.find(("places of products", build.state))
    if found is None:
        ids = fetch(space.session, space.shelf, PRODUCTS, [(build, "")])[build, ""].ids
        found = Places({key: n for n in range(len(ids) // 16) if any(key := ids[16 * n : 16 * n + 16])})
        space.shelf.put(("places of products", build.state), found, found.bytes)
    return found


def _pinned(space: Space, text: str, places: Mapping[int, Places]) -> list[int]:
    """The documents that the shop's rules put first for this text."""
    found = (
        (strip, places[strip.start].by_id.get(pin.product_id.bytes))
        for pin in space.scope.rules.pinned(text)
        for strip in space.strips
        if strip.source.tenant_id == pin.tenant_id
    )
    return [strip.start + document for strip, document in found if document is not None]


def _hits(space: Space, documents: Iterable[int]) -> dict[int, Hit]:
    """{document: hit}; a document that went away meanwhile is left out."""
    products = [found[""] for found in space.pieces(PRODUCTS, [""])]
    hits = {}
    for document in documents:
        strip: Strip = space.strips[number := space.number_of(document)]
        if product_id := products[number].of(document - strip.start):
            hits[document] = Hit(product_id, strip.source.tenant_id, strip.source.agreement_id)
    return hits


def _id(told: Any) -> bytes:
    """A product's id as the database has it; empty for what is none."""
    try:
        return bytes.fromhex(told) if isinstance(told, str) else b""
    except ValueError:
        return b""


def _score(hit: dict[str, Any]) -> float:
    score = hit.get("_rankingScore", 0.0)
    return float(score) if isinstance(score, int | float) else 0.0
