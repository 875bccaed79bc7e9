"""How well searches find what people judged: nDCG@10 under the rules in force and under the draft.

Gain of a grade: grade / 3, linear; discount 1 / log2(rank + 1); ideal: the best order of everything that was judged for the query;
what nobody judged counts as 0 (Järvelin & Kekäläinen 2002, in the convention of bench/relevance.py). All: the mean over the queries
for which something is worth anything. Measured in one market, through the shop's own eyes, by the engine that serves the shop.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from math import log2
from statistics import fmean
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.assortment import ShopView, search_scope, sources_for
from catalog.models.search_rules import ShopSearchMeasure
from catalog.search.provider import Page, SearchEngine, SearchScope
from catalog.search.rules import Pin
from catalog.searching import judging, reading
from catalog.searching.drafts import RIGHT
from catalog.searching.judging import BEST, Grades
from kernel import clock, tenancy
from kernel.actors import Actor
from kernel.errors import Conflict
from kernel.i18n import mark

FIRST = 10
PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class QueryMeasure:
    """One query: nDCG@10 before and after (0 to 1), and which products came into the first ten or left them."""

    key: str
    query: str
    before: float
    after: float
    came: tuple[Pin, ...] = ()
    went: tuple[Pin, ...] = ()

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> "QueryMeasure":
        """From what a measurement keeps."""
        came, went = (tuple(Pin(UUID(t), UUID(p)) for t, p in told[name]) for name in ("came", "went"))
        return cls(told["key"], told["query"], told["before"], told["after"], came, went)

    def as_json(self) -> dict[str, Any]:
        """What a measurement keeps."""
        pins = {name: [[str(pin.tenant_id), str(pin.product_id)] for pin in getattr(self, name)] for name in ("came", "went")}
        return {"key": self.key, "query": self.query, "before": self.before, "after": self.after, **pins}

    @property
    def is_changed(self) -> bool:
        """Do the first ten differ at all?"""
        return self.before != self.after or bool(self.came or self.went)


def ndcg(order: Iterable[Pin], grades: Grades) -> float:
    """How near the first ten come to the best order there is, 0 to 1; 0 where nothing is worth anything."""
    best = sorted(grades.values(), reverse=True)[:FIRST]
    ideal = _gained(best)
    return _gained(grades.get(product, 0) for product in list(order)[:FIRST]) / ideal if ideal else 0.0


def _gained(grades: Iterable[int]) -> float:
    return sum(grade / BEST / log2(rank + 1) for rank, grade in enumerate(grades, 1))


def scopes_of(session: Session, view: ShopView) -> tuple[SearchScope, SearchScope]:
    """The shop's scope under the rules in force and under the draft."""
    plain = search_scope(view, sources_for(session, view))
    return replace(plain, rules=reading.rules_for(session, view)), replace(plain, rules=reading.draft_for(session, view))


def first_ten(session: Session, engine: SearchEngine, scope: SearchScope, query: str) -> list[Pin]:
    """The products that lead the list."""
    return [Pin(hit.tenant_id, hit.product_id) for hit in engine.search(session, scope, query, page=Page(1, FIRST)).hits]


def measure(session: Session, actor: Actor, engine: SearchEngine, view: ShopView) -> ShopSearchMeasure:
    """Searches for every judged query twice and keeps what came of it. Conflict where nothing was judged yet."""
    actor.must(RIGHT)
    grades = judging.all_grades(session, actor, view.language)
    queries = {one.key: one.query for one in judging.list_judged(session, actor, view.language) if one.worth}
    if not queries:
        raise Conflict(mark("Nothing has been judged yet."), code="nothing_judged")
    scopes = scopes_of(session, view)
    found = [
        _measured(key, query, [first_ten(session, engine, scope, query) for scope in scopes], grades[key]) for key, query in queries.items()
    ]
    here = (ShopSearchMeasure.tenant_id == tenancy.current(), ShopSearchMeasure.language == view.language)
    session.execute(delete(ShopSearchMeasure).where(*here, ShopSearchMeasure.market_code == view.market_code))
    row = ShopSearchMeasure(
        tenant_id=tenancy.current(),
        language=view.language,
        market_code=view.market_code,
        digest=digest_of(session, view, grades),
        before=_mean([one.before for one in found]),
        after=_mean([one.after for one in found]),
        queries=[one.as_json() for one in found],
        measured_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def last_measure(session: Session, actor: Actor, view: ShopView) -> tuple[ShopSearchMeasure | None, bool]:
    """The last measurement of this market, and whether rules, catalog and judgements are still those that it was made with."""
    actor.must(RIGHT)
    here = (ShopSearchMeasure.tenant_id == tenancy.current(), ShopSearchMeasure.language == view.language)
    row = session.scalars(select(ShopSearchMeasure).where(*here, ShopSearchMeasure.market_code == view.market_code)).one_or_none()
    if row is None:
        return None, False
    return row, row.digest == digest_of(session, view, judging.all_grades(session, actor, view.language))


def digest_of(session: Session, view: ShopView, grades: Mapping[str, Grades]) -> str:
    """One word for everything that a measurement depends on but prices and stock."""
    told = {
        "force": [rule.as_json() for rule in reading.in_force(session, view.language)],
        "draft": [rule.as_json() for rule in reading.drafted(session, view.language)],
        "sources": sorted([str(s.tenant_id), s.market_code, s.language, s.version] for s in sources_for(session, view)),
        "grades": sorted([key, str(pin.product_id), grade] for key, of_query in grades.items() for pin, grade in of_query.items()),
    }
    return hashlib.blake2b(orjson.dumps(told), digest_size=32).hexdigest()


def _measured(key: str, query: str, orders: Sequence[list[Pin]], grades: Grades) -> QueryMeasure:
    before, after = orders
    came, went = (tuple(pin for pin in one if pin not in other) for one, other in ((after, before), (before, after)))
    return QueryMeasure(key, query, round(ndcg(before, grades), 4), round(ndcg(after, grades), 4), came, went)


@contextmanager
def _as_reader(session: Session) -> Iterator[None]:
    """Nothing has been written in this transaction yet, so its searches may use what the process keeps for readers."""
    before = session.info.get("read_only", False)
    session.info["read_only"] = True
    try:
        yield
    finally:
        session.info["read_only"] = before


def _mean(values: Sequence[float]) -> Decimal:
    return Decimal(fmean(values)).quantize(PLACES)
