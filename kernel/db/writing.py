"""New rows of several tables written by one statement, where the unit of work would send one for each table.

    session.add(order); session.add_all(lines); publish(session, event); audit.record(…)
    write_new(session)

Foreign keys between them hold: PostgreSQL checks them when the whole statement is done. What a column leaves to the
database (its default) is read when somebody asks for it.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import orjson
from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached

from kernel.db.statements import Statement

# the columns that a new row brings with it; the others keep the database's default
Shape: TypeAlias = tuple[Mapper[Any], tuple[str, ...]]


def write_new(session: Session) -> None:
    """Writes what was added to the session; what was changed or deleted waits for the next flush. The objects are the
    session's as after a flush. Raises sqlalchemy.exc.DBAPIError as a flush does, and then nothing is written."""
    things = sorted(session.new, key=lambda thing: inspect(thing).insert_order or 0)
    if not things:
        return
    for listener in session.dispatch.before_flush:
        listener(session, None, None)
    rows = [_row(thing) for thing in things]
    for thing in things:
        session.expunge(thing)
    shapes = tuple((mapper, tuple(values)) for mapper, values in rows)
    told = {f"v{row}_{column}": value for row, (_mapper, values) in enumerate(rows) for column, value in values.items()}
    _statement(shapes).run(session, **told)
    for thing in things:
        make_transient_to_detached(thing)
    session.add_all(things)


def _row(thing: object) -> tuple[Mapper[Any], dict[str, Any]]:
    state = inspect(thing, raiseerr=True)
    mapper: Mapper[Any] = state.mapper
    values: dict[str, Any] = {}
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        if attribute.key not in state.dict and column.default is not None and column.default.is_callable:
            setattr(thing, attribute.key, column.default.arg(None))
        if attribute.key not in state.dict:
            continue
        value = state.dict[attribute.key]
        if isinstance(column.type, JSONB) and (value is not None or column.type.should_evaluate_none):
            values[column.name] = orjson.dumps(value, default=str).decode()
        elif value is not None:
            values[column.name] = value
    return mapper, values


@lru_cache(maxsize=300)
def _statement(shapes: tuple[Shape, ...]) -> Statement:
    """One INSERT for each table, all but the last as common table expressions."""
    tables: dict[Mapper[Any], list[int]] = {}
    for row, (mapper, _columns) in enumerate(shapes):
        tables.setdefault(mapper, []).append(row)
    inserts = [_insert(mapper, [(row, shapes[row][1]) for row in rows]) for mapper, rows in tables.items()]
    above = ", ".join(f"w{place} AS ({insert})" for place, insert in enumerate(inserts[:-1]))
    return Statement(f"WITH {above} {inserts[-1]}" if above else inserts[-1])


def _insert(mapper: Mapper[Any], rows: Sequence[tuple[int, tuple[str, ...]]]) -> str:
    table: Any = mapper.local_table
    given = {name for _row, columns in rows for name in columns}
    columns = [column for column in table.columns if column.name in given]
    lines = []
    for row, own in rows:
        cells = [_cell(column, f":v{row}_{column.name}") if column.name in own else "DEFAULT" for column in columns]
        lines.append(f"({', '.join(cells)})")
    names = ", ".join(f'"{column.name}"' for column in columns)
    return " ".join(("INSERT INTO", f'{table.schema}."{table.name}"', f"({names})", "VALUES", ", ".join(lines)))


def _cell(column: Any, value: str) -> str:
    return f"CAST({value} AS jsonb)" if isinstance(column.type, JSONB) else value
