"""How indexes and documents are called in Meilisearch. One server may serve several installations: tenants' ids never meet.

An index belongs to one tenant: `galleria-p-<tenant>-<market>-<language>` has the products of a publication,
`galleria-n-<tenant>` a partner's own names for products of others. While a new one is made it is called `…-next`.
"""

import re
from uuid import UUID

PREFIX = "galleria"
NEXT = "-next"
STATE = "state"
_OTHER = re.compile(r"[^A-Za-z0-9_-]")


def products_index(tenant_id: UUID, market_code: str, language: str) -> str:
    """The index of a market in a language."""
    return f"{PREFIX}-p-{tenant_id.hex}-{_plain(market_code)}-{_plain(language)}"


def names_index(tenant_id: UUID) -> str:
    """The index of a partner's own names."""
    return f"{PREFIX}-n-{tenant_id.hex}"


def is_of(index: str, tenant_id: UUID) -> bool:
    """Does this index belong to the tenant?"""
    return index.startswith((f"{PREFIX}-p-{tenant_id.hex}-", names_index(tenant_id)))


def _plain(code: str) -> str:
    """Only signs an index may be called by; each other one by its number, so that no two codes become one."""
    return _OTHER.sub(lambda found: f"_{ord(found[0]):x}_", code)
