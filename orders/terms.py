"""On what terms a market is sold to: freight, purchase on account, where tax is collected. Read with one query.

A market whose seller has set nothing sells on DEFAULT_*: freight 4.90 of its currency's whole units, free from 100,
orders on account up to 5,000, 14 days for persons and 30 for companies.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from catalog.shop import ShopView
from kernel import audit, stamps, tenancy
from kernel.actors import Actor
from kernel.errors import Invalid
from kernel.i18n import gettext as _
from kernel.money import Money
from orders.models import SellingTerms
from orders.payments.on_account import OnAccount
from orders.payments.provider import PaymentMethod
from orders.shipping.flat import ANYWHERE, FlatFreight, FlatRate
from orders.shipping.provider import ShippingProvider
from orders.taxes.provider import STANDARD, TaxAnswer, TaxProvider, TaxQuestion
from orders.taxes.rate_table import SALES_TAX_PERCENT, RateTable

DEFAULT_FREIGHT: dict[str, dict[str, Any]] = {ANYWHERE: {"price": "4.90", "free_from": "100", "days_least": 2, "days_most": 4}}
DEFAULT_LIMIT = Decimal(5000)
DEFAULT_DAYS_PERSON = 14
DEFAULT_DAYS_COMPANY = 30


@dataclass(frozen=True)
class Terms:
    """What the market's providers are, and how the market shows prices."""

    market_code: str
    currency: str
    countries: tuple[str, ...]
    prices_include_tax: bool
    shipping: ShippingProvider
    payments: tuple[PaymentMethod, ...]
    tax: TaxProvider
    tax_regions: frozenset[str]

    def rates_at(self, country: str, region: str, postcode: str, tax_classes: frozenset[str], on: date) -> TaxAnswer:
        """The tax rates for goods that go to a place."""
        asked = TaxQuestion(country, on, region, postcode, tax_classes or frozenset({STANDARD}), self.tax_regions)
        return self.tax.answer(asked)

    def payment(self, code: str) -> PaymentMethod:
        """The payment method with this code; Invalid where the market has none such."""
        for method in self.payments:
            if method.code == code:
                return method
        raise Invalid.at("payment", _("Please choose one of the ways to pay."), "unknown")


class FreightRow(BaseModel):
    """One country's freight (`*`: all others), in the market's currency and as the market shows prices."""

    country: str = Field(pattern=r"^([A-Z]{2}|\*)$")
    price: Decimal = Field(ge=0, le=100_000, decimal_places=4)
    free_from: Decimal | None = Field(default=None, ge=0, le=10_000_000, decimal_places=4)
    days_least: int = Field(default=2, ge=0, le=365)
    days_most: int = Field(default=4, ge=0, le=365)


class TermsEdit(BaseModel):
    """A market's terms as a person sets them."""

    freight: list[FreightRow] = Field(min_length=1, max_length=300)
    order_limit: Decimal | None = Field(default=DEFAULT_LIMIT, ge=0, le=1_000_000_000, decimal_places=4)
    days_person: int = Field(default=DEFAULT_DAYS_PERSON, ge=0, le=365)
    days_company: int = Field(default=DEFAULT_DAYS_COMPANY, ge=0, le=365)
    tax_regions: list[str] = Field(default_factory=list, max_length=60)


_kept: stamps.Kept[Terms] = stamps.Kept(most=500)


def terms_for(session: Session, view: ShopView) -> Terms:
    """The current tenant's terms in the view's market."""
    return _kept.get(session, view, lambda: _read_terms(session, view))


def _read_terms(session: Session, view: ShopView) -> Terms:
    row = session.execute(
        select(
            SellingTerms.freight,
            SellingTerms.order_limit,
            SellingTerms.days_person,
            SellingTerms.days_company,
            SellingTerms.tax_regions,
        ).where(SellingTerms.tenant_id == tenancy.current(), SellingTerms.market_code == view.market_code)
    ).one_or_none()
    freight = row.freight if row else DEFAULT_FREIGHT
    limit = row.order_limit if row else DEFAULT_LIMIT
    on_account = OnAccount(
        view.countries,
        Money(limit, view.currency) if limit is not None else None,
        row.days_person if row else DEFAULT_DAYS_PERSON,
        row.days_company if row else DEFAULT_DAYS_COMPANY,
    )
    return Terms(
        market_code=view.market_code,
        currency=view.currency,
        countries=tuple(view.countries),
        prices_include_tax=view.prices_include_tax,
        shipping=FlatFreight(view.countries, {country: _rate(values, view.currency) for country, values in freight.items()}),
        payments=(on_account,),
        tax=RateTable(),
        tax_regions=frozenset(row.tax_regions if row else ()),
    )


def edit_of(session: Session, market_code: str) -> TermsEdit:
    """The terms as a form shows them; the defaults where nothing has been set."""
    row = _row(session, market_code)
    if row is None:
        return TermsEdit(freight=_rows(DEFAULT_FREIGHT))
    return TermsEdit(
        freight=_rows(row.freight),
        order_limit=row.order_limit,
        days_person=row.days_person,
        days_company=row.days_company,
        tax_regions=list(row.tax_regions),
    )


def set_terms(session: Session, actor: Actor, market_code: str, edit: TermsEdit) -> None:
    """Sets a market's terms (permission market.edit). Invalid for a doubled country, days the wrong way round, or a
    state whose rate is not in the table."""
    actor.must("market.edit")
    _check(edit)
    before = edit_of(session, market_code).model_dump(mode="json")
    values = {
        "freight": {row.country: row.model_dump(mode="json", exclude={"country"}) for row in edit.freight},
        "order_limit": edit.order_limit,
        "days_person": edit.days_person,
        "days_company": edit.days_company,
        "tax_regions": sorted(set(edit.tax_regions)),
    }
    statement = insert(SellingTerms).values(tenant_id=actor.tenant_id, market_code=market_code, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["tenant_id", "market_code"], set_=values))
    stamps.bump(session)  # product pages say what delivery costs
    audit.record(session, actor, "selling_terms.set", "selling_terms", market_code, before=before, after=edit.model_dump(mode="json"))


def _row(session: Session, market_code: str) -> SellingTerms | None:
    return session.scalar(select(SellingTerms).where(SellingTerms.tenant_id == tenancy.current(), SellingTerms.market_code == market_code))


def _check(edit: TermsEdit) -> None:
    countries = [row.country for row in edit.freight]
    if len(set(countries)) != len(countries):
        raise Invalid.at("freight", _("A country stands twice in the freight table."), "doubled")
    for place, row in enumerate(edit.freight):
        if row.days_most < row.days_least:
            raise Invalid.at(f"freight.{place}.days_most", _("The longest time must not be shorter than the shortest."), "order")
    if unknown := sorted(set(edit.tax_regions) - set(SALES_TAX_PERCENT)):
        raise Invalid.at("tax_regions", _("The rate table has no sales tax for %(states)s.") % {"states": ", ".join(unknown)}, "unknown")


def _rate(values: dict[str, Any], currency: str) -> FlatRate:
    free_from = values.get("free_from")
    return FlatRate(
        Money.of(values["price"], currency),
        Money.of(free_from, currency) if free_from is not None else None,
        values["days_least"],
        values["days_most"],
    )


def _rows(freight: dict[str, Any]) -> list[FreightRow]:
    by_name = sorted(freight.items(), key=lambda item: (item[0] == ANYWHERE, item[0]))
    return [FreightRow(country=country, **values) for country, values in by_name]
