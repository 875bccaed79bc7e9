"""Stock: count it, move it by hand with a reason, take it for an order, put it back. Never below nothing.

Taking is one statement for a whole order: rows are locked in the order of their product ids (so that two orders with
the same products never wait for each other in a ring), lowered only where enough is there, and written to the
movements. READ COMMITTED is enough: whoever waited sees what the one before has left. The caller raises where
something was short, and its transaction takes everything back.

Movements add up: their sum is what is on hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import orjson
from sqlalchemy import func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from catalog.assortment import shop_products
from catalog.shop import ShopView
from kernel import audit, stamps
from kernel.actors import Actor
from kernel.db.locks import wait_lock
from kernel.db.statements import Statement
from kernel.errors import Conflict, Invalid, NotThere
from kernel.events import publish
from kernel.i18n import gettext as _
from kernel.ids import new_id
from orders.availability import MOST_QUANTITY, kind_of
from orders.events import StockChanged
from orders.models import QuantityRule, Stock, StockMovement

MOST_ON_HAND = Decimal(1_000_000_000)
BATCH = 1000

MOVE = Statement("""
WITH wanted AS (
  SELECT * FROM unnest(CAST(:products AS uuid[]), CAST(:changes AS numeric[]), CAST(:ids AS uuid[])) AS w (product_id, change, id)
), held AS (
  SELECT s.id, s.product_id, w.change FROM orders.stock s JOIN wanted w ON w.product_id = s.product_id
  WHERE s.tenant_id = :tenant ORDER BY s.product_id FOR UPDATE OF s
), moved AS (
  UPDATE orders.stock s SET on_hand = s.on_hand + h.change, updated_at = now() FROM held h
  WHERE s.tenant_id = :tenant AND s.id = h.id AND s.on_hand + h.change >= 0
  RETURNING s.id, s.product_id, s.on_hand
), noted AS (
  INSERT INTO orders.stock_movement (tenant_id, id, stock_id, kind, change, on_hand_after, order_id, actor)
  SELECT :tenant, w.id, m.id, :kind, w.change, m.on_hand, :order_id, CAST(:actor AS jsonb)
  FROM moved m JOIN wanted w ON w.product_id = m.product_id
)
SELECT h.product_id, h.change, m.on_hand FROM held h LEFT JOIN moved m ON m.id = h.id
""")


@dataclass(frozen=True)
class Taken:
    """What became of the wish: `counted` products were lowered, `short` had too little. `turned`: a shop page shows
    one of them differently now, so the caller moves the tenant's stamp at its end."""

    counted: frozenset[UUID]
    short: frozenset[UUID]
    turned: bool


@dataclass(frozen=True)
class StockLine:
    """A product and how much of it there is, for setting many at once."""

    product_id: UUID
    source_tenant_id: UUID
    sku: str
    on_hand: Decimal


def take(session: Session, actor: Actor, order_id: UUID, wanted: Mapping[UUID, Decimal]) -> Taken:
    """Lowers the counters of what is counted. Nothing is half done: where `short` is not empty, the caller must raise."""
    return _move(session, actor, order_id, "sold", {product: -amount for product, amount in wanted.items()})


def put_back(session: Session, actor: Actor, order_id: UUID, amounts: Mapping[UUID, Decimal]) -> Taken:
    """The way back of `take`, for an order that was called off. Products no longer counted are passed over."""
    return _move(session, actor, order_id, "put_back", dict(amounts))


def set_stock(session: Session, actor: Actor, lines: Sequence[StockLine], reason: str, kind: str = "set") -> int:
    """Sets counters to what was counted (permission stock.edit); returns how many moved.

    Products that were not counted begin to be. Invalid for a figure below nothing or without measure, or a doubled product.
    """
    actor.must("stock.edit")
    _check(lines)
    wait_lock(session, "stock.set")
    changed: list[UUID] = []
    turned = False
    for start in range(0, len(lines), BATCH):
        batch_changed, batch_turned = _set_batch(session, actor, lines[start : start + BATCH], reason, kind)
        changed += batch_changed
        turned = turned or batch_turned
    if changed:
        # the figures stand in the movements; the trail says who set how many, and why
        what = changed[0] if len(changed) == 1 else "many"
        audit.record(session, actor, f"stock.{kind}", "stock", what, after={"products": len(changed), "reason": reason})
        publish(session, StockChanged(changed), actor)
    if turned:
        stamps.bump(session)
    return len(changed)


def goods_to_count(session: Session, actor: Actor, view: ShopView, product_id: UUID, on_hand: Decimal) -> StockLine:
    """A line for `set_stock` of a product that is counted here already or that the shop sells (permission stock.edit);
    NotThere for everything else, so that nobody counts what is not theirs."""
    actor.must("stock.edit")
    mine = (Stock.tenant_id == actor.tenant_id) & (Stock.product_id == product_id)
    counted = session.execute(select(Stock.source_tenant_id, Stock.sku).where(mine)).one_or_none()
    found = counted or shop_products(session, view, [product_id]).get(product_id)
    if found is None:
        raise NotThere
    return StockLine(product_id, found.source_tenant_id, found.sku, on_hand)


def adjust(session: Session, actor: Actor, product_id: UUID, change: Decimal, reason: str) -> Decimal:
    """Moves one counter up or down (permission stock.edit); returns what is on hand.

    NotThere for a product that is not counted, Invalid without a reason, Conflict where it would go below nothing.
    """
    actor.must("stock.edit")
    if not reason.strip():
        raise Invalid.at("reason", _("Please give a reason."), "required")
    if not change.is_finite() or abs(change) > MOST_ON_HAND or not change:
        raise Invalid.at("change", _("Please give a number."), "number")
    there = (Stock.tenant_id == actor.tenant_id) & (Stock.product_id == product_id)
    row = session.execute(
        update(Stock).where(there, Stock.on_hand + change >= 0).values(on_hand=Stock.on_hand + change).returning(Stock.id, Stock.on_hand)
    ).one_or_none()
    if row is None:
        left = session.scalar(select(Stock.on_hand).where(there))
        if left is None:
            raise NotThere(_("This product is not counted."))
        raise Conflict(_("There are only %(left)s; stock cannot go below nothing.") % {"left": left.normalize()}, left=str(left))
    session.execute(insert(StockMovement).values(_note(actor, row.id, "adjusted", change, row.on_hand, reason)))
    audit.record(session, actor, "stock.adjust", "stock", product_id, after={"change": str(change), "on_hand": str(row.on_hand)})
    publish(session, StockChanged([product_id]), actor)
    if kind_of(row.on_hand) != kind_of(row.on_hand - change):
        stamps.bump(session)
    on_hand: Decimal = row.on_hand
    return on_hand


def set_quantity_rule(session: Session, actor: Actor, product_id: UUID, least: Decimal, step: Decimal) -> None:
    """From now on the product is sold from `least`, in multiples of `step` (permission stock.edit). Invalid where they do not fit."""
    actor.must("stock.edit")
    if not (step.is_finite() and least.is_finite()) or step <= 0 or least < step or least % step or least > MOST_QUANTITY:
        raise Invalid.at("least", _("The least quantity is a multiple of the step."), "steps")
    statement = upsert(QuantityRule).values(tenant_id=actor.tenant_id, id=new_id(), product_id=product_id, least=least, step=step)
    changes = {"least": least, "step": step, "updated_at": func.now()}
    session.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "product_id"], set_=changes))
    audit.record(session, actor, "quantity_rule.set", "product", product_id, after={"least": str(least), "step": str(step)})
    stamps.bump(session)  # product pages offer quantities


def list_stock(
    session: Session, actor: Actor, after_sku: str = "", after_id: UUID | None = None, beginning: str = "", limit: int = 50
) -> list[Stock]:
    """Counters by SKU (permission stock.edit or order.view), those after the row with `after_sku` and the product id
    `after_id`, since two brands may use one SKU; `beginning` narrows by the SKU's begin."""
    if not actor.can("stock.edit"):
        actor.must("order.view")
    behind = Stock.sku > after_sku
    if after_id is not None:
        behind = or_(behind, (Stock.sku == after_sku) & (Stock.product_id > after_id))
    query = select(Stock).where(Stock.tenant_id == actor.tenant_id, behind)
    if beginning:
        query = query.where(Stock.sku >= beginning, func.left(Stock.sku, len(beginning)) == beginning)
    return list(session.scalars(query.order_by(Stock.sku, Stock.product_id).limit(limit)))


def movements(session: Session, actor: Actor, product_id: UUID, limit: int = 50) -> list[StockMovement]:
    """The last movements of a product's counter, newest first (permission stock.edit)."""
    actor.must("stock.edit")
    stock_id = select(Stock.id).where(Stock.tenant_id == actor.tenant_id, Stock.product_id == product_id).scalar_subquery()
    query = select(StockMovement).where(StockMovement.tenant_id == actor.tenant_id, StockMovement.stock_id == stock_id)
    return list(session.scalars(query.order_by(StockMovement.id.desc()).limit(limit)))


def _move(session: Session, actor: Actor, order_id: UUID, kind: str, changes: Mapping[UUID, Decimal]) -> Taken:
    rows = MOVE.all(
        session,
        tenant=actor.tenant_id,
        products=list(changes),
        changes=list(changes.values()),
        ids=[new_id() for _product in changes],
        kind=kind,
        order_id=order_id,
        actor=orjson.dumps(actor.as_json()).decode(),
    )
    return Taken(
        counted=frozenset(row.product_id for row in rows if row.on_hand is not None),
        short=frozenset(row.product_id for row in rows if row.on_hand is None),
        turned=any(row.on_hand is not None and kind_of(row.on_hand) != kind_of(row.on_hand - row.change) for row in rows),
    )


def _set_batch(session: Session, actor: Actor, lines: Sequence[StockLine], reason: str, kind: str) -> tuple[list[UUID], bool]:
    ids = [line.product_id for line in lines]
    held = select(Stock.product_id, Stock.id, Stock.on_hand).where(Stock.tenant_id == actor.tenant_id, Stock.product_id.in_(ids))
    before = {row.product_id: row for row in session.execute(held.order_by(Stock.product_id).with_for_update())}
    moved = [line for line in lines if line.product_id not in before or before[line.product_id].on_hand != line.on_hand]
    if not moved:
        return [], False
    ids_of = {line.product_id: before[line.product_id].id if line.product_id in before else new_id() for line in moved}
    rows = [
        {
            "tenant_id": actor.tenant_id,
            "id": ids_of[line.product_id],
            "source_tenant_id": line.source_tenant_id,
            "product_id": line.product_id,
            "sku": line.sku,
            "on_hand": line.on_hand,
        }
        for line in moved
    ]
    statement = upsert(Stock)
    changes = {"on_hand": statement.excluded.on_hand, "sku": statement.excluded.sku, "updated_at": func.now()}
    session.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "product_id"], set_=changes), rows)
    old = {line.product_id: before[line.product_id].on_hand if line.product_id in before else None for line in moved}
    notes = [
        _note(actor, ids_of[line.product_id], kind, line.on_hand - (old[line.product_id] or 0), line.on_hand, reason) for line in moved
    ]
    session.execute(insert(StockMovement), notes)
    return [line.product_id for line in moved], any(kind_of(old[line.product_id]) != kind_of(line.on_hand) for line in moved)


def _note(actor: Actor, stock_id: UUID, kind: str, change: Decimal, left: Decimal, reason: str) -> dict[str, object]:
    return {
        "tenant_id": actor.tenant_id,
        "id": new_id(),
        "stock_id": stock_id,
        "kind": kind,
        "change": change,
        "on_hand_after": left,
        "reason": reason,
        "actor": actor.as_json(),
    }


def _check(lines: Sequence[StockLine]) -> None:
    if len({line.product_id for line in lines}) != len(lines):
        raise Invalid.at("lines", _("A product stands twice."), "doubled")
    for place, line in enumerate(lines):
        if not line.on_hand.is_finite() or not 0 <= line.on_hand <= MOST_ON_HAND:
            raise Invalid.at(f"lines.{place}.on_hand", _("Stock is nothing or more."), "measure")
