"""A product's packaging units, and in which quantities it is ordered: everywhere, and otherwise in one market."""

import re
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from catalog import products
from catalog.models import Product
from catalog.packaging import KNOWN, factor_of, selling_of
from catalog.packaging_checks import MOST_UNITS
from catalog.products import ProductEdit
from catalog.unit_words import equation_words, in_words
from kernel.errors import Problem, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

BLANK_ROWS = 1
ROW = re.compile(r"packaging\.(\d{1,3})\.\w+", re.ASCII)


class UnitRow(BaseModel):
    """One further unit; a row without a unit is none. `place` keeps rows apart that are otherwise empty."""

    place: int
    unit: str = Field(default="", max_length=3)
    content: str = Field(default="", max_length=30)
    gtin: str = Field(default="", max_length=40)
    weight_kg: str = Field(default="", max_length=30)
    length_mm: str = Field(default="", max_length=10)
    width_mm: str = Field(default="", max_length=10)
    height_mm: str = Field(default="", max_length=10)
    orderable: bool = False


class RuleRow(BaseModel):
    """From how many of a unit, in which steps."""

    unit: str = Field(default="", max_length=3)
    least: str = Field(default="", max_length=20)
    step: str = Field(default="", max_length=20)


class OrderingRow(RuleRow):
    """The same for every market, and what differs in one."""

    base: bool = False
    markets: dict[str, RuleRow] = Field(default_factory=dict)


class PackagingForm(BaseModel):
    """Everything about units and order quantities of a product."""

    unit: str = Field(default="C62", max_length=3)
    packaging: list[UnitRow] = Field(default_factory=list, max_length=MOST_UNITS + BLANK_ROWS)
    ordering: OrderingRow = Field(default_factory=OrderingRow)
    edit_version: int = 0


def show(visit: Visit) -> Answer:
    """Units and quantities as they are."""
    product = products.product_for(visit.session, visit.actor, visit.id())
    return _page(visit, product, visit.fill(PackagingForm, _known(product)))


def change(visit: Visit) -> Answer:
    """Saves them all. Nothing of it holds where something is wrong."""
    form: Form[PackagingForm] = visit.form
    product = products.product_for(visit.session, visit.actor, visit.id())
    try:
        given = form.given
        rows = [row for row in given.packaging if row.unit or row.content]
        edit = ProductEdit(
            unit=None if product.parent_id else given.unit,
            packaging=[row.model_dump() for row in rows],
            ordering=given.ordering.model_dump(),
        )
        products.edit_product(visit.session, visit.actor, product.id, edit, given.edit_version)
    except Refused as refused:
        return _page(visit, product, _told(form, refused), refused.status)
    return visit.redirect(visit.url("desk.packaging", id=product.id, done="saved"))


def equations_of(product: Product) -> list[str]:
    """How its units go together, in words: 1 box = 12 pieces."""
    selling = selling_of(product.unit, product.packaging, product.ordering)
    return [words for way in selling.contents if (words := equation_words(way, selling.base))]


def _told(form: Form[PackagingForm], refused: Refused) -> Form[PackagingForm]:
    """Problems at the rows in which they were typed: empty rows were left out on the way."""
    problems = getattr(refused, "problems", None)
    if problems is None or form.value is None:
        return form.told(refused)
    places = [row.place for row in form.value.packaging if row.unit or row.content]
    found = []
    for problem in problems:
        head, _dot, rest = problem.where.partition(".")
        place, dot, name = rest.partition(".")
        is_row = head == "packaging" and place.isdecimal() and int(place) < len(places)
        found.append(Problem(f"{head}.{places[int(place)]}{dot}{name}", problem.reason, problem.code) if is_row else problem)
    return form.refuse(found)


def _known(product: Product) -> dict[str, Any]:
    rows = [{**entry, "place": n, "content": str(factor_of(entry))} for n, entry in enumerate(product.packaging)]
    return {
        "unit": product.unit,
        "packaging": rows,
        "ordering": {"base": True, **product.ordering},
        "edit_version": product.edit_version,
    }


def _page(visit: Visit, product: Product, form: Form[PackagingForm], status: int = 200) -> Answer:
    name = label_of(visit, product.names, product.sku)
    typed = {int(found[1]) for field in form.typed if (found := ROW.fullmatch(field))}
    rows = sorted(typed) if form.errors else list(range(len(product.packaging) + BLANK_ROWS))
    units = [(code, f"{in_words(Decimal(1), code)} · {code}") for code in KNOWN]
    return visit.render(
        "backoffice/packaging.html",
        status=status,
        product=product,
        name=name,
        form=form,
        rows=rows[:MOST_UNITS],
        units=units,
        orderable=[(code, words) for code, words in units if code in {product.unit, *(entry["unit"] for entry in product.packaging)}],
        equations=equations_of(product),
        markets=[market.code for market in visit.tenant.markets],
        may_edit=visit.actor.can("catalog.edit"),
        crumbs=[(_("Products"), visit.url("desk.products")), (name, visit.url("desk.product", id=product.id)), (_("Packaging"), "")],
        done=visit.query.get("done", ""),
    )
