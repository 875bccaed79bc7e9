"""Carts that nobody comes back to go, and messages that have come to an end; what somebody still wants stays."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kernel import clock
from kernel.db.session import transaction
from kernel.ids import new_id, new_token
from kernel.tenancy import entering
from orders import cart as carts
from orders import status
from orders.checkout import order_of_key
from orders.forgetting import forget_carts, forget_deliveries
from orders.models import Cart, CartLine, WebhookDelivery, WebhookEndpoint
from tests.factories.orders import Goods, make_cart, place, visitor
from tests.factories.tenants import staff


def test_abandoned_and_finished_carts_go_and_the_rest_stays(goods: Goods, american: Goods) -> None:
    old, fresh, buyer, done = visitor(goods.tenant_id), visitor(goods.tenant_id), staff(goods.tenant_id), visitor(goods.tenant_id)
    key = new_token()
    with entering(american.tenant_id), transaction() as session:
        elsewhere = visitor(american.tenant_id)
        make_cart(session, elsewhere, american, bell=1)
        session.execute(text("UPDATE orders.cart SET updated_at = now() - interval '300 days'"))
    with entering(goods.tenant_id), transaction() as session:
        for actor in (old, buyer):
            make_cart(session, actor, goods, bell=1)
        order_id = place(session, done, make_cart(session, done, goods, bell=2), key=key).order.id
        session.execute(text("UPDATE orders.cart SET updated_at = now() - interval '61 days'"))
        make_cart(session, fresh, goods, bike=1)
        assert forget_carts(session) == 2
        assert [carts.count(session, actor, "eu") for actor in (old, fresh, buyer, done)] == [0, 1, 1, 0]
        assert session.scalar(select(func.count()).select_from(CartLine)) == 2
        order = status.order_for(session, done, order_id)
        assert [line.amount for line in status.lines_of(session, order)] == [25]
        assert order_of_key(session, done, key) is not None
    with entering(american.tenant_id), transaction() as session:
        assert session.scalar(select(func.count()).select_from(Cart)) == 1


def deliver(session: Session, tenant_id: UUID, state: str, days: int) -> None:
    """A message that came to this state, or was made, so many days ago."""
    endpoint = WebhookEndpoint(tenant_id=tenant_id, id=new_id(), url="https://erp.example/", events=["order.placed"], secret="whsec_x")
    session.add(endpoint)
    session.flush()
    then = clock.now() - timedelta(days=days)
    done = then if state == "delivered" else None
    told = {"event_type": "order.placed", "body": f"{state} {days}", "state": state, "made_at": then, "delivered_at": done}
    session.add(WebhookDelivery(tenant_id=tenant_id, id=new_id(), endpoint_id=endpoint.id, event_id=new_id(), **told))


def test_messages_go_once_they_are_long_delivered_or_given_up(goods: Goods, american: Goods) -> None:
    with entering(american.tenant_id), transaction() as session:
        deliver(session, american.tenant_id, "delivered", 300)
    with entering(goods.tenant_id), transaction() as session:
        for state, days in (("delivered", 29), ("delivered", 31), ("given_up", 89), ("given_up", 91), ("waiting", 300)):
            deliver(session, goods.tenant_id, state, days)
        session.flush()
        assert forget_deliveries(session) == 2
        kept = session.scalars(select(WebhookDelivery.body)).all()
        assert sorted(kept) == ["delivered 29", "given_up 89", "waiting 300"]
    with entering(american.tenant_id), transaction() as session:
        assert session.scalar(select(func.count()).select_from(WebhookDelivery)) == 1
