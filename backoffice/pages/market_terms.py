"""On what terms a market is sold to: freight by country, purchase on account, where tax is collected."""

import re
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from backoffice.pages.products import typed_amount
from kernel.errors import Invalid, Problem
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form, problems_of
from kernel.web.visit import Visit
from orders.shipping.flat import ANYWHERE
from orders.taxes.rate_table import SALES_TAX_PERCENT
from orders.terms import DEFAULT_DAYS_COMPANY, DEFAULT_DAYS_PERSON, FreightRow, TermsEdit, edit_of, set_terms
from tenants import markets
from tenants.addresses import countries, form_for
from tenants.models import Market

BLANK_ROWS = 2
ROW_FIELD = re.compile(r"freight\.([0-9]{1,3})\.country")
UNITED_STATES = "US"
# what an empty field stands for
USUAL = {
    "days_person": DEFAULT_DAYS_PERSON,
    "days_company": DEFAULT_DAYS_COMPANY,
    "row": {"price": "", "free_from": "", **{name: str(FreightRow.model_fields[name].default) for name in ("days_least", "days_most")}},
}


class FreightLine(BaseModel):
    """One row as typed. `row` is its number on the page, so that an error finds its way back; no country: no row."""

    row: int = 0
    country: str = Field(default="", max_length=5)
    price: str = Field(default="", max_length=30)
    free_from: str = Field(default="", max_length=30)
    days_least: str = Field(default="", max_length=10)
    days_most: str = Field(default="", max_length=10)


class TermsForm(BaseModel):
    """A market's terms as typed; amounts with a point or a comma."""

    freight: list[FreightLine] = Field(default_factory=list, max_length=300)
    order_limit: str = Field(default="", max_length=30)
    days_person: str = Field(default="", max_length=10)
    days_company: str = Field(default="", max_length=10)
    tax_regions: list[str] = Field(default_factory=list)


def show(visit: Visit) -> Answer:
    """The terms as they are; the common ones where nothing has been set."""
    market = markets.market_for(visit.session, visit.actor, visit.id())
    return _page(visit, market, visit.fill(TermsForm, _known(market, edit_of(visit.session, market.code))))


def save(visit: Visit) -> Answer:
    """Sets them."""
    form: Form[TermsForm] = visit.form
    market = markets.market_for(visit.session, visit.actor, visit.id())
    try:
        set_terms(visit.session, visit.actor, market.code, _edit(form.given))
    except Invalid as refused:
        kept = [line for line in (form.value.freight if form.value else []) if line.country]
        # what does not fit into the form stands at its field already
        problems = [_at_its_row(problem, kept) for problem in refused.problems] if form.value else []
        return _page(visit, market, form.refuse(problems), 422)
    return visit.redirect(visit.url("desk.market.terms", id=market.id, done="saved"))


def _edit(given: TermsForm) -> TermsEdit:
    rows = [
        {"country": line.country, "price": _number(line.price), "free_from": _number(line.free_from)}
        | {name: getattr(line, name) for name in ("days_least", "days_most") if getattr(line, name)}
        for line in given.freight
        if line.country
    ]
    days = {name: getattr(given, name) for name in ("days_person", "days_company") if getattr(given, name)}
    values: dict[str, Any] = {"freight": rows, "order_limit": _number(given.order_limit), "tax_regions": given.tax_regions, **days}
    try:
        return TermsEdit.model_validate(values)
    except ValidationError as error:
        raise Invalid(problems_of(error)) from error


def _number(text: str) -> str | None:
    return text.strip().replace(",", ".") or None


def _at_its_row(problem: Problem, kept: list[FreightLine]) -> Problem:
    """The problem at the row of the page that it is about; those of the whole table stand at its first row."""
    head, _dot, rest = problem.where.partition(".")
    if head != "freight":
        return problem
    place, _dot, field = rest.partition(".")
    if not place:
        reason = problem.reason if kept else _("Please give at least one row.")
        return Problem(f"freight.{kept[-1].row if kept else 0}.country", reason, problem.code)
    reason = _("Please fill this in.") if field == "price" and not kept[int(place)].price.strip() else problem.reason
    return Problem(f"freight.{kept[int(place)].row}.{field}", reason, problem.code)


def _known(market: Market, edit: TermsEdit) -> dict[str, Any]:
    def line(number: int, row: FreightRow) -> dict[str, Any]:
        return {
            "row": number,
            "country": row.country,
            "price": typed_amount(row.price, market.currency),
            "free_from": _typed(row.free_from, market.currency),
            "days_least": row.days_least,
            "days_most": row.days_most,
        }

    return {
        "freight": [line(number, row) for number, row in enumerate(edit.freight)],
        "order_limit": _typed(edit.order_limit, market.currency),
        "days_person": edit.days_person,
        "days_company": edit.days_company,
        "tax_regions": edit.tax_regions,
    }


def _typed(amount: Decimal | None, currency: str) -> str:
    return "" if amount is None else typed_amount(amount, currency)


def _page(visit: Visit, market: Market, form: Form[TermsForm], status: int = 200) -> Answer:
    names = countries()
    typed = {int(found[1]) for name in form.typed if (found := ROW_FIELD.fullmatch(name))}
    used = sorted(n for n in typed if form.get(f"freight.{n}.country"))
    listed = dict.fromkeys([*market.countries, *(form.get(f"freight.{n}.country") for n in used)])
    states = dict(next((f.choices for f in form_for(UNITED_STATES) if f.name == "country_area"), ()))
    return visit.render(
        "backoffice/market_terms.html",
        status=status,
        market=market,
        form=form,
        usual=USUAL,
        rows=[*used, *range(max(used, default=-1) + 1, max(used, default=-1) + 1 + BLANK_ROWS)],
        countries=[(ANYWHERE, _("All other countries")), *((code, names.get(code, code)) for code in listed if code != ANYWHERE)],
        states=[(code, states.get(code, code)) for code in SALES_TAX_PERCENT] if UNITED_STATES in market.countries else [],
        crumbs=[(_("Markets"), visit.url("desk.markets")), (market.name, visit.url("desk.market", id=market.id)), (_("Terms of sale"), "")],
        done=visit.query.get("done", ""),
    )
