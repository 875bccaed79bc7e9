"""Which product a picture belongs to, told by the name of its file.

A name begins with an article number or GTIN; what follows after a space, a dot or one of `-_,#(` is about the picture:
"VEL-TERN.jpg", "VEL-TERN_2.jpg", "VEL-TERN-50-PIN (3) side.png", "4006381333931_front.webp". Where several article numbers fit,
the longest counts. The first number behind it, below MOST, is the picture's place among those of the product.
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

MOST = 100
LONGEST = 255
_SEPARATOR = re.compile(r"[\s\-_.,#()]+")
_NUMBER = re.compile(r"(?<!\d)0*([1-9]\d?)(?!\d)")


@dataclass(frozen=True)
class Candidate:
    """An article number or GTIN that the name may begin with, and the place the rest of the name tells."""

    number: str
    position: int | None


def plain_name(file_name: str) -> str:
    """The name alone, without folders of any system and without control characters, at most LONGEST long."""
    name = PurePosixPath(file_name.replace("\\", "/")).name
    return "".join(letter for letter in name if letter.isprintable())[:LONGEST]


def candidates(file_name: str) -> list[Candidate]:
    """What the name may begin with, the longest first; nothing where there is only an ending."""
    stem = PurePosixPath(plain_name(file_name)).stem.strip()
    ends = [len(stem), *(found.start() for found in reversed(list(_SEPARATOR.finditer(stem))))]
    return [Candidate(stem[:end], _place(stem[end:])) for end in dict.fromkeys(ends) if end]


def spellings(number: str) -> tuple[str, ...]:
    """The number as it is typed, in capitals and in small letters: file names often lose their case."""
    return tuple(dict.fromkeys((number, number.upper(), number.lower())))


def _place(rest: str) -> int | None:
    found = _NUMBER.search(rest)
    return int(found[1]) if found else None
