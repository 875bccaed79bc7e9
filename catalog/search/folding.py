"""Compacting: a new build without the documents that were switched off, made from the old one inside the database.

- folded when a quarter of the numbers (and at least 256) is switched off; documents are numbered anew without gaps
- publishers of the same index wait; readers go on with the old build, which stays for a while after it has been retired
- words that stand in no document any more are forgotten, so nothing completes or corrects to them
- a partner's own names that no index knows are put into one
"""

from collections import defaultdict

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.search import bits, own_names
from catalog.search.analysis import Batch
from catalog.search.arrays import plain
from catalog.search.bits import CHUNK
from catalog.search.writing import BuildWriter, add_build, drop_build, lock_builds
from kernel import tenancy

LEAST_SWITCHED_OFF = 256
SWITCHED_OFF_SHARE = 4
WORDS_AT_ONCE = 20_000

_PATIENCE = text("SELECT set_config('statement_timeout', '600s', true)")
_DUE = text(
    "SELECT id, market_code, language, build FROM catalog.search_index WHERE tenant_id = :tenant AND is_current"
    " AND next_document - documents >= greatest(:least, next_document / :share) ORDER BY build"
)
_LOCKED = text("SELECT analysis FROM catalog.search_index WHERE tenant_id = :tenant AND build = :build AND is_current FOR UPDATE")
_RETIRED = text(
    "SELECT build FROM catalog.search_index WHERE tenant_id = :tenant AND NOT is_current AND retired_at < now() - interval '10 minutes'"
)
_RETIRE = text("UPDATE catalog.search_index SET is_current = false, retired_at = now() WHERE tenant_id = :tenant AND build = :old")
_USE = text("UPDATE catalog.search_index SET is_current = true WHERE tenant_id = :tenant AND build = :new")
_NUMBERS = text("SELECT doc FROM catalog.search_doc WHERE tenant_id = :tenant AND build = :old ORDER BY doc")
_BITS = text("SELECT field, value, chunk, bit_send(bits) AS bits FROM catalog.search_bits WHERE tenant_id = :tenant AND build = :old")
_KEPT_WORDS = text("SELECT word, term FROM catalog.search_word WHERE tenant_id = :tenant AND build = :new ORDER BY word")

_COPIES = [
    text(
        "WITH m AS MATERIALIZED (SELECT old_doc, CAST(ordinal - 1 AS int) AS doc"
        " FROM unnest(CAST(:docs AS int[])) WITH ORDINALITY AS u(old_doc, ordinal))"
        " INSERT INTO catalog.search_doc (tenant_id, build, doc, product_id, sku, title, name_key, rank, created_s)"
        " SELECT d.tenant_id, :new, m.doc, d.product_id, d.sku, d.title, d.name_key, d.rank, d.created_s"
        " FROM m JOIN catalog.search_doc d ON d.tenant_id = :tenant AND d.build = :old AND d.doc = m.old_doc"
    ),
    text(
        "WITH m AS MATERIALIZED (SELECT old_doc, CAST(ordinal - 1 AS int) AS doc"
        " FROM unnest(CAST(:docs AS int[])) WITH ORDINALITY AS u(old_doc, ordinal))"
        " INSERT INTO catalog.search_number (tenant_id, build, doc, code, value_e4)"
        " SELECT n.tenant_id, :new, m.doc, n.code, n.value_e4"
        " FROM m JOIN catalog.search_number n ON n.tenant_id = :tenant AND n.build = :old AND n.doc = m.old_doc"
    ),
    text(
        "WITH m AS MATERIALIZED (SELECT old_doc, CAST(ordinal - 1 AS int) AS doc"
        " FROM unnest(CAST(:docs AS int[])) WITH ORDINALITY AS u(old_doc, ordinal))"
        " INSERT INTO catalog.search_code (tenant_id, build, code, doc)"
        " SELECT c.tenant_id, :new, c.code, m.doc"
        " FROM m JOIN catalog.search_code c ON c.tenant_id = :tenant AND c.build = :old AND c.doc = m.old_doc"
    ),
    text(
        "WITH m AS MATERIALIZED (SELECT old_doc, CAST(ordinal - 1 AS int) AS doc"
        " FROM unnest(CAST(:docs AS int[])) WITH ORDINALITY AS u(old_doc, ordinal))"
        " INSERT INTO catalog.search_unit (tenant_id, build, product_id, doc, prices_e4)"
        " SELECT c.tenant_id, :new, c.product_id, m.doc, c.prices_e4"
        " FROM m JOIN catalog.search_unit c ON c.tenant_id = :tenant AND c.build = :old AND c.doc = m.old_doc"
    ),
    text(
        "WITH m AS MATERIALIZED (SELECT old_doc, CAST(ordinal - 1 AS int) AS doc"
        " FROM unnest(CAST(:docs AS int[])) WITH ORDINALITY AS u(old_doc, ordinal))"
        " INSERT INTO catalog.search_posting (tenant_id, build, term, chunk, n, places, weights)"
        " SELECT :tenant, :new, p.term, m.doc / 4096, count(*),"
        "  array_agg(CAST(m.doc % 4096 AS smallint) ORDER BY m.doc), array_agg(u.weight ORDER BY m.doc)"
        " FROM catalog.search_posting p CROSS JOIN LATERAL unnest(p.places, p.weights) AS u(place, weight)"
        " JOIN m ON m.old_doc = p.chunk * 4096 + u.place WHERE p.tenant_id = :tenant AND p.build = :old GROUP BY 3, 4"
    ),
    text(
        "INSERT INTO catalog.search_word (tenant_id, build, word, shown, term, n, backwards)"
        " SELECT w.tenant_id, :new, w.word, w.shown, w.term, least(w.n, p.n), w.backwards FROM catalog.search_word w"
        " JOIN (SELECT term, sum(n) AS n FROM catalog.search_posting WHERE tenant_id = :tenant AND build = :new GROUP BY term) AS p"
        "  ON p.term = w.term WHERE w.tenant_id = :tenant AND w.build = :old"
    ),
]


def fold(session: Session) -> int:
    """Makes new builds of the entered tenant's indexes where that is due and removes long retired ones; how many were made."""
    tenant = tenancy.current()
    session.execute(_PATIENCE)
    for build in session.execute(_RETIRED, {"tenant": tenant}).scalars().all():
        drop_build(session, build)
    due = session.execute(_DUE, {"tenant": tenant, "least": LEAST_SWITCHED_OFF, "share": SWITCHED_OFF_SHARE}).all()
    if due:
        lock_builds(session)
    for row in due:
        _fold_one(session, row.market_code, row.language, row.build)
    own_names.catch_up(session)
    return len(due)


def _fold_one(session: Session, market_code: str, language: str, old: int) -> None:
    tenant = tenancy.current()
    row = session.execute(_LOCKED, {"tenant": tenant, "build": old}).one_or_none()
    if row is None:
        return
    made = add_build(session, market_code, language, is_current=False, analysis=row.analysis)
    docs = list(session.execute(_NUMBERS, {"tenant": tenant, "old": old}).scalars())
    values = {"tenant": tenant, "old": old, "new": made.build, "docs": plain(docs)}
    for copy in _COPIES:
        session.execute(copy, values)
    writer = BuildWriter(session, made.id, made.build, language, len(docs), len(docs))
    writer.write_bits(_renumbered_bits(session, tenant, old, language, {doc: number for number, doc in enumerate(docs)}))
    words = [(row.word, row.term) for row in session.execute(_KEPT_WORDS, values)]
    for start in range(0, len(words), WORDS_AT_ONCE):
        writer.write_forms(words[start : start + WORDS_AT_ONCE])
    writer.close()
    session.execute(_RETIRE, values)
    session.execute(_USE, values)


def _renumbered_bits(session: Session, tenant: object, old: int, language: str, numbers: dict[int, int]) -> Batch:
    """The values of the live documents under their new numbers."""
    batch = Batch(language)
    places: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for row in session.execute(_BITS, {"tenant": tenant, "old": old}):
        first = row.chunk * CHUNK
        for place in bits.documents(int.from_bytes(row.bits[4:], "big"), CHUNK):
            number = numbers.get(first + place)
            if number is not None:
                places[row.field, row.value, number // CHUNK].append(number % CHUNK)
    batch.bits = dict(places)
    return batch
