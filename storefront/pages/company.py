"""My company: for which one I buy, and who else buys for it."""

from pydantic import BaseModel, Field

from kernel.errors import NotThere, Refused
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.running import SESSION_COOKIE
from kernel.web.visit import Visit
from storefront.company import BuyerForm, invitations
from storefront.shopper import SESSION_SECONDS
from tenants import companies
from tenants.actors import choose_company


class RoleForm(BaseModel):
    """What a buyer may do."""

    role: str = Field(max_length=20)


def show(visit: Visit) -> Answer:
    """The company I buy for now, its buyers, and my other companies."""
    return _page(visit, visit.fill(BuyerForm, {"role": "buyer"}))


def choose(visit: Visit) -> Answer:
    """From now on I buy for this one; the session goes on under a fresh token."""
    started = choose_company(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("company.show", done="chosen")).cookie(SESSION_COOKIE, started.token, SESSION_SECONDS)


def add_buyer(visit: Visit) -> Answer:
    """Asks somebody to buy for the company."""
    form: Form[BuyerForm] = visit.form
    if visit.actor.company_id is None:
        raise NotThere
    try:
        given = form.given
        companies.add_buyer(visit.session, visit.actor, visit.actor.company_id, given.email, given.name, given.role, invitations(visit))
    except Refused as refused:
        return _page(visit, form.told(refused, "email"), refused.status)
    return visit.redirect(visit.url("company.show", done="asked"))


def change_buyer(visit: Visit) -> Answer:
    """Gives a buyer another role."""
    if visit.actor.company_id is None:
        raise NotThere
    companies.change_buyer(visit.session, visit.actor, visit.actor.company_id, visit.id("buyer"), visit.form.given.role)
    return visit.redirect(visit.url("company.show", done="changed"))


def remove_buyer(visit: Visit) -> Answer:
    """Somebody no longer buys for the company."""
    if visit.actor.company_id is None:
        raise NotThere
    companies.remove_buyer(visit.session, visit.actor, visit.actor.company_id, visit.id("buyer"))
    return visit.redirect(visit.url("company.show", done="removed"))


def invitation(visit: Visit) -> Answer:
    """The page behind the link of somebody who has an account and is asked to buy for a company."""
    try:
        account, company = companies.invitation_to(visit.session, visit.param("token"))
    except NotThere:
        return visit.render("storefront/join.html", status=404, company=None, mine=False)
    return visit.render("storefront/join.html", company=company, mine=account.id == visit.actor.id)


def join(visit: Visit) -> Answer:
    """The person agrees."""
    company_id = companies.join_company(visit.session, visit.actor, visit.param("token"))
    started = choose_company(visit.session, visit.actor, company_id)
    return visit.redirect(visit.url("company.show", done="joined")).cookie(SESSION_COOKIE, started.token, SESSION_SECONDS)


def _page(visit: Visit, form: Form[BuyerForm], status: int = 200) -> Answer:
    mine = companies.my_companies(visit.session, visit.actor)
    now = next((c for c in mine if c.id == visit.actor.company_id), None)
    return visit.render(
        "storefront/company.html",
        status=status,
        company=now,
        others=[c for c in mine if c.id != visit.actor.company_id],
        buyers=companies.list_buyers(visit.session, visit.actor, now.id) if now else [],
        may_manage=visit.actor.can("company.manage"),
        form=form,
        done=visit.query.get("done", ""),
    )
