"""What goes with a product: accessories, spare parts and successors, added by article number or picked from a search."""

from uuid import UUID

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from backoffice.pages.pictures import moved
from backoffice.thumbs import thumbs_of
from catalog import products, relations
from catalog.change_words import RELATIONS
from catalog.models import Product
from catalog.relations import LISTS, NAMES, Related
from kernel.errors import Invalid, NotThere, Problem, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

LONGEST = 8200  # a hundred article numbers, a line each


class AddForm(BaseModel):
    """Article numbers for each list, one a line."""

    accessories: str = Field(default="", max_length=LONGEST)
    spare_parts: str = Field(default="", max_length=LONGEST)
    successor: str = Field(default="", max_length=LONGEST)


class ArrangeForm(BaseModel):
    """A list in its order; `move` is "first", "earlier" or "later" and a place, `remove` the product to be taken off."""

    kind: str = Field(default="", max_length=20)
    ids: list[UUID] = Field(default_factory=list, max_length=relations.MOST_RELATED)
    move: str = Field(default="", pattern=r"^((first|earlier|later) \d{1,3})?$")
    remove: UUID | None = None


def show(visit: Visit) -> Answer:
    """The three lists, and what a search has found to add."""
    product = products.product_for(visit.session, visit.actor, visit.id())
    return _page(visit, product, visit.fill(AddForm))


def add(visit: Visit) -> Answer:
    """Puts the named products on their lists. Nothing of it holds where something is wrong."""
    form: Form[AddForm] = visit.form
    product = products.product_for(visit.session, visit.actor, visit.id())
    given = {name: numbers for name in LISTS if (numbers := getattr(form.given, name).splitlines())}
    problems = [problem for name, numbers in given.items() for problem in _add(visit, product, name, numbers)]
    if problems:
        return _page(visit, product, form.refuse(problems), 422)
    return visit.redirect(visit.url("desk.relations", id=product.id, done="added"))


def _add(visit: Visit, product: Product, name: str, numbers: list[str]) -> list[Problem]:
    try:
        relations.relate(visit.session, visit.actor, product.id, LISTS[name], numbers)
    except Invalid as refused:
        return [Problem(name, problem.reason, problem.code) for problem in refused.problems]
    return []


def arrange(visit: Visit) -> Answer:
    """Moves a product within its list, or takes it off."""
    given: ArrangeForm = visit.form.given
    product = products.product_for(visit.session, visit.actor, visit.id())
    if given.kind not in NAMES:
        raise NotThere
    try:
        if given.remove is not None:
            relations.unrelate(visit.session, visit.actor, product.id, given.kind, given.remove)
        else:
            relations.order_related(visit.session, visit.actor, product.id, given.kind, moved(given.ids, given.move))
    except NotThere:
        raise
    except Refused as refused:
        return _page(visit, product, visit.fill(AddForm).told(refused), refused.status)
    return visit.redirect(visit.url("desk.relations", id=product.id, done="removed" if given.remove else "moved"))


def lists_for(visit: Visit, product: Product) -> list[tuple[str, str, str, list[Related]]]:
    """Kind, name, label and products of each list, in the order in which people look for them."""
    found = relations.related_to(visit.session, visit.actor, product.id)
    return [(kind, name, str(RELATIONS[kind]), [one for one in found if one.kind == kind]) for name, kind in LISTS.items()]


def _page(visit: Visit, product: Product, form: Form[AddForm], status: int = 200) -> Answer:
    name = label_of(visit, product.names, product.sku)
    text = visit.query.get("q", "").strip()
    lists = lists_for(visit, product)
    before = relations.replaced_by_it(visit.session, visit.actor, product.id)
    found = relations.find_to_relate(visit.session, visit.actor, product.id, text)
    shown = {one.product_id for _kind, _list, _title, related in lists for one in related} | {product.id for product in found}
    return visit.render(
        "backoffice/relations.html",
        status=status,
        product=product,
        name=name,
        form=form,
        lists=lists,
        before=before,
        text=text,
        found=found,
        thumbs=thumbs_of(visit, shown),
        label=lambda names, sku: label_of(visit, names, sku),
        may_edit=visit.actor.can("catalog.edit"),
        crumbs=[
            (_("Products"), visit.url("desk.products")),
            (name, visit.url("desk.product", id=product.id)),
            (_("What goes with it"), ""),
        ],
        done=visit.query.get("done", ""),
    )
