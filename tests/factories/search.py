"""A small shop's worth of search documents, and agreements to look through.

Twelve bicycles and parts in English; ids are fixed per tenant and name, so that tests name products by a word.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import psycopg
from sqlalchemy.orm import Session

from catalog.models import Agreement, Overlay
from catalog.search.documents import SearchDocument
from catalog.search.indexing import apply_changes
from catalog.search.provider import SearchResult, SearchScope, SearchSource
from kernel.db.session import transaction
from kernel.ids import new_id
from kernel.tenancy import entering

BIKES, PARTS, LIGHTS = "bikes", "parts", "lights"
TREE = {BIKES: (BIKES,), PARTS: (PARTS,), LIGHTS: (PARTS, LIGHTS)}

# name: title, category, colour, price, weight, rank, description
GOODS: dict[str, tuple[str, str, str, str, str, float, str]] = {
    "tour": ("Tour trekking bike", BIKES, "green", "899.00", "15.2", 0.9, "For long days on gravel roads."),
    "ridge": ("Ridge mountain bike 29 inch", BIKES, "red", "1299.00", "13.8", 0.8, "Full suspension for steep trails."),
    "metro": ("Metro city bike", BIKES, "green", "649.00", "16.5", 0.7, "Step-through frame with mudguards."),
    "volt": ("Volt e-bike", BIKES, "black", "2499.00", "22.0", 0.6, "Motor in the hub, 80 km of range."),
    "saddle": ("Comfort saddle", PARTS, "black", "49.90", "0.4", 0.5, "Memory foam; fits every seatpost of 27.2 mm."),
    "pedals": ("Flat pedals", PARTS, "red", "29.90", "0.4", 0.4, "Grippy pins."),
    "pump": ("Mini pump", PARTS, "black", "19.90", "0.1", 0.3, "Up to 8 bar for Presta valves."),
    "chain": ("Chain 11 speed", PARTS, "silver", "24.90", "0.3", 0.2, "Nickel-plated."),
    "headlight": ("Headlight 60 lux", LIGHTS, "black", "39.90", "0.1", 0.45, "Bright light for dark roads, 500ml bottle not included."),
    "taillight": ("Rear light with brake signal", LIGHTS, "red", "19.90", "0.1", 0.35, "Charges by USB."),
    "bottle": ("Bottle 500 ml", PARTS, "green", "9.90", "0.1", 0.1, "Without a weird taste."),
    "bell": ("Brass bell", PARTS, "gold", "12.50", "0.1", 0.05, "Rings clearly."),
}


def product_id(tenant_id: UUID, name: str) -> UUID:
    """The id of a product, variant or category of this tenant by its short name."""
    return uuid5(tenant_id, name)


def document(tenant_id: UUID, name: str, **changes: Any) -> SearchDocument:
    """One of GOODS, changed as told."""
    title, category, colour, price, weight, rank, description = GOODS[name]
    values: dict[str, Any] = {
        "product_id": product_id(tenant_id, name),
        "sku": f"VE-{name.upper()}-{len(name)}7",
        "title": title,
        "gtin": f"40123450000{list(GOODS).index(name):02}",
        "brand": "Veloria",
        "category_ids": tuple(product_id(tenant_id, c) for c in TREE[category]),
        "category_names": TREE[category],
        "attribute_texts": (colour,),
        "description": description,
        "facets": {"brand": ("Veloria",), "colour": (colour,)},
        "numbers": {"weight": Decimal(weight)},
        "prices": {"EUR": Decimal(price)},
        "rank": rank,
        "created": datetime(2026, 1, 1 + list(GOODS).index(name), tzinfo=UTC),
    }
    return SearchDocument(**{**values, **changes})


def titled(tenant_id: UUID, **titles: str) -> list[SearchDocument]:
    """Documents that are little more than a title."""
    return [
        SearchDocument(product_id=product_id(tenant_id, name), sku=f"T-{name}", title=title, prices={"EUR": Decimal(10)})
        for name, title in titles.items()
    ]


def index(
    tenant_id: UUID, documents: Iterable[SearchDocument], market: str = "eu", language: str = "en", removed: Iterable[UUID] = ()
) -> None:
    """Publishes these documents, in a transaction of its own."""
    with entering(tenant_id), transaction() as session:
        apply_changes(session, market, language, documents, removed)


def index_goods(tenant_id: UUID) -> None:
    """All of GOODS in market eu, English."""
    index(tenant_id, [document(tenant_id, name) for name in GOODS])


def own_scope(tenant_id: UUID, market: str = "eu", language: str = "en", currency: str = "EUR") -> SearchScope:
    """A brand's own shop."""
    return SearchScope(tenant_id, currency, (SearchSource(tenant_id, market, language),))


def share(brand_id: UUID, partner_id: UUID, market: str = "eu", state: str = "active") -> UUID:
    """An agreement between the two; its id."""
    with entering(brand_id), transaction() as session:
        made = Agreement(
            tenant_id=brand_id, partner_tenant_id=partner_id, name="Test", market_code=market, state=state, valid_from=date(2026, 1, 1)
        )
        session.add(made)
        session.flush()
        return made.id


def overlay(session: Session, partner_id: UUID, brand_id: UUID, agreement_id: UUID, name: str, **values: Any) -> None:
    """What the partner lays over one product or variant."""
    session.add(
        Overlay(
            tenant_id=partner_id,
            id=new_id(),
            agreement_id=agreement_id,
            source_tenant_id=brand_id,
            product_id=product_id(brand_id, name),
            **values,
        )
    )
    session.flush()


def names(result: SearchResult, *tenant_ids: UUID) -> list[str]:
    """The hits by short name, in order; an id of nobody's goods is an error."""
    known = {product_id(tenant_id, name): name for tenant_id in tenant_ids for name in GOODS}
    return [known[hit.product_id] for hit in result.hits]


def explained(session: Session, statement: str, parameters: Any) -> list[str]:
    """The plan's lines; values of a list are numbered in the statement (kernel/db/statements.py), others have names."""
    asked = "EXPLAIN (COSTS OFF) " + statement
    if not isinstance(parameters, list):
        return list(session.connection().exec_driver_sql(asked, parameters).scalars())
    driver: Any = session.connection().connection.dbapi_connection
    return [row[0] for row in psycopg.RawCursor(driver).execute(asked, parameters).fetchall()]
