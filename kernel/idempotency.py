"""The same request key gives the same answer and one effect (as Stripe does it; draft-ietf-httpapi-idempotency-key).

`begin` comes first in the request's transaction, `finish` last, so that the kept answer and the effect are committed
together or not at all: a process killed before the commit has done nothing, one killed after it has kept the answer.
Keys belong to a tenant and an actor, are good for KEEP_HOURS, and go with the cleaning job.

Answers hold orders, addresses and whatever an interface may show only once. They are kept sealed (AES-256-GCM) with a key
that takes the installation's secret and the request itself: whoever reads the table, or a backup, reads nothing, and only
who sends the same request again gets the answer (docs/decisions/0011-kept-answers-are-sealed.md).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import CursorResult, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel import settings, tenancy
from kernel.actors import Actor
from kernel.db.locks import try_lock
from kernel.errors import Conflict, Invalid
from kernel.models import IdempotencyKey

# as long as Stripe keeps them: programs try again within minutes, a night's outage is covered
KEEP_HOURS = 24
NONCE_BYTES = 12
LONGEST_KEY = 255
SHORTEST_GUEST_KEY = 16


class KeyUsedOtherwise(Invalid):
    """The key was sent before with another request."""

    code = "idempotency_mismatch"


class StillRunning(Conflict):
    """The first request with this key has not been answered yet."""

    code = "idempotency_running"


class AnswerGone(Conflict):
    """The request has had its effect, but its answer can no longer be read: the installation's key was changed since."""

    code = "idempotency_answer_gone"


@dataclass(frozen=True)
class KeptAnswer:
    """What the first request was answered. `headers` name and place what was made; they are kept as they are."""

    status: int
    body: bytes
    headers: dict[str, str]


def begin(session: Session, actor: Actor, route: str, key: str, request: bytes) -> KeptAnswer | None:
    """The kept answer, or None: then go on, and call `finish` in the same transaction.

    `route` is method and path, `request` the raw body: together they say whether it is the same request. Raises
    StillRunning (409) while the first one runs, KeyUsedOtherwise (422), AnswerGone (409), Invalid for a key that cannot be one.
    """
    owner = _owner(actor, key)
    request_hash, sealing_key = _hash(route, request), _sealing_key(owner, route, key, request)
    session.info[_note(owner, route, key)] = (request_hash, sealing_key)
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
    return KeptAnswer(row.status, _opened(row.body, sealing_key, request_hash), row.headers)


def finish(session: Session, actor: Actor, route: str, key: str, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    """Keeps the answer to the request that `begin` was called with; commits with the effect."""
    owner = _owner(actor, key)
    request_hash, sealing_key = session.info.pop(_note(owner, route, key))
    nonce = secrets.token_bytes(NONCE_BYTES)
    values = {
        "request_hash": request_hash,
        "status": status,
        "headers": headers or {},
        "body": nonce + AESGCM(sealing_key).encrypt(nonce, body, request_hash),
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


def _sealing_key(owner: str, route: str, key: str, request: bytes) -> bytes:
    """256 bits; all parts but the last have a length in front, so that no two sets of parts give the same message."""
    parts = [part.encode() for part in (str(tenancy.current()), owner, route, key)]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts) + request
    return hmac.new(settings.current().signing_key, b"kept answer\n" + message, hashlib.sha256).digest()


def _opened(kept: bytes, sealing_key: bytes, request_hash: bytes) -> bytes:
    try:
        return AESGCM(sealing_key).decrypt(kept[:NONCE_BYTES], kept[NONCE_BYTES:], request_hash)
    except (InvalidTag, ValueError) as error:
        raise AnswerGone(
            "This request was carried out before, but its answer can no longer be shown. Please look up what it made."
        ) from error


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
