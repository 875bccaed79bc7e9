"""Texts become words and terms the same way for documents and queries."""

import time

import pytest

from catalog.search.texts import clean, code_key, query_words, words


def terms(text: str, language: str = "en") -> list[str]:
    return [word.term for word in words(text, language)]


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Running Shoes", "en", ["run", "shoe"]),
        ("10 mm", "en", ["10mm"]),
        ("10mm", "en", ["10mm"]),
        ("1,5 L", "de", ["1.5l"]),
        ("1.5l", "de", ["1.5l"]),
        ("3,00 metres", "en", ["3m"]),
        ("1.5 Liter", "de", ["1.5l"]),
        ("1,000 W", "en", ["1000w"]),
        ('39.6 cm (15.6")', "en", ["39.6cm", "15.6in"]),
        ("15.6″", "en", ["15.6in"]),
        ("15,6 Zoll", "de", ["15.6in"]),
        ("20寸童车 600 毫升", "zh", ["20in", "童车", "600ml"]),
        ("105x57 mm", "en", ["105x", "57mm"]),
        ("105 × 57mm", "en", ["105x", "57mm"]),
        ("USB 2.0", "en", ["usb", "2.0"]),
        ("lenses lens mice mouse UPS", "en", ["lens", "lens", "mous", "mous", "ups"]),
        ("27.2 x 400", "en", ["27.2x", "400"]),
        ("Größe groesse", "de", ["gross", "gross"]),
        ("dv7-1211ea", "en", ["dv7", "1211ea"]),
        ("山地车", "zh-Hans", ["山地", "地车"]),
        ("LED灯", "zh", ["led", "灯"]),
        ("vélo électrique", "fr", ["velo", "electr"]),
        ("  …!? ", "en", []),
        ("a\x00b", "en", ["a", "b"]),
    ],
)
def test_words_are_folded_stemmed_and_joined_with_their_unit(text: str, language: str, found: list[str]) -> None:
    assert terms(text, language) == found


def test_parts_of_a_hyphened_word_know_what_they_make_together() -> None:
    assert [(word.shown, word.joined) for word in words("e-bike", "en")] == [("e", "ebik"), ("bike", "ebik")]


def test_a_measure_answers_to_its_number_too() -> None:
    assert [(word.term, word.also) for word in words("500 ml", "en")] == [("500ml", ("500", "ml"))]


def test_small_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert [word.shown for word in query_words("bike for the city", "en", 200, 12)] == ["bike", "city"]
    assert [word.shown for word in query_words("to be or", "en", 200, 1)] == ["be"]
    assert [word.shown for word in query_words("the", "en", 200, 12)] == ["the"]


@pytest.mark.parametrize("typed", ["ve-pump 47", "VE.PUMP/47", "vePump47"])
def test_codes_are_compared_by_letters_and_digits(typed: str) -> None:
    assert code_key(typed) == "VEPUMP47"


def test_half_characters_and_control_characters_are_left_out() -> None:
    assert clean("a\ud800b\x07c", 200) == "ab c"
    assert len(clean("ﷺ" * 200, 200)) == 200


@pytest.mark.parametrize(
    "evil", ["a-" * 50_000, "1," * 50_000, "ä" * 100_000, "-" * 100_000, "中" * 100_000, "1mm" * 30_000, "'’" * 50_000]
)
def test_hostile_texts_cost_no_more_than_their_length(evil: str) -> None:
    started = time.process_time()
    words(evil, "de", longest=100_000)
    query_words(evil, "zh", 200, 12)
    assert time.process_time() - started < 1.0
