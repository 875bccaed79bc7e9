"""A small brand's catalog for tests, made through the use cases: categories, products, publications, agreements.

    with entering(brand.id), transaction() as session:
        make_market(session, brand.id, "eu")
        bikes = make_category(session, brand.id, "bikes")
        bike = make_product(session, brand.id, "BK-1", name="Pine bike", price="1299.00", category=bikes)
        publish_all(session, brand.id, "eu")
    share(brand.id, partner.id, low="-10", high="15")

Functions that take a session work in the entered tenant; `share` and `in_tenant` enter by themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.agreements import accept, offer
from catalog.attributes import AttributeEdit
from catalog.attributes import make_attribute as make_attribute_in
from catalog.categories import make_category as make_category_in
from catalog.list_prices import set_list_prices
from catalog.models import Agreement, Attribute, Category, Product
from catalog.product_kinds import add_variant, make_parent
from catalog.products import ProductEdit
from catalog.products import make_product as make_product_in
from catalog.publishing import Published, publish
from catalog.terms import Terms
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.tenancy import entering

EVERYTHING_FROM = date(2020, 1, 1)


def somebody(tenant_id: UUID, *permissions: str) -> Actor:
    """A member of staff with these permissions, or all of them."""
    return Actor.job(tenant_id, "Clara Wen", frozenset(permissions or {"*"}))


@contextmanager
def in_tenant(tenant_id: UUID) -> Iterator[Session]:
    """A transaction in the tenant."""
    with entering(tenant_id), transaction() as session:
        yield session


def make_category(session: Session, tenant_id: UUID, code: str, parent: Category | None = None, **names: str) -> Category:
    """A category; its English name is its code with a capital where none is given."""
    told = names or {"en": code.replace("-", " ").capitalize()}
    return make_category_in(session, somebody(tenant_id), code, told, parent.id if parent else None)


def make_attribute(session: Session, tenant_id: UUID, code: str, kind: str = "text", choices: Sequence[str] = (), **edit: Any) -> Attribute:
    """An attribute; choices are given by their codes and labelled with a capital in English."""
    told = [{"code": c, "labels": {"en": c.capitalize()}} for c in choices]
    wanted = AttributeEdit(**{"labels": {"en": code.capitalize()}, "choices": told, **edit})
    return make_attribute_in(session, somebody(tenant_id), code, kind, wanted)


def make_product(
    session: Session,
    tenant_id: UUID,
    sku: str,
    name: str = "",
    price: str | None = "10.00",
    currency: str = "EUR",
    category: Category | None = None,
    **edit: Any,
) -> Product:
    """A product ready for publishing."""
    told = {"status": "ready", "names": {"en": name or sku}, "category_ids": [category.id] if category else [], **edit}
    product = make_product_in(session, somebody(tenant_id), ProductEdit(sku=sku, **told))
    if price is not None:
        set_list_prices(session, somebody(tenant_id), product.id, {currency: price})
    return product


def make_variants(
    session: Session, tenant_id: UUID, parent: Product, axis: str, prices: Mapping[str, str], currency: str = "EUR"
) -> list[Product]:
    """Turns the product into a parent that varies by `axis` and gives it a variant per value: {"s": "100.00", "m": "110.00"}."""
    actor = somebody(tenant_id)
    make_parent(session, actor, parent.id, [axis])
    made = [add_variant(session, actor, parent.id, f"{parent.sku}-{value}", {axis: value}) for value in prices]
    for variant, price in zip(made, prices.values(), strict=True):
        set_list_prices(session, actor, variant.id, {currency: price})
    return made


def publish_all(session: Session, tenant_id: UUID, market: str = "eu") -> Published:
    """The market's next version."""
    return publish(session, somebody(tenant_id), market)


def terms(name: str = "Shared catalog", market: str = "eu", low: str | None = "-10", high: str | None = "15", **wanted: Any) -> Terms:
    """Terms with a corridor of −10 % to +15 % where nothing else is said."""
    corridor = {"corridor_low_percent": low and Decimal(low), "corridor_high_percent": high and Decimal(high)}
    return Terms(**{"name": name, "market_code": market, "valid_from": EVERYTHING_FROM, **corridor, **wanted})


def share(brand_id: UUID, *partner_ids: UUID, **wanted: Any) -> list[Agreement]:
    """An agreement in force with each partner; opens transactions of its own."""
    made = []
    for partner_id in partner_ids:
        with in_tenant(brand_id) as session:
            offered = offer(session, somebody(brand_id), partner_id, terms(**wanted))
        with in_tenant(partner_id) as session:
            made.append(accept(session, somebody(partner_id), offered.id))
    return made
