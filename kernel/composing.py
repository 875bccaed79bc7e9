"""A mail as it goes out (RFC 5322, 2045 to 2047), written at once from checked values.

The standard library's message objects parse and fold every header they are given; that took most of a mail's time. What is
written here needs little of it: names and subjects are ASCII as it is or encoded words, bodies quoted-printable. The
parts' boundary holds `=_`, which quoted-printable text cannot hold. A value with a control character is refused: no
input can add a header line.

Addresses with other signs than ASCII go out as they are (RFC 6532), to servers that take them (SMTPUTF8).
"""

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

# 52 letters of base64 with their frame, after the name of a header: within the 76 of a line that holds an encoded word
WORD_BYTES = 39
LONGEST_PLAIN = 60
# a lone surrogate cannot be written in UTF-8 either
UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
NO_ADDRESS = re.compile(r"[\s<>(),;\"\\]|=\?")
PLAIN = re.compile(r"[ -~]*")
ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Letter:
    """`content` is the whole mail, `sender` and `recipient` are the envelope's addresses. `is_international`: there is an
    address that only servers with SMTPUTF8 understand."""

    sender: str
    recipient: str
    content: bytes
    is_international: bool


@dataclass(frozen=True)
class Draft:
    """What a mail says. Addresses are checked ones, subject and name one line; `html` may be empty."""

    mark: str
    at: datetime
    sender: str
    sender_name: str
    recipient: str
    reply_to: str
    subject: str
    text: str
    html: str


def write(draft: Draft) -> Letter:
    """The mail, plain text with an HTML alternative. Raises ValueError where a header would hold a control character or an
    address more than one address."""
    _check(draft)
    headers = [
        ("From", f"{_phrase(draft.sender_name)} <{draft.sender}>" if draft.sender_name else draft.sender),
        ("To", draft.recipient),
        *([("Reply-To", draft.reply_to)] if draft.reply_to else []),
        ("Subject", _words(draft.subject)),
        ("Date", format_datetime(draft.at)),
        ("Message-ID", f"<{draft.mark}@{draft.sender.rpartition('@')[2]}>"),
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
    ]
    boundary = f"=_{draft.mark}"
    if draft.html:
        headers.append(("Content-Type", f'multipart/alternative; boundary="{boundary}"'))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers).encode()
    content = [head, _part("plain", draft.text)]
    if draft.html:
        fence = f"--{boundary}".encode()
        content = [head, b"\r\n", fence, b"\r\n", content[1], b"\r\n", fence, b"\r\n", _part("html", draft.html), b"\r\n", fence, b"--\r\n"]
    return Letter(draft.sender, draft.recipient, b"".join(content), is_international=not head.isascii())


def _check(draft: Draft) -> None:
    for value in (draft.mark, draft.subject, draft.sender_name):
        if UNFIT.search(value):
            raise ValueError("a mail's header would hold a control character")
    for address in (draft.sender, draft.recipient, draft.reply_to):
        if UNFIT.search(address) or NO_ADDRESS.search(address):
            raise ValueError("a mail's header would hold what is no address")


def _part(kind: str, content: str) -> bytes:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    body = LINE_END.sub("\n", content)
    encoded = b2a_qp((body if body.endswith("\n") else body + "\n").encode(), istext=True)
    return head.encode() + encoded.replace(b"\n", b"\r\n")


def _is_plain(text: str) -> bool:
    return len(text) <= LONGEST_PLAIN and "=?" not in text and PLAIN.fullmatch(text) is not None


def _words(text: str) -> str:
    """Text of a header: as it is where that is short and ASCII, else as encoded words, one to a line."""
    if _is_plain(text):
        return text
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece).decode()}?=" for piece in _pieces(text))


def _phrase(name: str) -> str:
    """A name before an address: as it is, quoted, or as encoded words."""
    if not _is_plain(name):
        return _words(name)
    if ATOMS.fullmatch(name):
        return name
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


def _pieces(text: str) -> Iterator[bytes]:
    """Its UTF-8 in pieces of at most WORD_BYTES, none of which ends within a sign."""
    piece = b""
    for sign in text:
        encoded = sign.encode()
        if len(piece) + len(encoded) > WORD_BYTES:
            yield piece
            piece = b""
        piece += encoded
    yield piece
