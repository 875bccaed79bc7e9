"""Shapes of the catalog's JSON: what machine clients send and get (catalog/api.py). Money and quantities are decimal texts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from catalog.unit_shapes import Ordering, PackagingUnit

MOST = 200


class Strict(BaseModel):
    """Unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class ListQuery(Strict):
    """`after` is the cursor of the page before; `limit` 1 to 200."""

    after: str | None = None
    limit: int = Field(default=50, ge=1, le=MOST)


class ProductIn(Strict):
    """A product as it is written; what is left out stays as it is (PATCH) or empty (POST). Texts by language tag, `classes` by the key
    of their system; days are ISO dates, an empty one is taken away."""

    sku: str | None = None
    status: str | None = None
    names: dict[str, str] | None = None
    summaries: dict[str, str] | None = None
    texts: dict[str, str] | None = None
    category_ids: list[UUID] | None = None
    attribute_values: dict[str, Any] | None = None
    brand: str | None = None
    gtin: str | None = None
    manufacturer: str | None = None
    manufacturer_number: str | None = None
    customs_code: str | None = None
    origin_country: str | None = None
    classes: dict[str, str] | None = None
    new_until: str | None = None
    phase_out_from: str | None = None
    end_on: str | None = None
    unit: str | None = None
    packaging: list[PackagingUnit] | None = None
    ordering: Ordering | None = None
    weight_kg: Decimal | None = None
    tax_class: str | None = None
    prices: dict[str, Decimal] | None = None
    edit_version: int | None = None


class ProductOut(BaseModel):
    """A product of the editing tables; `edit_version` goes back with a change so that no edit is lost."""

    id: UUID
    sku: str
    kind: str
    parent_id: UUID | None
    family_id: UUID | None
    status: str
    names: dict[str, str]
    summaries: dict[str, str]
    texts: dict[str, str]
    category_ids: list[UUID]
    attribute_values: dict[str, Any]
    brand: str
    gtin: str
    manufacturer: str
    manufacturer_number: str
    customs_code: str
    origin_country: str
    classes: dict[str, str]
    new_until: date | None
    phase_out_from: date | None
    end_on: date | None
    unit: str
    packaging: list[PackagingUnit]
    ordering: Ordering
    weight_kg: Decimal | None
    tax_class: str
    prices: dict[str, Decimal]
    edit_version: int
    updated_at: datetime


class RelationsIn(Strict):
    """What goes with a product, by article numbers in their order. A list that is named is replaced, others stay."""

    accessories: list[str] | None = Field(default=None, max_length=1000)
    spare_parts: list[str] | None = Field(default=None, max_length=1000)
    successor: list[str] | None = Field(default=None, max_length=1000)


class RelatedOut(BaseModel):
    """A product on a list."""

    id: UUID
    sku: str


class RelationsOut(BaseModel):
    """What goes with a product; of a variant only its own, not its parent's."""

    accessories: list[RelatedOut]
    spare_parts: list[RelatedOut]
    successor: list[RelatedOut]


class PublishIn(Strict):
    """Which market to publish."""

    market: str
    note: str = Field(default="", max_length=300)


class PublicationProblemOut(BaseModel):
    """Why a publication failed."""

    code: str
    reason: str


class PublicationRunOut(BaseModel):
    """A publication on its way: `state` is queued, running, done or failed.

    `products_seen` of `products_total` have been looked at. Once done, `version` is the market's version and `is_new` false
    where nothing had changed. Counts are those of the language in which most moved.
    """

    id: UUID
    market: str
    note: str
    state: str
    version: int | None
    is_new: bool | None
    products_total: int
    products_seen: int
    products_added: int
    products_changed: int
    products_removed: int
    problems: list[PublicationProblemOut]
    created_at: datetime
    finished_at: datetime | None


class PublicationOut(BaseModel):
    """One version of one market in one language."""

    market: str
    language: str
    version: int
    published_at: datetime
    products_total: int
    products_added: int
    products_changed: int
    products_removed: int
    note: str


class PublicationsOut(BaseModel):
    """Versions, newest first."""

    items: list[PublicationOut]


class MarketQuery(Strict):
    """A market of the tenant."""

    market: str


class ImportIn(Strict):
    """Rows to import, with a mapping (catalog/exchange/mapping.py) or the name of a remembered one."""

    file_name: str = Field(default="rows.jsonl", max_length=200)
    mapping: dict[str, Any] | None = None
    mapping_name: str = Field(default="", max_length=120)
    dry_run: bool = False
    rows: list[dict[str, Any]] = Field(min_length=1, max_length=50_000)


class ImportProblemOut(BaseModel):
    """One thing wrong in one row."""

    row: int
    column: str
    value: str
    reason: str


class ImportOut(BaseModel):
    """A run with its progress; the first 200 problems, in the order of the rows.

    A run that takes an import back names it in `undoes`; its rows are products, those that were left are the problems.
    """

    id: UUID
    state: str
    dry_run: bool
    message: str
    rows_read: int
    rows_made: int
    rows_changed: int
    rows_same: int
    rows_wrong: int
    rows_removed: int
    rows_ended: int
    pictures_total: int
    pictures_done: int
    undoes: UUID | None
    problems: list[ImportProblemOut] = []


class TermsIn(Strict):
    """What a brand offers to a partner; see catalog.terms.Terms."""

    partner_id: UUID
    name: str
    market: str
    valid_from: date
    valid_to: date | None = None
    category_ids: list[UUID] = []
    product_ids: list[UUID] = []
    brands: list[str] = []
    attribute_values: dict[str, list[str]] = {}
    excluded_product_ids: list[UUID] = []
    languages: list[str] = []
    countries: list[str] = []
    overlay_fields: list[str] = ["price"]
    corridor_low_percent: Decimal | None = None
    corridor_high_percent: Decimal | None = None
    advertised_low_percent: Decimal | None = None
    note: str = ""


class AgreementOut(BaseModel):
    """An agreement as either side sees it."""

    id: UUID
    brand_id: UUID
    partner_id: UUID
    name: str
    market: str
    state: str
    revision: int
    category_ids: list[UUID]
    product_ids: list[UUID]
    brands: list[str]
    attribute_values: dict[str, list[str]]
    excluded_product_ids: list[UUID]
    languages: list[str]
    countries: list[str]
    overlay_fields: list[str]
    corridor_low_percent: Decimal | None
    corridor_high_percent: Decimal | None
    advertised_low_percent: Decimal | None
    valid_from: date
    valid_to: date | None
