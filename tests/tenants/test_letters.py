"""Mails of this package."""

import pytest
from sqlalchemy import select

from kernel.i18n import using
from kernel.models import MailMessage
from tenants import letters, profile
from tests.factories.tenants import make_account, staff
from tests.tenants.conftest import inside

PLACES = {"shop": "Veloria", "inviter": "Ada", "company": "Stadtwerke"}


@pytest.mark.parametrize("name", sorted(letters.LETTERS))
def test_every_letter_fills_all_its_places(name):
    letter = letters.LETTERS[name]
    link = "http://veloria.localhost/x?a=1&b=2" if letter.button else ""
    with using("en"):
        subject, text, html = letters.written(letter, "Mira", link, PLACES)
    assert "%(" not in subject + text + html
    assert text.startswith("Hello Mira,")
    assert ("http" in text) == bool(link)
    assert ('href="http://veloria.localhost/x?a=1&amp;b=2"' in html) == bool(link)


def test_what_people_are_called_is_text_and_never_markup_or_a_template():
    places = {"shop": "<script>x</script>", "inviter": "{{ 7*7 }} %(shop)s {0}", "company": "${x}"}
    with using("en"):
        _subject, text, html = letters.written(letters.LETTERS["invitation"], '"><img src=x>', "http://x.localhost/y", places)
    assert "<script" not in html
    assert "<img" not in html
    assert "{{ 7*7 }} %(shop)s {0} has invited you" in text


def test_a_letter_goes_out_in_the_name_of_the_shop(brand):
    with inside(brand.id) as session:
        profile.change_details(session, staff(brand.id), profile.ShopDetails(contact_email="hello@veloria.example"))
        mira = make_account(session, brand.id, "mira@example.com")
        letters.send(session, mira, "invitation", "http://x.localhost/y", inviter="Ada\r\nBcc: evil@example.com")
        message = session.scalars(select(MailMessage)).one()
        assert (message.recipient, message.reply_to, message.sender_name) == ("mira@example.com", "hello@veloria.example", brand.name)
        assert "\r" not in message.subject + message.text
        assert "Ada Bcc: evil@example.com has invited you" in message.text
