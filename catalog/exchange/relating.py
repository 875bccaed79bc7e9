"""What an import says goes with a product: accessories, spare parts, successors, named by article number.

A number may stand further down in the same file, so rows are only noted while they are read and settled after the last one,
product by product; several rows of a product add to one list, which takes the place of the one it had. A number that is
neither in the catalog nor in the file is a problem of its row at once, when trying out, too. What shows only in the end
(a circle of successors, a row that was left out) is a problem as well; the product stays.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from catalog.exchange.cells import as_text
from catalog.exchange.parsing import RowParser, RowProblem, Wanted
from catalog.exchange.reading import Row
from catalog.exchange.remembering import Move, fields_of, move_of, remember
from catalog.exchange.writing import KEPT
from catalog.list_prices import prices_of_all, touch
from catalog.models import ImportProblem, ImportRelation, ImportRun, Product
from catalog.relations import MOST_RELATED, Lists, Successors, family_of, is_itself, leads_back, lists_of, no_such, too_many, write_lists
from kernel import tenancy
from kernel.db.session import retrying, transaction
from kernel.ids import new_id

BATCH = 500


def numbers_in(rows: Iterable[tuple[int, Row]], parser: RowParser) -> set[str]:
    """All article numbers that the file's rows are about, and those of their parents."""
    found: set[str] = set()
    for _number, row in rows:
        if not parser.is_passed_over(row):
            found |= parser.numbers_of(row)
    return found


def mark_unknown(session: Session, wanted: Sequence[Wanted], named: set[str]) -> None:
    """A number that is neither in the catalog nor `named` by the file becomes a problem of its row. One query, or none."""
    asked = {sku for w in wanted for numbers, _column in w.relations.values() for sku in numbers} - named
    if not asked:
        return
    there = set(session.scalars(select(Product.sku).where(Product.tenant_id == tenancy.current(), Product.sku.in_(asked))))
    for w in wanted:
        for numbers, column in w.relations.values():
            w.problems += [RowProblem(column, sku, no_such(sku)) for sku in numbers if sku in asked - there]


def note_relations(session: Session, run_id: UUID, found: Sequence[tuple[UUID, Wanted, bool]]) -> None:
    """Keeps what a batch's rows name, for later. `found`: (product, row, whether the row changed nothing else)."""
    rows = [
        {
            "tenant_id": tenancy.current(), "id": new_id(), "run_id": run_id, "product_id": product_id, "row_number": wanted.number,
            "column_name": column[:500], "kind": kind, "skus": numbers,
            "row": {"cells": {str(k): as_text(v) for k, v in wanted.row.items()}, "same": is_same},
        }
        for product_id, wanted, is_same in found
        for kind, (numbers, column) in wanted.relations.items()
    ]  # fmt: skip
    if rows:
        session.execute(insert(ImportRelation), rows)


def settle_relations(run_id: UUID) -> bool:
    """Writes everything that was noted, in transactions of its own; False where the run was stopped."""
    while retrying(partial(_settle_some, run_id)):
        pass
    with transaction(read_only=True) as session:
        mine = (ImportRun.tenant_id == tenancy.current(), ImportRun.id == run_id)
        return session.scalars(select(ImportRun.state).where(*mine)).one() == "running"


def _settle_some(run_id: UUID) -> bool:
    """The next products; False where none are left or the run was stopped."""
    with transaction() as session:
        here = tenancy.current()
        mine = (ImportRun.tenant_id == here, ImportRun.id == run_id)
        run = session.scalars(select(ImportRun).where(*mine).with_for_update()).one()
        noted = (ImportRelation.tenant_id == here, ImportRelation.run_id == run_id)
        ids = list(
            session.scalars(select(ImportRelation.product_id).where(*noted).distinct().order_by(ImportRelation.product_id).limit(BATCH))
        )
        if run.state != "running" or not ids:
            return False
        these = (*noted, ImportRelation.product_id.in_(ids))
        notes = session.scalars(select(ImportRelation).where(*these).order_by(ImportRelation.row_number, ImportRelation.id)).all()
        settled = _Settling(session, ids, notes)
        settled.write(run)
        session.execute(delete(ImportRelation).where(*these), execution_options={"synchronize_session": False})
    return True


@dataclass
class _Settling:
    """Some products' notes on their way into lists."""

    session: Session
    ids: Sequence[UUID]
    notes: Sequence[ImportRelation]
    problems: list[tuple[ImportRelation, str, str]] = field(default_factory=list)

    def write(self, run: ImportRun) -> None:
        """Everything that holds; the rest becomes problems of the run."""
        products, held = self._products(), lists_of(self.session, self.ids)
        lists = self._lists(products)
        changed = {which: to for which, to in lists.items() if to != held.get(which[0], {}).get(which[1], [])}
        write_lists(self.session, changed)
        moved = list(dict.fromkeys(product_id for product_id, _kind in changed))
        touch(self.session, moved)
        remember(self.session, run.id, self._moves(moved, products, held, changed))
        rows = {note.row_number for note in self.notes if note.row["same"] and note.product_id in set(moved)}
        run.rows_same -= len(rows)
        run.rows_changed += len(rows)
        self._report(run)

    def _products(self) -> dict[UUID, dict[str, Any]]:
        columns = [getattr(Product, name) for name in KEPT]
        these = select(*columns).where(Product.tenant_id == tenancy.current(), Product.id.in_(self.ids))
        return {row["id"]: dict(row) for row in self.session.execute(these.order_by(Product.id).with_for_update()).mappings()}

    def _lists(self, products: dict[UUID, dict[str, Any]]) -> dict[tuple[UUID, str], list[UUID]]:
        asked = {sku for note in self.notes for sku in note.skus}
        columns = select(Product.id, Product.parent_id, Product.sku).where(Product.tenant_id == tenancy.current(), Product.sku.in_(asked))
        known = {row.sku: row for row in self.session.execute(columns)}
        after = [known[sku].id for note in self.notes if note.kind == "successor" for sku in note.skus if sku in known]
        beyond = Successors(self.session, after) if after else None
        lists: dict[tuple[UUID, str], list[UUID]] = {}
        for note in self.notes:
            row = products.get(note.product_id)
            for sku in note.skus if row else ():
                target = known.get(sku)
                listed = lists.get((note.product_id, note.kind), [])
                if target is not None and target.id in listed:
                    continue
                if target is None:
                    self.problems.append((note, sku, no_such(sku)))
                elif row is not None and family_of(target) == (row["parent_id"] or row["id"]):
                    self.problems.append((note, sku, is_itself(sku)))
                elif len(listed) >= MOST_RELATED:
                    self.problems.append((note, sku, too_many()))
                elif note.kind == "successor" and beyond is not None and beyond.lead_to(target.id, note.product_id):
                    self.problems.append((note, sku, leads_back()))
                else:
                    lists[note.product_id, note.kind] = [*listed, target.id]
                    if note.kind == "successor" and beyond is not None:
                        beyond.put(note.product_id, [*listed, target.id])
        return lists

    def _moves(
        self,
        moved: Sequence[UUID],
        products: dict[UUID, dict[str, Any]],
        held: dict[UUID, Lists],
        changed: dict[tuple[UUID, str], list[UUID]],
    ) -> list[Move]:
        prices, moves = prices_of_all(self.session, moved), []
        for product_id in moved:
            old = held.get(product_id, {})
            new = old | {kind: to for (whose, kind), to in changed.items() if whose == product_id}
            row, amounts = products[product_id], prices.get(product_id, {})
            moves.append(move_of(product_id, fields_of(row, amounts, old), fields_of(row, amounts, new)))
        return moves

    def _report(self, run: ImportRun) -> None:
        rows = [
            {
                "tenant_id": tenancy.current(), "id": new_id(), "run_id": run.id, "row_number": note.row_number,
                "column_name": note.column_name, "value": sku, "reason": reason, "row": note.row["cells"],
            }
            for note, sku, reason in self.problems
        ]  # fmt: skip
        if rows:
            self.session.execute(insert(ImportProblem), rows)
