"""Numbers and origins that trade and customs ask for: manufacturer and its number, customs code, country of origin. Pure.

Customs codes are those of the Harmonised System (six digits), the Combined Nomenclature of the EU (eight) or TARIC (ten). Their first
two digits are a chapter: 01 to 97, of which 77 is kept free (WCO, Harmonised System 2022); 98 and 99 are each country's own.
"""

import re
from collections.abc import Mapping
from typing import Any

from catalog.attribute_values import BadValue, check_text
from kernel.i18n import country_names
from kernel.i18n import gettext as _

LONGEST = {"manufacturer": 120, "manufacturer_number": 80}
TRADE = (*LONGEST, "customs_code", "origin_country")
CUSTOMS_LENGTHS = (6, 8, 10)
NO_CHAPTERS = ("00", "77")


def check_words(name: str, raw: Any) -> str:
    """A manufacturer or its number: one line. Raises BadValue."""
    return check_text(" ".join(str(raw).split()), LONGEST[name]) or ""


def check_customs_code(raw: Any) -> str:
    """Six, eight or ten digits of a chapter that there is, or nothing; dots and blanks between them go. Raises BadValue."""
    digits = re.sub(r"[\s.]", "", str(raw))
    if not digits:
        return ""
    if not digits.isascii() or not digits.isdigit() or len(digits) not in CUSTOMS_LENGTHS:
        raise BadValue(_("A customs code has 6, 8 or 10 digits."))
    if digits[:2] in NO_CHAPTERS:
        raise BadValue(_("There is no chapter %(chapter)s in the customs tariff.") % {"chapter": digits[:2]})
    return digits


def check_country(raw: Any) -> str:
    """An ISO 3166-1 code of two letters, or nothing. Raises BadValue."""
    code = str(raw).strip().upper()
    if code and code not in country_names():
        raise BadValue(_("There is no country with the code “%(code)s”.") % {"code": code[:20]})
    return code


CHECKS: Mapping[str, Any] = {
    "manufacturer": lambda raw: check_words("manufacturer", raw),
    "manufacturer_number": lambda raw: check_words("manufacturer_number", raw),
    "customs_code": check_customs_code,
    "origin_country": check_country,
}
