"""Variants: a product becomes a parent whose variants differ by axes (attributes that allow it), and gets variants.

Two variants of one parent never have the same values on all axes.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.checking import check_axes
from catalog.drafts import read_attributes
from catalog.models import Product
from catalog.products import ProductEdit, apply_edit, product_for
from kernel import audit, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict, Invalid
from kernel.i18n import gettext as _

MOST_AXES = 3
MOST_VARIANTS = 500


def make_parent(session: Session, actor: Actor, product_id: UUID, axes: Sequence[str]) -> Product:
    """From now on one buys variants of this product. Raises Invalid for axes that cannot be, Conflict where it is a variant."""
    actor.must("catalog.edit")
    product = product_for(session, actor, product_id, lock=True)
    if product.parent_id is not None:
        raise Conflict("A variant cannot have variants of its own.", code="is_variant")
    if variants_of(session, actor, product.id) and list(axes) != product.axes:
        raise Conflict("The axes stay as they are while there are variants.", code="has_variants")
    known = read_attributes(session)
    if not 1 <= len(set(axes)) == len(axes) <= MOST_AXES:
        raise Invalid.at("axes", _("Variants differ by one to three attributes."))
    if wrong := [code for code in axes if code not in known or not known[code].is_axis]:
        raise Invalid.at("axes", _("Variants cannot differ by “%(code)s”.") % {"code": wrong[0][:80]})
    product.kind = "variant_parent"
    product.axes = list(axes)
    product.edit_version += 1
    session.flush()
    audit.record(session, actor, "product.made_parent", "product", product.id, after={"axes": list(axes)})
    return product


def add_variant(
    session: Session, actor: Actor, parent_id: UUID, sku: str, values: Mapping[str, Any], edit: ProductEdit | None = None
) -> Product:
    """A variant with a value on every axis of its parent. Raises Invalid for missing, wrong or doubled values."""
    actor.must("catalog.edit")
    parent = product_for(session, actor, parent_id, lock=True)
    if parent.kind != "variant_parent":
        raise Conflict("Choose first what the variants differ by.", code="no_parent")
    siblings = variants_of(session, actor, parent.id)
    if len(siblings) >= MOST_VARIANTS:
        raise Invalid.at("sku", _("A product has at most %(count)s variants.") % {"count": MOST_VARIANTS})
    variant = Product(tenant_id=tenancy.current(), kind="variant", parent_id=parent.id, sku="", attribute_values={}, axes=[])
    told = {**(edit.attribute_values or {} if edit else {}), **values}
    wanted = {k: v for k, v in vars(edit).items() if v is not None} if edit else {}
    start = {"status": parent.status, "unit": parent.unit, "tax_class": parent.tax_class, "brand": parent.brand}
    after = apply_edit(session, variant, ProductEdit(**{**start, **wanted, "sku": sku, "attribute_values": told}))
    check_axes(parent.axes, variant.attribute_values, [s.attribute_values for s in siblings])
    session.add(variant)
    session.flush()
    audit.record(session, actor, "variant.made", "product", variant.id, after={**after, "parent": parent.sku})
    return variant


def variants_of(session: Session, actor: Actor, parent_id: UUID) -> list[Product]:
    """A parent's variants by position and article number."""
    actor.must("catalog.view")
    mine = (Product.tenant_id == tenancy.current(), Product.parent_id == parent_id)
    return list(session.scalars(select(Product).where(*mine).order_by(Product.position, Product.sku)))
