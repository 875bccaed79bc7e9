"""What a product hands to the search index: plain values, taken from the published payload by whoever publishes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID


@dataclass(frozen=True)
class SearchDocument:
    """One product with a page of its own, in one language. Variants speak through their parent.

    `codes`: SKUs and GTINs of variants and other numbers the product is known by. `category_ids` with all ancestors.
    `summary`: what it is in a line ("Road helmet"), which says nearly as much as the title; `description` is all else.
    `attribute_texts`: values as a reader sees them ("Aluminium", "29 inch"). `facets` {code: (value, …)} and
    `numbers` {code: value} are what can be filtered and counted; for a product with variants the union of theirs.
    `prices` {currency: list price as the list shows it}; `units` {variant: its prices} of a product with variants, so
    that a seller's own price or hiding of a variant counts (empty: the product is its own unit).
    `rank` 0 to 1: how far up it belongs (1 best).
    """

    product_id: UUID
    sku: str
    title: str
    gtin: str = ""
    codes: tuple[str, ...] = ()
    brand: str = ""
    category_ids: tuple[UUID, ...] = ()
    category_names: tuple[str, ...] = ()
    attribute_texts: tuple[str, ...] = ()
    summary: str = ""
    description: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    prices: Mapping[str, Decimal] = field(default_factory=dict)
    units: Mapping[UUID, Mapping[str, Decimal]] = field(default_factory=dict)
    rank: float = 0.0
    created: datetime | None = None
