"""The catalog desk: products with their state, editing one, its pictures and variants."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from backoffice.attribute_sheet import place_errors, sheet_of, shown_values, typed_values
from backoffice.labels import label_of, step_of
from backoffice.pages.completeness import dials_of
from backoffice.pages.documents import ACCEPT as DOCUMENT_KINDS
from backoffice.pages.documents import targets_of
from backoffice.pages.packaging import equations_of
from backoffice.pages.relations import lists_for
from backoffice.thumbs import thumbs_of
from catalog import categories, completeness, list_prices, media, products, worklist
from catalog.attributes import list_attributes
from catalog.families import family_for
from catalog.lifecycle import DATES
from catalog.models import Attribute, Product
from catalog.models.product import PRODUCT_STATUSES
from catalog.product_kinds import variants_of
from catalog.products import ProductEdit
from catalog.scoring import ScoredPlace, scored_places
from catalog.trade_numbers import TRADE
from kernel.errors import Invalid, NotThere, Refused
from kernel.i18n import country_names
from kernel.i18n import gettext as _
from kernel.ids import parse_id
from kernel.money import minor_unit
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

PICTURES_BYTES = 60_000_000
GAPS = ("complete", "open", "held")


class ProductForm(BaseModel):
    """A product as the desk edits it: texts per language, values per attribute, list prices per currency."""

    sku: str = Field(default="", max_length=200)
    status: str = Field(default="draft", max_length=20)
    brand: str = Field(default="", max_length=200)
    gtin: str = Field(default="", max_length=40)
    weight_kg: str = Field(default="", max_length=40)
    manufacturer: str = Field(default="", max_length=200)
    manufacturer_number: str = Field(default="", max_length=200)
    customs_code: str = Field(default="", max_length=40)
    origin_country: str = Field(default="", max_length=2)
    new_until: str = Field(default="", max_length=10)
    phase_out_from: str = Field(default="", max_length=10)
    end_on: str = Field(default="", max_length=10)
    names: dict[str, str] = Field(default_factory=dict)
    summaries: dict[str, str] = Field(default_factory=dict)
    texts: dict[str, str] = Field(default_factory=dict)
    values: dict[str, Any] = Field(default_factory=dict)
    prices: dict[str, str] = Field(default_factory=dict)
    categories: list[str] = Field(default_factory=list)
    edit_version: int = 0


class PicturesForm(BaseModel):
    """Words for the pictures that are uploaded, per language."""

    alts: dict[str, str] = Field(default_factory=dict)


def show(visit: Visit) -> Answer:
    """Products by article number, with search, state and category."""
    query = visit.query
    status = query.get("status") if query.get("status") in PRODUCT_STATUSES else None
    category = parse_id(query.get("category", ""))
    text = query.get("q", "").strip()
    gaps = query.get("gaps") if query.get("gaps") in GAPS else ""
    place = place_of(visit)
    found = products.list_products(
        visit.session, visit.actor, text, status, category, visit.number("page", 1), gaps=(place, gaps) if place and gaps else None
    )
    return visit.render(
        "backoffice/products.html",
        found=found,
        thumbs=thumbs_of(visit, [product.id for product in found.products]),
        pages=max(1, -(-found.total // found.per_page)),
        scores=worklist.kept_scores(visit.session, visit.actor, place, [p.id for p in found.products]) if place else {},
        place=place,
        gaps=gaps,
        text=text,
        state=status or "",
        category=str(category or ""),
        categories=[(str(c.id), step_of(visit, c)) for c in categories.list_categories(visit.session, visit.actor)],
        done=query.get("done", ""),
    )


def place_of(visit: Visit) -> ScoredPlace | None:
    """Where completeness is told in lists: the main market in the language of the page, or in its first."""
    places = scored_places(visit.tenant.markets)
    return next((p for p in places if p.language == visit.locale), places[0] if places else None)


def new(visit: Visit) -> Answer:
    """An empty product."""
    visit.actor.must("catalog.edit")
    return _page(visit, visit.fill(ProductForm, {"status": "draft"}), None)


def make(visit: Visit) -> Answer:
    """Makes a product."""
    form: Form[ProductForm] = visit.form
    try:
        made = products.make_product(visit.session, visit.actor, _edit(visit, form))
        _prices(visit, made.id, form.given)
        completeness.refresh(visit.session, [made.id])
    except Invalid as refused:
        return _page(visit, form.refuse(refused.problems), None, 422)
    return visit.redirect(visit.url("desk.product", id=made.id, done="made"))


def edit(visit: Visit) -> Answer:
    """One product, ready to be changed."""
    product = products.product_for(visit.session, visit.actor, visit.id())
    return _page(visit, visit.fill(ProductForm, known(visit, product)), product)


def change(visit: Visit) -> Answer:
    """Saves it; somebody else's change in between is never overwritten."""
    form: Form[ProductForm] = visit.form
    product = products.product_for(visit.session, visit.actor, visit.id())
    try:
        products.edit_product(visit.session, visit.actor, product.id, _edit(visit, form), form.given.edit_version)
        _prices(visit, product.id, form.given)
        completeness.refresh(visit.session, [product.parent_id or product.id])
    except Refused as refused:
        return _page(visit, form.told(refused), product, refused.status)
    return visit.redirect(visit.url("desk.product", id=product.id, done="saved"))


def remove(visit: Visit) -> Answer:
    """Removes a product that was never published."""
    products.remove_product(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.products", done="removed"))


def add_pictures(visit: Visit) -> Answer:
    """Takes pictures in; sizes and formats follow in the background."""
    form: Form[PicturesForm] = visit.form
    product = products.product_for(visit.session, visit.actor, visit.id())
    try:
        for file in form.files.get("pictures", []):
            media.add_picture(visit.session, visit.actor, product.id, file.file.read(), form.given.alts)
    except Invalid as refused:
        page = visit.fill(ProductForm, known(visit, product))
        page.errors["pictures"] = refused.problems[0].reason
        return _page(visit, page, product, 422)
    return visit.redirect(visit.url("desk.product", id=product.id, done="pictures"))


def remove_picture(visit: Visit) -> Answer:
    """Takes a picture away; what is published keeps it until the next publication."""
    product = products.product_for(visit.session, visit.actor, visit.id())
    if visit.id("picture") not in {picture.id for picture in media.pictures_of(visit.session, product.id)}:
        raise NotThere
    media.remove_picture(visit.session, visit.actor, visit.id("picture"))
    return visit.redirect(visit.url("desk.product", id=visit.id(), done="saved"))


def _edit(visit: Visit, form: Form[ProductForm]) -> ProductEdit:
    """The typed form as an edit."""
    given = form.given
    return ProductEdit(
        sku=given.sku,
        status=given.status,
        names=given.names,
        summaries=given.summaries,
        texts=given.texts,
        category_ids=[found for c in given.categories if (found := parse_id(c))],
        attribute_values=typed_values(form, list_attributes(visit.session, visit.actor)),
        brand=given.brand,
        gtin=given.gtin,
        weight_kg=given.weight_kg,
        **{name: getattr(given, name) for name in (*TRADE, *DATES)},
    )


def known(visit: Visit, product: Product) -> dict[str, Any]:
    """A product as the form shows it."""
    prices = list_prices.prices_of(visit.session, product.id)
    return {
        "sku": product.sku,
        "status": product.status,
        "brand": product.brand,
        "gtin": product.gtin,
        "weight_kg": "" if product.weight_kg is None else f"{product.weight_kg.normalize():f}",
        **{name: getattr(product, name) for name in TRADE},
        **{name: str(getattr(product, name) or "") for name in DATES},
        "names": product.names,
        "summaries": product.summaries,
        "texts": product.texts,
        "values": shown_values(visit, product.attribute_values, list_attributes(visit.session, visit.actor)),
        "prices": {currency: typed_amount(amount, currency) for currency, amount in prices.items()},
        "categories": [str(c) for c in product.category_ids],
        "edit_version": product.edit_version,
    }


def typed_amount(amount: Decimal, currency: str) -> str:
    """An amount as somebody types it: with the currency's own digits, or more where it has more, so that saving the page
    changes no price."""
    coins = amount.quantize(minor_unit(currency))
    return f"{coins:f}" if coins == amount else f"{amount.normalize():f}"


def _prices(visit: Visit, product_id: UUID, given: ProductForm) -> None:
    if given.prices and visit.actor.can("price.edit"):
        list_prices.set_list_prices(visit.session, visit.actor, product_id, given.prices)


def _options(visit: Visit, attribute: Attribute) -> list[tuple[str, str]]:
    return [(c["code"], label_of(visit, c.get("labels", {}), c["code"])) for c in attribute.choices]


def _page(visit: Visit, form: Form[ProductForm], product: Product | None, status: int = 200) -> Answer:
    known_attributes = list_attributes(visit.session, visit.actor)
    place_errors(form)
    attributes = [(a, label_of(visit, a.labels, a.code), _options(visit, a)) for a in known_attributes]
    tree = categories.list_categories(visit.session, visit.actor)
    family = family_for(visit.session, visit.actor, product.family_id) if product and product.family_id else None
    sheet = sheet_of(visit, product, family, known_attributes)
    name = label_of(visit, product.names) if product else ""
    return visit.render(
        "backoffice/product.html",
        status=status,
        form=form,
        product=product,
        heading=name or (product.sku if product else ""),
        attributes=attributes,
        sheet=sheet,
        document_targets=targets_of(sheet) if product else [],
        document_kinds=DOCUMENT_KINDS,
        dials=dials_of(visit, product, known_attributes) if product else [],
        family_name=label_of(visit, family.names, family.code) if family else "",
        categories=[(str(c.id), step_of(visit, c)) for c in tree],
        languages=visit.tenant.languages,
        currencies=sorted({m.currency for m in visit.tenant.markets}),
        variants=variants_of(visit.session, visit.actor, product.id) if product else [],
        pictures=media.pictures_of(visit.session, product.id) if product else [],
        related=lists_for(visit, product) if product else [],
        packaging=equations_of(product) if product else [],
        origins=list(country_names().items()),
        crumbs=[(_("Products"), visit.url("desk.products")), (name or _("New"), "")],
        done=visit.query.get("done", ""),
    )
