"""Signing in: what a guest chose becomes the person's, and nothing is lost.

The guest's carts are locked first, then the person's, made where there is none: one statement each, as in
`cart.open_cart`, so that a first click at the same moment waits or is waited for. What finds no room in the person's
cart (MOST_LINES) stays in the guest's, which is there again without signing in and at the next sign-in.
"""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from kernel.actors import Actor
from kernel.ids import new_id, token_hash
from orders.lines import pour

GUESTS = text("""
SELECT id, market_code FROM orders.cart
WHERE tenant_id = :tenant AND visitor_hash = :visitor AND state = 'open' ORDER BY market_code FOR UPDATE
""")
OWN = text("""
INSERT INTO orders.cart AS own (tenant_id, id, owner_id, market_code, language, currency, details, version)
SELECT g.tenant_id, :id, :owner, g.market_code, g.language, g.currency, g.details, 1
FROM orders.cart g WHERE g.tenant_id = :tenant AND g.id = :guest
ON CONFLICT (tenant_id, owner_id, market_code) WHERE state = 'open' DO UPDATE SET
  version = own.version + 1, updated_at = now(), details = CASE WHEN own.details = '{}' THEN excluded.details ELSE own.details END
RETURNING own.id
""")
EMPTIED = text("""
UPDATE orders.cart g SET version = g.version + 1, updated_at = now(), state = CASE WHEN EXISTS (
  SELECT 1 FROM orders.cart_line l WHERE l.tenant_id = g.tenant_id AND l.cart_id = g.id AND l.removed_at IS NULL
) THEN 'open' ELSE 'merged' END
WHERE g.tenant_id = :tenant AND g.id = :guest
""")


def merge_at_sign_in(session: Session, actor: Actor, visitor: str) -> None:
    """What a guest put into carts is the person's after signing in, in every market: quantities of the same product
    are added, nothing is lost. Call it with the signed-in actor and the visitor key of the session before."""
    if actor.id is None or not visitor:
        return
    for guest in session.execute(GUESTS, {"tenant": actor.tenant_id, "visitor": token_hash(visitor)}).all():
        _merge(session, actor.tenant_id, actor.id, guest.id)


def _merge(session: Session, tenant_id: UUID, owner_id: UUID, guest_id: UUID) -> None:
    here = {"tenant": tenant_id, "guest": guest_id}
    own_id = session.execute(OWN, {**here, "id": new_id(), "owner": owner_id}).scalar_one()
    pour(session, tenant_id, guest_id, own_id)
    session.execute(EMPTIED, here)
