"""The life of a product by dates: new until a day, phased out from a day, at an end on a day. The worker does it (`keep_time`).

States and moves are the table PRODUCT (states.py). Somebody who edits may make any move that the table has; the calendar makes
those in DUE. What the calendar moves, shops show at once: the published row follows in a version of its own, in which nothing but
the state differs (state_changes.py). Other edits go on waiting for their publication.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from catalog.attribute_values import BadValue
from catalog.checking import Problems
from catalog.models import Product
from catalog.state_changes import publish_states
from catalog.states import PRODUCT
from kernel import audit, clock, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict
from kernel.i18n import gettext as _

DATES = ("new_until", "phase_out_from", "end_on")
BATCH = 500
# in this order: what is over ends, whatever else its dates say
DUE = (
    ("end_on", ("new", "ready", "phase_out"), "end"),
    ("phase_out_from", ("new", "ready"), "phase_out"),
    ("new_until", ("new",), "ready"),
)


def check_day(raw: Any) -> date | None:
    """A date, ISO text or nothing. Raises BadValue."""
    if raw is None or raw == "" or isinstance(raw, date):
        return raw or None
    try:
        return date.fromisoformat(str(raw).strip())
    except ValueError:
        raise BadValue(_("Please give a date.")) from None


def check_life(held: str | None, wanted: str | None, days: Mapping[str, date | None], problems: Problems) -> None:
    """Is the step from one state to the other in the table (`held` None: a new product), and do the days follow each other?"""
    if held is not None and wanted is not None and wanted not in reachable(held):
        problems.add("status", _("A product cannot go from this state to that one."), "no_such_move")
    told = [(name, day) for name in DATES if (day := days.get(name)) is not None]
    for (_earlier, before), (name, day) in pairwise(told):
        if day < before:
            problems.add(name, _("This day lies before the one of the state before."), "order")


def reachable(state: str) -> set[str]:
    """The states that the table leads to from this one, itself among them."""
    return {state, *(move.target for move in PRODUCT.allowed(state))}


def due_state(status: str, days: Mapping[str, date | None], today: date) -> str:
    """The state that a product with these days is in today. New until a day means: that day, too."""
    for name, sources, target in DUE:
        day = days.get(name)
        if day is not None and status in sources and (day < today if name == "new_until" else day <= today):
            return target
    return status


def keep_time(session: Session, actor: Actor) -> int:
    """Moves what is due today and has shops follow; returns how many products moved. While a market in which one of them is shown is
    being published nothing moves: the next turn does it. A chore."""
    try:
        with session.begin_nested():
            return _move_due(session, actor, clock.today())
    except Conflict:
        return 0


def _move_due(session: Session, actor: Actor, today: date) -> int:
    mine = (Product.tenant_id == tenancy.current(), _is_due(today))
    found = session.scalars(select(Product).where(*mine).order_by(Product.id).limit(BATCH).with_for_update()).all()
    states: dict[UUID, str] = {}
    for product in found:
        before = product.status
        product.status = due_state(before, {name: getattr(product, name) for name in DATES}, today)
        product.edit_version += 1
        states[product.id] = product.status
        audit.record(session, actor, "product.moved_on", "product", product.id, before={"status": before}, after={"status": product.status})
    session.flush()
    if states:
        publish_states(session, actor, states)
    return len(states)


def _is_due(today: date) -> ColumnElement[bool]:
    dated = func.coalesce(Product.new_until, Product.phase_out_from, Product.end_on).is_not(None)
    return and_(dated, or_(*(_one_due(name, sources, today) for name, sources, _target in DUE)))


def _one_due(name: str, sources: Sequence[str], today: date) -> ColumnElement[bool]:
    day = getattr(Product, name)
    return and_(Product.status.in_(sources), day < today if name == "new_until" else day <= today)
