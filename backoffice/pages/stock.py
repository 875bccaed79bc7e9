"""Stock: how many pieces there are, set by counting; in which quantities a product is sold; every change with its reason."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from catalog.assortment import shop_products, view_for
from catalog.shop import ShopProduct, ShopView
from kernel.errors import Invalid, Refused
from kernel.i18n import gettext as _
from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from orders.availability import supplies_for
from orders.models import StockMovement
from orders.stock import StockLine, goods_to_count, list_stock, movements, set_quantity_rule, set_stock
from storefront.pictures import image

PER_PAGE = 50


class CountForm(BaseModel):
    """One product's figure and why it changed."""

    product_id: UUID
    on_hand: Decimal = Field(ge=0, le=10_000_000)
    reason: str = Field(default="", max_length=200)


class FigureForm(BaseModel):
    """The same on the product's own page."""

    on_hand: Decimal = Field(ge=0, le=10_000_000)
    reason: str = Field(default="", max_length=200)


class QuantitiesForm(BaseModel):
    """In which quantities a product is sold: from `least`, in multiples of `step`."""

    least: Decimal = Field(ge=0, le=10_000)
    step: Decimal = Field(ge=0, le=10_000)


def show(visit: Visit) -> Answer:
    """Counted products by article number, with name and picture as the shop shows them."""
    return _list_page(visit)


def count(visit: Visit) -> Answer:
    """Sets a figure."""
    form: Form[CountForm] = visit.form
    try:
        given = form.given
        line = goods_to_count(visit.session, visit.actor, _view(visit), given.product_id, given.on_hand)
        set_stock(visit.session, visit.actor, [line], given.reason or "counted")
    except Invalid as refused:
        return _list_page(visit, form, refused)
    return visit.redirect(visit.url("desk.stock", q=line.sku, done="counted"))


def item(visit: Visit) -> Answer:
    """One product that is counted or sold here: figure, quantities, every movement."""
    return _page(visit, _line(visit))


def count_item(visit: Visit) -> Answer:
    """Sets its figure."""
    form: Form[FigureForm] = visit.form
    line = _line(visit)
    try:
        wanted = StockLine(line.product_id, line.source_tenant_id, line.sku, form.given.on_hand)
        set_stock(visit.session, visit.actor, [wanted], form.given.reason or "counted")
    except Refused as refused:
        return _page(visit, line, figure=form.told(refused), status=refused.status)
    return visit.redirect(visit.url("desk.stock.item", id=line.product_id, done="counted"))


def set_quantities(visit: Visit) -> Answer:
    """From now on it is sold in these quantities."""
    form: Form[QuantitiesForm] = visit.form
    line = _line(visit)
    try:
        set_quantity_rule(visit.session, visit.actor, line.product_id, form.given.least, form.given.step)
    except Refused as refused:
        return _page(visit, line, quantities=form.told(refused), status=refused.status)
    return visit.redirect(visit.url("desk.stock.item", id=line.product_id, done="quantities"))


def _list_page(visit: Visit, form: Form[CountForm] | None = None, refused: Invalid | None = None) -> Answer:
    beginning, after, after_id = (visit.query.get(name, "").strip() for name in ("q", "after", "id"))
    rows = list_stock(visit.session, visit.actor, after, parse_id(after_id), beginning, PER_PAGE)
    following = ""
    if len(rows) == PER_PAGE:
        following = visit.url("desk.stock", after=rows[-1].sku, id=rows[-1].product_id, q=beginning or None)
    sold = shop_products(visit.session, _view(visit), [row.product_id for row in rows])
    return visit.render(
        "backoffice/stock.html",
        status=refused.status if refused else 200,
        rows=[(row, _shown(visit, sold, row.product_id), _plain(row.on_hand)) for row in rows],
        kept={"q": beginning or None, "after": after or None, "id": after_id or None},
        text=beginning,
        following=following,
        is_first=not after,
        reason=refused.problems[0].reason if refused and refused.problems else "",
        at=form.get("product_id") if form else "",
        typed=form.get("on_hand") if form else "",
        done=visit.query.get("done", ""),
    )


def _line(visit: Visit) -> StockLine:
    """The product, if it is counted here or sold; NotThere otherwise."""
    return goods_to_count(visit.session, visit.actor, _view(visit), visit.id(), Decimal(0))


def _view(visit: Visit) -> ShopView:
    market = visit.tenant.default_market
    return view_for(visit.session, market.code, visit.locale if visit.locale in market.languages else market.default_language)


def _shown(visit: Visit, sold: Mapping[UUID, ShopProduct], product_id: UUID) -> dict[str, Any]:
    """Name and picture; empty for what the shop does not sell at present."""
    product = sold.get(product_id)
    picture = image(visit, product.pictures[0]) if product and product.pictures else None
    return {"name": product.name if product else "", "picture": picture}


def _plain(figure: Decimal) -> str:
    return f"{figure.normalize():f}"


def _who(movement: StockMovement) -> str:
    return str(movement.actor.get("name", ""))


def _page(
    visit: Visit, line: StockLine, figure: Form[FigureForm] | None = None, quantities: Form[QuantitiesForm] | None = None, status: int = 200
) -> Answer:
    supply = supplies_for(visit.session, [line.product_id])[line.product_id]
    left = "" if supply.left is None else _plain(supply.left)
    shown = _shown(visit, shop_products(visit.session, _view(visit), [line.product_id]), line.product_id)
    return visit.render(
        "backoffice/stock_item.html",
        status=status,
        sku=line.sku,
        product_id=line.product_id,
        name=shown["name"] or line.sku,
        picture=shown["picture"],
        supply=supply,
        movements=[(m, _who(m)) for m in movements(visit.session, visit.actor, line.product_id)],
        figure=figure or visit.fill(FigureForm, {"on_hand": left}),
        quantities=quantities or visit.fill(QuantitiesForm, {"least": _plain(supply.least), "step": _plain(supply.step)}),
        crumbs=[(_("Stock"), visit.url("desk.stock")), (line.sku, "")],
        done=visit.query.get("done", ""),
    )
