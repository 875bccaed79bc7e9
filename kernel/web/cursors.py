"""Cursor paging for the API: the last row's sort key, packed into an opaque text. Stable while rows are added."""

import base64
import binascii
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from pydantic import BaseModel

from kernel.errors import Invalid

T = TypeVar("T")
MOST_CURSOR = 500


class Page(BaseModel, Generic[T]):
    """One page of a list; `next` is the cursor of the following page, null on the last."""

    items: list[T]
    next: str | None = None


def pack(key: list[Any]) -> str:
    """A cursor from a sort key (text, numbers, ids as text)."""
    return base64.urlsafe_b64encode(orjson.dumps(key, default=str)).decode().rstrip("=")


def unpack(cursor: str | None, length: int) -> list[Any] | None:
    """The sort key in a cursor, None for no cursor; Invalid for one that we did not make."""
    if not cursor:
        return None
    try:
        key = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))) if len(cursor) <= MOST_CURSOR else None
    except (binascii.Error, ValueError):
        key = None
    if not isinstance(key, list) or len(key) != length:
        raise _foreign()
    return key


def unpack_instant(cursor: str | None) -> tuple[datetime, UUID] | None:
    """The cursor of a list by time: the last row's instant and id. Invalid as in `unpack`."""
    key = unpack(cursor, 2)
    try:
        return (datetime.fromisoformat(str(key[0])), UUID(str(key[1]))) if key else None
    except ValueError as error:
        raise _foreign() from error


def _foreign() -> Invalid:
    return Invalid.at("cursor", "This cursor is not one of ours. Begin again without a cursor.", "cursor")
