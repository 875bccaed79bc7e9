"""The audit trail: who changed what, and proof that nobody has changed the trail.

`record` adds a row in the change's own transaction; the application's database role may never change or remove one.
`seal` (a chore, every ten seconds) puts the entries that are not yet sealed into the tenant's hash chain, in batches,
so that business transactions never wait for each other on the chain's end. A seal lists its entries by id: one that is
committed late is simply sealed later. `verify` recomputes everything and names what does not hold: changed, removed or
reordered entries, changed, removed or reordered seals, and entries that were slipped in behind the chain's back.

A chain cannot notice that its own end was cut off. Each seal's hash is therefore also written to the log, and
`verify` takes the last hash known from there.
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, func, select
from sqlalchemy.orm import Session

from kernel import logs, tenancy
from kernel.actors import Actor
from kernel.db.locks import try_lock, wait_lock
from kernel.ids import first_id
from kernel.models import AuditEntry, AuditSeal

log = logging.getLogger(__name__)

SEAL_BATCH = 500
GENESIS = bytes(32)
# no transaction lives so long: entries are looked for this far behind the last one that was sealed
LATE_HOURS = 6

_COLUMNS = (
    AuditEntry.id,
    AuditEntry.at,
    AuditEntry.actor_kind,
    AuditEntry.actor_id,
    AuditEntry.actor_name,
    AuditEntry.action,
    AuditEntry.object_type,
    AuditEntry.object_id,
    # jsonb as text: the server writes it in one canonical order, and no figure passes through a float
    cast(AuditEntry.before, Text).label("before"),
    cast(AuditEntry.after, Text).label("after"),
    AuditEntry.request_id,
)


@dataclass(frozen=True)
class Flaw:
    """Something that does not hold: `where` names the seal or the entry, `what` says what is wrong with it."""

    where: str
    what: str


@dataclass(frozen=True)
class Report:
    """The result of a check: how much was read, the chain's last hash (hexadecimal) and every flaw."""

    seals: int
    entries: int
    waiting: int
    head: str
    flaws: tuple[Flaw, ...]

    @property
    def holds(self) -> bool:
        """Nothing was tampered with."""
        return not self.flaws


def record(
    session: Session,
    actor: Actor,
    action: str,
    object_type: str,
    object_id: UUID | str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Adds an entry to the current tenant's trail: `record(session, actor, "price.changed", "product", product.id, …)`.

    `before` and `after` hold the fields that changed; secrets in them are struck out by name.
    """
    session.add(
        AuditEntry(
            tenant_id=tenancy.current(),
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            actor_name=actor.name,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            before=None if before is None else logs.redacted(before),
            after=None if after is None else logs.redacted(after),
            request_id=logs.request_id(),
        )
    )


def seal(session: Session, batch: int = SEAL_BATCH) -> int:
    """Seals up to `batch` committed entries of the current tenant; returns how many. One process at a time."""
    if not try_lock(session, "audit.seal"):
        return 0
    last = session.execute(
        select(AuditSeal.seq, AuditSeal.hash).where(AuditSeal.tenant_id == tenancy.current()).order_by(AuditSeal.seq.desc()).limit(1)
    ).one_or_none()
    entries = _unsealed(session, batch)
    if not entries:
        return 0
    seq, prev = (last.seq + 1, last.hash) if last else (1, GENESIS)
    digest = _digest(entries)
    link = AuditSeal(
        tenant_id=tenancy.current(),
        seq=seq,
        entry_ids=[e.id for e in entries],
        digest=digest,
        prev_hash=prev,
        hash=_link(seq, prev, digest),
    )
    session.add(link)
    session.flush()
    log.info("audit sealed", extra={"seq": seq, "entries": len(entries), "head": link.hash.hex()})
    return len(entries)


def verify(session: Session, known_head: str | None = None) -> Report:
    """Checks the whole trail of the current tenant. `known_head` is a hash that some seal must have (from the log)."""
    wait_lock(session, "audit.seal")
    flaws: list[Flaw] = []
    prev, expected_seq, seals, read = GENESIS, 1, 0, 0
    heads: set[str] = set()
    seen: set[UUID] = set()
    rows = session.scalars(
        select(AuditSeal).where(AuditSeal.tenant_id == tenancy.current()).order_by(AuditSeal.seq).execution_options(yield_per=20)
    )
    for row in rows:
        name = f"seal {row.seq}"
        seals += 1
        if row.seq != expected_seq:
            flaws.append(Flaw(name, f"seal {expected_seq} is missing"))
        if row.prev_hash != prev:
            flaws.append(Flaw(name, "does not follow the seal before it"))
        if row.hash != _link(row.seq, row.prev_hash, row.digest):
            flaws.append(Flaw(name, "its hash does not hold"))
        read += len(row.entry_ids)
        flaws += _check_entries(session, row, seen)
        prev, expected_seq = row.hash, row.seq + 1
        heads.add(row.hash.hex())
    if known_head is not None and known_head not in heads:
        flaws.append(Flaw("chain", f"no seal has the known hash {known_head}: its end was cut off"))
    waiting, slipped = _leftover(session)
    flaws += [Flaw(f"entry {i}", "lies before the last seal but in none") for i in slipped]
    return Report(seals, read, waiting, prev.hex(), tuple(flaws))


def _unsealed(session: Session, batch: int) -> Sequence[Any]:
    """Entries in no seal, oldest first; only those after the horizon need be looked for."""
    horizon = _horizon(session)
    sealed = select(func.unnest(AuditSeal.entry_ids)).where(AuditSeal.tenant_id == tenancy.current())
    wanted = select(*_COLUMNS).where(AuditEntry.tenant_id == tenancy.current())
    if horizon is not None:
        # an entry is older than its seal; twice the span, because two clocks are compared
        sealed = sealed.where(AuditSeal.made_at >= horizon - timedelta(hours=LATE_HOURS))
        wanted = wanted.where(AuditEntry.id >= first_id(horizon))
    return session.execute(wanted.where(AuditEntry.id.not_in(sealed)).order_by(AuditEntry.id).limit(batch)).all()


def _horizon(session: Session) -> datetime | None:
    """Everything before this instant is sealed: entries are sealed oldest first, and none is committed LATE_HOURS after
    it was made. None where nothing has been sealed."""
    last = session.scalar(
        select(AuditSeal.entry_ids).where(AuditSeal.tenant_id == tenancy.current()).order_by(AuditSeal.seq.desc()).limit(1)
    )
    if not last:
        return None
    return datetime.fromtimestamp((last[-1].int >> 80) / 1000, UTC) - timedelta(hours=LATE_HOURS)


def _check_entries(session: Session, row: AuditSeal, seen: set[UUID]) -> list[Flaw]:
    name = f"seal {row.seq}"
    where = (AuditEntry.tenant_id == tenancy.current()) & AuditEntry.id.in_(row.entry_ids)
    found = {e.id: e for e in session.execute(select(*_COLUMNS).where(where))}
    missing = [i for i in row.entry_ids if i not in found]
    flaws = [Flaw(name, f"entry {i} was removed") for i in missing]
    if any(i in seen for i in row.entry_ids):
        flaws.append(Flaw(name, "holds an entry that is sealed already"))
    seen.update(row.entry_ids)
    if not missing and _digest([found[i] for i in row.entry_ids]) != row.digest:
        flaws.append(Flaw(name, "an entry was changed, or their order"))
    return flaws


def _leftover(session: Session) -> tuple[int, list[UUID]]:
    """(entries that still wait for their seal, ids of those that are too old to be waiting)."""
    sealed = select(func.unnest(AuditSeal.entry_ids)).where(AuditSeal.tenant_id == tenancy.current())
    mine = (AuditEntry.tenant_id == tenancy.current()) & AuditEntry.id.not_in(sealed)
    horizon = _horizon(session)
    ids = session.scalars(select(AuditEntry.id).where(mine)).all()
    slipped = [i for i in ids if horizon is not None and i < first_id(horizon)]
    return len(ids) - len(slipped), slipped


def _digest(entries: Sequence[Any]) -> bytes:
    """SHA-256 over every column of every entry, each with its length in front, so that nothing can move between columns."""
    digest = hashlib.sha256()
    for entry in entries:
        for value in entry:
            text = b"\x00" if value is None else b"\x01" + _plain(value).encode()
            digest.update(len(text).to_bytes(8, "big") + text)
    return digest.digest()


def _plain(value: Any) -> str:
    return str(value.timestamp()) if hasattr(value, "timestamp") else str(value)


def _link(seq: int, prev: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(seq.to_bytes(8, "big") + prev + digest).digest()
