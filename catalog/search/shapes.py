"""Shapes of the search address: what may be asked (all of it in the query), and what comes back. Amounts are decimal texts."""

from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from catalog.search.provider import LARGEST_PAGE, LONGEST_QUERY, MOST_FILTERS, Sort

DEEPEST_PAGE = 400


class SearchQuery(BaseModel):
    """What a shopper would type and choose. Without a market: the shop's first; without a language: the market's first."""

    model_config = ConfigDict(extra="forbid")

    q: str = Field(default="", max_length=LONGEST_QUERY, description="What is looked for; empty lists everything.")
    market: str | None = Field(default=None, description="A market of this shop, such as `eu`.")
    language: str | None = Field(default=None, description="A language of the market, such as `de` or `zh-Hans`.")
    category: UUID | None = Field(default=None, description="Only what lies in this category or below it.")
    filter: list[str] = Field(
        default=[],
        max_length=MOST_FILTERS,
        description="`code:value`, as in the facets; may be repeated, values of one code are alternatives. Numbers: `code:low..high`.",
    )
    price_from: Decimal | None = Field(default=None, ge=0, lt=10**9, description="Lowest price, in the market's currency.")
    price_to: Decimal | None = Field(default=None, ge=0, lt=10**9, description="Highest price.")
    in_stock: bool = Field(default=False, description="Only what this shop has in stock.")
    sort: Sort | None = Field(default=None, description="Without it: by relevance with a text, by rank without.")
    page: int = Field(default=1, ge=1, le=DEEPEST_PAGE)
    limit: int = Field(default=24, ge=1, le=LARGEST_PAGE, description="Products on a page.")
    facets: bool = Field(default=True, description="Count facets; without them the answer comes sooner.")


class HitOut(BaseModel):
    """A product as this shop sells it, at this shop's price: `price` in `currency`, of the cheapest variant where it `is_from`."""

    id: UUID
    sku: str
    slug: str
    name: str
    summary: str
    brand: str
    price: Decimal
    currency: str
    price_is_from: bool
    includes_tax: bool


class FacetValueOut(BaseModel):
    """A value and how many products of the list have it; the facet's own filter is left out of its counts."""

    value: str
    label: str
    count: int
    selected: bool


class FacetOut(BaseModel):
    """Values by falling count, or for prices and numbers the lowest and highest (`low`, `high`)."""

    code: str
    label: str
    values: list[FacetValueOut]
    low: Decimal | None
    high: Decimal | None


class SearchOut(BaseModel):
    """A page of products, the best first. `total` is exact and counts all pages; `next_page` is null on the last.

    `corrected`: what was searched where a word was misspelt. `exact`: the product whose article number or other code is just
    what was typed. `without`: where filters leave nothing, how many products dropping one of them would show. `redirect`:
    where the shop's own rules lead who asks for this, a path below the place or an address.
    """

    items: list[HitOut]
    total: int
    page: int
    limit: int
    next_page: int | None
    market: str
    language: str
    corrected: str | None
    exact: UUID | None
    facets: list[FacetOut]
    without: dict[str, int]
    redirect: str | None = None
