"""Things to sell, carts and orders for tests.

`publish_products` writes published rows as publishing would leave them, so that orders are tested on what shops read;
everything after that goes through the use cases.

    with entering(brand.id), transaction() as session:
        shop = open_shop(session, brand.id, bike="1299.00", bell="12.50")
        guest = visitor(brand.id)
        cart = make_cart(session, guest, shop, bike=1, bell=2)
        placed = place(session, guest, cart)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from catalog.assortment import view_for
from catalog.models import Publication, PublishedProduct
from catalog.shop import ShopView
from kernel.actors import Actor
from kernel.ids import new_id, new_token
from kernel.money import Money
from orders import cart as carts
from orders import steps, stock
from orders.checkout import PlacedOrder, place_order
from orders.details import AddressForm, CheckoutDetails, KeptAddress, checked_address
from orders.models import Cart, Order, Stock
from tests.factories.tenants import make_market, staff

BERLIN = AddressForm(country_code="DE", name="Mira Castell", street_address="Hafenweg 3", city="Berlin", postal_code="10115")
BOSTON = AddressForm(
    country_code="US", name="Sam Okafor", street_address="12 Pier Road", city="Boston", country_area="MA", postal_code="02110"
)


@dataclass(frozen=True)
class Goods:
    """A market with things to sell, by short names."""

    tenant_id: UUID
    view: ShopView
    ids: dict[str, UUID]


def visitor(tenant_id: UUID) -> Actor:
    """A guest with a browser of his own."""
    return Actor.guest(tenant_id, visitor=new_token())


def open_shop(session: Session, tenant_id: UUID, market: str = "eu", tax_class: str = "standard", **prices: str) -> Goods:
    """A market (`eu`: EUR and gross, `us`: USD and net) in which these things are sold at these prices."""
    if market == "us":
        made = make_market(session, tenant_id, "us", "USD", ("en",), ("US",), prices_include_tax=False)
    else:
        made = make_market(session, tenant_id, market)
    ids = {name: new_id() for name in prices}
    for language in made.languages:
        publish_products(
            session, tenant_id, made.code, language, [payload(ids[n], n, made.currency, p, tax_class) for n, p in prices.items()]
        )
    return Goods(tenant_id, view_for(session, made.code, made.languages[0]), ids)


def payload(product_id: UUID, name: str, currency: str, price: str, tax_class: str = "standard") -> dict[str, object]:
    """A published payload (catalog/payload.py) with the least that it must have."""
    return {
        "id": str(product_id), "sku": f"SKU-{name.upper()}", "kind": "product", "parent_id": None, "slug": name.replace("_", "-"),
        "name": name.replace("_", " ").capitalize(), "summary": "", "text": "", "brand": "", "gtin": "", "unit": "C62", "weight_kg": "1.5",
        "status": "ready", "tax_class": tax_class, "position": 0, "categories": [], "category_ids": [], "prices": {currency: price},
        "pictures": [], "attributes": [],
    }  # fmt: skip


def publish_products(session: Session, tenant_id: UUID, market: str, language: str, payloads: Sequence[dict[str, object]]) -> None:
    """Version 1 of a market in a language."""
    session.add(
        Publication(
            tenant_id=tenant_id,
            id=new_id(),
            market_code=market,
            language=language,
            version=1,
            mark=1,
            products_added=len(payloads),
            products_changed=0,
            products_removed=0,
            products_total=len(payloads),
        )
    )
    session.add_all(_published(tenant_id, market, language, told, 1) for told in payloads)
    session.flush()


def _published(tenant_id: UUID, market: str, language: str, told: dict[str, object], version: int) -> PublishedProduct:
    prices = told["prices"]
    assert isinstance(prices, dict)
    return PublishedProduct(
        tenant_id=tenant_id,
        id=new_id(),
        market_code=market,
        language=language,
        product_id=UUID(str(told["id"])),
        sku=told["sku"],
        slug=told["slug"],
        category_ids=[],
        currencies=list(prices),
        from_version=version,
        digest=b"",
        payload=told,
    )


def reprice(session: Session, goods: Goods, name: str, price: str | None) -> None:
    """The thing costs something else from the next version on; None: it is no longer sold."""
    publish_again(session, goods, name, **({} if price is None else {"prices": {goods.view.currency: price}}))


def publish_again(session: Session, goods: Goods, name: str, **changed: object) -> None:
    """The thing's payload has these values from the next version on; without any it is no longer sold."""
    here = (PublishedProduct.tenant_id == goods.tenant_id) & (PublishedProduct.product_id == goods.ids[name])
    rows = session.scalars(select(PublishedProduct).where(here, PublishedProduct.to_version.is_(None))).all()
    for row in rows:
        version = row.from_version + 1
        told = {**row.payload, **changed}
        language, market = row.language, row.market_code
        session.execute(update(PublishedProduct).where(here, PublishedProduct.id == row.id).values(to_version=version))
        if changed:
            session.add(_published(goods.tenant_id, market, language, told, version))
    session.flush()


def put_stock(session: Session, goods: Goods, **amounts: int | str) -> None:
    """So many of each are on hand."""
    lines = [stock.StockLine(goods.ids[n], goods.tenant_id, f"SKU-{n.upper()}", Decimal(a)) for n, a in amounts.items()]
    stock.set_stock(session, staff(goods.tenant_id, "stock.edit"), lines, "counted")


def on_hand(session: Session, goods: Goods, name: str) -> Decimal | None:
    """What the counter says, None where the product is not counted."""
    return session.scalar(select(Stock.on_hand).where(Stock.tenant_id == goods.tenant_id, Stock.product_id == goods.ids[name]))


def make_cart(session: Session, actor: Actor, goods: Goods, **quantities: int | str) -> Cart:
    """The actor's cart with these things in it."""
    for name, quantity in quantities.items():
        carts.add(session, actor, goods.view, goods.ids[name], Decimal(quantity))
    session.flush()
    found = carts.current_cart(session, actor, goods.view.market_code)
    assert found is not None
    return found


def details(address: AddressForm = BERLIN, email: str = "mira@example.com", billing: KeptAddress | None = None) -> CheckoutDetails:
    """A filled-in checkout."""
    return CheckoutDetails(
        email=email, shipping_address=checked_address(address), billing_address=billing, shipping="standard", payment="on_account"
    )


def total_of(session: Session, actor: Actor, cart: Cart, given: CheckoutDetails | None = None) -> Money:
    """What the review shows to pay."""
    view = view_for(session, cart.market_code, cart.language)
    return steps.review_of(session, actor, view, cart, given or details()).total


def place(
    session: Session, actor: Actor, cart: Cart, given: CheckoutDetails | None = None, key: str = "", link_base: str = ""
) -> PlacedOrder:
    """Orders the cart at the total that the review shows."""
    given = given or details()
    return place_order(session, actor, cart.id, key or new_token(), given, total_of(session, actor, cart, given), link_base)


def make_order(
    session: Session, goods: Goods, actor: Actor | None = None, given: CheckoutDetails | None = None, **quantities: int | str
) -> Order:
    """A placed order of these things, by a guest where nobody is named."""
    buyer = actor or visitor(goods.tenant_id)
    return place(session, buyer, make_cart(session, buyer, goods, **quantities), given, link_base="https://shop.test/en-eu/order").order
