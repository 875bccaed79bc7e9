"""The lines of a cart in the database: put in, poured over, looked up. Callers hold the cart, locked for changes.

What is looked at comes as plain rows with what is there of each product, one statement for a whole cart. After a lock
the lines are read by a statement of their own: one that waits for the lock still sees the lines from before the wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from catalog.packaging import Way
from kernel.actors import Actor
from kernel.db.statements import Statement
from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id, token_hash
from kernel.money import Money
from orders.availability import MOST_QUANTITY, Supply
from orders.models import Cart, CartLine
from orders.offers import Offer

MOST_LINES = 200

# as text: putting it together from expressions costs more than running it
PUT = Statement("""
INSERT INTO orders.cart_line AS l
  (tenant_id, id, cart_id, source_tenant_id, product_id, sku, quantity, unit, unit_numerator, unit_denominator,
   seen_name, seen_amount, seen_currency)
VALUES (:tenant, :id, :cart, :source, :product, :sku, :quantity, :unit, :numerator, :denominator, :name, :amount, :currency)
ON CONFLICT (tenant_id, cart_id, product_id) DO UPDATE SET
  quantity = CASE WHEN l.removed_at IS NULL THEN l.quantity ELSE 0 END + excluded.quantity, removed_at = NULL, updated_at = now(),
  unit = excluded.unit, unit_numerator = excluded.unit_numerator, unit_denominator = excluded.unit_denominator
RETURNING l.id, l.quantity,
  (SELECT CAST(to_jsonb(o) AS text) FROM orders.cart_line o WHERE o.tenant_id = l.tenant_id AND o.id = l.id) AS before,
  (SELECT count(*) FROM orders.cart_line o
   WHERE o.tenant_id = l.tenant_id AND o.cart_id = l.cart_id AND o.id <> l.id AND o.removed_at IS NULL) AS other_lines,
  (SELECT coalesce(sum(o.quantity), 0) FROM orders.cart_line o
   WHERE o.tenant_id = l.tenant_id AND o.cart_id = l.cart_id AND o.id <> l.id AND o.removed_at IS NULL) AS other_things,
  (SELECT s.on_hand FROM orders.stock s WHERE s.tenant_id = l.tenant_id AND s.product_id = l.product_id) AS on_hand,
  (SELECT r.least FROM orders.quantity_rule r WHERE r.tenant_id = l.tenant_id AND r.product_id = l.product_id) AS least,
  (SELECT r.step FROM orders.quantity_rule r WHERE r.tenant_id = l.tenant_id AND r.product_id = l.product_id) AS step
""")

AS_BEFORE = Statement("""
UPDATE orders.cart_line l SET quantity = b.quantity, unit = b.unit, unit_numerator = b.unit_numerator,
  unit_denominator = b.unit_denominator, removed_at = b.removed_at
FROM jsonb_populate_record(CAST(NULL AS orders.cart_line), CAST(:before AS jsonb)) b
WHERE l.tenant_id = :tenant AND l.id = :line
""")

POUR = Statement("""
WITH there AS (
  SELECT product_id FROM orders.cart_line WHERE tenant_id = :tenant AND cart_id = :target AND removed_at IS NULL
), wanted AS (
  SELECT s.id, t.product_id IS NULL AS is_new, row_number() OVER (PARTITION BY t.product_id IS NULL ORDER BY s.id) AS place
  FROM orders.cart_line s LEFT JOIN there t ON t.product_id = s.product_id
  WHERE s.tenant_id = :tenant AND s.cart_id = :source AND s.removed_at IS NULL
), moved AS (
  DELETE FROM orders.cart_line s USING wanted w
  WHERE s.tenant_id = :tenant AND s.id = w.id AND (NOT w.is_new OR w.place <= :most_lines - (SELECT count(*) FROM there))
  RETURNING s.*
)
INSERT INTO orders.cart_line AS l
  (tenant_id, id, cart_id, source_tenant_id, product_id, sku, quantity, unit, unit_numerator, unit_denominator,
   seen_name, seen_amount, seen_currency)
SELECT m.tenant_id, m.id, :target, m.source_tenant_id, m.product_id, m.sku, m.quantity, m.unit, m.unit_numerator, m.unit_denominator,
  m.seen_name, m.seen_amount,
  coalesce(nullif(m.seen_currency, ''), c.currency)
FROM moved m JOIN orders.cart c ON c.tenant_id = m.tenant_id AND c.id = m.cart_id ORDER BY m.id
ON CONFLICT (tenant_id, cart_id, product_id) DO UPDATE SET
  quantity = least(
    CASE WHEN l.removed_at IS NULL THEN l.quantity ELSE 0 END + excluded.quantity,
    :most * greatest(1, l.unit_numerator / l.unit_denominator, excluded.unit_numerator / excluded.unit_denominator)),
  removed_at = NULL, updated_at = now()
""")


CONTENTS = """
SELECT c.id AS cart_id, c.version, c.currency, c.details, l.id, l.product_id, l.source_tenant_id, l.sku, l.quantity,
  l.unit, l.unit_numerator, l.unit_denominator, l.seen_name, l.seen_amount, l.seen_currency, l.removed_at, s.on_hand, r.least, r.step
FROM orders.cart c
LEFT JOIN orders.cart_line l ON l.tenant_id = c.tenant_id AND l.cart_id = c.id
LEFT JOIN orders.stock s ON s.tenant_id = l.tenant_id AND s.product_id = l.product_id
LEFT JOIN orders.quantity_rule r ON r.tenant_id = l.tenant_id AND r.product_id = l.product_id
WHERE c.tenant_id = :tenant AND c.state = 'open' AND """
OF_CART = Statement(CONTENTS + "c.id = :cart ORDER BY l.id")
OF_PERSON = Statement(CONTENTS + "c.market_code = :market AND c.owner_id = :owner ORDER BY l.id")
OF_GUEST = Statement(CONTENTS + "c.market_code = :market AND c.visitor_hash = :owner ORDER BY l.id")


@dataclass(frozen=True)
class PutLine:
    """A line after something was put in: its quantity in the base unit, what is there of it, and how many things are in the whole
    cart. `before` is the row as it was, as JSON text, None for a new one."""

    line_id: UUID
    quantity: Decimal
    count: Decimal
    supply: Supply
    before: str | None = None


@dataclass(frozen=True)
class Line:
    """A line as it lies in the cart, its quantity in the base unit; `way` is the unit it was put in as, as large as it was then.
    `seen` is the price its owner saw last, in the currency of that time."""

    id: UUID
    product_id: UUID
    source_tenant_id: UUID
    sku: str
    quantity: Decimal
    seen_name: str
    seen: Money
    is_removed: bool
    supply: Supply
    way: Way


@dataclass(frozen=True)
class Contents:
    """An open cart and everything in it, removed lines too, in the order in which they were put in."""

    cart_id: UUID
    version: int
    details: dict[str, Any]
    lines: tuple[Line, ...]


def contents_of(session: Session, cart: Cart) -> Contents | None:
    """What is in a cart that has been fetched for its owner. One statement."""
    return _contents(OF_CART.all(session, tenant=cart.tenant_id, cart=cart.id))


def contents_for(session: Session, actor: Actor, market_code: str) -> Contents | None:
    """The actor's open cart in a market, None where there is none. One statement; it takes no lock."""
    if actor.id is None and not actor.visitor:
        return None
    owner = actor.id or token_hash(actor.visitor or "")
    statement = OF_PERSON if actor.id else OF_GUEST
    return _contents(statement.all(session, tenant=actor.tenant_id, market=market_code, owner=owner))


def _contents(rows: Sequence[Any]) -> Contents | None:
    if not rows:
        return None
    first = rows[0]
    return Contents(first.cart_id, first.version, first.details, tuple(_line(row) for row in rows if row.id is not None))


def _line(row: Any) -> Line:
    return Line(
        id=row.id,
        product_id=row.product_id,
        source_tenant_id=row.source_tenant_id,
        sku=row.sku,
        quantity=row.quantity,
        seen_name=row.seen_name,
        seen=Money(row.seen_amount, row.seen_currency or row.currency),
        is_removed=row.removed_at is not None,
        supply=Supply.of(row.on_hand, row.least, row.step),
        way=Way(row.unit, Fraction(row.unit_numerator, row.unit_denominator)),
    )


def of(cart: Cart) -> ColumnElement[bool]:
    """The condition that a line is in this cart."""
    return and_(CartLine.tenant_id == cart.tenant_id, CartLine.cart_id == cart.id)


def lines_of(session: Session, cart: Cart) -> list[CartLine]:
    """All lines, removed ones too, in the order in which they were put in."""
    return list(session.scalars(select(CartLine).where(of(cart)).order_by(CartLine.id)))


def line_of(session: Session, cart: Cart, line_id: UUID) -> CartLine:
    """The line with this id; NotThere where the cart has none such."""
    line = session.scalar(select(CartLine).where(of(cart), CartLine.id == line_id))
    if line is None:
        raise NotThere
    return line


def put(session: Session, tenant_id: UUID, cart_id: UUID, offer: Offer, quantity: Decimal, way: Way) -> PutLine:
    """Adds so many base units, put in as `way`, to the product's line or makes one; a removed line begins anew. Invalid where
    the cart is full."""
    row = PUT.one(
        session,
        tenant=tenant_id,
        id=new_id(),
        cart=cart_id,
        source=offer.source_tenant_id,
        product=offer.product_id,
        sku=offer.sku,
        quantity=quantity,
        unit="" if way.unit == offer.unit else way.unit,
        numerator=way.factor.numerator,
        denominator=way.factor.denominator,
        name=offer.name,
        amount=offer.price.amount,
        currency=offer.price.currency,
    )
    supply = Supply.of(row.on_hand, row.least, row.step).under(offer.selling)
    line = PutLine(row.id, row.quantity, row.other_things + row.quantity, supply, row.before)
    if row.other_lines >= MOST_LINES:
        take_back(session, tenant_id, line)
        raise Invalid.at("product_id", _("A cart takes up to %(most)s lines. Please place an order first.") % {"most": MOST_LINES}, "full")
    return line


def take_back(session: Session, tenant_id: UUID, line: PutLine) -> None:
    """Undoes `put`, so that a refusal leaves nothing behind even where somebody catches it: a line that `put` made goes,
    another one is again as it was."""
    if line.before is None:
        session.execute(delete(CartLine).where(CartLine.tenant_id == tenant_id, CartLine.id == line.line_id))
    else:
        AS_BEFORE.run(session, tenant=tenant_id, line=line.line_id, before=line.before)


def pour(session: Session, tenant_id: UUID, source: UUID, target: UUID) -> None:
    """Moves the lines of one cart into the other, adding quantities of the same product (up to what a line takes). Of
    products that are new there as many as there is room for move, the oldest first; the others stay."""
    POUR.run(session, tenant=tenant_id, source=source, target=target, most_lines=MOST_LINES, most=MOST_QUANTITY)


def clear_removed(session: Session, cart: Cart) -> None:
    """Forgets what was removed before, so that a cart never grows by what was thrown out of it."""
    session.execute(delete(CartLine).where(of(cart), CartLine.removed_at.is_not(None)))
