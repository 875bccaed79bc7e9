"""JSON: products, publications, agreements and search under /api/v1, for machine clients with the scopes of the same names."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from catalog import agreements, list_prices, products, publishing, versions
from catalog.assortment import cards_for, sources_for, view_for
from catalog.models import Agreement, Product, Publication
from catalog.products import ProductEdit
from catalog.search.pg import PgSearch
from catalog.search.provider import Filters, Page, Sort
from catalog.sources import search_scope
from catalog.terms import Terms
from kernel import tenancy
from kernel.errors import Invalid
from kernel.web.access import ANYONE, scope
from kernel.web.cursors import Page as CursorPage
from kernel.web.cursors import pack, unpack
from kernel.web.routes import Entry, api
from kernel.web.visit import Visit

ENGINE = PgSearch()
MOST = 200


class Strict(BaseModel):
    """Unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid")


class ListQuery(Strict):
    """`after` is the cursor of the page before; `limit` 1 to 200."""

    after: str | None = None
    limit: int = Field(default=50, ge=1, le=MOST)


class ProductIn(Strict):
    """A product as it is written; what is left out stays as it is (PATCH) or empty (POST). Texts by language tag."""

    sku: str | None = None
    status: str | None = None
    names: dict[str, str] | None = None
    summaries: dict[str, str] | None = None
    texts: dict[str, str] | None = None
    category_ids: list[UUID] | None = None
    attribute_values: dict[str, Any] | None = None
    brand: str | None = None
    gtin: str | None = None
    unit: str | None = None
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
    status: str
    names: dict[str, str]
    summaries: dict[str, str]
    texts: dict[str, str]
    category_ids: list[UUID]
    attribute_values: dict[str, Any]
    brand: str
    gtin: str
    unit: str
    weight_kg: Decimal | None
    tax_class: str
    prices: dict[str, Decimal]
    edit_version: int
    updated_at: datetime


class PublishIn(Strict):
    """Which market to publish."""

    market: str
    note: str = Field(default="", max_length=300)


class PublishedOut(BaseModel):
    """The market's version now; `is_new` is false where nothing had changed."""

    market: str
    version: int
    is_new: bool


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


class TermsIn(Strict):
    """What a brand offers to a partner; see catalog.terms.Terms."""

    partner_id: UUID
    name: str
    market: str
    valid_from: date
    valid_to: date | None = None
    category_ids: list[UUID] = []
    product_ids: list[UUID] = []
    languages: list[str] = []
    countries: list[str] = []
    overlay_fields: list[str] = ["price"]
    corridor_low_percent: Decimal | None = None
    corridor_high_percent: Decimal | None = None
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
    languages: list[str]
    countries: list[str]
    overlay_fields: list[str]
    corridor_low_percent: Decimal | None
    corridor_high_percent: Decimal | None
    valid_from: date
    valid_to: date | None


class AgreementsOut(BaseModel):
    """All agreements of the tenant, newest first."""

    items: list[AgreementOut]


class SearchQuery(Strict):
    """What a shopper would type, in a market and language of this shop."""

    market: str
    language: str
    q: str = Field(default="", max_length=200)
    category: UUID | None = None
    sort: Sort | None = None
    page: int = Field(default=1, ge=1, le=400)
    limit: int = Field(default=24, ge=1, le=100)


class HitOut(BaseModel):
    """A product as this shop sells it, at this shop's price."""

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


class SearchOut(BaseModel):
    """One page; `total` is exact."""

    items: list[HitOut]
    total: int
    corrected: str | None


def list_products(visit: Visit) -> CursorPage[ProductOut]:
    """Products and variants by article number."""
    visit.actor.must("catalog.view")
    query, limit = select(Product).where(Product.tenant_id == tenancy.current()), visit.filter.limit
    if (after := unpack(visit.filter.after, 1)) is not None:
        query = query.where(Product.sku > str(after[0]))
    rows = list(visit.session.scalars(query.order_by(Product.sku).limit(limit + 1)))
    prices = list_prices.prices_of_all(visit.session, [p.id for p in rows[:limit]])
    items = [product_out(p, prices.get(p.id, {})) for p in rows[:limit]]
    return CursorPage[ProductOut](items=items, next=pack([rows[limit - 1].sku]) if len(rows) > limit else None)


def show_product(visit: Visit) -> ProductOut:
    """One product."""
    found = products.product_for(visit.session, visit.actor, visit.id())
    return product_out(found, list_prices.prices_of(visit.session, found.id))


def make_product(visit: Visit) -> ProductOut:
    """A new product; it shows in shops after the next publication."""
    made = products.make_product(visit.session, visit.actor, _edit(visit.form))
    return _priced(visit, made)


def change_product(visit: Visit) -> ProductOut:
    """Changes what is named and leaves the rest."""
    changed = products.edit_product(visit.session, visit.actor, visit.id(), _edit(visit.form), visit.form.edit_version)
    return _priced(visit, changed)


def publish(visit: Visit) -> PublishedOut:
    """Makes the edited catalog visible in all languages of a market."""
    made = publishing.publish(visit.session, visit.actor, visit.form.market, visit.form.note)
    return PublishedOut(market=visit.form.market, version=made.version, is_new=made.is_new)


def list_publications(visit: Visit) -> PublicationsOut:
    """Every version of a market, language by language."""
    market = versions.market_for(visit.session, visit.filter.market)
    rows = [p for tag in market.languages for p in versions.list_versions(visit.session, visit.actor, market.code, tag)]
    return PublicationsOut(items=[_publication(p) for p in rows])


def list_agreements(visit: Visit) -> AgreementsOut:
    """What this tenant shares or is given to sell."""
    return AgreementsOut(items=[agreement_out(a) for a in agreements.list_agreements(visit.session, visit.actor)])


def show_agreement(visit: Visit) -> AgreementOut:
    """One agreement, from either side."""
    return agreement_out(agreements.agreement_for(visit.session, visit.actor, visit.id()))


def offer_agreement(visit: Visit) -> AgreementOut:
    """Offers terms to a partner."""
    given: TermsIn = visit.form
    plain = given.model_dump(exclude={"partner_id", "market"})
    lists = {name: tuple(value) for name, value in plain.items() if isinstance(value, list)}
    terms = Terms(**{**plain, **lists, "market_code": given.market})
    return agreement_out(agreements.offer(visit.session, visit.actor, given.partner_id, terms))


MOVES = {
    "accept": agreements.accept,
    "refuse": agreements.refuse,
    "leave": agreements.leave,
    "suspend": agreements.suspend,
    "resume": agreements.resume,
    "end": agreements.end,
    "withdraw": agreements.withdraw,
}


def move_agreement(visit: Visit) -> AgreementOut:
    """Moves an agreement on: accept, refuse, leave (partner); suspend, resume, end, withdraw (brand)."""
    move = MOVES.get(visit.param("verb"))
    if move is None:
        raise Invalid.at("verb", f"Use one of {', '.join(MOVES)}.", "unknown")
    return agreement_out(move(visit.session, visit.actor, visit.id()))


def search(visit: Visit) -> SearchOut:
    """What a shopper would find, at this shop's prices. Public, like the shop itself."""
    wanted: SearchQuery = visit.filter
    view = view_for(visit.session, wanted.market, wanted.language)
    found_sources = sources_for(visit.session, view)
    found = ENGINE.search(
        visit.session,
        search_scope(view, found_sources),
        wanted.q,
        Filters(wanted.category),
        (),
        wanted.sort,
        Page(wanted.page, wanted.limit),
    )
    cards = cards_for(visit.session, view, [hit.product_id for hit in found.hits], found_sources)
    items = [
        HitOut(
            id=c.id, sku=c.sku, slug=c.slug, name=c.name, summary=c.summary, brand=c.brand, price=c.price.money.amount,
            currency=c.price.money.currency, price_is_from=c.price_is_from, includes_tax=c.price.includes_tax,
        )
        for c in cards
    ]  # fmt: skip
    return SearchOut(items=items, total=found.total, corrected=found.corrected_text)


def product_out(product: Product, prices: dict[str, Decimal]) -> ProductOut:
    """A product with its list prices as the API shows it."""
    names = ProductOut.model_fields.keys() - {"prices"}
    return ProductOut(**{name: getattr(product, name) for name in names}, prices=prices)


def agreement_out(a: Agreement) -> AgreementOut:
    """An agreement as the API shows it."""
    names = AgreementOut.model_fields.keys() - {"brand_id", "partner_id", "market"}
    return AgreementOut(**{n: getattr(a, n) for n in names}, brand_id=a.tenant_id, partner_id=a.partner_tenant_id, market=a.market_code)


def _publication(p: Publication) -> PublicationOut:
    names = PublicationOut.model_fields.keys() - {"market"}
    return PublicationOut(**{n: getattr(p, n) for n in names}, market=p.market_code)


def _edit(given: ProductIn) -> ProductEdit:
    return ProductEdit(**given.model_dump(exclude={"prices", "edit_version"}))


def _priced(visit: Visit, product: Product) -> ProductOut:
    if visit.form.prices is not None:
        list_prices.set_list_prices(visit.session, visit.actor, product.id, visit.form.prices)
    visit.session.flush()
    visit.session.refresh(product)
    return product_out(product, list_prices.prices_of(visit.session, product.id))


ROUTES: list[Entry] = [
    api("GET", "/products", list_products, access=scope("catalog.view"), query=ListQuery, reply=CursorPage[ProductOut]),
    api("POST", "/products", make_product, access=scope("catalog.edit"), body=ProductIn, reply=ProductOut, status=201, creates=True),
    api("GET", "/products/{id}", show_product, access=scope("catalog.view"), reply=ProductOut),
    api("PATCH", "/products/{id}", change_product, access=scope("catalog.edit"), body=ProductIn, reply=ProductOut),
    api("GET", "/publications", list_publications, access=scope("catalog.view"), query=MarketQuery, reply=PublicationsOut),
    api("POST", "/publications", publish, access=scope("catalog.publish"), body=PublishIn, reply=PublishedOut, status=201, creates=True),
    api("GET", "/agreements", list_agreements, access=scope("agreement.view"), reply=AgreementsOut),
    api(
        "POST", "/agreements", offer_agreement, access=scope("agreement.offer"), body=TermsIn, reply=AgreementOut, status=201, creates=True
    ),
    api("GET", "/agreements/{id}", show_agreement, access=scope("agreement.view"), reply=AgreementOut),
    api("POST", "/agreements/{id}/{verb}", move_agreement, access=scope("agreement.view"), reply=AgreementOut),
    api("GET", "/search", search, access=ANYONE, query=SearchQuery, reply=SearchOut),
]
