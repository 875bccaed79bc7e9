"""Preview links: who may look at what is being edited, until when; up to date again; revoked."""

from pydantic import BaseModel, Field

from catalog import previews
from catalog.models import PreviewLink
from catalog.shown_preview import BESIDE
from kernel import clock
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit


class PreviewForm(BaseModel):
    """Which market and language (`en-eu`), for how many days, on which date, and for whom."""

    place: str = Field(max_length=40)
    days: int = 7
    as_of: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=300)


def show(visit: Visit) -> Answer:
    """The links that were made, and a form for another one."""
    wanted = visit.query.get("market", "")
    chosen = next((tag for tag, code, _language in _places(visit) if code == wanted), "")
    return _list(visit, visit.fill(PreviewForm, {"days": 7, "place": chosen}))


def make(visit: Visit) -> Answer:
    """Makes a link; its goods are there as soon as the worker has taken over what is edited."""
    form: Form[PreviewForm] = visit.form
    if form.value is None:
        return _list(visit, form, 422)
    given = form.value
    found = next(((code, language) for tag, code, language in _places(visit) if tag == given.place), None)
    if found is None:
        raise NotThere
    try:
        made = previews.make_link(visit.session, visit.actor, *found, given.days, given.as_of, given.note)
    except Invalid as refused:
        return _list(visit, form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.previews", made=made.id))


def bring_up_to_date(visit: Visit) -> Answer:
    """Takes over what has been edited since."""
    link = previews.bring_up_to_date(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.previews", made=link.id))


def revoke(visit: Visit) -> Answer:
    """The link opens nothing any more."""
    previews.revoke_link(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.previews", done="revoked"))


def _places(visit: Visit) -> list[tuple[str, str, str]]:
    return [(f"{tag.lower()}-{market.code}", market.code, tag) for market in visit.tenant.markets for tag in market.languages]


def _list(visit: Visit, form: Form[PreviewForm], status: int = 200) -> Answer:
    links = previews.list_links(visit.session, visit.actor)
    now = clock.now()
    good = [link for link in links if link.revoked_at is None and link.expires_at > now]
    names = {market.code: market.name for market in visit.tenant.markets}
    return visit.render(
        "backoffice/previews.html",
        status=status,
        form=form,
        links=good,
        over=[link for link in links if link not in good],
        waiting=any(_is_waiting(link) for link in good),
        is_waiting=_is_waiting,
        address=lambda link: f"{visit.base_url}/{link.language.lower()}-{link.market_code}{BESIDE}{previews.token_of(link)}/",
        names=names,
        offered=_places(visit),
        made=visit.query.get("made", ""),
        done=visit.query.get("done", ""),
        crumbs=[(_("Publications"), visit.url("desk.publications")), (_("Previews"), "")],
    )


def _is_waiting(link: PreviewLink) -> bool:
    return link.ready_at is None or link.ready_at < link.asked_at
