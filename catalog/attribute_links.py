"""Values that point elsewhere: references to products, documents, and texts that no two products may share.

People and files name a product by article number and a document by its file name; ids are kept. A handful of statements
however many values are looked at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, select
from sqlalchemy.orm import Session

from catalog.attribute_values import AttributeFacts, BadValue, values_of
from catalog.models import Document, Product
from kernel import tenancy
from kernel.db.locks import wait_lock
from kernel.i18n import gettext as _
from kernel.ids import parse_id

LINKS = ("reference", "file")


@dataclass
class Links:
    """What names stand for: {name: id} of products (article numbers) and of documents (file names); ids stand for themselves."""

    products: dict[str, UUID] = field(default_factory=dict)
    documents: dict[str, UUID] = field(default_factory=dict)

    def settle(self, facts: AttributeFacts, value: Any) -> Any:
        """The value with ids in place of names, place by place. Raises BadValue for a name that stands for nothing."""
        if facts.kind not in LINKS or value is None:
            return value
        if isinstance(value, Mapping):
            return {place: self._one(facts.kind, str(told)) for place, told in value.items()}
        return self._one(facts.kind, str(value))

    def _one(self, kind: str, name: str) -> str:
        known = self.products if kind == "reference" else self.documents
        if name not in known:
            if kind == "reference":
                raise BadValue(_("There is no product with the article number %(sku)s.") % {"sku": name[:80]})
            raise BadValue(_("There is no document called %(name)s.") % {"name": name[:80]})
        return str(known[name])


def links_for(session: Session, known: Mapping[str, AttributeFacts], values: Iterable[Mapping[str, Any]]) -> Links:
    """Looks up everything that these values (by code) name. Two statements at most, none where nothing is named."""
    names: dict[str, set[str]] = {kind: set() for kind in LINKS}
    for told in values:
        for code, value in told.items():
            kind = known[code].kind if code in known else ""
            if kind in LINKS and value:
                names[kind].update(str(part) for part in (value.values() if isinstance(value, Mapping) else [value]) if part)
    links = Links()
    if wanted := names["reference"]:
        ids = [found for name in wanted if (found := parse_id(name))]
        mine = (Product.tenant_id == tenancy.current(), Product.sku.in_(wanted) | Product.id.in_(ids))
        for product_id, sku in session.execute(select(Product.id, Product.sku).where(*mine)):
            links.products |= {sku: product_id, str(product_id): product_id}
    if wanted := names["file"]:
        ids = [found for name in wanted if (found := parse_id(name))]
        here = (Document.tenant_id == tenancy.current(), Document.name.in_(wanted) | Document.id.in_(ids))
        for document_id, name in session.execute(select(Document.id, Document.name).where(*here).order_by(Document.created_at)):
            links.documents |= {name: document_id, str(document_id): document_id}
    return links


def taken_values(
    session: Session, known: Mapping[str, AttributeFacts], values: Sequence[tuple[UUID | None, Mapping[str, Any]]]
) -> dict[tuple[str, str], UUID]:
    """Who holds the values that must be unique, of those that are looked at: {(code, value): product}.

    `values` are (product, its values by code). Waits for others who look at the same attributes, so that two never both find
    a value free.
    """
    wanted: dict[str, set[str]] = {}
    for _product_id, told in values:
        for code, value in told.items():
            if code in known and known[code].rules.get("is_unique") and isinstance(value, str):
                wanted.setdefault(code, set()).add(value)
    found: dict[tuple[str, str], UUID] = {}
    for code in sorted(wanted):
        wait_lock(session, f"catalog.unique {code}")
        held = cast(Product.attribute_values[code].astext, String)
        mine = (Product.tenant_id == tenancy.current(), Product.attribute_values.has_key(code), held.in_(wanted[code]))
        found |= {(code, value): product_id for product_id, value in session.execute(select(Product.id, held).where(*mine))}
    return found


def linked_ids(known: Mapping[str, AttributeFacts], values: Iterable[Mapping[str, Any]]) -> dict[str, set[UUID]]:
    """The ids that kept values point to, by kind."""
    found: dict[str, set[UUID]] = {kind: set() for kind in LINKS}
    for held in values:
        for code, value in held.items():
            facts = known.get(code)
            if facts and facts.kind in LINKS:
                found[facts.kind] |= {i for part in values_of(facts, value).values() if (i := parse_id(str(part)))}
    return found


def article_numbers(session: Session, ids: Iterable[UUID]) -> dict[str, str]:
    """Article numbers of products by id as text."""
    if not (wanted := list(ids)):
        return {}
    mine = (Product.tenant_id == tenancy.current(), Product.id.in_(wanted))
    return {str(product_id): sku for product_id, sku in session.execute(select(Product.id, Product.sku).where(*mine))}


def is_taken() -> str:
    """Why a value is refused that another product has."""
    return _("Another product has this value.")
