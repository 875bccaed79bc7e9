"""Moments: instants at which something happens by itself, to the second: a planned publication, a price that begins.

    arrange(session, "catalog.plans", [plan.at])       # in the transaction that decides it
    when("catalog.plans", start_due)                   # def start_due(session) -> None, at the start of the process

The worker asks once every few seconds, in one query for all tenants, who has a moment that has passed, and calls the
function inside that tenant and a transaction of its own. What is due then is the function's to find out: it looks at
its own rows by the database's clock, with locks, so that a second worker or a second call does nothing. The moment is
struck off in the same transaction; a function that fails is called again at the next turn.

Moments called SHOP move the tenant's stamp (kernel/stamps.py) without anybody's doing: they are counted where the
stamp is read, so that kept pages end with that moment whether a worker is alive or not.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel import logs, tenancy
from kernel.actors import Actor, acting
from kernel.db.session import retrying, transaction
from kernel.models import Moment

log = logging.getLogger(__name__)
SHOP = "shop"
LONGEST_NAME = 60
_functions: dict[str, Callable[[Session], object]] = {}


@dataclass(frozen=True)
class Due:
    """Whose moment has passed, and what it is for."""

    tenant_id: UUID
    name: str


def when(name: str, call: Callable[[Session], object]) -> None:
    """From now on `call` deals with moments of this name; ValueError for a name that is too long for the table."""
    if len(name) > LONGEST_NAME:
        raise ValueError(f"the name {name} is too long")
    _functions[name] = call


def arrange(session: Session, name: str, moments: Iterable[datetime]) -> None:
    """The current tenant's function of this name is called at each of these instants, soon where one has passed already.
    The same instant twice is one moment."""
    rows = [{"tenant_id": tenancy.current(), "name": name, "at": at} for at in sorted(set(moments))]
    if rows:
        session.execute(insert(Moment).values(rows).on_conflict_do_nothing())


def passed(session: Session, name: str) -> list[datetime]:
    """The current tenant's moments of this name that have come, by the database's clock."""
    return list(session.scalars(select(Moment.at).where(*_mine(name), Moment.at <= func.now()).order_by(Moment.at)))


def strike_off(session: Session, name: str) -> int:
    """Forgets the moments that have come; returns how many."""
    gone = delete(Moment).where(*_mine(name), Moment.at <= func.now()).returning(Moment.at)
    return len(session.scalars(gone).all())


def find_due() -> list[Due]:
    """Every tenant with a moment that has come and that somebody here deals with. One query over all tenants."""
    with tenancy.outside(), transaction(read_only=True) as session:
        query = select(Moment.tenant_id, Moment.name).where(Moment.at <= func.now(), Moment.name.in_(list(_functions))).distinct()
        return [Due(row.tenant_id, row.name) for row in session.execute(query)]


def run_due() -> int:
    """Calls the function of each moment that has come, tenant by tenant; returns for how many it failed."""
    failed = 0
    for due in find_due():
        with tenancy.entering(due.tenant_id), acting(Actor.job(due.tenant_id, due.name)), logs.binding(job=due.name):
            try:
                retrying(lambda name=due.name: _once(name))  # type: ignore[misc]
            except Exception:
                failed += 1
                log.exception("moment failed")
    return failed


def _once(name: str) -> None:
    with transaction() as session:
        _functions[name](session)
        strike_off(session, name)


def _mine(name: str) -> tuple[ColumnElement[bool], ...]:
    return (Moment.tenant_id == tenancy.current(), Moment.name == name)
