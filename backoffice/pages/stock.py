"""Stock: how many pieces there are, set by counting; every change with its reason."""

from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from catalog.assortment import view_for
from kernel.errors import NotThere
from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from orders.stock import goods_to_count, list_stock, movements, set_stock

PER_PAGE = 50


class CountForm(BaseModel):
    """One product's figure and why it changed."""

    product_id: UUID
    on_hand: Decimal = Field(ge=0, le=10_000_000)
    reason: str = Field(default="", max_length=200)


def show(visit: Visit) -> Answer:
    """Counted products by article number."""
    beginning, after = visit.query.get("q", "").strip(), visit.query.get("after", "")
    rows = list_stock(visit.session, visit.actor, after, parse_id(visit.query.get("id", "")), beginning, PER_PAGE)
    following = ""
    if len(rows) == PER_PAGE:
        following = visit.url("desk.stock", after=rows[-1].sku, id=rows[-1].product_id, q=beginning or None)
    return visit.render(
        "backoffice/stock.html", rows=rows, text=beginning, following=following, is_first=not after, done=visit.query.get("done", "")
    )


def count(visit: Visit) -> Answer:
    """Sets a figure."""
    given: CountForm = visit.form.given
    market = visit.tenant.default_market
    view = view_for(visit.session, market.code, market.default_language)
    line = goods_to_count(visit.session, visit.actor, view, given.product_id, given.on_hand)
    set_stock(visit.session, visit.actor, [line], given.reason or "counted")
    return visit.redirect(visit.url("desk.stock", q=line.sku, done="counted"))


def history(visit: Visit) -> Answer:
    """Every movement of one product."""
    found = movements(visit.session, visit.actor, visit.id())
    if not found:
        raise NotThere
    return visit.render("backoffice/movements.html", movements=found, sku=visit.query.get("sku", ""))
