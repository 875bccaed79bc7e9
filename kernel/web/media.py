"""Pictures and files of shops: served from the tenant's cookie-less media host, under names that never change.

A shop shows pictures of another tenant where it sells that brand's products. The address therefore carries a mark
(HMAC-SHA-256, 96 bits) over host tenant, owner and key, made when the page was rendered: whoever holds no such
page cannot ask for a file, of their own tenant or of any other, and no database is asked.
"""

import base64
import hmac
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

import anyio
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from kernel import files, tenancy
from kernel.errors import GalleriaError
from kernel.ids import parse_id
from kernel.web.headers import MEDIA_POLICY
from kernel.web.static import FOREVER

MARK_BYTES = 12
INLINE = {"image/avif", "image/webp", "image/jpeg", "image/png", "image/gif", "font/woff2", "application/pdf", "video/mp4"}
PATH = "/{mark}/{owner}/{key:path}"


@dataclass(frozen=True)
class Media:
    """Makes and checks media addresses. `secret` is the installation's key."""

    secret: bytes
    scheme: str = "http"

    def mark(self, host_tenant: UUID, owner: UUID, key: str) -> str:
        """The mark of one file on one tenant's media host; the same for ever, so browsers may keep the file."""
        return self._mark(f"{_text(host_tenant)}/{_text(owner)}/{key}")

    def url(self, host: str, host_tenant: UUID, owner: UUID, key: str) -> str:
        """The absolute address of a file; `host` is the shop's host with its port."""
        whose = f"{_text(owner)}/{key}"
        return f"{self.scheme}://media.{host}/{self._mark(f'{_text(host_tenant)}/{whose}')}/{whose}"

    def _mark(self, told: str) -> str:
        return _marked(self.secret, told)

    async def serve(self, request: Request) -> Response:
        """The file, to be kept for good; 404 for a wrong mark and for a missing file alike."""
        door, params = request.scope["galleria"], request.path_params
        owner = parse_id(params["owner"])
        expected = self.mark(door.tenant.tenant_id, owner, params["key"]) if owner else ""
        if owner is None or not hmac.compare_digest(expected.encode(), params["mark"].encode()):
            return PlainTextResponse("There is nothing here.", 404)
        try:
            body = await anyio.to_thread.run_sync(_read, owner, params["key"])
        except (GalleriaError, FileNotFoundError):
            return PlainTextResponse("There is nothing here.", 404)
        kind = mimetypes.guess_type(params["key"])[0] or "application/octet-stream"
        headers = {
            "cache-control": FOREVER,
            "content-security-policy": MEDIA_POLICY,
            "x-content-type-options": "nosniff",
            "cross-origin-resource-policy": "cross-origin",
        }
        if kind not in INLINE:
            headers["content-disposition"] = "attachment"
        return Response(body, headers=headers, media_type=kind)


# the pictures of what is in the carts stand on every page of a checkout; about 300 bytes each
@lru_cache(maxsize=20_000)
def _marked(secret: bytes, told: str) -> str:
    # in one call: a list page makes some hundred of them
    return base64.urlsafe_b64encode(hmac.digest(secret, told.encode(), "sha256")[:MARK_BYTES]).decode()


@lru_cache(maxsize=2000)
def _text(tenant_id: UUID) -> str:
    return str(tenant_id)


def _read(owner: UUID, key: str) -> bytes:
    with tenancy.entering(owner):
        return files.get(key)
