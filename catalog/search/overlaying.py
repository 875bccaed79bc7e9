"""What a partner's overlay does to documents: which it touches, and the price each of them has then.

The price of a document is the lowest of its units (itself, or its variants) that are sold. An own price is rounded to a coin
and moved into the agreement's corridor around the list price: the rule of catalog/pricing.py, here for thousands at once
and held to it by a test. Two statements: one looks up only what hiding touches, the other reads all own prices.
"""

from array import array
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

from sqlalchemy import text

from catalog.search import bits
from catalog.search.analysis import e4
from catalog.search.arrays import plain
from catalog.search.pieces import Column
from catalog.search.space import Space
from kernel.money import minor_unit

_BY_HIDING = text(
    "WITH s AS MATERIALIZED (SELECT * FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]),"
    "   CAST(:agreements AS uuid[]), CAST(:lows AS numeric[]), CAST(:highs AS numeric[]))"
    "   AS u(tenant_id, build, start, agreement_id, low_percent, high_percent) WHERE agreement_id IS NOT NULL),"
    " h AS MATERIALIZED (SELECT s.tenant_id, s.build, s.start, o.product_id FROM s JOIN catalog.overlay o"
    "  ON o.tenant_id = :seller AND o.source_tenant_id = s.tenant_id AND o.agreement_id = s.agreement_id AND o.hidden),"
    " touched AS MATERIALIZED (SELECT DISTINCT h.start, u.doc FROM h CROSS JOIN LATERAL (SELECT u.doc FROM catalog.search_unit u"
    "  WHERE u.tenant_id = h.tenant_id AND u.build = h.build AND u.product_id = h.product_id OFFSET 0) AS u),"
    " unit AS (SELECT s.start + t.doc AS doc, s.low_percent, s.high_percent, u.listed, o.hidden IS TRUE AS is_hidden,"
    "   round(CAST(o.own AS numeric) * 10000 / :coin) * :coin AS own"
    "  FROM touched t JOIN s ON s.start = t.start"
    "  CROSS JOIN LATERAL (SELECT u.product_id, CAST(u.prices_e4 ->> :currency AS numeric) AS listed FROM catalog.search_unit u"
    "   WHERE u.tenant_id = s.tenant_id AND u.build = s.build AND u.doc = t.doc OFFSET 0) AS u"
    "  LEFT JOIN LATERAL (SELECT o.hidden, o.prices ->> :currency AS own FROM catalog.overlay o WHERE o.tenant_id = :seller"
    "   AND o.source_tenant_id = s.tenant_id AND o.product_id = u.product_id AND o.agreement_id = s.agreement_id OFFSET 0) AS o ON true),"
    " bounds AS (SELECT *, ceil(listed * (100 + low_percent) / 100 / :coin) * :coin AS low,"
    "  floor(listed * (100 + high_percent) / 100 / :coin) * :coin AS high FROM unit)"
    " SELECT doc, CAST(min(CASE WHEN is_hidden THEN NULL WHEN own IS NULL THEN listed WHEN listed IS NULL THEN own"
    "   WHEN low > high THEN listed WHEN own < low THEN low WHEN own > high THEN high ELSE own END) AS bigint) AS price"
    " FROM bounds GROUP BY doc"
    " UNION ALL SELECT h.start + d.doc, NULL FROM h CROSS JOIN LATERAL (SELECT d.doc FROM catalog.search_doc d"
    "  WHERE d.tenant_id = h.tenant_id AND d.build = h.build AND d.product_id = h.product_id OFFSET 0) AS d"
)
_BY_PRICE = text(
    "WITH s AS MATERIALIZED (SELECT * FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]),"
    "   CAST(:agreements AS uuid[]), CAST(:lows AS numeric[]), CAST(:highs AS numeric[]))"
    "   AS u(tenant_id, build, start, agreement_id, low_percent, high_percent) WHERE agreement_id IS NOT NULL),"
    " o AS MATERIALIZED (SELECT s.tenant_id, s.build, s.start, o.product_id, o.hidden, o.prices ->> :currency AS own FROM s"
    "  JOIN catalog.overlay o ON o.tenant_id = :seller AND o.source_tenant_id = s.tenant_id AND o.agreement_id = s.agreement_id"
    "  WHERE o.hidden OR o.prices ->> :currency IS NOT NULL),"
    " units AS MATERIALIZED (SELECT s.start, s.low_percent, s.high_percent, u.doc, u.product_id, u.listed FROM s"
    "  CROSS JOIN LATERAL (SELECT u.doc, u.product_id, CAST(u.prices_e4 ->> :currency AS numeric) AS listed"
    "   FROM catalog.search_unit u WHERE u.tenant_id = s.tenant_id AND u.build = s.build OFFSET 0) AS u),"
    " unit AS (SELECT u.start + u.doc AS doc, u.low_percent, u.high_percent, u.listed, o.hidden IS TRUE AS is_hidden,"
    "   o.product_id IS NOT NULL AS is_touched, round(CAST(o.own AS numeric) * 10000 / :coin) * :coin AS own"
    "  FROM units u LEFT JOIN o ON o.start = u.start AND o.product_id = u.product_id),"
    " bounds AS (SELECT *, ceil(listed * (100 + low_percent) / 100 / :coin) * :coin AS low,"
    "  floor(listed * (100 + high_percent) / 100 / :coin) * :coin AS high FROM unit)"
    " SELECT doc, CAST(min(CASE WHEN is_hidden THEN NULL WHEN own IS NULL THEN listed WHEN listed IS NULL THEN own"
    "   WHEN low > high THEN listed WHEN own < low THEN low WHEN own > high THEN high ELSE own END) AS bigint) AS price"
    " FROM bounds GROUP BY doc HAVING bool_or(is_touched)"
    " UNION ALL SELECT o.start + d.doc, NULL FROM o CROSS JOIN LATERAL (SELECT d.doc FROM catalog.search_doc d"
    "  WHERE d.tenant_id = o.tenant_id AND d.build = o.build AND d.product_id = o.product_id OFFSET 0) AS d WHERE o.hidden"
)


KEPT = 6


@dataclass(frozen=True)
class Touched:
    """{document: price} of what an overlay touches, None where it is not sold. `has_prices` False: only what hiding touches."""

    prices: dict[int, int | None]
    size: int
    has_prices: bool

    @cached_property
    def own(self) -> Column:
        """Prices that differ, or may differ, from the list price."""
        rising = sorted((amount, document) for document, amount in self.prices.items() if amount is not None)
        return Column(array("i", (document for _, document in rising)), array("q", (amount for amount, _ in rising)))

    @cached_property
    def priced(self) -> int:
        """The documents in `own`, as a set."""
        return bits.of_documents(self.own.docs, self.size)

    @cached_property
    def unsold(self) -> int:
        """The documents the seller does not sell, as a set."""
        return bits.of_documents((d for d, amount in self.prices.items() if amount is None), self.size)


NOTHING = Touched({}, 0, True)
_kept: OrderedDict[object, Touched] = OrderedDict()
_lock = Lock()


def touched_in(space: Space, with_prices: bool) -> Touched:
    """What the seller's overlay does in this space.

    Kept per process under the seller's stamp, which moves with every change of an overlay, and the builds' states. Only
    for requests that read: a transaction that has moved the stamp itself may still be rolled back.
    """
    if not space.has_agreements:
        return NOTHING
    if space.scope.stamp is None or not space.session.info.get("read_only"):
        return _read(space, with_prices)
    key = (space.scope, tuple(strip.build for strip in space.strips))
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _read(space, True)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _read(space: Space, with_prices: bool) -> Touched:
    currency = space.scope.currency
    sources = [strip.source for strip in space.strips]
    values: dict[str, Any] = {
        "seller": space.scope.seller_id,
        "currency": currency,
        "coin": e4(minor_unit(currency)),
        "agreements": plain(source.agreement_id or "NULL" for source in sources),
        "lows": plain("NULL" if source.corridor[0] is None else source.corridor[0] for source in sources),
        "highs": plain("NULL" if source.corridor[1] is None else source.corridor[1] for source in sources),
    }
    touched: dict[int, int | None] = {}
    for document, price in space.run(_BY_PRICE if with_prices else _BY_HIDING, values):
        # a hidden parent comes twice: with what its variants would cost, and hidden
        touched[document] = None if price is None or (document in touched and touched[document] is None) else price
    return Touched(touched, space.size, with_prices)
