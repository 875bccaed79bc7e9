"""Lists of classes from a table: `code`, a name by language (`name:de`, or `name` in the list's own language) and `parent`.

Everything that `reading.py` opens is taken (CSV, TSV, XLSX, JSON lines). A row that does not hold is told and left out; the others go in.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.attribute_values import BadValue
from catalog.checking import LANGUAGE
from catalog.classification import check_class_code, put_classes
from catalog.exchange.cells import as_text
from catalog.exchange.reading import Row, open_table
from kernel.actors import Actor
from kernel.errors import Invalid
from kernel.i18n import gettext as _

CODES = ("code", "class", "class code", "id", "nummer", "klasse")
PARENTS = ("parent", "parent code", "parent_code", "group", "oberklasse", "gruppe")
NAME = re.compile(r"(?:name|description|title|bezeichnung)?[\s:_(\[]*([a-z]{2,3}(?:-[a-z0-9]{2,8})*)?[)\]]?", re.IGNORECASE | re.ASCII)
MOST_TOLD = 50
LONGEST_NAME = 300


@dataclass
class ListTaken:
    """What became of a list: rows that went in, (row number, what was wrong) of those that did not (the first 50), and how many."""

    taken: int = 0
    wrong: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Columns:
    code: str
    parent: str
    names: Mapping[str, str]  # column: language


def take_class_list(session: Session, actor: Actor, system_id: UUID, path: Path, file_name: str, language: str) -> ListTaken:
    """Takes the file's classes into a system; those that are there already are renamed. Raises Invalid, TooLarge, NotThere."""
    actor.must("catalog.import")
    table = open_table(path, file_name)
    told = ListTaken()
    found: dict[str, tuple[dict[str, str], str]] = {}
    columns: _Columns | None = None
    for number, row in table.rows:
        columns = columns or _columns_of(table.headers or list(row), language)
        try:
            code, names, parent = _class_of(row, columns)
        except BadValue as error:
            told.wrong += 1
            told.problems += [(number, str(error))] if len(told.problems) < MOST_TOLD else []
            continue
        held = found.get(code, ({}, ""))
        found[code] = ({**held[0], **names}, parent or held[1])
        told.taken += 1
    put_classes(session, actor, system_id, [(code, names, parent) for code, (names, parent) in found.items()])
    return told


def _columns_of(headers: list[str], language: str) -> _Columns:
    folded = {header.strip().lower(): header for header in headers}
    code = next((folded[name] for name in CODES if name in folded), "")
    parent = next((folded[name] for name in PARENTS if name in folded), "")
    names = {}
    for header in headers:
        if header not in (code, parent) and (match := NAME.fullmatch(header.strip())):
            names[header] = _tag(match[1] or language)
    if not code or not names:
        raise Invalid.at("file", _("A list of classes has the columns code, name (or name:de, name:en) and, where there is one, parent."))
    return _Columns(code, parent, names)


def _tag(text: str) -> str:
    head, _hyphen, tail = text.lower().partition("-")
    return f"{head}-{tail.capitalize()}" if tail else head


def _class_of(row: Row, columns: _Columns) -> tuple[str, dict[str, str], str]:
    code = check_class_code(as_text(row.get(columns.code)))
    texts = {language: " ".join(as_text(row.get(column)).split()) for column, language in columns.names.items()}
    names = {language: text for language, text in texts.items() if text and LANGUAGE.fullmatch(language)}
    if not names:
        raise BadValue(_("The class %(code)s has no name.") % {"code": code})
    if any(len(text) > LONGEST_NAME for text in names.values()):
        raise BadValue(_("At most %(count)s characters.") % {"count": LONGEST_NAME})
    parent = as_text(row.get(columns.parent)).strip() if columns.parent else ""
    return code, names, check_class_code(parent) if parent else ""
