"""Markets: countries, currency, languages; and the details of the shop."""

from pydantic import BaseModel, Field

from kernel.errors import Invalid
from kernel.i18n import LOCALES
from kernel.i18n import gettext as _
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from tenants import markets, profile
from tenants.addresses import countries
from tenants.markets import MarketDetails
from tenants.profile import ShopDetails


class MarketForm(BaseModel):
    """A market as the desk asks for it."""

    code: str = Field(default="", max_length=40)
    name: str = Field(default="", max_length=200)
    countries: list[str] = Field(default_factory=list)
    currency: str = Field(default="", max_length=10)
    languages: list[str] = Field(default_factory=list)
    prices_include_tax: bool = False
    time_zone: str = Field(default="", max_length=80)


class DetailsForm(BaseModel):
    """What the shop says of itself."""

    legal_name: str = Field(default="", max_length=500)
    contact_email: str = Field(default="", max_length=500)
    contact_phone: str = Field(default="", max_length=100)
    imprint: str = Field(default="", max_length=20_000)
    time_zone: str = Field(default="", max_length=80)
    registration_open: bool = False


def show(visit: Visit) -> Answer:
    """All markets, the form for a new one, and the shop's details."""
    return _page(visit, visit.fill(MarketForm, {"prices_include_tax": True}), _known(visit))


def add(visit: Visit) -> Answer:
    """A new market."""
    form: Form[MarketForm] = visit.form
    try:
        markets.add_market(visit.session, visit.actor, form.given.code, _details(form.given))
    except Invalid as refused:
        return _page(visit, form.refuse(refused.problems), _known(visit), 422)
    return visit.redirect(visit.url("desk.markets", done="added"))


def edit(visit: Visit) -> Answer:
    """A market to change."""
    market = markets.market_for(visit.session, visit.actor, visit.id())
    known = {**markets.as_json(market), "languages": list(market.languages), "countries": list(market.countries)}
    return _market_page(visit, visit.fill(MarketForm, known))


def change(visit: Visit) -> Answer:
    """Changes it."""
    form: Form[MarketForm] = visit.form
    try:
        markets.change_market(visit.session, visit.actor, visit.id(), _details(form.given))
    except Invalid as refused:
        return _market_page(visit, form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.markets", done="saved"))


def save_details(visit: Visit) -> Answer:
    """Changes the shop's details."""
    form: Form[DetailsForm] = visit.form
    try:
        profile.change_details(visit.session, visit.actor, ShopDetails(**form.given.model_dump()))
    except Invalid as refused:
        return _page(visit, visit.fill(MarketForm), form.refuse(refused.problems), 422)
    return visit.redirect(visit.url("desk.markets", done="saved"))


def _known(visit: Visit) -> Form[DetailsForm]:
    return visit.fill(DetailsForm, visit.tenant.details.__dict__)


def _details(given: MarketForm) -> MarketDetails:
    return MarketDetails(given.name, given.countries, given.currency, given.languages, given.prices_include_tax, given.time_zone)


def _market_page(visit: Visit, form: Form[MarketForm], status: int = 200) -> Answer:
    return visit.render(
        "backoffice/market.html", status=status, form=form, market_id=visit.id(), countries=list(countries().items()), tags=LOCALES,
        crumbs=[(_("Markets"), visit.url("desk.markets")), (form.get("name"), "")],
    )  # fmt: skip


def _page(visit: Visit, form: Form[MarketForm], details: Form[DetailsForm], status: int = 200) -> Answer:
    return visit.render(
        "backoffice/markets.html",
        status=status,
        markets=markets.list_markets(visit.session, visit.actor),
        form=form,
        details=details,
        countries=list(countries().items()),
        tags=LOCALES,
        done=visit.query.get("done", ""),
    )
