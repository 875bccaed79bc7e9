"""Ids sort by time, tokens are long and stored as hashes only."""

import hashlib
from datetime import UTC, datetime, timedelta

from kernel.ids import first_id, new_id, new_token, parse_id, token_hash


def test_ids_are_version_7_and_sort_in_the_order_they_were_made():
    made = [new_id() for _ in range(1000)]
    assert {i.version for i in made} == {7}
    assert made == sorted(made)
    assert len(set(made)) == 1000


def test_tokens_carry_256_bits_and_are_kept_as_sha_256():
    token = new_token()
    assert len(token) == 43
    assert new_token() != token
    assert token_hash(token) == hashlib.sha256(token.encode()).digest()


def test_ids_from_outside_are_none_when_they_are_none():
    known = new_id()
    assert parse_id(str(known)) == known
    for nonsense in ("", "42", "../etc", "zz" * 16, None, 7):
        assert parse_id(nonsense) is None  # type: ignore[arg-type]


def test_the_first_id_of_an_instant_lies_before_all_that_are_made_later_and_after_all_made_before():
    now = datetime.now(UTC)
    assert first_id(now - timedelta(milliseconds=5)) < new_id() < first_id(now + timedelta(minutes=1))
    assert first_id(now).version == 7
