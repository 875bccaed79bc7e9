"""What an import did: runs, problems row by row, and the rows to correct as a file that can be imported again."""

import csv
import io
from collections.abc import Iterator
from itertools import groupby
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.exchange.cells import harmless
from catalog.exchange.importing import check_may_look, run_for
from catalog.models import ImportProblem, ImportRun
from kernel import tenancy
from kernel.actors import Actor

MOST_LISTED = 200
PROBLEM_COLUMN = "problem"


def list_runs(session: Session, actor: Actor, most: int = 50) -> list[ImportRun]:
    """The tenant's runs, newest first."""
    check_may_look(actor)
    mine = select(ImportRun).where(ImportRun.tenant_id == tenancy.current())
    return list(session.scalars(mine.order_by(ImportRun.created_at.desc(), ImportRun.id.desc()).limit(most)))


def list_problems(session: Session, actor: Actor, run_id: UUID, after_row: int = 0, most: int = MOST_LISTED) -> list[ImportProblem]:
    """What was wrong, in the order of the file, beginning after row `after_row`. Raises NotThere."""
    run = run_for(session, actor, run_id)
    mine = (ImportProblem.tenant_id == tenancy.current(), ImportProblem.run_id == run.id, ImportProblem.row_number > after_row)
    return list(session.scalars(select(ImportProblem).where(*mine).order_by(ImportProblem.row_number, ImportProblem.id).limit(most)))


def rows_to_correct(session: Session, actor: Actor, run_id: UUID) -> Iterator[str]:
    """The rows that were left out, as CSV with the file's own columns and one more that says what is wrong.

    Once corrected it can be imported with the same mapping (which does not know the last column). Cells that a
    spreadsheet would run are made harmless. Raises NotThere.
    """
    run = run_for(session, actor, run_id)
    mine = (ImportProblem.tenant_id == tenancy.current(), ImportProblem.run_id == run.id)
    keys = select(ImportProblem.row).where(*mine)
    columns = list(dict.fromkeys(name for row in session.scalars(keys.order_by(ImportProblem.row_number)) for name in row))
    columns = _in_file_order(run, columns)
    problems = session.scalars(select(ImportProblem).where(*mine).order_by(ImportProblem.row_number, ImportProblem.id))
    yield _line([*columns, PROBLEM_COLUMN])
    for _number, group in groupby(problems, key=lambda p: p.row_number):
        found = list(group)
        told = "; ".join(f"{p.column_name}: {p.reason}" if p.column_name else p.reason for p in found)
        yield _line([*(found[0].row.get(name, "") for name in columns), told])


def _in_file_order(run: ImportRun, columns: list[str]) -> list[str]:
    """jsonb forgets the order of its keys; the mapping remembers it."""
    listed = [name for rule in run.rules.get("columns", ()) for name in rule.get("columns") or [rule.get("column", "")]]
    rank = {name: n for n, name in enumerate(listed)}
    return sorted(columns, key=lambda name: rank.get(name, len(rank)))


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return out.getvalue()
