"""A product's prices that hold for a time: a drawing of when, what is named, naming another one, taking one away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from catalog import list_prices, products, timed_prices
from catalog.market_clock import zones
from catalog.models import Product, TimedPrice
from kernel import clock
from kernel.errors import Invalid
from kernel.i18n import format_money
from kernel.i18n import gettext as _
from kernel.money import Money
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

WIDTH = 720
LABELS = 60
SHORTEST = 3.0
MARGIN = timedelta(days=7)


class PriceForm(BaseModel):
    """A price from a moment until another one, by whose clock, and why."""

    currency: str = Field(default="", max_length=3)
    amount: str = Field(default="", max_length=30)
    begins: str = Field(default="", max_length=40)
    ends: str = Field(default="", max_length=40)
    zone: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=300)


@dataclass(frozen=True)
class Bar:
    """A time in the drawing: where it begins and how long it is, in units of the drawing; `words` say all of it."""

    x: float
    width: float
    amount: str
    words: str
    is_usual: bool = False


@dataclass(frozen=True)
class Drawing:
    """One lane of bars for each currency, and where the present is."""

    lanes: list[tuple[str, list[Bar]]]
    now: float
    first: datetime
    last: datetime


def show(visit: Visit) -> Answer:
    """When which price holds."""
    return _page(visit, _product(visit), visit.fill(PriceForm))


def add(visit: Visit) -> Answer:
    """Names a price for a time."""
    form: Form[PriceForm] = visit.form
    product, given = _product(visit), form.given
    amount = given.amount.strip().replace(",", ".")
    try:
        timed_prices.add_timed_price(
            visit.session, visit.actor, product.id, given.currency, amount, given.begins, given.ends, given.zone, given.note
        )
    except Invalid as refused:
        return _page(visit, product, form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.timed_prices", id=product.id, done="added"))


def remove(visit: Visit) -> Answer:
    """The list price holds at that time again."""
    product = _product(visit)
    timed_prices.remove_timed_price(visit.session, visit.actor, product.id, visit.id("price"))
    return visit.redirect(visit.url("desk.timed_prices", id=product.id, done="removed"))


def draw(usual: dict[str, Decimal], prices: list[TimedPrice], now: datetime) -> Drawing | None:
    """The times of all currencies on one line of time, a week before the first and after the last; none without prices."""
    if not prices:
        return None
    instants = [at for price in prices for at in (price.valid_from, price.valid_to) if at is not None] + [now]
    first, last = min(instants) - MARGIN, max(instants) + MARGIN
    room = WIDTH - LABELS

    def place(at: datetime) -> float:
        return round(LABELS + room * ((at - first) / (last - first)), 1)

    lanes: dict[str, list[Bar]] = {}
    for currency in dict.fromkeys(price.currency for price in prices):
        mine = [price for price in prices if price.currency == currency]
        bars, reached = [], first
        for price in mine:
            ends = price.valid_to or last
            if currency in usual and price.valid_from > reached:
                bars.append(_bar(place(reached), place(price.valid_from), usual[currency], currency, _("the list price"), True))
            bars.append(_bar(place(price.valid_from), place(ends), price.amount, currency, price.note))
            reached = ends
        if currency in usual and reached < last:
            bars.append(_bar(place(reached), place(last), usual[currency], currency, _("the list price"), True))
        lanes[currency] = bars
    return Drawing(list(lanes.items()), place(now), first, last)


def _bar(begins: float, ends: float, amount: Decimal, currency: str, why: str, is_usual: bool = False) -> Bar:
    told = format_money(Money(amount, currency).rounded())
    return Bar(begins, max(SHORTEST, round(ends - begins, 1)), told, f"{told}, {why}" if why else told, is_usual)


def _product(visit: Visit) -> Product:
    return products.product_for(visit.session, visit.actor, visit.id())


def _page(visit: Visit, product: Product, form: Form[PriceForm], status: int = 200) -> Answer:
    usual = list_prices.prices_of(visit.session, product.id)
    prices = timed_prices.list_timed_prices(visit.session, visit.actor, product.id)
    name = next(iter(product.names.values()), product.sku)
    clocks = dict.fromkeys([visit.tenant.time_zone, *zones(visit.session).values()])
    return visit.render(
        "backoffice/timed_prices.html",
        status=status,
        product=product,
        name=name,
        form=form,
        usual=usual,
        prices=prices,
        money=lambda amount, currency: format_money(Money(amount, currency).rounded()),
        drawing=draw(usual, prices, clock.now()),
        clocks=list(clocks),
        now=clock.now(),
        may_edit=visit.actor.can("price.edit") and bool(usual),
        done=visit.query.get("done", ""),
        crumbs=[(_("Products"), visit.url("desk.products")), (name, _back(visit, product.id)), (_("Prices for a time"), "")],
    )


def _back(visit: Visit, product_id: UUID) -> str:
    return visit.url("desk.product", id=product_id)
