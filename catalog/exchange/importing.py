"""Import runs: a file is taken in, read batch by batch, each batch committed with the run's progress.

A run that was killed goes on at `next_row`: rows before it are committed, rows after it are untouched, none is written
twice. A dry run does everything and keeps only the report. Problems stay with their row; the rest of the file goes on.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from catalog import completeness
from catalog.events import StockReported
from catalog.exchange.attributes_met import MetAttributes
from catalog.exchange.bundles import unpack_table
from catalog.exchange.cells import as_text
from catalog.exchange.mapping import Mapping as FileMapping
from catalog.exchange.mapping import read_mapping
from catalog.exchange.parsing import RowParser, RowProblem, Wanted
from catalog.exchange.picturing import PictureBringer, count_waiting, note_pictures
from catalog.exchange.places import CategoryPlaces
from catalog.exchange.reading import MOST_BYTES, Row, kind_of, open_table
from catalog.exchange.relating import mark_unknown, note_relations, numbers_in, settle_relations
from catalog.exchange.remembering import remember
from catalog.exchange.writing import Batch, BatchWriter, add_stock
from catalog.models import ImportProblem, ImportRun, ImportStock, Product
from catalog.relations import LISTS
from kernel import audit, clock, files, tenancy
from kernel.actors import Actor
from kernel.db.session import retrying, transaction
from kernel.errors import Conflict, NotThere, Refused, TooLarge
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id
from kernel.jobs import defer, task

BATCH = 500
STOCK_BATCH = 500
PICTURE_SECONDS = 60.0
OPEN_STATES = ("waiting", "running")
UNDO_TASK = "catalog.undo_import"


def start_import(
    session: Session,
    actor: Actor,
    file_name: str,
    data: bytes | Path,
    rules: Mapping[str, Any],
    mapping_name: str = "",
    dry_run: bool = False,
    by_worker: bool = True,
) -> ImportRun:
    """Takes the file in and asks the worker to carry the run out (`by_worker` False: the caller does, by `run_import`).

    Raises Invalid for a mapping or file that cannot be, TooLarge, NotAllowed (prices need price.edit, stock stock.edit, pictures
    catalog.edit).
    """
    _check_rules(actor, rules)
    kind_of(file_name)
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    if size > MOST_BYTES:
        raise TooLarge("This file is too large to be taken in one piece. Please split it.")
    key = f"imports/{new_id()}.{'gz' if file_name.lower().endswith('.gz') else kind_of(file_name)}"
    file = {"file_name": Path(file_name).name[-200:], "file_key": key, "file_digest": _store(key, data), "file_bytes": size}
    return _begin(session, actor, file, rules, mapping_name, dry_run, by_worker)


def start_again(
    session: Session, actor: Actor, run_id: UUID, rules: Mapping[str, Any], mapping_name: str = "", dry_run: bool = False
) -> ImportRun:
    """A new run of an earlier run's file, which is not read or kept once more. Raises as `start_import`, and NotThere."""
    _check_rules(actor, rules)
    before = run_for(session, actor, run_id)
    file = {name: getattr(before, name) for name in ("file_name", "file_key", "file_digest", "file_bytes")}
    return _begin(session, actor, file, rules, mapping_name, dry_run, by_worker=True)


def go_on(session: Session, actor: Actor, run_id: UUID, dry_run: bool = False) -> ImportRun:
    """What "start" means for a run: one that stopped or failed goes on, any other's file runs anew. Raises as those do."""
    before = run_for(session, actor, run_id)
    if before.state in ("stopped", "failed"):
        return resume_import(session, actor, before.id)
    return start_again(session, actor, before.id, before.rules, before.mapping_name, dry_run)


def _check_rules(actor: Actor, rules: Mapping[str, Any]) -> None:
    actor.must("catalog.import")
    mapping = read_mapping(rules)
    for target, permission in (("price", "price.edit"), ("stock", "stock.edit"), ("picture", "catalog.edit")):
        if target in mapping.targets:
            actor.must(permission)


def _begin(
    session: Session, actor: Actor, file: dict[str, Any], rules: Mapping[str, Any], mapping_name: str, dry_run: bool, by_worker: bool
) -> ImportRun:
    run = ImportRun(
        tenant_id=tenancy.current(),
        id=new_id(),
        **file,
        mapping_name=mapping_name[:120],
        rules=dict(rules),
        dry_run=dry_run,
        started_by=actor.as_json(),
    )
    session.add(run)
    session.flush()
    if by_worker:
        defer(session, "catalog.import", {"run_id": str(run.id)}, lock="catalog.import")
    audit.record(session, actor, "import.started", "import_run", run.id, after={"file": run.file_name, "dry_run": dry_run})
    return run


def _store(key: str, data: bytes | Path) -> str:
    if isinstance(data, bytes):
        files.put(key, data)
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        files.put(key, file)
    return digest


def stop_import(session: Session, actor: Actor, run_id: UUID) -> ImportRun:
    """The run stops before its next batch; what is committed stays. Raises Conflict where it is over."""
    actor.must("catalog.import")
    run = run_for(session, actor, run_id, lock=True)
    if run.state not in OPEN_STATES:
        raise Conflict("This import has ended already.", state=run.state)
    run.state = "stopped"
    audit.record(session, actor, "import.stopped", "import_run", run.id, after={"next_row": run.next_row})
    return run


def resume_import(session: Session, actor: Actor, run_id: UUID, by_worker: bool = True) -> ImportRun:
    """A stopped or failed run goes on at its next row. Raises Conflict for one that is finished, NotAllowed where the
    actor could not have begun it."""
    actor.must("catalog.import")
    run = run_for(session, actor, run_id, lock=True)
    if run.undoes is None:
        _check_rules(actor, run.rules)
    else:
        check_may_undo(actor, run_for(session, actor, run.undoes))
    if run.state == "finished":
        raise Conflict("This import is finished already.", state=run.state)
    run.state, run.message = "waiting", "" if run.undoes is None else run.message
    if by_worker:
        defer(session, "catalog.import" if run.undoes is None else UNDO_TASK, {"run_id": str(run.id)}, lock="catalog.import")
    audit.record(session, actor, "import.resumed", "import_run", run.id, after={"next_row": run.next_row})
    return run


def check_may_undo(actor: Actor, run: ImportRun) -> None:
    """May the actor take this import back? Raises NotAllowed (as for the import, and catalog.edit)."""
    actor.must("catalog.import")
    actor.must("catalog.edit")
    if "price" in read_mapping(run.rules).targets:
        actor.must("price.edit")


def check_may_look(actor: Actor) -> None:
    """Runs and mappings are for those who import and for those who see the catalog."""
    if not actor.can("catalog.import"):
        actor.must("catalog.view")


def run_for(session: Session, actor: Actor, run_id: UUID, lock: bool = False) -> ImportRun:
    """The tenant's run with its progress. Raises NotThere."""
    check_may_look(actor)
    query = select(ImportRun).where(ImportRun.tenant_id == tenancy.current(), ImportRun.id == run_id)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotThere
    return found


@task("catalog.import", long=True)
def carry_out(actor: Actor, args: dict[str, Any]) -> None:
    """The worker's part. Pictures are brought a minute at a time, so that others' work has its turn in between."""
    run_id = UUID(args["run_id"])
    run_import(actor, run_id, picture_seconds=PICTURE_SECONDS)
    with transaction() as session:
        run = run_for(session, actor, run_id, lock=True)
        if run.state == "running" and run.rows_done and count_waiting(session, run.id):
            defer(session, "catalog.import", {"run_id": str(run.id)}, lock="catalog.import")


def run_import(actor: Actor, run_id: UUID, batch: int = BATCH, picture_seconds: float | None = None) -> None:
    """Carries the run out, or on, in transactions of its own; returns when it is finished, stopped or failed, or when
    bringing pictures took `picture_seconds`."""
    with transaction() as session:
        run = run_for(session, actor, run_id, lock=True)
        if run.state not in OPEN_STATES:
            return
        run.state = "running"
        mapping = read_mapping(run.rules)
        state = Progress(run.id, mapping, run.dry_run, run.next_row)
        key, name, rows_done = run.file_key, run.file_name, run.rows_done
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            file.writelines(files.open_stream(key).chunks)
        try:
            if not rows_done and not _take_rows(actor, state, unpack_table(path, name, Path(folder)), batch):
                return
            if not settle_relations(run_id):
                return
            if PictureBringer(actor, run_id, path, name).bring(picture_seconds):
                _finish(actor, state)
        except Refused as error:
            _fail(state, error)


def _take_rows(actor: Actor, state: "Progress", table: tuple[Path, str], batch: int) -> bool:
    """All rows, batch by batch; False where the run was stopped."""
    if state.mapping.targets & LISTS.keys():
        state.named = numbers_in(open_table(*table, state.mapping.form).rows, state.parser)
    opened = open_table(*table, state.mapping.form)
    while rows := _next_batch(state, opened.rows, batch):
        if not retrying(partial(_one_batch, actor, state, rows)):
            return False
    with transaction() as session:
        run = run_for(session, actor, state.run_id, lock=True)
        run.rows_done = run.state == "running"
        return run.rows_done


@dataclass
class Progress:
    """Where a run stands in this process. `seen` are the numbers of rows by article number, for telling doubled rows,
    `named` all of the file's where rows name other products."""

    run_id: UUID
    mapping: FileMapping
    dry_run: bool
    next_row: int
    position: int = 1
    seen: dict[str, int] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    attributes: MetAttributes | None = None
    parser: RowParser = field(init=False)

    def __post_init__(self) -> None:
        self.parser = RowParser(self.mapping)


Rows = list[tuple[int, Row]]


def _next_batch(state: Progress, rows: Iterator[tuple[int, Row]], size: int) -> Rows:
    """The next rows that are not committed yet; those before only leave their article numbers."""
    while state.position < state.next_row:
        number, row = next(rows, (0, None))
        if row is None:
            return []
        if not state.parser.is_passed_over(row):
            state.seen.setdefault(state.parser.sku_of(row), number)
        state.position += 1
    return list(islice(rows, size))


def _one_batch(actor: Actor, state: Progress, rows: Rows) -> bool:
    """Writes one batch and the run's progress in one transaction; False where the run was stopped meanwhile."""
    seen = dict(state.seen)
    try:
        with transaction() as session:
            run = run_for(session, actor, state.run_id, lock=True)
            if run.state != "running" or run.next_row != state.position:
                return False
            wanted = [state.parser.parse(number, row) for number, row in rows if not state.parser.is_passed_over(row)]
            _mark_doubles(wanted, seen)
            mark_unknown(session, wanted, state.named)
            result = _dry(session, state, wanted) if state.dry_run else _wet(session, state, wanted)
            _report(session, run, result)
            note_pictures(session, run, [] if state.dry_run else result.pictures)
            note_relations(session, run.id, [] if state.dry_run else result.relations)
            run.next_row += len(rows)
            run.rows_read += len(rows)
            run.rows_passed_over += len(rows) - len(wanted)
    except BaseException:
        state.attributes = None
        raise
    state.seen = seen
    state.position += len(rows)
    state.next_row = state.position
    return True


def _mark_doubles(wanted: list[Wanted], seen: dict[str, int]) -> None:
    """A second row that describes the same product is a problem; prices and stock may come in several rows."""
    for entry in wanted:
        if entry.sku and entry.describes and seen.setdefault(entry.sku, entry.number) != entry.number:
            reason = _("Row %(row)s has this article number already.") % {"row": seen[entry.sku]}
            entry.problems.append(RowProblem("", entry.sku, reason))


def _wet(session: Session, state: Progress, wanted: list[Wanted]) -> Batch:
    if state.attributes is None:
        state.attributes = MetAttributes(session, state.mapping.language, state.mapping.axes)
    state.attributes.use(session)
    result = BatchWriter(session, state.attributes, CategoryPlaces(session, state.mapping.language), state.mapping.axes).write(wanted)
    add_stock(session, state.run_id, result.stock)
    remember(session, state.run_id, result.moves)
    return result


def _dry(session: Session, state: Progress, wanted: list[Wanted]) -> Batch:
    """Writes the batch and takes it all back."""
    with session.begin_nested() as savepoint:
        attributes = MetAttributes(session, state.mapping.language, state.mapping.axes)
        result = BatchWriter(session, attributes, CategoryPlaces(session, state.mapping.language), state.mapping.axes).write(wanted)
        savepoint.rollback()
    return result


def _report(session: Session, run: ImportRun, result: Batch) -> None:
    wrong = {entry.number for entry, _problem in result.problems}
    run.rows_made += result.made
    run.rows_changed += result.changed
    run.rows_same += result.same
    run.rows_wrong += len(wrong)
    if result.problems:
        rows = [
            {
                "tenant_id": tenancy.current(),
                "id": new_id(),
                "run_id": run.id,
                "row_number": entry.number,
                "column_name": problem.column[:500],
                "value": problem.value,
                "reason": problem.reason,
                "row": {str(k): as_text(v) for k, v in entry.row.items()},
            }
            for entry, problem in result.problems
        ]
        session.execute(insert(ImportProblem), rows)


def _finish(actor: Actor, state: Progress) -> None:
    with transaction() as session:
        run = run_for(session, actor, state.run_id, lock=True)
        if run.state != "running":
            return
        run.state, run.finished_at = "finished", clock.now()
        _tell_stock(session, run)
        counts = {name: getattr(run, name) for name in ("rows_read", "rows_made", "rows_changed", "rows_same", "rows_wrong")}
        completeness.ask(session)
        audit.record(session, actor, "import.finished", "import_run", run.id, after=counts)


def _tell_stock(session: Session, run: ImportRun) -> None:
    here = tenancy.current()
    columns = (ImportStock.product_id, Product.sku, ImportStock.quantity)
    rows = session.execute(
        select(*columns)
        .join(Product, (Product.tenant_id == ImportStock.tenant_id) & (Product.id == ImportStock.product_id))
        .where(ImportStock.tenant_id == here, ImportStock.run_id == run.id)
        .order_by(ImportStock.product_id)
    ).all()
    for start in range(0, len(rows), STOCK_BATCH):
        told = rows[start : start + STOCK_BATCH]
        lines = [{"product_id": str(r.product_id), "sku": r.sku, "quantity": format(r.quantity.normalize(), "f")} for r in told]
        publish(session, StockReported(run.id, lines))
    session.execute(delete(ImportStock).where(ImportStock.tenant_id == here, ImportStock.run_id == run.id))


def _fail(state: Progress, error: Refused) -> None:
    """The file cannot be read on; what is committed stays, and the run may be resumed when the cause is gone."""
    reasons = [problem.reason for problem in getattr(error, "problems", [])]
    with transaction() as session:
        mine = (ImportRun.tenant_id == tenancy.current(), ImportRun.id == state.run_id)
        run = session.scalars(select(ImportRun).where(*mine).with_for_update()).one()
        if run.state == "running":
            run.state, run.message, run.finished_at = "failed", " ".join(reasons) or error.message, clock.now()


def count_open(session: Session) -> int:
    """How many runs of the tenant wait or run."""
    mine = (ImportRun.tenant_id == tenancy.current(), ImportRun.state.in_(OPEN_STATES))
    return session.scalar(select(func.count()).select_from(ImportRun).where(*mine)) or 0
