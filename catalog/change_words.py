"""A difference between two publications as lines that a person reads: fields by name, prices as money, and variants
that moved alike in one line. Pure, in the current language.
"""

from dataclasses import dataclass
from decimal import Decimal

from catalog.changes import Difference, FieldChange
from kernel.i18n import format_money, gettext_lazy, ngettext
from kernel.i18n import gettext as _
from kernel.money import Money

FIELDS = {
    "sku": gettext_lazy("Article number"),
    "name": gettext_lazy("Name"),
    "summary": gettext_lazy("One line about it"),
    "text": gettext_lazy("Description"),
    "brand": gettext_lazy("Brand"),
    "gtin": gettext_lazy("GTIN"),
    "unit": gettext_lazy("Unit"),
    "weight_kg": gettext_lazy("Weight in kg"),
    "status": gettext_lazy("State"),
    "tax_class": gettext_lazy("Tax class"),
    "categories": gettext_lazy("Category"),
    "pictures": gettext_lazy("Pictures"),
    "manufacturer": gettext_lazy("Manufacturer"),
    "manufacturer_number": gettext_lazy("Manufacturer's number"),
    "customs_code": gettext_lazy("Customs code"),
    "origin_country": gettext_lazy("Country of origin"),
    "classes": gettext_lazy("Class"),
    "packaging": gettext_lazy("Packaging"),
    "ordering": gettext_lazy("Order quantities"),
}
RELATIONS = {
    "accessory": gettext_lazy("Accessories"),
    "spare_part": gettext_lazy("Spare parts"),
    "successor": gettext_lazy("Successor"),
}
ABOUTS = {
    "prices": gettext_lazy("Prices"),
    "price_times": gettext_lazy("Prices for a time"),
    "attributes": gettext_lazy("Attributes"),
    "variants": gettext_lazy("Variants"),
    "relations": gettext_lazy("What goes with it"),
}
STATES = {"new": gettext_lazy("New"), "ready": gettext_lazy("Ready"), "phase_out": gettext_lazy("Phasing out")}


@dataclass(frozen=True)
class ChangeLine:
    """What reads differently; `variants` are the article numbers it holds for, none for the product itself."""

    label: str
    before: str
    after: str
    variants: tuple[str, ...] = ()


def change_lines(told: Difference) -> list[ChangeLine]:
    """The product's own fields first, then those of its variants; variants with the same field, before and after share a line."""
    own, alike = [], dict[tuple[str, str, str], list[str]]()
    for change in told.fields:
        head, _dot, rest = change.field.partition(".")
        if head != "variants":
            own.append(ChangeLine(_label(told, change.field), *_values(change.field, change)))
            continue
        sku, name = _variant_field(rest, told)
        before, after = _values(name, change)
        alike.setdefault((name, before, after), []).append(sku)
    return own + [_shared(told, *what, skus) for what, skus in alike.items()]


def field_label(about: str) -> str:
    """What a kind of field (changes.kind_of_field) is called."""
    return str(ABOUTS.get(about) or FIELDS.get(about, about))


def _shared(told: Difference, name: str, before: str, after: str, skus: list[str]) -> ChangeLine:
    label = _("Variants") if not name else _label(told, name)
    of = skus[0] if len(skus) == 1 else ngettext("%(num)s variant", "%(num)s variants", len(skus)) % {"num": len(skus)}
    return ChangeLine(_("%(field)s, %(variants)s") % {"field": label, "variants": of}, before, after, tuple(skus))


def _variant_field(path: str, told: Difference) -> tuple[str, str]:
    """ "BR-1.5.prices.EUR" is ("BR-1.5", "prices.EUR"): article numbers may hold dots, so the end is looked at."""
    head, dot, last = path.rpartition(".")
    if dot and head.endswith(".prices"):
        return head.removesuffix(".prices"), f"prices.{last}"
    if dot and last in told.labels:
        return head, f"attributes.{last}"
    return path, ""


def _label(told: Difference, name: str) -> str:
    head, _dot, rest = name.partition(".")
    if head == "prices":
        return _("Price in %(currency)s") % {"currency": rest}
    if head == "price_times":
        return _("Prices for a time in %(currency)s") % {"currency": rest}
    if head == "attributes":
        return told.labels.get(rest, rest)
    if head == "pictures" and rest:
        return _("What a picture shows")
    if head == "relations":
        return str(RELATIONS.get(rest, rest))
    return str(FIELDS.get(head, head))


def _values(name: str, change: FieldChange) -> tuple[str, str]:
    head, _dot, rest = name.partition(".")
    if head == "prices":
        return _money(change.old, rest), _money(change.new, rest)
    if head == "pictures" and not rest:
        before, after = _pictures(change.old), _pictures(change.new)
        return before, _("%(pictures)s, changed") % {"pictures": after} if before == after else after
    if head == "relations":
        before, after = _products(change.old), _products(change.new)
        return before, _("%(products)s, changed") % {"products": after} if before == after else after
    if head == "status":
        return _state(change.old), _state(change.new)
    return change.old, change.new


def _money(amount: str, currency: str) -> str:
    return format_money(Money(Decimal(amount), currency)) if amount else ""


def _pictures(ids: str) -> str:
    count = len([i for i in ids.split(", ") if i])
    return ngettext("%(num)s picture", "%(num)s pictures", count) % {"num": count} if count else ""


def _products(ids: str) -> str:
    count = len([i for i in ids.split(", ") if i])
    return ngettext("%(num)s product", "%(num)s products", count) % {"num": count} if count else ""


def _state(code: str) -> str:
    return str(STATES.get(code, code))
