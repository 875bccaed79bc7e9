"""What a checkout asks for, step by step, as typed data: who, where, how it is sent, how it is paid.

Form models take what was typed; `CheckoutDetails` holds what has been checked. It is kept on the cart between the
steps (nothing is asked twice, a reload loses nothing) and copied into the order. Billing goes to the delivery
address unless another one is given. The name on the delivery address is the buyer's.
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kernel.errors import Invalid
from kernel.i18n import gettext as _
from tenants import addresses
from tenants.addresses import PostalAddress
from tenants.wording import email_address, line, phone_number

LONGEST_REFERENCE = 60
LONGEST_NOTE = 1000

Step = Literal["contact", "address", "shipping", "payment", "review"]


class ContactForm(BaseModel):
    """Where the confirmation goes, and a number for questions about the delivery."""

    model_config = ConfigDict(str_max_length=500)

    email: str = ""
    phone: str = ""


class AddressForm(BaseModel):
    """One postal address as typed; which fields a country has, tenants.addresses.form_for knows."""

    model_config = ConfigDict(str_max_length=1000)

    country_code: str = ""
    name: str = ""
    company_name: str = ""
    street_address: str = ""
    city: str = ""
    city_area: str = ""
    country_area: str = ""
    postal_code: str = ""
    sorting_code: str = ""
    phone: str = ""


class AddressStep(BaseModel):
    """The delivery address and, where `other_billing` is set, another one for the invoice."""

    delivery: AddressForm = Field(default_factory=AddressForm)
    other_billing: bool = False
    billing: AddressForm = Field(default_factory=AddressForm)


class PaymentForm(BaseModel):
    """The code of a payment method, and what the customer wants to read on the papers."""

    payment: str = Field(max_length=40)
    customer_reference: str = Field(default="", max_length=LONGEST_REFERENCE)
    note: str = Field(default="", max_length=LONGEST_NOTE)


class KeptAddress(BaseModel):
    """A checked address, in the shape of tenants.addresses.PostalAddress."""

    country_code: str
    name: str = ""
    company_name: str = ""
    street_lines: list[str] = Field(default_factory=list)
    city: str = ""
    city_area: str = ""
    country_area: str = ""
    postal_code: str = ""
    sorting_code: str = ""
    phone: str = ""

    @classmethod
    def of(cls, address: PostalAddress) -> "KeptAddress":
        """From a checked address."""
        return cls.model_validate(address.as_json())

    def postal(self) -> PostalAddress:
        """To write it on a label."""
        return PostalAddress.from_json(self.model_dump())

    def form(self) -> AddressForm:
        """To show it in a form again."""
        return AddressForm(**self.model_dump(exclude={"street_lines"}), street_address="\n".join(self.street_lines))


class CheckoutDetails(BaseModel):
    """Everything a checkout knows so far, checked."""

    email: str = ""
    phone: str = ""
    shipping_address: KeptAddress | None = None
    billing_address: KeptAddress | None = None
    shipping: str = ""
    payment: str = ""
    customer_reference: str = ""
    note: str = ""

    @property
    def buyer(self) -> str:
        """The name the order goes by."""
        address = self.shipping_address
        return (address.name or address.company_name) if address else ""

    @property
    def invoice_address(self) -> KeptAddress | None:
        """Where the bill goes."""
        return self.billing_address or self.shipping_address

    @property
    def company(self) -> str:
        """The company that is invoiced, empty for a person."""
        return self.invoice_address.company_name if self.invoice_address else ""

    def first_open_step(self) -> Step:
        """The first step that still lacks something; `review` where nothing does."""
        if not self.email:
            return "contact"
        if self.shipping_address is None:
            return "address"
        if not self.shipping:
            return "shipping"
        return "review" if self.payment else "payment"


def with_contact(details: CheckoutDetails, form: ContactForm) -> CheckoutDetails:
    """Invalid at `email` or `phone`."""
    country = details.shipping_address.country_code if details.shipping_address else None
    email = email_address(form.email)
    return details.model_copy(update={"email": email.shown, "phone": phone_number(form.phone, country)})


def with_addresses(details: CheckoutDetails, step: AddressStep, countries: tuple[str, ...]) -> CheckoutDetails:
    """Invalid at `delivery.…` and `billing.…`: by the country's rules, and for delivery to a country outside of the market."""
    problems = []
    delivery = billing = None
    try:
        delivery = checked_address(step.delivery, "delivery.")
        if delivery.country_code not in countries:
            raise Invalid.at("delivery.country_code", _("We do not deliver to this country."), "country")
    except Invalid as error:
        problems += error.problems
    if step.other_billing:
        try:
            billing = checked_address(step.billing, "billing.")
        except Invalid as error:
            problems += error.problems
    if problems:
        raise Invalid(problems)
    return details.model_copy(update={"shipping_address": delivery, "billing_address": billing})


def with_shipping(details: CheckoutDetails, code: str, codes: list[str]) -> CheckoutDetails:
    """Invalid at `shipping` for what is not among the options."""
    if code not in codes:
        raise Invalid.at("shipping", _("Please choose one of the ways to send it."), "unknown")
    return details.model_copy(update={"shipping": code})


def with_payment(details: CheckoutDetails, form: PaymentForm) -> CheckoutDetails:
    """Takes the choice over; whether it can be chosen is decided where the total is known (orders/checkout.py)."""
    changes: dict[str, Any] = {
        "payment": form.payment,
        "customer_reference": line("customer_reference", form.customer_reference, LONGEST_REFERENCE),
        "note": "\n".join(line("note", part, LONGEST_NOTE) for part in form.note.splitlines()).strip(),
    }
    return details.model_copy(update=changes)


def checked_address(form: AddressForm, prefix: str = "") -> KeptAddress:
    """By the rules of the address's country; Invalid with problems at `prefix + field`."""
    return KeptAddress.of(addresses.checked(form.model_dump(), prefix))
