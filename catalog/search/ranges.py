"""Between which numbers a set of documents lies."""

from sqlalchemy import text

from catalog.search.space import FEW, Space

_FEW_NUMBERS = text(
    "SELECT min(n.value_e4) AS low, max(n.value_e4) AS high"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_end AS int[]))"
    "  AS s(tenant_id, build, start, finish)"
    " JOIN unnest(CAST(:d_docs AS int[])) AS t(doc) ON t.doc >= s.start AND t.doc < s.finish"
    " CROSS JOIN LATERAL (SELECT n.doc, n.value_e4 FROM catalog.search_number n"
    "  WHERE n.tenant_id = s.tenant_id AND n.build = s.build AND n.doc = t.doc - s.start AND n.code = :code OFFSET 0) AS n"
)
_MANY_NUMBERS = text(
    "WITH s AS MATERIALIZED (SELECT tenant_id, build, CAST('x' || members AS varbit) AS members"
    "  FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[]), CAST(:s_members AS text[]))"
    "   AS u(tenant_id, build, start, members))"
    " SELECT min(low) AS low, max(high) AS high FROM s"
    " LEFT JOIN LATERAL (SELECT n.value_e4 AS low FROM catalog.search_number n WHERE n.tenant_id = s.tenant_id AND n.build = s.build"
    "  AND n.code = :code AND get_bit(s.members, n.doc) = 1 ORDER BY n.value_e4 LIMIT 1) AS l ON true"
    " LEFT JOIN LATERAL (SELECT n.value_e4 AS high FROM catalog.search_number n WHERE n.tenant_id = s.tenant_id AND n.build = s.build"
    "  AND n.code = :code AND get_bit(s.members, n.doc) = 1 ORDER BY n.value_e4 DESC LIMIT 1) AS h ON true"
)


def lowest_and_highest(space: Space, code: str, members: int) -> tuple[int, int] | None:
    """The lowest and highest number, or list price, of this code in the set, in ten-thousandths; None where there is none."""
    if members.bit_count() <= FEW:
        row = space.of_few(_FEW_NUMBERS, members, {"code": code}).one()
    else:
        row = space.of_many(_MANY_NUMBERS, members, {"code": code}).one()
    return None if row.low is None else (row.low, row.high)
