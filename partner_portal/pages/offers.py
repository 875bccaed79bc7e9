"""Agreements with brands: what is offered, on which terms, and the answer."""

from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from catalog import agreements
from catalog.covering import count_covered
from catalog.differences import MOST_COUNTED, count_differences
from catalog.states import AGREEMENT, IN_FORCE
from catalog.terms import terms_from_json, terms_of
from kernel.i18n import format_date, gettext_lazy, ngettext
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.visit import Visit
from tenants.directory import tenant_names


class AnswerForm(BaseModel):
    """A word to the brand; may stay empty."""

    note: str = Field(default="", max_length=2000)


def show(visit: Visit) -> Answer:
    """Every agreement, those that wait for an answer first."""
    found = agreements.list_agreements(visit.session, visit.actor, "partner")
    names = tenant_names(visit.session, [a.tenant_id for a in found])
    rows = sorted(((a, names[a.tenant_id]) for a in found), key=lambda row: row[0].state not in ("offered", "amended"))
    return visit.render("partner_portal/offers.html", rows=rows)


def offer(visit: Visit) -> Answer:
    """One agreement: terms, proposed terms, the one next action."""
    found = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    brand = tenant_names(visit.session, [found.tenant_id])[found.tenant_id]
    in_force = found.state in IN_FORCE
    return visit.render(
        "partner_portal/offer.html",
        agreement=found,
        brand=brand,
        meaning=_(AGREEMENT.states[found.state].meaning),
        verbs=[m.verb for m in AGREEMENT.allowed(found.state) if m.permission == "agreement.accept" and visit.actor.can(m.permission)],
        terms=asdict(terms_of(found)),
        changed=_changed(asdict(terms_of(found)), asdict(terms_from_json(found.proposed))) if found.proposed else [],
        in_force=in_force,
        covered=count_covered(visit.session, found) if in_force else 0,
        waiting=count_differences(visit.session, visit.actor, found.id, MOST_COUNTED + 1) if in_force else 0,
        most_counted=MOST_COUNTED,
        crumbs=[(_("Catalogs from brands"), visit.url("portal.offers")), (found.name, "")],
        done=visit.query.get("done", ""),
    )


def accept(visit: Visit) -> Answer:
    """Takes the offer, or the new terms."""
    agreements.accept(visit.session, visit.actor, visit.id(), visit.form.given.note)
    return visit.redirect(visit.url("portal.offer", id=visit.id(), done="accepted"))


def refuse(visit: Visit) -> Answer:
    """Declines it; old terms go on."""
    agreements.refuse(visit.session, visit.actor, visit.id(), visit.form.given.note)
    return visit.redirect(visit.url("portal.offer", id=visit.id(), done="refused"))


def leave(visit: Visit) -> Answer:
    """Ends it: nothing of it is sold any more."""
    agreements.leave(visit.session, visit.actor, visit.id(), visit.form.given.note)
    return visit.redirect(visit.url("portal.offer", id=visit.id(), done="left"))


LABELS = {
    "name": gettext_lazy("Name of the agreement"),
    "market_code": gettext_lazy("Market"),
    "category_ids": gettext_lazy("Categories"),
    "product_ids": gettext_lazy("Single products"),
    "brands": gettext_lazy("Brands"),
    "attribute_values": gettext_lazy("Properties"),
    "excluded_product_ids": gettext_lazy("Excluded products"),
    "languages": gettext_lazy("Languages"),
    "countries": gettext_lazy("Countries"),
    "overlay_fields": gettext_lazy("You may change"),
    "corridor_low_percent": gettext_lazy("Lowest price, in percent"),
    "corridor_high_percent": gettext_lazy("Highest price, in percent"),
    "advertised_low_percent": gettext_lazy("Lowest price you may show, in percent"),
    "valid_from": gettext_lazy("From"),
    "valid_to": gettext_lazy("To"),
    "note": gettext_lazy("Note"),
}
COUNTED = ("category_ids", "product_ids", "excluded_product_ids")


def _changed(old: dict[str, Any], new: dict[str, Any]) -> list[dict[str, str]]:
    names = [name for name in LABELS if old.get(name) != new[name]]
    return [{"label": str(LABELS[name]), "before": _words(name, old.get(name)), "after": _words(name, new[name])} for name in names]


def _words(name: str, value: Any) -> str:
    if name in COUNTED:
        return ngettext("%(num)s chosen", "%(num)s chosen", len(value or ())) % {"num": len(value or ())}
    if isinstance(value, dict):
        return "; ".join(f"{code}: {', '.join(values)}" for code, values in value.items())
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, (tuple, list)):
        return ", ".join(str(v) for v in value)
    return "" if value is None else str(value)
