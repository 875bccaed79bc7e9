"""Decoded pieces of a build: values of a field, places of a term, numbers, orders, words. Pure; never changed once made.

Document numbers in here are the build's own. Everything that runs over many documents runs inside of C: a comprehension
per document costs ten times as much.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, compress, islice
from operator import neg
from uuid import UUID

from catalog.search import bits

# a value that stands in fewer documents than one of so many is kept as a list of them, else as a set
SPARSE = 640
# so few documents are looked at one by one, more as a set
FEW = 1000
# a term that stands in more than one of so many documents has its weights laid out by document
DENSE = 8
NO_NUMBER = -(2**63)


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
                docs.extend(bits.documents(members, size))
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

    @cached_property
    def by_document(self) -> tuple[tuple[str, ...], "array[int]", "array[int]"]:
        """(values, places, offsets): the values of a document are at the places from its offset to the next one's."""
        values = (*self.dense, *self.spans)
        having = [bits.documents(members, self.size) for members in self.dense.values()]
        having += [list(self.docs[start:end]) for start, end in self.spans.values()]
        counts = Counter(chain.from_iterable(having))
        offsets = array("i", accumulate(map(counts.__getitem__, range(self.size)), initial=0))
        free, places = list(offsets), array("i", bytes(4 * offsets[-1]))
        for n, docs in enumerate(having):
            for doc in docs:
                places[free[doc]] = n
                free[doc] += 1
        return values, places, offsets

    def counts_of_few(self, docs: Iterable[int]) -> dict[str, int]:
        """{value: how many of these documents have it}."""
        values, places, offsets = self.by_document
        counted = Counter(chain.from_iterable(places[offsets[doc] : offsets[doc + 1]] for doc in docs))
        return {values[n]: count for n, count in counted.items()}

    def counts(self, members: int, flags: bytes) -> dict[str, int]:
        """{value: how many documents of the set have it}; the set comes in both forms. Values without any are left out."""
        found = {value: n for value, with_it in self.dense.items() if (n := (with_it & members).bit_count())}
        if self.names:
            found.update(Counter(compress(self.names, map(flags.__getitem__, self.docs))))
        return found

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return len(self.dense) * (self.size // 7 + 120) + len(self.spans) * 260 + len(self.docs) * 16 + self.size * 8


@dataclass(frozen=True)
class Posting:
    """Where a term stands: documents, rising, and weights (1/30,000). `size`: how many numbers the build takes."""

    docs: "array[int]" = field(default_factory=lambda: array("i"))
    weights: "array[int]" = field(default_factory=lambda: array("h"))
    size: int = 0

    @property
    def n(self) -> int:
        """In how many documents, switched-off ones included."""
        return len(self.docs)

    @cached_property
    def members(self) -> int:
        """The documents as a set."""
        return bits.of_documents(self.docs, self.size)

    @cached_property
    def peak(self) -> int:
        """The largest weight, 0 where there is none."""
        return max(self.weights, default=0)

    @cached_property
    def least(self) -> int:
        """The smallest weight, 0 where there is none."""
        return min(self.weights, default=0)

    @cached_property
    def ranked(self) -> tuple["array[int]", "array[int]"]:
        """Documents and weights by falling weight, equal ones by document."""
        order = sorted(range(len(self.docs)), key=self.weights.__getitem__, reverse=True)
        return array("i", map(self.docs.__getitem__, order)), array("h", map(self.weights.__getitem__, order))

    @cached_property
    def by_document(self) -> "array[int]":
        """Each document's weight, 0 where it has none."""
        weights = array("h", bytes(2 * self.size))
        for doc, weight in zip(self.docs, self.weights, strict=True):
            weights[doc] = weight
        return weights

    def reaching(self, weight: float) -> int:
        """The set of documents with at least this weight."""
        if self.least >= weight:
            return self.members
        if self.peak < weight:
            return 0
        docs, weights = self.ranked
        end = bisect_right(weights, -weight, key=neg)
        if 2 * end > len(docs):
            return self.members ^ bits.of_documents(docs[end:], self.size)
        return bits.of_documents(docs[:end], self.size)

    @property
    def is_dense(self) -> bool:
        """Is it worth having the weights laid out by document?"""
        return len(self.docs) * DENSE >= self.size

    @property
    def bytes(self) -> int:
        """About how much memory this takes, once it has been asked for in every form."""
        return 500 + len(self.docs) * 12 + self.size // 7 + (2 * self.size if self.is_dense else 0)


NOWHERE = Posting()


def all_of(postings: Sequence[Posting]) -> Posting:
    """Documents that stand in every one of the postings, each with the least of its weights."""
    weights = [dict(zip(posting.docs, posting.weights, strict=True)) for posting in sorted(postings, key=lambda posting: posting.n)]
    docs = array("i", (doc for doc in weights[0] if all(doc in others for others in weights[1:])))
    weights_of_all = array("h", (min(one[doc] for one in weights) for doc in docs))
    return Posting(docs, weights_of_all, max(posting.size for posting in postings))


@dataclass(frozen=True)
class Column:
    """Numbers of documents in ten-thousandths, rising; equal ones by document."""

    docs: "array[int]" = field(default_factory=lambda: array("i"))
    values: "array[int]" = field(default_factory=lambda: array("q"))

    @cached_property
    def by_document(self) -> "array[int]":
        """Each document's number, NO_NUMBER where it has none."""
        numbers = array("q", [NO_NUMBER]) * (max(self.docs, default=-1) + 1)
        for doc, value in zip(self.docs, self.values, strict=True):
            numbers[doc] = value
        return numbers

    def ends_of_few(self, docs: Iterable[int]) -> list[int]:
        """The lowest and the highest number of these documents; empty where none has one."""
        numbers, length = self.by_document, len(self.by_document)
        found = [numbers[doc] for doc in docs if doc < length and numbers[doc] != NO_NUMBER]
        return [min(found), max(found)] if found else []

    def ends(self, flags: bytes) -> list[int]:
        """The same of the flagged documents."""
        return [value for _, value in (*self.first(flags, 1), *self.last(flags, 1))]

    def between(self, low: int, high: int) -> "array[int]":
        """Documents whose number lies in the range, both ends included."""
        return self.docs[bisect_left(self.values, low) : bisect_right(self.values, high)]

    def first(self, flags: bytes, most: int) -> list[tuple[int, int]]:
        """(document, number) of the `most` lowest among the flagged."""
        places = islice(compress(range(len(self.docs)), map(flags.__getitem__, self.docs)), most)
        return [(self.docs[place], self.values[place]) for place in places]

    def last(self, flags: bytes, most: int) -> list[tuple[int, int]]:
        """(document, number) of the `most` highest among the flagged."""
        falling = range(len(self.docs) - 1, -1, -1)
        places = islice(compress(falling, map(flags.__getitem__, reversed(self.docs))), most)
        return [(self.docs[place], self.values[place]) for place in places]

    @property
    def bytes(self) -> int:
        """About how much memory this takes."""
        return 300 + len(self.docs) * 20


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

    def place_of(self, product_id: UUID) -> int | None:
        """The document that is this product, None where there is none."""
        found = self.ids.find(product_id.bytes)
        while found % 16 and found >= 0:
            found = self.ids.find(product_id.bytes, found + 1)
        return found // 16 if found >= 0 else None

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
