"""From a reviewed cart to the rows of an order. Pure: everything that was promised, copied, so that it stays as it was.

The snapshot of the order holds addresses, tax per rate, delivery promise, payment terms, the publications the texts
come from; each line holds its name, price and taxes, and how it looked. Nothing in it is looked up again later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from kernel.actors import Actor
from kernel.clock import working_days_after
from kernel.i18n import gettext as _
from kernel.ids import new_id
from kernel.money import Money
from orders.details import CheckoutDetails, KeptAddress
from orders.events import OrderPlaced
from orders.models import Cart, Order, OrderLine
from orders.offers import Offer
from orders.payments.provider import PaymentOffer, PaymentPromise
from orders.repricing import CartLineView, CartView
from orders.states import ORDER
from orders.totals import LineTotals, Totals
from tenants.wording import name_key


@dataclass(frozen=True)
class Review:
    """The last step: what will be charged, to the cent, and what speaks against it."""

    cart: CartView
    details: CheckoutDetails
    payments: tuple[PaymentOffer, ...]

    @property
    def totals(self) -> Totals:
        """Every figure on the page."""
        return self.cart.totals

    @property
    def total(self) -> Money:
        """What is to be paid: the page sends it back as `accepted_total`."""
        return self.cart.totals.total

    @property
    def payment(self) -> PaymentOffer | None:
        """The payment that was chosen, None where none has been."""
        return next((offer for offer in self.payments if offer.code == self.details.payment), None)

    @property
    def can_be_placed(self) -> bool:
        """Is everything there, and nothing in the way?"""
        chosen = self.payment is not None and self.payment.can_be_chosen
        return self.details.first_open_step() == "review" and self.cart.can_be_ordered and chosen


def snapshot_of(review: Review, promise: PaymentPromise, today: date) -> dict[str, Any]:
    """The order's snapshot, its texts in the current language (the order's)."""
    cart, details, totals = review.cart, review.details, review.totals
    offers = [line.offer for line in cart.lines if line.offer is not None]
    return {
        "shipping_address": _address(details.shipping_address),
        "billing_address": _address(details.invoice_address),
        "phone": details.phone,
        "note": details.note,
        "delivery": delivery_promise(cart, today),
        "payment": promise.as_json(),
        "tax": {
            "label": _(cart.tax.label),
            "notes": [_(note) for note in cart.tax.notes],
            "rates": [
                {
                    "percent": _figure(rate.percent),
                    "net": _figure(rate.net.amount),
                    "tax": _figure(rate.tax.amount),
                    "gross": _figure(rate.gross.amount),
                }
                for rate in totals.rates
            ],
        },
        "freight": {"net": _figure(totals.freight_net.amount), "tax": _figure(totals.freight_tax.amount)},
        "net": _figure(totals.net.amount),
        "publications": sorted({(str(offer.source_tenant_id), offer.version) for offer in offers}),
    }


def delivery_promise(cart: CartView, today: date) -> dict[str, Any]:
    """How it comes and by when, in working days without holidays; no dates where something is on request."""
    option = cart.shipping
    if option is None:
        return {}
    on_request = any(line.supply.left is None for line in cart.lines)
    dates = (None, None) if on_request else (working_days_after(today, option.days_least), working_days_after(today, option.days_most))
    return {
        "code": option.code,
        "name": option.name,
        "from": dates[0].isoformat() if dates[0] else None,
        "to": dates[1].isoformat() if dates[1] else None,
    }


def order_row(review: Review, promise: PaymentPromise, actor: Actor, at: datetime, *, order_id: UUID, number: str, cart: Cart) -> Order:
    """The order as it will stand; the request's own columns (key, link) are the caller's."""
    details, totals = review.details, review.totals
    return Order(
        tenant_id=cart.tenant_id,
        id=order_id,
        number=number,
        state=ORDER.initial,
        placed_at=at,
        cart_id=cart.id,
        owner_id=actor.id,
        visitor_hash=cart.visitor_hash,
        company_id=actor.company_id,
        email=details.email,
        buyer=details.buyer,
        company=details.company,
        email_key=details.email.lower(),
        buyer_key=family_first(details.buyer),
        company_key=name_key(details.company),
        market_code=cart.market_code,
        language=cart.language,
        country=review.cart.destination.country,
        currency=totals.currency,
        prices_include_tax=totals.prices_include_tax,
        goods_amount=totals.goods.amount,
        freight_amount=totals.freight.amount,
        tax_amount=totals.tax.amount,
        total_amount=totals.total.amount,
        payment=promise.code,
        payment_due_on=promise.due_on,
        customer_reference=details.customer_reference,
        tracking_number="",
        carrier="",
        snapshot=snapshot_of(review, promise, at.date()),
    )


def family_first(name: str) -> str:
    """A person's name as it is searched: "Mira Castell" becomes "castell mira"."""
    words = name_key(name).split()
    return " ".join([*words[-1:], *words[:-1]])


def lines_for(cart: CartView, order: Order, counted: frozenset[UUID]) -> list[OrderLine]:
    """The order's lines, in the cart's order; stock was taken for the `counted` products."""
    return [
        _order_line(cart.totals.line(line.key), line, line.offer, position, order, line.product_id in counted)
        for position, line in enumerate(cart.lines, start=1)
        if line.offer is not None
    ]


def placed_event(order: Order, lines: Sequence[OrderLine]) -> OrderPlaced:
    """What is told about a new order."""
    agreements = sorted({line.agreement_id for line in lines if line.agreement_id is not None})
    return OrderPlaced(order.id, order.number, order.market_code, order.currency, order.total_amount, agreements)


def _order_line(figures: LineTotals, line: CartLineView, offer: Offer, position: int, order: Order, counted: bool) -> OrderLine:
    return OrderLine(
        tenant_id=order.tenant_id,
        id=new_id(),
        order_id=order.id,
        position=position,
        source_tenant_id=offer.source_tenant_id,
        product_id=offer.product_id,
        agreement_id=offer.agreement_id,
        sku=offer.sku,
        name=offer.name,
        quantity=figures.quantity,
        unit=offer.unit,
        **_as_ordered(line, offer),
        unit_amount=figures.unit_price.amount,
        amount=figures.amount.amount,
        net_amount=figures.net.amount,
        tax_amount=figures.tax.amount,
        gross_amount=figures.gross.amount,
        tax_percent=figures.percent,
        counted=counted,
        snapshot=offer.as_json(),
    )


def _as_ordered(line: CartLineView, offer: Offer) -> dict[str, Any]:
    if line.way.unit == offer.unit:
        return {"ordered_quantity": None, "ordered_unit": "", "unit_numerator": 1, "unit_denominator": 1}
    factor = line.way.factor
    unit = {"unit_numerator": factor.numerator, "unit_denominator": factor.denominator}
    return {"ordered_quantity": line.count, "ordered_unit": line.way.unit, **unit}


def _address(address: KeptAddress | None) -> dict[str, Any] | None:
    return address.model_dump() if address else None


def _figure(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
