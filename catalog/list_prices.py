"""The brand's list prices, one per product and currency."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from catalog.checking import Problems, check_amount, check_currency
from catalog.models import ListPrice
from catalog.products import product_for
from kernel import audit, tenancy
from kernel.actors import Actor

UPSERT = text(
    """
    INSERT INTO catalog.list_price (tenant_id, id, product_id, currency, amount)
    SELECT :tenant, gen_random_uuid(), p.product_id, p.currency, p.amount
    FROM unnest(CAST(:products AS uuid[]), CAST(:currencies AS text[]), CAST(:amounts AS numeric[])) AS p (product_id, currency, amount)
    ON CONFLICT (tenant_id, product_id, currency) DO UPDATE SET amount = excluded.amount, updated_at = now()
    WHERE list_price.amount <> excluded.amount
    RETURNING product_id
    """
)


def set_list_prices(session: Session, actor: Actor, product_id: UUID, prices: Mapping[str, Any]) -> None:
    """Sets the list price in each named currency; an empty amount takes the price away. Raises Invalid at `prices.EUR`."""
    actor.must("price.edit")
    product = product_for(session, actor, product_id, lock=True)
    problems = Problems()
    kept: dict[str, Decimal] = {}
    gone: list[str] = []
    for currency, raw in prices.items():
        where = f"prices.{currency}"
        problems.trying(where, check_currency, currency)
        if raw in ("", None):
            gone.append(currency)
        elif (amount := problems.trying(where, check_amount, raw)) is not None:
            kept[currency] = amount
    problems.settle()
    before = prices_of(session, product.id)
    write_prices(session, [(product.id, currency, amount) for currency, amount in kept.items()])
    mine = (ListPrice.tenant_id == tenancy.current(), ListPrice.product_id == product.id, ListPrice.currency.in_(gone))
    session.execute(delete(ListPrice).where(*mine))
    after = prices_of(session, product.id)
    if after == before:
        return
    touch(session, [product.id])
    told = [{currency: str(amount) for currency, amount in prices.items()} for prices in (before, after)]
    audit.record(session, actor, "price.changed", "product", product.id, before=told[0], after=told[1])


def prices_of(session: Session, product_id: UUID) -> dict[str, Decimal]:
    """A product's list prices by currency."""
    query = select(ListPrice.currency, ListPrice.amount).where(ListPrice.tenant_id == tenancy.current(), ListPrice.product_id == product_id)
    return {row.currency: row.amount for row in session.execute(query.order_by(ListPrice.currency))}


def prices_of_all(session: Session, product_ids: Sequence[UUID]) -> dict[UUID, dict[str, Decimal]]:
    """Several products' list prices by currency; products without any are left out. One query."""
    columns = (ListPrice.product_id, ListPrice.currency, ListPrice.amount)
    query = select(*columns).where(ListPrice.tenant_id == tenancy.current(), ListPrice.product_id.in_(product_ids))
    found: dict[UUID, dict[str, Decimal]] = {}
    for row in session.execute(query.order_by(ListPrice.product_id, ListPrice.currency)):
        found.setdefault(row.product_id, {})[row.currency] = row.amount
    return found


def write_prices(session: Session, prices: Sequence[tuple[UUID, str, Decimal]]) -> set[UUID]:
    """Sets many prices in one statement; returns the products whose price moved. Neither checks nor authorises."""
    if not prices:
        return set()
    told = {
        "tenant": tenancy.current(),
        "products": [p[0] for p in prices],
        "currencies": [p[1] for p in prices],
        "amounts": [p[2] for p in prices],
    }
    return set(session.scalars(UPSERT, told))


def touch(session: Session, product_ids: Sequence[UUID]) -> None:
    """These products are looked at by the next publication (the trigger moves their number)."""
    if product_ids:
        statement = "UPDATE catalog.product SET updated_at = now() WHERE tenant_id = :tenant AND id = ANY (CAST(:ids AS uuid[]))"
        session.execute(text(statement), {"tenant": tenancy.current(), "ids": list(product_ids)})
