"""Carts that nobody comes back to go; what somebody still wants stays."""

from sqlalchemy import func, select, text

from kernel.db.session import transaction
from kernel.ids import new_token
from kernel.tenancy import entering
from orders import cart as carts
from orders import status
from orders.checkout import order_of_key
from orders.forgetting import forget_carts
from orders.models import Cart, CartLine
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
