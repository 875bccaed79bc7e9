"""The outermost door: which tenant is meant, is the page kept, else the router. Plain ASGI, since it runs for every request.

Hosts are matched exactly. An unknown host gets 421 and nothing else; there is no default tenant. Requests that carry
two Host headers, or both Content-Length and Transfer-Encoding, are refused (request smuggling).
"""

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Match, Route, Router

from kernel import ids, metrics
from kernel.errors import NotThere, Unavailable
from kernel.i18n import gettext
from kernel.web.pagecache import coding_for
from kernel.web.routes import Entry
from kernel.web.running import Door, Runner, Sent

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
HOST_SECONDS = 10.0
MOST_HOSTS = 10_000
PLAIN = "text/plain; charset=utf-8"


class Galleria:
    """The ASGI application. `open_routes` (health, metrics, static files) answer without a tenant; `lost` answers a GET that no
    other route knows."""

    def __init__(
        self,
        runner: Runner,
        entries: list[Entry],
        open_routes: list[BaseRoute],
        media_routes: list[BaseRoute],
        lifespan: Any = None,
        lost: Entry | None = None,
    ) -> None:
        self.runner = runner
        self.cache = runner.around.cache
        self._lost = lost
        self._hosts: dict[bytes, tuple[Any, float]] = {}
        self._open = Router(open_routes, redirect_slashes=False)
        self._open_paths = tuple(getattr(route, "path", "").split("{")[0] for route in open_routes)
        routes = [self._route(e) for e in entries]
        self._shop = Router(routes, redirect_slashes=False, default=self._nothing, lifespan=lifespan)
        self._by_length: dict[tuple[str, int], list[Route]] = {}
        for route in routes:
            for method in route.methods or ():
                self._by_length.setdefault((method, route.path.count("/")), []).append(route)
        self._media = Router(media_routes, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._shop.lifespan(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        host = accepted = known_etag = b""
        hosts = lengths = 0
        for name, value in scope["headers"]:
            if name == b"host":
                host, hosts = value, hosts + 1
            elif name == b"accept-encoding":
                accepted = value
            elif name == b"if-none-match":
                known_etag = value
            elif name in (b"content-length", b"transfer-encoding"):
                lengths += 1
        # no name of ours has a NUL in it, and the database takes none
        if hosts != 1 or lengths > 1 or "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            await PlainTextResponse("Bad request", 400)(scope, receive, send)
            return
        if scope["path"].startswith(self._open_paths):
            await self._open(scope, receive, send)
            return
        await self._tenant(scope, receive, send, host, accepted, known_etag)

    async def _tenant(self, scope: Scope, receive: Receive, send: Send, host: bytes, accepted: bytes, known_etag: bytes) -> None:
        found = self._hosts.get(host)
        if found is None or found[1] < time.monotonic() or self._has_moved(found[0]):
            try:
                found = await self._look_up(host)
            except Unavailable as error:
                wait = {"retry-after": str(error.retry_after_seconds)}
                await PlainTextResponse(gettext(error.message) or "Please try again in a moment.", 503, wait)(scope, receive, send)
                return
        tenant = found[0]
        if tenant is None:
            await PlainTextResponse("No shop lives at this address.", 421)(scope, receive, send)
            return
        raw_path = scope.get("raw_path") or scope["path"].encode()
        if scope["method"] == "GET" and not tenant.is_media:
            key = (tenant.tenant_id, host, raw_path, scope["query_string"])
            kept = self.cache.find(key)
            if kept is not None:
                if known_etag and kept.etag in known_etag:
                    await send({"type": "http.response.start", "status": 304, "headers": kept.not_modified})
                    await send({"type": "http.response.body", "body": b""})
                    return
                fields, body = self.cache.variant(key, kept, coding_for(accepted))
                await send({"type": "http.response.start", "status": 200, "headers": fields})
                await send({"type": "http.response.body", "body": body})
                return
        # a page made with an older face of the tenant is kept under that face's stamp, where nobody finds it
        stamp = min(self.cache.stamps.get(tenant.tenant_id, 0), tenant.stamp)
        scope["galleria"] = Door(tenant, host.decode("latin-1").lower(), raw_path, str(ids.new_id()), stamp)
        await (self._media if tenant.is_media else self._page)(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """To the matching route. Only routes of the path's own length are tried; the router tells what is wrong else."""
        for route in self._by_length.get((scope["method"], scope["path"].count("/")), ()):
            match, found = route.matches(scope)
            if match is Match.FULL:
                scope.update(found)
                await route.handle(scope, receive, send)
                return
        await self._shop(scope, receive, send)

    def _has_moved(self, tenant: Any) -> bool:
        """Has something of the tenant changed (look, markets, hosts) since it was looked up?"""
        return tenant is not None and bool(tenant.stamp < self.cache.stamps.get(tenant.tenant_id, 0))

    async def _look_up(self, host: bytes) -> tuple[Any, float]:
        name = host.decode("latin-1")
        tenant = await anyio.to_thread.run_sync(self.runner.around.doors.tenant, name)
        found = (tenant, time.monotonic() + HOST_SECONDS)
        if len(self._hosts) >= MOST_HOSTS:
            self._hosts.clear()
        self._hosts[host] = found
        return found

    def _route(self, entry: Entry) -> Route:
        async def endpoint(request: Request) -> Response:
            return await self.runner.run(entry, request)

        return Route(entry.path, endpoint, methods=list(entry.methods), name=entry.name)

    async def _nothing(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if self._lost is not None and request.method == "GET":
            await (await self.runner.run(self._lost, request))(scope, receive, send)
            return
        sent = Sent.of(request)
        answer = self.runner._refused(None, sent, NotThere())
        metrics.observe_request("none", request.method, answer.status, 0)
        await self.runner._response(None, sent, answer)(scope, receive, send)
