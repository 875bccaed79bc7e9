"""/health (is this process alive), /ready (is all it needs there), /metrics (Prometheus). They answer on every host."""

import anyio
import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from kernel import health, metrics
from kernel.web.static import FOREVER, Assets


class Built(StaticFiles):
    """Static files that never change under their name."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, with the headers of something that may be kept for good."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as missing:
            return PlainTextResponse("There is nothing here.", missing.status_code, {"x-content-type-options": "nosniff"})
        response.headers["cache-control"] = FOREVER
        response.headers["x-content-type-options"] = "nosniff"
        response.headers["access-control-allow-origin"] = "*"
        return response


async def alive(_request: Request) -> Response:
    """The process answers; nothing else is asked."""
    return Response(b'{"status":"ok"}', media_type="application/json", headers={"cache-control": "no-store"})


async def ready(_request: Request) -> Response:
    """Every check by name with its result; 503 where one that matters fails."""
    checks = await anyio.to_thread.run_sync(health.check_all)
    ok = all(check.ok or not check.vital for check in checks)
    body = {"status": "ready" if ok else "not ready", "checks": [{"name": c.name, "ok": c.ok, "detail": c.detail} for c in checks]}
    return Response(orjson.dumps(body), 200 if ok else 503, {"cache-control": "no-store"}, "application/json")


async def figures(_request: Request) -> Response:
    """Prometheus text format, over all processes."""
    body, kind = metrics.exposition()
    return Response(body, headers={"content-type": kind, "cache-control": "no-store"})


def open_routes(assets: Assets) -> list[BaseRoute]:
    """The routes that need no tenant."""
    return [
        Route("/health", alive),
        Route("/ready", ready),
        Route("/metrics", figures),
        Mount("/static", Built(directory=assets.folder), name="static"),
    ]
