"""The history of a product: who changed which field, and fields brought back."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from catalog import categories, product_history, products
from catalog.attributes import list_attributes
from catalog.change_words import ABOUTS, FIELDS, STATES
from catalog.product_history import Change
from kernel.i18n import format_money, language_name, ngettext
from kernel.i18n import gettext as _
from kernel.money import Money
from kernel.web.answers import Answer
from kernel.web.visit import Visit

OTHERS = {"names": "name", "summaries": "summary", "texts": "text", "category_ids": "categories"}


class RestoreForm(BaseModel):
    """Before which change, and which field of it; none: everything that was changed by it and since."""

    entry: UUID
    path: str = Field(default="", max_length=120)


def show(visit: Visit) -> Answer:
    """What was changed, newest first."""
    product = products.product_for(visit.session, visit.actor, visit.id())
    entries = product_history.history_of(visit.session, visit.actor, product.id)
    name = label_of(visit, product.names) or product.sku
    told = Told(visit)
    return visit.render(
        "backoffice/product_history.html",
        product=product,
        name=name,
        entries=[
            (entry, [(change, told.label(change), told.before(change), told.after(change)) for change in entry.changes])
            for entry in entries
        ],
        may_edit=visit.actor.can("catalog.edit"),
        may_price=visit.actor.can("price.edit"),
        most=product_history.MOST,
        done=visit.query.get("done", ""),
        crumbs=[(_("Products"), visit.url("desk.products")), (name, visit.url("desk.product", id=product.id)), (_("History"), "")],
    )


def restore(visit: Visit) -> Answer:
    """Brings back a field, or all of them."""
    given: RestoreForm = visit.form.given
    product_history.restore(visit.session, visit.actor, visit.id(), given.entry, given.path)
    return visit.redirect(visit.url("desk.product_history", id=visit.id(), done="restored"))


class Told:
    """Fields and values in words; attributes and categories are looked up once."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._attributes = {a.code: a for a in list_attributes(visit.session, visit.actor)}
        self._categories = {str(c.id): label_of(visit, c.names, c.code) for c in categories.list_categories(visit.session, visit.actor)}

    def label(self, change: Change) -> str:
        """What the field is called, with its language or currency."""
        name, _dot, key = change.path.partition(".")
        if name == "attribute_values":
            attribute = self._attributes.get(key)
            return label_of(self._visit, attribute.labels, key) if attribute else key
        head = str(FIELDS.get(OTHERS.get(name, name)) or ABOUTS.get(name) or name)
        if name == "prices":
            return _("Price in %(currency)s") % {"currency": key}
        return f"{head} ({language_name(key)})" if name in ("names", "summaries", "texts") else f"{head} {key}".strip()

    def before(self, change: Change) -> str:
        """The old value."""
        return self._value(change.path, change.before)

    def after(self, change: Change) -> str:
        """The new value."""
        return self._value(change.path, change.after)

    def _value(self, path: str, value: Any) -> str:
        name, _dot, key = path.partition(".")
        if value in (None, "", [], {}):
            return ""
        if name == "prices":
            return format_money(Money.of(str(value), key).rounded())
        if name == "category_ids":
            return ", ".join(self._categories.get(str(one), _("a category that has gone")) for one in value)
        if name == "status":
            return str(STATES.get(str(value), value))
        if name == "attribute_values":
            return self._words(key, value)
        if isinstance(value, list):
            return ngettext("%(num)s entry", "%(num)s entries", len(value)) % {"num": len(value)}
        return str(value)

    def _words(self, code: str, value: Any) -> str:
        attribute = self._attributes.get(code)
        choices = {c["code"]: label_of(self._visit, c.get("labels", {}), c["code"]) for c in attribute.choices} if attribute else {}
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        values = value if isinstance(value, list) else [value]
        return ", ".join(str(choices.get(one, one)) if isinstance(one, str) else str(one) for one in values)
