"""A street of shops for one journey: a brand of a dozen things, a partner who sells some of them, and who works there.

Every test gets a street of its own, so that a journey may publish, withdraw and sell as it likes.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.demo.pictures import Cut, CutAlready, draw_picture
from catalog.attributes import AttributeEdit
from catalog.attributes import make_attribute as make_attribute_in
from catalog.list_prices import set_list_prices
from catalog.media import add_picture
from catalog.models import Category, Product
from catalog.product_kinds import add_variant, make_parent
from kernel.db.session import transaction
from kernel.tenancy import entering
from orders import stock
from orders.terms import FreightRow, TermsEdit, set_terms
from storefront.front import FrontTexts, write_front
from tenants.markets import MarketDetails
from tenants.onboarding import Administrator, Opening, open_tenant
from tenants.profile import ShopDetails
from tenants.themes import Look
from tests.conftest import Shop
from tests.factories.catalog import make_attribute, make_category, make_product, publish_all, share, somebody
from tests.factories.tenants import PASSWORD, make_account, staff

EUROPE = MarketDetails("Europe", ("DE", "AT", "FR", "NL"), "EUR", ("en", "de", "zh-Hans"), prices_include_tax=True)
GERMANY = MarketDetails("Deutschland", ("DE",), "EUR", ("de", "en"), prices_include_tax=True)
TERMS = TermsEdit(freight=[FreightRow(country="*", price=Decimal("4.90"), free_from=Decimal(150), days_least=2, days_most=4)])
LOOKS = {"brand": Look("#0f4c3a", "#b8693a", "river", "", "Bicycles from Aarental"), "partner": Look("#8f2d1d", "#d9a441", "workshop")}
SIZES = {"s": "S", "m": "M", "l": "L"}
PAINTS = {"pine": ("Pine green", "Tannengrün", "#1f4d3a"), "copper": ("Copper", "Kupfer", "#b8693a")}
# sku, category, name, German name, price, the demo product whose first picture it borrows
GOODS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("HELM-1", "helmets", "Wren helmet", "Helm Wren", "89.00", ""),
    ("LAMP-1", "lights", "Harbour front light", "Frontlicht Harbour", "59.90", "VEL-LANTERN60"),
    ("LAMP-2", "lights", "Ember rear light", "Rücklicht Ember", "34.90", ""),
    ("LOCK-1", "parts", "Anchor lock", "Schloss Anchor", "74.50", ""),
    ("BELL-1", "parts", "Brass bell", "Messingglocke", "12.50", ""),
    ("PUMP-1", "parts", "Mini pump", "Minipumpe", "29.90", ""),
    ("GRIP-1", "parts", "Leather grips", "Ledergriffe", "39.00", ""),
)
CATEGORIES = {
    "bikes": ("Bicycles", "Fahrräder"), "helmets": ("Helmets", "Helme"), "lights": ("Lights", "Licht"),
    "parts": ("Parts and accessories", "Fahrradbeleuchtungsersatzteile und Werkstattzubehörversorgung"),
}  # fmt: skip
BIKE_PICTURES = ("VEL-TERN", "VEL-EGRET")


@dataclass(frozen=True)
class Street:
    """The shops, and a few ids: of the brand's category of bicycles, of its products by SKU."""

    brand: Shop
    partner: Shop
    bikes: UUID
    products: dict[str, UUID]
    agreement: UUID | None = None


@cache
def drawn(sku: str) -> Cut:
    """A product of the demo world as its first picture shows it, cut to all sizes; drawn once per test process."""
    return draw_picture("veloria", sku, 0)


def open_shop(owner: Engine, kind: str, name: str, market: tuple[str, MarketDetails]) -> Shop:
    """A tenant that can be worked with: `ada@<slug>.example` administers it."""
    slug = f"{name.lower().replace(' ', '-')}-{secrets.token_hex(3)}"
    ada = Administrator(f"ada@{slug}.example", "Ada Admin", PASSWORD)
    details = ShopDetails(f"{name} GmbH", f"hello@{slug}.example", "+49 8382 555010", f"{name} GmbH\nAlte Mühle 1\n88199 Aarental")
    opened = open_tenant(owner, Opening(slug, name, kind, ada, (market,), LOOKS[kind], details))
    with entering(opened.tenant_id), transaction() as session:
        set_terms(session, staff(opened.tenant_id), market[0], TERMS)
        texts = FrontTexts(
            "Made for the long way home", "Steel frames, brazed and painted by the river.", "Where they come from", "From Aarental."
        )
        write_front(session, staff(opened.tenant_id), "en", texts)
    return Shop(opened.tenant_id, slug, name, kind)


def build_street(owner: Engine, shared: bool = False) -> Street:
    """A brand with a published catalog, and a partner; `shared`: an agreement over bicycles and helmets is in force."""
    brand = open_shop(owner, "brand", "Wheelworks", ("eu", EUROPE))
    partner = open_shop(owner, "partner", "North Bikes", ("de", GERMANY))
    with entering(brand.id), transaction() as session:
        bikes, products = _fill(session, brand.id)
        for permission in (("clara", "catalog"), ("david", "channel")):
            make_account(session, brand.id, f"{permission[0]}@{brand.slug}.example", permission[0].capitalize(), _rights(permission[1]))
        publish_all(session, brand.id, "eu")
        _count(session, brand.id, products)
    with entering(partner.id), transaction() as session:
        make_account(session, partner.id, f"petra@{partner.slug}.example", "Petra Lindqvist", _rights("seller"))
    agreement = share(brand.id, partner.id, category_ids=(bikes,))[0].id if shared else None
    return Street(brand, partner, bikes, products, agreement)


def _rights(part: str) -> tuple[str, ...]:
    return {
        "catalog": ("catalog.view", "catalog.edit", "catalog.import", "catalog.publish"),
        "channel": ("catalog.view", "agreement.view", "agreement.offer"),
        "seller": ("agreement.view", "agreement.accept", "price.edit", "order.view", "order.manage", "stock.edit"),
    }[part]


def _fill(session: Session, brand: UUID) -> tuple[UUID, dict[str, UUID]]:
    _attributes(session, brand)
    shelves = {code: make_category(session, brand, code, en=english, de=german) for code, (english, german) in CATEGORIES.items()}
    made: dict[str, UUID] = {}
    for sku, category, english, german, price, picture in GOODS:
        product = make_product(
            session, brand, sku, english, price, category=shelves[category], names={"en": english, "de": german}, **_words()
        )
        made[sku] = product.id
        if picture:
            _hang(session, brand, product, picture)
    for number, (name, picture) in enumerate(zip(("Tern 3", "Egret touring bike"), BIKE_PICTURES, strict=True)):
        made |= _bike(session, brand, f"BIKE-{number + 1}", name, shelves["bikes"], picture)
    return shelves["bikes"].id, made


def _words() -> dict[str, Any]:
    return {
        "brand": "Wheelworks",
        "summaries": {"en": "Made in Aarental", "de": "Gebaut in Aarental"},
        "texts": {"en": "It does one thing, and does it for **twenty years**.\n\n- Repairable\n- Spare parts on the shelf"},
    }


def _attributes(session: Session, brand: UUID) -> None:
    make_attribute(session, brand, "size", "choice", is_axis=True, filterable=True, labels={"en": "Size", "de": "Größe"},
                   choices=tuple(SIZES))  # fmt: skip
    paints = [
        {"code": code, "labels": {"en": english, "de": german}, "swatch": hexcode} for code, (english, german, hexcode) in PAINTS.items()
    ]
    colour = AttributeEdit({"en": "Colour", "de": "Farbe"}, choices=paints, is_axis=True, filterable=True)
    make_attribute_in(session, somebody(brand), "colour", "choice", colour)
    make_attribute(session, brand, "weight", "number", unit="KGM", filterable=True)


def _bike(session: Session, brand: UUID, sku: str, name: str, category: Category, picture: str) -> dict[str, UUID]:
    actor = somebody(brand)
    parent = make_product(session, brand, sku, name, None, category=category, attribute_values={"weight": "11.4"}, **_words())
    make_parent(session, actor, parent.id, ["colour", "size"])
    made = {sku: parent.id}
    for paint in PAINTS:
        for size in SIZES:
            variant = add_variant(session, actor, parent.id, f"{sku}-{paint}-{size}".upper(), {"colour": paint, "size": size})
            set_list_prices(session, actor, variant.id, {"EUR": Decimal("1299.00") + (100 if paint == "copper" else 0)})
            made[variant.sku] = variant.id
    _hang(session, brand, parent, picture)
    return made


def _hang(session: Session, brand: UUID, product: Product, picture: str) -> None:
    cut = drawn(picture)
    add_picture(
        session, somebody(brand), product.id, cut.data, {"en": f"{picture.lower()} from the side"}, at_once=True, decoder=CutAlready(cut)
    )


def _count(session: Session, brand: UUID, products: dict[str, UUID]) -> None:
    lines = [stock.StockLine(product, brand, sku, Decimal(2 if sku.endswith("-L") else 9)) for sku, product in products.items()]
    stock.set_stock(session, staff(brand), lines, "counted")


def skus(street: Street, *starts: str) -> Sequence[UUID]:
    """The ids of the products whose SKU begins so."""
    return [found for sku, found in street.products.items() if sku.startswith(starts)]
