"""Reads products as they are edited, with prices, pictures, relations, variants and what their values point to: seven to
nine queries for any number of products."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from catalog.attribute_values import AttributeFacts
from catalog.documents import documents_of
from catalog.models import Attribute, Category, Family, ListPrice, Picture, Product, ProductRelation, TimedPrice
from catalog.payload import CategoryFacts, Draft, FamilyFacts, Linked, LinkedFile, LinkedProduct
from catalog.price_times import told
from kernel import tenancy
from kernel.ids import parse_id

LINKS = ("reference", "file")
COLUMNS = [c for c in Product.__table__.c if c.name not in {"tenant_id", "updated_at", "touched", "edit_version"}]


def read_drafts(session: Session, page_ids: Sequence[UUID]) -> list[Draft]:
    """The drafts of these products and parents (never of variants alone), each parent with all its variants."""
    mine = Product.tenant_id == tenancy.current()
    rows = session.execute(select(*COLUMNS).where(mine, or_(Product.id.in_(page_ids), Product.parent_id.in_(page_ids)))).mappings()
    drafts = {row["id"]: Draft(dict(row)) for row in rows}
    for product_id, currency, amount in session.execute(
        select(ListPrice.product_id, ListPrice.currency, ListPrice.amount).where(
            ListPrice.tenant_id == tenancy.current(), ListPrice.product_id.in_(list(drafts))
        )
    ):
        drafts[product_id].prices[currency] = str(amount)
    for product_id, times in _times(session, list(drafts)).items():
        drafts[product_id].price_times = times
    for picture in _pictures(session, list(drafts)):
        drafts[picture.product_id].pictures.append(
            {
                "id": str(picture.id),
                "alts": picture.alts,
                "width": picture.width,
                "height": picture.height,
                "renditions": picture.renditions,
            }
        )
    for product_id, kind, page_id in session.execute(_relations(list(drafts))):
        drafts[product_id].relations.setdefault(kind, []).append(page_id)
    for draft in drafts.values():
        parent_id = draft.row["parent_id"]
        if parent_id in drafts:
            drafts[parent_id].variants.append(draft)
    _link(session, list(drafts.values()))
    wanted = set(page_ids)
    return [draft for draft in drafts.values() if draft.id in wanted and draft.row["parent_id"] is None]


def _link(session: Session, drafts: Sequence[Draft]) -> None:
    """Finds what references and documents point to; one statement where the tenant has no such attribute."""
    mine = (Attribute.tenant_id == tenancy.current(), Attribute.kind.in_(LINKS))
    kinds = dict(session.execute(select(Attribute.code, Attribute.kind).where(*mine)).all())
    found: dict[str, set[UUID]] = {kind: set() for kind in LINKS}
    for draft in drafts if kinds else ():
        for code in draft.row["attribute_values"].keys() & kinds.keys():
            held = draft.row["attribute_values"][code]
            told = held.values() if isinstance(held, dict) else [held]
            found[kinds[code]] |= {i for part in told if (i := parse_id(str(part)))}
    linked = Linked()
    if found["reference"]:
        columns = (Product.id, func.coalesce(Product.parent_id, Product.id), Product.sku, Product.names)
        here = (Product.tenant_id == tenancy.current(), Product.id.in_(found["reference"]))
        rows = session.execute(select(*columns).where(*here))
        linked.products = {str(product_id): LinkedProduct(page_id, sku, names) for product_id, page_id, sku, names in rows}
    linked.files = {str(d.id): LinkedFile(d.file_key, d.name, d.content_type, d.bytes) for d in documents_of(session, list(found["file"]))}
    for draft in drafts:
        draft.linked = linked


def _times(session: Session, product_ids: Sequence[UUID]) -> dict[UUID, dict[str, list[list[Any]]]]:
    """Prices that hold for a time, as payloads have them (price_times.py)."""
    columns = (TimedPrice.product_id, TimedPrice.currency, TimedPrice.valid_from, TimedPrice.valid_to, TimedPrice.amount)
    mine = (TimedPrice.tenant_id == tenancy.current(), TimedPrice.product_id.in_(product_ids))
    found: dict[UUID, dict[str, list[list[Any]]]] = {}
    for product_id, currency, begins, ends, amount in session.execute(select(*columns).where(*mine).order_by(TimedPrice.valid_from)):
        row = [told(begins), told(ends) if ends else None, str(amount)]
        found.setdefault(product_id, {}).setdefault(currency, []).append(row)
    return found


def _pictures(session: Session, product_ids: list[UUID]) -> Iterable[Any]:
    columns = (Picture.id, Picture.product_id, Picture.alts, Picture.width, Picture.height, Picture.renditions)
    mine = (Picture.tenant_id == tenancy.current(), Picture.product_id.in_(product_ids), Picture.state == "ready")
    return session.execute(select(*columns).where(*mine).order_by(Picture.product_id, Picture.position, Picture.id))


def _relations(product_ids: list[UUID]) -> Select[UUID, str, UUID]:
    """Whose, of which kind, and the page on which the other product is shown: its parent's, where it is a variant."""
    here = (ProductRelation.tenant_id == tenancy.current(), ProductRelation.product_id.in_(product_ids))
    other = (Product.tenant_id == ProductRelation.tenant_id, Product.id == ProductRelation.target_product_id)
    columns = (ProductRelation.product_id, ProductRelation.kind, func.coalesce(Product.parent_id, Product.id))
    return select(*columns).where(*here, *other).order_by(ProductRelation.product_id, ProductRelation.kind, ProductRelation.position)


def read_attributes(session: Session) -> dict[str, AttributeFacts]:
    """All attributes of the tenant by code."""
    columns = (Attribute.code, Attribute.kind, Attribute.unit, Attribute.labels, Attribute.choices, Attribute.filterable)
    scope = (Attribute.is_axis, Attribute.position, Attribute.per_language, Attribute.per_market, Attribute.rules)
    mine = Attribute.tenant_id == tenancy.current()
    rows = session.execute(select(*columns, *scope).where(mine).order_by(Attribute.position, Attribute.code))
    return {row.code: facts_of(row) for row in rows}


def facts_of(row: Attribute | Row[Any]) -> AttributeFacts:
    """The attribute as the pure rules take it."""
    choices = {str(choice["code"]): choice.get("labels", {}) for choice in row.choices}
    is_seen = any(choice.get("swatch") for choice in row.choices)
    return AttributeFacts(
        row.code, row.kind, row.unit or "", row.labels, choices, row.filterable, row.is_axis, row.position, is_seen,
        row.per_language, row.per_market, row.rules,
    )  # fmt: skip


def read_families(session: Session) -> dict[UUID, FamilyFacts]:
    """All families of the tenant by id."""
    return {row.id: family_facts(row) for row in session.scalars(select(Family).where(Family.tenant_id == tenancy.current()))}


def family_facts(row: Family) -> FamilyFacts:
    """The family as the pure rules take it."""
    groups = tuple((group.get("labels", {}), tuple(group.get("attributes", ()))) for group in row.groups)
    return FamilyFacts(row.id, row.code, row.names, groups, tuple(row.required), tuple(row.needs), tuple(row.axes))


def read_categories(session: Session) -> dict[UUID, CategoryFacts]:
    """All categories of the tenant by id."""
    rows = session.scalars(select(Category).where(Category.tenant_id == tenancy.current()).order_by(Category.position, Category.code))
    return {row.id: CategoryFacts(row.id, row.code, row.names, tuple(row.path), row.parent_id, row.position) for row in rows}
