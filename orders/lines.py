"""The lines of a cart in the database: put in, poured over, looked up. Callers hold the cart, locked for changes."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from kernel.errors import Invalid, NotThere
from kernel.i18n import gettext as _
from kernel.ids import new_id
from orders.availability import MOST_QUANTITY
from orders.models import Cart, CartLine
from orders.offers import Offer

MOST_LINES = 200

# as text: putting it together from expressions costs more than running it
PUT = text("""
INSERT INTO orders.cart_line AS l (tenant_id, id, cart_id, source_tenant_id, product_id, sku, quantity, seen_name, seen_amount)
VALUES (:tenant, :id, :cart, :source, :product, :sku, :quantity, :name, :amount)
ON CONFLICT (tenant_id, cart_id, product_id) DO UPDATE SET
  quantity = CASE WHEN l.removed_at IS NULL THEN l.quantity ELSE 0 END + excluded.quantity, removed_at = NULL, updated_at = now()
RETURNING l.id, l.quantity,
  (SELECT count(*) FROM orders.cart_line o
   WHERE o.tenant_id = l.tenant_id AND o.cart_id = l.cart_id AND o.id <> l.id AND o.removed_at IS NULL) AS other_lines,
  (SELECT coalesce(sum(o.quantity), 0) FROM orders.cart_line o
   WHERE o.tenant_id = l.tenant_id AND o.cart_id = l.cart_id AND o.id <> l.id AND o.removed_at IS NULL) AS other_things
""")


@dataclass(frozen=True)
class PutLine:
    """A line after something was put in: its quantity, and how many things are in the whole cart."""

    line_id: UUID
    quantity: Decimal
    count: Decimal


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


def put(session: Session, cart: Cart, offer: Offer, quantity: Decimal) -> PutLine:
    """Adds to the product's line or makes one; a removed line begins anew. Invalid where the cart is full."""
    row = session.execute(
        PUT,
        {
            "tenant": cart.tenant_id,
            "id": new_id(),
            "cart": cart.id,
            "source": offer.source_tenant_id,
            "product": offer.product_id,
            "sku": offer.sku,
            "quantity": quantity,
            "name": offer.name,
            "amount": offer.price.amount,
        },
    ).one()
    line = PutLine(row.id, row.quantity, row.other_things + row.quantity)
    if row.other_lines >= MOST_LINES:
        take_back(session, cart, line, quantity)
        raise Invalid.at("product_id", _("A cart takes up to %(most)s lines. Please place an order first.") % {"most": MOST_LINES}, "full")
    return line


def take_back(session: Session, cart: Cart, line: PutLine, quantity: Decimal) -> None:
    """Undoes `put`, so that a refusal leaves nothing behind even where somebody catches it: a line that `put` made goes,
    another one has its quantity again."""
    where = (of(cart), CartLine.id == line.line_id)
    if line.quantity == quantity:
        session.execute(delete(CartLine).where(*where))
    else:
        session.execute(update(CartLine).where(*where).values(quantity=CartLine.quantity - quantity))


def pour(session: Session, source: Cart, target: Cart) -> None:
    """Puts every line of one cart into the other, adding quantities of the same product (up to what a line takes)."""
    for line in lines_of(session, source):
        if line.removed_at is not None:
            continue
        new = insert(CartLine).values(
            id=new_id(),
            tenant_id=target.tenant_id,
            cart_id=target.id,
            source_tenant_id=line.source_tenant_id,
            product_id=line.product_id,
            sku=line.sku,
            quantity=line.quantity,
            seen_name=line.seen_name,
            seen_amount=line.seen_amount,
        )
        there = case((CartLine.removed_at.is_(None), CartLine.quantity), else_=0)
        both = func.least(there + new.excluded.quantity, MOST_QUANTITY)
        session.execute(
            new.on_conflict_do_update(
                index_elements=["tenant_id", "cart_id", "product_id"],
                set_={"quantity": both, "removed_at": None, "updated_at": func.now()},
            )
        )


def clear_removed(session: Session, cart: Cart) -> None:
    """Forgets what was removed before, so that a cart never grows by what was thrown out of it."""
    session.execute(delete(CartLine).where(of(cart), CartLine.removed_at.is_not(None)))
