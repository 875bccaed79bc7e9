"""Which engine answers: the one place where that is decided, by GALLERIA_MEILISEARCH_URL.

Without the setting the embedded engine answers everything. With it Meilisearch is asked what a text means, and the embedded
engine, whose index is kept up in any case, answers instead where Meilisearch is down, slow or finds nothing. Lists without a
text need nobody but the database.
"""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

from prometheus_client import Counter
from sqlalchemy.exc import DataError, InternalError, NotSupportedError, ProgrammingError
from sqlalchemy.orm import Session

from catalog.search.breaker import Circuit
from catalog.search.meili.documents import cleaned
from catalog.search.meili.engine import BEHIND, MeiliSearch
from catalog.search.meili.server import MeiliServer, MeiliTrouble
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page, SearchEngine, SearchResult, SearchScope, Sort, Suggestions
from catalog.search.unindexed import IndexLost, UnindexedSearch
from kernel import metrics
from kernel.db.session import RunAgain
from kernel.lines import Line

log = logging.getLogger(__name__)
T = TypeVar("T")

# an answer that takes longer counts as a failure: threads that wait are threads that do not serve
SLOW_SECONDS = 0.7
NOT_FED = {"index_not_found", BEHIND}

ANSWERS = Counter("galleria_searches", "Texts searched beside Meilisearch: who answered, why", ["engine", "why"], registry=metrics.registry)


class GuardedSearch:
    """`first` answers texts, `second` everything else and whenever the first does not."""

    def __init__(self, first: SearchEngine, second: SearchEngine, circuit: Circuit | None = None) -> None:
        self.first, self.second, self.circuit = first, second, circuit or Circuit()

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
        if not cleaned(text):
            return self.second.search(session, scope, text, filters, facets, sort, page)
        why = "closed"
        if self.circuit.may_try():
            began = perf_counter()
            try:
                found = self.first.search(session, scope, text, filters, facets, sort, page)
            except MeiliTrouble as trouble:
                why = self._went_wrong(trouble)
            else:
                self._took(perf_counter() - began)
                if found.total or found.without:
                    ANSWERS.labels("meilisearch", "asked").inc()
                    return found
                why = "nothing found"
        ANSWERS.labels("embedded", why).inc()
        return self.second.search(session, scope, text, filters, facets, sort, page)

    def suggest(self, session: Session, scope: SearchScope, prefix: str, limit: int = 8) -> Suggestions:
        """See SearchEngine.suggest."""
        why = "closed"
        if self.circuit.may_try():
            began = perf_counter()
            try:
                found = self.first.suggest(session, scope, prefix, limit)
            except MeiliTrouble as trouble:
                why = self._went_wrong(trouble)
            else:
                self._took(perf_counter() - began)
                if found.products:
                    ANSWERS.labels("meilisearch", "asked").inc()
                    return found
                why = "nothing found"
        ANSWERS.labels("embedded", why).inc()
        return self.second.suggest(session, scope, prefix, limit)

    def _took(self, seconds: float) -> None:
        if seconds < SLOW_SECONDS:
            self.circuit.went_well()
        elif self.circuit.went_wrong():
            log.warning("Meilisearch is slow: the embedded engine answers for a while")

    def _went_wrong(self, trouble: MeiliTrouble) -> str:
        if trouble.told in NOT_FED:  # nothing is wrong with the server
            return "not fed yet"
        if self.circuit.went_wrong():
            log.warning("Meilisearch fails: the embedded engine answers for a while", extra={"reason": trouble.message})
        return "failed"


class ShopSearch:
    """What shops search with: whichever engine `connect` has chosen for this process."""

    def __init__(self) -> None:
        self.chosen: SearchEngine = PgSearch()
        self.last: SearchEngine = UnindexedSearch()
        self.server: MeiliServer | None = None
        self.circuit = Circuit(failures=1)

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
        return self._asked(session, lambda engine: engine.search(session, scope, text, filters, facets, sort, page))

    def suggest(self, session: Session, scope: SearchScope, prefix: str, limit: int = 8) -> Suggestions:
        """See SearchEngine.suggest."""
        return self._asked(session, lambda engine: engine.suggest(session, scope, prefix, limit))

    def _asked(self, session: Session, ask: Callable[[SearchEngine], T]) -> T:
        """The chosen engine's answer; without any index where the index is lost, or could not be read a moment ago.

        A statement that failed takes its transaction with it: a request that only reads is run again, and finds the circuit open.
        """
        why = "index broken"
        if self.circuit.may_try():
            try:
                found = ask(self.chosen)
            except IndexLost:
                why = "index lost"
            except (InternalError, ProgrammingError, DataError, NotSupportedError) as broken:
                log.exception("the search index cannot be read: shops search without it for a while")
                self.circuit.went_wrong()
                if session.info.get("read_only"):
                    raise RunAgain from broken
                raise
            else:
                self.circuit.went_well()
                return found
        ANSWERS.labels("without an index", why).inc()
        return ask(self.last)


ENGINE = ShopSearch()


def connect(address: str, key: str = "") -> None:
    """Chooses the engine of this process: Meilisearch at `address`, the embedded one where it is empty. Nothing is contacted
    yet. ValueError for what is no address."""
    try:
        server = MeiliServer(Line(address), key) if address else None
    except ValueError as error:
        raise ValueError(f"GALLERIA_MEILISEARCH_URL {error}") from error
    if ENGINE.server is not None:
        ENGINE.server.close()
    ENGINE.server = server
    ENGINE.chosen = GuardedSearch(MeiliSearch(server), PgSearch()) if server else PgSearch()


def meilisearch() -> MeiliServer | None:
    """The server that is connected; None where the embedded engine answers alone."""
    return ENGINE.server
