"""What a cart comes to now, and what has changed since its owner last looked. Reads only: the offers, and no more.

A line is told apart from what its owner saw last: dearer, cheaper, in another currency, no longer sold, less left than
wanted, no longer sold in this quantity, not to be sent to the address given. Nothing is changed by looking;
the owner accepts the changes with one button (cart.accept_changes). Lines no longer sold count nothing; an order can
be placed only when no line says no.

Freight and tax are those of the address given so far, else of the market's first country whose tax is known, so that
the full cost is there before anybody signs in. Where nothing can be sent, the cart says why and is shown all the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.packaging import PIECE, Way, decimal_of
from catalog.shop import ShopPicture, ShopView
from catalog.unit_words import in_words, way_words
from kernel import clock
from kernel.errors import Refused
from kernel.i18n import country_name, format_money, format_number
from kernel.i18n import gettext as _
from kernel.money import Money, total
from orders.availability import Supply, shortage_of
from orders.details import CheckoutDetails
from orders.lines import Contents, Line
from orders.offers import Offer, offers_for
from orders.quantities import said
from orders.shipping.provider import Parcel, ShippingOption
from orders.taxes.provider import TaxAnswer
from orders.terms import Terms, terms_for
from orders.totals import Item, Totals, add_up, line_amount

ChangeKind = Literal["dearer", "cheaper", "currency", "gone", "short", "quantity", "packed", "territory"]


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
    """One line as it stands now: `quantity` in the base unit, which is `count` of `way`. `offer` is None where it is no longer
    sold: then there is no price either."""

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
    way: Way = PIECE
    count: Decimal = Decimal(0)

    @property
    def is_plain(self) -> bool:
        """Is it counted in single pieces, so that a number says it all?"""
        return self.offer is None or self.offer.selling.is_plain

    @property
    def steps(self) -> tuple[Decimal, Decimal]:
        """Least and step for the quantity field, counted in `way`."""
        return self.supply.grid.steps_of(self.way)

    @property
    def said(self) -> str:
        """The quantity in words, in the current language."""
        return said(self.offer, self.quantity, self.way.unit) if self.offer else format_number(self.quantity)

    @property
    def one(self) -> str:
        """One of the unit, with what it holds, in words."""
        return way_words(self.way, self.offer.selling.base) if self.offer else ""

    @property
    def units(self) -> list[tuple[str, str]]:
        """The units it can be ordered in: code and words."""
        selling = self.offer.selling if self.offer else None
        return [(way.unit, way_words(way, selling.base)) for way in selling.ways] if selling else []

    @property
    def unit_price(self) -> Money | None:
        """Of one of `way`, as the market shows prices."""
        return line_amount(self.offer.price, decimal_of(self.way.factor)) if self.offer else None

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
    """A cart with every figure it shows. `removed` are the lines that can still be put back, `details` what the checkout
    knows so far; `refusal` says why nothing can be sent to the address given, in the current language."""

    cart_id: UUID | None
    version: int
    details: CheckoutDetails
    view: ShopView
    terms: Terms
    destination: Destination
    lines: tuple[CartLineView, ...]
    removed: tuple[CartLineView, ...]
    shipping_options: tuple[ShippingOption, ...]
    shipping: ShippingOption | None
    tax: TaxAnswer
    totals: Totals
    refusal: str = ""

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
        is_carried = self.shipping is not None and not self.refusal
        return bool(self.lines) and not any(line.is_blocked for line in self.lines) and is_carried


def look(session: Session, view: ShopView, contents: Contents | None, details: CheckoutDetails) -> CartView:
    """The cart as it stands at this moment, in the view's language, with the address and freight of `details`."""
    terms = terms_for(session, view)
    lines = contents.lines if contents else ()
    offers = offers_for(session, view, [line.product_id for line in lines])
    place, tax, refusal = _taxed_place(terms, destination_of(details), frozenset(offer.tax_class for offer in offers.values()))
    all_seen = [(line, _line(line, offers.get(line.product_id), place)) for line in lines]
    seen = [found for line, found in all_seen if not line.is_removed]
    options = tuple(terms.shipping.options(_parcel(seen, place, view.currency)))
    chosen = next((o for o in options if o.code == details.shipping), options[0] if options else None)
    return CartView(
        cart_id=contents.cart_id if contents else None,
        version=contents.version if contents else 0,
        details=details,
        view=view,
        terms=terms,
        destination=place,
        lines=tuple(seen),
        removed=tuple(found for line, found in all_seen if line.is_removed and found.offer is not None),
        shipping_options=options,
        shipping=chosen,
        tax=tax,
        totals=_totals(terms, seen, tax, chosen),
        refusal=refusal or ("" if chosen else _("We cannot deliver to this address.")),
    )


def destination_of(details: CheckoutDetails) -> Destination | None:
    """Where it goes according to what has been typed so far, None where nothing has."""
    address = details.shipping_address
    return Destination(address.country_code, address.country_area, address.postal_code, is_guess=False) if address else None


def _taxed_place(terms: Terms, given: Destination | None, classes: frozenset[str]) -> tuple[Destination, TaxAnswer, str]:
    """Where it goes, the tax there, and why it cannot be sent there, where that is so: then no tax is added."""
    refusal = ""
    places = [given] if given else [Destination(country) for country in terms.countries]
    for place in places:
        try:
            return place, terms.rates_at(place.country, place.region, place.postcode, classes, clock.today()), ""
        except Refused as refused:
            refusal = refusal or _(refused.message)
    return places[0], TaxAnswer(dict.fromkeys(classes, Decimal(0)), label=""), refusal


def _line(line: Line, offer: Offer | None, place: Destination) -> CartLineView:
    if offer is not None:
        line = replace(line, supply=line.supply.under(offer.selling))
    way, count = offer.selling.way_of(line.quantity, line.way.unit) if offer else (line.way, line.quantity)
    return CartLineView(
        line_id=line.id,
        product_id=line.product_id,
        source_tenant_id=line.source_tenant_id,
        sku=offer.sku if offer else line.sku,
        name=offer.name if offer else line.seen_name,
        quantity=line.quantity,
        offer=offer,
        supply=line.supply,
        amount=line_amount(offer.price, line.quantity) if offer else None,
        changes=tuple(changes_of(line, offer, place)),
        way=way,
        count=count,
    )


def changes_of(line: Line, offer: Offer | None, place: Destination) -> Iterable[Change]:
    """What a line has to say. A price in another currency is told as such, neither dearer nor cheaper."""
    if offer is None:
        yield Change("gone", _("%(name)s is no longer sold here.") % {"name": line.seen_name}, blocks=True)
        return
    if offer.price != line.seen:
        yield _priced_otherwise(offer.name, line.seen, offer.price)
    way, _count = offer.selling.way_of(line.quantity, line.way.unit)
    if line.way.unit and (now := offer.selling.way(line.way.unit)) and now.factor != line.way.factor:
        yield _packed_otherwise(offer, line, now)
    if (shortage := shortage_of(offer.name, line.supply, line.quantity, offer.selling, way)) is not None:
        yield Change("quantity" if shortage.code == "steps" else "short", shortage.text, blocks=True)
    if not place.is_guess and offer.countries and place.country not in offer.countries:
        words = {"name": offer.name, "country": country_name(place.country)}
        yield Change("territory", _("%(name)s cannot be sent to %(country)s.") % words, blocks=True)


def _packed_otherwise(offer: Offer, line: Line, now: Way) -> Change:
    base = offer.selling.base
    words = {"name": offer.name, "before": way_words(line.way, base), "now": way_words(now, base), "held": in_words(line.quantity, base)}
    return Change(
        "packed", _("%(name)s is packed otherwise: %(now)s instead of %(before)s. Your cart holds %(held)s.") % words, blocks=False
    )


def _priced_otherwise(name: str, before: Money, now: Money) -> Change:
    words = {"name": name, "before": format_money(before), "now": format_money(now)}
    if now.currency != before.currency:
        return Change("currency", _("Prices are in another currency now: %(name)s was %(before)s and is %(now)s.") % words, blocks=False)
    if now > before:
        return Change("dearer", _("The price of %(name)s has gone up from %(before)s to %(now)s.") % words, blocks=False)
    return Change("cheaper", _("The price of %(name)s has come down from %(before)s to %(now)s.") % words, blocks=False)


def _parcel(lines: Sequence[CartLineView], place: Destination, currency: str) -> Parcel:
    goods = total([line.amount for line in lines if line.amount is not None], currency)
    weight = sum((line.offer.weight_g * line.quantity for line in lines if line.offer), Decimal(0))
    return Parcel(place.country, goods, place.postcode, weight)


def _totals(terms: Terms, lines: Sequence[CartLineView], tax: TaxAnswer, shipping: ShippingOption | None) -> Totals:
    sold = [(line, line.offer) for line in lines if line.offer is not None]
    items = [Item(line.key, line.quantity, offer.price, tax.percents[offer.tax_class]) for line, offer in sold]
    freight = shipping.price if shipping and items else Money.zero(terms.currency)
    return add_up(items, freight, terms.prices_include_tax, tax.freight_percent)
