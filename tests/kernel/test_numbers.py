"""Numbers for people: one after the other, without gaps, apart per tenant and series, also when many ask at once."""

import threading

import pytest

from kernel import tenancy
from kernel.db.session import transaction
from kernel.numbers import next_number


def take(shop, series="order", first=1):
    with tenancy.entering(shop.id), transaction() as session:
        return next_number(session, series, first)


def test_each_series_of_each_tenant_counts_for_itself(brand, twin):
    assert [take(brand) for _ in range(3)] == [1, 2, 3]
    assert take(brand, "invoice", first=1001) == 1001
    assert take(brand, "invoice", first=1001) == 1002
    assert take(twin) == 1
    assert take(brand) == 4


def test_a_number_is_given_back_when_its_transaction_fails(brand):
    assert take(brand) == 1
    with pytest.raises(RuntimeError), tenancy.entering(brand.id), transaction() as session:
        assert next_number(session, "order") == 2
        raise RuntimeError
    assert take(brand) == 2


def test_many_at_once_get_every_number_exactly_once(brand):
    got = []

    def customer():
        for _ in range(10):
            got.append(take(brand))

    threads = [threading.Thread(target=customer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 81))
