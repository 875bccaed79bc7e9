"""Publications: what is live per market, what has changed since, publish, compare, roll back."""

from pydantic import BaseModel, Field

from catalog.comparing import compare
from catalog.publishing import publish
from catalog.rolling_back import roll_back
from catalog.versions import count_unpublished, list_versions
from kernel.errors import NotThere
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.visit import Visit

MOST_SHOWN = 200
MOST_VERSIONS = 10


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
    rows = []
    for market in visit.tenant.markets:
        versions = list_versions(visit.session, visit.actor, market.code, market.default_language, MOST_VERSIONS)
        rows.append((market, versions, count_unpublished(visit.session, visit.actor, market.code)))
    return visit.render("backoffice/publications.html", rows=rows, done=visit.query.get("done", ""), version=visit.query.get("version", ""))


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
        most=MOST_SHOWN,
        crumbs=[(_("Publications"), visit.url("desk.publications")), (market.name, "")],
    )


def make(visit: Visit) -> Answer:
    """Makes the edited catalog visible, in all languages of the market at once."""
    given: PublishForm = visit.form.given
    made = publish(visit.session, visit.actor, given.market, given.note)
    return visit.redirect(visit.url("desk.publications", done="published" if made.is_new else "nothing", version=made.version))


def go_back(visit: Visit) -> Answer:
    """Publishes an old version once more."""
    given: BackForm = visit.form.given
    made = roll_back(visit.session, visit.actor, given.market, given.version)
    return visit.redirect(visit.url("desk.publications", done="back", version=made.version))
