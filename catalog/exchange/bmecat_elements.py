"""A BMEcat file as a stream of its larger elements: the header, the catalog's groups, the articles, what belongs where.

The parser opens nothing: a document type is taken only as the bare `<!DOCTYPE BMECAT SYSTEM "bmecat….dtd">` that BMEcat 1.2 files
begin with, and its file is never read; entities of one's own, other document types and encodings beyond the usual are refused.
Memory holds one element at a time. Limits (TooLarge): 40 levels, 20,000 elements and a million letters in an article, 2 MB in a tag.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from kernel.errors import Invalid, TooLarge
from kernel.i18n import gettext as _

PIECE = 1 << 16
DEEPEST = 40
MOST_PARTS = 20_000
MOST_LETTERS = 1_000_000
LONGEST_TAG = 2_000_000
ENCODINGS = {"utf-8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}
DTD_NAME = re.compile(r"[\w./:-]{0,200}bmecat[\w.-]{0,60}\.dtd", re.ASCII | re.IGNORECASE)


@dataclass
class Element:
    """An element with what is in it. Names are without their namespace."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: list["Element"] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is written in it, trimmed."""
        return "".join(self.letters).strip()

    def all(self, *names: str) -> list["Element"]:
        """Those directly in it that are called so."""
        return [part for part in self.parts if part.name in names]

    def first(self, *names: str) -> "Element | None":
        """The first of those."""
        return next((part for part in self.parts if part.name in names), None)

    def text_of(self, *names: str) -> str:
        """The first one's text; empty where there is none."""
        part = self.first(*names)
        return "" if part is None else part.text


class ElementStream:
    """Reads one file once. `wanted` elements come whole; `marks` come as soon as they begin, without what is in them."""

    def __init__(self, wanted: Collection[str], marks: Collection[str]) -> None:
        self._wanted, self._marks = wanted, marks
        self._depth = 0
        self._open: list[Element] = []
        self._parts = self._letters = 0
        self._done: list[Element] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.EntityDeclHandler = self._foreign
        self._parser.ExternalEntityRefHandler = self._foreign
        self._parser.SkippedEntityHandler = self._foreign

    def read(self, stream: IO[bytes]) -> Iterator[Element]:
        """The elements in the order of the file. Raises Invalid, TooLarge."""
        read = 0
        while True:
            piece = stream.read(PIECE)
            read += len(piece)
            try:
                self._parser.Parse(piece, not piece)
            except (expat.ExpatError, ValueError, LookupError) as error:
                line = getattr(error, "lineno", self._parser.CurrentLineNumber)
                raise Invalid.at("file", _("Line %(line)s is not well-formed XML.") % {"line": line}, "unreadable") from error
            yield from self._done
            self._done = []
            if not piece:
                return
            if read - max(0, self._parser.CurrentByteIndex) > LONGEST_TAG:
                raise _too_large()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if not self._depth and name != "BMECAT":
            raise Invalid.at("file", _("This is not a BMEcat catalog."), "unknown_kind")
        self._depth += 1
        if self._depth > DEEPEST:
            raise _too_large()
        element = Element(name, {key.rpartition(" ")[2]: value for key, value in attributes.items()})
        if self._open:
            self._parts += 1
            self._count(sum(len(value) for value in attributes.values()))
            self._open[-1].parts.append(element)
            self._open.append(element)
        elif name in self._wanted:
            self._parts = self._letters = 0
            self._open.append(element)
        elif name in self._marks:
            self._done.append(element)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if self._open:
            element = self._open.pop()
            if not self._open:
                self._done.append(element)

    def _characters(self, text: str) -> None:
        if self._open:
            self._count(len(text))
            self._open[-1].letters.append(text)

    def _count(self, letters: int) -> None:
        self._letters += letters
        if self._parts > MOST_PARTS or self._letters > MOST_LETTERS:
            raise _too_large()

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding or "utf-8").lower() not in ENCODINGS:
            raise Invalid.at("file", _("Please save the catalog as UTF-8."), "encoding")

    def _document_type(self, name: str, system: str | None, public: str | None, has_own: int) -> None:
        if name != "BMECAT" or public or has_own or not DTD_NAME.fullmatch(system or ""):
            self._foreign()

    def _foreign(self, *_told: Any) -> int:
        raise Invalid.at("file", _("This catalog uses entities or a document type of its own, which are not read."), "unreadable")


def _too_large() -> TooLarge:
    return TooLarge("An element of this catalog is too large.")
