"""A market's terms: set as data, checked, and the same for everybody who asks."""

from decimal import Decimal

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from kernel.db.session import transaction
from kernel.errors import Invalid, NotAllowed
from kernel.models import AuditEntry
from kernel.money import Money
from kernel.tenancy import entering
from orders.shipping.provider import Parcel
from orders.terms import FreightRow, TermsEdit, edit_of, set_terms, terms_for
from tests.factories.orders import Goods
from tests.factories.tenants import staff

EDIT = TermsEdit(
    freight=[FreightRow(country="DE", price=Decimal("3.90"), free_from=Decimal(50)), FreightRow(country="*", price=Decimal(15))],
    order_limit=Decimal(800),
    days_person=7,
    days_company=45,
)


def test_a_market_without_terms_sells_on_the_common_ones(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction(read_only=True) as session:
        terms = terms_for(session, goods.view)
        option = terms.shipping.options(Parcel("DE", Money.of("99.99", "EUR")))[0]
        assert (option.price, option.free_from) == (Money.of("4.90", "EUR"), Money.of("100", "EUR"))
        assert edit_of(session, "eu").order_limit == 5000


def test_terms_are_set_read_back_and_noted(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        chief = staff(goods.tenant_id, "market.edit")
        set_terms(session, chief, "eu", EDIT)
        set_terms(session, chief, "eu", EDIT)
        assert edit_of(session, "eu") == EDIT
        terms = terms_for(session, goods.view)
        prices = [terms.shipping.options(Parcel(c, Money.of("20", "EUR")))[0].price.amount for c in ("DE", "FR")]
        assert prices == [Decimal("3.90"), Decimal(15)]
        actions = session.scalars(select(AuditEntry.action)).all()
        assert actions == ["selling_terms.set", "selling_terms.set"]


def test_terms_of_one_tenant_are_not_those_of_another(goods: Goods, american: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        set_terms(session, staff(goods.tenant_id, "market.edit"), "us", EDIT)
    with entering(american.tenant_id), transaction() as session:
        assert edit_of(session, "us").days_person == 14


@pytest.mark.parametrize(
    "changes",
    [
        {"freight": [FreightRow(country="DE", price=Decimal(1)), FreightRow(country="DE", price=Decimal(2))]},
        {"freight": [FreightRow(country="DE", price=Decimal(1), days_least=5, days_most=2)]},
        {"tax_regions": ["MA", "Atlantis"]},
    ],
)
def test_terms_that_do_not_hold_are_refused(goods: Goods, changes: dict[str, object]) -> None:
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(Invalid):
            set_terms(session, staff(goods.tenant_id, "market.edit"), "eu", EDIT.model_copy(update=changes))
        assert edit_of(session, "eu").days_person == 14


def test_only_who_may_edit_markets_sets_terms(goods: Goods) -> None:
    with entering(goods.tenant_id), transaction() as session:
        with pytest.raises(NotAllowed):
            set_terms(session, staff(goods.tenant_id, "order.manage"), "eu", EDIT)
        assert edit_of(session, "eu").days_person == 14


@pytest.mark.parametrize("row", [{"country": "Germany", "price": 1}, {"country": "DE", "price": -1}, {"country": "DE", "price": "NaN"}])
def test_a_freight_row_is_checked_as_it_is_read(row: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FreightRow.model_validate(row)
