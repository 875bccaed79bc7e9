"""Stamps: one number per tenant that moves whenever something changes that a shop page shows.

Web processes read all stamps once a second and keep their pages under them (kernel/web/pagecache.py). The numbers
say nothing else, hence every tenant's may be read; only one's own can be moved.

A change whose time is known moves the stamp by itself: `turn` writes down when, and whoever reads a stamp adds the
moments that have passed by the database's clock. The worker takes passed moments into the counter, which changes no sum.

What moves the stamp when it changes can be read once per transaction (`once`), and kept from one transaction to the
next under the stamp (`Kept`).
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel import moments, tenancy
from kernel.models import Moment, TenantStamp

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)
READ_ONCE = "read once"


def bump(session: Session) -> int:
    """Moves the current tenant's stamp and returns it; takes effect with the commit. Call it late: it locks the row."""
    statement = (
        insert(TenantStamp)
        .values(tenant_id=tenancy.current(), stamp=1)
        .on_conflict_do_update(index_elements=["tenant_id"], set_={"stamp": TenantStamp.stamp + 1})
        .returning(TenantStamp.stamp)
    )
    session.info.pop(READ_ONCE, None)
    return session.execute(statement).scalar_one()


def current(session: Session, tenant_id: UUID | None = None) -> int:
    """A tenant's stamp; 0 where nothing has ever changed."""
    row = session.execute(_read().where(TenantStamp.tenant_id == (tenant_id or tenancy.current()))).one_or_none()
    return row.stamp if row else 0


def read_all(session: Session) -> dict[UUID, int]:
    """Every tenant's stamp."""
    return {row.tenant_id: row.stamp for row in session.execute(_read())}


def _read() -> Select[UUID, int]:
    passed = select(func.count()).where(Moment.tenant_id == TenantStamp.tenant_id, Moment.name == moments.SHOP, Moment.at <= func.now())
    return select(TenantStamp.tenant_id, (TenantStamp.stamp + passed.scalar_subquery()).label("stamp"))


def turn(session: Session, at: Iterable[datetime]) -> None:
    """The current tenant's stamp moves by itself at each of these instants."""
    moments.arrange(session, moments.SHOP, at)


def settle(session: Session) -> None:
    """Takes the moments that have passed into the counter; what is read as the stamp stays what it is."""
    for _moment in range(moments.strike_off(session, moments.SHOP)):
        bump(session)


def once(session: Session, key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, read once in this transaction and anew after a `bump`. Only for facts that move the stamp."""
    known: dict[Hashable, T] = session.info.setdefault(READ_ONCE, {})
    mine = (tenancy.current_or_none(), key)
    if mine not in known:
        known[mine] = read()
    return known[mine]


class Kept(Generic[T]):
    """Things made from what a tenant shows, kept in the process; those unused for longest go first. Thread-safe.

    The key holds the tenant and its stamp (a ShopView holds both) and, where other tenants' goods are in it, their
    versions. Only transactions that write nothing put things in: a writer sees what may never be.

    `place` says of a key where it belongs, without the stamp. Then a thing makes way as soon as there is a newer one of
    its place: large things of a shop that changes often would otherwise fill the memory with states nobody asks for.
    """

    def __init__(self, most: int = 500, place: Callable[[Any], Hashable] | None = None) -> None:
        self._most = most
        self._place = place
        self._things: OrderedDict[Hashable, T] = OrderedDict()
        self._latest: dict[Hashable, Hashable] = {}
        self._lock = threading.Lock()

    def get(self, session: Session, key: Hashable, make: Callable[[], T]) -> T:
        """The thing under this key, made where it is not there. It must not be changed."""
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        made = make()
        self._keep(session, {key: made})
        return made

    def get_many(self, session: Session, keys: Sequence[K], make: Callable[[list[K]], Mapping[K, T]]) -> list[T]:
        """The things under these keys, in their order; `make` is called once for those that are not there. What it leaves
        out is left out here."""
        found: dict[K, T] = {}
        with self._lock:
            for key in keys:
                if key in self._things:
                    self._things.move_to_end(key)
                    found[key] = self._things[key]
        if missing := [key for key in keys if key not in found]:
            made = make(missing)
            self._keep(session, made)
            found.update(made)
        return [found[key] for key in keys if key in found]

    def _keep(self, session: Session, made: Mapping[K, T]) -> None:
        if not session.info.get("read_only"):
            return
        with self._lock:
            for key, thing in made.items():
                self._make_way(key)
                self._things[key] = thing
            while len(self._things) > self._most:
                gone, _thing = self._things.popitem(last=False)
                if self._place is not None:
                    self._latest.pop(self._place(gone), None)

    def _make_way(self, key: Hashable) -> None:
        if self._place is None:
            return
        place = self._place(key)
        before = self._latest.get(place)
        if before is not None and before != key:
            self._things.pop(before, None)
        self._latest[place] = key
