"""Editing products: one at a time, with field-level problems and without lost updates.

`ProductEdit` lists everything that may be edited; nothing else of a product can be reached through it.
What is written here is seen in shops after the next publication.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, func, or_, select
from sqlalchemy.orm import Session

from catalog import trade_numbers
from catalog.attribute_merging import merge_values
from catalog.attribute_values import BadValue, check_number, check_text
from catalog.checking import (
    LONGEST_NAME,
    LONGEST_SUMMARY,
    LONGEST_TEXT,
    Problems,
    check_axes,
    check_gtin,
    check_seen,
    check_sku,
    check_texts,
)
from catalog.classification import check_classes
from catalog.drafts import read_attributes
from catalog.lifecycle import DATES, check_day, check_life
from catalog.models import Category, Completeness, Product, PublishedProduct
from catalog.models.product import PRODUCT_STATUSES, TAX_CLASSES
from catalog.packaging import KNOWN
from catalog.packaging_checks import checked_together
from catalog.scoring import ScoredPlace
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, NotThere
from kernel.i18n import gettext as _

DEEPEST_PAGE = 100_000


@dataclass(frozen=True)
class ProductEdit:
    """What may be edited; None leaves a field as it is. `attribute_values` replaces the values of the codes it names;
    an empty value takes the attribute away."""

    sku: str | None = None
    status: str | None = None
    names: Mapping[str, str] | None = None
    summaries: Mapping[str, str] | None = None
    texts: Mapping[str, str] | None = None
    category_ids: Sequence[UUID] | None = None
    attribute_values: Mapping[str, Any] | None = None
    brand: str | None = None
    gtin: str | None = None
    unit: str | None = None
    manufacturer: str | None = None
    manufacturer_number: str | None = None
    customs_code: str | None = None
    origin_country: str | None = None
    classes: Mapping[str, str] | None = None
    new_until: date | str | None = None
    phase_out_from: date | str | None = None
    end_on: date | str | None = None
    packaging: Sequence[Mapping[str, Any]] | None = None
    ordering: Mapping[str, Any] | None = None
    weight_kg: Decimal | str | None = None
    tax_class: str | None = None
    position: int | None = None


@dataclass(frozen=True)
class ProductPage:
    """A page of the desk's list; `total` counts all pages."""

    products: list[Product]
    total: int
    page: int
    per_page: int


def make_product(session: Session, actor: Actor, edit: ProductEdit) -> Product:
    """A new product. Raises Invalid for what does not hold, also for an article number that is taken."""
    actor.must("catalog.edit")
    product = Product(tenant_id=tenancy.current(), kind="product", sku=edit.sku or "", attribute_values={}, axes=[])
    after = apply_edit(session, product, edit)
    session.add(product)
    session.flush()
    audit.record(session, actor, "product.made", "product", product.id, after=after)
    return product


def edit_product(session: Session, actor: Actor, product_id: UUID, edit: ProductEdit, seen: int | None = None) -> Product:
    """Changes a product. `seen` is the `edit_version` the editor saw. Raises Invalid, NotThere, Conflict (edited meanwhile)."""
    actor.must("catalog.edit")
    product = product_for(session, actor, product_id, lock=True)
    check_seen(product.edit_version, seen)
    before = {name: _told(getattr(product, name)) for name in edited_fields(edit)}
    after = apply_edit(session, product, edit)
    if before == after:
        return product
    product.edit_version += 1
    session.flush()
    audit.record(session, actor, "product.edited", "product", product.id, before=before, after=after)
    return product


def remove_product(session: Session, actor: Actor, product_id: UUID) -> None:
    """Takes away a product that was never published, with its variants. Raises Conflict otherwise: end it instead."""
    actor.must("catalog.edit")
    product = product_for(session, actor, product_id, lock=True)
    family = list(session.scalars(_mine().where(or_(Product.id == product.id, Product.parent_id == product.id)).with_for_update()))
    seen = PublishedProduct.product_id.in_([p.id for p in family])
    if session.scalar(select(func.count()).where(PublishedProduct.tenant_id == tenancy.current(), seen)):
        raise Conflict("This product has been published. Set its status to ended instead.", code="published")
    for member in sorted(family, key=lambda p: p.parent_id is None):
        session.delete(member)
        session.flush()
    audit.record(session, actor, "product.removed", "product", product.id, before={"sku": product.sku})


def product_for(session: Session, actor: Actor, product_id: UUID, lock: bool = False) -> Product:
    """The tenant's product. Raises NotThere."""
    actor.must("catalog.view")
    query = _mine().where(Product.id == product_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


def list_products(
    session: Session,
    actor: Actor,
    text: str = "",
    status: str | None = None,
    category_id: UUID | None = None,
    page: int = 1,
    per_page: int = 50,
    gaps: tuple[ScoredPlace, str] | None = None,
) -> ProductPage:
    """The desk's list, by article number: products and parents whose number, name or a variant's number contains `text`.

    `gaps`: a place, and "complete", "open" (something is missing there) or "held" (so much that it is not published there).
    """
    actor.must("catalog.view")
    query = _mine().where(Product.parent_id.is_(None))
    if status:
        query = query.where(Product.status == status)
    if category_id:
        within = select(Category.id).where(Category.tenant_id == tenancy.current(), Category.path.contains([category_id]))
        query = query.where(Product.category_ids.overlap(func.array(within.scalar_subquery())))
    if text := text.strip()[:100]:
        query = query.where(_contains(text))
    if gaps:
        query = query.where(Product.id.in_(_scored(*gaps)))
    page, per_page = max(1, min(page, DEEPEST_PAGE)), max(1, min(per_page, 200))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session.scalars(query.order_by(Product.sku).offset((page - 1) * per_page).limit(per_page))
    return ProductPage(list(found), total, page, per_page)


def list_by_number(session: Session, actor: Actor, after: str = "", most: int = 50) -> tuple[list[Product], bool]:
    """Products, parents and variants by article number, beginning after the number `after`; whether these are the last."""
    actor.must("catalog.view")
    rows = list(session.scalars(_mine().where(Product.sku > after).order_by(Product.sku).limit(most + 1)))
    return rows[:most], len(rows) <= most


def edited_fields(edit: ProductEdit) -> list[str]:
    """The names of the fields that the edit sets."""
    return [field.name for field in fields(edit) if getattr(edit, field.name) is not None]


def apply_edit(session: Session, product: Product, edit: ProductEdit) -> dict[str, Any]:
    """Checks everything and sets what the edit names; returns the new values for the audit trail. Raises Invalid."""
    problems = Problems()
    values = _checked(edit, problems)
    if product.parent_id is None and not values.get("sku", product.sku):
        problems.add("sku", _("An article number has 1 to 80 characters."))
    if ("sku" in values and values["sku"] != product.sku) or product not in session:
        _check_free(session, values.get("sku") or product.sku, product.id, problems)
    if edit.category_ids is not None:
        values["category_ids"] = _check_categories(session, edit.category_ids, problems)
    if edit.attribute_values is not None:
        known = read_attributes(session)
        held = product.attribute_values or {}
        values["attribute_values"] = merge_values(session, known, product.id, held, edit.attribute_values, problems)
    if edit.classes is not None:
        values["classes"] = check_classes(session, product.classes or {}, edit.classes, problems)
    values |= _units(product, edit, values, problems)
    days = {name: values[name] if name in values else getattr(product, name) for name in DATES}
    check_life(product.status if product in session else None, values.get("status"), days, problems)
    problems.settle()
    if product in session and product.parent_id is not None and "attribute_values" in values:
        _check_place_among_variants(session, product, values["attribute_values"])
    for name, value in values.items():
        setattr(product, name, value)
    return {name: _told(value) for name, value in values.items()}


def _checked(edit: ProductEdit, problems: Problems) -> dict[str, Any]:
    checks: dict[str, Any] = {
        "sku": check_sku,
        "names": lambda raw: check_texts(raw, LONGEST_NAME),
        "summaries": lambda raw: check_texts(raw, LONGEST_SUMMARY),
        "texts": lambda raw: check_texts(raw, LONGEST_TEXT),
        "brand": lambda raw: check_text(raw, 120) or "",
        "gtin": check_gtin,
        "unit": lambda raw: _one_of(raw, KNOWN),
        "tax_class": lambda raw: _one_of(raw, TAX_CLASSES),
        "status": lambda raw: _one_of(raw, PRODUCT_STATUSES),
        "weight_kg": _weight,
        "position": int,
        **dict.fromkeys(DATES, check_day),
        **trade_numbers.CHECKS,
    }
    named = [name for name in edited_fields(edit) if name in checks]
    return {name: problems.trying(name, checks[name], getattr(edit, name)) for name in named}


def _units(product: Product, edit: ProductEdit, values: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """Packaging units and order quantities that the edit touches, checked against the others that stay."""
    if edit.packaging is None and edit.ordering is None and (edit.unit is None or not product.packaging):
        return {}
    packaging = (product.packaging or []) if edit.packaging is None else edit.packaging
    ordering = (product.ordering or {}) if edit.ordering is None else edit.ordering
    kept, rule = checked_together(values.get("unit") or product.unit or "C62", packaging, ordering, problems)
    return {"packaging": kept, "ordering": rule}


def _one_of(raw: str, allowed: Any) -> str:
    if raw not in allowed:
        raise BadValue(_("Please choose one of the list."))
    return raw


def _weight(raw: Any) -> Decimal | None:
    if raw == "":
        return None
    weight = Decimal(check_number(raw))
    if not 0 <= weight < 10_000_000:
        raise BadValue(_("A weight is zero or more."))
    return round(weight, 4)


def _check_free(session: Session, sku: str | None, product_id: UUID | None, problems: Problems) -> None:
    taken = select(Product.id).where(Product.tenant_id == tenancy.current(), Product.sku == sku)
    if (found := session.scalar(taken)) and found != product_id:
        problems.add("sku", _("Another product has this article number."), "taken")


def _check_categories(session: Session, wanted: Sequence[UUID], problems: Problems) -> list[UUID]:
    ids = list(dict.fromkeys(wanted))
    known = set(session.scalars(select(Category.id).where(Category.tenant_id == tenancy.current(), Category.id.in_(ids))))
    if len(known) < len(ids):
        problems.add("category_ids", _("One of the categories does not exist."), "unknown_category")
    return ids


def _contains(text: str) -> Any:
    pattern = "%" + text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
    variant_of = select(Product.parent_id).where(
        Product.tenant_id == tenancy.current(), Product.parent_id.is_not(None), Product.sku.ilike(pattern)
    )
    return or_(Product.sku.ilike(pattern), cast(Product.names, Text).ilike(pattern), Product.id.in_(variant_of))


def _scored(place: ScoredPlace, gaps: str) -> Select[UUID]:
    """Products whose kept completeness in the place is as asked."""
    here = (Completeness.tenant_id == tenancy.current(), Completeness.market_code == place.market_code)
    chosen = {"complete": Completeness.percent == 100, "open": Completeness.percent < 100, "held": Completeness.is_held}[gaps]
    return select(Completeness.product_id).where(*here, Completeness.language == place.language, chosen)


def _check_place_among_variants(session: Session, variant: Product, values: Mapping[str, Any]) -> None:
    parent = session.scalars(_mine().where(Product.id == variant.parent_id)).one()
    others = session.scalars(_mine().where(Product.parent_id == variant.parent_id, Product.id != variant.id)).all()
    check_axes(parent.axes, values, [other.attribute_values for other in others])


def _told(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [v if isinstance(v, dict) else str(v) for v in value]
    return value


def _mine() -> Select[Product]:
    return select(Product).where(Product.tenant_id == tenancy.current())
