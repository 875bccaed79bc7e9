"""What a cart comes to now, and what has changed since its owner last looked. Reads only; three queries and the offers'.

A line is told apart from what its owner saw last (`seen_amount`, `seen_name`): dearer, cheaper, no longer sold, less
left than wanted, no longer sold in this quantity, not to be sent to the address given. Nothing is changed by looking;
the owner accepts the changes with one button (cart.accept_changes). Lines no longer sold count nothing; an order can
be placed only when no line says no.

Freight and tax are those of the address given so far, else of the market's first country, so that the full cost is
there before anybody signs in.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.shop import ShopPicture, ShopView
from kernel import clock
from kernel.i18n import country_name, format_money, format_number
from kernel.i18n import gettext as _
from kernel.money import Money, total
from orders.availability import Supply, supplies_for
from orders.models import Cart, CartLine
from orders.offers import Offer, offers_for
from orders.shipping.provider import Parcel, ShippingOption
from orders.taxes.provider import TaxAnswer
from orders.terms import Terms, terms_for
from orders.totals import Item, Totals, add_up, line_amount

ChangeKind = Literal["dearer", "cheaper", "gone", "short", "quantity", "territory"]


@dataclass(frozen=True)
class Change:
    """Something that is not as it was: `text` names the product and both figures. `blocks`: no order until it is settled."""

    kind: ChangeKind
    text: str
    blocks: bool


@dataclass(frozen=True)
class Destination:
    """Where it goes, as far as tax and freight care. `is_guess`: nobody has given an address yet."""

    country: str
    region: str = ""
    postcode: str = ""
    is_guess: bool = True


@dataclass(frozen=True)
class CartLineView:
    """One line as it stands now. `offer` is None where it is no longer sold: then there is no price either."""

    line_id: UUID
    product_id: UUID
    source_tenant_id: UUID
    sku: str
    name: str
    quantity: Decimal
    offer: Offer | None
    supply: Supply
    amount: Money | None
    changes: tuple[Change, ...] = ()

    @property
    def key(self) -> str:
        """The line's name in the totals."""
        return str(self.product_id)

    @property
    def price(self) -> Money | None:
        """Per unit, as the market shows prices."""
        return self.offer.price if self.offer else None

    @property
    def picture(self) -> ShopPicture | None:
        """To show beside the line."""
        return self.offer.picture if self.offer else None

    @property
    def is_blocked(self) -> bool:
        """Must something be settled before this can be ordered?"""
        return any(change.blocks for change in self.changes)


@dataclass(frozen=True)
class CartView:
    """A cart with every figure it shows. `removed` are the lines that can still be put back."""

    cart_id: UUID | None
    version: int
    view: ShopView
    terms: Terms
    destination: Destination
    lines: tuple[CartLineView, ...]
    removed: tuple[CartLineView, ...]
    shipping_options: tuple[ShippingOption, ...]
    shipping: ShippingOption | None
    tax: TaxAnswer
    totals: Totals

    @property
    def count(self) -> Decimal:
        """How many things are in it, for the number at the cart's sign."""
        return sum((line.quantity for line in self.lines), Decimal(0))

    @property
    def is_empty(self) -> bool:
        """Nothing in it."""
        return not self.lines

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, line after line."""
        return tuple(change for line in self.lines for change in line.changes)

    @property
    def can_be_ordered(self) -> bool:
        """Something in it, nothing in the way, and something that carries it there."""
        return bool(self.lines) and not any(line.is_blocked for line in self.lines) and self.shipping is not None


def look(
    session: Session,
    view: ShopView,
    cart: Cart | None,
    lines: Sequence[CartLine],
    destination: Destination | None = None,
    shipping_code: str = "",
) -> CartView:
    """The cart as it stands at this moment, in the view's language."""
    terms = terms_for(session, view)
    ids = [line.product_id for line in lines]
    offers = offers_for(session, view, ids)
    supplies = supplies_for(session, ids)
    place = destination or Destination(terms.countries[0])
    all_seen = [(line, _line(line, offers.get(line.product_id), supplies[line.product_id], place)) for line in lines]
    seen = [found for line, found in all_seen if line.removed_at is None]
    removed = [found for line, found in all_seen if line.removed_at is not None]
    options = tuple(terms.shipping.options(_parcel(seen, place, view.currency)))
    chosen = next((o for o in options if o.code == shipping_code), options[0] if options else None)
    tax, totals = _totals(terms, seen, place, chosen)
    return CartView(
        cart_id=cart.id if cart else None,
        version=cart.version if cart else 0,
        view=view,
        terms=terms,
        destination=place,
        lines=tuple(seen),
        removed=tuple(line for line in removed if line.offer is not None),
        shipping_options=options,
        shipping=chosen,
        tax=tax,
        totals=totals,
    )


def _line(line: CartLine, offer: Offer | None, supply: Supply, place: Destination) -> CartLineView:
    return CartLineView(
        line_id=line.id,
        product_id=line.product_id,
        source_tenant_id=line.source_tenant_id,
        sku=offer.sku if offer else line.sku,
        name=offer.name if offer else line.seen_name,
        quantity=line.quantity,
        offer=offer,
        supply=supply,
        amount=line_amount(offer.price, line.quantity) if offer else None,
        changes=tuple(changes_of(line, offer, supply, place)),
    )


def changes_of(line: CartLine, offer: Offer | None, supply: Supply, place: Destination) -> Iterable[Change]:
    """What a line has to say. A price in another currency than it was seen in is no change of price."""
    if offer is None:
        yield Change("gone", _("%(name)s is no longer sold here.") % {"name": line.seen_name}, blocks=True)
        return
    now, before = offer.price, Money(line.seen_amount, offer.price.currency)
    words = {"name": offer.name, "before": format_money(before), "now": format_money(now)}
    if now > before:
        yield Change("dearer", _("The price of %(name)s has gone up from %(before)s to %(now)s.") % words, blocks=False)
    elif now < before:
        yield Change("cheaper", _("The price of %(name)s has come down from %(before)s to %(now)s.") % words, blocks=False)
    if not supply.has(line.quantity):
        yield _short(offer.name, supply)
    elif not supply.fits(line.quantity):
        yield _unfit(offer.name, supply)
    if not place.is_guess and offer.countries and place.country not in offer.countries:
        words = {"name": offer.name, "country": country_name(place.country)}
        yield Change("territory", _("%(name)s cannot be sent to %(country)s.") % words, blocks=True)


def _short(name: str, supply: Supply) -> Change:
    if not supply.most:
        return Change("short", _("%(name)s is sold out.") % {"name": name}, blocks=True)
    return Change("short", _("Only %(left)s of %(name)s are left.") % {"left": format_number(supply.most), "name": name}, blocks=True)


def _unfit(name: str, supply: Supply) -> Change:
    words = {"name": name, "least": format_number(supply.least), "step": format_number(supply.step)}
    return Change("quantity", _("%(name)s is sold from %(least)s, in steps of %(step)s.") % words, blocks=True)


def _parcel(lines: Sequence[CartLineView], place: Destination, currency: str) -> Parcel:
    goods = total([line.amount for line in lines if line.amount is not None], currency)
    weight = sum((line.offer.weight_g * line.quantity for line in lines if line.offer), Decimal(0))
    return Parcel(place.country, goods, place.postcode, weight)


def _totals(terms: Terms, lines: Sequence[CartLineView], place: Destination, shipping: ShippingOption | None) -> tuple[TaxAnswer, Totals]:
    sold = [(line, line.offer) for line in lines if line.offer is not None]
    classes = frozenset(offer.tax_class for _line_view, offer in sold)
    tax = terms.rates_at(place.country, place.region, place.postcode, classes, clock.today())
    items = [Item(line.key, line.quantity, offer.price, tax.percents[offer.tax_class]) for line, offer in sold]
    freight = shipping.price if shipping and items else Money.zero(terms.currency)
    return tax, add_up(items, freight, terms.prices_include_tax, tax.freight_percent)
