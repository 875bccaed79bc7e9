"""Many products at once: chosen in the list, changed together. What is tried out here goes on as an import (desk.import)."""

from uuid import UUID

from pydantic import BaseModel, Field

from backoffice.labels import label_of, step_of
from backoffice.thumbs import thumbs_of
from catalog import categories, products
from catalog.attributes import list_attributes
from catalog.exchange import bulk
from catalog.exchange.bulk import Change
from catalog.models.product import PRODUCT_STATUSES
from kernel.errors import Invalid, Refused
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

MOST_SHOWN = 12
PER_QUERY = 200
STATES = {
    "draft": mark("Draft"), "new": mark("New"), "ready": mark("Ready"), "phase_out": mark("Phasing out"), "end": mark("Ended"),
}  # fmt: skip
ROUNDED = {
    "coin": mark("to the smallest coin"), "ten": mark("to ten of the smallest coin"), "whole": mark("to whole amounts"),
    "ninety": mark("to an ending in .90"),
}  # fmt: skip


class BulkForm(BaseModel):
    """Which products, and one change. `everything`: all that the list showed, not only the ticked ones; `q`, `status_is` and `within`
    are the list's filters. `what` is the kind of change, the field of that name its value."""

    ids: list[UUID] = Field(default_factory=list, max_length=1000)
    everything: bool = False
    q: str = Field(default="", max_length=200)
    status_is: str = Field(default="", max_length=20)
    within: str = Field(default="", max_length=40)
    what: str = Field(default="", max_length=20)
    status: str = Field(default="", max_length=20)
    brand: str = Field(default="", max_length=200)
    category: str = Field(default="", max_length=40)
    attribute: str = Field(default="", max_length=100)
    value: str = Field(default="", max_length=4000)
    currency: str = Field(default="", max_length=3)
    percent: str = Field(default="", max_length=20)
    rounding: str = Field(default="coin", max_length=10)


def choose(visit: Visit) -> Answer:
    """What shall be changed? Asked with the ticked products; changes nothing."""
    form: Form[BulkForm] = visit.form
    if not form.given.ids and not form.given.everything:
        return visit.redirect(visit.url("desk.products"))
    return _page(visit, form)


def begin(visit: Visit) -> Answer:
    """Tries the change out; the import's page shows what it would do."""
    form: Form[BulkForm] = visit.form
    try:
        given = form.given
        change, title = _change(visit, given)
        run = bulk.begin_bulk(visit.session, visit.actor, _ids(visit, given), change, title, visit.locale)
    except Refused as refused:
        return _page(visit, form.told(refused), refused.status)
    return visit.redirect(visit.url("desk.import", id=run.id))


def _ids(visit: Visit, given: BulkForm) -> list[UUID]:
    if not given.everything:
        return given.ids
    found: list[UUID] = []
    status = given.status_is if given.status_is in PRODUCT_STATUSES else None
    for page in range(1, bulk.MOST // PER_QUERY + 2):
        part = products.list_products(visit.session, visit.actor, given.q, status, parse_id(given.within), page, per_page=PER_QUERY)
        found += [product.id for product in part.products]
        if page * PER_QUERY >= part.total:
            break
    return found


def _change(visit: Visit, given: BulkForm) -> tuple[Change, str]:
    """The change and the words the run is named by. Raises Invalid at the field."""
    if given.what == "status" and given.status in STATES:
        return Change("status", given.status), _("State: %(value)s") % {"value": _(STATES[given.status])}
    if given.what == "brand" and given.brand.strip():
        return Change("brand", given.brand.strip()), _("Brand: %(value)s") % {"value": given.brand.strip()}
    if given.what == "category":
        found = next((c for c in categories.list_categories(visit.session, visit.actor) if str(c.id) == given.category), None)
        if found is None:
            raise Invalid.at("category", _("Please choose."), "required")
        path = _path_of(visit, found.id)
        return Change("category", path), _("Category: %(value)s") % {"value": path}
    if given.what == "attribute":
        known = {a.code: a for a in list_attributes(visit.session, visit.actor)}
        if given.attribute not in known or not given.value.strip():
            raise Invalid.at("value" if given.attribute in known else "attribute", _("Please fill this in."), "required")
        label = label_of(visit, known[given.attribute].labels, given.attribute)
        return Change(f"attribute:{given.attribute}", given.value.strip()), f"{label}: {given.value.strip()[:60]}"
    if given.what == "price" and given.currency in _currencies(visit) and given.rounding in bulk.ROUNDINGS:
        percent = bulk.percent_of(given.percent)
        change = Change(f"price:{given.currency}", percent=percent, rounding=given.rounding)
        return change, _("List prices in %(currency)s: %(percent)s %%") % {"currency": given.currency, "percent": f"{percent:+f}"}
    raise Invalid.at(given.what if given.what in ("status", "brand") else "what", _("Please choose what to change."), "required")


def _path_of(visit: Visit, category_id: UUID) -> str:
    by_id = {c.id: c for c in categories.list_categories(visit.session, visit.actor)}
    names = []
    step = by_id.get(category_id)
    while step is not None:
        names.append(label_of(visit, step.names, step.code))
        step = by_id.get(step.parent_id) if step.parent_id else None
    return " > ".join(reversed(names))


def _currencies(visit: Visit) -> list[str]:
    return sorted({market.currency for market in visit.tenant.markets}) if visit.actor.can("price.edit") else []


def _page(visit: Visit, form: Form[BulkForm], status: int = 200) -> Answer:
    ids = [found for text in form.all("ids") if (found := parse_id(text))]
    shown = bulk.chosen_products(visit.session, visit.actor, ids, MOST_SHOWN)
    status_is = form.get("status_is") if form.get("status_is") in PRODUCT_STATUSES else None
    listed = products.list_products(visit.session, visit.actor, form.get("q"), status_is, parse_id(form.get("within")), per_page=1)
    return visit.render(
        "backoffice/bulk.html",
        status=status,
        form=form,
        ids=ids,
        shown=[(product, label_of(visit, product.names, product.sku)) for product in shown],
        thumbs=thumbs_of(visit, [product.id for product in shown]),
        total=listed.total,
        states=[(code, _(words)) for code, words in STATES.items()],
        categories=[(str(c.id), step_of(visit, c)) for c in categories.list_categories(visit.session, visit.actor)],
        attributes=[(a.code, label_of(visit, a.labels, a.code)) for a in list_attributes(visit.session, visit.actor)],
        currencies=[(code, code) for code in _currencies(visit)],
        roundings=[(code, _(words)) for code, words in ROUNDED.items()],
        crumbs=[(_("Products"), visit.url("desk.products")), (_("Change several"), "")],
    )
