"""Planned publications begin: when their time has come, each becomes a run exactly once, and its end is written to the plan.

- The worker calls `start_due` at the plan's moment (kernel/moments.py). Plans are taken with SKIP LOCKED and become
  "started" in the transaction that asks for the run: a second worker finds none of them.
- A market that is being published at that very moment is tried again some seconds later, because a run that has begun
  may have looked past what was edited since.
- What stands in the way is said and nothing is published: the market or the language has gone, or whoever planned it may
  not publish any more. The planner gets a mail; shops show what they showed before.
- How the run ends is written to the plan in the transaction that ends the run; a failure is told by mail, too.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.models import PublicationPlan, PublicationRun
from catalog.publication_plans import MOMENT, as_json
from catalog.publication_runs import OPEN_STATES, publish_later, when_ended
from kernel import audit, clock, mail, moments, tenancy
from kernel.actors import Actor
from kernel.errors import Refused
from kernel.i18n import current as current_language
from kernel.i18n import format_datetime, gettext_lazy, mark, using
from kernel.i18n import gettext as _
from tenants.actors import may_still
from tenants.letters import Letter, written
from tenants.models import Account, Market, Tenant
from tenants.resolution import origin_of

WAIT = timedelta(seconds=10)
MARKET_GONE = mark("The market is not there any more.")
LANGUAGES_GONE = mark("The market has none of the planned languages any more.")
NO_RIGHT = mark("Whoever planned this may not publish any more.")
BY_ANOTHER_ERROR = mark("Publishing was refused.")

NOT_PUBLISHED = Letter(
    gettext_lazy("A planned publication did not happen: %(market)s"),
    (
        gettext_lazy("The publication of %(market)s that was planned for %(when)s did not happen. Shops show what they showed before."),
        gettext_lazy("Why: %(reason)s"),
    ),
    gettext_lazy("See what is planned"),
    (gettext_lazy("Put right what stands in the way and publish, or plan it anew."),),
)


def start_due(session: Session) -> int:
    """Every plan whose time has come becomes a run, or says why it cannot; returns how many did either."""
    due = (
        select(PublicationPlan)
        .where(PublicationPlan.tenant_id == tenancy.current(), PublicationPlan.state == "planned", PublicationPlan.at <= func.now())
        .order_by(PublicationPlan.at, PublicationPlan.id)
        .with_for_update(skip_locked=True)
    )
    plans = list(session.scalars(due))
    waiting = [plan for plan in plans if not _start(session, plan)]
    if waiting:
        moments.arrange(session, MOMENT, [clock.now() + WAIT])
    return len(plans) - len(waiting)


def note_end(session: Session, run_id: UUID, ended: dict[str, Any]) -> None:
    """The plan that the run was made for is over, too."""
    mine = (PublicationPlan.tenant_id == tenancy.current(), PublicationPlan.run_id == run_id, PublicationPlan.state == "started")
    plan = session.scalar(select(PublicationPlan).where(*mine).with_for_update())
    if plan is None:
        return
    if ended["state"] == "done":
        plan.state = "done"
        session.flush()
    else:
        problem = ended["problems"][0]
        _fail(session, plan, problem["code"], problem["reason"])


def _start(session: Session, plan: PublicationPlan) -> bool:
    """False where it has to wait for another publication of the market."""
    actor = Actor.on_behalf(tenancy.current(), plan.planned_by)
    market = session.scalar(select(Market).where(Market.tenant_id == tenancy.current(), Market.code == plan.market_code))
    if market is None:
        _fail(session, plan, "market_gone", MARKET_GONE)
    elif plan.languages and not set(plan.languages) & set(market.languages):
        _fail(session, plan, "languages_gone", LANGUAGES_GONE)
    elif not may_still(session, plan.planned_by, "catalog.publish"):
        _fail(session, plan, "no_right", NO_RIGHT)
    elif _is_busy(session, plan.market_code):
        return False
    else:
        languages = [tag for tag in market.languages if tag in plan.languages]
        try:
            run = publish_later(session, actor, plan.market_code, plan.note, languages=languages)
        except Refused as refused:
            _fail(session, plan, refused.code, refused.message or BY_ANOTHER_ERROR)
            return True
        plan.state, plan.run_id = "started", run.id
        session.flush()
        audit.record(session, actor, "catalog.publication_started", "publication_plan", plan.id, after=as_json(plan) | {"run": str(run.id)})
    return True


def _is_busy(session: Session, market_code: str) -> bool:
    mine = (PublicationRun.tenant_id == tenancy.current(), PublicationRun.market_code == market_code)
    return session.scalar(select(PublicationRun.id).where(*mine, PublicationRun.state.in_(OPEN_STATES)).limit(1)) is not None


def _fail(session: Session, plan: PublicationPlan, code: str, reason: str) -> None:
    plan.state, plan.problem = "failed", {"code": code, "reason": reason}
    session.flush()
    actor = Actor.on_behalf(tenancy.current(), plan.planned_by)
    audit.record(session, actor, "catalog.publication_missed", "publication_plan", plan.id, after=as_json(plan) | {"reason": reason})
    _tell_planner(session, plan, reason)


def _tell_planner(session: Session, plan: PublicationPlan, reason: str) -> None:
    """A mail to the person who planned it, in their language; machine clients ask by the interface."""
    who = plan.planned_by
    if who.get("kind") != "person" or not who.get("id"):
        return
    account = session.scalar(select(Account).where(Account.tenant_id == tenancy.current(), Account.id == UUID(who["id"])))
    if account is None or account.status != "active":
        return
    market = session.scalar(select(Market).where(Market.tenant_id == tenancy.current(), Market.code == plan.market_code))
    shop = session.scalars(select(Tenant.name).where(Tenant.id == tenancy.current())).one()
    with using(account.language or current_language()):
        places = {
            "shop": shop,
            "market": market.name if market else plan.market_code,
            "when": f"{format_datetime(plan.at, plan.time_zone)} ({plan.time_zone})",
            "reason": _(reason),
        }
        subject, text, html = written(NOT_PUBLISHED, account.name, f"{origin_of(session)}/desk/publications/plans", places)
    mail.queue(session, account.email, subject, text, html, sender_name=shop)


def register() -> None:
    """Called once at the start of each process."""
    moments.when(MOMENT, start_due)
    when_ended(note_end)
