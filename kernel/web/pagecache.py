"""Pages that are the same for everybody: rendered once, kept compressed with their ETag, answered before all else.

A page is kept under (tenant, host, raw path, raw query) together with the tenant's stamp at the time it was rendered.
A stamp is a counter that every change a shop shows bumps (kernel/stamps.py); processes learn of new stamps once a
second, so a page is never older than that. Pages rendered under an old stamp are never served again.

What may be kept is decided by the route (`shared`), by its declared query keys, and here once more: status 200,
no cookie. One process keeps at most `most_bytes`; the page unused for longest goes first.
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
LONGEST_QUERY = 300


@dataclass
class Kept:
    """A page, ready to be sent: body and headers per content coding."""

    stamp: int
    etag: bytes
    variants: dict[bytes, tuple[Headers, bytes]]
    not_modified: Headers
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

    def keep(self, key: Key, stamp: int, answer: Answer, headers: Headers) -> Kept | None:
        """Stores an answer made while the tenant's stamp was `stamp`; None where it may not be kept."""
        if answer.status != 200 or answer.cookies or answer.stream is not None:
            return None
        page = _packed(stamp, answer.body, headers)
        if key in self._pages:
            self._drop(key)
        self._pages[key] = page
        self._size += page.size
        while self._size > self.most_bytes:
            self._drop(next(iter(self._pages)))
        return page

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


def _packed(stamp: int, body: bytes, headers: Headers) -> Kept:
    etag = b'"' + hashlib.sha256(body).hexdigest()[:32].encode() + b'"'
    common = [*headers, (b"etag", etag), (b"vary", b"accept-encoding"), (b"cache-control", b"no-cache")]
    variants: dict[bytes, tuple[Headers, bytes]] = {}
    packed = {b"": body, b"gzip": gzip.compress(body, 6), b"br": brotli.compress(body, quality=BROTLI_QUALITY)}
    for coding, data in packed.items():
        extra = [(b"content-encoding", coding)] if coding else []
        variants[coding] = ([*common, *extra, (b"content-length", str(len(data)).encode())], data)
    not_modified = [pair for pair in common if pair[0] not in (b"content-type",)]
    return Kept(stamp, etag, variants, not_modified, sum(map(len, packed.values())) + 1000)


def coding_for(accepted: bytes) -> bytes:
    """The content coding to answer with: br, gzip or none."""
    if b"br" in accepted:
        return b"br"
    return b"gzip" if b"gzip" in accepted else b""
