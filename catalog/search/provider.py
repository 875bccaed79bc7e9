"""The contract of a search engine: what a shop asks and what it gets back, whichever engine answers.

`PgSearch` (catalog/search/pg.py) is the embedded default; others stand behind the same Protocol and the same
conformance suite (tests/contracts/test_search_engine.py). Nothing here knows SQL or HTTP.

Limits (never an error, input is cut): 200 characters and 12 words of query, 30 filters of 50 values,
20 facets, 100 products a page, 10,000 products deep.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from catalog.search.rules import NO_RULES, SearchRules
from catalog.selections import Selection

LONGEST_QUERY = 200
MOST_WORDS = 12
MOST_FILTERS = 30
MOST_VALUES = 50
MOST_FACETS = 20
LARGEST_PAGE = 100
DEEPEST = 10_000

CATEGORY = "category"
PRICE = "price"
STOCK = "in_stock"
YES = "yes"


class Sort(StrEnum):
    """Orders of a list. Products without a price come last in both price orders."""

    RELEVANCE = "relevance"
    RANK = "rank"
    NEWEST = "newest"
    NAME = "name"
    PRICE_UP = "price"
    PRICE_DOWN = "-price"


@dataclass(frozen=True)
class SearchSource:
    """One published catalog a shop draws from: a brand's market in one language.

    `category_ids` and `product_ids` are the agreement's scope: a product is in scope when it lies in one of the
    categories (or below) or is one of the products. Both empty: everything. `agreement_id` is None for the
    tenant's own catalog. `corridor` (low, high): how far, in percent, the seller's own price may lie from the list price.
    `own_names`: the languages in which the seller may call the products by names of its own. `selections`: what narrows
    the scope further, rules by brand and attribute and what the seller chose; a product has to be in each of them.
    """

    tenant_id: UUID
    market_code: str
    language: str
    category_ids: frozenset[UUID] = frozenset()
    product_ids: frozenset[UUID] = frozenset()
    agreement_id: UUID | None = None
    corridor: tuple[Decimal | None, Decimal | None] = (None, None)
    own_names: tuple[str, ...] = ()
    selections: tuple[Selection, ...] = ()

    @property
    def is_restricted(self) -> bool:
        """True where only a part of the catalog is in scope."""
        return bool(self.category_ids or self.product_ids or self.selections)


@dataclass(frozen=True)
class SearchScope:
    """Whose shop asks. Prices are the seller's: its overlay's (moved into the corridor) where it has one, else the list price.

    What has no price in `currency` is not sold, and therefore neither found nor counted. `stamp` is a number that moves with
    every change of the seller's overlay (kernel/stamps.py); an engine may keep what it worked out under it. `rules` are the
    seller's own rules of search: every engine follows its synonyms, stop words and pins; redirects are the page's matter.
    """

    seller_id: UUID
    currency: str
    sources: tuple[SearchSource, ...]
    stamp: int | None = None
    rules: SearchRules = NO_RULES


@dataclass(frozen=True)
class Filters:
    """What the shopper has ticked. Values of one code are alternatives, codes add up.

    `values` {code: (value, …)}, `ranges` {code: (low, high)} of numbers, `price` (low, high) in the scope's
    currency; both ends included, None is open. `in_stock`: only what the seller has counted and has some of.
    """

    category_id: UUID | None = None
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    price: tuple[Decimal | None, Decimal | None] | None = None
    in_stock: bool = False


@dataclass(frozen=True)
class Page:
    """Which part of the list: `number` from 1, `size` products."""

    number: int = 1
    size: int = 24

    @property
    def offset(self) -> int:
        """Products before this page; 0 for nonsense."""
        return max(0, min(self.number - 1, DEEPEST // self.length)) * self.length

    @property
    def length(self) -> int:
        """Products on this page, 1 to LARGEST_PAGE."""
        return max(1, min(self.size, LARGEST_PAGE))


@dataclass(frozen=True)
class Hit:
    """A product of the list and whose it is."""

    product_id: UUID
    tenant_id: UUID
    agreement_id: UUID | None = None


@dataclass(frozen=True)
class FacetValue:
    """A value and how many products of the list have it (the facet's own filter left out)."""

    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True)
class Facet:
    """Values by falling count, or for numbers and prices the lowest and highest value; `low`/`high` None: values only."""

    code: str
    values: tuple[FacetValue, ...] = ()
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class SearchResult:
    """`total` is exact in the scope. `exact` is the product whose SKU, GTIN or other code is just what was typed.

    `corrected_text` is what was searched instead where a word was misspelt. `without` tells, where filters
    leave nothing, how many products dropping that one filter (code) would show. `is_unindexed`: no index could be asked, so spelling,
    facets and much else are missing (catalog/search/unindexed.py).
    """

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Facet] = field(default_factory=dict)
    corrected_text: str | None = None
    exact: Hit | None = None
    without: Mapping[str, int] = field(default_factory=dict)
    took_ms: float = 0.0
    is_unindexed: bool = False


@dataclass(frozen=True)
class Suggestions:
    """What to offer while somebody types: whole queries, products, categories (id and how many products match)."""

    texts: tuple[str, ...] = ()
    products: tuple[Hit, ...] = ()
    categories: tuple[tuple[UUID, int], ...] = ()


class SearchEngine(Protocol):
    """Finds products in a shop. Never shows, counts or prices what lies outside of the scope."""

    def search(
        self,
        session: Session,
        scope: SearchScope,
        text: str = "",
        filters: Filters | None = None,
        facets: tuple[str, ...] = (),
        sort: Sort | None = None,
        page: Page | None = None,
    ) -> SearchResult:
        """A page of products with exact total and facet counts.

        `facets` are codes: attribute codes, "category" (values are category ids, ancestors counted too), "price"
        and codes of numbers (low and high), "in_stock" (one value, "yes": how many the seller has in stock).
        `sort` None: relevance with a text, rank without.
        """
        ...

    def suggest(self, session: Session, scope: SearchScope, prefix: str, limit: int = 8) -> Suggestions:
        """What somebody may mean who has typed this much."""
        ...
