"""What a shop shows: the shapes its pages, carts and searches are made of, and how they come from a payload. Pure.

Nothing here says whose product it is in words a shopper sees: own and shared products look alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from catalog.following import NO_RULES, UNDECIDED, Decided, Following
from catalog.packaging import PIECES, Selling
from catalog.selections import EVERYTHING, Selection
from kernel.money import Money

# what goes with a product: accessory, spare_part, successor: the ids of products, which the shop may sell or not
Relations = Mapping[str, tuple[UUID, ...]]


@dataclass(frozen=True)
class ShopView:
    """Through which eyes the catalog is read. `stamp` moves whenever something changes that this shop shows.

    `preview`: of which link this is the preview, empty for the shop itself. `at`: the instant that is shown; where the
    stamp is the same, so is everything that depends on it.
    """

    tenant_id: UUID
    market_code: str
    language: str
    currency: str
    prices_include_tax: bool = True
    countries: tuple[str, ...] = ()
    stamp: int = 0
    preview: str = ""
    at: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Corridor:
    """How far a partner's price may lie from the list price, in percent (-10, +15); None: no limit on that side.

    Below `advertised_low_percent` a price may be charged but not shown: the shop shows that end, the cart the price.
    """

    low_percent: Decimal | None = None
    high_percent: Decimal | None = None
    advertised_low_percent: Decimal | None = None


@dataclass(frozen=True)
class Source:
    """One publication a shop sells from: its own (`agreement_id` None) or a brand's under an agreement in force.

    `scope` is the agreement's, `chosen` what the partner made of it. `countries`: where it may be sold; empty: everywhere.
    """

    tenant_id: UUID
    market_code: str
    language: str
    version: int
    agreement_id: UUID | None = None
    scope: Selection = EVERYTHING
    countries: tuple[str, ...] = ()
    overlay_fields: tuple[str, ...] = ()
    corridor: Corridor | None = None
    chosen: Selection = EVERYTHING
    following: Following = NO_RULES

    @property
    def selections(self) -> tuple[Selection, ...]:
        """What narrows the publication; a product has to be in each of them."""
        return tuple(s for s in (self.scope, self.chosen) if s != EVERYTHING)


@dataclass(frozen=True)
class OverlayFacts:
    """What a partner has laid over one product or variant; `prices` {currency: amount as text}."""

    names: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    prices: Mapping[str, str] = field(default_factory=dict)
    hidden: bool = False
    decided: Decided = UNDECIDED


@dataclass(frozen=True)
class Price:
    """A price per unit. `list_money` is the brand's list price, where there is one in this currency.

    `least_shown`: the minimum advertised price, where it lies above `money`. `is_lower_in_cart`: `money` is that price.
    """

    money: Money
    list_money: Money | None
    includes_tax: bool
    least_shown: Money | None = None
    is_lower_in_cart: bool = False

    @property
    def is_reduced(self) -> bool:
        """Is it below the list price?"""
        return self.list_money is not None and self.money < self.list_money

    @property
    def shown(self) -> "Price":
        """As everybody may see it before it lies in a cart."""
        if self.least_shown is None:
            return self
        return replace(self, money=self.least_shown, least_shown=None, is_lower_in_cart=True)


@dataclass(frozen=True)
class Rendition:
    """A picture in one size and format; `key` names the file of the picture's owner."""

    format: str
    width: int
    height: int
    key: str


@dataclass(frozen=True)
class ShopPicture:
    """A picture. `source_tenant_id` owns the files: media addresses are made of it and a rendition's key."""

    id: UUID
    source_tenant_id: UUID
    alt: str
    width: int
    height: int
    renditions: tuple[Rendition, ...]

    def of_format(self, kind: str) -> tuple[Rendition, ...]:
        """Renditions of one format ("avif", "webp", "jpeg"), narrowest first: for a srcset."""
        return tuple(sorted((r for r in self.renditions if r.format == kind), key=lambda r: r.width))


@dataclass(frozen=True)
class CategoryLink:
    """A step of a path."""

    id: UUID
    name: str
    slug: str


@dataclass(frozen=True)
class ShopAttribute:
    """A line of the specification; `text` is what to show, `value` the stored value, `group` its heading (empty: none)."""

    code: str
    label: str
    text: str
    value: Any
    kind: str
    group: str = ""


@dataclass(frozen=True)
class Choice:
    """A value of an axis."""

    value: str
    text: str


@dataclass(frozen=True)
class Axis:
    """What variants differ by."""

    code: str
    label: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class ShopVariant:
    """A variant that can be bought."""

    id: UUID
    sku: str
    name: str
    gtin: str
    values: Mapping[str, Any]
    texts: Mapping[str, str]
    price: Price
    picture_ids: tuple[UUID, ...]
    weight_kg: Decimal | None
    relations: Relations = field(default_factory=dict)
    selling: Selling = PIECES
    trade: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ShopProduct:
    """A product as one shop sells it. A parent's `price` is its lowest, and `price_is_from` says whether they differ. `trade`: what
    is known of manufacturer, its number, customs code, origin, classes and the last day (catalog/payload.py)."""

    id: UUID
    source_tenant_id: UUID
    agreement_id: UUID | None
    version: int
    kind: str
    parent_id: UUID | None
    sku: str
    slug: str
    name: str
    summary: str
    text: str
    brand: str
    gtin: str
    unit: str
    weight_kg: Decimal | None
    status: str
    tax_class: str
    price: Price
    price_is_from: bool
    categories: tuple[CategoryLink, ...]
    pictures: tuple[ShopPicture, ...]
    attributes: tuple[ShopAttribute, ...]
    axes: tuple[Axis, ...]
    variants: tuple[ShopVariant, ...]
    countries: tuple[str, ...] = ()
    relations: Relations = field(default_factory=dict)
    selling: Selling = PIECES
    trade: Mapping[str, Any] = field(default_factory=dict)

    @property
    def can_be_bought(self) -> bool:
        """Products and variants can; of a parent one buys a variant."""
        return self.kind != "variant_parent"


@dataclass(frozen=True)
class ListCard:
    """A product in a list."""

    id: UUID
    source_tenant_id: UUID
    agreement_id: UUID | None
    kind: str
    sku: str
    slug: str
    name: str
    summary: str
    brand: str
    price: Price
    price_is_from: bool
    picture: ShopPicture | None
    category_ids: tuple[UUID, ...]
    variant_count: int
    variant_ids: tuple[UUID, ...]
    status: str = "ready"


@dataclass(frozen=True)
class ListPage:
    """A page of a list; `total` counts all pages."""

    cards: list[ListCard]
    total: int
    page: int
    per_page: int


@dataclass(frozen=True)
class ShopCategory:
    """A node of the tree as a shop shows it; `product_count` includes everything below."""

    id: UUID
    source_tenant_id: UUID
    code: str
    name: str
    slug: str
    product_count: int
    children: tuple["ShopCategory", ...] = ()


@dataclass(frozen=True)
class CategoryPage:
    """A category with its path (root first, itself last) and what lies directly below it."""

    category: ShopCategory
    path: tuple[CategoryLink, ...]
