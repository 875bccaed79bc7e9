"""Checkout: two pages in one column. Where to and to whom; then everything once more, and the button with the price.

What has been typed is kept on the cart between the pages. The order key stands in the review's form: a second click,
a reload or a retry after a lost answer gives the same order.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from markupsafe import Markup
from pydantic import BaseModel, Field

from catalog.assortment import ShopView, view_for
from kernel.errors import Conflict, Invalid, NotThere, Refused, TooMany
from kernel.i18n import current
from kernel.i18n import gettext as _
from kernel.ids import new_token
from kernel.limits import network_of
from kernel.money import Money
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from orders import cart as carts
from orders import steps
from orders.checkout import order_of_key, place_reviewed
from orders.details import AddressForm, AddressStep, CheckoutDetails, ContactForm, PaymentForm
from orders.repricing import CartView
from orders.snapshot import Review
from tenants.addresses import countries, form_for

INPUTS = "storefront/address_inputs.html"
Choices = tuple[tuple[str, str], ...]


class WhereForm(BaseModel):
    """Contact and addresses. `country_only` is set by the button that only changes the country."""

    email: str = ""
    phone: str = ""
    delivery: AddressForm = Field(default_factory=AddressForm)
    other_billing: bool = False
    billing: AddressForm = Field(default_factory=AddressForm)
    country_only: bool = False


class ReviewForm(BaseModel):
    """How it is sent and paid, what was read as the total, and the key that makes it one order."""

    shipping: str = Field(default="", max_length=40)
    payment: str = Field(default="", max_length=40)
    customer_reference: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=1000)
    total: str = Field(default="", max_length=30)
    key: str = Field(default="", max_length=255)
    choice_only: bool = False


def begin(visit: Visit) -> Answer:
    """To the first page that still lacks something."""
    cart = carts.current_cart(visit.session, visit.actor, visit.place.market)
    if cart is None:
        return visit.redirect(visit.url("cart.show"))
    return visit.redirect(visit.url("checkout.where" if lacks_where(steps.details_of(cart)) else "checkout.review"))


def where(visit: Visit) -> Answer:
    """The first page, with what is known already."""
    cart = carts.show(visit.session, visit.actor, _view(visit))
    if cart.cart_id is None:
        return visit.redirect(visit.url("cart.show"))
    known = cart.details
    delivery = known.shipping_address.form() if known.shipping_address else AddressForm(country_code=cart.view.countries[0])
    billing = known.billing_address.form() if known.billing_address else AddressForm(country_code=delivery.country_code)
    email = known.email or visit.signed_in.email
    value = WhereForm(email=email, phone=known.phone, delivery=delivery, other_billing=known.billing_address is not None, billing=billing)
    return _where_page(visit, cart, visit.fill(WhereForm, value))


def save_where(visit: Visit) -> Answer:
    """Keeps contact and addresses; the one way to send it and to pay is chosen where there is only one."""
    view, form = _view(visit), visit.form
    given: WhereForm | None = form.value
    if given is None or given.country_only:
        return _where_again(visit, view, form, 200 if given else 422)
    contact = ContactForm(email=given.email, phone=given.phone)
    step = AddressStep(delivery=given.delivery, other_billing=given.other_billing, billing=given.billing)
    try:
        steps.save_where(visit.session, visit.actor, view, contact, step)
    except NotThere:
        return visit.redirect(visit.url("cart.show"))
    except Invalid as refused:
        return _where_again(visit, view, form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("checkout.review"))


def review(visit: Visit) -> Answer:
    """Everything once more: what is charged is what this page says."""
    found = steps.review(visit.session, visit.actor, _view(visit))
    if found.cart.cart_id is None:
        return visit.redirect(visit.url("cart.show"))
    known = found.details
    if lacks_where(known):
        return visit.redirect(visit.url("checkout.where"))
    value = {"shipping": known.shipping, "payment": known.payment, "customer_reference": known.customer_reference, "note": known.note}
    return _review_page(visit, found, visit.fill(ReviewForm, {**value, "key": new_token()}))


def place(visit: Visit) -> Answer:
    """Places the order, once per key. A changed total or stock shows the review again with what changed."""
    view, form = _view(visit), visit.form
    given: ReviewForm = form.given
    payment = PaymentForm(payment=given.payment, customer_reference=given.customer_reference, note=given.note)
    try:
        if given.choice_only:
            steps.save_choice(visit.session, visit.actor, view, given.shipping, payment)
            return visit.redirect(visit.url("checkout.review"))
        placed = place_reviewed(
            visit.session, visit.actor, view, given.key, given.shipping, payment, _accepted(given.total),
            f"{visit.absolute('home')}order", network_of(visit.address),
        )  # fmt: skip
    except NotThere:
        # a second click, or another tab was faster
        return _placed_already(visit, given.key)
    except Refused as refused:
        return _again(visit, view, form, refused)
    return visit.redirect(visit.url("orders.by_link", number=placed.order.number, token=placed.token, thanks=1))


def lacks_where(known: CheckoutDetails) -> bool:
    """Is the first page still to be filled in?"""
    return known.first_open_step() in ("contact", "address")


def _again(visit: Visit, view: ShopView, form: Form[ReviewForm], refused: Refused) -> Answer:
    """The review once more with the reason; the transaction is rolled back with the answer's status."""
    found = steps.review(visit.session, visit.actor, view)
    if lacks_where(found.details):
        return visit.redirect(visit.url("checkout.where"))
    if isinstance(refused, Invalid):
        form.refuse(refused.problems)
    return _review_page(visit, found, form, refused)


def _placed_already(visit: Visit, key: str) -> Answer:
    """The cart is gone: a second click, or a retry after a lost answer. Leads to the order that the key has made."""
    before = order_of_key(visit.session, visit.actor, key)
    if before is None:
        return visit.redirect(visit.url("cart.show"))
    return visit.redirect(visit.url("orders.by_link", number=before.order.number, token=before.token, thanks=1))


def _accepted(text: str) -> Money:
    amount, _between, currency = text.partition(" ")
    try:
        return Money(Decimal(amount), currency)
    except (InvalidOperation, ValueError) as error:
        raise Conflict("This page is out of date. Please look at the total once more.") from error


def _view(visit: Visit) -> ShopView:
    return view_for(visit.session, visit.place.market, visit.place.language)


def _where_again(visit: Visit, view: ShopView, form: Form[WhereForm], status: int) -> Answer:
    cart = carts.show(visit.session, visit.actor, view)
    return visit.redirect(visit.url("cart.show")) if cart.cart_id is None else _where_page(visit, cart, form, status)


def _where_page(visit: Visit, cart: CartView, form: Form[WhereForm], status: int = 200) -> Answer:
    names, allowed = countries(), cart.view.countries
    chosen = _country(form.get("delivery.country_code"), allowed)
    billing = form.get("billing.country_code") or chosen
    ruled = billing if billing in names else chosen
    return visit.render(
        "storefront/checkout_where.html",
        status=status,
        form=form,
        cart=cart,
        delivery=_inputs(visit, form, "delivery", chosen, chosen, tuple((code, names.get(code, code)) for code in allowed)),
        billing=_inputs(visit, form, "billing", ruled, billing),
        labels=_labels(form, chosen, ruled) if form.errors else {},
    )


def _inputs(visit: Visit, form: Form[WhereForm], prefix: str, country: str, marked: str, choices: Choices = ()) -> Markup:
    """The inputs of an address by the country's rules, with the marked one in the select; `choices` are the countries in it,
    none for all. Most people come with nothing typed: those inputs are made once for each country and language."""
    own = [name for name in (*form.typed, *form.errors) if name.startswith(f"{prefix}.") and name != f"{prefix}.country_code"]
    address = visit.templates.macro(INPUTS, "address")
    if country == marked and f"{prefix}.country_code" not in form.errors and not any(form.get(n) or n in form.errors for n in own):
        return _empty_inputs(address, current(), prefix, country, choices)
    return address(form, prefix, form_for(country, form.get(f"{prefix}.country_area")), choices or _options(marked), marked)


@lru_cache(maxsize=500)
def _empty_inputs(address: Callable[..., Markup], _language: str, prefix: str, country: str, choices: Choices) -> Markup:
    return address(Form(WhereForm), prefix, form_for(country), choices or _options(country), country)


def _labels(form: Form[WhereForm], delivery: str, billing: str) -> dict[str, str]:
    """What the list of errors calls the fields, in the page's order."""
    to = {f"delivery.{f.name}": f.label for f in form_for(delivery, form.get("delivery.country_area"))}
    invoice = {
        f"billing.{f.name}": _("Invoice address, %(label)s") % {"label": f.label}
        for f in form_for(billing, form.get("billing.country_area"))
    }
    return {"email": _("E-mail address"), "phone": _("Phone"), **to, **invoice}


def _options(chosen: str) -> Markup:
    """Every country as options of a select, with the chosen one marked."""
    return _all_options(current()).replace(f'value="{chosen}"', Markup('value="{}" selected').format(chosen), 1)


@lru_cache(maxsize=64)
def _all_options(_language: str) -> Markup:
    """In the current language; some 250 of them, made once for each."""
    return Markup("").join(Markup('<option value="{}">{}</option>').format(code, name) for code, name in countries().items())


def _country(typed: str, allowed: tuple[str, ...]) -> str:
    return typed if typed in allowed else allowed[0]


def _review_page(visit: Visit, found: Review, form: Form[ReviewForm], refused: Refused | None = None) -> Answer:
    if found.cart.is_empty:
        raise NotThere("This cart is empty.")
    # with its currency: a market may change to another one while the page is read
    form.typed["total"] = [f"{found.total.amount} {found.total.currency}"]
    if not form.get("key"):
        form.typed["key"] = [new_token()]
    status = refused.status if refused else 200
    answer = visit.render("storefront/checkout_review.html", status=status, form=form, review=found, refused=refused)
    return answer.header("retry-after", str(refused.retry_after_seconds)) if isinstance(refused, TooMany) else answer
