"""Customers and companies: who buys here."""

from kernel.web.answers import Answer
from kernel.web.visit import Visit
from tenants import companies, people


def show(visit: Visit) -> Answer:
    """Persons with an account, and companies."""
    text, number = visit.query.get("q", ""), visit.number("page", 1)
    kind = "companies" if visit.query.get("kind") == "companies" else "people"
    found = (
        companies.list_companies(visit.session, visit.actor, text, number)
        if kind == "companies"
        else people.list_customers(visit.session, visit.actor, text, number)
    )
    return visit.render("backoffice/customers.html", found=found, text=text, kind=kind)
