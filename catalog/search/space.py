"""The documents of all sources of a scope, laid side by side.

Each source's build takes a range of numbers that begins at a multiple of CHUNK; inside of a request a document is
known by its number in this space. Which builds there are, and in which state, is asked in every transaction, behind row
security: nothing on the shelf is reached without it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy.orm import Session

from catalog.search import bits, rules
from catalog.search.arrays import plain, quoted
from catalog.search.own_names import MARKET, laid_over, read_places
from catalog.search.pieces import FEW, Column, Known, Posting, all_of
from catalog.search.provider import SearchScope, SearchSource
from catalog.search.reading import POSTINGS, Build, Kind, fetch
from catalog.search.shelf import SHELF, Shelf
from kernel.db.statements import Statement

_BUILDS = Statement(
    "SELECT i.tenant_id, i.market_code, i.language, i.build, i.id, i.next_document, i.documents FROM catalog.search_index i"
    " JOIN unnest(CAST(:tenants AS uuid[]), CAST(:markets AS text[]), CAST(:languages AS text[])) AS s(tenant_id, market_code, language)"
    " ON i.tenant_id = s.tenant_id AND i.market_code = s.market_code AND i.language = s.language WHERE i.is_current",
    is_apart=True,
)


@dataclass(frozen=True)
class Strip:
    """One source's range: documents `start` to `start + length - 1`. `own`: the seller's own names for them."""

    source: SearchSource
    build: Build
    start: int
    own: tuple[Build, ...] = ()

    @property
    def length(self) -> int:
        """How many numbers the range takes, a multiple of CHUNK."""
        return self.build.length


@dataclass(frozen=True)
class Space:
    """All strips; `size` is a multiple of CHUNK, `documents` about how many live ones there are. `lost`: sources without an index."""

    session: Session
    scope: SearchScope
    strips: tuple[Strip, ...]
    size: int
    documents: int
    shelf: Shelf = field(default_factory=Shelf)
    lost: tuple[SearchSource, ...] = ()

    def pieces(self, kind: Kind, names: Iterable[str]) -> list[dict[str, Any]]:
        """Per strip, what its build has under these names."""
        asked = list(dict.fromkeys(names))
        found = fetch(self.session, self.shelf, kind, [(strip.build, name) for strip in self.strips for name in asked])
        return [{name: found[strip.build, name] for name in asked} for strip in self.strips]

    def postings(self, terms: Iterable[str]) -> list[dict[str, Posting]]:
        """Per strip, where the terms stand, in the seller's own names as well. A term may be several that stand together."""
        asked = set(terms)
        several = {term: rules.parts(term) for term in asked if term.startswith(rules.TOGETHER)}
        found = self._plain_postings(chain(asked - several.keys(), *several.values()))
        if not several:
            return found
        plain_terms = asked - several.keys()
        return [
            {term: postings[term] for term in plain_terms}
            | {term: all_of([postings[part] for part in parts]) for term, parts in several.items()}
            for postings in found
        ]

    def _plain_postings(self, terms: Iterable[str]) -> list[dict[str, Posting]]:
        found = self.pieces(POSTINGS, terms)
        for strip, postings in zip(self.strips, found, strict=True):
            for own in strip.own:
                mine = fetch(self.session, self.shelf, POSTINGS, [(own, term) for term in postings])
                for (_, term), posting in mine.items():
                    if posting.n:
                        postings[term] = self._laid_over(strip, own, term, postings[term], posting)
        return found

    def words(self, kind: Kind, asked: Iterable[str]) -> dict[str, list[Known]]:
        """Words of all the strips and of the seller's own names that answer to what is asked, in the order of strips."""
        builds = [build for strip in self.strips for build in (strip.build, *strip.own)]
        names = list(dict.fromkeys(asked))
        found = fetch(self.session, self.shelf, kind, [(build, name) for build in builds for name in names])
        return {name: [known for build in dict.fromkeys(builds) for known in found[build, name]] for name in names}

    def _laid_over(self, strip: Strip, own: Build, term: str, posting: Posting, mine: Posting) -> Posting:
        state = (strip.build.state, own.state, strip.source.agreement_id, self.scope.stamp)
        shelf = self.shelf if self.scope.stamp is not None else Shelf()
        made = shelf.find(("laid over", *state, term))
        if made is None:
            places = shelf.find(("placed", *state))
            if places is None:
                assert strip.source.agreement_id is not None
                places = read_places(self.session, own, strip.build, strip.source.agreement_id)
                shelf.put(("placed", *state), places, places.bytes)
            made = laid_over(posting, mine, places, strip.length)
            shelf.put(("laid over", *state, term), made, made.bytes)
        return made

    def part(self, members: int, strip: Strip) -> int:
        """A strip's part of a set, in the build's own numbers."""
        if strip.length == self.size:
            return members
        return members >> (self.size - strip.start - strip.length) & ((1 << strip.length) - 1)

    def placed(self, members: int, strip: Strip) -> int:
        """A set in the build's own numbers as a set of this space."""
        return members << (self.size - strip.start - strip.length)

    @cached_property
    def columns(self) -> dict[str, str]:
        """The strips as arrays for a statement: s_tenant, s_build, s_start and s_end (first document after)."""
        return {
            "s_tenant": plain(strip.build.tenant_id for strip in self.strips),
            "s_build": plain(strip.build.number for strip in self.strips),
            "s_start": plain(strip.start for strip in self.strips),
            "s_end": plain(strip.start + strip.length for strip in self.strips),
        }

    @property
    def has_agreements(self) -> bool:
        """Does the seller sell under an agreement, and may therefore have an overlay?"""
        return any(strip.source.agreement_id for strip in self.strips)

    @property
    def language(self) -> str:
        """The language queries are read in: the first source's."""
        return self.strips[0].source.language

    def number_of(self, document: int) -> int:
        """The number of the strip a document lies in."""
        return bisect_right(self.strips, document, key=lambda strip: strip.start) - 1

    def run(self, statement: Any, values: Mapping[str, Any] | None = None) -> Any:
        """Executes a statement that takes the strips and further values."""
        return self.session.execute(statement, {**self.columns, **(values or {})})


@dataclass(frozen=True)
class Members:
    """A set of the space's documents in the forms it is asked for in; each is made once."""

    space: Space
    all: int

    @cached_property
    def flags(self) -> bytes:
        """One byte per document of the space, 1 for members."""
        return bits.flags(self.all, self.space.size)

    @cached_property
    def few(self) -> list[int] | None:
        """The documents themselves where they are few."""
        return bits.documents(self.all, self.space.size) if self.all.bit_count() <= FEW else None

    def few_in(self, strip: Strip) -> Iterable[int] | None:
        """The same for one strip, in the build's own numbers."""
        if self.few is None or strip.length == self.space.size:
            return self.few
        return [document - strip.start for document in self.few if strip.start <= document < strip.start + strip.length]

    def flags_in(self, strip: Strip) -> bytes:
        """The same for one strip, in the build's own numbers."""
        return self.flags if strip.length == self.space.size else self.flags[strip.start : strip.start + strip.length]

    def ends_in(self, strip: Strip, column: Column) -> list[int]:
        """The lowest and the highest of the build's numbers in the set; empty where there is none."""
        few = self.few_in(strip)
        return column.ends_of_few(few) if few is not None else column.ends(self.flags_in(strip))

    def ends_of(self, column: Column) -> list[int]:
        """The same of numbers by document of the space."""
        return column.ends_of_few(self.few) if self.few is not None else column.ends(self.flags)


def open_space(session: Session, scope: SearchScope) -> Space:
    """Finds the builds in use. Sources without an index, or whose agreement no longer lets us read it, take no part."""
    sources = {(s.tenant_id, s.market_code, s.language): s for s in scope.sources}
    own_names = [(scope.seller_id, MARKET, language) for s in scope.sources if s.agreement_id for language in s.own_names]
    wanted = list(dict.fromkeys([*sources, *own_names]))
    rows = _BUILDS.all(
        session,
        tenants=plain(tenant_id for tenant_id, _, _ in wanted),
        markets=quoted(market_code for _, market_code, _ in wanted),
        languages=quoted(language for _, _, language in wanted),
    )
    builds = {(r.tenant_id, r.market_code, r.language): Build(r.tenant_id, r.build, r.id, r.next_document, r.documents) for r in rows}
    strips: list[Strip] = []
    start = documents = 0
    for key, source in sources.items():
        build = builds.get(key)
        if build is None or not build.next_document:
            continue
        own = [builds.get((scope.seller_id, MARKET, language)) for language in source.own_names if source.agreement_id]
        strips.append(Strip(source, build, start, tuple(b for b in own if b is not None and b.documents)))
        start += build.length
        documents += build.documents
    shelf = SHELF if session.info.get("read_only") else Shelf()
    lost = tuple(source for key, source in sources.items() if key not in builds)
    return Space(session, scope, tuple(strips), start, documents, shelf, lost)
