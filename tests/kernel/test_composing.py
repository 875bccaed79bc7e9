"""A mail as it goes out: the standard library's parser reads back what was meant, and no value adds a header (T37)."""

import email
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr

import pytest

from kernel import composing
from kernel.composing import Draft, Letter

AT = datetime(2026, 11, 24, 9, 30, 5, tzinfo=UTC)
HEADERS = ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]


def written(**said: str) -> Letter:
    usual = {
        "mark": "0193-abc",
        "sender": "shop@galleria.example",
        "sender_name": "Veloria",
        "recipient": "mira@example.com",
        "reply_to": "desk@veloria.example",
        "subject": "Your order",
        "text": "Thank you.",
        "html": "<p>Thank you.</p>",
    }
    return composing.write(Draft(at=AT, **{**usual, **said}))


def read(letter):
    return email.message_from_bytes(letter.content, policy=default)


NAMES = [
    "Veloria",
    "Größenhaus & Söhne",
    "螺丝与灯具 🚲 专卖店",
    "Veloria, Inc.",
    'The "Wheel" \\ Shop (Aarental) <best@example.com>',
    "Ünï" * 33,
    "名" * 100,
    "a" * 100,
    "a=?b",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_read_back_as_they_were(name):
    letter = written(sender_name=name)
    shown, address = parseaddr(email.message_from_bytes(letter.content)["From"])
    assert (str(make_header(decode_header(shown))), address) == (name, "shop@galleria.example")
    (sender,) = read(letter)["From"].addresses
    # this parser puts a space between two encoded words of a name
    assert (sender.display_name.replace(" ", ""), sender.addr_spec) == (name.replace(" ", ""), "shop@galleria.example")
    assert read(letter)["From"].defects == ()
    assert max(len(line) for line in letter.content.split(b"\r\n")) <= 100


@pytest.mark.parametrize("subject", [*NAMES, "", "Größe " * 33, "🚲" * 200, "ein langer Betreff ohne Umlaute, " * 6, "x" * 200])
def test_subjects_are_read_back_as_they_were_and_keep_to_short_lines(subject):
    letter = written(subject=subject)
    message = read(letter)
    assert str(message["Subject"]) == subject
    assert message["Subject"].defects == ()
    assert letter.content.isascii()
    assert max(len(line) for line in letter.content.split(b"\r\n")) <= 78


BODIES = [
    "Guten Tag Jörg,\n\nIhre Größe: 螺丝 🚲\n",
    "one line without an end",
    "",
    "=" * 300,
    "trailing blanks   \nand a tab\t\n",
    ".\n..\n.dot at the start\nFrom me\n",
    "--=_0193-abc\n--=_0193-abc--\n",
    "wörd" * 5000,
    "old\rstyles\r\nof line ends\n",
]


@pytest.mark.parametrize("html", ["", "<p>Größe „螺丝“ = 1</p>\n" * 50])
@pytest.mark.parametrize("body", BODIES)
def test_bodies_are_read_back_as_they_were(body, html):
    letter = written(text=body, html=html)
    message = read(letter)
    plain = message.get_body(("plain",))
    meant = body.replace("\r\n", "\n").replace("\r", "\n")
    assert plain.get_content().replace("\r\n", "\n") == (meant if meant.endswith("\n") else meant + "\n")
    assert plain.get_content_charset() == "utf-8"
    found = message.get_body(("html",))
    assert (found.get_content().replace("\r\n", "\n") if found else "") == html
    assert message.get_content_type() == ("multipart/alternative" if html else "text/plain")
    assert [part.defects for part in message.walk()] == [[]] * (3 if html else 1)
    assert b"\n" not in letter.content.replace(b"\r\n", b"") and b"\r" not in letter.content.replace(b"\r\n", b"")
    assert max(len(line) for line in letter.content.split(b"\r\n")) <= 78


def test_every_header_is_there_once():
    message = read(written())
    assert message.keys() == HEADERS
    assert (message["To"], message["Reply-To"]) == ("mira@example.com", "desk@veloria.example")
    assert message["Date"].datetime == AT
    assert message["Message-ID"] == "<0193-abc@galleria.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert read(written(sender_name="", reply_to=""))["From"] == "shop@galleria.example"
    assert "Reply-To" not in read(written(reply_to=""))


@pytest.mark.parametrize("field", ["subject", "sender_name", "mark", "sender", "recipient", "reply_to"])
@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: v@example.com", "x\nBcc: v@example.com", "x\rBcc: y", "\r\n x", "x\x00", "x\x85y", "x\u2028y", "\ud800"]
)
def test_a_control_character_in_a_header_is_refused(field, evil):
    with pytest.raises(ValueError, match="a mail's header would hold"):
        written(**{field: evil})


@pytest.mark.parametrize("field", ["sender", "recipient", "reply_to"])
@pytest.mark.parametrize(
    "evil",
    ["a@example.com, b@example.com", "A <a@example.com>", "a@example.com;b@example.com", '"a"@example.com', "=?utf-8?q?x?=@example.com"],
)
def test_more_than_an_address_is_refused_as_an_address(field, evil):
    with pytest.raises(ValueError, match="a mail's header would hold"):
        written(**{field: evil})


@pytest.mark.parametrize("evil", ["=?utf-8?q?x=0D=0ABcc:_v@example.com?=", "a =?utf-8?b?eA0KQmNjOiB2QGV4YW1wbGUuY29t?= b"])
def test_what_looks_like_an_encoded_word_is_text_and_adds_no_header(evil):
    letter = written(subject=evil, sender_name=evil)
    message = read(letter)
    assert message.keys() == HEADERS
    assert not re.search(rb"(?i)[\r\n]bcc", letter.content)
    assert evil.encode() not in letter.content


def test_addresses_with_other_letters_go_out_as_they_are_and_say_so():
    letter = written(recipient="jörg@müller.example")
    assert (letter.is_international, letter.recipient) == (True, "jörg@müller.example")
    assert "\r\nTo: jörg@müller.example\r\n".encode() in letter.content
    assert written(reply_to="jörg@müller.example").is_international
    assert not written(subject="Größe", text="Größe", sender_name="Größe").is_international
