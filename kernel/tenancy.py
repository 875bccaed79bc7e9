"""Which tenant is this? The one place that knows, for requests, jobs and commands alike.

The answer lives in a context variable: set by `entering`, read by `current`. The database session
copies it into PostgreSQL at every BEGIN (kernel/db/session.py); caches, files, jobs, log lines and
search filters take it from here and from nowhere else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

_tenant: ContextVar[UUID | None] = ContextVar("tenant", default=None)


class NoTenant(RuntimeError):
    """Something that belongs to a tenant was touched outside of any tenant: a fault in our code."""


@contextmanager
def entering(tenant_id: UUID) -> Iterator[UUID]:
    """Everything inside the `with` belongs to this tenant; nesting is allowed and restores the outer one."""
    token = _tenant.set(tenant_id)
    try:
        yield tenant_id
    finally:
        _tenant.reset(token)


@contextmanager
def outside() -> Iterator[None]:
    """No tenant at all: for host look-up, start-up checks and the outbox relay. Row security shows nothing here."""
    token = _tenant.set(None)
    try:
        yield
    finally:
        _tenant.reset(token)


def current() -> UUID:
    """The tenant of the running request, job or command. Raises NoTenant where there is none."""
    tenant_id = _tenant.get()
    if tenant_id is None:
        raise NoTenant("no tenant has been entered")
    return tenant_id


def current_or_none() -> UUID | None:
    """Like `current`, for code that also runs outside of any tenant (logs, session start)."""
    return _tenant.get()
