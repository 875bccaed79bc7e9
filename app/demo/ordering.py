"""One seller's counter in the demo world: who comes to buy, and what the desk does with an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from app.demo.data.cast import COMPANIES, PEOPLE, SHOPPERS, PostalAddress, shopper_mail
from app.demo.data.order_plan import PlannedOrder
from app.demo.settling import fields_of, language_of, purchaser
from app.demo.stage import person
from catalog.assortment import view_for
from catalog.shop import ShopView
from kernel import tenancy
from kernel.actors import Actor
from orders import cart as carts
from orders import status
from orders.checkout import place_order
from orders.details import AddressForm, CheckoutDetails, checked_address
from orders.steps import review_of

CARRIERS = {"veloria": "Flusspost", "radhaus": "Deichkurier", "harborcycles": "Coastline Parcel"}
REASONS = {
    "de": "Bitte stornieren, ich habe mich in der Größe geirrt.",
    "en": "Please cancel, I have chosen the wrong size.",
    "zh-Hans": "请取消订单，我选错了尺码。",
}


@dataclass(frozen=True)
class Buyer:
    """Somebody who orders: name, address, language, and the company he buys for."""

    email: str
    name: str
    language: str
    address: PostalAddress
    company: str = ""


def buyers(seller: str) -> dict[str, Buyer]:
    """Everybody who orders from a seller, by mail address."""
    found = [
        Buyer(shopper_mail(given, family), f"{given} {family}", language_of(family, address), address)
        for given, family, address in SHOPPERS.get(seller, ())
    ]
    found += [
        Buyer(one.email, one.name, one.language, one.address)
        for one in PEOPLE
        if one.tenant == seller and one.role == "customer" and one.address is not None
    ]
    for company in COMPANIES:
        if company.tenant == seller:
            people = [(one.email, one.name) for one in PEOPLE if one.company == company.key] or [purchaser(company.key)]
            language = language_of("", company.address)
            found += [Buyer(email, name, language, company.address, company.name) for email, name in people]
    return {one.email: one for one in found}


@dataclass
class Counter:
    """Takes planned orders, by key, and moves them on. `ids`: products by SKU; `desk` works on orders, `link_base` is the
    address of the page for orders by link, where `{locale}` stands for the shop's language and market."""

    seller: str
    market: str
    desk: Actor
    ids: Mapping[str, UUID]
    link_base: str
    _actors: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._buyers = buyers(self.seller)

    def place(self, session: Session, key: str, order: PlannedOrder) -> None:
        """Fills a cart and orders it, as the person or guest of the plan."""
        buyer, actor = self._buyers[order.buyer], self._actor(session, key, order)
        view = view_for(session, self.market, buyer.language)
        for sku, pieces in order.lines:
            carts.add(session, actor, view, self.ids[sku], pieces)
        cart = carts.current_cart(session, actor, self.market)
        assert cart is not None
        details = self._details(buyer, view, key)
        total = review_of(session, actor, view, cart, details).total
        place_order(session, actor, cart.id, key, details, total, self.link_base.format(locale=f"{buyer.language}-{self.market}".lower()))

    def move(self, session: Session, key: str, order: PlannedOrder, number: str, state: str) -> None:
        """The order comes to this state; what is called off is called off by whoever ordered, where he has an account."""
        if state == "confirmed":
            status.confirm(session, self.desk, number)
        elif state == "shipped":
            status.ship(session, self.desk, number, CARRIERS[self.seller], f"{CARRIERS[self.seller][:2].upper()}{int(number) * 7919:010d}")
        elif state == "delivered":
            status.deliver(session, self.desk, number)
        elif state == "closed":
            status.close(session, self.desk, number)
        else:
            by = self.desk if order.guest else self._actor(session, key, order)
            status.cancel(session, by, number, REASONS[self._buyers[order.buyer].language])

    def _actor(self, session: Session, key: str, order: PlannedOrder) -> Actor:
        if order.guest:
            return Actor.guest(tenancy.current(), visitor=f"demo-world-{self.seller}-{key}")
        if order.buyer not in self._actors:
            self._actors[order.buyer] = person(session, order.buyer)
        return self._actors[order.buyer]

    def _details(self, buyer: Buyer, view: ShopView, key: str) -> CheckoutDetails:
        assert buyer.address.country in view.countries
        return CheckoutDetails(
            email=buyer.email,
            shipping_address=checked_address(AddressForm(**fields_of(buyer.address, buyer.name, buyer.company))),
            shipping="standard",
            payment="on_account",
            customer_reference=f"B-{Decimal(key.rpartition('-')[2]) + 4100}" if buyer.company else "",
        )
