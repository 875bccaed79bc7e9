"""Publications at a certain time: what is planned, planning, changing, calling off."""

from pydantic import BaseModel, Field

from catalog import publication_plans
from catalog.market_clock import shown_at, zones
from catalog.models import PublicationPlan
from catalog.publication_plans import Wish
from kernel import clock
from kernel.errors import Conflict, Invalid
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit


class PlanForm(BaseModel):
    """Which markets and languages, when by whose clock, and a note for those who look back."""

    markets: list[str] = Field(default_factory=list, max_length=60)
    languages: list[str] = Field(default_factory=list, max_length=60)
    at: str = Field(default="", max_length=40)
    zone: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=300)
    edit_version: int = Field(default=0, ge=0)


def show(visit: Visit) -> Answer:
    """What is planned, how the last plans ended, and a form for the next one."""
    chosen = [m.code for m in visit.tenant.markets if m.code == visit.query.get("market")] or [m.code for m in visit.tenant.markets][:1]
    return _list(visit, visit.fill(PlanForm, {"markets": chosen}))


def make(visit: Visit) -> Answer:
    """Plans a publication of each chosen market."""
    form: Form[PlanForm] = visit.form
    try:
        publication_plans.plan_publication(visit.session, visit.actor, _wish(form.given))
    except Invalid as refused:
        return _list(visit, form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.plans", done="planned"))


def edit(visit: Visit) -> Answer:
    """One plan, to be changed while it has not begun."""
    plan = publication_plans.plan_for(visit.session, visit.actor, visit.id())
    languages = plan.languages or _languages_of(visit, plan)
    known = {"at": shown_at(plan.at, plan.time_zone), "zone": plan.time_zone, "note": plan.note, "languages": languages}
    return _one(visit, plan, visit.fill(PlanForm, known | {"edit_version": plan.edit_version}))


def change(visit: Visit) -> Answer:
    """Another time, other languages, another note."""
    form: Form[PlanForm] = visit.form
    try:
        publication_plans.change_plan(visit.session, visit.actor, visit.id(), _wish(form.given), form.given.edit_version)
    except Invalid as refused:
        return _one(visit, publication_plans.plan_for(visit.session, visit.actor, visit.id()), form.refuse(refused.problems), 422)
    except Conflict as refused:
        return _one(visit, publication_plans.plan_for(visit.session, visit.actor, visit.id()), form, 409, refused.message)
    return visit.redirect(visit.url("desk.plans", done="changed"))


def cancel(visit: Visit) -> Answer:
    """Nothing will happen."""
    publication_plans.cancel_plan(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.plans", done="cancelled"))


def _wish(given: PlanForm) -> Wish:
    return Wish(given.markets, given.at, given.languages, given.zone, given.note)


def _languages_of(visit: Visit, plan: PublicationPlan) -> list[str]:
    market = visit.tenant.market(plan.market_code)
    return list(market.languages) if market else []


def _names(visit: Visit) -> dict[str, str]:
    return {market.code: market.name for market in visit.tenant.markets}


def _list(visit: Visit, form: Form[PlanForm], status: int = 200) -> Answer:
    by_market = zones(visit.session)
    return visit.render(
        "backoffice/plans.html",
        status=status,
        form=form,
        plans=publication_plans.open_plans(visit.session, visit.actor),
        past=publication_plans.past_plans(visit.session, visit.actor),
        names=_names(visit),
        zones=by_market,
        now=clock.now(),
        done=visit.query.get("done", ""),
        crumbs=[(_("Publications"), visit.url("desk.publications")), (_("Planned"), "")],
    )


def _one(visit: Visit, plan: PublicationPlan, form: Form[PlanForm], status: int = 200, problem: str = "") -> Answer:
    names = _names(visit)
    trail = [(_("Publications"), visit.url("desk.publications")), (_("Planned"), visit.url("desk.plans"))]
    return visit.render(
        "backoffice/plan.html",
        status=status,
        plan=plan,
        form=form,
        names=names,
        zones=zones(visit.session),
        problem=problem,
        languages=_languages_of(visit, plan),
        crumbs=[*trail, (names.get(plan.market_code, plan.market_code), "")],
    )
