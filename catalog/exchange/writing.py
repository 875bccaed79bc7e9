"""A batch of wanted products becomes rows: merged with what is there, in a handful of statements however many rows.

Steps:
- lock the products the batch names, in the order of their ids;
- per row: check values by their attribute's kind, find categories, merge; a row with a problem is left out whole;
- variants get their parent, which is made where it is missing, and a place of their own on its axes;
- write what differs in one statement, prices in another; gather stock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from catalog.attribute_values import BadValue
from catalog.classification import systems_made, unknown_codes
from catalog.exchange.attributes_met import MetAttributes, split_place
from catalog.exchange.cells import as_text
from catalog.exchange.parsing import RowProblem, Wanted
from catalog.exchange.places import CategoryPlaces
from catalog.exchange.pointing import Pointers
from catalog.exchange.remembering import Move, fields_of, move_of
from catalog.exchange.trade_cells import lay_units, life_problems
from catalog.lifecycle import DATES
from catalog.list_prices import prices_of_all, touch, write_prices
from catalog.models import Product
from catalog.trade_numbers import TRADE
from kernel import tenancy
from kernel.i18n import gettext as _
from kernel.ids import new_id

KEPT = (
    "id", "sku", "kind", "parent_id", "status", "names", "summaries", "texts", "category_ids", "attribute_values", "axes", "brand", "gtin",
    "unit", "packaging", "ordering", "classes", *TRADE, *DATES, "weight_kg", "tax_class", "position", "family_id",
)  # fmt: skip
WORDS = {"name": "names", "summary": "summaries", "text": "texts"}
JSON_COLUMNS = {"names", "summaries", "texts", "attribute_values", "packaging", "ordering", "classes"}
LIST_COLUMNS = {"category_ids": "uuid[]", "axes": "text[]"}
TYPES = {"id": "uuid", "parent_id": "uuid", "family_id": "uuid", "weight_kg": "numeric", "position": "int", **dict.fromkeys(DATES, "date")}
FRESH: dict[str, Any] = {
    "kind": "product", "parent_id": None, "status": "draft", "names": {}, "summaries": {}, "texts": {}, "category_ids": [],
    "attribute_values": {}, "axes": [], "brand": "", "gtin": "", "unit": "C62", "weight_kg": None, "tax_class": "standard", "position": 0,
    "packaging": [], "ordering": {}, "classes": {}, "family_id": None, **dict.fromkeys(TRADE, ""), **dict.fromkeys(DATES),
}  # fmt: skip


def _upsert() -> str:
    arrays = ", ".join(f"CAST(:{c} AS {TYPES.get(c, 'text')}[])" for c in KEPT)
    shaped = dict.fromkeys(JSON_COLUMNS, "jsonb") | LIST_COLUMNS
    values = [f"CAST(n.{c} AS {shaped[c]})" if c in shaped else f"n.{c}" for c in KEPT]
    changed = ", ".join(f"{c} = excluded.{c}" for c in KEPT if c not in ("id", "sku"))
    return f"""
        INSERT INTO catalog.product AS p (tenant_id, {", ".join(KEPT)})
        SELECT :tenant, {", ".join(values)} FROM unnest({arrays}) AS n ({", ".join(KEPT)})
        ON CONFLICT (tenant_id, sku) DO UPDATE SET {changed}, edit_version = p.edit_version + 1, updated_at = now()
    """  # noqa: S608 - made of the names above


UPSERT = text(_upsert())
ADD_STOCK = text(
    """
    INSERT INTO catalog.import_stock AS s (tenant_id, id, run_id, product_id, quantity)
    SELECT :tenant, gen_random_uuid(), :run, n.product_id, n.quantity
    FROM unnest(CAST(:products AS uuid[]), CAST(:quantities AS numeric[])) AS n (product_id, quantity)
    ON CONFLICT (tenant_id, run_id, product_id) DO UPDATE SET quantity = s.quantity + excluded.quantity
    """
)


@dataclass
class Batch:
    """What a batch did. `problems` are with the row they were found in, `pictures` are (product, row, where it is),
    `relations` (product, row, whether the row changed nothing else)."""

    made: int = 0
    changed: int = 0
    same: int = 0
    problems: list[tuple[Wanted, RowProblem]] = field(default_factory=list)
    stock: dict[UUID, Decimal] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    pictures: list[tuple[UUID, int, str]] = field(default_factory=list)
    relations: list[tuple[UUID, Wanted, bool]] = field(default_factory=list)


class BatchWriter:
    """Writes one batch into one transaction."""

    def __init__(self, session: Session, attributes: MetAttributes, places: CategoryPlaces, axes: Sequence[str]) -> None:
        self._session = session
        self._attributes = attributes
        self._places = places
        self._axes = list(axes)
        self._held: dict[str, dict[str, Any]] = {}
        self._rows: dict[str, dict[str, Any]] = {}
        self._taken: dict[UUID, dict[tuple[Any, ...], str]] = {}
        self._no_classes: dict[tuple[str, str], str] = {}
        self.batch = Batch()

    def write(self, wanted: Sequence[Wanted]) -> Batch:
        """Everything of the batch that holds."""
        self._read([w.sku for w in wanted] + [w.parent for w in wanted if w.parent])
        self._look_up_classes(wanted)
        self._pointers = Pointers(self._session, self._attributes.known, wanted)
        good = [w for w in wanted if not self._refuse(w, w.problems) and self._merge(w)]
        self._attributes.save()
        fresh = {sku: row for sku, row in self._rows.items() if row != self._held.get(sku)}
        write_products(self._session, list(fresh.values()))
        asked = {(self._row(w.sku)["id"], currency): amount for w in good for currency, amount in w.prices.items()}
        held = prices_of_all(self._session, list({product_id for product_id, _currency in asked})) if asked else {}
        moved = write_prices(self._session, [(product_id, currency, amount) for (product_id, currency), amount in asked.items()])
        touch(self._session, [row for row in moved if row not in {r["id"] for r in fresh.values()}])
        for w in good:
            row = self._row(w.sku)
            if w.stock is not None:
                self.batch.stock[row["id"]] = self.batch.stock.get(row["id"], Decimal(0)) + w.stock
            self.batch.pictures += [(row["id"], w.number, source) for source in w.pictures]
            if w.sku not in self._held:
                self.batch.made += 1
            elif w.sku in fresh or row["id"] in moved:
                self.batch.changed += 1
            else:
                self.batch.same += 1
            if w.relations:
                is_same = w.sku in self._held and w.sku not in fresh and row["id"] not in moved
                self.batch.relations.append((row["id"], w, is_same))
        self.batch.moves = self._moves(fresh, held, asked)
        return self.batch

    def _moves(self, fresh: Mapping[str, Any], held: Mapping[UUID, Any], asked: Mapping[tuple[UUID, str], Decimal]) -> list[Move]:
        """What was done to each product, for taking the import back."""
        after = {product_id: dict(prices) for product_id, prices in held.items()}
        for (product_id, currency), amount in asked.items():
            after.setdefault(product_id, {})[currency] = amount
        skus = {row["id"]: sku for sku, row in {**self._held, **self._rows}.items()}
        touched = dict.fromkeys([*(row["id"] for row in fresh.values()), *(p for p, prices in after.items() if prices != held.get(p))])
        moves = []
        for product_id in touched:
            old, new = self._held.get(skus[product_id]), self._row(skus[product_id])
            before = None if old is None else fields_of(old, held.get(product_id, {}))
            moves.append(move_of(product_id, before, fields_of(new, after.get(product_id, {}))))
        return moves

    def _read(self, skus: Sequence[str]) -> None:
        columns = [getattr(Product, name) for name in KEPT]
        these = select(*columns).where(Product.tenant_id == tenancy.current(), Product.sku.in_(set(skus)))
        for row in self._session.execute(these.order_by(Product.id).with_for_update()).mappings():
            self._held[row["sku"]] = dict(row)
        parents = [row["id"] for row in self._held.values() if row["kind"] == "variant_parent"]
        siblings = select(Product.sku, Product.parent_id, Product.attribute_values).where(
            Product.tenant_id == tenancy.current(), or_(Product.parent_id.in_(parents))
        )
        axes = {row["id"]: row["axes"] for row in self._held.values()}
        for sku, parent_id, values in self._session.execute(siblings) if parents else ():
            self._taken.setdefault(parent_id, {})[tuple(values.get(code) for code in axes[parent_id])] = sku

    def _row(self, sku: str) -> dict[str, Any]:
        return self._rows.get(sku) or self._held[sku]

    def _refuse(self, wanted: Wanted, problems: Sequence[RowProblem]) -> bool:
        self.batch.problems += [(wanted, problem) for problem in problems]
        return bool(problems)

    def _merge(self, wanted: Wanted) -> bool:
        """Puts the row's product among those to be written, or says what is wrong and False."""
        held = self._rows.get(wanted.sku) or self._held.get(wanted.sku)
        if held is None and not wanted.describes:
            return not self._refuse(wanted, [RowProblem("", wanted.sku, _("There is no product with this article number."))])
        row = dict(held) if held else {"id": new_id(), "sku": wanted.sku, **FRESH}
        problems: list[RowProblem] = []
        row["attribute_values"] = self._values(wanted, row, problems)
        for source, column in WORDS.items():
            row[column] = {**row[column], **wanted.words.get(source, {})}
        row |= wanted.plain
        problems += [RowProblem(*told) for told in lay_units(row, wanted.units)]
        problems += [RowProblem("", wanted.sku, reason) for _field, reason in life_problems(held, row)]
        row["classes"] = self._classes(wanted, row["classes"], problems)
        if self._refuse(wanted, problems):
            return False
        family_id = self._pointers.family_of(wanted, problems)
        if self._refuse(wanted, problems):
            return False
        if family_id is not None and not wanted.parent:
            row["family_id"] = family_id
        if wanted.categories:
            row["category_ids"] = self._places.ids_of(wanted.categories)
        parent = self._parent(wanted, row, problems) if wanted.parent else None
        if self._refuse(wanted, problems):
            return False
        if parent is not None:
            row |= {"kind": "variant", "parent_id": parent["id"]}
            parent["family_id"] = family_id or parent["family_id"]
            self._rows[wanted.parent] = parent
        self._rows[wanted.sku] = row
        return True

    def _values(self, wanted: Wanted, row: Mapping[str, Any], problems: list[RowProblem]) -> dict[str, Any]:
        merged = dict(row["attribute_values"])
        for detail, (raw, rule, column) in wanted.values.items():
            try:
                code, value = self._attributes.merged(merged.get(split_place(detail)[0]), detail, raw, rule)
                value = self._pointers.settle(code, value, row["id"])
            except BadValue as error:
                problems.append(RowProblem(column, as_text(raw)[:500], str(error)))
            else:
                if value is not None:
                    merged[code] = value
        return merged

    def _look_up_classes(self, wanted: Sequence[Wanted]) -> None:
        """Makes the systems that a mapping wants made, and finds out which codes cannot be."""
        told = [(key, code, rule) for w in wanted for key, (code, rule, _column) in w.classes.items()]
        systems_made(self._session, [key for key, _code, rule in told if rule.create])
        self._no_classes = unknown_codes(self._session, [(key, code) for key, code, _rule in told])

    def _classes(self, wanted: Wanted, held: dict[str, str], problems: list[RowProblem]) -> dict[str, str]:
        for key, (code, _rule, column) in wanted.classes.items():
            if (reason := self._no_classes.get((key, code))) is not None:
                problems.append(RowProblem(column, code, reason))
        return held | {key: code for key, (code, _rule, _column) in wanted.classes.items()}

    def _parent(self, wanted: Wanted, row: dict[str, Any], problems: list[RowProblem]) -> dict[str, Any] | None:
        """The parent's row, made where there is none; None and a problem where the row cannot be its variant."""
        held = self._rows.get(wanted.parent) or self._held.get(wanted.parent)
        if held and held["kind"] == "variant":
            problems.append(RowProblem("", wanted.parent, _("The parent is a variant itself.")))
            return None
        if row["kind"] == "variant_parent" or (row["parent_id"] and held and row["parent_id"] != held["id"]):
            problems.append(RowProblem("", wanted.sku, _("This product cannot become a variant of another one.")))
            return None
        parent = dict(held) if held else self._fresh_parent(wanted, row)
        if parent["kind"] == "product":
            parent |= {"kind": "variant_parent", "axes": list(self._axes)}
        if not parent["axes"]:
            problems.append(RowProblem("", wanted.parent, _("The mapping does not say what variants differ by.")))
            return None
        place = tuple(row["attribute_values"].get(code) for code in parent["axes"])
        if missing := [code for code, value in zip(parent["axes"], place, strict=True) if value is None]:
            problems.append(RowProblem("", wanted.sku, _("A variant needs a value for %(code)s.") % {"code": missing[0]}))
            return None
        taken = self._taken.setdefault(parent["id"], {})
        if taken.setdefault(place, wanted.sku) != wanted.sku:
            problems.append(RowProblem("", wanted.sku, _("Variant %(sku)s has the same values.") % {"sku": taken[place]}))
            return None
        return parent

    def _fresh_parent(self, wanted: Wanted, row: dict[str, Any]) -> dict[str, Any]:
        own = wanted.words.get("parent_name") or row["names"]
        shared = ("status", "summaries", "texts", "category_ids", "brand", "manufacturer", "classes", "unit", "tax_class")
        return {"id": new_id(), "sku": wanted.parent, **FRESH, **{name: row[name] for name in shared}, "names": own}


def write_products(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes whole products (the columns KEPT) in one statement; neither checks nor authorises."""
    if rows:
        told: dict[str, Any] = {name: [_told(name, row[name]) for row in rows] for name in KEPT}
        session.execute(UPSERT, {"tenant": tenancy.current(), **told})


def _told(column: str, value: Any) -> Any:
    if column in JSON_COLUMNS:
        return orjson.dumps(value).decode()
    if column == "category_ids":
        return "{" + ",".join(str(v) for v in value) + "}"
    if column == "axes":
        return "{" + ",".join(f'"{v}"' for v in value) + "}"
    return value


def add_stock(session: Session, run_id: UUID, stock: dict[UUID, Decimal]) -> None:
    """Adds a batch's figures to those of the run."""
    if stock:
        told = {"tenant": tenancy.current(), "run": run_id, "products": list(stock), "quantities": list(stock.values())}
        session.execute(ADD_STOCK, told)
