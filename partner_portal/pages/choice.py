"""What the shop sells of a brand: everything, by rule or by hand; many products at once, looked at before and undone after."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from catalog import agreements, choosing
from catalog.adoptions import rules_for
from catalog.assortment import view_for
from catalog.choosable import choosable
from catalog.choosing import MODES, Choice, Mode, Preview
from catalog.models import Agreement
from catalog.same_products import lead, same_products
from catalog.shared_goods import ONLY, Only, narrowed
from kernel.errors import Refused
from kernel.i18n import gettext as _
from kernel.ids import parse_id
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from tenants.directory import tenant_names


class ChoiceForm(BaseModel):
    """A choice as the page asks for it; `action` looks at it first or makes it so."""

    mode: Mode = "all"
    categories: list[UUID] = Field(default_factory=list)
    brands: list[str] = Field(default_factory=list)
    values: list[str] = Field(default_factory=list)
    edit_version: int = 0
    action: str = Field(default="preview", pattern="^(preview|apply)$")


class ManyForm(BaseModel):
    """Everything that is found: hidden or shown."""

    hidden: bool = False


class PickForm(BaseModel):
    """One product into the choice, or out of it."""

    is_in: bool = False


class LeadForm(BaseModel):
    """Which of the same products is sold."""

    gtin: str = Field(max_length=20)
    product: UUID


def show(visit: Visit) -> Answer:
    """The choice, and the last changes with a way back."""
    adoption = rules_for(visit.session, visit.actor, visit.id())
    known = choosing.choice_of(adoption)
    typed = {
        "mode": known.mode,
        "categories": [str(one) for one in known.category_ids],
        "brands": list(known.brands),
        "values": [f"{code}={value}" for code, values in known.attribute_values.items() for value in values],
        "edit_version": adoption.edit_version,
    }
    return _page(visit, visit.fill(ChoiceForm, typed))


def choose(visit: Visit) -> Answer:
    """Says what would change; or changes it."""
    form: Form[ChoiceForm] = visit.form
    try:
        given = form.given
        choice = _choice(visit, given)
        if given.action == "preview":
            return _page(visit, form, choosing.preview_choice(visit.session, visit.actor, visit.id(), choice))
        choosing.choose(visit.session, visit.actor, visit.id(), choice, given.edit_version or None)
    except Refused as refused:
        return _page(visit, form.told(refused), status=refused.status)
    return visit.redirect(visit.url("portal.choice", id=visit.id(), done="chosen"))


def undo(visit: Visit) -> Answer:
    """Takes one change back."""
    choosing.undo(visit.session, visit.actor, visit.id(), visit.id("change"))
    return visit.redirect(visit.url("portal.choice", id=visit.id(), done="undone"))


def pick(visit: Visit) -> Answer:
    """Takes one product into the choice by hand, or out of it."""
    choosing.pick(visit.session, visit.actor, visit.id(), [visit.id("product")], visit.form.given.is_in)
    kept = {name: visit.query.get(name) or None for name in ("q", "only", "page", "category")}
    return visit.redirect(visit.url("portal.assortment", id=visit.id(), **kept, done="picked" if visit.form.given.is_in else "dropped"))


def many(visit: Visit) -> Answer:
    """What hiding or showing everything that is found would change."""
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    hidden = visit.query.get("do") != "show"
    preview = choosing.preview_hiding(visit.session, visit.actor, agreement.id, _found(visit, agreement), hidden)
    kept = _kept(visit)
    return visit.render(
        "partner_portal/many.html",
        agreement=agreement,
        preview=preview,
        hidden=hidden,
        kept=kept,
        crumbs=[
            (agreement.name, visit.url("portal.offer", id=agreement.id)),
            (_("Products"), visit.url("portal.assortment", id=agreement.id, **kept)),
            (_("Hide") if hidden else _("Show"), ""),
        ],
    )


def do_many(visit: Visit) -> Answer:
    """Does it."""
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    choosing.hide_many(visit.session, visit.actor, agreement.id, _found(visit, agreement), visit.form.given.hidden)
    return visit.redirect(visit.url("portal.choice", id=agreement.id, done="many"))


def same(visit: Visit) -> Answer:
    """Products that several sources offer, side by side."""
    market = visit.tenant.default_market
    view = view_for(visit.session, market.code, market.default_language)
    groups, more = same_products(visit.session, visit.actor, view, visit.query.get("after", "")[:20])
    names = tenant_names(visit.session, {offer.source_tenant_id for group in groups for offer in group.offers})
    return visit.render(
        "partner_portal/same.html",
        groups=groups,
        names=names,
        following=visit.url("portal.same", after=groups[-1].gtin) if more else "",
        first=visit.url("portal.same") if visit.query.get("after") else "",
        done=visit.query.get("done", ""),
        reason="",
    )


def choose_lead(visit: Visit) -> Answer:
    """Sells this one of them."""
    market = visit.tenant.default_market
    view = view_for(visit.session, market.code, market.default_language)
    lead(visit.session, visit.actor, view, visit.form.given.gtin, visit.form.given.product)
    return visit.redirect(visit.url("portal.same", done="led"))


def _found(visit: Visit, agreement: Agreement) -> Any:
    only: Only = next((one for one in ONLY if one == visit.query.get("only")), "")
    currency = visit.tenant.default_market.currency
    text, category = visit.query.get("q", "").strip(), parse_id(visit.query.get("category", ""))
    return narrowed(visit.session, visit.actor, agreement, currency, text, only, category)


def _kept(visit: Visit) -> dict[str, str | None]:
    return {name: visit.query.get(name) or None for name in ("q", "only", "category")}


def _choice(visit: Visit, given: ChoiceForm) -> Choice:
    values: dict[str, list[str]] = {}
    for told in given.values:
        code, _equals, value = told.partition("=")
        values.setdefault(code, []).append(value)
    picked = choosing.choice_of(rules_for(visit.session, visit.actor, visit.id())).picked_ids
    return Choice(given.mode, tuple(given.categories), tuple(given.brands), values, picked)


def _page(visit: Visit, form: Form[ChoiceForm], preview: Preview | None = None, status: int = 200) -> Answer:
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    known = choosable(visit.session, agreement, visit.tenant.default_market.default_language)
    picked = choosing.choice_of(rules_for(visit.session, visit.actor, agreement.id)).picked_ids
    return visit.render(
        "partner_portal/choice.html",
        status=status,
        agreement=agreement,
        form=form,
        preview=preview,
        modes=MODES,
        picked=len(picked),
        categories=[(str(one), name, "", depth) for one, name, depth in known.categories],
        brands=[(brand, brand, "") for brand in known.brands],
        filters=known.filters,
        changes=choosing.list_changes(visit.session, visit.actor, agreement.id),
        may_choose=visit.actor.can("agreement.accept"),
        crumbs=[(agreement.name, visit.url("portal.offer", id=agreement.id)), (_("What you sell"), "")],
        done=visit.query.get("done", ""),
    )
