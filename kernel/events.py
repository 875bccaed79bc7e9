"""Events: what happened, told to whoever listens, without the teller knowing them.

An event is a frozen dataclass in `<package>/events.py`; `publish` writes it to the outbox in the same transaction, so
that it is told if and only if the change is committed. app/wiring.py says who listens. Handlers run in the worker, each
in a transaction of its own together with its mark in `event_handled`: delivered at least once, effective once.

    @dataclass(frozen=True)
    class OrderPlaced(Event):
        order_id: UUID

    publish(session, OrderPlaced(order.id))
    subscribe(OrderPlaced, tell_the_customer)      # def tell_the_customer(session, actor, event) -> None
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.orm import Session

from kernel import actors, clock, logs, tenancy
from kernel.actors import Actor
from kernel.ids import new_id
from kernel.models import OutboxRow

TASK_PREFIX = "task:"
# every event runs through these two
MARK = text(
    "INSERT INTO kernel.event_handled (tenant_id, event_id, handler) VALUES (:tenant, :event, :handler)"
    " ON CONFLICT DO NOTHING RETURNING event_id"
)
SETTLE = text("UPDATE kernel.outbox SET settled_at = now() WHERE tenant_id = :tenant AND id = :row")

E = TypeVar("E", bound="Event")

_classes: dict[str, type["Event"]] = {}
_handlers: dict[str, list["Handler"]] = {}
_adapters: dict[str, TypeAdapter[Any]] = {}
_current_id: ContextVar[UUID | None] = ContextVar("event_id", default=None)


class UnknownEvent(LookupError):
    """No class of this name is known here: the row comes from a newer version of the program."""


@dataclass(frozen=True)
class Event:
    """Base of all events. Fields are JSON-able: UUID, str, int, bool, Decimal, date, datetime, lists and dicts of them."""

    name: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.name = f"{cls.__module__.split('.')[0]}.{cls.__name__}"
        known = _classes.get(cls.name)
        if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
            raise TypeError(f"two events are called {cls.name}")
        _classes[cls.name] = cls

    def lock(self) -> str | None:
        """Events of one tenant with the same lock are handled one after the other, in order. None: no order."""
        return None


@dataclass(frozen=True)
class Handler:
    """A listener: its name marks what it has dealt with, so it must not change while events are under way. `wanted` says
    whether it has anything to do with an event at all; None: always."""

    name: str
    call: Callable[[Session, Actor, Any], None]
    wanted: Callable[[Session, Any], bool] | None = None


def subscribe(
    event: type[E],
    handler: Callable[[Session, Actor, E], None],
    name: str | None = None,
    wanted: Callable[[Session, E], bool] | None = None,
) -> None:
    """From now on `handler` hears every `event`, or those of which `wanted` says, in the transaction that publishes them,
    that it would do something. Subscribing the same handler again changes nothing."""
    listed = _handlers.setdefault(event.name, [])
    entry = Handler(name or f"{handler.__module__}.{handler.__qualname__}", handler, wanted)
    if entry not in listed:
        if any(h.name == entry.name for h in listed):
            raise ValueError(f"two handlers of {event.name} are called {entry.name}")
        listed.append(entry)


def publish(session: Session, event: Event, actor: Actor | None = None) -> UUID:
    """Writes the event to the outbox of the current tenant; returns its id. `actor` defaults to who is acting. What none
    of its listeners wants is written down and settled at once: nothing has to be carried."""
    row = add_row(session, event.name, _adapter(type(event)).dump_python(event, mode="json"), actor, event.lock())
    listed = _handlers.get(event.name)
    if listed and not any(handler.wanted is None or handler.wanted(session, event) for handler in listed):
        row.deferred_at = row.settled_at = clock.now()
    return row.id


def add_row(session: Session, name: str, payload: dict[str, Any], actor: Actor | None, lock: str | None) -> OutboxRow:
    """One outbox row in the current tenant and transaction; for events here and tasks in kernel/jobs/tasks.py."""
    row = OutboxRow(
        tenant_id=tenancy.current(),
        id=new_id(),
        name=name,
        payload=payload,
        actor=(actor or actors.current()).as_json(),
        request_id=logs.request_id(),
        lock=lock,
    )
    session.add(row)
    return row


def handlers_of(name: str) -> list[Handler]:
    """Who listens to the event of this name. Raises UnknownEvent."""
    if name not in _classes:
        raise UnknownEvent(name)
    return list(_handlers.get(name, ()))


def read(row: OutboxRow) -> Event:
    """The event that was written to the row. Raises UnknownEvent."""
    event_class = _classes.get(row.name)
    if event_class is None:
        raise UnknownEvent(row.name)
    event: Event = _adapter(event_class).validate_python(row.payload)
    return event


def handle(session: Session, row: OutboxRow, handler: Handler) -> bool:
    """Lets one handler deal with the event, unless it has done so before; True where it ran.

    The mark and the handler's effects are committed together. Where two workers try at once, the second waits for the
    first one's commit and then finds the mark.
    """
    fresh = session.execute(MARK, {"tenant": row.tenant_id, "event": row.id, "handler": handler.name}).one_or_none()
    if fresh is None:
        return False
    with _delivering(row.id):
        handler.call(session, Actor.on_behalf(row.tenant_id, row.actor), read(row))
    return True


def settle(session: Session, row: OutboxRow) -> None:
    """Every handler is done: the row may be trimmed after a while."""
    session.execute(SETTLE, {"tenant": row.tenant_id, "row": row.id})


def current_id() -> UUID:
    """The id of the event that is being handled: a key for calls to the outside that must not happen twice."""
    event_id = _current_id.get()
    if event_id is None:
        raise RuntimeError("no event is being handled")
    return event_id


@contextmanager
def _delivering(event_id: UUID) -> Iterator[None]:
    token = _current_id.set(event_id)
    try:
        yield
    finally:
        _current_id.reset(token)


def _adapter(event_class: type[Event]) -> TypeAdapter[Any]:
    adapter = _adapters.get(event_class.name)
    if adapter is None:
        adapter = _adapters[event_class.name] = TypeAdapter(event_class)
    return adapter
