"""Rate limits: exact over any span, shared by all processes, counted even when the request fails, apart per tenant."""

import threading
import time

import pytest
from sqlalchemy import select, text

from kernel import limits, tenancy
from kernel.db.session import transaction
from kernel.errors import TooMany
from kernel.models import RateLimit


def hit(shop, key="a@example.com", allowed=3, per_seconds=900):
    with tenancy.entering(shop.id):
        return limits.hit("sign-in", key, allowed, per_seconds)


def test_so_many_are_let_through_and_the_next_is_told_when_to_come_back(brand):
    assert [hit(brand) for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooMany) as refusal:
        hit(brand)
    assert 890 <= refusal.value.retry_after_seconds <= 900


def test_other_keys_and_other_tenants_are_not_affected(brand, twin):
    for _ in range(3):
        hit(brand)
    assert hit(brand, key="b@example.com") == 2
    assert hit(twin) == 2
    with pytest.raises(TooMany):
        hit(brand)


def test_a_hit_counts_although_its_request_is_rolled_back(brand):
    with pytest.raises(RuntimeError), tenancy.entering(brand.id), transaction() as session:
        session.execute(text("SELECT 1"))
        limits.hit("sign-in", "a@example.com", 3, 900)
        raise RuntimeError
    assert hit(brand) == 1


def test_a_refused_try_does_not_push_the_wait_further_away(brand):
    assert hit(brand, allowed=1, per_seconds=1) == 0
    time.sleep(0.6)
    with pytest.raises(TooMany):
        hit(brand, allowed=1, per_seconds=1)
    time.sleep(0.5)
    assert hit(brand, allowed=1, per_seconds=1) == 0


def test_no_span_holds_more_than_allowed_even_around_its_edges(brand):
    passed = []
    end = time.monotonic() + 2.4
    while time.monotonic() < end:
        try:
            hit(brand, allowed=4, per_seconds=1)
            passed.append(time.monotonic())
        except TooMany:
            time.sleep(0.02)
    assert len(passed) >= 8
    for first, fifth in zip(passed, passed[4:], strict=False):
        assert fifth - first > 0.95


def test_many_at_once_cannot_slip_through_together(brand):
    passed, refused = [], []

    def attacker():
        for _ in range(5):
            try:
                passed.append(hit(brand, allowed=10))
            except TooMany:
                refused.append(1)

    threads = [threading.Thread(target=attacker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(passed), len(refused)) == (10, 30)


def test_a_success_wipes_the_slate(brand, twin):
    for shop in (brand, twin):
        for _ in range(3):
            hit(shop)
    with tenancy.entering(brand.id):
        limits.forget("sign-in", "a@example.com")
    assert hit(brand) == 2
    with pytest.raises(TooMany):
        hit(twin)


def test_keys_are_stored_as_hashes_and_cleaned_when_their_span_is_over(brand):
    hit(brand, per_seconds=900)
    hit(brand, key="old", per_seconds=1)
    time.sleep(1.1)
    with tenancy.entering(brand.id), transaction() as session:
        assert limits.clean(session) == 1
        (left,) = session.scalars(select(RateLimit)).all()
    assert len(left.key_hash) == 32
    assert b"example" not in left.key_hash


def test_a_hit_given_back_makes_room_for_one_and_no_more(brand, twin):
    for shop in (brand, twin):
        for _ in range(3):
            hit(shop)
    with tenancy.entering(brand.id):
        limits.give_back("sign-in", "a@example.com")
        limits.give_back("sign-in", "never seen")
    assert hit(brand) == 0
    for shop in (brand, twin):
        with pytest.raises(TooMany):
            hit(shop)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_address_stands_for_its_network(address, network):
    assert limits.network_of(address) == network


def done(shop, names, allowed=2, per_seconds=900):
    """Something is done for each of these (name, key) pairs, and counted with it."""
    with tenancy.entering(shop.id), transaction() as session:
        limits.hit_with(session, dict.fromkeys(names, allowed), per_seconds)


def test_what_is_counted_with_its_transaction_counts_only_where_it_is_committed(brand, twin):
    mira, network = ("order_to", "mira@example.com"), ("order_from", "192.0.2.7")
    done(brand, [mira, network])
    with pytest.raises(RuntimeError), tenancy.entering(brand.id), transaction() as session:
        limits.hit_with(session, {mira: 2, network: 2}, 900)
        raise RuntimeError
    done(brand, [mira, network])
    with pytest.raises(TooMany) as refusal:
        done(brand, [("order_to", "jonas@example.com"), network])
    assert 890 <= refusal.value.retry_after_seconds <= 900
    done(brand, [("order_to", "jonas@example.com")])
    done(twin, [mira, network])


def test_hits_counted_together_leave_after_their_span(brand):
    pair = [("order_to", "mira@example.com")]
    done(brand, pair, allowed=1, per_seconds=1)
    with pytest.raises(TooMany):
        done(brand, pair, allowed=1, per_seconds=1)
    time.sleep(1.05)
    done(brand, pair, allowed=1, per_seconds=1)
    with tenancy.entering(brand.id), transaction() as session:
        assert [len(hits) for hits in session.scalars(select(RateLimit.hits))] == [1]


def test_hits_counted_together_are_exact_in_a_crowd(brand):
    through = []

    def try_it():
        try:
            done(brand, [("order_to", "mira@example.com")], allowed=5)
        except TooMany:
            return
        through.append(1)

    threads = [threading.Thread(target=try_it) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(through) == 5
