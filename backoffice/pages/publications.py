"""Publications: what is live per market, what has changed since, publish, compare, roll back."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from backoffice.missing_words import attribute_labels, thing_label
from backoffice.pages.trail import harmless
from catalog import publication_runs
from catalog.attributes import list_attributes
from catalog.comparing import Moves, count_between
from catalog.comparisons import KINDS, Look, about_label, lines_of, look_through, table_of
from catalog.holding_back import count_held_back, list_held_back
from catalog.models import PublicationPlan
from catalog.publication_plans import open_plans
from catalog.versions import MarketVersion, count_unpublished, market_versions
from kernel.errors import NotThere
from kernel.i18n import gettext as _
from kernel.web.answers import Answer, attachment
from kernel.web.visit import Visit
from tenants.resolution import MarketView

QUERY_NAMES = ("market", "language", "old", "new", "kind", "about", "q", "page")
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


@dataclass(frozen=True)
class WayBack:
    """Which version would be shown again, and how many products that moves in the language in which it moves most."""

    version: int
    moves: Moves


def show(visit: Visit) -> Answer:
    """Every market with its versions and what waits to be published."""
    rows, newest = [], publication_runs.newest_runs(visit.session, visit.actor)
    planned: dict[str, list[PublicationPlan]] = {}
    for plan in open_plans(visit.session, visit.actor):
        planned.setdefault(plan.market_code, []).append(plan)
    for market in visit.tenant.markets:
        versions = market_versions(visit.session, visit.actor, market.code, MOST_VERSIONS)
        waiting = count_unpublished(visit.session, visit.actor, market.code)
        back = _way_back(visit, market.code, versions)
        rows.append((market, versions, waiting, newest.get(market.code), planned.get(market.code, []), back))
    return visit.render("backoffice/publications.html", rows=rows, open_states=publication_runs.OPEN_STATES)


def _way_back(visit: Visit, market_code: str, versions: list[MarketVersion]) -> WayBack | None:
    """The version before the newest, and what showing it again would move."""
    if len(versions) < 2:
        return None
    newest, before = versions[0].version, versions[1].version
    return WayBack(before, count_between(visit.session, visit.actor, market_code, newest, before))


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
    """Field by field: two versions, or the newest and what is being edited."""
    market, look, versions = _asked(visit)
    found = look_through(visit.session, visit.actor, look)
    newest = versions[0].version if versions else 0
    goes_back = look.new is not None and look.old == newest and look.new < newest
    return visit.render(
        "backoffice/differences.html",
        market=market,
        look=look,
        versions=versions,
        found=found,
        goes_back=goes_back and visit.actor.can("catalog.publish"),
        lines_of=lines_of,
        about_label=about_label,
        thumb=lambda picture: _thumb(visit, picture),
        links=_filters(visit),
        crumbs=[(_("Publications"), visit.url("desk.publications")), (market.name, "")],
    )


def differences_file(visit: Visit) -> Answer:
    """The same as a table for a spreadsheet."""
    market, look, _versions = _asked(visit)
    text = io.StringIO()
    csv.writer(text).writerows([harmless(cell) for cell in row] for row in table_of(visit.session, visit.actor, look))
    name = f"{market.code}-{look.language}-{look.old}-{'edited' if look.new is None else look.new}.csv"
    return attachment(("\ufeff" + text.getvalue()).encode(), name, "text/csv; charset=utf-8")


def _asked(visit: Visit) -> tuple[MarketView, Look, list[MarketVersion]]:
    market = visit.tenant.market(visit.query.get("market", ""))
    if market is None:
        raise NotThere
    language = visit.query.get("language") or market.default_language
    if language not in market.languages:
        raise NotThere
    versions = market_versions(visit.session, visit.actor, market.code)
    newest = versions[0].version if versions else 0
    kind = visit.query.get("kind", "")
    look = Look(
        market.code,
        language,
        visit.number("old", newest),
        visit.number("new", 0) or None,
        kind if kind in KINDS else "",
        visit.query.get("about", "")[:40],
        visit.query.get("q", "")[:100],
        visit.number("page", 1),
    )
    return market, look, versions


def _filters(visit: Visit) -> Callable[..., str]:
    """Addresses of this page with other filters; a filter that is given as empty goes, and the first page is shown."""
    kept = {name: value for name, value in visit.query.items() if name in QUERY_NAMES and value}

    def link(**others: object) -> str:
        return visit.path + "?" + urlencode({name: str(value) for name, value in (kept | {"page": ""} | others).items() if value != ""})

    return link


def _thumb(visit: Visit, picture: Mapping[str, Any]) -> str:
    """The address of a published picture's smallest rendition, empty where it has none."""
    small = min(picture["renditions"], key=lambda r: int(r["width"]), default=None)
    return visit.file_url(visit.tenant.tenant_id, small["key"]) if small else ""


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
