"""Lists of values as PostgreSQL array literals, and what array_send sends back.

A literal is a bound value like any other (it never becomes part of a statement); writing it here in one go
costs a tenth of what the driver's general array adapter does, and that is most of a search's time in Python.
"""

from array import array
from collections.abc import Iterable
from typing import Any

HEADER_BYTES = 20


def plain(values: Iterable[Any]) -> str:
    """Numbers and ids: nothing in them needs quoting."""
    return "{" + ",".join(map(str, values)) + "}"


def quoted(values: Iterable[str]) -> str:
    """Texts. NUL, which no text in PostgreSQL can hold, and half characters are left out."""
    values = list(values)
    if not values:
        return "{}"
    joined = "\x1f".join(value.replace("\x1f", " ") for value in values)
    if not joined.isascii():
        joined = joined.encode("utf-8", "ignore").decode()
    escaped = joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", "")
    return '{"' + escaped.replace("\x1f", '","') + '"}'


def integers(sent: bytes | None) -> "array[int]":
    """What array_send made of an integer[] without nulls: a header, then a length and a value per element."""
    numbers = array("i", (sent or b"")[HEADER_BYTES:])
    numbers.byteswap()
    return numbers[1::2]


def pairs(sent: bytes | None) -> tuple["array[int]", "array[int]"]:
    """The lower and upper halves of what array_send made of a bigint[] of positive numbers without nulls."""
    numbers = array("i", (sent or b"")[HEADER_BYTES:])
    numbers.byteswap()
    return numbers[2::3], numbers[1::3]
