"""The same request key gives the same answer and one effect (as Stripe does it; draft-ietf-httpapi-idempotency-key).

`begin` comes first in the request's transaction, `finish` last, so that the kept answer and the effect are committed
together or not at all: a process killed before the commit has done nothing, one killed after it has kept the answer.
Keys belong to a tenant and an actor, are good for KEEP_HOURS, and go with the cleaning job.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel import tenancy
from kernel.actors import Actor
from kernel.db.locks import try_lock
from kernel.errors import Conflict, Invalid
from kernel.models import IdempotencyKey

KEEP_HOURS = 48
LONGEST_KEY = 255
SHORTEST_GUEST_KEY = 16


class KeyUsedOtherwise(Invalid):
    """The key was sent before with another request."""

    code = "idempotency_mismatch"


class StillRunning(Conflict):
    """The first request with this key has not been answered yet."""

    code = "idempotency_running"


@dataclass(frozen=True)
class KeptAnswer:
    """What the first request was answered."""

    status: int
    body: bytes
    headers: dict[str, str]


def begin(session: Session, actor: Actor, route: str, key: str, request: bytes) -> KeptAnswer | None:
    """The kept answer, or None: then go on, and call `finish` in the same transaction.

    `route` is method and path, `request` the raw body: together they say whether it is the same request. Raises
    StillRunning (409) while the first one runs, KeyUsedOtherwise (422), Invalid for a key that cannot be one.
    """
    owner = _owner(actor, key)
    request_hash = _hash(route, request)
    session.info[_note(owner, route, key)] = request_hash
    if not try_lock(session, f"idempotency:{owner}:{key}"):
        raise StillRunning("A request with this key is still being worked on. Please try again in a moment.")
    row = session.execute(
        select(IdempotencyKey.request_hash, IdempotencyKey.status, IdempotencyKey.body, IdempotencyKey.headers).where(
            IdempotencyKey.tenant_id == tenancy.current(),
            IdempotencyKey.owner == owner,
            IdempotencyKey.key == key,
            IdempotencyKey.expires_at > func.now(),
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request_hash != request_hash:
        raise KeyUsedOtherwise(message="This idempotency key was used before for a different request. Please take a fresh one.")
    return KeptAnswer(row.status, row.body, row.headers)


def finish(session: Session, actor: Actor, route: str, key: str, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    """Keeps the answer to the request that `begin` was called with; commits with the effect."""
    owner = _owner(actor, key)
    values = {
        "request_hash": session.info.pop(_note(owner, route, key)),
        "status": status,
        "headers": headers or {},
        "body": body,
        "created_at": func.now(),
        "expires_at": func.now() + timedelta(hours=KEEP_HOURS),
    }
    names = {"tenant_id": tenancy.current(), "owner": owner, "key": key}
    # an expired key that has not been cleaned yet is overwritten
    session.execute(insert(IdempotencyKey).values(**names, **values).on_conflict_do_update(index_elements=list(names), set_=values))


def clean(session: Session) -> int:
    """Removes expired keys of the current tenant; returns how many."""
    gone = delete(IdempotencyKey).where(IdempotencyKey.tenant_id == tenancy.current(), IdempotencyKey.expires_at <= func.now())
    return cast("CursorResult[object]", session.execute(gone)).rowcount


def _owner(actor: Actor, key: str) -> str:
    if not 0 < len(key) <= LONGEST_KEY or not key.isprintable():
        raise Invalid.at("Idempotency-Key", "An idempotency key has 1 to 255 printable characters.")
    if actor.id is not None:
        return str(actor.id)
    if actor.visitor:
        return f"visitor:{actor.visitor}"
    # nothing else tells guests apart, so the key itself must be hard to guess
    if len(key) < SHORTEST_GUEST_KEY:
        raise Invalid.at("Idempotency-Key", "Without signing in, an idempotency key needs at least 16 characters.")
    return "guest"


def _note(owner: str, route: str, key: str) -> str:
    return f"idempotency {owner} {route} {key}"


def _hash(route: str, request: bytes) -> bytes:
    return hashlib.sha256(route.encode() + b"\n" + request).digest()
