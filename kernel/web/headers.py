"""Headers of every answer: content security policy, no sniffing, no framing, and how long it may be kept.

Two policies. Pages of our own desks are made per request and allow scripts by nonce. Shop pages are the same for
everybody, so they allow exactly our own files by hash (docs/decisions/0002). Neither allows inline script or
style, eval, or a foreign origin; Trusted Types are required.
"""

from collections.abc import Iterable
from functools import lru_cache

BASE = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# for whoever holds the link: kept nowhere, found by no search, and the address is told to nobody
PREVIEW = {"cache-control": "no-store", "x-robots-tag": "noindex, nofollow, noarchive", "referrer-policy": "same-origin"}
SAME_ORIGIN = "SAMEORIGIN"
MEDIA_POLICY = "default-src 'none'; sandbox"
COMMON = (
    "default-src 'none'",
    "style-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "manifest-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types galleria htmx",
)


def _policy(scripts: str, media_host: str) -> str:
    seen = [f"img-src 'self' data: {media_host}".strip(), *([f"media-src {media_host}"] if media_host else [])]
    return "; ".join([*COMMON, *seen, f"script-src {scripts} 'strict-dynamic'"])


@lru_cache(maxsize=1024)
def hash_policy(integrities: tuple[str, ...], media_host: str = "") -> str:
    """For cached pages: only files whose content has one of these hashes may run."""
    return _policy(" ".join(f"'{i}'" for i in integrities) or "'none'", media_host)


def nonce_policy(nonce: str, media_host: str = "") -> str:
    """For pages made per request: only script elements that carry the nonce may run."""
    return _policy(f"'nonce-{nonce}'", media_host)


def framed(policy: str) -> str:
    """The policy of a page that our own pages show in a frame (the preview of a look)."""
    return policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


def encoded(pairs: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Header pairs as ASGI wants them."""
    return [(k.encode("latin-1"), v.encode("latin-1")) for k, v in pairs]
