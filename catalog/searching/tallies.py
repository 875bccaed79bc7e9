"""What is asked for how often, per day, market and language: the queries that find little are where rules are missing.

Counted are whole queries, as the index compares them, with how many products they found last. Never kept: who asked, from where,
at what time of the day. Left out is what may point to a person: mail addresses, seven digits and more, long texts. The desk sees a
query from the third time on; what was asked less often is forgotten after a week, everything after ninety days.

Pages are read without writing, and many come from the page cache: each web process gathers what its searches found and writes it
twice a minute. The figures are a lower bound: kept pages are not counted, nor what a process had not written when it ended.
"""

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from threading import Lock
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.search.rules import SearchRules
from catalog.searching.drafts import RIGHT
from catalog.searching.shapes import LONGEST_WORDS
from kernel import tenancy
from kernel.actors import Actor
from kernel.clock import now
from kernel.db.session import transaction
from kernel.db.statements import Statement
from kernel.tenancy import entering

MOST_GATHERED = 5000
MOST_DIGITS = 6
SHOWN_FROM = 3
FEW = 3
WEEK, KEPT_DAYS = 7, 90
PERIOD_DAYS = 30

log = logging.getLogger(__name__)

Place = tuple[UUID, date, str, str, str]  # tenant, day, market, language, key

WRITE = text(
    """
    INSERT INTO catalog.shop_search_tally AS t (tenant_id, id, day, market_code, language, key, query, searches, found)
    SELECT :tenant, gen_random_uuid(), w.day, w.market_code, w.language, w.key, w.query, w.searches, w.found
    FROM unnest(CAST(:days AS date[]), CAST(:markets AS text[]), CAST(:languages AS text[]), CAST(:keys AS text[]),
        CAST(:queries AS text[]), CAST(:searches AS int[]), CAST(:founds AS int[]))
        AS w (day, market_code, language, key, query, searches, found)
    ON CONFLICT (tenant_id, day, market_code, language, key)
    DO UPDATE SET searches = t.searches + excluded.searches, found = excluded.found, query = excluded.query
    """
)
ASKED = text(
    """
    SELECT t.key, (array_agg(t.query ORDER BY t.day DESC))[1] AS query, sum(t.searches) AS searches,
        (array_agg(t.found ORDER BY t.day DESC))[1] AS found, max(t.day) AS last_day
    FROM catalog.shop_search_tally t
    WHERE t.tenant_id = :tenant AND t.language = :language AND t.day > :since
    GROUP BY t.key HAVING sum(t.searches) >= :least AND (array_agg(t.found ORDER BY t.day DESC))[1] <= :few
    ORDER BY sum(t.searches) DESC, t.key LIMIT :most
    """
)
FORGET = Statement(
    """
    DELETE FROM catalog.shop_search_tally t WHERE t.tenant_id = :tenant AND (t.day <= :old OR t.day <= :week AND (
        SELECT sum(s.searches) FROM catalog.shop_search_tally s
        WHERE s.tenant_id = t.tenant_id AND s.language = t.language AND s.key = t.key) < :least)
    """
)


class Tallies:
    """What one process has counted and not yet written: {place: [query, searches, found last]}. Thread-safe."""

    def __init__(self) -> None:
        self._counted: dict[Place, list[str | int]] = {}
        self._lock = Lock()

    def note(self, tenant_id: UUID, market_code: str, language: str, typed: str, found: int) -> None:
        """Counts one search that found so many products, unless it may say something about a person."""
        query = " ".join(typed.split()).lower()
        if len(query) > LONGEST_WORDS or "@" in query or sum(c.isdigit() for c in query) > MOST_DIGITS:
            return
        key = SearchRules(language).query_key(query)
        if not key:
            return
        place = (tenant_id, now().date(), market_code, language, key)
        with self._lock:
            if place in self._counted:
                self._counted[place] = [query, int(self._counted[place][1]) + 1, found]
            elif len(self._counted) < MOST_GATHERED:
                self._counted[place] = [query, 1, found]

    def write(self) -> int:
        """Writes everything that was counted, a transaction per tenant; returns how many rows. What fails is dropped, and said."""
        with self._lock:
            counted, self._counted = self._counted, {}
        by_tenant: dict[UUID, dict[Place, list[str | int]]] = {}
        for place, told in counted.items():
            by_tenant.setdefault(place[0], {})[place] = told
        written = 0
        for tenant_id, rows in by_tenant.items():
            try:
                with entering(tenant_id), transaction() as session:
                    _write(session, rows)
                written += len(rows)
            except Exception as error:
                log.warning("searches could not be counted", exc_info=error)
        return written


TALLIES = Tallies()


def _write(session: Session, rows: Mapping[Place, list[str | int]]) -> None:
    places = sorted(rows)
    session.execute(
        WRITE,
        {
            "tenant": tenancy.current(),
            "days": [place[1] for place in places],
            "markets": [place[2] for place in places],
            "languages": [place[3] for place in places],
            "keys": [place[4] for place in places],
            "queries": [rows[place][0] for place in places],
            "searches": [rows[place][1] for place in places],
            "founds": [rows[place][2] for place in places],
        },
    )


def list_asked(session: Session, actor: Actor, language: str, few: int | None = FEW, most: int = 100) -> list[tuple[str, int, int, date]]:
    """(query, searches, products found last, last day) of the last thirty days, most asked for first; those that found at most `few`,
    or all."""
    actor.must(RIGHT)
    since = now().date() - timedelta(days=PERIOD_DAYS)
    told = {"tenant": tenancy.current(), "language": language, "since": since, "least": SHOWN_FROM, "most": most}
    rows = session.execute(ASKED, {**told, "few": 2**31 - 1 if few is None else few})
    return [(row.query, int(row.searches), row.found, row.last_day) for row in rows]


def forget(session: Session) -> int:
    """What has been kept for long enough, and what was asked for too seldom to be shown. Returns how many rows went."""
    today = now().date()
    told = {"old": today - timedelta(days=KEPT_DAYS), "week": today - timedelta(days=WEEK), "least": SHOWN_FROM}
    return FORGET.run(session, tenant=tenancy.current(), **told)
