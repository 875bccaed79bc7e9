"""What people type, made fit to keep."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from tenants.wording import email_address, line, name_key, phone_number


@given(st.text(max_size=300))
def test_a_line_never_holds_control_characters_or_double_spaces(text):
    try:
        cleaned = line("name", text)
    except Invalid as error:
        assert error.problems[0].code == "too_long"
        return
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
    assert not any(ord(c) < 32 or c in "\x7f\u202e\u2066" for c in cleaned)


def test_an_empty_line_is_refused_where_it_is_required():
    assert line("name", "  ") == ""
    with pytest.raises(Invalid) as error:
        line("name", " \n ", required=True)
    assert (error.value.problems[0].where, error.value.problems[0].code) == ("name", "required")


def test_addresses_are_compared_without_case():
    found = email_address("  Ada@Veloria.Example ")
    assert (found.shown, found.key) == ("Ada@veloria.example", "ada@veloria.example")


@pytest.mark.parametrize(
    "text", ["", "ada", "ada@", "@x.example", "a b@x.example", "ada@x", "a@b.example\nBcc: c@d.example", "a" * 300 + "@x.example"]
)
def test_what_is_no_address_is_refused_at_its_field(text):
    with pytest.raises(Invalid) as error:
        email_address(text, "contact_email")
    assert error.value.problems[0].where == "contact_email"


def test_telephone_numbers_come_to_international_form():
    assert phone_number("030 123456", "DE") == "+4930123456"
    assert phone_number("+1 415 555 0133", None) == "+14155550133"
    assert phone_number("", "DE") == ""
    for text in ("12", "call me", "030 123456"):
        with pytest.raises(Invalid):
            phone_number(text, None)


def test_names_are_compared_without_accents_and_punctuation():
    assert name_key("Müller & Söhne, GmbH") == name_key("muller  sohne gmbh") == "muller sohne gmbh"
    assert name_key("Straße") == "strasse"
    assert name_key("车行 北") == "车行 北"
