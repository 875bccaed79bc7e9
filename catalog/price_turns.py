"""Prices begin and end by themselves: the instants are written down with each publication, and the worker brings the
search index after at that moment.

What is shown and charged needs nobody: the price that holds is worked out from the payload by the database's clock, and
kept pages end with the instant because the stamp moves by itself (kernel/stamps.py). The index knows one price of each
product, for sorting and filters; it follows some seconds later.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from catalog.events import PricesTurned
from catalog.findable import search_document
from catalog.price_times import told
from catalog.search import indexing
from kernel import clock, moments, stamps, tenancy
from kernel.events import publish as tell

MOMENT = "catalog.prices"
LOOK_BACK = timedelta(days=2)

AHEAD = text(
    """
    SELECT DISTINCT jsonb_array_elements_text(p.payload -> 'price_turns') AS turn FROM catalog.published_product p
    WHERE p.tenant_id = :tenant AND p.market_code = :market AND p.to_version IS NULL AND p.payload ? 'price_turns'
    """
)
TURNED = text(
    """
    SELECT p.market_code, p.language, p.payload FROM catalog.published_product p
    WHERE p.tenant_id = :tenant AND p.to_version IS NULL AND p.payload ? 'price_turns' AND p.parent_id IS NULL
        AND EXISTS (SELECT 1 FROM jsonb_array_elements_text(p.payload -> 'price_turns') AS t (turn)
            WHERE t.turn > :since AND t.turn <= :until)
    ORDER BY p.market_code, p.language
    """
)


def turns_ahead(session: Session, market_code: str) -> list[datetime]:
    """The instants still to come at which a published price of the market changes."""
    rows = session.scalars(AHEAD, {"tenant": tenancy.current(), "market": market_code})
    return [at for at in sorted(map(_instant, rows)) if at > clock.now()]


def arrange_turns(session: Session, market_code: str) -> None:
    """Writes down when this market's prices change; part of publishing."""
    ahead = turns_ahead(session, market_code)
    stamps.turn(session, ahead)
    moments.arrange(session, MOMENT, ahead)


def follow_turns(session: Session) -> int:
    """Products whose price has changed just now get their present price in the index; returns how many. Doing it again
    changes nothing."""
    now = clock.now()
    asked = {"tenant": tenancy.current(), "since": told(now - LOOK_BACK), "until": told(now)}
    rows = session.execute(TURNED, asked).all()
    for market_code, language in dict.fromkeys((row.market_code, row.language) for row in rows):
        _index(session, [row for row in rows if (row.market_code, row.language) == (market_code, language)])
    for market_code in dict.fromkeys(row.market_code for row in rows):
        tell(session, PricesTurned(market_code))
    stamps.bump(session)
    return len(rows)


def register() -> None:
    """Called once at the start of each process."""
    moments.when(MOMENT, follow_turns)


def _index(session: Session, rows: Sequence[Row[Any]]) -> None:
    documents = [search_document(row.payload) for row in rows]
    indexing.apply_changes(session, rows[0].market_code, rows[0].language, documents)


def _instant(turn: str) -> datetime:
    return datetime.fromisoformat(turn).astimezone(UTC)
