"""Groups of terms become scored documents, in one statement.

Per document: the best term of every group, added up, times (groups matched / groups)², times 1 + 0.3 per title
pair. Nothing is required, but what scores less than FLOOR of the best visible document is not part of the answer.
"""

from bisect import bisect_right

from sqlalchemy import text

from catalog.search.arrays import pairs, plain, quoted
from catalog.search.plan import Plan
from catalog.search.space import Space

FLOOR = 0.15

# One number per document, score above and document below, so that there is one thing to sort and to send.
# One term: every document comes once, its weight is its score.
_ONE = text(
    "SELECT array_send(array_agg(found)) FROM ("
    " SELECT (CAST(2147483647 - u.weight AS bigint) << 32) | (s.start + p.chunk * 4096 + u.place) AS found"
    " FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    " CROSS JOIN LATERAL (SELECT p.chunk, p.places, p.weights FROM catalog.search_posting p"
    "  WHERE p.tenant_id = s.tenant_id AND p.build = s.build AND p.term = :term OFFSET 0) AS p"
    " CROSS JOIN LATERAL unnest(p.places, p.weights) AS u(place, weight) ORDER BY 1) AS scored"
)
# one term per group: a document's rows can be added up at once
_SIMPLE = text(
    "SELECT array_send(array_agg(found)) FROM ("
    " SELECT ((2147483647 - CAST(least(total * matched * matched * (1 + CAST(0.3 AS float8) * pairs), 2147483647) AS bigint)) << 32)"
    "  | doc AS found FROM ("
    "  SELECT s.start + p.chunk * 4096 + u.place AS doc, sum(q.weight * u.weight) AS total,"
    "   CAST(count(*) FILTER (WHERE q.grp < 100) AS float8) AS matched, CAST(count(*) FILTER (WHERE q.grp >= 100) AS float8) AS pairs"
    "  FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    "  CROSS JOIN unnest(CAST(:terms AS text[]), CAST(:numbers AS int[]), CAST(:weights AS float8[])) AS q(term, grp, weight)"
    "  CROSS JOIN LATERAL (SELECT p.chunk, p.places, p.weights FROM catalog.search_posting p"
    "   WHERE p.tenant_id = s.tenant_id AND p.build = s.build AND p.term = q.term OFFSET 0) AS p"
    "  CROSS JOIN LATERAL unnest(p.places, p.weights) AS u(place, weight)"
    "  GROUP BY 1) AS added ORDER BY 1) AS scored"
)
_BEST_OF_GROUP = text(
    "SELECT array_send(array_agg(found)) FROM ("
    " SELECT ((2147483647 - CAST(least(total * matched * matched * (1 + CAST(0.3 AS float8) * pairs), 2147483647) AS bigint)) << 32)"
    "  | doc AS found FROM ("
    "  SELECT doc, sum(best) AS total, CAST(count(*) FILTER (WHERE grp < 100) AS float8) AS matched,"
    "   CAST(count(*) FILTER (WHERE grp >= 100) AS float8) AS pairs FROM ("
    "   SELECT s.start + p.chunk * 4096 + u.place AS doc, q.grp, max(q.weight * u.weight) AS best"
    "   FROM unnest(CAST(:s_tenant AS uuid[]), CAST(:s_build AS int[]), CAST(:s_start AS int[])) AS s(tenant_id, build, start)"
    "   CROSS JOIN unnest(CAST(:terms AS text[]), CAST(:numbers AS int[]), CAST(:weights AS float8[])) AS q(term, grp, weight)"
    "   CROSS JOIN LATERAL (SELECT p.chunk, p.places, p.weights FROM catalog.search_posting p"
    "    WHERE p.tenant_id = s.tenant_id AND p.build = s.build AND p.term = q.term OFFSET 0) AS p"
    "   CROSS JOIN LATERAL unnest(p.places, p.weights) AS u(place, weight)"
    "   GROUP BY 1, 2) AS grouped GROUP BY 1) AS added ORDER BY 1) AS scored"
)
BEST = 2**31 - 1


def scored(space: Space, plan: Plan, visible: bytes) -> list[int]:
    """The documents that answer the plan, best first, down to FLOOR of the best one. `visible`: one byte per document."""
    rows = plan.weighted(space.documents)
    if not rows:
        return []
    if len(rows) == 1:
        return _above_floor(space.run(_ONE, {"term": rows[0][0]}).scalar(), visible)
    numbers = [number for _, number, _ in rows]
    one_each = len(numbers) == len(set(numbers))
    values = {"terms": quoted(term for term, _, _ in rows), "numbers": plain(numbers), "weights": plain(weight for _, _, weight in rows)}
    return _above_floor(space.run(_SIMPLE if one_each else _BEST_OF_GROUP, values).scalar(), visible)


def _above_floor(sent: bytes | None, visible: bytes) -> list[int]:
    documents, distances = pairs(sent)
    kept = [document for document in documents if visible[document]]
    if not kept:
        return []
    best = BEST - distances[documents.index(kept[0])]
    end = bisect_right(distances, BEST - int(best * FLOOR))
    return kept if end == len(documents) else [document for document in documents[:end] if visible[document]]
