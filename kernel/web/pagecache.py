"""Pages that are the same for everybody: rendered once, kept with their ETag, compressed once, answered before all else.

A page is kept under (tenant, host, raw path, raw query) together with the tenant's stamp at the time it was rendered.
A stamp is a counter that every change a shop shows bumps (kernel/stamps.py); processes learn of new stamps once a
second, so a page is never older than that. Pages rendered under an old stamp are never served again.

What may be kept is decided by the route (`shared`), by its declared query keys, and here once more: status 200,
no cookie. One process keeps at most `most_bytes`; the page unused for longest goes first. A page is compressed when
it is first asked for again: most pages of a large catalog never are, and compressing costs as much as rendering.
"""

import gzip
import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import UUID

import brotli

from kernel.web.answers import Answer

Key = tuple[UUID, bytes, bytes, bytes]
Headers = list[tuple[bytes, bytes]]
BROTLI_QUALITY = 5
GZIP_LEVEL = 6
LONGEST_QUERY = 300


@dataclass
class Kept:
    """A page, ready to be sent: headers and body per content coding, as far as somebody has asked for it."""

    stamp: int
    etag: bytes
    variants: dict[bytes, tuple[Headers, bytes]]
    not_modified: Headers
    common: Headers
    size: int


class PageCache:
    """One per process."""

    def __init__(self, most_bytes: int = 48_000_000) -> None:
        self.most_bytes = most_bytes
        self.stamps: dict[UUID, int] = {}
        self.hits = 0
        self._pages: OrderedDict[Key, Kept] = OrderedDict()
        self._size = 0

    def find(self, key: Key) -> Kept | None:
        """The page under this key, if it was rendered under the tenant's present stamp."""
        page = self._pages.get(key)
        if page is None:
            return None
        if page.stamp != self.stamps.get(key[0], 0):
            self._drop(key)
            return None
        self._pages.move_to_end(key)
        self.hits += 1
        return page

    def variant(self, key: Key, page: Kept, coding: bytes) -> tuple[Headers, bytes]:
        """Headers and body of a page found under this key, in a content coding; compressed at the first call."""
        found = page.variants.get(coding)
        if found is None:
            body = page.variants[b""][1]
            data = brotli.compress(body, quality=BROTLI_QUALITY) if coding == b"br" else gzip.compress(body, GZIP_LEVEL)
            found = page.variants[coding] = _variant(page.common, coding, data)
            if self._pages.get(key) is page:
                page.size += len(data)
                self._size += len(data)
                self._shrink()
        return found

    def keep(self, key: Key, stamp: int, answer: Answer, headers: Headers) -> Kept | None:
        """Stores an answer made while the tenant's stamp was `stamp`; None where it may not be kept."""
        if answer.status != 200 or answer.cookies or answer.stream is not None:
            return None
        page = _kept(stamp, answer.body, headers)
        if key in self._pages:
            self._drop(key)
        self._pages[key] = page
        self._size += page.size
        self._shrink()
        return page

    def _shrink(self) -> None:
        while self._size > self.most_bytes:
            self._drop(next(iter(self._pages)))

    def _drop(self, key: Key) -> None:
        self._size -= self._pages.pop(key).size


def is_canonical(query: bytes, keys: tuple[str, ...]) -> bool:
    """May a page with this query be kept? Only declared parameters, in a query of sane length."""
    if not query:
        return True
    if len(query) > LONGEST_QUERY:
        return False
    names = [name for name, _value in parse_qsl(query.decode("latin-1"), keep_blank_values=True)]
    return set(names) <= set(keys)


def _kept(stamp: int, body: bytes, headers: Headers) -> Kept:
    etag = b'"' + hashlib.sha256(body).hexdigest()[:32].encode() + b'"'
    common = [*headers, (b"etag", etag), (b"vary", b"accept-encoding"), (b"cache-control", b"no-cache")]
    not_modified = [pair for pair in common if pair[0] not in (b"content-type",)]
    return Kept(stamp, etag, {b"": _variant(common, b"", body)}, not_modified, common, len(body) + 1000)


def _variant(common: Headers, coding: bytes, data: bytes) -> tuple[Headers, bytes]:
    extra = [(b"content-encoding", coding)] if coding else []
    return [*common, *extra, (b"content-length", str(len(data)).encode())], data


def coding_for(accepted: bytes) -> bytes:
    """The content coding to answer with: br, gzip or none."""
    if b"br" in accepted:
        return b"br"
    return b"gzip" if b"gzip" in accepted else b""
