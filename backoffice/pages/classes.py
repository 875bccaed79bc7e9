"""Classification: code systems with their lists of classes, and the classes of one product, found by code or name."""

import tempfile
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from catalog import classification, products
from catalog.exchange.class_lists import ListTaken, take_class_list
from catalog.models import ClassSystem, Product
from catalog.products import ProductEdit
from kernel.errors import Invalid, Problem, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

LIST_BYTES = 30_000_000


class SystemForm(BaseModel):
    """A system in one version."""

    code: str = Field(default="", max_length=60)
    version: str = Field(default="", max_length=40)
    name: str = Field(default="", max_length=200)


class ListForm(BaseModel):
    """A file with classes; `language` is that of a column called just "name"."""

    language: str = Field(default="en", max_length=20)


class CodeRow(BaseModel):
    """A product's code in one system; an empty one takes it out."""

    key: str = Field(max_length=60)
    code: str = Field(default="", max_length=60)


class ClassForm(BaseModel):
    """A product's codes, or one that was picked: `code` of `system`."""

    rows: list[CodeRow] = Field(default_factory=list, max_length=classification.MOST_SYSTEMS)
    system: str = Field(default="", max_length=60)
    code: str = Field(default="", max_length=60)
    edit_version: int = 0


def show(visit: Visit) -> Answer:
    """All systems, and the form for one more."""
    return _systems(visit, visit.fill(SystemForm))


def make(visit: Visit) -> Answer:
    """Makes a system."""
    form: Form[SystemForm] = visit.form
    try:
        given = form.given
        made = classification.make_system(visit.session, visit.actor, given.code, given.version, given.name)
    except Invalid as refused:
        return _systems(visit, form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.class_system", id=made.id, done="made"))


def system(visit: Visit) -> Answer:
    """One system: its classes by code or name, and a new list."""
    return _one(visit, classification.system_for(visit.session, visit.actor, visit.id()))


def take_list(visit: Visit) -> Answer:
    """Takes the classes of a file in. Rows that do not hold are told; the others count."""
    form: Form[ListForm] = visit.form
    found = classification.system_for(visit.session, visit.actor, visit.id())
    file = next(iter(form.files.get("file", [])), None)
    if file is None:
        form.errors["file"] = _("Please choose a file.")
        return _one(visit, found, form, status=422)
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list"
            path.write_bytes(file.file.read())
            taken = take_class_list(visit.session, visit.actor, found.id, path, file.filename or "", form.given.language)
    except Refused as refused:
        return _one(visit, found, form.told(refused, "file"), status=refused.status)
    return _one(visit, found, taken=taken)


def remove(visit: Visit) -> Answer:
    """Removes a system that no product is in."""
    found = classification.system_for(visit.session, visit.actor, visit.id())
    try:
        classification.remove_system(visit.session, visit.actor, found.id)
    except Refused as refused:
        return _one(visit, found, visit.fill(ListForm).told(refused), status=refused.status)
    return visit.redirect(visit.url("desk.classes", done="removed"))


def of_product(visit: Visit) -> Answer:
    """A product's classes, and what a search in one system has found."""
    product = products.product_for(visit.session, visit.actor, visit.id())
    return _product(visit, product, visit.fill(ClassForm))


def classify(visit: Visit) -> Answer:
    """Saves the typed codes, or takes the class that was picked."""
    form: Form[ClassForm] = visit.form
    product = products.product_for(visit.session, visit.actor, visit.id())
    try:
        given = form.given
        picked = {given.system: given.code} if given.system and given.code else {}
        edit = ProductEdit(classes=picked or {row.key: row.code for row in given.rows})
        products.edit_product(visit.session, visit.actor, product.id, edit, given.edit_version)
    except Invalid as refused:
        places = {f"classes.{row.key}": f"rows.{n}.code" for n, row in enumerate(form.value.rows if form.value else ())}
        problems = [Problem(places.get(p.where, "form"), p.reason, p.code) for p in refused.problems]
        return _product(visit, product, form.refuse(problems), 422)
    except Refused as refused:
        return _product(visit, product, form.told(refused), refused.status)
    return visit.redirect(visit.url("desk.product_classes", id=product.id, done="saved"))


def _systems(visit: Visit, form: Form[SystemForm], status: int = 200) -> Answer:
    return visit.render(
        "backoffice/classes.html",
        status=status,
        lines=classification.system_lines(visit.session, visit.actor),
        form=form,
        may_edit=visit.actor.can("catalog.edit"),
        done=visit.query.get("done", ""),
    )


def _one(visit: Visit, found: ClassSystem, form: Form[ListForm] | None = None, taken: ListTaken | None = None, status: int = 200) -> Answer:
    text = visit.query.get("q", "").strip()
    return visit.render(
        "backoffice/class_system.html",
        status=status,
        system=found,
        form=form or visit.fill(ListForm, {"language": visit.tenant.languages[0]}),
        taken=taken,
        languages=visit.tenant.languages,
        text=text,
        found=classification.find_classes(visit.session, visit.actor, found.id, text),
        label=lambda names: label_of(visit, names),
        may_edit=visit.actor.can("catalog.edit"),
        may_import=visit.actor.can("catalog.import"),
        crumbs=[(_("Classification"), visit.url("desk.classes")), (found.key, "")],
        done=visit.query.get("done", ""),
    )


def _product(visit: Visit, product: Product, form: Form[ClassForm], status: int = 200) -> Answer:
    systems = classification.list_systems(visit.session, visit.actor)
    text, wanted = visit.query.get("q", "").strip(), visit.query.get("system", "")
    chosen = next((s for s in systems if s.key == wanted), systems[0] if systems else None)
    found: list[Any] = classification.find_classes(visit.session, visit.actor, chosen.id, text) if chosen and text else []
    name = label_of(visit, product.names, product.sku)
    return visit.render(
        "backoffice/product_classes.html",
        status=status,
        product=product,
        name=name,
        form=form,
        systems=systems,
        chosen=chosen,
        text=text,
        found=found,
        names=classification.names_of(visit.session, product.classes),
        label=lambda names: label_of(visit, names),
        may_edit=visit.actor.can("catalog.edit"),
        crumbs=[(_("Products"), visit.url("desk.products")), (name, visit.url("desk.product", id=product.id)), (_("Classification"), "")],
        done=visit.query.get("done", ""),
    )
