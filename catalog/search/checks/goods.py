"""A small shop's worth of goods: twelve bicycles and parts in English. Ids are made of the tenant and a short name."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from catalog.search.documents import SearchDocument

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


def id_of(tenant_id: UUID, name: str) -> UUID:
    """The id of a product, variant or category of this tenant by its short name."""
    return uuid5(tenant_id, name)


def product(tenant_id: UUID, name: str, **changes: Any) -> SearchDocument:
    """One of GOODS, changed as told."""
    title, category, colour, price, weight, rank, description = GOODS[name]
    place = list(GOODS).index(name)
    values: dict[str, Any] = {
        "product_id": id_of(tenant_id, name),
        "sku": f"VE-{name.upper()}-{len(name)}7",
        "title": title,
        "gtin": f"40123450000{place:02}",
        "brand": "Veloria",
        "category_ids": tuple(id_of(tenant_id, c) for c in TREE[category]),
        "category_names": TREE[category],
        "attribute_texts": (colour,),
        "description": description,
        "facets": {"brand": ("Veloria",), "colour": (colour,)},
        "numbers": {"weight": Decimal(weight)},
        "prices": {"EUR": Decimal(price)},
        "rank": rank,
        "created": datetime(2026, 1, 1 + place, tzinfo=UTC),
    }
    return SearchDocument(**{**values, **changes})


def titled(tenant_id: UUID, **titles: str) -> list[SearchDocument]:
    """Products that are little more than a title, for ten euros."""
    return [
        SearchDocument(product_id=id_of(tenant_id, name), sku=f"T-{name}", title=title, prices={"EUR": Decimal(10)})
        for name, title in titles.items()
    ]
