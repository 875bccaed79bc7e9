"""Which documents stand on a page: by rank, date, name or price. Kept orders are walked along until the page is full."""

from collections.abc import Callable

from sqlalchemy import text

from catalog.search import bits
from catalog.search.arrays import plain
from catalog.search.offers import Offers
from catalog.search.provider import Page, Sort
from catalog.search.reading import BY_DATE, BY_NAME, BY_RANK, ORDERS
from catalog.search.space import Members

# several sources: what each would put first, with what decides between them
_KEYS = text(
    "SELECT s.start + d.doc AS doc, d.rank, d.created_s, d.name_key"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_end AS int[]))"
    "  AS s(tenant_id, build, start, finish)"
    " JOIN unnest(CAST(:d_docs AS int[])) AS t(doc) ON t.doc >= s.start AND t.doc < s.finish"
    " CROSS JOIN LATERAL (SELECT d.doc, d.rank, d.created_s, d.name_key FROM catalog.search_doc d"
    "  WHERE d.tenant_id = s.tenant_id AND d.build = s.build AND d.doc = t.doc - s.start OFFSET 0) AS d"
)

Key = Callable[..., tuple[object, ...]]
KEPT_ORDERS: dict[Sort, tuple[str, Key]] = {
    Sort.RANK: (BY_RANK, lambda row: (-row.rank, row.name_key, row.doc)),
    Sort.RELEVANCE: (BY_RANK, lambda row: (-row.rank, row.name_key, row.doc)),
    Sort.NEWEST: (BY_DATE, lambda row: (-row.created_s, row.doc)),
    Sort.NAME: (BY_NAME, lambda row: (row.name_key, row.doc)),
}


def documents_on_page(members: Members, sort: Sort, page: Page, offers: Offers) -> list[int]:
    """The documents of the set on this page, in order."""
    end = page.offset + page.length
    if not members.all or page.offset >= members.all.bit_count():
        return []
    if sort in (Sort.PRICE_UP, Sort.PRICE_DOWN):
        return _by_price(members, sort, end, offers)[page.offset : end]
    return _in_kept_order(members, sort, end)[page.offset : end]


def _in_kept_order(members: Members, sort: Sort, most: int) -> list[int]:
    space = members.space
    name, key = KEPT_ORDERS[sort]
    found = [
        [strip.start + doc for doc in orders[name].first(members.flags_in(strip), most)]
        for strip, orders in zip(space.strips, space.pieces(ORDERS, [name]), strict=True)
    ]
    filled = [documents for documents in found if documents]
    if len(filled) <= 1:
        return filled[0] if filled else []
    rows = space.run(_KEYS, {"d_docs": plain(document for documents in filled for document in documents)})
    return [row.doc for row in sorted(rows, key=key)]


def _by_price(members: Members, sort: Sort, most: int, offers: Offers) -> list[int]:
    """The first `most` by price; what has no price comes after everything that has one."""
    found = offers.cheapest(members, most) if sort is Sort.PRICE_UP else offers.dearest(members, most)
    order = [document for document, _ in found]
    if len(order) < most:
        rest = members.all & ~bits.of_documents(order, members.space.size)
        order += bits.documents(rest, members.space.size)[: most - len(order)]
    return order
