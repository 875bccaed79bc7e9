"""Names of picture files: which article number they may begin with, and which place they tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.picture_names import Candidate, candidates, plain_name, spellings


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("TERN.jpg", [Candidate("TERN", None)]),
        ("VEL-TERN_2.jpg", [Candidate("VEL-TERN_2", None), Candidate("VEL-TERN", 2), Candidate("VEL", 2)]),
        ("TERN (03) side.png", [Candidate("TERN (03) side", None), Candidate("TERN (03", None), Candidate("TERN", 3)]),
        ("4006381333931_front.webp", [Candidate("4006381333931_front", None), Candidate("4006381333931", None)]),
        ("TERN-2026.jpg", [Candidate("TERN-2026", None), Candidate("TERN", None)]),  # a year is no place
        (".jpg", [Candidate(".jpg", None)]),
        ("C:\\shots\\TERN 1.jpg", [Candidate("TERN 1", None), Candidate("TERN", 1)]),
    ],
)
def test_a_name_tells_the_numbers_it_may_begin_with_and_the_place(name: str, expected: list[Candidate]) -> None:
    assert candidates(name) == expected


def test_a_name_is_only_its_last_part_without_control_characters() -> None:
    assert plain_name("../../etc/\x00pass\x1bwd.png") == "passwd.png"
    assert len(plain_name("x" * 4000)) == 255


def test_spellings_are_the_name_in_either_case() -> None:
    assert spellings("Vel-1") == ("Vel-1", "VEL-1", "vel-1")
    assert spellings("4006381333931") == ("4006381333931",)


@given(
    sku=st.text("ABCDEFGHIJ0123456789-_./", min_size=1, max_size=20).filter(
        lambda s: s[0] not in "-_./" and s[-1] not in "-_./" and "/" not in s
    ),
    place=st.integers(1, 99),
    separator=st.sampled_from(["_", "-", " ", "#", " ("]),
)
def test_a_number_with_a_place_is_always_among_the_candidates(sku: str, place: int, separator: str) -> None:
    assert Candidate(sku, place) in candidates(f"{sku}{separator}{place}.jpg")
