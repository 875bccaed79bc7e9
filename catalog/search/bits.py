"""Sets of documents as long numbers: one bit per document, the first document in the highest bit.

PostgreSQL's `bit` strings count from the left, so a number's bytes (big-endian) are the string's bytes.
All sizes are multiples of CHUNK. Pure functions; a set of 20,000 documents is 2.5 KB and is cut or counted in a microsecond.
"""

import re
from collections.abc import Iterable
from itertools import compress

CHUNK = 4096
CHUNK_BYTES = CHUNK // 8
BIT_BY_BIT = 16
SCATTERED = 12
_ONE = re.compile("1")
_ZERO_ONE = bytes.maketrans(b"01", b"\x00\x01")


def of_documents(documents: Iterable[int], size: int) -> int:
    """The set of these document numbers, all below `size`."""
    digits = bytearray(b"0") * size
    for document in documents:
        digits[document] = 49
    return int(digits, 2) if size else 0


def of_chunks(chunks: Iterable[tuple[int, bytes]], size: int) -> int:
    """The set made of pieces: (first document, CHUNK_BYTES bytes)."""
    whole = bytearray(size // 8)
    for start, piece in chunks:
        whole[start // 8 : start // 8 + CHUNK_BYTES] = piece
    return int.from_bytes(whole, "big")


def flags(members: int, size: int) -> bytes:
    """One byte per document, 1 for members: the fast way to ask for many documents."""
    return format(members, f"0{size}b").encode().translate(_ZERO_ONE) if size else b""


def documents(members: int, size: int) -> list[int]:
    """The document numbers in the set, rising."""
    count = members.bit_count()
    if count <= BIT_BY_BIT:
        return _bit_by_bit(members, size)
    if count * SCATTERED < size:
        return [found.start() for found in _ONE.finditer(format(members, f"0{size}b"))]
    return list(compress(range(size), flags(members, size)))


def _bit_by_bit(members: int, size: int) -> list[int]:
    found = []
    while members:
        bit = members.bit_length()
        found.append(size - bit)
        members ^= 1 << (bit - 1)
    return found
