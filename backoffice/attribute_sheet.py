"""The values of a product's attributes in its form: the family's groups in their order, then what stands outside of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from backoffice.labels import label_of
from catalog.attribute_links import article_numbers, linked_ids
from catalog.documents import list_documents
from catalog.drafts import facts_of, family_facts
from catalog.models import Attribute, Family, Product
from kernel.i18n import gettext as _
from kernel.i18n import language_name
from kernel.web.forms import Form
from kernel.web.visit import Visit

PREFIX = "values."


@dataclass(frozen=True)
class SheetRow:
    """One attribute: its words and choices; `places` are (what follows the code in a field's name, words for it)."""

    attribute: Attribute
    label: str
    options: list[tuple[str, str]]
    required: bool = False
    places: list[tuple[str, str]] = field(default_factory=lambda: [("", "")])


@dataclass(frozen=True)
class SheetGroup:
    """A heading and what stands under it."""

    label: str
    rows: list[SheetRow]


def sheet_of(visit: Visit, product: Product | None, family: Family | None, attributes: Sequence[Attribute]) -> list[SheetGroup]:
    """What the form offers: of a product with a family its groups and the values it has outside of them, of any other all
    attributes in the order of the catalog. A variant follows its product's family."""
    names = any(a.kind == "file" for a in attributes)
    files = [(str(d.id), d.name) for d in list_documents(visit.session, visit.actor)] if names else []
    if family is None:
        rows = [_row(visit, a, False, files) for a in attributes]
        return [SheetGroup("", rows)] if rows else []
    known = {a.code: a for a in attributes}
    facts = family_facts(family)
    found = [
        SheetGroup(label_of(visit, labels), [_row(visit, known[code], code in facts.required, files) for code in codes if code in known])
        for labels, codes in facts.groups
    ]
    inside = {code for _labels, codes in facts.groups for code in codes}
    held = product.attribute_values if product else {}
    others = [_row(visit, a, False, files) for a in attributes if a.code not in inside and a.code in held]
    return [g for g in [*found, SheetGroup(_("Outside of the family"), others)] if g.rows]


def _row(visit: Visit, attribute: Attribute, required: bool, documents: list[tuple[str, str]]) -> SheetRow:
    if attribute.kind == "file":
        return SheetRow(attribute, label_of(visit, attribute.labels, attribute.code), documents, required, places_of(visit, attribute))
    options = [(c["code"], label_of(visit, c.get("labels", {}), c["code"])) for c in attribute.choices]
    return SheetRow(attribute, label_of(visit, attribute.labels, attribute.code), options, required, places_of(visit, attribute))


def places_of(visit: Visit, attribute: Attribute) -> list[tuple[str, str]]:
    """Where the attribute has a value of its own, and what the place is called: ".de", ".@eu", ".de@eu"."""
    if not (attribute.per_language or attribute.per_market):
        return [("", "")]
    markets = visit.tenant.markets if attribute.per_market else (None,)
    found = []
    for market in markets:
        tags = (market.languages if market else visit.tenant.languages) if attribute.per_language else ("",)
        for tag in tags:
            suffix = f".{tag}@{market.code}" if market else f".{tag}"
            found.append((suffix, ", ".join(word for word in (language_name(tag) if tag else "", market.name if market else "") if word)))
    return found


def typed_values(form: Form[Any], attributes: Sequence[Attribute]) -> dict[str, Any]:
    """The values of the form by code: a list of several choices, an object of a value per place; cleared ones are empty."""
    found: dict[str, Any] = {}
    for a in attributes:
        own = f"{PREFIX}{a.code}"
        if a.per_language or a.per_market:
            told = {name.removeprefix(f"{own}."): _last(typed) for name, typed in form.typed.items() if name.startswith(f"{own}.")}
            if told:
                found[a.code] = {place: value for place, value in told.items() if a.per_market == ("@" in place)}
        elif own in form.typed:
            found[a.code] = [v for v in form.typed[own] if v.strip()] if a.kind == "multichoice" else _last(form.typed[own])
    return found


def shown_values(visit: Visit, held: Mapping[str, Any], attributes: Sequence[Attribute]) -> dict[str, Any]:
    """A product's values as the form shows them: references by article number."""
    facts = {a.code: facts_of(a) for a in attributes}
    numbers = article_numbers(visit.session, linked_ids(facts, [held])["reference"])

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {place: told(part) for place, part in value.items()}
        return numbers.get(str(value), value)

    return {code: told(value) if code in facts and facts[code].kind == "reference" else value for code, value in held.items()}


def place_errors(form: Form[Any]) -> None:
    """What a use case says of `attribute_values.gears` stands at the field `values.gears`."""
    for name in [n for n in form.errors if n.startswith("attribute_values.")]:
        form.errors[PREFIX + name.removeprefix("attribute_values.")] = form.errors.pop(name)


def _last(typed: Sequence[str]) -> str:
    return typed[-1] if typed else ""
