"""Many pictures at once: dropped here, matched to products by their names; what nobody was found for is given away by hand."""

from uuid import UUID

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from catalog import picture_drops
from kernel.errors import Refused
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

DROP_BYTES = 600_000_000
STATES = {
    "unknown": mark("Whose are they"),
    "waiting": mark("Being made"),
    "attached": mark("With their products"),
    "failed": mark("Not taken"),
}


class DropForm(BaseModel):
    """Files come beside; `trim`: cut an even background away."""

    trim: bool = False


class GiveForm(BaseModel):
    """The article number whose picture it is."""

    sku: str = Field(default="", max_length=100)


def show(visit: Visit) -> Answer:
    """What was dropped, the newest first; while some are being made, the list looks again by itself."""
    return _page(visit, visit.fill(DropForm))


def drop(visit: Visit) -> Answer:
    """Takes files in; the worker does the rest."""
    form: Form[DropForm] = visit.form
    dropped = [(file.filename or "", file.file.read()) for file in form.files.get("pictures", [])]
    try:
        picture_drops.drop(visit.session, visit.actor, dropped, form.given.trim)
    except Refused as refused:
        return _page(visit, form.told(refused), refused.status)
    return visit.redirect(visit.url("desk.drops", done="dropped"))


def give(visit: Visit) -> Answer:
    """One picture goes to the product of this article number."""
    form: Form[GiveForm] = visit.form
    drop_id = visit.id("drop")
    try:
        picture_drops.give_to(visit.session, visit.actor, drop_id, form.given.sku)
    except Refused as refused:
        return _page(visit, visit.fill(DropForm), refused.status, wrong=(drop_id, form.told(refused)))
    return visit.redirect(visit.url("desk.drops", state="unknown", done="given"))


def match_again(visit: Visit) -> Answer:
    """Tries all names again: products may have come since."""
    found = picture_drops.match_again(visit.session, visit.actor)
    return visit.redirect(visit.url("desk.drops", done="matched" if found else "unmatched"))


def discard(visit: Visit) -> Answer:
    """Takes one off the list."""
    picture_drops.discard(visit.session, visit.actor, visit.id("drop"))
    return visit.redirect(visit.url("desk.drops", done="discarded"))


def clear(visit: Visit) -> Answer:
    """Takes what is done off the list."""
    picture_drops.clear(visit.session, visit.actor)
    return visit.redirect(visit.url("desk.drops", done="cleared"))


def _tab(visit: Visit, found: picture_drops.DropPage, name: str, is_current: bool) -> dict[str, object]:
    label, count = _(STATES[name]), found.counts.get(name, 0)
    return {"label": label, "url": visit.url("desk.drops", state=name), "current": is_current, "count": count}


def _page(visit: Visit, form: Form[DropForm], status: int = 200, wrong: tuple[UUID, Form[GiveForm]] | None = None) -> Answer:
    asked = visit.query.get("state", "")
    state = asked if asked in STATES else ""
    page = int(number) if (number := visit.query.get("page", "1")).isdecimal() and len(number) < 5 else 1
    found = picture_drops.list_drops(visit.session, visit.actor, state, page)
    busy = found.counts.get("waiting", 0) + found.counts.get("unpacking", 0)
    return visit.render(
        "backoffice/picture_drops.html",
        status=status,
        form=form,
        found=found,
        names={i: label_of(visit, product.names, product.sku) for i, product in found.products.items()},
        tab_items=[_tab(visit, found, name, name == state) for name in STATES],
        state=state,
        page=page,
        total=found.counts.get(state, 0) if state else sum(found.counts.values()),
        per_page=picture_drops.PER_PAGE,
        busy=busy,
        wrong=wrong,
        may_edit=visit.actor.can("catalog.edit"),
        crumbs=[],
        done=visit.query.get("done", ""),
    )
