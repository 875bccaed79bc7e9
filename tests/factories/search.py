"""The goods of the engines' checks (catalog/search/checks/goods.py) in the embedded index, and agreements to look through."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.orm import Session

from catalog.models import Agreement, Overlay
from catalog.search.checks.goods import GOODS, titled
from catalog.search.checks.goods import id_of as product_id
from catalog.search.checks.goods import product as document
from catalog.search.documents import SearchDocument
from catalog.search.indexing import apply_changes
from catalog.search.provider import SearchResult, SearchScope, SearchSource
from kernel.db.session import transaction
from kernel.ids import new_id
from kernel.tenancy import entering

__all__ = ["GOODS", "document", "explained", "index", "index_goods", "names", "overlay", "own_scope", "product_id", "share", "titled"]


def index(
    tenant_id: UUID, documents: Iterable[SearchDocument], market: str = "eu", language: str = "en", removed: Iterable[UUID] = ()
) -> None:
    """Publishes these documents, in a transaction of its own."""
    with entering(tenant_id), transaction() as session:
        apply_changes(session, market, language, documents, removed)


def index_goods(tenant_id: UUID) -> None:
    """All of GOODS in market eu, English."""
    index(tenant_id, [document(tenant_id, name) for name in GOODS])


def own_scope(tenant_id: UUID, market: str = "eu", language: str = "en", currency: str = "EUR") -> SearchScope:
    """A brand's own shop."""
    return SearchScope(tenant_id, currency, (SearchSource(tenant_id, market, language),))


def share(brand_id: UUID, partner_id: UUID, market: str = "eu", state: str = "active") -> UUID:
    """An agreement between the two; its id."""
    with entering(brand_id), transaction() as session:
        made = Agreement(
            tenant_id=brand_id, partner_tenant_id=partner_id, name="Test", market_code=market, state=state, valid_from=date(2026, 1, 1)
        )
        session.add(made)
        session.flush()
        return made.id


def overlay(session: Session, partner_id: UUID, brand_id: UUID, agreement_id: UUID, name: str, **values: Any) -> None:
    """What the partner lays over one product or variant."""
    session.add(
        Overlay(
            tenant_id=partner_id,
            id=new_id(),
            agreement_id=agreement_id,
            source_tenant_id=brand_id,
            product_id=product_id(brand_id, name),
            **values,
        )
    )
    session.flush()


def names(result: SearchResult, *tenant_ids: UUID) -> list[str]:
    """The hits by short name, in order; an id of nobody's goods is an error."""
    known = {product_id(tenant_id, name): name for tenant_id in tenant_ids for name in GOODS}
    return [known[hit.product_id] for hit in result.hits]


def explained(session: Session, statement: str, parameters: Any) -> list[str]:
    """The plan's lines; values of a list are numbered in the statement (kernel/db/statements.py), others have names."""
    asked = "EXPLAIN (COSTS OFF) " + statement
    if not isinstance(parameters, list):
        return list(session.connection().exec_driver_sql(asked, parameters).scalars())
    driver: Any = session.connection().connection.dbapi_connection
    return [row[0] for row in psycopg.RawCursor(driver).execute(asked, parameters).fetchall()]
