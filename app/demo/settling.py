"""The houses are opened and people move in: tenants with their looks, staff with roles, customers, companies with buyers."""

from collections.abc import Iterable

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.demo import past
from app.demo.data.cast import COMPANIES, PEOPLE, SHOPPERS, Company, Person, PostalAddress, shopper_mail
from app.demo.drawing.marks import wordmark
from app.demo.houses import HOUSES, House
from app.demo.stage import PASSWORD, Stage, administrator, is_open, person, working
from kernel import files, tenancy
from kernel.actors import Actor
from kernel.i18n import using
from orders.terms import set_terms
from tenants import address_book, companies, themes
from tenants.models import Account, Party
from tenants.onboarding import Administrator, Opening, open_tenant
from tenants.parties import PartyDetails
from tenants.people import add_person
from tenants.roles import list_roles

ROLES = {
    "administrator": "administrator",
    "catalog_manager": "catalog_manager",
    "channel_manager": "channel_manager",
    "sales": "sales",
    "partner_seller": "seller",
}
# companies of the plan of orders whose buyers have no part in the cast
PURCHASERS = {"brief": "Valentin Moser", "werft": "Inga Claasen", "parks": "Noah Pruitt"}
CHINESE = ("Zhao", "Liu")
GERMAN = ("DE", "AT")
OPENED_DAYS_AGO = 210


def purchaser(company: str) -> tuple[str, str]:
    """Mail address and name of whoever orders for a company without a person in the cast."""
    return f"einkauf@{company}.example", PURCHASERS[company]


def language_of(family: str, address: PostalAddress) -> str:
    """What a shopper reads: the language of the country where the shops speak it, else English."""
    if family in CHINESE:
        return "zh-Hans"
    return "de" if address.country in GERMAN else "en"


def open_houses(stage: Stage, owner: Engine) -> None:
    """Tenants with markets, looks and marks; `owner` connects as the database's owner role."""
    for house in HOUSES:
        if not is_open(house.slug):
            first, markets = Administrator(administrator(house.slug), "Ada Admin", PASSWORD), tuple(house.markets.items())
            with past.at(stage.moment(OPENED_DAYS_AGO)):
                open_tenant(owner, Opening(house.slug, house.name, house.kind, first, markets, house.look(), house.details))
        _furnish(stage, house)


def _furnish(stage: Stage, house: House) -> None:
    with working(house.slug, stage.moment(OPENED_DAYS_AGO, 11)) as session:
        if themes.live_look(session, tenancy.current()).logo_key:
            return
        ada = person(session, administrator(house.slug))
        key = "look/logo.svg"
        files.put(key, wordmark(house.slug).encode())
        themes.save_draft(session, ada, house.look(key))
        themes.publish_draft(session, ada)
        for market, terms in house.terms.items():
            set_terms(session, ada, market, terms)


def move_in(stage: Stage) -> None:
    """Everybody of the cast, the shoppers who have accounts, and the companies with their buyers."""
    for house in HOUSES:
        with working(house.slug, stage.moment(OPENED_DAYS_AGO - 1)) as session:
            ada = person(session, administrator(house.slug))
            _staff(session, ada, [one for one in PEOPLE if one.tenant == house.slug and one.role in ROLES])
            customers = [one for one in PEOPLE if one.tenant == house.slug and one.role not in ROLES]
            for one in [*customers, *_shoppers(house.slug)]:
                _customer(session, ada, one)
            for company in COMPANIES:
                if company.tenant == house.slug:
                    _company(session, ada, company)


def _staff(session: Session, ada: Actor, people: Iterable[Person]) -> None:
    roles = {role.key: role.id for role, _holders in list_roles(session, ada)}
    for one in people:
        if _account(session, one.email) is None:
            with using(one.language):
                add_person(session, ada, one.email, one.name, PASSWORD, [roles[ROLES[one.role]]])


def _shoppers(slug: str) -> Iterable[Person]:
    for given, family, address in SHOPPERS.get(slug, ()):
        yield Person(shopper_mail(given, family), given, family, slug, "customer", language_of(family, address), address)
    for company in COMPANIES:
        if company.tenant == slug and company.key in PURCHASERS:
            email, name = purchaser(company.key)
            given, family = name.split()
            yield Person(email, given, family, slug, "buyer", language_of("", company.address), None, company.key)


def _customer(session: Session, ada: Actor, one: Person) -> None:
    if _account(session, one.email) is not None:
        return
    with using(one.language):
        account = add_person(session, ada, one.email, one.name, PASSWORD, is_staff=False)
    if one.address is not None:
        address_book.add_address(session, ada, account.party_id, fields_of(one.address, one.name) | {"phone": one.phone})


def _company(session: Session, ada: Actor, company: Company) -> None:
    mine = (Party.tenant_id == tenancy.current(), Party.kind == "organisation", Party.name == company.name)
    if session.scalar(select(Party.id).where(*mine)) is not None:
        return
    made = companies.create_company(session, ada, PartyDetails(company.name, tax_number=company.vat_id))
    address_book.add_address(session, ada, made.id, fields_of(company.address, "", company.name), for_shipping=True, for_billing=True)
    buyers = [one.email for one in PEOPLE if one.company == company.key] or [purchaser(company.key)[0]]
    for place, email in enumerate(buyers):
        account = _account(session, email)
        if account is not None:
            companies.enrol_buyer(session, ada, made.id, account.id, "manager" if place == 0 else "buyer")


def fields_of(address: PostalAddress, name: str, company: str = "") -> dict[str, str]:
    """An address as a form takes it."""
    return {
        "country_code": address.country,
        "name": name,
        "company_name": company,
        "street_address": address.street,
        "postal_code": address.postcode,
        "city": address.city,
        "country_area": address.region,
    }


def _account(session: Session, email: str) -> Account | None:
    return session.scalar(select(Account).where(Account.tenant_id == tenancy.current(), Account.email_key == email))
