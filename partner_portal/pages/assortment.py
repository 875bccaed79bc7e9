"""What the partner's shop sells of a brand: own prices within the corridor, own words, hidden products."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from catalog import agreements, overlays
from catalog.brand_changes import adoption_of
from catalog.choosable import choosable_categories
from catalog.choosing import choice_of
from catalog.overlays import SharedProduct
from catalog.pricing import allowed_range
from catalog.provenance import FieldOrigin, provenance
from catalog.shared_goods import ONLY, Only, page_of_shared
from kernel.errors import Invalid, NotThere, Refused
from kernel.i18n import gettext as _
from kernel.ids import parse_id
from kernel.money import Money
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from partner_portal.pages.following import DOES, NAMES


class PriceForm(BaseModel):
    """An own price; empty goes back to the list price."""

    currency: str = Field(max_length=3)
    amount: str = Field(default="", max_length=30)


class PercentForm(BaseModel):
    """All prices at once: list price plus so many percent."""

    currency: str = Field(max_length=3)
    percent: Decimal = Field(ge=-100, le=1000)


class WordsForm(BaseModel):
    """Own name and text per language; empty ones go back to the brand's."""

    names: dict[str, str] = Field(default_factory=dict)
    texts: dict[str, str] = Field(default_factory=dict)
    edit_version: int = 0


class HideForm(BaseModel):
    """Out of the shop, or back."""

    hidden: bool = False


def show(visit: Visit) -> Answer:
    """Articles by number with list price, own price and what is allowed: all, or those the brand changed, those with an
    own price, those that are hidden."""
    return _page(visit)


def set_price(visit: Visit) -> Answer:
    """Sets one price."""
    given: PriceForm = visit.form.given
    try:
        overlays.set_price(visit.session, visit.actor, visit.id(), visit.id("product"), given.currency, _amount(given.amount))
    except Invalid as refused:
        return _page(visit, refused.problems[0].reason, str(visit.id("product")), given.amount)
    return _back(visit, "priced")


def set_percent(visit: Visit) -> Answer:
    """Sets all prices."""
    given: PercentForm = visit.form.given
    try:
        count = overlays.set_prices_by_percent(visit.session, visit.actor, visit.id(), given.currency, given.percent)
    except Refused as refused:
        reason = _(refused.problems[0].reason if isinstance(refused, Invalid) and refused.problems else refused.message)
        return _page(visit, reason)
    return visit.redirect(visit.url("portal.assortment", id=visit.id(), done="percent", count=count))


def hide(visit: Visit) -> Answer:
    """Takes a product out of the shop, or puts it back."""
    overlays.set_hidden(visit.session, visit.actor, visit.id(), visit.id("product"), visit.form.given.hidden)
    return _back(visit, "hidden" if visit.form.given.hidden else "shown")


def words(visit: Visit) -> Answer:
    """One product's words, the brand's beside one's own."""
    entry = _entry(visit)
    overlay = entry.overlay
    known = {"names": overlay.names, "texts": overlay.texts, "edit_version": overlay.edit_version} if overlay else {"edit_version": 0}
    return _words_page(visit, entry, visit.fill(WordsForm, known))


def save_words(visit: Visit) -> Answer:
    """Saves own words."""
    form: Form[WordsForm] = visit.form
    entry = _entry(visit)
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    try:
        given = form.given
        overlays.set_words(
            visit.session, visit.actor, agreement.id, visit.id("product"),
            given.names if "name" in agreement.overlay_fields else None,
            given.texts if "text" in agreement.overlay_fields else None,
            given.edit_version or None,
        )  # fmt: skip
    except Refused as refused:
        return _words_page(visit, entry, form.told(refused), refused.status)
    return visit.redirect(visit.url("portal.words", id=visit.id(), product=visit.id("product"), done="saved"))


def _back(visit: Visit, done: str) -> Answer:
    """To the page of the list that the form stood on."""
    kept = {name: visit.query.get(name) or None for name in ("q", "only", "page", "category")}
    return visit.redirect(visit.url("portal.assortment", id=visit.id(), **kept, done=done))


def _amount(text: str) -> Decimal | str:
    if not text.strip():
        return ""
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise Invalid.at("amount", _("Please give a number.")) from error


def _entry(visit: Visit) -> SharedProduct:
    found = overlays.list_shared(visit.session, visit.actor, visit.id(), [visit.id("product")])
    entry = next((s for s in found if s.payload["id"] == str(visit.id("product"))), None)
    if entry is None:
        raise NotThere
    return entry


def _row(entry: SharedProduct, currency: str, agreement: Any) -> dict[str, Any]:
    listed = entry.payload["prices"].get(currency)
    money = Money.of(listed, currency) if listed else None
    own = (entry.overlay.prices if entry.overlay else {}).get(currency)
    low, high = allowed_range(money, overlays.corridor_of(agreement)) if money else (None, None)
    values = " · ".join(v for v in (entry.payload.get("texts") or {}).values())
    return {
        "id": entry.payload["id"],
        "sku": entry.payload["sku"],
        "name": entry.payload["name"],
        "choice": values,
        "is_variant": bool(entry.payload["parent_id"]),
        "is_parent": entry.payload["kind"] == "variant_parent",
        "listed": money,
        "own": Money.of(own, currency).rounded() if own else None,
        "low": low,
        "high": high,
        "hidden": bool(entry.overlay and entry.overlay.hidden),
        "worded": bool(entry.overlay and (entry.overlay.names or entry.overlay.texts)),
    }


def _page(visit: Visit, reason: str = "", at: str = "", typed: str = "") -> Answer:
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    currency = visit.tenant.default_market.currency
    text = visit.query.get("q", "").strip()
    only: Only = next((o for o in ONLY if o == visit.query.get("only")), "")
    category = parse_id(visit.query.get("category", ""))
    found = page_of_shared(visit.session, visit.actor, agreement, currency, text, only, visit.number("page", 1), category)
    choice = choice_of(adoption_of(visit.session, agreement.id))
    return visit.render(
        "partner_portal/assortment.html",
        status=422 if reason else 200,
        agreement=agreement,
        currency=currency,
        found=found,
        rows=[_row(s, currency, agreement) for s in found.rows],
        tabs=_tabs(visit, agreement.id, {"q": text or None, "category": str(category) if category else None}, found.counts, only),
        kept={
            "q": text or None,
            "only": only or None,
            "page": found.page if found.page > 1 else None,
            "category": str(category) if category else None,
        },
        category=str(category or ""),
        categories=choosable_categories(visit.session, agreement, visit.tenant.default_market.default_language),
        choice=choice,
        picked={str(one) for one in choice.picked_ids},
        may_choose=visit.actor.can("agreement.accept"),
        text=text,
        reason=reason,
        at=at,
        typed=typed,
        may_price="price" in agreement.overlay_fields and visit.actor.can("price.edit"),
        crumbs=[(agreement.name, visit.url("portal.offer", id=agreement.id)), (_("Products"), "")],
        done=visit.query.get("done", ""),
        count=visit.query.get("count", ""),
    )


def _tabs(
    visit: Visit, agreement_id: UUID, kept: Mapping[str, str | None], counts: Mapping[Only, int], chosen: Only
) -> list[dict[str, Any]]:
    labels: dict[Only, str] = {
        "": _("All"),
        "changed": _("Changed by the brand"),
        "own_price": _("With your own price"),
        "hidden": _("Hidden"),
        "left_out": _("Not chosen"),
    }
    return [
        {
            "label": label,
            "url": visit.url("portal.assortment", id=agreement_id, only=only or None, **kept),
            "count": counts[only],
            "current": only == chosen,
        }
        for only, label in labels.items()
    ]


def _origins(visit: Visit, agreement_id: UUID) -> list[FieldOrigin]:
    currency = visit.tenant.default_market.currency
    return provenance(visit.session, visit.actor, agreement_id, visit.id("product"), currency, visit.tenant.default_market.default_language)


def _words_page(visit: Visit, entry: SharedProduct, form: Form[WordsForm], status: int = 200) -> Answer:
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    return visit.render(
        "partner_portal/words.html",
        status=status,
        agreement=agreement,
        entry=entry,
        form=form,
        languages=visit.tenant.languages,
        origins=_origins(visit, agreement.id),
        names=NAMES,
        does=DOES,
        crumbs=[
            (agreement.name, visit.url("portal.offer", id=agreement.id)),
            (_("Products"), visit.url("portal.assortment", id=agreement.id)),
            (entry.payload["name"], ""),
        ],
        done=visit.query.get("done", ""),
    )
