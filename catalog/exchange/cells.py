"""One cell of a table: as text on the way in, made harmless for spreadsheet programs on the way out. Pure.

Spreadsheets run what begins with = + - @ or a tab or carriage return, also in full-width forms (CWE-1236). Such a cell
gets a leading apostrophe, unless it is a plain number; on the way in that apostrophe is taken off again.
"""

import re
from datetime import date, datetime
from typing import Any, Self

RISKY = "=+-@\t\r\n＝＋－＠"
PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")
LONGEST_CELL = 50_000


class WrongCell(str):
    """A cell that the file itself contradicts: its text as it stands, and why it cannot be used."""

    reason: str

    @classmethod
    def because(cls, text: str, reason: str) -> Self:
        """A cell with the reason that the row report shows."""
        cell = cls(text)
        cell.reason = reason
        return cell


def harmless(text: str) -> str:
    """The cell as it may stand in a file that people open in a spreadsheet; plain numbers stay as they are."""
    start = text.lstrip(" \u00a0\ufeff")
    if text and (text[0] in RISKY or (start and start[0] in RISKY)) and not PLAIN_NUMBER.fullmatch(text):
        return "'" + text
    return text


def as_text(value: Any) -> str:
    """A cell from any kind of file as trimmed text: 6.0 → "6", true → "true", a list joined by "|"."""
    if isinstance(value, str):
        text = value.strip()
        return text[1:] if text[:1] == "'" and text[1:2] and text[1] in RISKY else text
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime) and (value.hour or value.minute or value.second):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, list):
        return "|".join(as_text(part) for part in value)
    return str(value)
