"""Publications that are planned: for one or several markets, some or all of their languages, at a time on their clock.

One plan is one market; plans made together share their `group_id`. Each begins at its own instant, because markets have
their own clocks: "1 December, 00:00" is an earlier moment in Berlin than in New York. Where one clock is to count for
all of them it is named (`zone`).

A plan may be changed or cancelled until it starts; publication_starts.py starts it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from catalog.market_clock import instant_at, shown_at, zones
from catalog.models import PublicationPlan
from kernel import audit, clock, moments, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id
from tenants.models import Market

MOMENT = "catalog.plans"
MOST_OPEN = 200
MOST_PAST = 30
LONGEST_NOTE = 300


@dataclass(frozen=True)
class Wish:
    """What is to be published when. `at`: what the clock shows, `2026-12-01T00:00`; `zone`: whose clock, empty: each
    market's own. Empty `languages`: all that a market has when the time has come."""

    markets: Sequence[str]
    at: str
    languages: Sequence[str] = ()
    zone: str = ""
    note: str = ""


def plan_publication(session: Session, actor: Actor, wish: Wish) -> list[PublicationPlan]:
    """Plans a publication of each market. Raises Invalid at `markets`, `languages` or `at`; a time that has passed is refused."""
    actor.must("catalog.publish")
    markets = _markets(session, wish)
    known = zones(session)
    group, made = new_id(), []
    for market in markets:
        zone = _zone(wish.zone, known, market.code)
        languages = _languages(wish.languages, market, len(markets) > 1)
        if languages is None:
            continue
        made.append(
            PublicationPlan(
                tenant_id=tenancy.current(),
                id=new_id(),
                market_code=market.code,
                languages=languages,
                at=_ahead(wish.at, zone),
                time_zone=zone,
                note=wish.note.strip()[:LONGEST_NOTE],
                group_id=group,
                planned_by=actor.as_json(),
            )
        )
    if not made:
        raise Invalid.at("languages", _("None of these markets has this language."), "languages")
    session.add_all(made)
    session.flush()
    moments.arrange(session, MOMENT, [plan.at for plan in made])
    for plan in made:
        audit.record(session, actor, "catalog.publication_planned", "publication_plan", plan.id, after=as_json(plan))
    return made


def change_plan(session: Session, actor: Actor, plan_id: UUID, wish: Wish, edit_version: int) -> PublicationPlan:
    """Another time, other languages or another note; the market stays. Raises Conflict where the plan has started, was
    cancelled or was changed by somebody else since `edit_version`."""
    actor.must("catalog.publish")
    plan = _open_plan(session, actor, plan_id)
    if plan.edit_version != edit_version:
        raise Conflict(_("Somebody else has changed this plan. Load the page again to see it."), code="changed_meanwhile")
    market = _markets(session, Wish([plan.market_code], wish.at))[0]
    zone = _zone(wish.zone, zones(session), plan.market_code)
    languages = _languages(wish.languages, market, False)
    before = as_json(plan)
    plan.at, plan.time_zone = _ahead(wish.at, zone), zone
    plan.languages, plan.note = languages or [], wish.note.strip()[:LONGEST_NOTE]
    plan.edit_version += 1
    plan.planned_by = actor.as_json()
    session.flush()
    moments.arrange(session, MOMENT, [plan.at])
    audit.record(session, actor, "catalog.publication_replanned", "publication_plan", plan.id, before=before, after=as_json(plan))
    return plan


def cancel_plan(session: Session, actor: Actor, plan_id: UUID) -> PublicationPlan:
    """Nothing will happen. Cancelling what was cancelled already changes nothing; Conflict where it has started."""
    actor.must("catalog.publish")
    plan = plan_for(session, actor, plan_id, lock=True)
    if plan.state == "cancelled":
        return plan
    _must_be_open(plan)
    plan.state = "cancelled"
    session.flush()
    audit.record(session, actor, "catalog.publication_cancelled", "publication_plan", plan.id, before=as_json(plan))
    return plan


def plan_for(session: Session, actor: Actor, plan_id: UUID, lock: bool = False) -> PublicationPlan:
    """The tenant's plan. Raises NotThere."""
    _check_may_look(actor)
    query = select(PublicationPlan).where(PublicationPlan.tenant_id == tenancy.current(), PublicationPlan.id == plan_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def open_plans(session: Session, actor: Actor) -> list[PublicationPlan]:
    """What is still to happen or happening, the next one first."""
    _check_may_look(actor)
    mine = (PublicationPlan.tenant_id == tenancy.current(), PublicationPlan.state.in_(("planned", "started")))
    return list(session.scalars(select(PublicationPlan).where(*mine).order_by(PublicationPlan.at, PublicationPlan.id).limit(MOST_OPEN)))


def past_plans(session: Session, actor: Actor, most: int = MOST_PAST) -> list[PublicationPlan]:
    """How the last ones ended, failures first, then the newest first."""
    _check_may_look(actor)
    mine = (PublicationPlan.tenant_id == tenancy.current(), PublicationPlan.state.in_(("done", "failed", "cancelled")))
    failed_first = case((PublicationPlan.state == "failed", 0), else_=1)
    order = (failed_first, PublicationPlan.at.desc(), PublicationPlan.id)
    return list(session.scalars(select(PublicationPlan).where(*mine).order_by(*order).limit(most)))


def as_json(plan: PublicationPlan) -> dict[str, object]:
    """What the audit trail keeps of a plan: the time as the clock shows it, with its zone."""
    told = {"market": plan.market_code, "at": shown_at(plan.at, plan.time_zone), "zone": plan.time_zone}
    return told | {"languages": list(plan.languages), "note": plan.note}


def _open_plan(session: Session, actor: Actor, plan_id: UUID) -> PublicationPlan:
    plan = plan_for(session, actor, plan_id, lock=True)
    _must_be_open(plan)
    return plan


def _must_be_open(plan: PublicationPlan) -> None:
    if plan.state != "planned":
        reasons = {
            "started": _("This publication has begun; it can be taken back afterwards."),
            "cancelled": _("This plan was cancelled."),
        }
        raise Conflict(reasons.get(plan.state, _("This plan is over.")), code="not_planned")


def _markets(session: Session, wish: Wish) -> list[Market]:
    wanted = list(dict.fromkeys(wish.markets))
    rows = session.scalars(select(Market).where(Market.tenant_id == tenancy.current(), Market.code.in_(wanted)).order_by(Market.position))
    found = list(rows)
    if not wanted or len(found) != len(wanted):
        raise Invalid.at("markets", _("Please choose at least one market."), "markets")
    return found


def _zone(wanted: str, known: Mapping[str, str], market_code: str) -> str:
    if not wanted:
        return known[market_code]
    if wanted not in known.values():
        raise Invalid.at("zone", _("Please choose one of the list."), "unknown_choice")
    return wanted


def _languages(wanted: Sequence[str], market: Market, several: bool) -> list[str] | None:
    """Those of the wanted ones that the market has; None where it has none of them and others are planned with it."""
    kept = [tag for tag in market.languages if tag in wanted]
    if wanted and not kept:
        if several:
            return None
        raise Invalid.at("languages", _("This market has none of these languages."), "languages")
    return [] if len(kept) == len(market.languages) else kept


def _ahead(shown: str, zone: str) -> datetime:
    at = instant_at(shown, zone)
    if at <= clock.now():
        raise Invalid.at("at", _("This time has passed. Publish now, or choose a time ahead."), "passed")
    return at


def _check_may_look(actor: Actor) -> None:
    if not actor.can("catalog.publish"):
        actor.must("catalog.view")
