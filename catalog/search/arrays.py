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


def smalls(sent: bytes | None) -> "array[int]":
    """The same of a smallint[]."""
    numbers = array("h", (sent or b"")[HEADER_BYTES:])
    numbers.byteswap()
    return numbers[2::3]


def bigs(sent: bytes | None) -> "array[int]":
    """The same of a bigint[]: a length of four bytes and a value of eight per element."""
    words = array("I", (sent or b"")[HEADER_BYTES:])
    both = array("I", bytes(len(words) // 3 * 8))
    both[0::2], both[1::2] = words[1::3], words[2::3]
    values = array("q", both.tobytes())
    values.byteswap()
    return values
