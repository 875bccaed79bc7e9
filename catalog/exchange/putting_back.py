"""Some products as they were before an import, value by value; what somebody has changed since is left and named.

- a product the import made is removed, or ended where it has been published; it stays where anybody wrote to it since;
- a value goes back where it is still what the import made of it;
- a product that became a parent or variant becomes a plain one again where nothing hangs on it.

Products come with variants before parents, so that a parent is judged when its variants have been dealt with.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from catalog.exchange.remembering import WHOLE, WORDED, digest_of, fields_of
from catalog.exchange.writing import KEPT, write_products
from catalog.lifecycle import DATES
from catalog.list_prices import prices_of_all, touch, write_prices
from catalog.models import Category, Family, ImportChange, ImportPicture, ListPrice, Picture, Product, PublishedProduct
from catalog.relations import Successors, leads_back, lists_of, write_lists
from kernel import tenancy
from kernel.i18n import gettext as _


@dataclass(frozen=True)
class Left:
    """A value that was left: what it is now, what it was before the import, why."""

    sku: str
    field: str
    now: Any
    before: Any
    reason: str


@dataclass
class Done:
    """How many products were changed, removed, ended, needed nothing or were left in part; `left` says what and why."""

    changed: int = 0
    removed: int = 0
    ended: int = 0
    same: int = 0
    wrong: int = 0
    left: list[Left] = field(default_factory=list)


class BatchUndoer:
    """Takes a batch of changes back in one transaction."""

    def __init__(self, session: Session, changes: Sequence[ImportChange]) -> None:
        self._session = session
        self._changes = changes
        self._mine = Product.tenant_id == tenancy.current()
        self._rows: dict[UUID, dict[str, Any]] = {}
        self._old: dict[UUID, dict[str, Any]] = {}
        self._touched: dict[UUID, int] = {}
        self._children: dict[UUID | None, set[UUID]] = {}
        self._gone: list[UUID] = []
        self._prices: list[tuple[UUID, str, Decimal | None]] = []
        self._lists: dict[tuple[UUID, str], list[UUID]] = {}
        self._unpictured: dict[UUID, UUID] = {}  # picture to be taken off: its product
        self.done = Done()

    def run(self) -> Done:
        """Everything that can go back."""
        self._read([c.product_id for c in self._changes])
        for change in self._changes:
            before, left = self._fingerprint(change.product_id), len(self.done.left)
            if change.product_id not in self._rows:
                self.done.same += 1
            elif change.made:
                self._unmake(change)
            else:
                self._put_back(change)
                self.done.changed += self._fingerprint(change.product_id) != before
                self.done.same += self._fingerprint(change.product_id) == before and len(self.done.left) == left
            self.done.wrong += len(self.done.left) > left
        self._write()
        return self.done

    def _fingerprint(self, product_id: UUID) -> Any:
        return repr(self._rows.get(product_id)), len(self._prices), len(self._lists), len(self._unpictured)

    def _read(self, ids: Sequence[UUID]) -> None:
        columns = [getattr(Product, name) for name in KEPT]
        these = select(*columns, Product.touched).where(self._mine, Product.id.in_(ids)).order_by(Product.id).with_for_update()
        for row in self._session.execute(these).mappings():
            self._rows[row["id"]] = {name: row[name] for name in KEPT}
            self._touched[row["id"]] = row["touched"]
        self._old = {product_id: dict(row) for product_id, row in self._rows.items()}
        for child, parent in self._session.execute(select(Product.id, Product.parent_id).where(self._mine, Product.parent_id.in_(ids))):
            self._children.setdefault(parent, set()).add(child)
        self._held_prices = prices_of_all(self._session, ids)
        self._related = lists_of(self._session, ids)
        told = {UUID(t) for change in self._changes for n, old in change.before.items() if n.startswith("relations:") for t in old or ()}
        there = select(Product.id).where(self._mine, Product.id.in_(told))
        self._targets = set(self._session.scalars(there)) if told else set()
        shown = (PublishedProduct.tenant_id == tenancy.current(), PublishedProduct.product_id.in_(ids))
        self._published = set(self._session.scalars(select(PublishedProduct.product_id).where(*shown).distinct()))
        named = {UUID(c) for change in self._changes for c in change.before.get("category_ids") or ()}
        known = select(Category.id).where(Category.tenant_id == tenancy.current(), Category.id.in_(named))
        self._categories = set(self._session.scalars(known)) if named else set()
        families = {UUID(f) for c in self._changes if (f := c.before.get("family_id"))}
        there = select(Family.id).where(Family.tenant_id == tenancy.current(), Family.id.in_(families))
        self._families = set(self._session.scalars(there)) if families else set()
        self._read_pictures(ids)
        parents = {row["parent_id"] for row in self._rows.values() if row["parent_id"]}
        axes = select(Product.id, Product.axes).where(self._mine, Product.id.in_(parents))
        self._axes = {row.id: row.axes for row in self._session.execute(axes)} if parents else {}

    def _read_pictures(self, ids: Sequence[UUID]) -> None:
        runs = {change.run_id for change in self._changes}
        brought = select(ImportPicture.picture_id).where(
            ImportPicture.tenant_id == tenancy.current(), ImportPicture.run_id.in_(runs), ImportPicture.product_id.in_(ids)
        )
        ours = set(self._session.scalars(brought))
        self._pictures: dict[UUID, list[Picture]] = {}
        self._others: set[UUID] = set()
        for picture in self._session.scalars(select(Picture).where(Picture.tenant_id == tenancy.current(), Picture.product_id.in_(ids))):
            if picture.id in ours:
                self._pictures.setdefault(picture.product_id, []).append(picture)
            if picture.id not in ours or picture.alts:
                self._others.add(picture.product_id)

    def _fields(self, product_id: UUID) -> dict[str, Any]:
        return fields_of(self._rows[product_id], self._held_prices.get(product_id, {}), self._related.get(product_id, {}))

    def _is_as_made(self, change: ImportChange) -> bool:
        """Has nobody written to the product since the run, or is it again as the run made it?"""
        if self._touched[change.product_id] == change.touched:
            return True
        now = self._fields(change.product_id)
        return digest_of(now) == change.after.get(WHOLE) and change.product_id not in self._others

    def _leave(self, row: Mapping[str, Any], name: str, now: Any, before: Any, reason: str) -> None:
        self.done.left.append(Left(row["sku"], name, now, before, reason))

    def _unmake(self, change: ImportChange) -> None:
        row = self._rows[change.product_id]
        if not self._is_as_made(change):
            self._leave(row, "", None, None, _("This product has been changed since the import. It stays."))
        elif row["id"] in self._published:
            self.done.ended += row["status"] != "end"
            self.done.same += row["status"] == "end"
            row["status"] = "end"
        elif self._children.get(row["id"]):
            self._leave(row, "", None, None, _("This product has variants that stay, so it stays, too."))
        else:
            self._loosen(row)
            self._gone.append(row["id"])
            self.done.removed += 1

    def _loosen(self, row: Mapping[str, Any]) -> None:
        self._children.get(row["parent_id"], set()).discard(row["id"])

    def _put_back(self, change: ImportChange) -> None:
        row = self._rows[change.product_id]
        now = self._fields(row["id"])
        back = {}
        for name, old in change.before.items():
            if now.get(name) == old:
                continue
            if digest_of(now.get(name)) != change.after[name]:
                self._leave(row, name, now.get(name), old, _("This has been changed since the import. It stays."))
            elif reason := self._against(row, name, old):
                self._leave(row, name, now.get(name), old, reason)
            else:
                back[name] = old
        if self._is_taken(row, back):
            for name in [n for n in back if n in self._axis_names(row)]:
                self._leave(row, name, now.get(name), back.pop(name), _("Another variant has these values now."))
        for name, old in back.items():
            self._set(row, name, old)
        for picture in self._pictures.get(row["id"], ()):
            if picture.alts:
                self._leave(row, "picture", next(iter(picture.alts.values())), None, _("Somebody has described this picture. It stays."))
            else:
                self._unpictured[picture.id] = row["id"]

    def _against(self, row: Mapping[str, Any], name: str, old: Any) -> str:
        if name == "category_ids" and any(UUID(c) not in self._categories for c in old):
            return _("A category this product was in is no longer there.")
        if name == "family_id" and old and UUID(old) not in self._families:
            return _("The family this product belonged to is no longer there.")
        if name.startswith("relations:") and any(UUID(t) not in self._targets for t in old or ()):
            return _("A product that went with this one is no longer there.")
        if name == "relations:successor" and old:
            beyond = Successors(self._session, [UUID(t) for t in old])
            return leads_back() if any(beyond.lead_to(UUID(t), row["id"]) for t in old) else ""
        if name == "family" and (old["kind"] != "product" or self._children.get(row["id"])):
            return _("This product has variants that stay, so it stays, too.")
        return ""

    def _axis_names(self, row: Mapping[str, Any]) -> list[str]:
        return [f"attribute_values:{code}" for code in self._axes.get(row["parent_id"], ())]

    def _is_taken(self, row: Mapping[str, Any], back: Mapping[str, Any]) -> bool:
        """Would the variant stand where another one of its parent stands?"""
        names = self._axis_names(row)
        if "family" in back or not any(name in back for name in names):
            return False
        place = [back.get(name, row["attribute_values"].get(name.split(":", 1)[1])) for name in names]
        others = select(Product.id, Product.attribute_values).where(
            self._mine, Product.parent_id == row["parent_id"], Product.id != row["id"], Product.id.not_in(self._gone)
        )
        for sibling, held in self._session.execute(others):
            values = self._rows[sibling]["attribute_values"] if sibling in self._rows else held
            if [values.get(name.split(":", 1)[1]) for name in names] == place:
                return True
        return False

    def _set(self, row: dict[str, Any], name: str, old: Any) -> None:
        column, _colon, key = name.partition(":")
        if column == "price":
            self._prices.append((row["id"], key, None if old is None else Decimal(old)))
        elif column in WORDED:
            row[column] = {k: v for k, v in row[column].items() if k != key} | ({} if old is None else {key: old})
        elif column == "relations":
            self._lists[row["id"], key] = [UUID(t) for t in old or ()]
        elif column == "family":
            self._loosen(row)
            row |= {"kind": old["kind"], "parent_id": None, "axes": old["axes"]}
        elif column in DATES:
            row[column] = None if old is None else date.fromisoformat(old)
        elif column == "category_ids":
            row[column] = [UUID(c) for c in old]
        elif column == "family_id":
            row[column] = UUID(old) if old else None
        else:
            row[column] = Decimal(old) if column == "weight_kg" and old is not None else old

    def _write(self) -> None:
        fresh = [row for product_id, row in self._rows.items() if row != self._old[product_id] and product_id not in self._gone]
        write_products(self._session, fresh)
        write_prices(self._session, [(product_id, currency, amount) for product_id, currency, amount in self._prices if amount is not None])
        taken = [(product_id, currency) for product_id, currency, amount in self._prices if amount is None]
        here = tenancy.current()
        if taken:
            without = tuple_(ListPrice.product_id, ListPrice.currency).in_(taken)
            self._execute(delete(ListPrice).where(ListPrice.tenant_id == here, without))
        if self._unpictured:
            self._execute(delete(Picture).where(Picture.tenant_id == here, Picture.id.in_(self._unpictured)))
        write_lists(self._session, {which: [t for t in to if t not in self._gone] for which, to in self._lists.items()})
        moved = _ids(self._prices) | {product_id for product_id, _kind in self._lists} | set(self._unpictured.values())
        touch(self._session, list(moved - {row["id"] for row in fresh}))
        if self._gone:
            self._execute(delete(Product).where(self._mine, Product.id.in_(self._gone)))

    def _execute(self, statement: Any) -> None:
        self._session.execute(statement, execution_options={"synchronize_session": False})


def _ids(prices: Iterable[tuple[UUID, str, Decimal | None]]) -> set[UUID]:
    return {product_id for product_id, _currency, _amount in prices}
