"""Who acts? A guest, a person, a machine client or a job: known once per request, passed to every use case.

An actor carries permissions, plain strings of the form `noun.verb` (`catalog.edit`, `order.ship`).
The vocabulary lives in tenants/permissions.py; the kernel only compares strings.

Use cases are handed their actor. `acting` keeps it besides for what runs alongside: events and log lines.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from kernel import tenancy
from kernel.errors import NotAllowed, SignInNeeded


class ActorKind(StrEnum):
    """What sort of actor this is; decides which words the audit trail uses."""

    GUEST = "guest"
    PERSON = "person"
    MACHINE = "machine"
    JOB = "job"


@dataclass(frozen=True)
class Actor:
    """Whoever acts in `tenant_id`.

    `id` is the person's or machine client's id, None for guests and jobs. `company_id` is the company
    a buyer buys for. `visitor` is the random key of a guest's browser (their cart belongs to it).
    """

    kind: ActorKind
    tenant_id: UUID
    id: UUID | None = None
    name: str = ""
    permissions: frozenset[str] = field(default_factory=frozenset)
    company_id: UUID | None = None
    visitor: str | None = None
    session_id: UUID | None = None

    @classmethod
    def guest(cls, tenant_id: UUID, visitor: str | None = None) -> "Actor":
        """Somebody who has not signed in."""
        return cls(ActorKind.GUEST, tenant_id, visitor=visitor)

    @classmethod
    def job(cls, tenant_id: UUID, name: str, permissions: frozenset[str] = frozenset({"*"})) -> "Actor":
        """Work of our own for one tenant: jobs and commands, with all rights unless told otherwise."""
        return cls(ActorKind.JOB, tenant_id, name=name, permissions=permissions)

    @property
    def is_signed_in(self) -> bool:
        """True for everybody but guests."""
        return self.kind is not ActorKind.GUEST

    def can(self, permission: str) -> bool:
        """Does this actor hold the permission? `*` holds all of them."""
        return permission in self.permissions or "*" in self.permissions

    def must(self, permission: str) -> None:
        """Raises SignInNeeded for guests and NotAllowed for everybody else who lacks the permission."""
        if self.can(permission):
            return
        if not self.is_signed_in:
            raise SignInNeeded("Please sign in to go on.")
        raise NotAllowed("Your role does not include this. Ask an administrator of your company for it.", permission=permission)

    def as_json(self) -> dict[str, Any]:
        """What events, jobs and the audit trail keep of the actor."""
        return {"kind": self.kind.value, "id": str(self.id) if self.id else None, "name": self.name}

    @classmethod
    def on_behalf(cls, tenant_id: UUID, kept: Mapping[str, Any]) -> "Actor":
        """A job that goes on with what somebody (`as_json`) began: their id and name, the rights of the house."""
        whose = UUID(kept["id"]) if kept.get("id") else None
        return cls(ActorKind.JOB, tenant_id, id=whose, name=str(kept.get("name", "")), permissions=frozenset({"*"}))


_acting: ContextVar[Actor | None] = ContextVar("actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Everything inside the `with` is done by this actor, as far as events and log lines are concerned."""
    token = _acting.set(actor)
    try:
        yield actor
    finally:
        _acting.reset(token)


def current() -> Actor:
    """Who acts; a job without a name where nobody has been set (commands)."""
    return _acting.get() or Actor.job(tenancy.current(), "")


def current_or_none() -> Actor | None:
    """Who acts, for log lines."""
    return _acting.get()
