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


def sound(text: str) -> str:
    """The text as PostgreSQL can hold it: without NUL, half characters and the sign that parts lists here."""
    if text.isprintable() and text.isascii():
        return text
    return text.replace("\x1f", " ").replace("\0", "").encode("utf-8", "ignore").decode()


def quoted(values: Iterable[str]) -> str:
    """Texts, each made sound."""
    texts = [sound(value) for value in values]
    if not texts:
        return "{}"
    joined = "\x1f".join(texts)
    escaped = joined.replace("\\", "\\\\").replace('"', '\\"')
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
