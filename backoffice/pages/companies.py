"""Companies that buy here: open one, and who buys for it."""

from pydantic import BaseModel, Field

from backoffice.pages.parties import said
from kernel.errors import Invalid, Refused
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from storefront.company import BuyerForm, invitations
from tenants import companies, parties
from tenants.parties import PartyDetails


class CompanyForm(BaseModel):
    """A new company."""

    name: str = Field(default="", max_length=500)
    tax_number: str = Field(default="", max_length=60)
    email: str = Field(default="", max_length=500)


def new(visit: Visit) -> Answer:
    """An empty company."""
    return visit.render("backoffice/company_new.html", form=visit.fill(CompanyForm), crumbs=_crumbs(visit, _("New company")))


def make(visit: Visit) -> Answer:
    """Opens it."""
    form: Form[CompanyForm] = visit.form
    try:
        given = form.given
        made = companies.create_company(
            visit.session, visit.actor, PartyDetails(given.name, email=given.email, tax_number=given.tax_number)
        )
    except Invalid as refused:
        form.refuse(refused.problems)
        return visit.render("backoffice/company_new.html", status=422, form=form, crumbs=_crumbs(visit, _("New company")))
    return visit.redirect(visit.url("desk.company", id=made.id, done="made"))


def show(visit: Visit) -> Answer:
    """One company and its buyers."""
    return _page(visit, visit.fill(BuyerForm, {"role": "manager"}))


def add_buyer(visit: Visit) -> Answer:
    """Asks somebody to buy for it."""
    form: Form[BuyerForm] = visit.form
    try:
        given = form.given
        companies.add_buyer(visit.session, visit.actor, visit.id(), given.email, given.name, given.role, invitations(visit))
    except Refused as refused:
        return _page(visit, form.told(refused, "email"), refused.status)
    return visit.redirect(visit.url("desk.company", id=visit.id(), done="asked"))


def remove_buyer(visit: Visit) -> Answer:
    """Somebody no longer buys for it."""
    companies.remove_buyer(visit.session, visit.actor, visit.id(), visit.id("buyer"))
    return visit.redirect(visit.url("desk.company", id=visit.id(), done="removed"))


def _crumbs(visit: Visit, last: str) -> list[tuple[str, str]]:
    return [(_("Customers"), visit.url("desk.customers", kind="companies")), (last, "")]


def _page(visit: Visit, form: Form[BuyerForm], status: int = 200) -> Answer:
    company = companies.company_for(visit.session, visit.actor, visit.id())
    return visit.render(
        "backoffice/company.html",
        status=status,
        company=company,
        buyers=companies.list_buyers(visit.session, visit.actor, company.id),
        ties=[(tie, said(tie)) for tie in parties.ties(visit.session, visit.actor, company.id)],
        form=form,
        crumbs=_crumbs(visit, company.name),
        done=visit.query.get("done", ""),
    )
