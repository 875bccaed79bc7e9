"""A product's pictures: in which order they stand, and what each shows, in every language."""

from uuid import UUID

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from catalog import media, products
from catalog.models import Picture, Product
from kernel.errors import Conflict, Invalid, Problem, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit


class PictureRow(BaseModel):
    """One picture and its words by language; empty ones are taken away."""

    id: UUID
    alts: dict[str, str] = Field(default_factory=dict)


class ArrangeForm(BaseModel):
    """All pictures in their order; `move` is "first", "earlier" or "later" and the place of a picture: "earlier 2"."""

    pictures: list[PictureRow] = Field(default_factory=list, max_length=media.MOST_PICTURES)
    move: str = Field(default="", pattern=r"^((first|earlier|later) \d{1,3})?$")


def show(visit: Visit) -> Answer:
    """The pictures with their words."""
    product = products.product_for(visit.session, visit.actor, visit.id())
    there = media.pictures_of(visit.session, product.id)
    known = {"pictures": [{"id": p.id, "alts": p.alts} for p in there]} if there else {}
    return _page(visit, product, there, visit.fill(ArrangeForm, known))


def arrange(visit: Visit) -> Answer:
    """Saves all words and moves one picture, where that was asked for. Nothing of it holds where something is wrong."""
    form: Form[ArrangeForm] = visit.form
    product = products.product_for(visit.session, visit.actor, visit.id())
    there = media.pictures_of(visit.session, product.id)
    try:
        _save(visit, product, there, form.given)
    except Refused as refused:
        return _page(visit, product, there, form.told(refused), refused.status)
    return visit.redirect(visit.url("desk.pictures", id=product.id, done="moved" if form.given.move else "saved"))


def _save(visit: Visit, product: Product, there: list[Picture], given: ArrangeForm) -> None:
    ids = [row.id for row in given.pictures]
    if sorted(ids) != sorted(p.id for p in there):
        raise Conflict("The pictures have changed meanwhile. Please look at them again.", code="edited_meanwhile")
    for n, row in enumerate(given.pictures):
        try:
            media.describe_picture(visit.session, visit.actor, row.id, row.alts)
        except Invalid as refused:
            raise Invalid([Problem(f"pictures.{n}.alts", p.reason, p.code) for p in refused.problems]) from refused
    order = moved(ids, given.move)
    if order != [p.id for p in there]:
        media.order_pictures(visit.session, visit.actor, product.id, order)


def moved(ids: list[UUID], move: str) -> list[UUID]:
    """The order after a move; a picture at an end stays there."""
    if not move:
        return ids
    how, place = move.split()
    at = int(place)
    if at >= len(ids):
        return ids
    rest = ids[:at] + ids[at + 1 :]
    to = {"first": 0, "earlier": max(at - 1, 0), "later": at + 1}[how]
    return [*rest[:to], ids[at], *rest[to:]]


def _page(visit: Visit, product: Product, there: list[Picture], form: Form[ArrangeForm], status: int = 200) -> Answer:
    name = label_of(visit, product.names, product.sku)
    return visit.render(
        "backoffice/pictures.html",
        status=status,
        product=product,
        name=name,
        pictures=there,
        form=form,
        languages=visit.tenant.languages,
        may_edit=visit.actor.can("catalog.edit"),
        crumbs=[(_("Products"), visit.url("desk.products")), (name, visit.url("desk.product", id=product.id)), (_("Pictures"), "")],
        done=visit.query.get("done", ""),
    )
