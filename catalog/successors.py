"""Where the address of a product leads that is no longer sold: its successor, its own newer address, or what was in its category.

Only what this shop sells is ever led to: the chain of successors is walked in published rows of the shop's own sources, ended
products on the way included, and each step is looked up as the shop sells it now. A circle ends where it closes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.offering import shop_products
from catalog.payload import Payload
from catalog.shop import ShopProduct, ShopView, Source
from catalog.sources import published_by_id, rows_in, sources_for
from kernel.db.statements import Statement

MOST_STEPS = 20
MOST_AHEAD = 200

_PAST = """
    SELECT DISTINCT ON (p.tenant_id, p.market_code, p.product_id) p.tenant_id, p.market_code, p.payload, p.from_version
    FROM unnest(CAST(:tenants AS uuid[]), CAST(:markets AS text[]), CAST(:languages AS text[])) AS s (tenant_id, market_code, language)
    JOIN catalog.published_product p ON p.tenant_id = s.tenant_id AND p.market_code = s.market_code AND p.language = s.language
        AND p.to_version IS NOT NULL AND p.parent_id IS NULL AND """
_NEWEST = " ORDER BY p.tenant_id, p.market_code, p.product_id, p.from_version DESC"
PAST_AT = Statement(_PAST + "p.slug = :slug" + _NEWEST)
PAST_BY_ID = Statement(_PAST + "p.product_id = ANY (:ids)" + _NEWEST)


@dataclass(frozen=True)
class Gone:
    """A product that was sold at this address. `successor` is what to go to instead, None where there is nothing; then its name
    and its categories (the innermost last) help to find something like it."""

    name: str
    category_ids: tuple[UUID, ...]
    successor: ShopProduct | None


def gone_at(session: Session, view: ShopView, slug: str) -> Gone | None:
    """What was sold at this address and is no longer; None where the shop never sold anything there, or may not any more."""
    sources = sources_for(session, view)
    past = _past(session, sources, PAST_AT, {"slug": slug})
    if not past:
        return None
    payload = past[0]
    if published_by_id(session, sources, [UUID(payload["id"])]):
        here = shop_products(session, view, [UUID(payload["id"])]).get(UUID(payload["id"]))
        return None if here is None else Gone(here.name, (), here)
    categories = tuple(UUID(step["id"]) for step in payload["categories"])
    return Gone(str(payload["name"]), categories, _first_sold(session, view, sources, payload))


def _first_sold(session: Session, view: ShopView, sources: Sequence[Source], payload: Payload) -> ShopProduct | None:
    """The nearest successor that is sold, in the order of the lists."""
    ahead, seen = list(dict.fromkeys(_successors(payload))), {UUID(payload["id"])}
    for _step in range(MOST_STEPS):
        if not ahead:
            return None
        seen.update(ahead)
        sold = shop_products(session, view, ahead)
        if found := next((sold[i] for i in ahead if i in sold and sold[i].parent_id is None), None):
            return found
        told = {UUID(p["id"]): p for p in _past(session, sources, PAST_BY_ID, {"ids": ahead})}
        further = (i for known in ahead if known in told for i in _successors(told[known]))
        ahead = [i for i in dict.fromkeys(further) if i not in seen][:MOST_AHEAD]
    return None


def _successors(payload: Payload) -> list[UUID]:
    parts = [payload, *payload.get("variants", ())]
    return [UUID(told) for part in parts for told in part.get("relations", {}).get("successor", ())]


def _past(session: Session, sources: Sequence[Source], statement: Statement, wanted: dict[str, Any]) -> list[Payload]:
    return [row.payload for row in rows_in(session, sources, statement, wanted)]
