"""Finding a row of the acting tenant, or NotThere; and lists in slices.

Every look-up names the tenant itself, so that it would hold without row security; row security is the second lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.db.base import TenantOwned
from kernel.errors import NotThere

R = TypeVar("R", bound=TenantOwned)
T = TypeVar("T")

MOST_PER_PAGE = 200
FURTHEST_PAGE = 10_000


@dataclass(frozen=True)
class Slice(Generic[T]):
    """One page of a list: its rows, the number of all rows, which page this is (from 1) and how many there are."""

    rows: Sequence[T]
    total: int
    page: int
    pages: int


def one(session: Session, actor: Actor, model: type[R], row_id: UUID, lock: bool = False) -> R:
    """The actor's tenant's row; NotThere for one that is missing or another tenant's. `lock`: until the end of the transaction."""
    query = select(model).where(model.tenant_id == actor.tenant_id, model.id == row_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotThere
    return found


def sliced(session: Session, query: Select[Any], page: int, per_page: int = 50) -> Slice[Any]:
    """One page of an ordered query, in two statements. Pages beyond the last show the last."""
    per_page = min(max(per_page, 1), MOST_PER_PAGE)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // per_page))
    page = min(max(page, 1), pages, FURTHEST_PAGE)
    return Slice(session.execute(query.limit(per_page).offset((page - 1) * per_page)).all(), total, page, pages)
