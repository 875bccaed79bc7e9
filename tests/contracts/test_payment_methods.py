"""What every payment method promises."""

from datetime import date

import pytest

from kernel.errors import Refused
from kernel.money import Money
from orders.payments.on_account import OnAccount
from orders.payments.provider import PaymentMethod, PaymentRequest

TODAY = date(2026, 11, 23)


def request_for(amount: str, country: str = "DE", is_company: bool = False) -> PaymentRequest:
    return PaymentRequest(Money.of(amount, "EUR"), country, TODAY, is_company)


@pytest.fixture
def method() -> PaymentMethod:
    return OnAccount(("DE", "AT"), Money.of("5000", "EUR"))


def test_what_is_offered_is_promised_on_the_same_terms(method: PaymentMethod) -> None:
    offer, promise = method.offer(request_for("5000")), method.promise(request_for("5000"))
    assert offer.can_be_chosen
    assert (promise.code, promise.name, promise.due_on) == (offer.code, offer.name, offer.due_on)
    assert promise.as_json()["due_on"] == "2026-12-07"


def test_what_is_not_offered_is_not_promised(method: PaymentMethod) -> None:
    for asked in (request_for("5000.01"), request_for("10", country="US")):
        assert method.offer(asked).refused_because
        with pytest.raises(Refused) as refused:
            method.promise(asked)
        assert refused.value.message == method.offer(asked).refused_because


def test_companies_have_longer_to_pay(method: PaymentMethod) -> None:
    assert method.offer(request_for("10")).due_on == date(2026, 12, 7)
    assert method.offer(request_for("10", is_company=True)).due_on == date(2026, 12, 23)


def test_the_limit_is_told_in_money(method: PaymentMethod) -> None:
    assert "€5,000.00" in method.offer(request_for("6000")).refused_because


def test_without_a_limit_every_sum_goes() -> None:
    assert OnAccount(("DE",), None).offer(request_for("999999")).can_be_chosen
