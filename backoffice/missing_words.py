"""What a product misses, in words, and the field of the desk where one puts it in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from backoffice.labels import label_of
from catalog.models import Attribute
from catalog.scoring import ATTRIBUTE, ScoredPlace
from kernel.i18n import gettext as _
from kernel.i18n import mark
from kernel.web.templating import field_id
from kernel.web.visit import Visit

WORDS: Mapping[str, str] = {
    "name": mark("Name"),
    "text": mark("Description"),
    "price": mark("List price"),
    "picture": mark("Picture"),
    "alt": mark("Words for pictures"),
    "category": mark("Category"),
    "translation": mark("Translation"),
}


@dataclass(frozen=True)
class Missing:
    """One thing that is missing: what it is called and where it is put in."""

    code: str
    label: str
    url: str


def thing_label(labels: Mapping[str, str], code: str) -> str:
    """What the thing is called; `labels` are the words of attributes by code."""
    if code.startswith(ATTRIBUTE):
        name = code.removeprefix(ATTRIBUTE)
        return labels.get(name, name)
    return _(WORDS[code])


def attribute_labels(visit: Visit, attributes: Sequence[Attribute]) -> dict[str, str]:
    """Words of attributes by code, in the language of the page."""
    return {a.code: label_of(visit, a.labels, a.code) for a in attributes}


def missing_of(visit: Visit, product_id: UUID, place: ScoredPlace, codes: Sequence[str], attributes: Sequence[Attribute]) -> list[Missing]:
    """What is missing in a place, each with a link to its field."""
    labels, known = attribute_labels(visit, attributes), {a.code: a for a in attributes}
    product = visit.url("desk.product", id=product_id)
    fields: Mapping[str, Callable[[], str]] = {
        "name": lambda: f"{product}#{field_id(f'names.{place.language}')}",
        "text": lambda: f"{product}#{field_id(f'texts.{place.language}')}",
        "price": lambda: f"{product}#{field_id(f'prices.{place.currency}')}",
        "picture": lambda: f"{product}#{field_id('pictures')}",
        "alt": lambda: visit.url("desk.pictures", id=product_id),
        "category": lambda: f"{product}#{field_id('categories')}",
        "translation": lambda: f"{product}#{field_id(f'names.{place.language}')}",
    }
    found = []
    for code in codes:
        if code.startswith(ATTRIBUTE):
            attribute = known.get(code.removeprefix(ATTRIBUTE))
            scope = _scope(attribute, place) if attribute else ""
            url = f"{product}#{field_id(f'values.{code.removeprefix(ATTRIBUTE)}{scope}')}"
        else:
            url = fields[code]()
        found.append(Missing(code, thing_label(labels, code), url))
    return found


def _scope(attribute: Attribute, place: ScoredPlace) -> str:
    language = place.language if attribute.per_language else ""
    market = f"@{place.market_code}" if attribute.per_market else ""
    return f".{language}{market}" if language or market else ""
