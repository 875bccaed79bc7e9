"""Opens a spreadsheet in a process of its own, with at most 1 GiB of memory and 60 seconds of CPU, and prints its rows as JSON arrays.

`python -m catalog.exchange.sheets FILE [SHEET]`; ends with 1 where there is no such sheet or the file is no spreadsheet.
"""

import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from python_calamine import CalamineError, CalamineWorkbook

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 60


def told(cell: Any) -> Any:
    """A cell as JSON can say it."""
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else cell


def main() -> int:
    """Prints the first sheet, or the one named."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    path, sheet = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    try:
        book = CalamineWorkbook.from_path(path)
        if sheet and sheet not in book.sheet_names:
            return 1
        found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
        for row in found.iter_rows():
            sys.stdout.buffer.write(orjson.dumps([told(cell) for cell in row]) + b"\n")
    except (CalamineError, OSError, MemoryError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
