"""The two steps of a checkout and its review: what has been typed is checked and kept on the cart, step by step.

Nothing is asked twice and a reload loses nothing; the review says what is still missing. It computes with the same
functions as placing the order (orders/checkout.py), so what it shows is what is charged, or the order is refused.
"""

from sqlalchemy.orm import Session

from catalog.shop import ShopView
from kernel import clock
from kernel.actors import Actor
from kernel.errors import Invalid, NotThere, Refused
from kernel.i18n import gettext as _
from kernel.money import Money
from orders import details as typed
from orders.cart import current_cart, look_at, show
from orders.details import AddressStep, CheckoutDetails, ContactForm, PaymentForm
from orders.models import Cart
from orders.payments.provider import PaymentRequest
from orders.repricing import CartView, destination_of
from orders.snapshot import Review
from orders.terms import terms_for


def details_of(cart: Cart) -> CheckoutDetails:
    """What the checkout of a cart knows so far."""
    return CheckoutDetails.model_validate(cart.details)


def save_where(session: Session, actor: Actor, view: ShopView, contact: ContactForm, step: AddressStep) -> CheckoutDetails:
    """Keeps contact and addresses of the actor's cart, with one look at it. Where freight or payment is not chosen
    yet, or can no longer be had there, the first that can be had is taken. NotThere where there is no cart, Invalid with
    the problems of both at `email`, `phone`, `delivery.…`, `billing.…`; then nothing is kept."""
    cart = _own_cart(session, actor, view)
    details, problems = details_of(cart), []
    try:
        details = typed.with_contact(details, contact)
    except Invalid as refused:
        problems += refused.problems
    try:
        details = typed.with_addresses(details, step, tuple(view.countries))
        _check_taxed(session, view, details)
    except Invalid as refused:
        problems += refused.problems
    if problems:
        raise Invalid(problems)
    found = review_of(session, actor, view, cart, details)
    codes = [option.code for option in found.cart.shipping_options]
    ways = [offer.code for offer in found.payments if offer.can_be_chosen]
    if codes and details.shipping not in codes:
        details = details.model_copy(update={"shipping": codes[0]})
    if ways and details.payment not in ways:
        details = details.model_copy(update={"payment": ways[0]})
    return _keep(cart, details)


def save_choice(session: Session, actor: Actor, view: ShopView, shipping: str, form: PaymentForm) -> CheckoutDetails:
    """Keeps how the actor's cart is sent and paid, with one look at it. NotThere where there is no cart, Invalid at
    `shipping`, or at `payment` with the reason why this method cannot be chosen."""
    cart = _own_cart(session, actor, view)
    found = review_of(session, actor, view, cart, with_choice(details_of(cart), shipping, form))
    details = typed.with_shipping(found.details, shipping, [option.code for option in found.cart.shipping_options])
    _check_payment(found)
    return _keep(cart, details)


def with_choice(details: CheckoutDetails, shipping: str, form: PaymentForm) -> CheckoutDetails:
    """The details with what was chosen on the last page; whether it can be chosen is for whoever goes on with them."""
    return typed.with_payment(details.model_copy(update={"shipping": shipping}), form)


def review(session: Session, actor: Actor, view: ShopView) -> Review:
    """Everything that the last page shows of the actor's cart: what is charged is what this says. Writes nothing."""
    return _reviewed(actor, show(session, actor, view))


def review_of(session: Session, actor: Actor, view: ShopView, cart: Cart, details: CheckoutDetails) -> Review:
    """The review of a cart that has been fetched for its owner, with these details."""
    return _reviewed(actor, look_at(session, view, cart, details))


def _reviewed(actor: Actor, seen: CartView) -> Review:
    request = payment_request(actor, seen.details, seen.totals.total, seen.destination.country)
    return Review(seen, seen.details, tuple(method.offer(request) for method in seen.terms.payments))


def payment_request(actor: Actor, details: CheckoutDetails, total: Money, country: str) -> PaymentRequest:
    """What a payment method is asked: the country is that of the invoice where there is one."""
    invoice = details.invoice_address
    return PaymentRequest(
        total=total,
        country=invoice.country_code if invoice else country,
        on=clock.today(),
        is_company=bool(actor.company_id or details.company),
        is_guest=not actor.is_signed_in,
    )


def _own_cart(session: Session, actor: Actor, view: ShopView) -> Cart:
    """The actor's open cart in the view's market, locked; NotThere where there is none."""
    cart = current_cart(session, actor, view.market_code, lock=True)
    if cart is None:
        raise NotThere
    return cart


def _check_taxed(session: Session, view: ShopView, details: CheckoutDetails) -> None:
    """Raises Invalid at the delivery's country where no tax is known for the place: nothing can be sold there yet."""
    if (place := destination_of(details)) is None:
        return
    try:
        terms_for(session, view).rates_at(place.country, place.region, place.postcode, frozenset(), clock.today())
    except Refused as refused:
        raise Invalid.at("delivery.country_code", _(refused.message), "no_tax_rate") from refused


def _check_payment(found: Review) -> None:
    if found.payment is None:
        raise Invalid.at("payment", _("Please choose one of the ways to pay."), "unknown")
    if found.payment.refused_because:
        raise Invalid.at("payment", found.payment.refused_because, "refused")


def _keep(cart: Cart, details: CheckoutDetails) -> CheckoutDetails:
    cart.details, cart.version = details.model_dump(mode="json"), cart.version + 1
    return details
