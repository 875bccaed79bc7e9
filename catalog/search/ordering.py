"""Which documents of a list stand on a page: by rank, date, name or price.

Few documents are fetched and sorted; of many, an index is walked along in its order until the page is full.
"""

from collections.abc import Callable

from sqlalchemy import TextClause, text

from catalog.search import bits
from catalog.search.offers import Offers
from catalog.search.provider import Page, Sort
from catalog.search.space import FEW, Space

_FEW = text(
    "SELECT s.start + d.doc AS doc, d.rank, d.created_s, d.name_key"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_end AS int[]))"
    "  AS s(tenant_id, build, start, finish)"
    " JOIN unnest(CAST(:d_docs AS int[])) AS t(doc) ON t.doc >= s.start AND t.doc < s.finish"
    " CROSS JOIN LATERAL (SELECT d.doc, d.rank, d.created_s, d.name_key FROM catalog.search_doc d"
    "  WHERE d.tenant_id = s.tenant_id AND d.build = s.build AND d.doc = t.doc - s.start OFFSET 0) AS d"
)
_STRIPS = (
    "WITH s AS MATERIALIZED (SELECT tenant_id, build, start, CAST('x' || members AS varbit) AS members"
    "  FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_members AS text[]))"
    "   AS u(tenant_id, build, start, members))"
    " SELECT s.start + d.doc AS doc, d.rank, d.created_s, d.name_key FROM s"
    " CROSS JOIN LATERAL (SELECT d.doc, d.rank, d.created_s, d.name_key FROM catalog.search_doc d"
    "  WHERE d.tenant_id = s.tenant_id AND d.build = s.build AND get_bit(s.members, d.doc) = 1"
)
_BY_RANK = text(_STRIPS + " ORDER BY d.rank DESC, d.name_key, d.doc LIMIT :most) AS d")
_BY_DATE = text(_STRIPS + " ORDER BY d.created_s DESC, d.doc LIMIT :most) AS d")
_BY_NAME = text(_STRIPS + " ORDER BY d.name_key, d.doc LIMIT :most) AS d")

Key = Callable[..., tuple[object, ...]]
ORDERS: dict[Sort, tuple[TextClause, Key]] = {
    Sort.RANK: (_BY_RANK, lambda row: (-row.rank, row.name_key, row.doc)),
    Sort.RELEVANCE: (_BY_RANK, lambda row: (-row.rank, row.name_key, row.doc)),
    Sort.NEWEST: (_BY_DATE, lambda row: (-row.created_s, row.doc)),
    Sort.NAME: (_BY_NAME, lambda row: (row.name_key, row.doc)),
}


def documents_on_page(space: Space, members: int, sort: Sort, page: Page, offers: Offers) -> list[int]:
    """The documents of the set on this page, in order."""
    end = page.offset + page.length
    if not members or page.offset >= members.bit_count():
        return []
    if sort in (Sort.PRICE_UP, Sort.PRICE_DOWN):
        return _by_price(space, members, sort, end, offers)[page.offset : end]
    walk, key = ORDERS[sort]
    few = members.bit_count() <= FEW
    rows = space.of_few(_FEW, members, {}) if few else space.of_many(walk, members, {"most": end})
    return [row.doc for row in sorted(rows, key=key)[page.offset : end]]


def _by_price(space: Space, members: int, sort: Sort, most: int, offers: Offers) -> list[int]:
    """The first `most` by price; what has no price comes after everything that has one."""
    found = offers.cheapest(members, most) if sort is Sort.PRICE_UP else offers.dearest(members, most)
    order = [document for document, _ in found]
    if len(order) < most:
        rest = members & ~bits.of_documents(order, space.size)
        order += bits.documents(rest, space.size)[: most - len(order)]
    return order
