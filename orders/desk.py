"""The orders desk: lists of orders, for staff and for customers, newest first.

Pages continue from the last row's time and id (keyset), so that the hundredth page costs what the first does and no
order is shown twice while new ones come in. Search goes by beginnings (number, mail address, family name, company)
and uses indexes only: its cost does not grow with the number of orders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from kernel.actors import Actor
from kernel.errors import SignInNeeded
from orders.models import Order
from orders.models.order import OPEN_STATES
from orders.snapshot import family_first
from tenants.wording import name_key

PER_PAGE = 50
MOST_PER_PAGE = 200
LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True)
class After:
    """Where a page ends: the last row's time and id."""

    placed_at: datetime
    id: UUID


@dataclass(frozen=True)
class OrdersPage:
    """Orders, newest first; `next` is None on the last page."""

    orders: list[Order]
    next: After | None


@dataclass(frozen=True)
class OrderFilter:
    """What to list. Empty fields do not narrow; `placed_from` counts in, `placed_before` does not."""

    states: Sequence[str] = ()
    text: str = ""
    market_code: str = ""
    placed_from: datetime | None = None
    placed_before: datetime | None = None


def list_orders(
    session: Session, actor: Actor, wanted: OrderFilter | None = None, after: After | None = None, limit: int = PER_PAGE
) -> OrdersPage:
    """All orders of the tenant (permission order.view)."""
    actor.must("order.view")
    query = select(Order).where(Order.tenant_id == actor.tenant_id, *_conditions(wanted or OrderFilter()))
    return _page(session, query, after, limit)


def count_open(session: Session, actor: Actor) -> dict[str, int]:
    """How many orders there are in each state that still wants something done (permission order.view). Finished ones
    are not counted: their number grows for ever and tells nobody anything."""
    actor.must("order.view")
    rows = session.execute(
        select(Order.state, func.count()).where(Order.tenant_id == actor.tenant_id, Order.state.in_(OPEN_STATES)).group_by(Order.state)
    )
    found = dict.fromkeys(OPEN_STATES, 0)
    for state, number in rows:
        found[state] = number
    return found


def my_orders(session: Session, actor: Actor, after: After | None = None, limit: int = PER_PAGE) -> OrdersPage:
    """What the signed-in buyer has ordered, and what others have ordered for the company he buys for."""
    if actor.id is None:
        raise SignInNeeded("Please sign in to see your orders.")
    mine: ColumnElement[bool] = Order.owner_id == actor.id
    if actor.company_id is not None:
        mine = or_(mine, Order.company_id == actor.company_id)
    return _page(session, select(Order).where(Order.tenant_id == actor.tenant_id, mine), after, limit)


def _page(session: Session, query: Select[Order], after: After | None, limit: int) -> OrdersPage:
    limit = max(1, min(limit, MOST_PER_PAGE))
    if after is not None:
        query = query.where(tuple_(Order.placed_at, Order.id) < (after.placed_at, after.id))
    found = list(session.scalars(query.order_by(Order.placed_at.desc(), Order.id.desc()).limit(limit + 1)))
    more, orders = len(found) > limit, found[:limit]
    return OrdersPage(orders, After(orders[-1].placed_at, orders[-1].id) if more else None)


def _conditions(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.states:
        conditions.append(Order.state.in_(list(wanted.states)))
    if wanted.market_code:
        conditions.append(Order.market_code == wanted.market_code)
    if wanted.placed_from is not None:
        conditions.append(Order.placed_at >= wanted.placed_from)
    if wanted.placed_before is not None:
        conditions.append(Order.placed_at < wanted.placed_before)
    if text := wanted.text.strip():
        conditions.append(_found_by(text))
    return conditions


def _found_by(text: str) -> ColumnElement[bool]:
    name = name_key(text)
    found = [Order.number == text.lstrip("#").strip(), _begins(Order.email_key, text.lower())]
    if name:
        found += [_begins(Order.buyer_key, name), _begins(Order.company_key, name)]
    if (turned := family_first(text)) != name:
        found.append(_begins(Order.buyer_key, turned))
    return or_(*found)


def _begins(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    # a range instead of LIKE: behind row security only leakproof comparisons may use an index
    return and_(column >= text, column < text + LAST_LETTER)
