"""import products: a file into a tenant's catalog, with progress, and every row that could not be taken named with its reason.

import undo: an earlier import taken back, with what stayed and why.
"""

import contextvars
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import orjson
import typer

from app.commands.options import DataDir, prepared, refused, settings_with
from app.commands.tenants import TenantSlug, entered
from catalog.exchange.importing import resume_import, run_for, run_import, start_import
from catalog.exchange.mappings import look_into, save_mapping
from catalog.exchange.reporting import list_problems, rows_to_correct
from catalog.exchange.undoing import run_undo, undo_import
from catalog.models import ImportRun
from kernel.actors import Actor
from kernel.db.session import transaction
from kernel.errors import Invalid
from kernel.ids import parse_id

SHOWN_PROBLEMS = 20
LOOK_SECONDS = 0.5
LONGEST_VALUE = 40

File = Annotated[
    Path,
    typer.Argument(
        help="CSV, TSV, XLSX, JSON lines or BMEcat, also gzipped; or a zip with one of them and pictures.", exists=True, dir_okay=False
    ),
]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", help="JSON file: which column becomes which field. BMEcat needs none.", exists=True)
]
Resume = Annotated[str, typer.Option("--resume", help="Go on with an earlier run, by its id.")]
Report = Annotated[Path | None, typer.Option("--report", help="Where to write the rows to correct, as CSV.")]


def import_products(
    file: File,
    tenant: TenantSlug,
    mapping: MappingFile = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")] = False,
    resume: Resume = "",
    report: Report = None,
    data_dir: DataDir = None,
) -> None:
    """Import products, prices or stock figures. Rows that cannot be taken are reported; none is lost silently."""
    settings = settings_with(data_dir=data_dir)
    with refused(), prepared(settings), entered(tenant) as actor:
        run_id = _begun(actor, file, mapping, dry_run, resume)
        typer.echo(f"Run {run_id}{' (dry run)' if dry_run else ''}; to go on after a break: --resume {run_id}")
        _carry_out(actor, run_id)
        is_finished = _say(actor, run_id, report)
    if not is_finished:
        raise typer.Exit(1)


def undo_products(
    run: Annotated[str, typer.Argument(help="The id of the import.")],
    tenant: TenantSlug,
    report: Annotated[Path | None, typer.Option("--report", help="Where to write what stayed, as CSV.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Take an import back. What somebody has changed since stays and is named."""
    settings = settings_with(data_dir=data_dir)
    with refused(), prepared(settings), entered(tenant) as actor:
        with transaction() as session:
            undo_id = undo_import(session, actor, parse_id(run) or UUID(int=0), by_worker=False).id
        _carry_out(actor, undo_id, run_undo)
        undo = _run(actor, undo_id)
        _say_problems(actor, undo_id, report)
    typer.echo(
        f"{undo.file_name}: {undo.state}. {undo.rows_read:,} products looked at, {undo.rows_changed:,} put back,"
        f" {undo.rows_removed:,} removed, {undo.rows_ended:,} ended, {undo.rows_wrong:,} left, in part or whole."
    )
    if undo.message:
        typer.echo(undo.message)
    if undo.state != "finished":
        raise typer.Exit(1)


def _begun(actor: Actor, file: Path, mapping: Path | None, dry_run: bool, resume: str) -> UUID:
    with transaction() as session:
        if resume:
            return resume_import(session, actor, parse_id(resume) or UUID(int=0), by_worker=False).id
        if mapping is None:
            return start_import(session, actor, file.name, file, _suggested(file), dry_run=dry_run, by_worker=False).id
        rules = _rules(mapping)
        name = mapping.name.split(".")[0]
        save_mapping(session, actor, name, rules)
        return start_import(session, actor, file.name, file, rules, name, dry_run, by_worker=False).id


def _suggested(file: Path) -> Mapping[str, Any]:
    """A BMEcat catalog says itself what its columns are; of other files a person has to."""
    rules = look_into(file, file.name)[2]
    if rules.get("form", {}).get("kind") != "bmecat":
        raise Invalid.at("mapping", "Please say with --mapping which column becomes which field.")
    return rules


def _rules(path: Path) -> Mapping[str, Any]:
    try:
        rules = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise Invalid.at("mapping", f"{path} is not JSON: {error}") from error
    if not isinstance(rules, dict):
        raise Invalid.at("mapping", f"{path} must hold an object.")
    return rules


def _carry_out(actor: Actor, run_id: UUID, carry_out: Callable[[Actor, UUID], None] = run_import) -> None:
    """The import in a thread of its own, its progress in this one."""
    errors: list[BaseException] = []

    def work() -> None:
        try:
            carry_out(actor, run_id)
        except BaseException as error:
            errors.append(error)

    worker = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(LOOK_SECONDS)
        run = _run(actor, run_id)
        if sys.stderr.isatty():
            typer.echo(f"\r{run.rows_read:,} rows", nl=False, err=True)
    if sys.stderr.isatty():
        typer.echo("\r", nl=False, err=True)
    if errors:
        raise errors[0]


def _run(actor: Actor, run_id: UUID) -> ImportRun:
    with transaction(read_only=True) as session:
        return run_for(session, actor, run_id)


def _say(actor: Actor, run_id: UUID, report: Path | None) -> bool:
    _say_problems(actor, run_id, report)
    run = _run(actor, run_id)
    typer.echo(
        f"{run.file_name}: {run.state}. {run.rows_read:,} rows read, {run.rows_made:,} products made, {run.rows_changed:,} changed,"
        f" {run.rows_same:,} the same, {run.rows_passed_over:,} passed over, {run.rows_wrong:,} wrong."
    )
    if run.message:
        typer.secho(run.message, fg="red", err=True)
    return run.state == "finished"


def _say_problems(actor: Actor, run_id: UUID, report: Path | None) -> None:
    with transaction(read_only=True) as session:
        problems = list_problems(session, actor, run_id, most=SHOWN_PROBLEMS + 1)
        if report is not None and problems:
            report.write_text("".join(rows_to_correct(session, actor, run_id)), newline="")
    for problem in problems[:SHOWN_PROBLEMS]:
        value = problem.value if len(problem.value) <= LONGEST_VALUE else problem.value[:LONGEST_VALUE] + "…"
        typer.echo(f"row {problem.row_number}, {problem.column_name or 'whole row'}, {value!r}: {problem.reason}")
    if len(problems) > SHOWN_PROBLEMS:
        typer.echo("… and more; --report FILE writes all of them.")
