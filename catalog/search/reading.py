"""Reading pieces of builds, each kind with one statement for all that is missing on the shelf.

A statement takes what is missing as rows (n, tenant_id, build, chunks, name) and answers with their n. Lateral subqueries
with OFFSET 0 keep the planner on the primary keys: tenant, build, name. Documents beyond the build's state are left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from catalog.search import spelling
from catalog.search.arrays import bigs, integers, plain, quoted, smalls
from catalog.search.bits import CHUNK
from catalog.search.pieces import NOWHERE, Column, Known, Order, Places, Posting, Products, Values, Words
from catalog.search.shelf import Shelf

MOST_BEGINNINGS = 8
MOST_ENDINGS = 20
MOST_CORRECTIONS = 10
AFTER_ALL_LETTERS = "\U0010ffff"
BY_RANK, BY_DATE, BY_NAME = "rank", "newest", "name"


@dataclass(frozen=True, eq=False)
class Build:
    """A build in one state; equal where the state is."""

    tenant_id: UUID
    number: int
    id: UUID
    next_document: int
    documents: int

    @cached_property
    def state(self) -> str:
        """What the pieces read in this state are kept under."""
        return f"{self.tenant_id} {self.id} {self.next_document} {self.documents}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Build) and self.state == other.state

    def __hash__(self) -> int:
        return hash(self.state)

    @property
    def length(self) -> int:
        """How many document numbers it takes, a multiple of CHUNK."""
        return -(-self.next_document // CHUNK) * CHUNK


Wanted = tuple[Build, str]
Loader = Callable[[Session, Sequence[Wanted]], Iterable[tuple[Wanted, Any]]]


@dataclass(frozen=True)
class Kind:
    """A kind of piece: how it is read, and what stands for one that is not there."""

    name: str
    load: Loader
    nothing: Any


def fetch(session: Session, shelf: Shelf, kind: Kind, wanted: Iterable[Wanted]) -> dict[Wanted, Any]:
    """The pieces wanted, from the shelf or with one statement for all that is not there."""
    found: dict[Wanted, Any] = {}
    missing: list[Wanted] = []
    for want in wanted:
        piece = shelf.find((kind.name, want[0].state, want[1]))
        if piece is None:
            missing.append(want)
        else:
            found[want] = piece
    if missing:
        read = dict(kind.load(session, missing))
        for want in missing:
            piece = found[want] = read.get(want, kind.nothing)
            shelf.put((kind.name, want[0].state, want[1]), piece, piece.bytes + 2 * len(want[1]))
    return found


# what is missing, as rows q
_WANTED = (
    "unnest(CAST(:w_n AS int[]), CAST(:w_tenant AS uuid[]), CAST(:w_build AS int[]), CAST(:w_chunks AS int[]),"
    "  CAST(:w_name AS text[])) AS q(n, tenant_id, build, chunks, name)"
)


def _statement(told: str) -> TextClause:
    return text(told.replace("WANTED", _WANTED))


def _rows(session: Session, statement: TextClause, wanted: Sequence[Wanted], **more: Any) -> Any:
    values = {
        "w_n": plain(range(len(wanted))),
        "w_tenant": plain(build.tenant_id for build, _ in wanted),
        "w_build": plain(build.number for build, _ in wanted),
        "w_chunks": plain(build.length // CHUNK for build, _ in wanted),
        "w_name": quoted(name for _, name in wanted),
    }
    return session.execute(statement, {**values, **more})


_VALUES = _statement(
    "SELECT q.n, b.value, b.chunk, b.sent"
    " FROM WANTED"
    " CROSS JOIN LATERAL (SELECT b.value, b.chunk, bit_send(b.bits) AS sent"
    "  FROM catalog.search_bits b WHERE b.tenant_id = q.tenant_id AND b.build = q.build AND b.field = q.name"
    "  AND b.chunk < q.chunks OFFSET 0) AS b"
)


def _load_values(session: Session, wanted: Sequence[Wanted]) -> Iterable[tuple[Wanted, Any]]:
    rows: dict[int, list[tuple[str, int, bytes]]] = defaultdict(list)
    for n, value, chunk, sent in _rows(session, _VALUES, wanted):
        rows[n].append((value, chunk, bytes(sent[4:])))
    return [(wanted[n], Values.made_of(found, wanted[n][0].length)) for n, found in rows.items()]


_POSTINGS = _statement(
    "SELECT q.n, p.chunk, p.places, p.weights"
    " FROM WANTED"
    " CROSS JOIN LATERAL (SELECT p.chunk, array_send(p.places) AS places,"
    "  array_send(p.weights) AS weights FROM catalog.search_posting p WHERE p.tenant_id = q.tenant_id AND p.build = q.build"
    "  AND p.term = q.name AND p.chunk < q.chunks OFFSET 0) AS p ORDER BY 1, 2"
)


def _load_postings(session: Session, wanted: Sequence[Wanted]) -> Iterable[tuple[Wanted, Any]]:
    made: dict[int, Posting] = {}
    for n, chunk, places, weights in _rows(session, _POSTINGS, wanted):
        posting = made.setdefault(n, Posting(size=wanted[n][0].length))
        start = chunk * CHUNK
        posting.docs.extend(map(start.__add__, smalls(places)))
        posting.weights.extend(smalls(weights))
    return [(wanted[n], posting) for n, posting in made.items()]


_COLUMNS = _statement(
    "SELECT q.n, c.docs, c.amounts"
    " FROM WANTED"
    " CROSS JOIN LATERAL (SELECT array_send(array_agg(n.doc ORDER BY n.value_e4, n.doc)) AS docs,"
    "  array_send(array_agg(n.value_e4 ORDER BY n.value_e4, n.doc)) AS amounts FROM catalog.search_number n"
    "  WHERE n.tenant_id = q.tenant_id AND n.build = q.build AND n.code = q.name AND n.doc < q.chunks * 4096 OFFSET 0) AS c"
)


def _load_columns(session: Session, wanted: Sequence[Wanted]) -> Iterable[tuple[Wanted, Any]]:
    return [(wanted[n], Column(integers(docs), bigs(amounts))) for n, docs, amounts in _rows(session, _COLUMNS, wanted)]


_ORDERED = {
    BY_RANK: _statement(
        "SELECT q.n, c.docs FROM WANTED"
        " CROSS JOIN LATERAL (SELECT array_send(array_agg(d.doc ORDER BY d.rank DESC, d.name_key, d.doc)) AS docs"
        "  FROM catalog.search_doc d WHERE d.tenant_id = q.tenant_id AND d.build = q.build AND d.doc < q.chunks * 4096 OFFSET 0) AS c"
    ),
    BY_DATE: _statement(
        "SELECT q.n, c.docs FROM WANTED"
        " CROSS JOIN LATERAL (SELECT array_send(array_agg(d.doc ORDER BY d.created_s DESC, d.doc)) AS docs"
        "  FROM catalog.search_doc d WHERE d.tenant_id = q.tenant_id AND d.build = q.build AND d.doc < q.chunks * 4096 OFFSET 0) AS c"
    ),
    BY_NAME: _statement(
        "SELECT q.n, c.docs FROM WANTED"
        " CROSS JOIN LATERAL (SELECT array_send(array_agg(d.doc ORDER BY d.name_key, d.doc)) AS docs"
        "  FROM catalog.search_doc d WHERE d.tenant_id = q.tenant_id AND d.build = q.build AND d.doc < q.chunks * 4096 OFFSET 0) AS c"
    ),
}


def _load_orders(session: Session, wanted: Sequence[Wanted]) -> Iterable[tuple[Wanted, Any]]:
    for name, those in groupby(sorted(wanted, key=lambda want: want[1]), key=lambda want: want[1]):
        asked = list(those)
        for n, docs in _rows(session, _ORDERED[name], asked):
            yield asked[n], Order(integers(docs))


_PRODUCTS = _statement(
    "SELECT q.n, c.docs, c.ids"
    " FROM WANTED"
    " CROSS JOIN LATERAL (SELECT array_send(array_agg(d.doc ORDER BY d.doc)) AS docs,"
    "  string_agg(uuid_send(d.product_id), CAST('' AS bytea) ORDER BY d.doc) AS ids FROM catalog.search_doc d"
    "  WHERE d.tenant_id = q.tenant_id AND d.build = q.build AND d.doc < q.chunks * 4096 OFFSET 0) AS c"
)


def _load_products(session: Session, wanted: Sequence[Wanted]) -> Iterable[tuple[Wanted, Any]]:
    for n, docs, ids in _rows(session, _PRODUCTS, wanted):
        whole = bytearray(16 * wanted[n][0].length)
        for place, doc in enumerate(integers(docs)):
            whole[16 * doc : 16 * doc + 16] = ids[16 * place : 16 * place + 16]
        yield wanted[n], Products(bytes(whole))


_CODES = _statement(
    "SELECT q.n, c.doc"
    " FROM WANTED"
    " CROSS JOIN LATERAL (SELECT c.doc FROM catalog.search_code c"
    "  WHERE c.tenant_id = q.tenant_id AND c.build = q.build AND c.code = q.name AND c.doc < q.chunks * 4096 OFFSET 0) AS c"
)


def _load_codes(session: Session, wanted: Sequence[Wanted]) -> Iterable[tuple[Wanted, Any]]:
    found: dict[int, list[int]] = defaultdict(list)
    for n, doc in _rows(session, _CODES, wanted):
        found[n].append(doc)
    return [(wanted[n], Places(tuple(sorted(docs)))) for n, docs in found.items()]


def _words(wanted: Sequence[Wanted], rows: Iterable[Any]) -> Iterable[tuple[Wanted, Any]]:
    found: dict[int, list[Known]] = defaultdict(list)
    for n, *word in rows:
        found[n].append(Known(*word))
    return [(wanted[n], Words(tuple(known))) for n, known in found.items()]


_BEGINNING = _statement(
    "SELECT q.n, w.word, w.shown, w.term, w.n"
    " FROM WANTED"
    " CROSS JOIN LATERAL (SELECT w.word, w.shown, w.term, w.n"
    "  FROM catalog.search_word w WHERE w.tenant_id = q.tenant_id AND w.build = q.build"
    '  AND w.word >= q.name COLLATE "C" AND w.word < (q.name || :last) COLLATE "C" ORDER BY w.n DESC, w.word LIMIT :most) AS w'
)


def _load_beginnings(session: Session, wanted: Sequence[Wanted]) -> Iterable[tuple[Wanted, Any]]:
    return _words(wanted, _rows(session, _BEGINNING, wanted, most=MOST_BEGINNINGS, last=AFTER_ALL_LETTERS))


_ENDING = _statement(
    "SELECT q.n, w.word, w.shown, w.term, w.n"
    " FROM WANTED"
    " CROSS JOIN LATERAL (SELECT w.word, w.shown, w.term, w.n"
    "  FROM catalog.search_word w WHERE w.tenant_id = q.tenant_id AND w.build = q.build AND w.backwards <> ''"
    '  AND w.backwards > q.name COLLATE "C" AND w.backwards < (q.name || :last) COLLATE "C"'
    "  ORDER BY w.n DESC, w.word LIMIT :most) AS w"
)


def _load_endings(session: Session, wanted: Sequence[Wanted]) -> Iterable[tuple[Wanted, Any]]:
    return _words(wanted, _rows(session, _ENDING, wanted, most=MOST_ENDINGS, last=AFTER_ALL_LETTERS))


_NEIGHBOURS = _statement(
    "SELECT q.n, w.word, w.shown, w.term, w.n"
    " FROM WANTED"
    " CROSS JOIN LATERAL (SELECT DISTINCT u.word"
    "  FROM unnest(CAST(:f_n AS int[]), CAST(:f_bucket AS int[]), CAST(:f_form AS int[])) AS f(n, bucket, form)"
    "  CROSS JOIN LATERAL (SELECT u.word FROM catalog.search_word_del d CROSS JOIN LATERAL unnest(d.forms, d.words) AS u(form, word)"
    "   WHERE d.tenant_id = q.tenant_id AND d.build = q.build AND d.bucket = f.bucket AND u.form = f.form OFFSET 0) AS u"
    "  WHERE f.n = q.n OFFSET 0) AS u"
    " CROSS JOIN LATERAL (SELECT w.word, w.shown, w.term, w.n FROM catalog.search_word w"
    "  WHERE w.tenant_id = q.tenant_id AND w.build = q.build AND w.word = u.word OFFSET 0) AS w"
)


def _load_neighbours(session: Session, wanted: Sequence[Wanted]) -> Iterable[tuple[Wanted, Any]]:
    forms = [(n, spelling.bucket(form), form) for n, (_, word) in enumerate(wanted) for form in spelling.forms(word)]
    more = dict(zip(("f_n", "f_bucket", "f_form"), map(plain, zip(*forms, strict=True)), strict=True))
    for want, words in _words(wanted, _rows(session, _NEIGHBOURS, wanted, **more)):
        near = (word for word in words if any(spelling.is_neighbour(want[1], spelt) for spelt in (word.key, word.term)))
        close = sorted(near, key=lambda w: (-w.n, w.key))
        yield want, Words(tuple(close[:MOST_CORRECTIONS]))


VALUES = Kind("values", _load_values, Values())
POSTINGS = Kind("postings", _load_postings, NOWHERE)
COLUMNS = Kind("columns", _load_columns, Column())
ORDERS = Kind("orders", _load_orders, Order())
PRODUCTS = Kind("products", _load_products, Products())
CODES = Kind("codes", _load_codes, Places())
BEGINNINGS = Kind("beginnings", _load_beginnings, Words())
ENDINGS = Kind("endings", _load_endings, Words())
NEIGHBOURS = Kind("neighbours", _load_neighbours, Words())

Pieces = Mapping[str, Any]
