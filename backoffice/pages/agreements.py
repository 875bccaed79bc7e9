"""The sharing desk of a brand: which partner sells what, on which terms."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from backoffice.labels import label_of
from catalog import agreements, feed_keys
from catalog.attributes import list_attributes
from catalog.categories import list_categories
from catalog.covering import brands_sold, count_covered, numbers_of_products, products_of_numbers
from catalog.models import Agreement
from catalog.states import AGREEMENT
from catalog.terms import Terms, terms_from_json, terms_of
from kernel import clock
from kernel.errors import Invalid, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from tenants.directory import list_tenants, tenant_names

OVERLAYS = ("name", "text", "price")


class TermsForm(BaseModel):
    """Terms as the desk asks for them."""

    partner: UUID | None = None
    name: str = Field(default="", max_length=300)
    market_code: str = Field(default="", max_length=20)
    valid_from: date = Field(default_factory=clock.today)
    valid_to: date | None = None
    categories: list[UUID] = Field(default_factory=list)
    brands: list[str] = Field(default_factory=list)
    values: list[str] = Field(default_factory=list)
    products: str = Field(default="", max_length=40_000)
    excluded: str = Field(default="", max_length=40_000)
    countries: list[str] = Field(default_factory=list)
    languages: list[str] = Field(default_factory=list)
    overlay_fields: list[str] = Field(default_factory=list)
    corridor_low_percent: Decimal | None = None
    corridor_high_percent: Decimal | None = None
    advertised_low_percent: Decimal | None = None
    note: str = Field(default="", max_length=4000)


def show(visit: Visit) -> Answer:
    """All agreements with their partners and states."""
    found = agreements.list_agreements(visit.session, visit.actor, "brand")
    names = tenant_names(visit.session, [a.partner_tenant_id for a in found])
    return visit.render("backoffice/agreements.html", rows=[(a, names[a.partner_tenant_id]) for a in found])


def new(visit: Visit) -> Answer:
    """Terms to offer to a partner."""
    market = visit.tenant.default_market
    first = {"market_code": market.code, "overlay_fields": list(OVERLAYS), "valid_from": clock.today().isoformat()}
    return _terms_page(visit, visit.fill(TermsForm, first), None)


def offer(visit: Visit) -> Answer:
    """Offers them."""
    form: Form[TermsForm] = visit.form
    try:
        given = form.given
        if given.partner is None:
            raise Invalid.at("partner", "Please choose a partner.", "missing")
        made = agreements.offer(visit.session, visit.actor, given.partner, _terms(visit, given))
    except Refused as refused:
        return _terms_page(visit, form.told(refused), None, refused.status)
    return visit.redirect(visit.url("desk.agreement", id=made.id, done="offered"))


def agreement(visit: Visit) -> Answer:
    """One agreement: terms, state, the one next action."""
    found = agreements.agreement_for(visit.session, visit.actor, visit.id(), "brand")
    names = tenant_names(visit.session, [found.partner_tenant_id])
    return visit.render(
        "backoffice/agreement.html",
        agreement=found,
        partner=names[found.partner_tenant_id],
        meaning=_(AGREEMENT.states[found.state].meaning),
        verbs=[m.verb for m in AGREEMENT.allowed(found.state) if m.permission == "agreement.offer" and visit.actor.can(m.permission)],
        terms=words_of(visit, terms_of(found)),
        proposed=words_of(visit, terms_from_json(found.proposed)) if found.proposed else None,
        covered=count_covered(visit.session, found),
        keys=feed_keys.list_keys(visit.session, visit.actor, found.id),
        may_stop=visit.actor.can("agreement.offer"),
        crumbs=[(_("Sharing"), visit.url("desk.agreements")), (found.name, "")],
        done=visit.query.get("done", ""),
    )


def edit(visit: Visit) -> Answer:
    """Other terms to propose."""
    found = agreements.agreement_for(visit.session, visit.actor, visit.id(), "brand")
    terms = terms_of(found)
    known = {
        **{name: value for name, value in terms.__dict__.items() if name != "attribute_values"},
        "categories": [str(c) for c in terms.category_ids],
        "values": [f"{code}={value}" for code, values in terms.attribute_values.items() for value in values],
        "products": "\n".join(numbers_of_products(visit.session, terms.product_ids)),
        "excluded": "\n".join(numbers_of_products(visit.session, terms.excluded_product_ids)),
        "partner": str(found.partner_tenant_id),
    }
    return _terms_page(visit, visit.fill(TermsForm, known), found)


def amend(visit: Visit) -> Answer:
    """Proposes them; the old ones hold until the partner has answered."""
    form: Form[TermsForm] = visit.form
    found = agreements.agreement_for(visit.session, visit.actor, visit.id(), "brand")
    try:
        agreements.amend(visit.session, visit.actor, found.id, _terms(visit, form.given))
    except Refused as refused:
        return _terms_page(visit, form.told(refused), found, refused.status)
    return visit.redirect(visit.url("desk.agreement", id=found.id, done="amended"))


def suspend(visit: Visit) -> Answer:
    """Pauses selling."""
    agreements.suspend(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.agreement", id=visit.id(), done="saved"))


def resume(visit: Visit) -> Answer:
    """Lets selling go on."""
    agreements.resume(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.agreement", id=visit.id(), done="saved"))


def end(visit: Visit) -> Answer:
    """Ends it."""
    agreements.end(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.agreement", id=visit.id(), done="saved"))


def withdraw(visit: Visit) -> Answer:
    """Takes it back: selling stops at once."""
    agreements.withdraw(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("desk.agreement", id=visit.id(), done="withdrawn"))


def stop_key(visit: Visit) -> Answer:
    """Stops a partner's key to the feed."""
    feed_keys.stop_key(visit.session, visit.actor, visit.id(), visit.id("key"))
    return visit.redirect(visit.url("desk.agreement", id=visit.id(), done="stopped"))


def words_of(visit: Visit, terms: Terms) -> dict[str, Any]:
    """Terms as a page shows them: categories, attributes and products by their names and numbers."""
    names = {c.id: label_of(visit, c.names, c.code) for c in list_categories(visit.session, visit.actor)}
    return {
        **terms.__dict__,
        "categories": [names[c] for c in terms.category_ids if c in names],
        "rule": rule_words(visit, terms.attribute_values),
        "products": numbers_of_products(visit.session, terms.product_ids),
        "excluded": numbers_of_products(visit.session, terms.excluded_product_ids),
    }


def rule_words(visit: Visit, rule: Mapping[str, Sequence[str]]) -> list[str]:
    """Each condition as "Colour: red or blue"."""
    if not rule:
        return []
    known = {a.code: a for a in list_attributes(visit.session, visit.actor)}
    told = []
    for code, values in rule.items():
        choices = {c["code"]: label_of(visit, c["labels"], c["code"]) for c in known[code].choices} if code in known else {}
        label = label_of(visit, known[code].labels, code) if code in known else code
        told.append(f"{label}: " + f" {_('or')} ".join(choices.get(value, value) for value in values))
    return told


def _terms(visit: Visit, given: TermsForm) -> Terms:
    rule: dict[str, list[str]] = {}
    for told in given.values:
        code, _equals, value = told.partition("=")
        rule.setdefault(code, []).append(value)
    return Terms(
        name=given.name,
        market_code=given.market_code,
        valid_from=given.valid_from,
        valid_to=given.valid_to,
        category_ids=tuple(given.categories),
        product_ids=tuple(products_of_numbers(visit.session, visit.actor, given.products.splitlines(), "products")),
        brands=tuple(given.brands),
        attribute_values=rule,
        excluded_product_ids=tuple(products_of_numbers(visit.session, visit.actor, given.excluded.splitlines(), "excluded")),
        languages=tuple(given.languages),
        countries=tuple(given.countries),
        overlay_fields=tuple(given.overlay_fields),
        corridor_low_percent=given.corridor_low_percent,
        corridor_high_percent=given.corridor_high_percent,
        advertised_low_percent=given.advertised_low_percent,
        note=given.note,
    )


def _terms_page(visit: Visit, form: Form[TermsForm], found: Agreement | None, status: int = 200) -> Answer:
    tree = list_categories(visit.session, visit.actor)
    return visit.render(
        "backoffice/terms.html",
        status=status,
        form=form,
        agreement=found,
        partners=[(str(t.id), t.name) for t in list_tenants(visit.session, "partner")],
        markets=[(m.code, m.name) for m in visit.tenant.markets],
        languages=visit.tenant.languages,
        countries=sorted({country for m in visit.tenant.markets for country in m.countries}),
        brands=brands_sold(visit.session, visit.actor),
        rules_to_choose=_rules_to_choose(visit),
        categories_to_choose=[(str(c.id), label_of(visit, c.names, c.code), "", len(c.path) - 1) for c in tree],
        crumbs=[(_("Sharing"), visit.url("desk.agreements")), (found.name if found else _("New offer"), "")],
    )


def _rules_to_choose(visit: Visit) -> list[dict[str, Any]]:
    """What shoppers filter by and has a list of values."""
    found = []
    for attribute in list_attributes(visit.session, visit.actor):
        if attribute.filterable and attribute.choices:
            options = [(f"{attribute.code}={c['code']}", label_of(visit, c["labels"], c["code"]), "") for c in attribute.choices]
            found.append({"label": label_of(visit, attribute.labels, attribute.code), "options": options})
    return found
