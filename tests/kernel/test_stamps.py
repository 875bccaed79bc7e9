"""Stamps move with every change and may be read, but not moved, by everybody."""

import pytest
from sqlalchemy import update

from kernel import stamps, tenancy
from kernel.db.session import transaction
from kernel.models import TenantStamp


def bump(shop):
    with tenancy.entering(shop.id), transaction() as session:
        return stamps.bump(session)


def test_a_stamp_moves_with_each_bump_and_only_its_own_tenants(brand, twin):
    assert [bump(brand), bump(brand), bump(twin)] == [1, 2, 1]
    with tenancy.entering(twin.id), transaction(read_only=True) as session:
        assert stamps.current(session) == 1
        assert stamps.current(session, brand.id) == 2
    with tenancy.outside(), transaction(read_only=True) as session:
        found = stamps.read_all(session)
    assert (found[brand.id], found[twin.id]) == (2, 1)


def test_nothing_has_changed_before_the_first_bump(brand):
    with tenancy.entering(brand.id), transaction(read_only=True) as session:
        assert stamps.current(session) == 0


def test_a_bump_that_is_rolled_back_did_not_happen(brand):
    with pytest.raises(RuntimeError), tenancy.entering(brand.id), transaction() as session:
        stamps.bump(session)
        raise RuntimeError
    assert bump(brand) == 1


def test_another_tenants_stamp_cannot_be_moved(brand, twin):
    bump(brand)
    with tenancy.entering(twin.id), transaction() as session:
        theirs = update(TenantStamp).where(TenantStamp.tenant_id == brand.id).values(stamp=99)
        assert session.execute(theirs.returning(TenantStamp.stamp)).all() == []
    assert bump(brand) == 2


def test_a_fact_is_read_once_in_a_transaction_and_anew_after_a_bump(brand):
    read: list[int] = []

    def count() -> int:
        read.append(len(read))
        return read[-1]

    with tenancy.entering(brand.id), transaction() as session:
        assert [stamps.once(session, "fact", count) for _ in range(3)] == [0, 0, 0]
        stamps.bump(session)
        assert stamps.once(session, "fact", count) == 1
    with tenancy.entering(brand.id), transaction() as session:
        assert stamps.once(session, "fact", count) == 2


def test_what_a_writing_transaction_makes_is_not_kept_for_others(brand):
    kept: stamps.Kept[str] = stamps.Kept(most=2)
    with tenancy.entering(brand.id), transaction() as session:
        assert kept.get(session, "key", lambda: "uncommitted") == "uncommitted"
    with tenancy.entering(brand.id), transaction(read_only=True) as session:
        assert kept.get(session, "key", lambda: "committed") == "committed"
        assert kept.get(session, "key", lambda: "made again") == "committed"
    with tenancy.entering(brand.id), transaction() as session:
        assert kept.get(session, "key", lambda: "made again") == "committed"


def test_of_kept_things_the_one_unused_for_longest_goes(brand):
    kept: stamps.Kept[int] = stamps.Kept(most=2)
    with tenancy.entering(brand.id), transaction(read_only=True) as session:
        kept.get(session, "a", lambda: 0)
        kept.get(session, "b", lambda: 1)
        kept.get(session, "a", lambda: 2)
        kept.get(session, "c", lambda: 9)
        assert [kept.get(session, key, lambda: 7) for key in "acb"] == [0, 9, 7]


def test_of_many_kept_things_only_the_missing_are_made_and_in_one_call(brand):
    kept: stamps.Kept[str] = stamps.Kept(most=10)
    asked: list[list[str]] = []

    def make(missing: list[str]) -> dict[str, str]:
        asked.append(missing)
        return {key: key.upper() for key in missing if key != "gone"}

    with tenancy.entering(brand.id), transaction() as session:
        assert kept.get_many(session, ["a"], make) == ["A"]
    with tenancy.entering(brand.id), transaction(read_only=True) as session:
        assert kept.get_many(session, ["b", "gone", "a"], make) == ["B", "A"]
        assert kept.get_many(session, ["a", "c", "b"], make) == ["A", "C", "B"]
        assert kept.get_many(session, ["a", "b"], make) == ["A", "B"]
    assert asked == [["a"], ["b", "gone", "a"], ["c"]]


def test_of_one_place_only_the_newest_is_kept_and_other_places_stay(brand):
    kept: stamps.Kept[str] = stamps.Kept(most=3, place=lambda key: key[0])
    made: list[object] = []

    def get(session, key):
        def make() -> str:
            made.append(key)
            return str(key)

        return kept.get(session, key, make)

    with tenancy.entering(brand.id), transaction(read_only=True) as session:
        for key in [("a", 1), ("b", 1), ("a", 1), ("a", 2), ("b", 1), ("a", 2)]:
            get(session, key)
        assert made == [("a", 1), ("b", 1), ("a", 2)]
        assert len(kept._things) == 2
        for n in range(1000):
            get(session, ("a", n))
            get(session, (n, n))
        assert (len(kept._things), len(kept._latest)) == (3, 3)


def test_what_was_read_once_for_one_tenant_is_read_anew_for_another(brand, twin):
    with tenancy.entering(brand.id), transaction() as session:
        assert stamps.once(session, "whose", tenancy.current) == brand.id
        with tenancy.entering(twin.id):
            assert stamps.once(session, "whose", tenancy.current) == twin.id
        assert stamps.once(session, "whose", tenancy.current) == brand.id
