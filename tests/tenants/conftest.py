"""Shortcuts for the tests of this package: a transaction in a tenant, and who acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kernel.db.session import transaction
from kernel.tenancy import entering
from tenants import resolution

T = TypeVar("T")


@contextmanager
def inside(tenant_id: UUID, read_only: bool = False) -> Iterator[Session]:
    """A transaction in this tenant."""
    with entering(tenant_id), transaction(read_only) as session:
        yield session


def some(value: T | None) -> T:
    """The value, which is there."""
    assert value is not None
    return value


def affected(session: Session, statement: str) -> int:
    """How many rows an UPDATE or DELETE reaches."""
    return len(session.execute(text(f"{statement} RETURNING 1")).all())


def count(session: Session, table: str) -> int:
    """Rows of a table that this transaction may see."""
    return session.scalar(text(f"SELECT count(*) FROM {table}")) or 0


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    resolution.forget()
    yield
    resolution.forget()
