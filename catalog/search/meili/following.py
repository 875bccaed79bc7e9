"""When Meilisearch is fed: on publications and overlays through the outbox, and once a minute for what was missed.

Nothing is asked for, and no job is made, where no server is connected.
"""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.events import CatalogPublished, OverlayChanged
from catalog.intervals import Place
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


@task(FEED, sweeps=True)
def run_feed(_actor: Actor, _args: dict[str, Any]) -> None:
    """Brings the tenant's indexes up to what is published; asks for a long task where a large one is made anew."""
    server = meilisearch()
    if server is None:
        return
    if large := feeding.feed(server):
        with transaction() as session:
            for lag in large:
                defer(session, REBUILD, {"market": lag.place.market_code, "language": lag.place.language}, lock=LOCK)


@task(REBUILD, long=True)
def run_rebuild(_actor: Actor, args: dict[str, Any]) -> None:
    """Makes one index anew, unless that has been done meanwhile."""
    server, place = meilisearch(), Place(args["market"], args["language"])
    if server is not None and any(lag.place == place and lag.since is None for lag in feeding.lags(server)):
        feeding.rebuild(server, place)


@task(FEED_NAMES)
def run_feed_names(_actor: Actor, args: dict[str, Any]) -> None:
    """Brings a partner's own names up to its overlays."""
    server = meilisearch()
    if server is not None:
        feeding.feed_names(server, [UUID(told) for told in args["products"]])
        with transaction() as session:  # pages that were made before the name was known
            stamps.bump(session)


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
    if server is None:
        return 0
    try:
        behind = bool(feeding.lags(server, feeding.newest_versions(session)))
        without_names = feeding.names_are_missing(server, session)
    except MeiliTrouble:  # the next turn is in a minute
        return 0
    if behind:
        defer(session, FEED, {}, lock=LOCK)
    if without_names:
        defer(session, FEED_NAMES, {"products": []}, lock=LOCK)
    return behind + without_names
