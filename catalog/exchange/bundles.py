"""A table and its pictures in one zip: the table is taken out to be read, pictures are read by name, one at a time.

Archives are not to be trusted: entries are counted, what they would unpack to is limited and never written under their
own names; archives in archives and links are refused.
"""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from types import TracebackType

from catalog.exchange.archives import Archive
from catalog.exchange.reading import HIGHEST_RATIO, KINDS, MOST_BYTES, SMALL_BYTES, kind_of
from kernel.errors import Invalid, TooLarge
from kernel.i18n import gettext as _

MOST_ENTRIES = 20_000
MOST_UNPACKED = 2 * MOST_BYTES
PICTURE_BYTES = 40_000_000
PIECE = 1 << 20
# what the zip reader and its four ways of packing raise for a file that is not as it says
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError)


def is_bundle(file_name: str) -> bool:
    """Does the name say that this is a zip?"""
    return file_name.lower().endswith(".zip")


def unpack_table(path: Path, file_name: str, folder: Path) -> tuple[Path, str]:
    """The table and its name: the file itself, or the only table of a zip, written into `folder`. Raises Invalid, TooLarge."""
    if not is_bundle(file_name):
        return path, file_name
    with Bundle(path) as bundle:
        return bundle.take_table(folder / "table")


class Bundle:
    """A zip that is open. Raises Invalid for what cannot be one, TooLarge for what goes over the limits."""

    def __init__(self, path: Path) -> None:
        try:
            self._archive = Archive(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
            raise _damaged() from error
        self._entries = [e for e in self._archive.infolist() if not e.is_dir() and not PurePosixPath(e.filename).name.startswith(".")]
        self._check()
        self._by_name: dict[str, zipfile.ZipInfo] = {}
        for entry in reversed(self._entries):
            self._by_name[PurePosixPath(entry.filename).name.casefold()] = entry
        self._by_name |= {entry.filename.casefold(): entry for entry in self._entries}

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._archive.close()

    def _check(self) -> None:
        unpacked = sum(entry.file_size for entry in self._entries)
        packed = max(1, sum(entry.compress_size for entry in self._entries))
        if len(self._entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
            raise TooLarge("This archive is too large to be taken in one piece. Please split it.")
        if unpacked > SMALL_BYTES and unpacked / packed > HIGHEST_RATIO:
            raise TooLarge("This archive is too large to be taken in one piece. Please split it.")
        for entry in self._entries:
            if stat.S_ISLNK(entry.external_attr >> 16) or entry.filename.lower().endswith((".zip", ".gz")) or entry.flag_bits & 1:
                raise Invalid.at("file", _("This archive holds something that does not belong there."), "unreadable")

    def take_table(self, target: Path) -> tuple[Path, str]:
        """Writes the only table to `target`; returns it with the name it has. Raises Invalid where there is none or several."""
        tables = [e for e in self._entries if KINDS.get(e.filename.lower().rpartition(".")[2]) in ("csv", "jsonl", "xlsx", "bmecat")]
        if len(tables) != 1:
            raise Invalid.at("file", _("Please put exactly one table into the archive, beside the pictures."), "no_table")
        name = PurePosixPath(tables[0].filename).name
        kind_of(name)
        with target.open("wb") as file:
            file.writelines(self._pieces(tables[0], MOST_BYTES))
        return target, name

    def names(self) -> list[str]:
        """Its files with their folders, as the archive lists them; hidden ones are left out."""
        return [entry.filename for entry in self._entries]

    def picture(self, name: str) -> bytes:
        """The file of this name, with or without its folder, in any case. Raises Invalid where there is none."""
        entry = self._by_name.get(name.strip().replace("\\", "/").removeprefix("./").casefold())
        if entry is None:
            raise Invalid.at("file", _("There is no file of this name in the archive."), "not_there")
        return b"".join(self._pieces(entry, PICTURE_BYTES))

    def _pieces(self, entry: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
        """What the entry unpacks to; its header may lie about the size."""
        size = 0
        try:
            with self._archive.open(entry) as file:
                while piece := file.read(PIECE):
                    size += len(piece)
                    if size > most:
                        raise TooLarge("A file in this archive is too large.")
                    yield piece
        except BROKEN as error:
            raise _damaged() from error


def _damaged() -> Invalid:
    return Invalid.at("file", _("This file is damaged."), "damaged")
