"""Publications that the worker makes: asked for, carried out in one transaction, told of while they run.

A market has at most one open run; whoever asks once more is led to it. The run is closed in the transaction that
publishes: a worker killed before the commit leaves shops as they were and the run open, so that the job, taken up
again, starts over; one killed after it finds the run closed and does nothing. Progress is written beside it, in short
transactions of its own, so that everybody sees it.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from catalog.holding_back import note_held_back
from catalog.models import Publication, PublicationRun
from catalog.publishing import BUSY, Published, publish
from catalog.rolling_back import NOTHING_TO_DO, roll_back
from catalog.versions import market_for, newest_publications
from kernel import audit, clock, tenancy
from kernel.actors import Actor
from kernel.db.session import retrying, transaction
from kernel.errors import Conflict, NotThere, Refused, Unavailable
from kernel.i18n import mark
from kernel.ids import new_id
from kernel.jobs import defer, task

OPEN_STATES = ("queued", "running")
_ended: list[Callable[[Session, UUID, dict[str, Any]], None]] = []
BROKEN = mark("Publishing stopped with an error on our side. Shops show what they showed before; please publish again.")

# The one that is open already is found and locked by the same statement. Its `updated_at` moves where nothing has been
# heard of it for ten minutes: then its job is asked for again, which does no harm where the first one is still alive.
ASK = text(
    """
    INSERT INTO catalog.publication_run AS r (tenant_id, id, market_code, note, back_to, languages, started_by)
    VALUES (:tenant, :id, :market, :note, CAST(:back_to AS integer), CAST(:languages AS text[]), CAST(:actor AS jsonb))
    ON CONFLICT (tenant_id, market_code) WHERE state IN ('queued', 'running') DO UPDATE
        SET updated_at = CASE WHEN r.updated_at < now() - interval '10 minutes' THEN now() ELSE r.updated_at END
    RETURNING r.id, r.back_to, r.languages, r.updated_at = now() AS needs_job
    """
)


def publish_later(
    session: Session, actor: Actor, market_code: str, note: str = "", back_to: int | None = None, languages: Sequence[str] = ()
) -> PublicationRun:
    """Asks the worker for the market's next version; the run that is open already where there is one.

    `back_to`: what this old version showed is published anew. `languages`: only these, all of the market where there are
    none. Raises NotThere for a market, language or version that there is not, Conflict where the open run does
    something else.
    """
    actor.must("catalog.publish")
    market = market_for(session, market_code)
    if not set(languages) <= set(market.languages):
        raise NotThere
    if back_to is not None:
        _check_version(session, market_code, back_to)
    asked = {"tenant": tenancy.current(), "id": new_id(), "market": market_code, "note": note[:500], "back_to": back_to}
    row = session.execute(ASK, {**asked, "languages": list(languages), "actor": orjson.dumps(actor.as_json()).decode()}).one()
    if row.back_to != back_to or (row.languages and set(row.languages) != set(languages)):
        raise Conflict("This market is being published at this moment. Please try again in a minute.", code=BUSY)
    if row.needs_job:
        defer(session, "catalog.publish", {"run_id": str(row.id)}, lock="catalog.publish", actor=actor)
    if row.id == asked["id"]:
        after = {"market": market_code} | ({"back_to": back_to} if back_to is not None else {})
        audit.record(session, actor, "catalog.publication_asked", "publication_run", row.id, after=after)
    return run_for(session, actor, row.id)


def run_for(session: Session, actor: Actor, run_id: UUID, lock: bool = False) -> PublicationRun:
    """The tenant's run with its progress. Raises NotThere."""
    _check_may_look(actor)
    query = select(PublicationRun).where(PublicationRun.tenant_id == tenancy.current(), PublicationRun.id == run_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def newest_runs(session: Session, actor: Actor) -> dict[str, PublicationRun]:
    """The newest run of each market."""
    _check_may_look(actor)
    rows = session.scalars(
        select(PublicationRun)
        .ext(distinct_on(PublicationRun.market_code))
        .where(PublicationRun.tenant_id == tenancy.current())
        .order_by(PublicationRun.market_code, PublicationRun.created_at.desc(), PublicationRun.id.desc())
    )
    return {row.market_code: row for row in rows}


@task("catalog.publish", long=True)
def carry_out(actor: Actor, args: dict[str, Any]) -> None:
    """The worker's part."""
    run_publication(actor, UUID(args["run_id"]))


def run_publication(actor: Actor, run_id: UUID) -> None:
    """Carries the run out in transactions of its own; nothing happens where it is over.

    Raises Conflict while somebody else publishes the market and Unavailable where the database is away: the job is then
    tried again. Every other error ends the run.
    """
    with transaction() as session:
        run = run_for(session, actor, run_id, lock=True)
        if run.state not in OPEN_STATES:
            return
        run.state = "running"
    try:
        retrying(lambda: _publish(actor, run))
    except Refused as error:
        code = str(error.data.get("code", error.code))
        if code == BUSY:
            raise
        if code == NOTHING_TO_DO:
            _close_unchanged(run)
        else:
            _fail(run, code, error.message)
    except Unavailable:
        raise
    except Exception:
        _fail(run, "fault", BROKEN)
        raise


def _publish(actor: Actor, run: PublicationRun) -> None:
    """Publishes and closes the run, both or neither; nothing stays where another worker has closed it meanwhile."""

    def progress(seen: int, total: int) -> None:
        with transaction() as beside:
            _set(beside, run, products_seen=seen, products_total=total)

    with transaction() as session:
        if run.back_to is not None:
            made = roll_back(session, actor, run.market_code, run.back_to, run.note)
        else:
            made = publish(session, actor, run.market_code, run.note, progress, run.languages)
            note_held_back(session, run.id, made.held_back)
        if not _set(session, run, state="done", finished_at=clock.now(), **_told(made)):
            session.rollback()


def _told(made: Published) -> dict[str, Any]:
    """What the run says of what it made: of each count the highest among the languages."""
    counts = made.languages.values()
    most = {f"products_{name}": max((getattr(c, name) for c in counts), default=0) for name in ("added", "changed", "removed")}
    return {"version": made.version, "is_new": made.is_new, **most}


def _close_unchanged(run: PublicationRun) -> None:
    with transaction() as session:
        version = max(p.version for p in newest_publications(session, run.market_code).values())
        _set(session, run, state="done", finished_at=clock.now(), version=version, is_new=False)


def _fail(run: PublicationRun, code: str, reason: str) -> None:
    with transaction() as session:
        _set(session, run, state="failed", finished_at=clock.now(), problems=[{"code": code, "reason": reason}])


def _set(session: Session, run: PublicationRun, **values: Any) -> bool:
    """Moves a running run on; False where it is over. Who waits for its end hears of it in the same transaction."""
    mine = (PublicationRun.tenant_id == tenancy.current(), PublicationRun.id == run.id, PublicationRun.state == "running")
    moved = session.scalar(update(PublicationRun).where(*mine).values(**values).returning(PublicationRun.id)) is not None
    if moved and values.get("state") in ("done", "failed"):
        for tell in _ended:
            tell(session, run.id, values)
    return moved


def when_ended(tell: Callable[[Session, UUID, dict[str, Any]], None]) -> None:
    """`tell` hears of every run that ends, in the transaction that ends it: its id, and its state, problems, version."""
    if tell not in _ended:
        _ended.append(tell)


def _check_version(session: Session, market_code: str, version: int) -> None:
    mine = (Publication.tenant_id == tenancy.current(), Publication.market_code == market_code, Publication.version == version)
    if session.scalar(select(Publication.id).where(*mine).limit(1)) is None:
        raise NotThere


def _check_may_look(actor: Actor) -> None:
    """Runs are for those who publish and for those who see the catalog."""
    if not actor.can("catalog.publish"):
        actor.must("catalog.view")
