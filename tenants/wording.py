"""What people type, made fit to keep: one line of text, a mail address, a telephone number. Refusals name the field.

Control characters and the signs that turn the direction of writing are taken out, so that no name can add a line to a
mail's head or disguise what stands beside it.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from kernel.errors import Invalid
from kernel.i18n import gettext as _

LONGEST_LINE = 200
LONGEST_EMAIL = 254
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])


@dataclass(frozen=True)
class EmailAddress:
    """A mail address as typed (`shown`) and as it is compared (`key`: lower case, domain in punycode)."""

    shown: str
    key: str


def line(where: str, text: str, longest: int = LONGEST_LINE, required: bool = False) -> str:
    """One trimmed line without control characters; Invalid at `where` if it is too long, or empty though required."""
    if len(text) > 10 * longest:
        raise Invalid.at(where, _("Please keep this to %(count)s characters.") % {"count": longest}, "too_long")
    visible = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text).translate(_DIRECTIONS)
    cleaned = re.sub(r"\s+", " ", unicodedata.normalize("NFC", visible)).strip()
    if len(cleaned) > longest:
        raise Invalid.at(where, _("Please keep this to %(count)s characters.") % {"count": longest}, "too_long")
    if required and not cleaned:
        raise Invalid.at(where, _("Please fill this in."), "required")
    return cleaned


def email_address(text: str, where: str = "email") -> EmailAddress:
    """The address, checked by form only (RFC 5322 as narrowed by email-validator); Invalid at `where` otherwise."""
    stripped = text.strip()
    if not stripped:
        raise Invalid.at(where, _("Please fill this in."), "required")
    try:
        found = validate_email(stripped[: LONGEST_EMAIL + 1], check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid.at(where, _("This does not look like an e-mail address."), "email") from error
    ascii_form = found.ascii_email or found.normalized
    return EmailAddress(ascii_form, ascii_form.lower())


def phone_number(text: str, country: str | None, where: str = "phone") -> str:
    """In international form (E.164) where it can be a number of that country; empty stays empty; Invalid otherwise."""
    stripped = line(where, text, 40)
    if not stripped:
        return ""
    try:
        number = phonenumbers.parse(stripped, country)
    except phonenumbers.NumberParseException as error:
        raise Invalid.at(where, _("This does not look like a telephone number."), "phone") from error
    if not phonenumbers.is_possible_number(number):
        raise Invalid.at(where, _("This does not look like a telephone number."), "phone")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def name_key(name: str) -> str:
    """A name as it is searched and compared: lower case, without accents, punctuation and double spaces."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("ß", "ss"))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", letters).strip()
