"""Two words are neighbours when one edit lies between them; then they share a form."""

from hypothesis import given
from hypothesis import strategies as st

from catalog.search.spelling import can_be_corrected, forms, is_neighbour

WORDS = st.text("abc", max_size=6)


def edits(word: str) -> set[str]:
    """Everything one edit away, written down the slow way."""
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    deleted = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    replaced = {a + c + b[1:] for a, b in cuts if b for c in "abc"}
    added = {a + c + b for a, b in cuts for c in "abc"}
    return deleted | swapped | replaced | added | {word}


@given(WORDS, WORDS)
def test_neighbours_are_what_one_edit_makes(typed: str, word: str) -> None:
    assert is_neighbour(typed, word) == (word in edits(typed))


@given(WORDS)
def test_all_neighbours_share_a_form(word: str) -> None:
    assert all(forms(word) & forms(other) for other in edits(word))


def test_short_words_and_model_numbers_are_taken_as_typed() -> None:
    assert [can_be_corrected(word) for word in ("tv", "usb", "lm200", "saddle", "x" * 25)] == [False, True, False, True, False]
