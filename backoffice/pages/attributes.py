"""What products are described, filtered and varied by: attributes, their words in every language, and their choices.

Long lists of choices are shown and saved in pages; choices that are not on the page stay as they are.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from catalog import attribute_rules, attributes
from catalog.attributes import CHOICE_KINDS, AttributeEdit
from catalog.models import Attribute
from catalog.models.product import ATTRIBUTE_KINDS
from catalog.slugs import slug_of
from kernel.errors import Refused
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.quantities import SYMBOLS
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

CHOICES_PER_PAGE = 100
NEW_CHOICES = 3
MEASURED = ("number", *CHOICE_KINDS)
KINDS = {
    "text": mark("Text"),
    "number": mark("Number"),
    "boolean": mark("Yes or no"),
    "date": mark("Date"),
    "choice": mark("One of a list"),
    "multichoice": mark("Several of a list"),
    "richtext": mark("Text with formatting"),
    "reference": mark("Another product"),
    "file": mark("Document"),
}


RULE_WORDS = {
    "min": (mark("At least"), mark("A number, or a date as 2026-11-23.")),
    "max": (mark("At most"), ""),
    "step": (mark("In steps of"), mark("Counted from the lower bound.")),
    "shortest": (mark("Characters at least"), ""),
    "longest": (mark("Characters at most"), ""),
    "pattern": (mark("Pattern"), mark("For example [A-Z]{2}-\\d+ for two capitals, a hyphen and figures.")),
    "is_unique": (mark("No two products share a value"), ""),
}
RULE_NAMES = tuple(RULE_WORDS)


class ChoiceRow(BaseModel):
    """One choice: `place` is where in the list it stands, from 1; `gone`: to be taken away."""

    code: str = Field(default="", max_length=200)
    labels: dict[str, str] = Field(default_factory=dict)
    swatch: str = Field(default="", max_length=20)
    place: int | None = Field(default=None, ge=1, le=100_000)
    gone: bool = False


class AttributeForm(BaseModel):
    """An attribute as the desk asks for it; code and kind are asked for once."""

    code: str = Field(default="", max_length=200)
    kind: str = Field(default="text", max_length=20)
    labels: dict[str, str] = Field(default_factory=dict)
    unit: str = Field(default="", max_length=20)
    filterable: bool = False
    is_axis: bool = False
    position: int = Field(default=0, ge=0, le=100_000)
    per_language: bool = False
    per_market: bool = False
    rules: dict[str, str] = Field(default_factory=dict)
    choices: list[ChoiceRow] = Field(default_factory=list)
    edit_version: int = 0


def show(visit: Visit) -> Answer:
    """All attributes in the order in which specifications show them."""
    return visit.render(
        "backoffice/attributes.html",
        found=[(a, label_of(visit, a.labels, a.code)) for a in attributes.list_attributes(visit.session, visit.actor)],
        kinds=KINDS,
        done=visit.query.get("done", ""),
    )


def new(visit: Visit) -> Answer:
    """An empty attribute."""
    visit.actor.must("catalog.edit")
    return _page(visit, visit.fill(AttributeForm, {"kind": "text"}), None)


def make(visit: Visit) -> Answer:
    """Makes an attribute."""
    form: Form[AttributeForm] = visit.form
    try:
        given = form.given
        made = attributes.make_attribute(visit.session, visit.actor, given.code, given.kind, _edit(given, given.kind, []))
    except Refused as refused:
        return _page(visit, form.told(refused), None, refused.status)
    return visit.redirect(visit.url("desk.attribute", id=made.id, done="made"))


def edit(visit: Visit) -> Answer:
    """One attribute to change."""
    found = attributes.attribute_for(visit.session, visit.actor, visit.id())
    return _page(visit, visit.fill(AttributeForm, _known(found, _first(visit, found))), found)


def change(visit: Visit) -> Answer:
    """Saves words, unit, use and the choices of the page; a choice that products still have cannot be taken away."""
    form: Form[AttributeForm] = visit.form
    found = attributes.attribute_for(visit.session, visit.actor, visit.id())
    try:
        wanted = _edit(form.given, found.kind, found.choices)
        attributes.edit_attribute(visit.session, visit.actor, found.id, wanted, form.given.edit_version)
    except Refused as refused:
        return _page(visit, form.told(refused), found, refused.status)
    return visit.redirect(visit.url("desk.attribute", id=found.id, done="saved", page=visit.query.get("page")))


def remove(visit: Visit) -> Answer:
    """Removes an attribute that no product uses; otherwise says how many do."""
    found = attributes.attribute_for(visit.session, visit.actor, visit.id())
    try:
        attributes.remove_attribute(visit.session, visit.actor, found.id)
    except Refused as refused:
        form = visit.fill(AttributeForm, _known(found, _first(visit, found)))
        return _page(visit, form.told(refused), found, refused.status)
    return visit.redirect(visit.url("desk.attributes", done="removed"))


def merged(kept: Sequence[Mapping[str, Any]], rows: Sequence[ChoiceRow]) -> list[dict[str, Any]]:
    """The list of choices after the rows have been written over it: known codes are changed or taken away, new ones
    added, and whatever names a place stands there. A new choice without a code gets one from its first label."""
    found: dict[str, tuple[float, dict[str, Any]]] = {str(c["code"]): (n, dict(c)) for n, c in enumerate(kept, 1)}
    for row in rows:
        code = row.code.strip() or slug_of(next(iter(row.labels.values()), ""))
        if row.gone:
            found.pop(code, None)
        elif row.labels or row.code.strip():
            told = {"code": code, "labels": row.labels}
            before = found[code][0] if code in found else len(kept) + 1
            found[code] = (_place(before, row.place), {**told, "swatch": row.swatch} if row.swatch else told)
    return [choice for _place, choice in sorted(found.values(), key=lambda pair: pair[0])]


def _place(before: float, wanted: int | None) -> float:
    """Moved up it stands before whoever stood there, moved down behind."""
    if wanted is None or wanted == before:
        return before
    return wanted + (0.5 if wanted > before else -0.5)


def _edit(given: AttributeForm, kind: str, kept: Sequence[Mapping[str, Any]]) -> AttributeEdit:
    return AttributeEdit(
        labels=given.labels,
        unit=given.unit if kind in MEASURED else None,
        choices=merged(kept, given.choices) if kind in CHOICE_KINDS else None,
        filterable=given.filterable,
        is_axis=given.is_axis,
        position=given.position,
        per_language=given.per_language,
        per_market=given.per_market,
        rules=given.rules,
    )


def _first(visit: Visit, found: Attribute) -> int:
    pages = max(1, -(-len(found.choices) // CHOICES_PER_PAGE))
    return (min(max(visit.number("page", 1), 1), pages) - 1) * CHOICES_PER_PAGE


def _known(found: Attribute, first: int) -> dict[str, Any]:
    names = ("code", "kind", "labels", "filterable", "is_axis", "per_language", "per_market", "rules", "position", "edit_version")
    rows = [
        {"code": c["code"], "labels": c.get("labels", {}), "swatch": c.get("swatch", ""), "place": n}
        for n, c in enumerate(found.choices, 1)
    ]
    shown = rows[first : first + CHOICES_PER_PAGE]
    return {**{name: getattr(found, name) for name in names}, "unit": found.unit or "", **({"choices": shown} if shown else {})}


def _page(visit: Visit, form: Form[AttributeForm], found: Attribute | None, status: int = 200) -> Answer:
    first = _first(visit, found) if found else 0
    known = [str(c["code"]) for c in found.choices[first : first + CHOICES_PER_PAGE]] if found else []
    name = label_of(visit, found.labels, found.code) if found else ""
    return visit.render(
        "backoffice/attribute.html",
        status=status,
        form=form,
        attribute=found,
        heading=name,
        kinds=[(kind, _(KINDS[kind])) for kind in ATTRIBUTE_KINDS],
        units=[(code, symbol) for code, symbol in SYMBOLS.items() if symbol],
        rule_names=RULE_NAMES if found is None else attribute_rules.NAMES.get(found.kind, ()),
        rule_words=RULE_WORDS,
        may_vary=found is None or found.kind in attributes.AXIS_KINDS,
        may_filter=found is None or found.kind in attributes.FILTERED_KINDS,
        has_unit=found is None or found.kind in MEASURED,
        has_choices=found is None or found.kind in CHOICE_KINDS,
        known=known,
        rows=len(known) + NEW_CHOICES,
        page=first // CHOICES_PER_PAGE + 1,
        pages=max(1, -(-len(found.choices) // CHOICES_PER_PAGE)) if found else 1,
        used=attributes.products_with(visit.session, found) if found else 0,
        languages=visit.tenant.languages,
        may_edit=visit.actor.can("catalog.edit"),
        crumbs=[(_("Attributes"), visit.url("desk.attributes")), (name or _("New"), "")],
        done=visit.query.get("done", ""),
    )
