"""Rate limits that all processes share: at most so many hits in any span of so many seconds (a sliding log, exact).

A counter per fixed window would let twice as many through around its edge; the log keeps the times of the last
hits, never more than are allowed. Keys (mail addresses, network addresses) are stored as hashes. A hit counts even
when the request that made it is rolled back, hence the transaction of its own. The database's clock decides.

    limits.hit("sign-in", f"account:{email}", allowed=10, per_seconds=900)
"""

import hashlib
import math
from collections.abc import Mapping
from ipaddress import IPv4Address, ip_address, ip_network
from typing import cast

from sqlalchemy import CursorResult, delete, func, text
from sqlalchemy.orm import Session

from kernel import tenancy
from kernel.db.aside import aside
from kernel.db.statements import Statement
from kernel.errors import TooMany
from kernel.models import RateLimit

# The first statement makes or locks the row; the second counts what is left of the span and adds the hit if there is room.
_ENTER = text(
    "INSERT INTO kernel.rate_limit AS r (tenant_id, name, key_hash, hits, expires_at)"
    " VALUES (:tenant, :name, :key, '{}', clock_timestamp() + make_interval(secs => :span))"
    " ON CONFLICT (tenant_id, name, key_hash) DO UPDATE SET expires_at = clock_timestamp() + make_interval(secs => :span)"
)
_COUNT = text(
    "WITH recent AS (SELECT coalesce(array_agg(h ORDER BY h), '{}') AS hits FROM kernel.rate_limit r, unnest(r.hits) h"
    "  WHERE r.tenant_id = :tenant AND r.name = :name AND r.key_hash = :key AND h > clock_timestamp() - make_interval(secs => :span))"
    " UPDATE kernel.rate_limit r SET hits = CASE WHEN cardinality(recent.hits) < :allowed"
    "  THEN recent.hits || clock_timestamp() ELSE recent.hits END"
    " FROM recent WHERE r.tenant_id = :tenant AND r.name = :name AND r.key_hash = :key"
    " RETURNING cardinality(recent.hits) AS before,"
    "  extract(epoch FROM recent.hits[1] + make_interval(secs => :span) - clock_timestamp()) AS wait"
)

_GIVE_BACK = text(
    "UPDATE kernel.rate_limit SET hits = hits[1:cardinality(hits) - 1] WHERE tenant_id = :tenant AND name = :name AND key_hash = :key"
)

_TOGETHER = Statement(
    "INSERT INTO kernel.rate_limit AS r (tenant_id, name, key_hash, hits, expires_at)"
    " SELECT :tenant, w.name, w.key, ARRAY[clock_timestamp()], clock_timestamp() + make_interval(secs => :span)"
    "  FROM unnest(CAST(:names AS text[]), CAST(:keys AS bytea[])) WITH ORDINALITY AS w (name, key, place) ORDER BY w.place"
    " ON CONFLICT (tenant_id, name, key_hash) DO UPDATE SET expires_at = excluded.expires_at, hits = clock_timestamp() ||"
    "  ARRAY(SELECT h FROM unnest(r.hits) h WHERE h > clock_timestamp() - make_interval(secs => :span) ORDER BY h DESC)"
    " RETURNING r.name, cardinality(r.hits) AS hits,"
    "  extract(epoch FROM r.hits[cardinality(r.hits)] + make_interval(secs => :span) - clock_timestamp()) AS wait"
)


def hit(name: str, key: str, allowed: int, per_seconds: int) -> int:
    """Counts one hit of `key` under `name` for the current tenant; returns how many are left.

    Raises TooMany, with the seconds until there is one again, where none is left; such a try is not counted.
    """
    values = {"tenant": tenancy.current(), "name": name, "key": _hash(key), "allowed": allowed, "span": per_seconds}
    with aside() as session:
        session.execute(_ENTER, values)
        row = session.execute(_COUNT, values).one()
    if row.before >= allowed:
        raise TooMany(max(1, math.ceil(row.wait)))
    return allowed - int(row.before) - 1


def hit_with(session: Session, allowed: Mapping[tuple[str, str], int], per_seconds: int) -> None:
    """Counts one hit of each (name, key) in the running transaction: for what counts only where it is done. One statement;
    the keys stay locked until the commit, in the order given. Raises TooMany where one of them has none left: then the
    transaction must be rolled back, since the hits are written."""
    if not allowed:
        return
    names, keys = [name for name, _key in allowed], [_hash(key) for _name, key in allowed]
    most = {name: allowed[name, key] for name, key in allowed}
    rows = _TOGETHER.all(session, tenant=tenancy.current(), names=names, keys=keys, span=per_seconds)
    over = [row for row in rows if row.hits > most[row.name]]
    if over:
        raise TooMany(max(1, math.ceil(max(row.wait for row in over))))


def forget(name: str, key: str) -> None:
    """Wipes the slate of one key: after a sign-in that succeeded."""
    with aside() as session:
        session.execute(
            delete(RateLimit).where(RateLimit.tenant_id == tenancy.current(), RateLimit.name == name, RateLimit.key_hash == _hash(key))
        )


def give_back(name: str, key: str) -> None:
    """Takes the newest hit of one key away: for tries that count only where they fail. Counting comes first all the same,
    or a crowd of tries at once would all be let through."""
    values = {"tenant": tenancy.current(), "name": name, "key": _hash(key)}
    with aside() as session:
        session.execute(_GIVE_BACK, values)


def network_of(address: str) -> str:
    """The network an address stands for: itself, or the /64 of an IPv6 address, all of which one customer of a provider
    has (RFC 6177, 2011). What is no address stays as it is."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False))


def clean(session: Session) -> int:
    """Removes keys of the current tenant whose span is over; returns how many."""
    gone = delete(RateLimit).where(RateLimit.tenant_id == tenancy.current(), RateLimit.expires_at <= func.now())
    return cast("CursorResult[object]", session.execute(gone)).rowcount


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
