"""Shortcuts for the tests of this package: a transaction in a tenant, and who acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from kernel import settings
from kernel.db.session import transaction
from kernel.events import TASK_PREFIX
from kernel.jobs import tasks
from kernel.models import OutboxRow
from kernel.tenancy import entering
from tenants import resolution

T = TypeVar("T")


@contextmanager
def inside(tenant_id: UUID, read_only: bool = False) -> Iterator[Session]:
    """A transaction in this tenant."""
    with entering(tenant_id), transaction(read_only) as session:
        yield session


@contextmanager
def recorded(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent over the engine's connections."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def some(value: T | None) -> T:
    """The value, which is there."""
    assert value is not None
    return value


def affected(session: Session, statement: str) -> int:
    """How many rows an UPDATE or DELETE reaches."""
    return len(session.execute(text(f"{statement} RETURNING 1")).all())


def run_tasks(tenant_id: UUID) -> int:
    """Does what the worker would do: this package's tasks that wait, once each, in order; returns how many."""
    with inside(tenant_id) as session:
        waiting = select(OutboxRow).where(OutboxRow.name.startswith(f"{TASK_PREFIX}tenants."), OutboxRow.deferred_at.is_(None))
        rows = list(session.scalars(waiting.order_by(OutboxRow.id)))
        for row in rows:
            row.deferred_at = func.now()
        session.flush()
        for row in rows:
            session.refresh(row)
    with entering(tenant_id):
        for row in rows:
            tasks.run(row)
    return len(rows)


def count(session: Session, table: str) -> int:
    """Rows of a table that this transaction may see."""
    return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Nothing of other tests: no tenants resolved, and the settings that a fresh installation has."""
    others = settings.current()
    settings.use(None)
    resolution.forget()
    yield
    resolution.forget()
    settings.use(others)
