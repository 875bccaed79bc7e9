"""Stock of the demo world: every seller counts once before the season, so much that after all orders of the plan there lies
what app/demo/data/stocks.py says (and what called-off orders have brought back)."""

from collections import Counter
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.data.order_plan import plan
from app.demo.data.stocks import on_hand
from app.demo.sharing import SELLERS
from app.demo.stage import Stage, administrator, person, working
from catalog import overlays
from catalog.agreements import list_agreements
from catalog.models import Product
from kernel import tenancy
from kernel.actors import Actor
from orders.models import Stock
from orders.stock import StockLine, set_stock

STOCKED_DAYS_AGO = 188
KEEPERS = {"veloria": "lena@veloria.example", "lumenparts": administrator("lumenparts"), **SELLERS}


def fill_shelves(stage: Stage, seller: str) -> None:
    """Counts everything the seller sells, where nothing has been counted yet."""
    with working(seller, stage.moment(STOCKED_DAYS_AGO, 8)) as session:
        if session.scalar(select(Stock.id).where(Stock.tenant_id == tenancy.current()).limit(1)):
            return
        keeper = person(session, KEEPERS[seller])
        goods, sold = _goods(session, keeper, seller), pieces_sold(stage, seller)
        lines = [StockLine(*goods[sku], sku, Decimal(count + sold[sku])) for sku, count in on_hand(seller).items()]
        set_stock(session, keeper, lines, "Counted before the season")


def pieces_sold(stage: Stage, seller: str) -> Counter[str]:
    """What all orders of the plan take, by SKU; also those that are called off afterwards."""
    sold: Counter[str] = Counter()
    for order in plan(stage.last_day):
        if order.seller == seller:
            for sku, pieces in order.lines:
                sold[sku] += pieces
    return sold


def _goods(session: Session, keeper: Actor, seller: str) -> dict[str, tuple[UUID, UUID]]:
    """By SKU: the product, and the brand that publishes it."""
    if seller not in SELLERS:
        here = tenancy.current()
        return {sku: (found, here) for sku, found in session.execute(select(Product.sku, Product.id).where(Product.tenant_id == here))}
    agreement = list_agreements(session, keeper, "partner")[0]
    shared = overlays.list_shared(session, keeper, agreement.id)
    return {one.payload["sku"]: (UUID(one.payload["id"]), agreement.tenant_id) for one in shared}
