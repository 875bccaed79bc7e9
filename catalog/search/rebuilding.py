"""Making indexes anew from what is published: because texts are read differently now (analysis.VERSION), or one is missing.

A new build is written beside the one in use and takes its place in the same transaction, so a search finds the whole of the one or
the whole of the other. Publishers of the same index wait meanwhile, and nobody else. Retired builds serve readers in flight
until `fold` removes them.

Every minute each tenant's indexes are looked at (`catch_up`); what is due is queued as one long job. So a start after an
update brings every index up to date by itself.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from catalog.findable import search_document
from catalog.models.sharing import Overlay
from catalog.search import own_names
from catalog.search.analysis import VERSION
from catalog.search.documents import SearchDocument
from catalog.search.indexing import BATCH, batches
from catalog.search.writing import BuildWriter, add_build, find_current, lock_builds
from kernel import tenancy
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.events import TASK_PREFIX
from kernel.jobs import defer, task
from kernel.models import OutboxRow

TASK = "catalog.search.rebuild"
READ_AT_ONCE = 500

_PATIENCE = text("SELECT set_config('statement_timeout', '600s', true)")
_PUBLISHED = text(
    "SELECT DISTINCT p.market_code, p.language FROM catalog.publication p WHERE p.tenant_id = :tenant"
    " UNION SELECT i.market_code, i.language FROM catalog.search_index i"
    "  WHERE i.tenant_id = :tenant AND i.is_current AND i.market_code = :own_names ORDER BY 1, 2"
)
_OVERDUE = text(
    "SELECT w.market_code, w.language FROM (SELECT DISTINCT p.market_code, p.language FROM catalog.publication p"
    "  WHERE p.tenant_id = :tenant UNION SELECT i.market_code, i.language FROM catalog.search_index i"
    "  WHERE i.tenant_id = :tenant AND i.is_current AND i.market_code = :own_names) AS w"
    " LEFT JOIN catalog.search_index i ON i.tenant_id = :tenant AND i.market_code = w.market_code AND i.language = w.language"
    "  AND i.is_current WHERE i.analysis IS DISTINCT FROM :version AND (i.id IS NOT NULL OR EXISTS"
    "  (SELECT 1 FROM catalog.published_product r WHERE r.tenant_id = :tenant AND r.market_code = w.market_code AND r.language = w.language"
    "  AND r.to_version IS NULL AND r.parent_id IS NULL)) ORDER BY 1, 2"
)
_ROWS = text(
    "SELECT product_id, payload FROM catalog.published_product WHERE tenant_id = :tenant AND market_code = :market"
    " AND language = :language AND to_version IS NULL AND parent_id IS NULL AND (CAST(:after AS uuid) IS NULL OR product_id > :after)"
    " ORDER BY product_id LIMIT :most"
)
_SWAP = [
    text("UPDATE catalog.search_index SET is_current = false, retired_at = now() WHERE tenant_id = :tenant AND build = :old"),
    text("UPDATE catalog.search_index SET is_current = true WHERE tenant_id = :tenant AND build = :new"),
]


def list_indexes(session: Session) -> list[tuple[str, str]]:
    """(market, language) of every index the entered tenant should have, its own names' under their market's name."""
    return [(row.market_code, row.language) for row in _asked(session, _PUBLISHED)]


def list_overdue(session: Session) -> list[tuple[str, str]]:
    """Those that are missing, or made by an older way of reading texts."""
    return [(row.market_code, row.language) for row in _asked(session, _OVERDUE, version=VERSION)]


def rebuild(session: Session, market_code: str, language: str) -> int:
    """Makes one index of the entered tenant anew, in this transaction; how many documents it has. Publishers of it wait."""
    session.execute(_PATIENCE)
    lock_builds(session)
    old = find_current(session, market_code, language)
    made = add_build(session, market_code, language, is_current=False)
    writer = BuildWriter(session, made.id, made.build, language, 0, 0)
    for documents in batches(_documents(session, market_code, language), BATCH):
        writer.put_in(documents)
    writer.close()
    values = {"tenant": tenancy.current(), "old": old.build if old else 0, "new": made.build}
    for statement in _SWAP:
        session.execute(statement, values)
    return writer.documents


def catch_up(session: Session) -> int:
    """Queues the rebuilding of what is overdue, unless that is queued already; how many indexes are."""
    overdue = list_overdue(session)
    queued = select(OutboxRow.id).where(
        OutboxRow.tenant_id == tenancy.current(), OutboxRow.name == TASK_PREFIX + TASK, OutboxRow.settled_at.is_(None)
    )
    if overdue and session.scalar(queued.limit(1)) is None:
        defer(session, TASK, {}, lock=TASK)
    return len(overdue)


@task(TASK, long=True)
def run_overdue(_actor: Actor, _args: dict[str, Any]) -> None:
    """Rebuilds what is overdue now, each index in a transaction of its own."""
    with transaction(read_only=True) as session:
        overdue = list_overdue(session)
    for market_code, language in overdue:
        with transaction() as session:
            if (market_code, language) in list_overdue(session):
                rebuild(session, market_code, language)


def _asked(session: Session, statement: Any, **more: Any) -> list[Any]:
    return list(session.execute(statement, {"tenant": tenancy.current(), "own_names": own_names.MARKET, **more}))


def _documents(session: Session, market_code: str, language: str) -> Iterator[SearchDocument]:
    return _named(session, language) if market_code == own_names.MARKET else _published(session, market_code, language)


def _published(session: Session, market_code: str, language: str) -> Iterator[SearchDocument]:
    told: dict[str, Any] = {"tenant": tenancy.current(), "market": market_code, "language": language, "most": READ_AT_ONCE}
    after = None
    while rows := session.execute(_ROWS, {**told, "after": after}).all():
        yield from (search_document(row.payload) for row in rows)
        after = rows[-1].product_id


def _named(session: Session, language: str) -> Iterator[SearchDocument]:
    rows = session.execute(select(Overlay.product_id, Overlay.names).where(Overlay.tenant_id == tenancy.current(), Overlay.names != {}))
    return own_names.documents({row.product_id: row.names[language] for row in rows if row.names.get(language)}.items())
