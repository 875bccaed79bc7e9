"""Publications: what is live per market, what has changed since, publish, compare, roll back."""

from pydantic import BaseModel, Field

from backoffice.missing_words import attribute_labels, thing_label
from catalog import publication_runs
from catalog.attributes import list_attributes
from catalog.change_words import change_lines
from catalog.comparing import compare
from catalog.holding_back import count_held_back, list_held_back
from catalog.versions import count_unpublished, list_versions
from kernel.errors import NotThere
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.visit import Visit

MOST_SHOWN = 200
MOST_VERSIONS = 10
MOST_HELD = 100


class PublishForm(BaseModel):
    """Which market, and a note for those who look back."""

    market: str = Field(max_length=20)
    note: str = Field(default="", max_length=300)


class BackForm(BaseModel):
    """Which version to show again."""

    market: str = Field(max_length=20)
    version: int = Field(ge=1)


def show(visit: Visit) -> Answer:
    """Every market with its versions and what waits to be published."""
    rows, newest = [], publication_runs.newest_runs(visit.session, visit.actor)
    for market in visit.tenant.markets:
        versions = list_versions(visit.session, visit.actor, market.code, market.default_language, MOST_VERSIONS)
        rows.append((market, versions, count_unpublished(visit.session, visit.actor, market.code), newest.get(market.code)))
    return visit.render("backoffice/publications.html", rows=rows, open_states=publication_runs.OPEN_STATES)


def run(visit: Visit) -> Answer:
    """One publication on its way: how far it is, and how it ended."""
    found = publication_runs.run_for(visit.session, visit.actor, visit.id())
    may_look = visit.actor.can("catalog.view")
    market = visit.tenant.market(found.market_code)
    held = list_held_back(visit.session, visit.actor, found.id, MOST_HELD) if may_look else []
    labels = attribute_labels(visit, list_attributes(visit.session, visit.actor)) if held else {}
    name = market.name if market else found.market_code
    return visit.render(
        "backoffice/publication.html",
        run=found,
        market_name=name,
        is_open=found.state in publication_runs.OPEN_STATES,
        held=[(h, [thing_label(labels, code) for code in h.missing]) for h in held],
        held_count=count_held_back(visit.session, visit.actor, found.id) if held else 0,
        most_held=MOST_HELD,
        reasons=[_(problem["reason"]) for problem in found.problems],
        crumbs=[(_("Publications"), visit.url("desk.publications")), (name, "")],
    )


def differences(visit: Visit) -> Answer:
    """Field by field: two versions, or the newest and the drafts."""
    market = visit.tenant.market(visit.query.get("market", ""))
    if market is None:
        raise NotThere
    language = visit.query.get("language") or market.default_language
    versions = list_versions(visit.session, visit.actor, market.code, language)
    newest = versions[0].version if versions else 0
    old, new = visit.number("old", newest), visit.number("new", 0) or None
    found = compare(visit.session, visit.actor, market.code, language, old, new, MOST_SHOWN)
    return visit.render(
        "backoffice/differences.html",
        market=market,
        chosen=language,
        versions=versions,
        old=old,
        new=new,
        differences=found,
        change_lines=change_lines,
        most=MOST_SHOWN,
        crumbs=[(_("Publications"), visit.url("desk.publications")), (market.name, "")],
    )


def make(visit: Visit) -> Answer:
    """Asks for the edited catalog to be made visible, in all languages of the market at once."""
    given: PublishForm = visit.form.given
    asked = publication_runs.publish_later(visit.session, visit.actor, given.market, given.note)
    return visit.redirect(visit.url("desk.publication", id=asked.id))


def go_back(visit: Visit) -> Answer:
    """Asks for an old version to be published once more."""
    given: BackForm = visit.form.given
    asked = publication_runs.publish_later(visit.session, visit.actor, given.market, back_to=given.version)
    return visit.redirect(visit.url("desk.publication", id=asked.id))
