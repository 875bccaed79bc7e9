"""When Meilisearch is fed: on publications and overlays through the outbox, and once a minute for what was missed.

Nothing is asked for, and no job is made, where no server is connected.
"""

import logging
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.events import CatalogPublished, OverlayChanged
from catalog.intervals import Place
from catalog.search.breaker import Circuit
from catalog.search.engine import meilisearch
from catalog.search.meili import feeding
from catalog.search.meili.server import MeiliTrouble
from kernel import stamps
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.jobs import defer, task

FEED = "catalog.search.feed"
FEED_NAMES = "catalog.search.feed_names"
REBUILD = "catalog.search.rebuild_index"
LOCK = "catalog.search.meilisearch"

log = logging.getLogger(__name__)
# a server that is away is asked for one tenant a minute, not for each of them
_reach = Circuit(failures=1, pause=45.0, longest=300.0)


@task(FEED, sweeps=True)
def run_feed(_actor: Actor, _args: dict[str, Any]) -> None:
    """Brings the tenant's indexes up to what is published; asks for a long task where a large one is made anew."""
    server = meilisearch()
    if server is None:
        return
    try:
        large = feeding.feed(server)
    except MeiliTrouble as trouble:
        _give_up(trouble)
        return
    if large:
        with transaction() as session:
            for lag in large:
                defer(session, REBUILD, {"market": lag.place.market_code, "language": lag.place.language}, lock=LOCK)


@task(REBUILD, long=True)
def run_rebuild(_actor: Actor, args: dict[str, Any]) -> None:
    """Makes one index anew, unless that has been done meanwhile."""
    server, place = meilisearch(), Place(args["market"], args["language"])
    if server is None:
        return
    try:
        if any(lag.place == place and lag.since is None for lag in feeding.lags(server)):
            feeding.rebuild(server, place)
    except MeiliTrouble as trouble:
        _give_up(trouble)


@task(FEED_NAMES)
def run_feed_names(_actor: Actor, args: dict[str, Any]) -> None:
    """Brings a partner's own names up to its overlays."""
    server = meilisearch()
    if server is not None and feeding.feed_names(server, [UUID(told) for told in args["products"]]):
        with transaction() as session:  # pages that were made before the name was known
            stamps.bump(session)


def _give_up(trouble: MeiliTrouble) -> None:
    """What could not be fed now, `catch_up` sees: a job that is tried again for hours would say nothing more."""
    log.warning("Meilisearch could not be fed; it will be tried again within minutes", extra={"reason": trouble.message})


def is_connected(_session: Session, _event: CatalogPublished | OverlayChanged) -> bool:
    """Does anybody have to be fed at all?"""
    return meilisearch() is not None


def ask_for_feed(session: Session, actor: Actor, _event: CatalogPublished) -> None:
    """A publication: its indexes follow."""
    if meilisearch() is not None:
        defer(session, FEED, {}, lock=LOCK, actor=actor)


def ask_for_names(session: Session, actor: Actor, event: OverlayChanged) -> None:
    """An overlay: the partner's own names follow, where it has any."""
    if event.product_ids and meilisearch() is not None:
        defer(session, FEED_NAMES, {"products": [str(p) for p in event.product_ids]}, lock=LOCK, actor=actor)


def catch_up(session: Session) -> int:
    """Asks for a feed where an index of the entered tenant is behind: the server was away, or is a new one."""
    server = meilisearch()
    if server is None or not _reach.may_try():
        return 0
    try:
        behind = bool(feeding.lags(server, feeding.newest_versions(session)))
        without_names = feeding.names_are_missing(server, session)
    except MeiliTrouble:
        _reach.went_wrong()
        return 0
    _reach.went_well()
    if behind:
        defer(session, FEED, {}, lock=LOCK)
    if without_names:
        defer(session, FEED_NAMES, {"products": []}, lock=LOCK)
    return behind + without_names
