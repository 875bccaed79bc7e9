"""Variants of one product: what they differ by, which there are, and one more by hand."""

from typing import Any

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from catalog import list_prices, product_kinds, products
from catalog.attribute_values import shown
from catalog.attributes import list_attributes
from catalog.drafts import facts_of
from catalog.models import Attribute, Product
from kernel.errors import Invalid, NotThere, Problem, Refused
from kernel.i18n import gettext as _
from kernel.money import Money
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit


class AxesForm(BaseModel):
    """What the variants will differ by."""

    axes: list[str] = Field(default_factory=list)


class VariantForm(BaseModel):
    """One more variant: its number, a value on every axis, list prices per currency."""

    sku: str = Field(default="", max_length=200)
    values: dict[str, str] = Field(default_factory=dict)
    prices: dict[str, str] = Field(default_factory=dict)


def show(visit: Visit) -> Answer:
    """All variants with the words of their values and their prices."""
    return _page(visit, _parent(visit))


def choose_axes(visit: Visit) -> Answer:
    """From now on one buys variants of this product."""
    form: Form[AxesForm] = visit.form
    product = _parent(visit)
    try:
        product_kinds.make_parent(visit.session, visit.actor, product.id, form.given.axes)
    except Refused as refused:
        return _page(visit, product, axes=form.told(refused), status=refused.status)
    return visit.redirect(visit.url("desk.variants", id=product.id, done="axes"))


def add(visit: Visit) -> Answer:
    """Adds a variant; it shows in the shop after the next publication."""
    form: Form[VariantForm] = visit.form
    product = _parent(visit)
    try:
        given = form.given
        made = product_kinds.add_variant(visit.session, visit.actor, product.id, given.sku, given.values)
        if given.prices and visit.actor.can("price.edit"):
            amounts = {currency: amount.strip().replace(",", ".") for currency, amount in given.prices.items()}
            list_prices.set_list_prices(visit.session, visit.actor, made.id, amounts)
    except Invalid as refused:
        at_fields = [Problem(p.where.replace("attribute_values.", "values."), p.reason, p.code) for p in refused.problems]
        return _page(visit, product, form=form.refuse(at_fields), status=422)
    except Refused as refused:
        return _page(visit, product, form=form.told(refused), status=refused.status)
    return visit.redirect(visit.url("desk.variants", id=product.id, done="made"))


def _parent(visit: Visit) -> Product:
    product = products.product_for(visit.session, visit.actor, visit.id())
    if product.parent_id is not None:
        raise NotThere
    return product


def _options(visit: Visit, attribute: Attribute) -> list[tuple[str, str]]:
    facts, languages = facts_of(attribute), [visit.locale, *visit.tenant.languages]
    return [(code, shown(facts, code, languages)) for code in facts.choices]


def _rows(visit: Visit, product: Product, axes: list[Attribute]) -> list[dict[str, Any]]:
    variants = product_kinds.variants_of(visit.session, visit.actor, product.id)
    prices = list_prices.prices_of_all(visit.session, [v.id for v in variants])
    languages = [visit.locale, *visit.tenant.languages]
    return [
        {
            "variant": v,
            "values": [shown(facts_of(a), v.attribute_values[a.code], languages) if a.code in v.attribute_values else "–" for a in axes],
            "prices": [Money.of(amount, currency) for currency, amount in prices.get(v.id, {}).items()],
        }
        for v in variants
    ]


def _page(
    visit: Visit, product: Product, form: Form[VariantForm] | None = None, axes: Form[AxesForm] | None = None, status: int = 200
) -> Answer:
    known = {a.code: a for a in list_attributes(visit.session, visit.actor)}
    chosen = [known[code] for code in product.axes if code in known]
    name = label_of(visit, product.names, product.sku)
    return visit.render(
        "backoffice/variants.html",
        status=status,
        product=product,
        name=name,
        is_parent=product.kind == "variant_parent",
        axes=[(a, label_of(visit, a.labels, a.code), _options(visit, a)) for a in chosen],
        rows=_rows(visit, product, chosen),
        possible=[(a.code, label_of(visit, a.labels, a.code)) for a in known.values() if a.is_axis],
        currencies=sorted({m.currency for m in visit.tenant.markets}),
        form=form or visit.fill(VariantForm),
        axes_form=axes or visit.fill(AxesForm),
        crumbs=[(_("Products"), visit.url("desk.products")), (name, visit.url("desk.product", id=product.id)), (_("Variants"), "")],
        done=visit.query.get("done", ""),
    )
