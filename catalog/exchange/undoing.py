"""Taking one import back: a run of its own with progress, report and resuming, like the import itself.

Only what the run changed goes back, and only where nobody has changed it since; everything else is a row of the report.
Categories, attributes and choices that the import made stay, and so do stock figures: they have been counted on since
(docs/decisions/0012). Each change is settled in the transaction that takes it back, so that a killed undo goes on.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from catalog.exchange.importing import OPEN_STATES, UNDO_TASK, check_may_undo, run_for
from catalog.exchange.mapping import read_mapping
from catalog.exchange.putting_back import BatchUndoer, Done
from catalog.exchange.remembering import UNDO_DAYS
from catalog.models import ImportChange, ImportProblem, ImportRun, Product
from kernel import audit, clock, tenancy
from kernel.actors import Actor
from kernel.db.session import retrying, transaction
from kernel.errors import Conflict
from kernel.i18n import mark
from kernel.ids import new_id
from kernel.jobs import defer, task

BATCH = 500
# no mapping, only the order of the report's columns
REPORT = {"columns": [{"column": name, "field": "ignore"} for name in ("sku", "field", "now", "before")]}
STOCK_STAYS = mark("Stock figures are as they were counted since. Please correct them on the stock page where needed.")


def undo_import(session: Session, actor: Actor, run_id: UUID, by_worker: bool = True) -> ImportRun:
    """A run that takes the import back; the one there is already where somebody has asked before.

    Raises NotThere, NotAllowed (as for the import, and catalog.edit), Conflict where there is nothing to take back.
    """
    run = run_for(session, actor, run_id, lock=True)
    check_may_undo(actor, run)
    if (begun := undo_of(session, run)) is not None:
        return begun
    if reason := reason_against(session, run):
        raise Conflict(reason, state=run.state)
    targets = read_mapping(run.rules).targets
    undo = ImportRun(
        tenant_id=tenancy.current(), id=new_id(), file_name=run.file_name, file_key=run.file_key, file_digest=run.file_digest,
        file_bytes=run.file_bytes, rules=REPORT, started_by=actor.as_json(), undoes=run.id,
        message=STOCK_STAYS if "stock" in targets else "",
    )  # fmt: skip
    session.add(undo)
    session.flush()
    if by_worker:
        defer(session, UNDO_TASK, {"run_id": str(undo.id)}, lock="catalog.import")
    audit.record(session, actor, "import.undo_started", "import_run", run.id, after={"file": run.file_name, "undo": str(undo.id)})
    return undo


def undo_of(session: Session, run: ImportRun) -> ImportRun | None:
    """The run that takes this one back, where there is one."""
    return session.scalar(select(ImportRun).where(ImportRun.tenant_id == tenancy.current(), ImportRun.undoes == run.id))


def reason_against(session: Session, run: ImportRun) -> str:
    """Why the run cannot be taken back, in words; empty where it can."""
    if run.dry_run or run.undoes is not None:
        return mark("This run has written nothing that could be taken back.")
    if run.state in OPEN_STATES:
        return mark("This import is still running. Please stop it first.")
    if run.created_at < clock.now() - timedelta(days=UNDO_DAYS):
        return mark("This import is too old to be taken back.")
    changes = select(ImportChange.id).where(ImportChange.tenant_id == tenancy.current(), ImportChange.run_id == run.id)
    if session.scalar(changes.limit(1)) is None:
        return mark("This import has changed nothing that could be taken back.")
    return ""


@task(UNDO_TASK, long=True)
def carry_out_undo(actor: Actor, args: dict[str, Any]) -> None:
    """The worker's part."""
    run_undo(actor, UUID(args["run_id"]))


def run_undo(actor: Actor, undo_id: UUID, batch: int = BATCH) -> None:
    """Carries the undo out, or on, in transactions of its own; returns when it is finished or stopped."""
    with transaction() as session:
        undo = run_for(session, actor, undo_id, lock=True)
        if undo.undoes is None or undo.state not in OPEN_STATES:
            return
        undo.state = "running"
    while retrying(lambda: _one_batch(actor, undo_id, batch)):
        pass


def _one_batch(actor: Actor, undo_id: UUID, batch: int) -> bool:
    """Takes a batch back and writes the progress in one transaction; False when it is over."""
    with transaction() as session:
        undo = run_for(session, actor, undo_id, lock=True)
        if undo.state != "running":
            return False
        changes = _unsettled(session, undo, batch)
        if not changes:
            undo.state, undo.finished_at = "finished", clock.now()
            counts = {name: getattr(undo, f"rows_{name}") for name in ("changed", "removed", "ended", "same", "wrong")}
            audit.record(session, actor, "import.undone", "import_run", str(undo.undoes), after=counts)
            return False
        done = BatchUndoer(session, changes).run()
        for change in changes:
            change.settled = True
        _report(session, undo, done, len(changes))
    return True


def _unsettled(session: Session, undo: ImportRun, most: int) -> list[ImportChange]:
    """The next changes, those of variants before those of parents."""
    is_parent = (Product.kind == "variant_parent") & Product.id.is_not(None)
    query = (
        select(ImportChange)
        .outerjoin(Product, (Product.tenant_id == ImportChange.tenant_id) & (Product.id == ImportChange.product_id))
        .where(ImportChange.tenant_id == tenancy.current(), ImportChange.run_id == undo.undoes, ImportChange.settled.is_(False))
        .order_by(is_parent, ImportChange.product_id)
        .limit(most)
    )
    return list(session.scalars(query))


def _report(session: Session, undo: ImportRun, done: Done, count: int) -> None:
    for name in ("changed", "removed", "ended", "same", "wrong"):
        setattr(undo, f"rows_{name}", getattr(undo, f"rows_{name}") + getattr(done, name))
    first = undo.rows_read + 1
    undo.rows_read += count
    undo.next_row += count
    if done.left:
        numbers = {sku: n for n, sku in enumerate(dict.fromkeys(left.sku for left in done.left), first)}
        rows = [
            {
                "tenant_id": tenancy.current(),
                "id": new_id(),
                "run_id": undo.id,
                "row_number": numbers[left.sku],
                "column_name": f"{left.sku} {left.field}".strip(),
                "value": _shown(left.now),
                "reason": left.reason,
                "row": {"sku": left.sku, "field": left.field, "now": _shown(left.now), "before": _shown(left.before)},
            }
            for left in done.left
        ]
        session.execute(insert(ImportProblem), rows)


def _shown(value: Any) -> str:
    """A value as the report shows it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else str(value)
