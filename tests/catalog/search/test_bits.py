"""Sets of documents as numbers, and lists of values as array literals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from catalog.search import bits
from catalog.search.arrays import bigs, integers, plain, quoted, smalls

SIZE = 2 * bits.CHUNK
DOCUMENTS = st.sets(st.integers(0, SIZE - 1))


@given(DOCUMENTS, DOCUMENTS)
def test_sets_are_cut_joined_and_counted_like_sets(left: set[int], right: set[int]) -> None:
    a, b = bits.of_documents(left, SIZE), bits.of_documents(right, SIZE)
    assert bits.documents(a & b, SIZE) == sorted(left & right)
    assert bits.documents(a & ~b, SIZE) == sorted(left - right)
    assert (a | b).bit_count() == len(left | right)
    assert [n for n, flag in enumerate(bits.flags(a, SIZE)) if flag] == sorted(left)


@pytest.mark.parametrize("every", [1, 3, 40, 900])
def test_sets_of_any_thickness_give_their_documents_back(every: int) -> None:
    members = range(0, SIZE, every)
    assert bits.documents(bits.of_documents(members, SIZE), SIZE) == list(members)


@given(DOCUMENTS)
def test_a_set_comes_back_from_its_chunks(members: set[int]) -> None:
    whole = bits.of_documents(members, SIZE)
    sent = whole.to_bytes(SIZE // 8, "big")
    chunks = [(start, sent[start // 8 : start // 8 + bits.CHUNK_BYTES]) for start in range(0, SIZE, bits.CHUNK)]
    assert bits.of_chunks(chunks, SIZE) == whole


def test_the_server_counts_bits_from_the_same_end(db: Engine) -> None:
    piece = bits.of_documents([0, 9, 4095], bits.CHUNK).to_bytes(bits.CHUNK_BYTES, "big").hex()
    with db.begin() as connection:
        row = connection.execute(
            text(
                "SELECT get_bit(b, 0), get_bit(b, 9), get_bit(b, 10), get_bit(b, 4095) FROM (SELECT CAST('x' || :hex AS bit(4096)) AS b) AS x"
            ),
            {"hex": piece},
        ).one()
    assert tuple(row) == (1, 1, 0, 1)


def test_what_array_send_packs_is_unpacked(db: Engine) -> None:
    with db.begin() as connection:
        numbers, big, small, nothing = connection.execute(
            text(
                "SELECT array_send(CAST('{7,-1,2000000000}' AS int[])), array_send(ARRAY[(CAST(5 AS bigint) << 32) | 9, -3]),"
                " array_send(CAST('{1,-2,32767}' AS smallint[])),"
                " array_send((SELECT array_agg(n) FROM generate_series(1, 0) n))"
            )
        ).one()
    assert list(integers(numbers)) == [7, -1, 2_000_000_000]
    assert list(bigs(big)) == [5 * 2**32 + 9, -3]
    assert list(smalls(small)) == [1, -2, 32767]
    assert [list(unpack(nothing)) for unpack in (integers, bigs, smalls)] == [[], [], []]


def test_hostile_texts_arrive_as_they_are(db: Engine) -> None:
    hostile = ['"', "\\", "{}", "a,b", "NULL", "'; DROP TABLE x --", "", " ", "ü灯", '\\"', "\n", "{", "}"]
    with db.begin() as connection:
        assert connection.execute(text("SELECT CAST(:v AS text[])"), {"v": quoted(hostile)}).scalar() == hostile
        assert connection.execute(text("SELECT CAST(:v AS text[])"), {"v": quoted(["a\0b", "c\ud800d"])}).scalar() == ["ab", "cd"]
        assert connection.execute(text("SELECT CAST(:v AS text[])"), {"v": quoted([])}).scalar() == []
        assert connection.execute(text("SELECT CAST(:v AS int[])"), {"v": plain([3, -4])}).scalar() == [3, -4]
