"""The statements that write a build. Every one is constant text with bound values, and takes many rows at once.

Rows go in as arrays that the server unnests: COPY is refused under row security, and a statement per row
would cost ten times as much. Smallint arrays travel as text because an array of arrays must be rectangular.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from catalog.search import spelling
from catalog.search.analysis import FIELD_LIVE, VERSION, Batch, backwards
from catalog.search.arrays import plain, quoted
from catalog.search.bits import CHUNK, CHUNK_BYTES
from catalog.search.documents import SearchDocument
from catalog.search.texts import COMPOUNDING, base_language
from kernel import tenancy
from kernel.ids import new_id

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('catalog.search ' || :tenant, 0))")
_CURRENT = text(
    "SELECT id, build, documents, next_document FROM catalog.search_index"
    " WHERE tenant_id = :tenant AND market_code = :market AND language = :language AND is_current FOR UPDATE"
)
_NEW = text(
    "INSERT INTO catalog.search_index (tenant_id, id, market_code, language, build, is_current, analysis)"
    " SELECT :tenant, :id, :market, :language, coalesce(max(build), 0) + 1, :is_current, :analysis"
    " FROM catalog.search_index WHERE tenant_id = :tenant"
    " RETURNING id, build, documents, next_document"
)
_COUNT = text("UPDATE catalog.search_index SET documents = :documents, next_document = :next WHERE tenant_id = :tenant AND id = :id")
_OLD = text(
    "SELECT doc FROM catalog.search_doc WHERE tenant_id = :tenant AND build = :build AND product_id = ANY(CAST(:products AS uuid[]))"
)
_GONE = [
    text("DELETE FROM catalog.search_doc WHERE tenant_id = :tenant AND build = :build AND doc = ANY(CAST(:docs AS int[]))"),
    text("DELETE FROM catalog.search_code WHERE tenant_id = :tenant AND build = :build AND doc = ANY(CAST(:docs AS int[]))"),
    text("DELETE FROM catalog.search_number WHERE tenant_id = :tenant AND build = :build AND doc = ANY(CAST(:docs AS int[]))"),
    text("DELETE FROM catalog.search_unit WHERE tenant_id = :tenant AND build = :build AND doc = ANY(CAST(:docs AS int[]))"),
]
_SWITCH_OFF = text(
    "UPDATE catalog.search_bits b SET bits = b.bits & ~CAST('x' || off.hex AS bit(4096))"
    " FROM unnest(CAST(:chunks AS int[]), CAST(:hex AS text[])) AS off(chunk, hex)"
    " WHERE b.tenant_id = :tenant AND b.build = :build AND b.field = :field AND b.value = '' AND b.chunk = off.chunk"
)
_DOCS = text(
    "INSERT INTO catalog.search_doc (tenant_id, build, doc, product_id, sku, title, name_key, rank, created_s)"
    " SELECT :tenant, :build, * FROM unnest(CAST(:c0 AS int[]), CAST(:c1 AS uuid[]), CAST(:c2 AS text[]), CAST(:c3 AS text[]),"
    " CAST(:c4 AS text[]), CAST(:c5 AS real[]), CAST(:c6 AS bigint[]))"
)
_NUMBERS = text(
    "INSERT INTO catalog.search_number (tenant_id, build, code, doc, value_e4)"
    " SELECT :tenant, :build, * FROM unnest(CAST(:c0 AS text[]), CAST(:c1 AS int[]), CAST(:c2 AS bigint[]))"
)
_CODES = text(
    "INSERT INTO catalog.search_code (tenant_id, build, code, doc)"
    " SELECT :tenant, :build, * FROM unnest(CAST(:c0 AS text[]), CAST(:c1 AS int[]))"
)
_UNITS = text(
    "INSERT INTO catalog.search_unit (tenant_id, build, product_id, doc, prices_e4)"
    " SELECT :tenant, :build, * FROM unnest(CAST(:c0 AS uuid[]), CAST(:c1 AS int[]), CAST(:c2 AS jsonb[]))"
)
_BITS = text(
    "INSERT INTO catalog.search_bits AS b (tenant_id, build, field, value, chunk, bits)"
    " SELECT :tenant, :build, u.field, u.value, u.chunk, CAST('x' || u.hex AS bit(4096))"
    " FROM unnest(CAST(:c0 AS text[]), CAST(:c1 AS text[]), CAST(:c2 AS int[]), CAST(:c3 AS text[])) AS u(field, value, chunk, hex)"
    " ON CONFLICT (tenant_id, build, field, value, chunk) DO UPDATE SET bits = b.bits | excluded.bits"
)
_POSTINGS = text(
    "INSERT INTO catalog.search_posting AS p (tenant_id, build, term, chunk, n, places, weights)"
    " SELECT :tenant, :build, u.term, :chunk, u.n, CAST(u.places AS smallint[]), CAST(u.weights AS smallint[])"
    " FROM unnest(CAST(:c0 AS text[]), CAST(:c1 AS int[]), CAST(:c2 AS text[]), CAST(:c3 AS text[])) AS u(term, n, places, weights)"
    " ON CONFLICT (tenant_id, build, term, chunk) DO UPDATE"
    " SET n = p.n + excluded.n, places = p.places || excluded.places, weights = p.weights || excluded.weights"
)
_WORDS = text(
    "INSERT INTO catalog.search_word AS w (tenant_id, build, word, shown, term, n, backwards)"
    " SELECT :tenant, :build, *"
    " FROM unnest(CAST(:c0 AS text[]), CAST(:c1 AS text[]), CAST(:c2 AS text[]), CAST(:c3 AS int[]), CAST(:c4 AS text[]))"
    " ON CONFLICT (tenant_id, build, word) DO UPDATE SET n = w.n + excluded.n RETURNING word, (xmax = 0) AS is_new"
)
_FORMS = text(
    "INSERT INTO catalog.search_word_del AS d (tenant_id, build, bucket, forms, words)"
    " SELECT :tenant, :build, u.bucket, CAST(u.forms AS int[]), CAST(u.words AS text[])"
    " FROM unnest(CAST(:c0 AS int[]), CAST(:c1 AS text[]), CAST(:c2 AS text[])) AS u(bucket, forms, words)"
    " ON CONFLICT (tenant_id, build, bucket) DO UPDATE SET forms = d.forms || excluded.forms, words = d.words || excluded.words"
)


_DROP = [
    text("DELETE FROM catalog.search_index WHERE tenant_id = :tenant AND build = :build"),
    text("DELETE FROM catalog.search_doc WHERE tenant_id = :tenant AND build = :build"),
    text("DELETE FROM catalog.search_posting WHERE tenant_id = :tenant AND build = :build"),
    text("DELETE FROM catalog.search_word WHERE tenant_id = :tenant AND build = :build"),
    text("DELETE FROM catalog.search_word_del WHERE tenant_id = :tenant AND build = :build"),
    text("DELETE FROM catalog.search_bits WHERE tenant_id = :tenant AND build = :build"),
    text("DELETE FROM catalog.search_number WHERE tenant_id = :tenant AND build = :build"),
    text("DELETE FROM catalog.search_code WHERE tenant_id = :tenant AND build = :build"),
    text("DELETE FROM catalog.search_unit WHERE tenant_id = :tenant AND build = :build"),
]


def _array(column: Sequence[Any]) -> str:
    return quoted(column) if isinstance(column[0], str) else plain(column)


def _hex(places: Sequence[int]) -> str:
    """A chunk's bits in hex, with these places set."""
    bits = bytearray(CHUNK_BYTES)
    for place in places:
        bits[place >> 3] |= 128 >> (place & 7)
    return bits.hex()


def drop_build(session: Session, build: int) -> None:
    """Removes every row of a build of the entered tenant."""
    for statement in _DROP:
        session.execute(statement, {"tenant": tenancy.current(), "build": build})


def find_current(session: Session, market_code: str, language: str) -> Any | None:
    """The row (id, build, documents, next_document) of the entered tenant's index in use, locked; None where there is none."""
    return session.execute(_CURRENT, {"tenant": tenancy.current(), "market": market_code, "language": language}).one_or_none()


def add_build(session: Session, market_code: str, language: str, is_current: bool = True, analysis: int = VERSION) -> Any:
    """A new, empty build; the caller holds the tenant's lock on builds. `analysis`: how what it will hold was read."""
    told = {"market": market_code, "language": language, "is_current": is_current, "analysis": analysis}
    return session.execute(_NEW, {"tenant": tenancy.current(), "id": new_id(), **told}).one()


def lock_builds(session: Session) -> None:
    """Only one transaction at a time makes builds of the entered tenant."""
    session.execute(_LOCK, {"tenant": str(tenancy.current())})


@dataclass
class BuildWriter:
    """One build while it is written; `documents` live ones, `next_document` the next number."""

    session: Session
    id: UUID
    build: int
    language: str
    documents: int
    next_document: int

    @classmethod
    def opening(cls, session: Session, market_code: str, language: str) -> "BuildWriter":
        """The index in use, locked against other publishers, or a new one."""
        row = find_current(session, market_code, language)
        if row is None:
            lock_builds(session)
            row = find_current(session, market_code, language) or add_build(session, market_code, language)
        return cls(session, row.id, row.build, language, row.documents, row.next_document)

    def close(self) -> None:
        """Writes down how many documents there are now."""
        self._run(_COUNT, id=self.id, documents=self.documents, next=self.next_document)

    def take_out(self, products: Sequence[UUID]) -> None:
        """Switches off the documents of these products, where there are any."""
        if not self.documents:
            return
        docs = list(self._run(_OLD, products=plain(products)).scalars())
        if not docs:
            return
        for statement in _GONE:
            self._run(statement, docs=plain(docs))
        places: dict[int, list[int]] = defaultdict(list)
        for doc in docs:
            places[doc // CHUNK].append(doc % CHUNK)
        self._run(_SWITCH_OFF, field=FIELD_LIVE, chunks=plain(places), hex=plain(map(_hex, places.values())))
        self.documents -= len(docs)

    def put_in(self, documents: Sequence[SearchDocument]) -> None:
        """Indexes these documents under new numbers; of a product that comes twice the later one counts."""
        latest = {document.product_id: document for document in documents}
        self.take_out(list(latest))
        batch = Batch(self.language)
        for number, document in enumerate(latest.values(), self.next_document):
            batch.add(number, document)
        self.next_document += len(latest)
        self.documents += len(latest)
        self.write(batch)

    def write(self, batch: Batch) -> None:
        """Puts a batch into the tables, in the order of their keys."""
        self._insert(_DOCS, batch.documents)
        self._insert(_NUMBERS, batch.numbers)
        self._insert(_CODES, batch.codes)
        self._insert(_UNITS, batch.units)
        self.write_bits(batch)
        for chunk, postings in sorted(batch.postings.items()):
            rows = [(term, len(places), plain(places), plain(weights)) for term, (places, weights) in sorted(postings.items())]
            self._insert(_POSTINGS, rows, chunk=chunk)
        compounding = base_language(self.language) in COMPOUNDING
        words = [(key, shown, term, n, backwards(key, compounding)) for key, (shown, term, n) in sorted(batch.words.items())]
        added = self._insert(_WORDS, words)
        self.write_forms([(row.word, str(batch.words[row.word][1])) for row in added if row.is_new] if added is not None else [])

    def write_bits(self, batch: Batch) -> None:
        """Values of the batch's documents."""
        self._insert(_BITS, [(*key, _hex(places)) for key, places in sorted(batch.bits.items())])

    def write_forms(self, words: Sequence[tuple[str, str]]) -> None:
        """Makes these words (word, term) findable by a misspelling of the word or of its stem."""
        buckets: dict[int, tuple[list[int], list[str]]] = defaultdict(lambda: ([], []))
        for word, term in words:
            for form in {form for one in {word, term} if spelling.is_kept(one) for form in spelling.forms(one)}:
                kept = buckets[spelling.bucket(form)]
                kept[0].append(form)
                kept[1].append(word)
        self._insert(_FORMS, [(bucket, plain(forms), quoted(kept)) for bucket, (forms, kept) in sorted(buckets.items())])

    def _insert(self, statement: TextClause, rows: Sequence[tuple[Any, ...]], **more: Any) -> Any | None:
        if not rows:
            return None
        columns = {f"c{n}": _array(column) for n, column in enumerate(zip(*rows, strict=True))}
        return self._run(statement, **columns, **more)

    def _run(self, statement: TextClause, **values: Any) -> Any:
        return self.session.execute(statement, {"tenant": tenancy.current(), "build": self.build, **values})
