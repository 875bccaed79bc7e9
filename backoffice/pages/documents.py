"""Documents of a product: a file is taken in and becomes the value of one of its attributes."""

from pydantic import BaseModel, Field

from backoffice.attribute_sheet import SheetGroup
from catalog import completeness, documents, products
from catalog.products import ProductEdit
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

ACCEPT = ",".join(f".{kind}" for kind in documents.BEGINNINGS)


class DocumentForm(BaseModel):
    """Which attribute it belongs to, as the form of the product calls it: "manual", "manual.de"."""

    target: str = Field(default="", max_length=200)


def add(visit: Visit) -> Answer:
    """Takes the file in and gives it to the attribute. Raises Invalid for another kind of file, or none."""
    form: Form[DocumentForm] = visit.form
    product = products.product_for(visit.session, visit.actor, visit.id())
    chosen = form.files.get("file", [])
    if not chosen:
        raise Invalid.at("file", _("Please choose a file."))
    code, _dot, place = form.given.target.partition(".")
    made = documents.add_document(visit.session, visit.actor, chosen[0].filename or "", chosen[0].file.read(documents.MOST_BYTES + 1))
    value = {place: str(made.id)} if place else str(made.id)
    products.edit_product(visit.session, visit.actor, product.id, ProductEdit(attribute_values={code: value}))
    completeness.refresh(visit.session, [product.parent_id or product.id])
    return visit.redirect(visit.url("desk.product", id=product.id, done="saved"))


def targets_of(sheet: list[SheetGroup]) -> list[tuple[str, str]]:
    """The attributes of a product's form that name documents, place by place."""
    rows = [row for group in sheet for row in group.rows if row.attribute.kind == "file"]
    return [(row.attribute.code + suffix, f"{row.label} – {words}" if words else row.label) for row in rows for suffix, words in row.places]
