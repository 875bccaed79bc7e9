"""Keys with which a foreign shop's program reads the feed of one agreement, and nothing else.

The partner makes and revokes them; the brand sees that they are there and may stop each of them with a row of its own.
A key is 256 random bits, shown once and kept as a hash; it is sent as a bearer token.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.agreements import agreement_for
from catalog.checking import LONGEST_NAME
from catalog.models import FeedKey, FeedStop
from kernel import audit, tenancy
from kernel.actors import Actor, ActorKind
from kernel.db.statements import Statement
from kernel.errors import Conflict, Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id, new_token, token_hash

PREFIX = "gf_"
READ = "feed.read"
MOST_KEYS = 20
LONGEST_KEY = 200
LONGEST_KEY_NAME = min(80, LONGEST_NAME)

_BY_SECRET = Statement(
    """
    SELECT k.id, k.name FROM catalog.feed_key k
    WHERE k.tenant_id = :tenant_id AND k.secret_hash = :hash AND k.state = 'active' AND NOT EXISTS (
        SELECT FROM catalog.feed_stop s WHERE s.tenant_id = k.source_tenant_id AND s.feed_key_id = k.id)
    """
)


@dataclass(frozen=True)
class NewKey:
    """A key with the secret that is shown this once."""

    key: FeedKey
    secret: str


@dataclass(frozen=True)
class KnownKey:
    """A key as either side sees it. `stopped`: by the brand."""

    key: FeedKey
    stopped: FeedStop | None

    @property
    def works(self) -> bool:
        """Does it open the feed, while the agreement is in force?"""
        return self.key.state == "active" and self.stopped is None


def make_key(session: Session, actor: Actor, agreement_id: UUID, name: str) -> NewKey:
    """A key for one program, by the partner. Raises Invalid without a name, Conflict beyond twenty that work."""
    agreement = agreement_for(session, actor, agreement_id, "partner", lock=False)
    actor.must("agreement.accept")
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > LONGEST_KEY_NAME:
        raise Invalid.at("name", _("Please name the program (at most 80 characters)."), "required")
    if sum(known.works for known in list_keys(session, actor, agreement.id)) >= MOST_KEYS:
        raise Conflict(_("There can be at most %(count)s keys.") % {"count": MOST_KEYS})
    secret = PREFIX + new_token()
    key = FeedKey(
        tenant_id=tenancy.current(),
        id=new_id(),
        agreement_id=agreement.id,
        source_tenant_id=agreement.tenant_id,
        name=cleaned,
        hint=f"…{secret[-4:]}",
        secret_hash=token_hash(secret),
        state="active",
        made_by=actor.name[:120],
    )
    session.add(key)
    session.flush()
    audit.record(session, actor, "feed_key.make", "agreement", agreement.id, after=_told(key))
    return NewKey(key, secret)


def revoke_key(session: Session, actor: Actor, agreement_id: UUID, key_id: UUID) -> FeedKey:
    """The partner takes a key back, at once and for good."""
    agreement = agreement_for(session, actor, agreement_id, "partner")
    actor.must("agreement.accept")
    mine = (FeedKey.tenant_id == tenancy.current(), FeedKey.agreement_id == agreement.id, FeedKey.id == key_id)
    key = session.scalar(select(FeedKey).where(*mine).with_for_update())
    if key is None:
        raise NotThere
    key.state = "revoked"
    session.flush()
    audit.record(session, actor, "feed_key.revoke", "agreement", agreement.id, after=_told(key))
    return key


def stop_key(session: Session, actor: Actor, agreement_id: UUID, key_id: UUID) -> FeedStop:
    """The brand stops a partner's key, at once and for good. Stopping twice is stopping once."""
    agreement = agreement_for(session, actor, agreement_id, "brand", lock=True)
    actor.must("agreement.offer")
    known = next((one for one in list_keys(session, actor, agreement.id) if one.key.id == key_id), None)
    if known is None:
        raise NotThere
    if known.stopped is not None:
        return known.stopped
    stop = FeedStop(
        tenant_id=tenancy.current(),
        id=new_id(),
        agreement_id=agreement.id,
        partner_tenant_id=agreement.partner_tenant_id,
        feed_key_id=key_id,
        stopped_by=actor.name[:120],
    )
    session.add(stop)
    session.flush()
    audit.record(session, actor, "feed_key.stop", "agreement", agreement.id, after=_told(known.key))
    return stop


def list_keys(session: Session, actor: Actor, agreement_id: UUID) -> Sequence[KnownKey]:
    """The keys to an agreement's feed, newest first, for both sides. Raises NotThere for an agreement of others."""
    agreement = agreement_for(session, actor, agreement_id)
    stop = (FeedStop.tenant_id == FeedKey.source_tenant_id) & (FeedStop.feed_key_id == FeedKey.id)
    query = select(FeedKey, FeedStop).outerjoin(FeedStop, stop).where(FeedKey.agreement_id == agreement.id)
    rows = session.execute(query.order_by(FeedKey.created_at.desc(), FeedKey.id.desc()))
    return [KnownKey(row.FeedKey, row.FeedStop) for row in rows]


def find_by_key(session: Session, secret: str) -> Actor | None:
    """The program behind a key, with the right to read feeds and nothing else; None for one that is unknown, taken back,
    stopped or another tenant's. One statement, nothing is written."""
    if not secret.startswith(PREFIX) or len(secret) > LONGEST_KEY or not secret.isascii():
        return None
    here = tenancy.current()
    row = _BY_SECRET.first(session, tenant_id=here, hash=token_hash(secret))
    return None if row is None else Actor(ActorKind.MACHINE, here, id=row.id, name=row.name, permissions=frozenset({READ}))


def agreement_of_key(session: Session, actor: Actor) -> UUID | None:
    """The one agreement that a program with a key may read; None for other programs."""
    mine = (FeedKey.tenant_id == tenancy.current(), FeedKey.id == actor.id)
    return session.scalar(select(FeedKey.agreement_id).where(*mine)) if actor.id else None


def _told(key: FeedKey) -> dict[str, str]:
    return {"key": str(key.id), "name": key.name, "state": key.state}
