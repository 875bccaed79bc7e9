"""Postal addresses by country."""

import pytest

from kernel.errors import Invalid
from kernel.i18n import using
from tenants.addresses import PostalAddress, checked, countries, form_for, label_lines

GERMAN = {
    "country_code": "de",
    "name": "Mira Castell",
    "street_address": "Hafenweg 3\nHinterhaus",
    "postal_code": "88131",
    "city": "Aarental",
}
AMERICAN = {
    "country_code": "US",
    "name": "Sam Okafor",
    "street_address": "1 Pier",
    "city": "San Francisco",
    "country_area": "California",
    "postal_code": "94107",
}


def problems(fields: dict[str, str], prefix: str = "") -> dict[str, str]:
    with pytest.raises(Invalid) as error:
        checked(fields, prefix)
    return {problem.where: problem.code for problem in error.value.problems}


def test_a_german_form_asks_for_the_postcode_before_the_town_and_for_no_state():
    names = [field.name for field in form_for("DE")]
    assert names == ["name", "company_name", "street_address", "postal_code", "city"]
    assert [field.name for field in form_for("DE") if field.required] == ["name", "street_address", "postal_code", "city"]


def test_an_american_form_has_a_list_of_states_and_calls_the_postcode_zip_code():
    fields = {field.name: field for field in form_for("US")}
    assert str(fields["postal_code"].label) == "ZIP code"
    assert ("CA", "California") in fields["country_area"].choices
    assert fields["country_area"].required


def test_a_japanese_form_has_no_town():
    assert "city" not in {field.name for field in form_for("JP")}


def test_every_country_of_the_list_has_a_form():
    assert len(countries()) > 240
    for code in countries():
        assert "street_address" in {field.name for field in form_for(code)}, code


def test_an_address_keeps_its_lines_and_the_spelling_of_its_town():
    address = checked(GERMAN)
    assert address == PostalAddress("DE", "Mira Castell", street_lines=("Hafenweg 3", "Hinterhaus"), city="Aarental", postal_code="88131")


def test_the_name_of_a_state_is_brought_to_its_code():
    assert checked(AMERICAN).country_area == "CA"


def test_labels_are_written_as_the_country_writes_them():
    with using("en"):
        assert label_lines(checked(GERMAN)) == ["Mira Castell", "Hafenweg 3", "Hinterhaus", "88131 Aarental", "Germany"]
        assert label_lines(checked(AMERICAN), with_country=False) == ["Sam Okafor", "1 Pier", "San Francisco, CA 94107"]
    with using("de"):
        assert label_lines(checked(GERMAN))[-1] == "Deutschland"


def test_everything_that_is_missing_is_named_at_its_field():
    assert problems({"country_code": "DE"}, "shipping.") == {
        "shipping.name": "required",
        "shipping.street_address": "required",
        "shipping.postal_code": "required",
        "shipping.city": "required",
    }


def test_a_postcode_has_to_fit_country_and_state():
    assert problems({**GERMAN, "postal_code": "881"}) == {"postal_code": "postal_code"}
    assert problems({**AMERICAN, "postal_code": "10001"}) == {"postal_code": "postal_code"}


def test_an_unknown_country_is_refused():
    assert problems({"country_code": "XX"}) == {"country_code": "country"}
    assert problems({}) == {"country_code": "country"}


def test_a_company_needs_no_person_on_its_address():
    assert checked({**GERMAN, "name": "", "company_name": "Stadtwerke Aarental"}).company_name == "Stadtwerke Aarental"


def test_overlong_fields_and_too_many_lines_are_refused():
    assert problems({**GERMAN, "name": "n" * 101}) == {"name": "too_long"}
    assert problems({**GERMAN, "street_address": "a\nb\nc\nd"}) == {"street_address": "too_long"}


def test_control_characters_never_reach_a_label():
    address = checked({**GERMAN, "name": "Mira\r\nBcc: x\x00y\u202e"})
    assert label_lines(address)[0] == "Mira Bcc: x y"


def test_an_address_survives_a_snapshot():
    address = checked({**AMERICAN, "phone": "(415) 555-0133"})
    assert address.phone == "+14155550133"
    assert PostalAddress.from_json(address.as_json()) == address
    assert PostalAddress.from_json({**address.as_json(), "colour": "red"}) == address
