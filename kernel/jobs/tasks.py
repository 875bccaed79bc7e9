"""Tasks: longer work that a use case asks for in its transaction and the worker does afterwards.

A task opens its own transactions (many, where it takes long), may run again from the start after a crash, and is
therefore written so that a second run finds what the first has done.

    @task("catalog.import")
    def run_import(actor: Actor, args: dict[str, Any]) -> None: ...

    defer(session, "catalog.import", {"run_id": str(run.id)}, lock="catalog.import")
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.events import TASK_PREFIX, add_row
from kernel.models import OutboxRow

Task = Callable[[Actor, dict[str, Any]], None]

_tasks: dict[str, Task] = {}
_long: set[str] = set()
_sweeping: set[str] = set()


class UnknownTask(LookupError):
    """No task of this name is known here: the row comes from a newer version of the program."""


def task(name: str, long: bool = False, sweeps: bool = False) -> Callable[[Task], Task]:
    """Makes the function the task `name`; ValueError where the name is taken by another function.

    `long`: it may run for more than some seconds. Long tasks run one at a time in a worker, beside everything else.
    `sweeps`: one run does everything that waits under its lock, so that several requests become one run (kernel/relay.py).
    """

    def register(function: Task) -> Task:
        known = _tasks.get(name)
        if known is not None and (known.__module__, known.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"two tasks are called {name}")
        _tasks[name] = function
        if long:
            _long.add(TASK_PREFIX + name)
        if sweeps:
            _sweeping.add(TASK_PREFIX + name)
        return function

    return register


def defer(session: Session, name: str, args: dict[str, Any], lock: str | None = None, actor: Actor | None = None) -> UUID:
    """Asks for the task once this transaction is committed; returns the request's id.

    Tasks of one tenant with the same `lock` run one after the other, in order. `args` are JSON-able.
    """
    if name not in _tasks:
        raise UnknownTask(name)
    return add_row(session, TASK_PREFIX + name, args, actor, lock).id


def long_names() -> list[str]:
    """The outbox names of all long tasks."""
    return sorted(_long)


def sweeping_names() -> list[str]:
    """The outbox names of all tasks that do in one run what several requests asked for."""
    return sorted(_sweeping)


def is_task(row: OutboxRow) -> bool:
    """Is the row a request for a task (and not an event)?"""
    return row.name.startswith(TASK_PREFIX)


def run(row: OutboxRow) -> None:
    """Runs the task that the row asks for. Raises UnknownTask and whatever the task raises."""
    name = row.name.removeprefix(TASK_PREFIX)
    if name not in _tasks:
        raise UnknownTask(name)
    _tasks[name](Actor.on_behalf(row.tenant_id, row.actor), row.payload)
