"""How the shop follows a brand: what happens to which change by itself, and what happened."""

from pydantic import BaseModel, Field

from catalog import adoptions, agreements
from catalog.following import ALLOWED, FIELDS
from kernel.errors import Refused
from kernel.i18n import gettext as _
from kernel.i18n import gettext_lazy
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit

NAMES = {
    "name": gettext_lazy("Name"),
    "text": gettext_lazy("Texts"),
    "pictures": gettext_lazy("Pictures"),
    "attributes": gettext_lazy("Specification"),
    "prices": gettext_lazy("List prices"),
    "other": gettext_lazy("Everything else"),
    "added": gettext_lazy("New products"),
    "removed": gettext_lazy("Products that leave the catalog"),
    "price": gettext_lazy("Price"),
}
DOES = {
    "take": gettext_lazy("Take at once"),
    "tell": gettext_lazy("Take and show me"),
    "hold": gettext_lazy("Hold for me"),
    "refuse": gettext_lazy("Keep ours"),
}
OUTCOMES = {
    "take": gettext_lazy("taken"),
    "tell": gettext_lazy("taken and shown to you"),
    "hold": gettext_lazy("held for you"),
    "refuse": gettext_lazy("kept as they were"),
}


class RulesForm(BaseModel):
    """For each field what happens."""

    rules: dict[str, str] = Field(default_factory=dict)
    edit_version: int = 0


def show(visit: Visit) -> Answer:
    """The rules, and what they did lately."""
    adoption = adoptions.rules_for(visit.session, visit.actor, visit.id())
    known = {"rules": adoptions.told_rules(adoption), "edit_version": adoption.edit_version}
    return _page(visit, visit.fill(RulesForm, known))


def save(visit: Visit) -> Answer:
    """Changes the rules."""
    form: Form[RulesForm] = visit.form
    try:
        given = form.given
        adoptions.set_rules(visit.session, visit.actor, visit.id(), given.rules, given.edit_version or None)
    except Refused as refused:
        return _page(visit, form.told(refused), refused.status)
    return visit.redirect(visit.url("portal.following", id=visit.id(), done="saved"))


def _page(visit: Visit, form: Form[RulesForm], status: int = 200) -> Answer:
    agreement = agreements.agreement_for(visit.session, visit.actor, visit.id(), "partner")
    return visit.render(
        "partner_portal/following.html",
        status=status,
        agreement=agreement,
        form=form,
        fields=[{"name": name, "label": NAMES[name], "options": [(do, DOES[do]) for do in ALLOWED[name]]} for name in FIELDS],
        followed=adoptions.list_followed(visit.session, visit.actor, agreement.id),
        names=NAMES,
        outcomes=OUTCOMES,
        may_change=visit.actor.can("agreement.accept"),
        crumbs=[(agreement.name, visit.url("portal.offer", id=agreement.id)), (_("Rules for changes"), "")],
        done=visit.query.get("done", ""),
    )
