"""Keeping Meilisearch's indexes in step with what is published, and with partners' own names.

- An index knows, in its document `state`, which version of its publication it shows. A feed sends what has moved between that
  version and the newest one, and the new state with it: running it twice, or after others were lost, comes to the same.
- What is sent is read from the published rows, which never change: a feed may take as long as it takes.
- A new index, or one of other settings, is made beside the old one and then swapped for it: searches always find a whole one.
- Publications and overlays ask for a feed in their transaction (through events); once a minute every index is looked at.

Works for the tenant that is entered. Feeds of one tenant run one after the other (the tasks' lock).
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from catalog.findable import search_document
from catalog.intervals import Place
from catalog.models import Publication
from catalog.models.sharing import Overlay
from catalog.search.documents import SearchDocument
from catalog.search.meili.documents import (
    any_of,
    digest_of,
    name_document,
    names_settings,
    product_document,
    products_settings,
    state_document,
)
from catalog.search.meili.naming import NEXT, STATE, is_of, names_index, products_index
from catalog.search.meili.server import TASK_SECONDS, MeiliServer
from kernel import tenancy
from kernel.db.session import transaction

READ = 500
MOST_SENT = 1_000
MOST_SENT_BYTES = 8_000_000
# so many products are indexed anew at once; more take a task of their own
FEW = 2_000
MOST_NAMES_LOOKED_AT = 10_000
THERE_ALREADY = "index_already_exists"
NOT_THERE = "index_not_found"

_MOVED = text(
    "SELECT DISTINCT product_id FROM catalog.published_product WHERE tenant_id = :tenant AND market_code = :market"
    " AND language = :language AND parent_id IS NULL AND (from_version > :since OR to_version > :since)"
)
_AT = text(
    "SELECT product_id FROM catalog.published_product WHERE tenant_id = :tenant AND market_code = :market AND language = :language"
    " AND parent_id IS NULL AND from_version <= :version AND (to_version IS NULL OR to_version > :version) ORDER BY product_id"
)
_PAYLOADS = text(
    "SELECT product_id, payload FROM catalog.published_product WHERE tenant_id = :tenant AND market_code = :market"
    " AND language = :language AND product_id = ANY(:products) AND parent_id IS NULL AND from_version <= :version"
    " AND (to_version IS NULL OR to_version > :version)"
)


@dataclass(frozen=True)
class Lag:
    """A publication whose index is behind: up to which version it is, None where it has to be made anew, and the newest one."""

    place: Place
    since: int | None
    version: int


def newest_versions(session: Session) -> dict[Place, int]:
    """What the entered tenant has published: {market and language: newest version}."""
    here = Publication.tenant_id == tenancy.current()
    columns = (Publication.market_code, Publication.language)
    rows = session.execute(select(*columns, func.max(Publication.version)).where(here).group_by(*columns).order_by(*columns))
    return {Place(market_code, language): version for market_code, language, version in rows}


def lags(server: MeiliServer, newest: Mapping[Place, int] | None = None) -> list[Lag]:
    """The entered tenant's indexes that are behind, or missing; `newest` where it has just been asked for."""
    if newest is None:
        with transaction(read_only=True) as session:
            newest = newest_versions(session)
    found = []
    for place, version in newest.items():
        state = server.document(_index(place), STATE)
        since = state["version"] if state and state.get("made_of") == digest_of(products_settings(place.language)) else None
        if since != version:
            found.append(Lag(place, since, version))
    return found


def feed(server: MeiliServer) -> list[Lag]:
    """Brings the entered tenant's indexes up to the newest versions; returns those that must be made anew and are large."""
    large = []
    for lag in lags(server):
        if lag.since is None and _count(lag) > FEW:
            large.append(lag)
        elif lag.since is None or lag.since > lag.version:
            rebuild(server, lag.place)
        else:
            _send_moved(server, lag.place, lag.since, lag.version)
    return large


def rebuild(server: MeiliServer, place: Place) -> int:
    """Makes the entered tenant's index of a publication anew and puts it in the old one's place; how many products it has."""
    with transaction(read_only=True) as session:
        version = newest_versions(session).get(place)
        products = _ids(session, _AT, place, version=version) if version is not None else []
    if version is None:
        return 0
    put_anew(server, place, _documents(place, version, products), version)
    if behind := next((lag for lag in lags(server) if lag.place == place and lag.since is not None), None):
        _send_moved(server, place, behind.since or 0, behind.version)
    return len(products)


def rebuild_all(server: MeiliServer) -> int:
    """The same for every publication of the entered tenant and for its own names; how many products there are in all."""
    with transaction(read_only=True) as session:
        places = list(newest_versions(session))
        has_names = bool(_named(session))
    done = sum(rebuild(server, place) for place in places)
    if has_names:
        rebuild_names(server)
    return done


def put_anew(server: MeiliServer, place: Place, documents: Iterable[SearchDocument], version: int) -> None:
    """Makes the entered tenant's index of exactly these products, in its old one's place."""
    settings = products_settings(place.language)
    _replace(server, _index(place), settings, (product_document(found, place.language) for found in documents), version)


def put_moved(server: MeiliServer, place: Place, documents: Iterable[SearchDocument], gone: Iterable[UUID], version: int) -> None:
    """Puts these products into the entered tenant's index, takes the others out, and marks it as showing `version`."""
    index = _index(place)
    removed = sorted(product_id.hex for product_id in gone)
    tasks = [server.remove(index, removed)] if removed else []
    told = (product_document(found, place.language) for found in documents)
    tasks += _send(server, index, told, state_document(products_settings(place.language), version))
    server.wait(tasks)


def feed_names(server: MeiliServer, product_ids: Sequence[UUID]) -> bool:
    """Brings the entered tenant's own names of these products into its index, and takes out those that are gone. False where
    nothing had changed: an overlay has other things, too."""
    index = names_index(tenancy.current())
    state = server.document(index, STATE)
    if state is None or state.get("made_of") != digest_of(names_settings()):
        rebuild_names(server)
        return True
    if not product_ids:
        return False
    with transaction(read_only=True) as session:
        wanted = {document["id"]: document for document in _name_documents(session, product_ids)}
    products = any_of("product", (product_id.hex for product_id in product_ids))
    held = {found["id"]: found["title"] for found in server.find_documents(index, products, ["id", "title"], MOST_NAMES_LOOKED_AT)}
    stale = sorted(held.keys() - wanted.keys())
    fresh = [document for key, document in wanted.items() if held.get(key) != document["title"]]
    tasks = [server.remove(index, stale)] if stale else []
    tasks += [server.put(index, fresh)] if fresh else []
    server.wait(tasks)
    return bool(tasks)


def rebuild_names(server: MeiliServer) -> None:
    """Makes the entered tenant's index of own names anew."""
    with transaction(read_only=True) as session:
        documents = _name_documents(session)
    _replace(server, names_index(tenancy.current()), names_settings(), documents, 0)


def names_are_missing(server: MeiliServer, session: Session) -> bool:
    """Has the entered tenant own names, and no index of them?"""
    return bool(_named(session, 1)) and server.document(names_index(tenancy.current()), STATE) is None


def drop_all(server: MeiliServer) -> int:
    """Removes every index of the entered tenant; returns how many there were."""
    tenant_id = tenancy.current()
    mine = [index for index in server.indexes() if is_of(index, tenant_id)]
    server.wait([server.drop_index(index) for index in mine], may_fail=[NOT_THERE])
    return len(mine)


def _replace(server: MeiliServer, index: str, settings: dict[str, Any], documents: Iterable[dict[str, Any]], version: int) -> None:
    fresh = index + NEXT
    server.wait([server.drop_index(fresh)], may_fail=[NOT_THERE])
    tasks = [server.make_index(fresh), server.set_up(fresh, settings)]
    tasks += _send(server, fresh, documents, state_document(settings, version))
    server.wait(tasks, TASK_SECONDS * len(tasks))
    server.wait([server.make_index(index)], may_fail=[THERE_ALREADY])
    server.wait([server.swap(index, fresh)])
    server.wait([server.drop_index(fresh)], may_fail=[NOT_THERE])


def _send_moved(server: MeiliServer, place: Place, since: int, version: int) -> None:
    with transaction(read_only=True) as session:
        moved = _ids(session, _MOVED, place, since=since)
    documents = list(_documents(place, version, moved))
    put_moved(server, place, documents, set(moved) - {found.product_id for found in documents}, version)


def _send(server: MeiliServer, index: str, documents: Iterable[dict[str, Any]], state: dict[str, Any]) -> list[int]:
    """Documents in batches as they come, the state last: whoever sees it sees everything before it."""
    return [server.put(index, batch) for batch in itertools.chain(_limited(documents), [[state]])]


def _limited(documents: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    batch: list[dict[str, Any]] = []
    size = 0
    for document in documents:
        weight = len(orjson.dumps(document))
        if batch and (len(batch) >= MOST_SENT or size + weight > MOST_SENT_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += weight
    if batch:
        yield batch


def _documents(place: Place, version: int, product_ids: Sequence[UUID]) -> Iterator[SearchDocument]:
    """Those of the products that stand in this version."""
    for start in range(0, len(product_ids), READ):
        values = {**_told(place), "version": version, "products": list(product_ids[start : start + READ])}
        with transaction(read_only=True) as session:
            payloads = session.execute(_PAYLOADS, values).all()
        for row in payloads:
            yield search_document(row.payload)


def _count(lag: Lag) -> int:
    with transaction(read_only=True) as session:
        return len(_ids(session, _AT, lag.place, version=lag.version))


def _ids(session: Session, statement: Any, place: Place, **values: Any) -> list[UUID]:
    return list(session.execute(statement, {**_told(place), **values}).scalars())


def _named(session: Session, most: int = MOST_NAMES_LOOKED_AT) -> list[UUID]:
    mine = (Overlay.tenant_id == tenancy.current(), Overlay.names != {})
    return list(session.scalars(select(Overlay.product_id).where(*mine).limit(most)))


def _name_documents(session: Session, product_ids: Sequence[UUID] | None = None) -> list[dict[str, Any]]:
    mine = [Overlay.tenant_id == tenancy.current(), Overlay.names != {}]
    if product_ids is not None:
        mine.append(Overlay.product_id.in_(product_ids))
    rows = session.execute(select(Overlay.product_id, Overlay.names).where(*mine))
    return [name_document(row.product_id, language, name) for row in rows for language, name in row.names.items() if name]


def _told(place: Place) -> dict[str, Any]:
    return {"tenant": tenancy.current(), "market": place.market_code, "language": place.language}


def _index(place: Place) -> str:
    return products_index(tenancy.current(), place.market_code, place.language)
