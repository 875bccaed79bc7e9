"""The preview that the running request shows, if it shows one: where the shop's own goods are read from, and on which date.

A preview's goods lie beside the published ones, under a market code that no market can have (catalog/previews.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

BESIDE = "~"


@dataclass(frozen=True)
class Preview:
    """`key` tells apart what is kept of different links. `as_of`: the shop as it would be on that date; none: now.
    `ready_at`: as it was edited then; `expires_at`: the link opens nothing afterwards."""

    link_id: UUID
    key: str
    market_code: str
    language: str
    ready_at: datetime
    expires_at: datetime
    as_of: datetime | None = None


_shown: ContextVar[Preview | None] = ContextVar("preview", default=None)


def shown_preview() -> Preview | None:
    """The preview of this request, None where the shop is shown as it is."""
    return _shown.get()


@contextmanager
def showing(preview: Preview) -> Iterator[Preview]:
    """Inside the `with` the shop is read as the preview has it."""
    token = _shown.set(preview)
    try:
        yield preview
    finally:
        _shown.reset(token)


def beside(market_code: str) -> str:
    """The code under which the market's edited goods lie."""
    return BESIDE + market_code
