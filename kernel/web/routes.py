"""Routes are data: the packages write tables of `page(...)` and `api(...)`, app/ puts them together.

A route says everything that can be known without running it: path, method, name, who may use it, what it reads
and what it answers. The tests walk these tables (who may see what, which ids a route takes), OpenAPI is made
from them, and `gather` refuses a route that does not say who may use it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from kernel.web.access import Access
from kernel.web.answers import Answer
from kernel.web.urls import PARAM, UrlTable
from kernel.web.visit import Visit

Handler = Callable[[Visit], Any]
FORM_BYTES = 1_000_000


@dataclass(frozen=True)
class Entry:
    """One row of a URL table.

    `shared`: the answer is the same for everybody and may be kept by the page cache; then `keys` are the query
    parameters it depends on (any other parameter keeps it out of the cache). `origin_only`: a form of a shared
    page, protected by the browser's Origin alone. `creates`: takes an Idempotency-Key. `max_bytes` of a body.
    """

    path: str
    methods: tuple[str, ...]
    handler: Handler
    access: Access | None
    name: str
    kind: str = "page"
    form: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    reply: type[BaseModel] | None = None
    status: int = 200
    shared: bool = False
    keys: tuple[str, ...] = ()
    origin_only: bool = False
    creates: bool = False
    max_bytes: int = FORM_BYTES
    params: tuple[str, ...] = ()

    @property
    def read_only(self) -> bool:
        """GETs read; everything else may write."""
        return "GET" in self.methods


def page(
    path: str,
    handler: Handler,
    *,
    access: Access | None = None,
    method: str = "GET",
    name: str = "",
    form: type[BaseModel] | None = None,
    shared: bool = False,
    keys: Sequence[str] = (),
    origin_only: bool = False,
    max_bytes: int = FORM_BYTES,
) -> Entry:
    """A page or the target of a form. The name defaults to the handler's module and name (`cart.show`)."""
    return Entry(
        path, (method,), handler, access, name or _named(handler), form=form, shared=shared, keys=tuple(keys),
        origin_only=origin_only, max_bytes=max_bytes, params=_params(path),
    )  # fmt: skip


def api(
    method: str,
    path: str,
    handler: Handler,
    *,
    access: Access | None = None,
    name: str = "",
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    reply: type[BaseModel] | None = None,
    status: int = 200,
    creates: bool = False,
    max_bytes: int = FORM_BYTES,
) -> Entry:
    """An address of the JSON API; `path` is below /api/v1. `body` and `query` arrive as `visit.form` and `visit.filter`."""
    return Entry(
        f"/api/v1{path}", (method,), handler, access, name or f"api.{_named(handler)}", kind="api", query=query, body=body,
        reply=reply, status=status, creates=creates, max_bytes=max_bytes, params=_params(path),
    )  # fmt: skip


def gather(tables: Iterable[Sequence[Entry]]) -> tuple[list[Entry], UrlTable]:
    """All rows in order, and the names. Raises RuntimeError for a row without `access` or two rows for one address."""
    entries, urls = [entry for table in tables for entry in table], UrlTable()
    taken: set[tuple[str, str]] = set()
    for entry in entries:
        if entry.access is None:
            raise RuntimeError(f"route {entry.path} does not say who may use it")
        for method in entry.methods:
            if (method, entry.path) in taken:
                raise RuntimeError(f"two routes for {method} {entry.path}")
            taken.add((method, entry.path))
        urls.add(entry.name, entry.path)
    return entries, urls


def _named(handler: Handler) -> str:
    return f"{handler.__module__.rsplit('.', 1)[-1]}.{handler.__name__}"


def _params(path: str) -> tuple[str, ...]:
    return tuple(match[0] for match in PARAM.findall(path))


def answered(result: Any, visit: Visit, entry: Entry) -> Answer:
    """What a handler returned, as an answer: API handlers may return their reply model or nothing."""
    if isinstance(result, Answer):
        return result
    if result is None:
        return Answer(status=204, content_type="application/json")
    return visit.json(result, status=entry.status)
