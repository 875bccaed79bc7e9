"""Files as rows: CSV and TSV with any common separator and encoding, XLSX, JSON lines, BMEcat; .gz of the text forms.

Rows stream: memory does not grow with the file. Limits (what goes over is refused with TooLarge): 200 MB unpacked,
a hundredfold of the packed size, 200,000 rows, 2,000 columns, 50,000 characters a cell. Spreadsheets are opened by a child
process with limited memory and time (sheets.py), because their insides are not to be trusted.
"""

import codecs
import csv
import gzip
import io
import stat
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

import orjson

from catalog.exchange.archives import Archive
from catalog.exchange.bmecat_reading import read_bmecat
from catalog.exchange.cells import LONGEST_CELL
from kernel.errors import Invalid, TooLarge
from kernel.i18n import gettext as _

MOST_BYTES = 200_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 2_000
HIGHEST_RATIO = 100
SMALL_BYTES = 1_000_000
MOST_ENTRIES = 2_000
SAMPLE_BYTES = 256_000
SEPARATORS = ",;\t|"
KINDS = {
    "csv": "csv",
    "tsv": "csv",
    "txt": "csv",
    "tab": "csv",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "json": "jsonl",
    "xlsx": "xlsx",
    "xml": "bmecat",
}
ARCHIVES = {"zip": "zip"}
SHEET_SECONDS = 60

Row = dict[str, Any]


@dataclass(frozen=True)
class FileForm:
    """How a file is to be read; what is empty is found out."""

    kind: str = ""
    separator: str = ""
    encoding: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Table:
    """A file that is being read. `rows` gives (row number as people see it in the file, row); `headers` are empty for JSON lines
    and for a catalog that a mapping is told of.
    `kinds` (of the columns' values) and `language` are what a BMEcat catalog says about itself."""

    form: FileForm
    headers: list[str]
    rows: Iterator[tuple[int, Row]]
    kinds: Mapping[str, str] = field(default_factory=dict)
    language: str = ""


def open_table(path: Path, file_name: str, form: FileForm | None = None) -> Table:
    """The file's rows. Raises Invalid for a file that cannot be one, TooLarge for what goes over the limits
    (while reading, too)."""
    form = form or FileForm()
    kind = form.kind or kind_of(file_name)
    if path.stat().st_size > MOST_BYTES:
        raise _too_large()
    if kind == "zip":
        raise Invalid.at("file", _("A file in an archive cannot be an archive itself."), "unreadable")
    if kind == "xlsx":
        return _sheet(path, form)
    if kind == "bmecat":
        return _catalog(path, is_known=bool(form.kind))
    stream = _unpacked(path)
    return _json_lines(stream) if kind == "jsonl" else _separated(stream, form)


def kind_of(file_name: str) -> str:
    """ "csv", "jsonl", "xlsx" or "zip" (bundles.py) by the name's ending, also before .gz. Raises Invalid for others."""
    name = file_name.lower().removesuffix(".gz")
    ending = name.rpartition(".")[2]
    kind = KINDS.get(ending) or (ARCHIVES.get(ending) if name == file_name.lower() else None)
    if kind is None:
        raise Invalid.at("file", _("Please choose a CSV, TSV, XLSX, JSON lines or BMEcat file."), "unknown_kind")
    return kind


def _unpacked(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked while they are read. A packed file is unpacked once before, only counting: that is ten
    times faster than to read rows until the limit is met."""
    with path.open("rb") as file:
        is_packed = file.read(2) == b"\x1f\x8b"
    if not is_packed:
        return path.open("rb")
    most = max(SMALL_BYTES, min(MOST_BYTES, path.stat().st_size * HIGHEST_RATIO))
    try:
        with gzip.open(path) as packed:
            while packed.read(SAMPLE_BYTES):
                if packed.tell() > most:
                    raise _too_large()
    except (OSError, EOFError, zlib.error) as error:
        raise Invalid.at("file", _("This file is damaged."), "damaged") from error
    return gzip.open(path)  # type: ignore[return-value]


def _too_large() -> TooLarge:
    return TooLarge("This file is too large to be taken in one piece. Please split it.")


def _separated(stream: IO[bytes], form: FileForm) -> Table:
    sample = stream.read(SAMPLE_BYTES)
    stream.seek(0)
    encoding = form.encoding or sniff_encoding(sample)
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace" if form.encoding else "strict", newline="")
    separator = form.separator or sniff_separator(sample.decode(encoding, "replace"))
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(text, delimiter=separator)
    try:
        headers = _headers(next(lines))
    except StopIteration:
        raise Invalid.at("file", _("This file is empty."), "empty") from None
    except (csv.Error, UnicodeError) as error:
        raise Invalid.at("file", _("This file cannot be read as a table."), "unreadable") from error
    return Table(FileForm("csv", separator, encoding), headers, _limited(_csv_rows(lines, headers)))


def _csv_rows(lines: Iterator[list[str]], headers: list[str]) -> Iterator[tuple[int, Row]]:
    number = 1
    try:
        for cells in lines:
            number += 1
            if any(cell.strip() for cell in cells):
                yield number, dict(zip(headers, cells, strict=False))
    except UnicodeDecodeError as error:
        raise Invalid.at("file", _("Row %(row)s holds letters of another encoding.") % {"row": number + 1}, "encoding") from error
    except csv.Error as error:
        raise Invalid.at("file", _("Row %(row)s cannot be read.") % {"row": number + 1}, "unreadable") from error


def _headers(cells: list[str]) -> list[str]:
    """Trimmed, never empty, never twice: "name", "name (2)", "column 5"."""
    if len(cells) > MOST_COLUMNS:
        raise _too_large()
    headers: list[str] = []
    for n, cell in enumerate(cells, 1):
        name = cell.strip().lstrip("\ufeff") or f"column {n}"
        copies = sum(h == name or h.startswith(f"{name} (") for h in headers)
        headers.append(f"{name} ({copies + 1})" if copies else name)
    return headers


def _json_lines(stream: IO[bytes]) -> Table:
    return Table(FileForm("jsonl"), [], _limited(_json_rows(stream)))


def _json_rows(lines: IO[bytes]) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(iter(lambda: lines.readline(MOST_COLUMNS * 1000), b""), 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError:
            row = None
        if not isinstance(row, dict):
            raise Invalid.at("file", _("Row %(row)s is not a JSON object.") % {"row": number}, "unreadable")
        yield number, row


def _catalog(path: Path, is_known: bool) -> Table:
    """Where a mapping says that it is a catalog, the columns need not be looked for."""
    found = read_bmecat(partial(_unpacked, path), 0 if is_known else MOST_COLUMNS)
    return Table(FileForm("bmecat"), found.headers, _limited(found.rows), found.kinds, found.language)


def _limited(rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    for count, (number, row) in enumerate(rows, 1):
        if count > MOST_ROWS or len(row) > MOST_COLUMNS:
            raise _too_large()
        yield number, row


def sniff_encoding(sample: bytes) -> str:
    """By byte order mark; UTF-8 where the sample is that; else Windows-1252, which spreadsheets in the West write."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if sample.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # the sample may end inside a letter
    except UnicodeDecodeError:
        try:
            sample.decode("cp1252")
        except UnicodeDecodeError:
            return "latin-1"
        return "cp1252"
    return "utf-8"


def sniff_separator(text: str) -> str:
    """The sign that splits most of the first lines into equally many cells, at least two; a comma where none does."""
    best, best_score = ",", (0, 0)
    for sign in SEPARATORS:
        lines = csv.reader(io.StringIO(text), delimiter=sign)
        try:
            counts = [len(cells) for _n, cells in zip(range(20), lines, strict=False) if cells]
        except csv.Error:
            continue
        if counts and counts[0] > 1:
            score = (sum(c == counts[0] for c in counts), counts[0])
            best, best_score = (sign, score) if score > best_score else (best, best_score)
    return best


def _sheet(path: Path, form: FileForm) -> Table:
    check_archive(path)
    rows = _sheet_rows(path, form.sheet)
    first = next(rows, None)
    if first is None:
        raise Invalid.at("file", _("This file is empty."), "empty")
    headers = _headers(["" if cell is None else str(cell) for cell in first[1]])
    named = ((number, dict(zip(headers, cells, strict=False))) for number, cells in rows if any(c not in (None, "") for c in cells))
    return Table(FileForm("xlsx", sheet=form.sheet), headers, _limited(named))


def check_archive(path: Path) -> None:
    """Refuses archives that would unpack to too much, nest, or point elsewhere. Raises Invalid, TooLarge."""
    try:
        with Archive(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise Invalid.at("file", _("This is not a spreadsheet."), "unreadable") from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, sum(entry.compress_size for entry in entries))
    if len(entries) > MOST_ENTRIES or unpacked > MOST_BYTES or (unpacked > SMALL_BYTES and unpacked / packed > HIGHEST_RATIO):
        raise _too_large()
    for entry in entries:
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.filename.lower().endswith((".zip", ".xlsx", ".gz")) or ".." in entry.filename:
            raise Invalid.at("file", _("This spreadsheet holds something that does not belong there."), "unreadable")


def _sheet_rows(path: Path, sheet: str) -> Iterator[tuple[int, list[Any]]]:
    """Rows from the child process, one JSON array a line."""
    command = [sys.executable, "-m", "catalog.exchange.sheets", str(path), sheet]
    home = Path(__file__).parent.parent.parent
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=home, env={}) as child:
        if child.stdout is None:
            raise RuntimeError("the child has no output")
        try:
            for number, line in enumerate(child.stdout, 1):
                yield number, orjson.loads(line)
        finally:
            if child.poll() is None:
                child.stdout.close()
        if child.wait(SHEET_SECONDS) != 0:
            raise Invalid.at("file", _("This spreadsheet cannot be read."), "unreadable")
