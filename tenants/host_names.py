"""Host names as they are compared: lower case, punycode (IDNA 2008 with UTS 46), no port, no trailing dot. Pure.

Whatever is not a plain host name has no normal form, so nothing that a proxy, a browser and we might read differently
ever finds a tenant.
"""

import re

import idna

LONGEST_HOST = 253
MEDIA = "media."
RESERVED_SLUGS = frozenset(
    {
        "admin",
        "api",
        "app",
        "assets",
        "auth",
        "desk",
        "galleria",
        "health",
        "localhost",
        "mail",
        "media",
        "oauth",
        "portal",
        "static",
        "status",
        "www",
    }
)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_SLUG = re.compile(r"[a-z0-9](-?[a-z0-9]){0,39}")


def normal_host(host: str) -> str:
    """The host's normal form, without its port; empty for everything that is no host name (addresses of IPv6 included)."""
    name, colon, port = host.strip().partition(":")
    if colon and not (port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65536):
        return ""
    name = name.removesuffix(".")
    if not name or len(name) > LONGEST_HOST:
        return ""
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode()
        except idna.IDNAError:
            return ""
    name = name.lower()
    return name if len(name) <= LONGEST_HOST and all(_LABEL.fullmatch(label) for label in name.split(".")) else ""


def asked_host(header: str) -> str:
    """The normal form of a request's Host header; empty for one that is not plain ASCII, as a browser's always is."""
    return normal_host(header) if header.isascii() and header == header.strip() else ""


def split_media(host: str) -> tuple[str, bool]:
    """A normal host without its leading `media.`, and whether it had one."""
    return (host.removeprefix(MEDIA), True) if host.startswith(MEDIA) else (host, False)


def slug_in(host: str, base_domain: str) -> str:
    """The tenant's slug in `<slug>.<base domain>`; empty for any other host."""
    label = host.removesuffix(f".{base_domain}")
    return label if label != host and _SLUG.fullmatch(label) else ""


def is_slug(slug: str) -> bool:
    """May a tenant be called so in its address?"""
    return bool(_SLUG.fullmatch(slug)) and slug not in RESERVED_SLUGS


def is_below(host: str, base_domain: str) -> bool:
    """Is it the platform's own domain, or part of it?"""
    return host == base_domain or host.endswith(f".{base_domain}")
