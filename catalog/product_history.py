"""The history of a product, field by field, out of the audit trail; a field, or all of them, as they were before.

Restoring is an edit like any other: it is checked, shows after the next publication and stands in the history itself.
What hangs on a product besides (pictures, relations, family) is not part of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.list_prices import prices_of, set_list_prices
from catalog.models import Product
from catalog.products import ProductEdit, edit_product, edited_fields, product_for
from kernel import tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, NotThere
from kernel.i18n import gettext as _
from kernel.ids import parse_id
from kernel.models import AuditEntry

EDITED, PRICED = "product.edited", "price.changed"
PRICES = "prices"
MOST = 100
EDITABLE = tuple(ProductEdit.__dataclass_fields__)


@dataclass(frozen=True)
class Change:
    """A field that was changed; `path` is its name, or name and key: "names.de", "attribute_values.colour", "prices.EUR".
    Values are as they are kept, None where there was none."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Entry:
    """What somebody changed at once."""

    id: UUID
    at: datetime
    by: str
    changes: tuple[Change, ...]


def history_of(session: Session, actor: Actor, product_id: UUID, most: int = MOST) -> list[Entry]:
    """The last changes of a product's own fields and list prices, newest first. Raises NotThere."""
    product_for(session, actor, product_id)
    mine = (AuditEntry.tenant_id == tenancy.current(), AuditEntry.object_id == str(product_id), AuditEntry.action.in_((EDITED, PRICED)))
    rows = session.scalars(select(AuditEntry).where(*mine).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(most))
    found = [Entry(row.id, row.at, row.actor_name, tuple(_changes(row))) for row in rows]
    return [entry for entry in found if entry.changes]


def restore(session: Session, actor: Actor, product_id: UUID, entry_id: UUID, path: str = "") -> Product:
    """Brings back what stood before this change: one field of it by its path, or else everything that was changed by it and
    since. Raises NotThere for a change or field there is not, Conflict where it stands there already, Invalid where the old
    value does not hold any more."""
    actor.must("catalog.edit")
    product = product_for(session, actor, product_id, lock=True)
    entries = history_of(session, actor, product_id)
    place = next((n for n, entry in enumerate(entries) if entry.id == entry_id), None)
    if place is None:
        raise NotThere
    wanted = _one(entries[place], path) if path else _all(entries[: place + 1])
    fields = {name: values for name, values in _by_field(wanted).items() if name != PRICES}
    edit = ProductEdit(**{name: _whole(product, name, values) for name, values in fields.items()})
    before = (product.edit_version, prices_of(session, product.id))
    if edited_fields(edit):
        edit_product(session, actor, product_id, edit)
    prices = {path.partition(".")[2]: value or "" for path, value in wanted.items() if path.startswith(f"{PRICES}.")}
    if prices:
        set_list_prices(session, actor, product_id, prices)
    if (product.edit_version, prices_of(session, product.id)) == before:
        raise Conflict(_("It stands there already."), code="nothing_to_do")
    return product


def _changes(row: AuditEntry) -> list[Change]:
    before, after = row.before or {}, row.after or {}
    if row.action == PRICED:
        before, after = {PRICES: before}, {PRICES: after}
    old, new = flat(before), flat(after)
    paths = [path for path in {**old, **new} if _same(old.get(path)) != _same(new.get(path))]
    known = {PRICES, *EDITABLE}
    return [Change(path, old.get(path), new.get(path)) for path in paths if path.partition(".")[0] in known]


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by path: texts by language and values by code stand for themselves, lists stay whole."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping) and name != "ordering":
            found |= {f"{name}.{key}": one for key, one in value.items()}
        else:
            found[name] = value
    return found


def _same(value: Any) -> Any:
    return None if value in ("", [], {}) else value


def _one(entry: Entry, path: str) -> dict[str, Any]:
    found = {change.path: change.before for change in entry.changes if change.path == path}
    if not found:
        raise NotThere
    return found


def _all(entries: Sequence[Entry]) -> dict[str, Any]:
    """What each field was before the oldest of these changes, which come newest first."""
    return {change.path: change.before for entry in entries for change in entry.changes}


def _by_field(wanted: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    fields: dict[str, dict[str, Any]] = {}
    for path, value in wanted.items():
        name, _dot, key = path.partition(".")
        fields.setdefault(name, {})[key] = value
    return fields


def _whole(product: Product, name: str, values: Mapping[str, Any]) -> Any:
    """The field as an edit takes it: texts of other languages stay, values of other codes are not named."""
    if "" in values:
        value = values[""]
        if name == "category_ids":
            return [found for told in value or [] if (found := parse_id(str(told)))]
        return "" if value is None else value
    if name == "attribute_values":
        return {code: "" if value is None else value for code, value in values.items()}
    held = dict(getattr(product, name) or {})
    return {key: value for key, value in (held | dict(values)).items() if value not in (None, "")}
