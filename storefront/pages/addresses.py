"""The address book: a customer's own addresses and, for buyers, those of their company; one standard address each for
deliveries and invoices. The form has the fields of the chosen country."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from kernel.errors import NotThere, Refused
from kernel.web.answers import Answer
from kernel.web.forms import Form
from kernel.web.visit import Visit
from orders.details import AddressForm
from tenants import address_book, companies, people
from tenants.addresses import countries, form_for, label_lines
from tenants.models import Address


class BookForm(AddressForm):
    """One address as typed. `book`: whose it becomes; `country_only` is set by the button that only changes the country."""

    label: str = ""
    book: Literal["mine", "company"] = "mine"
    for_shipping: bool = False
    for_billing: bool = False
    country_only: bool = False


class StandardForm(BaseModel):
    """What an address shall be the standard address for."""

    purpose: Literal["shipping", "billing"] = Field(default="shipping")


def show(visit: Visit) -> Answer:
    """All addresses the person may see."""
    mine = address_book.my_party_id(visit.session, visit.actor)
    books = [_book(visit, "mine", "", mine, True)] if mine else []
    if visit.actor.company_id is not None:
        company = companies.company_for(visit.session, visit.actor, visit.actor.company_id)
        books.append(_book(visit, "company", company.name, company.id, visit.actor.can("company.manage")))
    return visit.render("storefront/addresses.html", books=books, done=visit.query.get("done", ""))


def new(visit: Visit) -> Answer:
    """An empty address in the shop's country; `book` in the query says whose."""
    book = "company" if visit.query.get("book") == "company" else "mine"
    party = address_book.book_for(visit.session, visit.actor, _party(visit, book), to_change=True)
    name = {"company_name": party.name} if book == "company" else {"name": people.me(visit.session, visit.actor).name}
    return _page(visit, visit.fill(BookForm, {"country_code": _home(visit), "book": book, **name}))


def add(visit: Visit) -> Answer:
    """Adds it."""
    form: Form[BookForm] = visit.form
    given = form.value
    if given is None or given.country_only:
        return _page(visit, form, status=200 if given else 422)
    try:
        address_book.add_address(
            visit.session, visit.actor, _party(visit, given.book), given.model_dump(), given.for_shipping, given.for_billing
        )
    except NotThere:
        raise
    except Refused as refused:
        return _page(visit, form.told(refused), status=refused.status)
    return visit.redirect(visit.url("addresses.show", done="added"))


def edit(visit: Visit) -> Answer:
    """An address to change."""
    found = address_book.address_for(visit.session, visit.actor, visit.id())
    address_book.book_for(visit.session, visit.actor, found.party_id, to_change=True)
    known = address_book.as_postal(found).as_json()
    typed = {**known, "street_address": "\n".join(known.pop("street_lines")), "label": found.label}
    return _page(visit, visit.fill(BookForm, typed), found)


def change(visit: Visit) -> Answer:
    """Changes it; orders keep the address they were placed with."""
    form: Form[BookForm] = visit.form
    given = form.value
    found = address_book.address_for(visit.session, visit.actor, visit.id(), to_change=True)
    if given is None or given.country_only:
        return _page(visit, form, found, 200 if given else 422)
    try:
        address_book.change_address(visit.session, visit.actor, found.id, given.model_dump(), given.for_shipping, given.for_billing)
    except Refused as refused:
        return _page(visit, form.told(refused), found, refused.status)
    return visit.redirect(visit.url("addresses.show", done="changed"))


def remove(visit: Visit) -> Answer:
    """Takes it out of the book."""
    address_book.remove_address(visit.session, visit.actor, visit.id())
    return visit.redirect(visit.url("addresses.show", done="removed"))


def make_standard(visit: Visit) -> Answer:
    """The address that is meant where nothing else is said."""
    address_book.make_standard(visit.session, visit.actor, visit.id(), visit.form.given.purpose)
    return visit.redirect(visit.url("addresses.show", done="standard"))


def _book(visit: Visit, key: str, title: str, party_id: UUID, may_change: bool) -> dict[str, Any]:
    rows = [(row, label_lines(address_book.as_postal(row))) for row in address_book.list_addresses(visit.session, visit.actor, party_id)]
    return {"key": key, "title": title, "rows": rows, "may_change": may_change}


def _party(visit: Visit, book: str) -> UUID:
    party_id = visit.actor.company_id if book == "company" else address_book.my_party_id(visit.session, visit.actor)
    if party_id is None:
        raise NotThere
    return party_id


def _home(visit: Visit) -> str:
    here = next(market for market in visit.tenant.markets if market.code == visit.place.market)
    return str(here.countries[0])


def _page(visit: Visit, form: Form[BookForm], found: Address | None = None, status: int = 200) -> Answer:
    names = countries()
    typed = form.get("country_code").strip().upper()
    country = typed if typed in names else _home(visit)
    return visit.render(
        "storefront/address.html",
        status=status,
        form=form,
        found=found,
        country=country,
        fields=form_for(country, form.get("country_area")),
        countries=list(names.items()),
    )
