"""Decoded pieces of a build: values of a field, places of a term, numbers, orders, words. Pure; never changed once made.

Document numbers in here are the build's own. Everything that runs over many documents runs inside of C: a comprehension
per document costs ten times as much.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import compress, islice
from uuid import UUID

from catalog.search import bits

# a value that stands in fewer documents than one of so many is kept as a list of them, else as a set
SPARSE = 640


@dataclass(frozen=True)
class Known:
    """A word of the index: key, as shown, term, in about how many documents."""

    key: str
    shown: str
    term: str
    n: int


@dataclass(frozen=True)
class Values:
    """Which documents have which value of a field. `dense` {value: set}; rare values in `spans` {value: its part of `docs`}."""

    dense: Mapping[str, int] = field(default_factory=dict)
    spans: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    docs: "array[int]" = field(default_factory=lambda: array("i"))
    names: tuple[str, ...] = ()
    size: int = 0

    @classmethod
    def made_of(cls, pieces: Iterable[tuple[str, int, bytes]], size: int) -> "Values":
        """From rows (value, chunk, bits)."""
        chunks: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
        for value, chunk, sent in pieces:
            chunks[value].append((chunk * bits.CHUNK, sent))
        dense: dict[str, int] = {}
        spans: dict[str, tuple[int, int]] = {}
        docs: array[int] = array("i")
        names: list[str] = []
        for value, found in chunks.items():
            members = bits.of_chunks(found, size)
            count = members.bit_count()
            if count * SPARSE >= size:
                dense[value] = members
            elif count:
                spans[value] = (len(docs), len(docs) + count)
                docs.extend(bits.few_documents(members, size))
                names += [value] * count
        return cls(dense, spans, docs, tuple(names), size)

    def __bool__(self) -> bool:
        return bool(self.dense or self.spans)

    def having(self, value: str) -> int:
        """The set of documents that have the value."""
        if value in self.dense:
            return self.dense[value]
        start, end = self.spans.get(value, (0, 0))
        return bits.of_documents(self.docs[start:end], self.size) if end else 0

    def counts(self, members: int, flags: bytes) -> dict[str, int]:
        """{value: how many documents of the set have it}; the set comes in both forms. Values without any are left out."""
        found = {value: n for value, with_it in self.dense.items() if (n := (with_it & members).bit_count())}
        if self.names:
            found.update(Counter(compress(self.names, map(flags.__getitem__, self.docs))))
        return found

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return len(self.dense) * (self.size // 7 + 120) + len(self.spans) * 260 + len(self.docs) * 12


@dataclass(frozen=True)
class Posting:
    """Where a term stands: documents and weights (1/30,000)."""

    docs: "array[int]" = field(default_factory=lambda: array("i"))
    weights: "array[int]" = field(default_factory=lambda: array("h"))

    @property
    def n(self) -> int:
        """In how many documents, switched-off ones included."""
        return len(self.docs)

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return 250 + len(self.docs) * 6


NOWHERE = Posting()


@dataclass(frozen=True)
class Column:
    """Numbers of documents in ten-thousandths, rising; equal ones by document."""

    docs: "array[int]" = field(default_factory=lambda: array("i"))
    values: "array[int]" = field(default_factory=lambda: array("q"))

    def between(self, low: int, high: int) -> "array[int]":
        """Documents whose number lies in the range, both ends included."""
        return self.docs[bisect_left(self.values, low) : bisect_right(self.values, high)]

    def first(self, flags: bytes, most: int) -> list[tuple[int, int]]:
        """(document, number) of the `most` lowest among the flagged."""
        return list(islice(compress(zip(self.docs, self.values, strict=True), map(flags.__getitem__, self.docs)), most))

    def last(self, flags: bytes, most: int) -> list[tuple[int, int]]:
        """(document, number) of the `most` highest among the flagged."""
        both = zip(reversed(self.docs), reversed(self.values), strict=True)
        return list(islice(compress(both, map(flags.__getitem__, reversed(self.docs))), most))

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return 300 + len(self.docs) * 12


@dataclass(frozen=True)
class Order:
    """Live documents in one of the orders of a list."""

    docs: "array[int]" = field(default_factory=lambda: array("i"))

    def first(self, flags: bytes, most: int) -> list[int]:
        """The first `most` of the flagged documents."""
        return list(islice(compress(self.docs, map(flags.__getitem__, self.docs)), most))

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return 150 + len(self.docs) * 4


@dataclass(frozen=True)
class Products:
    """Which product a document is, 16 bytes each; zeros where a number is switched off."""

    ids: bytes = b""

    def of(self, doc: int) -> UUID | None:
        """The product's id, None where there is none."""
        found = self.ids[16 * doc : 16 * doc + 16]
        return UUID(bytes=found) if any(found) else None

    @property
    def bytes(self) -> int:
        """How much memory this takes."""
        return 100 + len(self.ids)


@dataclass(frozen=True)
class Words:
    """Words of the index that answer to something, in the order in which they were asked for."""

    known: tuple[Known, ...] = ()

    def __iter__(self) -> Iterator[Known]:
        return iter(self.known)

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return 100 + len(self.known) * 400


@dataclass(frozen=True)
class Places:
    """Documents, in no order that matters."""

    docs: tuple[int, ...] = ()

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return 80 + len(self.docs) * 36
