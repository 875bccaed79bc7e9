"""The generated parts of docs/: the floor plan from the packages' docstrings, the table of settings from the settings.

`make docs` writes them; tests/architecture compares. What is generated stands between two marks, or is a whole file.
"""

import ast
import re
import sys
from pathlib import Path

from kernel.settings import settings_table

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("kernel", "tenants", "catalog", "orders", "eservice", "auctions", "storefront", "partner_portal", "backoffice", "app")
ROOM = re.compile(r"^([a-z0-9_]+(?:\.py|/))\s{1,}(\S.*)$")
SETTINGS_MARKS = ("<!-- settings: made by `make docs` -->", "<!-- end of settings -->")


def folders() -> list[Path]:
    """Every package folder, from the ground floor up."""
    return [init.parent for package in PACKAGES for init in sorted((ROOT / package).rglob("__init__.py"))]


def docstring(folder: Path) -> str:
    """What a package says of itself; empty where it says nothing."""
    return ast.get_docstring(ast.parse((folder / "__init__.py").read_text())) or ""


def rooms_of(folder: Path) -> dict[str, str]:
    """The modules and folders a package's docstring lists, `name.py` or `name/` → what it does. Lines that go on are joined."""
    rooms: dict[str, str] = {}
    last = ""
    for line in docstring(folder).splitlines():
        if found := ROOM.match(line):
            last = found.group(1)
            rooms[last] = found.group(2)
        elif line.startswith("  ") and last:
            rooms[last] += " " + line.strip()
        else:
            last = ""
    return rooms


def floor_plan() -> str:
    """docs/rooms.md: every package with its modules."""
    lines = [
        "# Floor plan",
        "",
        "Made from the packages' docstrings by `make docs`. A package may import those above it, never those below.",
        "",
    ]
    for folder in folders():
        name = str(folder.relative_to(ROOT))
        lines += [f"{'#' * (2 + name.count('/'))} {name}/", "", docstring(folder).split("\n\n")[0].replace("\n", " "), ""]
        rooms = rooms_of(folder)
        if rooms:
            lines += ["| room | what it does |", "| --- | --- |"]
            lines += [f"| `{room}` | {text.replace('|', chr(92) + '|')} |" for room, text in rooms.items()]
            lines.append("")
    return "\n".join(lines)


def with_settings(text: str) -> str:
    """The text with the table of settings between its marks. ValueError where the marks are missing."""
    begin, end = SETTINGS_MARKS
    head, _, rest = text.partition(begin)
    if end not in rest:
        raise ValueError("docs/operations.md has lost the marks around the table of settings")
    return f"{head}{begin}\n{settings_table()}\n{end}{rest.partition(end)[2]}"


def main() -> None:
    """Writes what has changed."""
    operations = ROOT / "docs/operations.md"
    for path, made in ((ROOT / "docs/rooms.md", floor_plan()), (operations, with_settings(operations.read_text()))):
        if not path.exists() or path.read_text() != made:
            path.write_text(made)
            sys.stdout.write(f"{path.relative_to(ROOT)} written\n")


if __name__ == "__main__":
    main()
