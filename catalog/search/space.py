"""The documents of all sources of a scope, laid side by side.

Each source's build takes a range of numbers that begins at a multiple of CHUNK; inside of a request a document is
known by its number in this space, so that one statement serves all sources.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.search import bits
from catalog.search.arrays import plain, quoted
from catalog.search.bits import CHUNK
from catalog.search.provider import SearchScope, SearchSource

# up to so many documents are looked up one by one, more are found by walking along an index
FEW = 256

_BUILDS = text(
    "SELECT i.tenant_id, i.market_code, i.language, i.build, i.documents, i.next_document FROM catalog.search_index i"
    " JOIN unnest(CAST(:tenants AS uuid[]), CAST(:markets AS text[]), CAST(:languages AS text[])) AS s(tenant_id, market_code, language)"
    " ON i.tenant_id = s.tenant_id AND i.market_code = s.market_code AND i.language = s.language WHERE i.is_current"
)


@dataclass(frozen=True)
class Strip:
    """One source's range: documents `start` to `start + length - 1`."""

    source: SearchSource
    build: int
    start: int
    length: int
    next_document: int


@dataclass(frozen=True)
class Space:
    """All strips; `size` is a multiple of CHUNK, `documents` about how many live ones there are."""

    session: Session
    scope: SearchScope
    strips: tuple[Strip, ...]
    size: int
    documents: int

    @cached_property
    def columns(self) -> dict[str, str]:
        """The strips as arrays for a statement: s_tenant, s_build, s_start and s_end (first document after)."""
        return {
            "s_tenant": plain(strip.source.tenant_id for strip in self.strips),
            "s_build": plain(strip.build for strip in self.strips),
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

    def strip_of(self, document: int) -> Strip:
        """The strip a document lies in."""
        return next(strip for strip in self.strips if strip.start <= document < strip.start + strip.length)

    def run(self, statement: Any, values: Mapping[str, Any] | None = None) -> Any:
        """Executes a statement that takes the strips and further values."""
        return self.session.execute(statement, {**self.columns, **(values or {})})

    def of_few(self, statement: Any, members: int, values: Mapping[str, Any]) -> Any:
        """Executes a statement that takes the documents as d_docs beside the strips."""
        return self.run(statement, {"d_docs": plain(bits.documents(members, self.size)), **values})

    def of_many(self, statement: Any, members: int, values: Mapping[str, Any]) -> Any:
        """Executes a statement that takes, beside the strips, the set as s_members: hex digits of each strip's part."""
        whole = members.to_bytes(self.size // 8, "big").hex()
        parts = [whole[strip.start // 4 : (strip.start + strip.length) // 4] for strip in self.strips]
        return self.run(statement, {"s_members": plain(parts), **values})


def open_space(session: Session, scope: SearchScope) -> Space:
    """Finds the builds in use. Sources without an index, or whose agreement no longer lets us read it, take no part."""
    sources = {(s.tenant_id, s.market_code, s.language): s for s in scope.sources}
    rows = session.execute(
        _BUILDS,
        {
            "tenants": plain(s.tenant_id for s in sources.values()),
            "markets": quoted(s.market_code for s in sources.values()),
            "languages": quoted(s.language for s in sources.values()),
        },
    ).all()
    builds = {(row.tenant_id, row.market_code, row.language): row for row in rows}
    strips: list[Strip] = []
    start = documents = 0
    for key, source in sources.items():
        row = builds.get(key)
        if row is None or not row.next_document:
            continue
        length = -(-row.next_document // CHUNK) * CHUNK
        strips.append(Strip(source, row.build, start, length, row.next_document))
        start += length
        documents += row.documents
    return Space(session, scope, tuple(strips), start, documents)
