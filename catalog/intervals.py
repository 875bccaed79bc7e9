"""Rows that hold over an interval of versions: reading at a version, closing, adding, in batches.

Writes go through one statement per batch, because a statement per row would make
publishing twenty times slower. (COPY is closed to tables with row security.)
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, TextClause, or_, select, text, update
from sqlalchemy.orm import Session

from catalog.models import PublishedCategory, PublishedProduct
from kernel import tenancy
from kernel.ids import new_id


@dataclass(frozen=True)
class Place:
    """Which publication: a market in one language."""

    market_code: str
    language: str


@dataclass(frozen=True)
class NewRow:
    """A row to be added; `payload` is JSON text."""

    subject_id: UUID
    parent_id: UUID | None
    sku: str
    slug: str
    position: int
    category_ids: Sequence[str]
    currencies: Sequence[str]
    digest: bytes
    payload: str


def at(table: type[PublishedProduct] | type[PublishedCategory], version: int) -> ColumnElement[bool]:
    """The condition under which a row holds at `version`."""
    return (table.from_version <= version) & or_(table.to_version.is_(None), table.to_version > version)


def in_place(table: type[PublishedProduct] | type[PublishedCategory], place: Place) -> ColumnElement[bool]:
    """Rows of this publication of the current tenant."""
    return (table.tenant_id == tenancy.current()) & (table.market_code == place.market_code) & (table.language == place.language)


def open_products(session: Session, place: Place, page_ids: Sequence[UUID]) -> dict[UUID, Any]:
    """The rows that hold now, of these products and of variants below them: (product_id, parent_id, slug, digest) by product."""
    columns = (PublishedProduct.product_id, PublishedProduct.parent_id, PublishedProduct.slug, PublishedProduct.digest)
    these = or_(PublishedProduct.product_id.in_(page_ids), PublishedProduct.parent_id.in_(page_ids))
    rows = session.execute(select(*columns).where(in_place(PublishedProduct, place), PublishedProduct.to_version.is_(None), these))
    return {row.product_id: row for row in rows}


def past_slugs(session: Session, place: Place, product_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The newest slug of products that were published once, so that a returning product gets its old address."""
    rows = session.execute(
        select(PublishedProduct.product_id, PublishedProduct.slug)
        .where(in_place(PublishedProduct, place), PublishedProduct.product_id.in_(product_ids))
        .order_by(PublishedProduct.product_id, PublishedProduct.from_version)
    )
    return {row.product_id: row.slug for row in rows}


def taken_slugs(session: Session, place: Place, slugs: Sequence[str]) -> dict[str, UUID]:
    """Who holds these slugs now."""
    rows = session.execute(
        select(PublishedProduct.slug, PublishedProduct.product_id).where(
            in_place(PublishedProduct, place), PublishedProduct.to_version.is_(None), PublishedProduct.slug.in_(slugs)
        )
    )
    return {row.slug: row.product_id for row in rows}


def close_products(session: Session, place: Place, version: int, product_ids: Iterable[UUID]) -> None:
    """From `version` on these products' open rows hold no longer."""
    if ids := list(product_ids):
        here = (in_place(PublishedProduct, place), PublishedProduct.to_version.is_(None), PublishedProduct.product_id.in_(ids))
        session.execute(update(PublishedProduct).where(*here).values(to_version=version), execution_options={"synchronize_session": False})


def close_categories(session: Session, place: Place, version: int, category_ids: Iterable[UUID]) -> None:
    """Like `close_products`, for categories."""
    if ids := list(category_ids):
        here = (in_place(PublishedCategory, place), PublishedCategory.to_version.is_(None), PublishedCategory.category_id.in_(ids))
        session.execute(update(PublishedCategory).where(*here).values(to_version=version), execution_options={"synchronize_session": False})


# One JSON text per statement: psycopg would look at every character of an array of texts to escape it.
ADD_PRODUCTS = text(
    """
    INSERT INTO catalog.published_product (tenant_id, id, market_code, language, product_id, parent_id, sku, slug, position,
        category_ids, currencies, from_version, digest, payload)
    SELECT :tenant_id, n.id, :market_code, :language, n.subject, n.parent, n.sku, n.slug, n.position, n.categories, n.currencies,
        :version, decode(n.digest, 'hex'), n.payload
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (id uuid, subject uuid, parent uuid, sku text, slug text, position int,
        categories uuid[], currencies text[], digest text, payload jsonb)
    """
)

ADD_CATEGORIES = text(
    """
    INSERT INTO catalog.published_category (tenant_id, id, market_code, language, category_id, slug, from_version, digest, payload)
    SELECT :tenant_id, n.id, :market_code, :language, n.subject, n.slug, :version, decode(n.digest, 'hex'), n.payload
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS n (id uuid, subject uuid, slug text, digest text, payload jsonb)
    """
)


def _add(session: Session, statement: TextClause, place: Place, version: int, rows: Sequence[NewRow]) -> None:
    if not rows:
        return
    told = [
        {
            "id": new_id(),
            "subject": row.subject_id,
            "parent": row.parent_id,
            "sku": row.sku,
            "slug": row.slug,
            "position": row.position,
            "categories": row.category_ids,
            "currencies": row.currencies,
            "digest": row.digest.hex(),
            "payload": orjson.Fragment(row.payload),
        }
        for row in rows
    ]
    where = {"tenant_id": tenancy.current(), "market_code": place.market_code, "language": place.language, "version": version}
    session.execute(statement, where | {"rows": orjson.dumps(told).decode()})


def add_products(session: Session, place: Place, version: int, rows: Sequence[NewRow]) -> None:
    """Adds rows that hold from `version` on."""
    _add(session, ADD_PRODUCTS, place, version, rows)


def add_categories(session: Session, place: Place, version: int, rows: Sequence[NewRow]) -> None:
    """Like `add_products`, for categories."""
    _add(session, ADD_CATEGORIES, place, version, rows)
