"""Mail: written into the transaction that has something to say, sent by the worker, in order, once.

`queue` adds a row and asks for the task that sends what is waiting in the tenant, oldest first; a chore tries again
what could not be sent. While the mail server is away all mails wait (nothing fails, the order stays); a mail
whose recipient is refused for good is given up at once and stands aside. Bodies are emptied with the sending, rows go after
KEEP_DAYS. The message id is the row's id, so that a mail that had to be handed over twice (a crash between hand-over and
commit) is recognised as one by the receiver.

Headers are written from checked values (kernel/composing.py): no input can add a header line.
"""

import logging
import re
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import css_inline
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from kernel import clock, composing, events, metrics, tenancy
from kernel.composing import Letter
from kernel.db.session import transaction
from kernel.db.statements import Statement
from kernel.errors import Invalid
from kernel.ids import first_id, new_id
from kernel.logs import CONTROL
from kernel.models import MailMessage

log = logging.getLogger(__name__)

SEND_TASK = "kernel.mail.send"
TIMEOUT_SECONDS = 10
LONGEST_SWEEP_SECONDS = 20.0
LONGEST_SUBJECT = 200
GIVE_UP_DAYS = 3
# long enough to answer "was it ever sent to me?"; after that an address and a subject are personal data without a purpose
KEEP_DAYS = 90
MOST_FORGOTTEN = 10_000
FIRST_WAIT_SECONDS = 5
LONGEST_OUTAGE_WAIT_SECONDS = 60
LONGEST_WAIT_SECONDS = 3600

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


class Sendable(Protocol):
    """What is read of a waiting mail; see kernel.models.MailMessage."""

    id: UUID
    recipient: str
    subject: str
    text: str
    html: str
    reply_to: str | None
    sender_name: str
    attempts: int
    queued_at: datetime


class PostUnreachable(Exception):
    """The mail server does not answer or wants nothing from anybody now: all mails wait."""


class RecipientRefused(Exception):
    """The server took the connection but not this mail; `for_good` where trying again is useless (5xx)."""

    def __init__(self, reason: str, for_good: bool) -> None:
        super().__init__(reason)
        self.for_good = for_good


class Post(Protocol):
    """An open way to hand over mails."""

    def hand_over(self, letter: Letter, message_id: UUID) -> None:
        """Raises PostUnreachable or RecipientRefused."""


class Transport(Protocol):
    """Where mails go. `reach` opens the way once for a whole sweep; raises PostUnreachable."""

    @contextmanager
    def reach(self) -> Iterator[Post]:
        """An open post, closed afterwards."""
        ...


@dataclass(frozen=True)
class FileSink:
    """Mails as files `<folder>/<tenant>/<id>.eml`: for the demo, development and tests."""

    folder: Path

    @contextmanager
    def reach(self) -> Iterator[Post]:
        """Always reachable, while the folder can be written."""
        yield self

    def hand_over(self, letter: Letter, message_id: UUID) -> None:
        """Writes the file, whole or not at all."""
        place = self.folder / str(tenancy.current()) / f"{message_id}.eml"
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            draft = place.with_suffix(".draft")
            draft.write_bytes(letter.content)
            draft.replace(place)
        except OSError as error:
            raise PostUnreachable(str(error)) from error


@dataclass(frozen=True)
class SmtpPost:
    """An open SMTP connection."""

    connection: smtplib.SMTP

    def hand_over(self, letter: Letter, message_id: UUID) -> None:
        """Sends one mail over the open connection."""
        try:
            self.connection.ehlo_or_helo_if_needed()
            if letter.is_international and not self.connection.has_extn("smtputf8"):
                raise RecipientRefused("the mail server takes no addresses with such letters", for_good=True)
            options = ("SMTPUTF8", "BODY=8BITMIME") if letter.is_international else ()
            self.connection.sendmail(letter.sender, [letter.recipient], letter.content, options)
        except smtplib.SMTPRecipientsRefused as error:
            code, reason = next(iter(error.recipients.values()))
            raise RecipientRefused(f"{code} {_words(reason)}", code >= 500) from error
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            if error.smtp_code == 421:
                raise PostUnreachable(_words(error.smtp_error)) from error
            raise RecipientRefused(f"{error.smtp_code} {_words(error.smtp_error)}", error.smtp_code >= 500) from error
        except (smtplib.SMTPException, OSError) as error:
            raise PostUnreachable(str(error)) from error


@dataclass(frozen=True)
class Smtp:
    """A mail server. `tls`: `starttls` (usual, port 587), `tls` (port 465) or `none` (a server on the same machine)."""

    host: str
    port: int = 587
    user: str = ""
    password: str = ""
    tls: Literal["starttls", "tls", "none"] = "starttls"

    @contextmanager
    def reach(self) -> Iterator[Post]:
        """Connects and signs in; raises PostUnreachable."""
        try:
            connection = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise PostUnreachable(str(error)) from error
        try:
            yield SmtpPost(connection)
        finally:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        connection: smtplib.SMTP
        if self.tls == "tls":
            connection = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            if self.tls == "starttls":
                connection.starttls(context=context)
            if self.user:
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection


_transport: Transport | None = None
_sender = "no-reply@localhost"
_sender_name = ""


def use_transport(transport: Transport | None, sender: str) -> None:
    """How mails leave the house and who they come from (`Galleria <no-reply@example.com>`); set once at start-up of the
    worker. The name is used where a mail brings none of its own."""
    global _transport, _sender_name, _sender
    name, address = parseaddr(sender)
    _transport, _sender_name, _sender = transport, name, address


def transport_from(url: str, folder: Path) -> Transport:
    """`smtp://user:password@host:587` (STARTTLS; `?tls=none` without), `smtps://…`; empty: files in `folder`."""
    if not url:
        return FileSink(folder)
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("the address of a mail server begins with smtp:// or smtps://")
    is_tls = parts.scheme == "smtps"
    plain = parse_qs(parts.query).get("tls") == ["none"]
    return Smtp(
        parts.hostname,
        parts.port or (465 if is_tls else 587),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        "tls" if is_tls else "none" if plain else "starttls",
    )


def queue(session: Session, to: str, subject: str, text: str, html: str, reply_to: str | None = None, sender_name: str = "") -> UUID:
    """Mails `to` once the transaction is committed; returns the mail's id.

    `text` and `html` say the same; styles of the html are moved into its elements. Raises Invalid for addresses that
    cannot be written to; control characters in subject and names are taken out.
    """
    row = MailMessage(
        tenant_id=tenancy.current(),
        id=new_id(),
        recipient=checked_address(to, "to"),
        subject=_plain(subject)[:LONGEST_SUBJECT],
        text=text,
        html=_inliner.inline(html) if html else "",
        reply_to=checked_address(reply_to, "reply_to") if reply_to else None,
        sender_name=_plain(sender_name)[:100],
    )
    session.add(row)
    events.add_row(session, events.TASK_PREFIX + SEND_TASK, {}, None, lock="mail")
    return row.id


def checked_address(address: str, where: str = "email") -> str:
    """The address in its usual form; Invalid where it is none. Asks no other server."""
    if "=?" in address:  # an encoded word, see _plain
        raise Invalid.at(where, "This is not a mail address.", "email")
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Invalid.at(where, "This is not a mail address.", "email") from error


def compose(row: Sendable) -> Letter:
    """The mail as it goes out: plain text with an HTML alternative."""
    return composing.write(
        composing.Draft(
            mark=str(row.id),
            at=row.queued_at,
            sender=_sender,
            sender_name=_plain(row.sender_name) or _plain(_sender_name),
            recipient=row.recipient,
            reply_to=row.reply_to or "",
            subject=_plain(row.subject),
            text=row.text,
            html=row.html,
        )
    )


def send_waiting() -> int:
    """Sends the current tenant's mails that are due, oldest first, each in a transaction of its own; returns how many
    were sent. Ends early, without error, where the mail server cannot be reached or after LONGEST_SWEEP_SECONDS."""
    if _transport is None:
        raise RuntimeError("no way for mails has been set: call use_transport first")
    sent, deadline = 0, time.monotonic() + LONGEST_SWEEP_SECONDS
    try:
        if not _is_any_due():
            return 0
        with _transport.reach() as post:
            is_more = True
            while is_more and time.monotonic() < deadline:
                outcome = _send_next(post)
                sent, is_more = sent + outcome.sent, outcome.is_more
    except PostUnreachable as error:
        log.warning("the mail server cannot be reached; mails wait", extra={"reason": str(error)})
        _let_all_wait(str(error))
    return sent


def forget_old(session: Session) -> int:
    """Removes the current tenant's mails that were sent or given up and are older than KEEP_DAYS, at most MOST_FORGOTTEN in
    one turn; returns how many. Their bodies went when they were sent. What waits is never removed."""
    old = (MailMessage.tenant_id == tenancy.current()) & (MailMessage.id < first_id(clock.now() - timedelta(days=KEEP_DAYS)))
    some = select(MailMessage.id).where(old, MailMessage.state != "waiting").order_by(MailMessage.id).limit(MOST_FORGOTTEN)
    gone = delete(MailMessage).where(MailMessage.tenant_id == tenancy.current(), MailMessage.id.in_(some))
    return len(session.scalars(gone.returning(MailMessage.id)).all())


def _due() -> ColumnElement[bool]:
    return (MailMessage.tenant_id == tenancy.current()) & (MailMessage.state == "waiting") & (MailMessage.next_try_at <= func.now())


# every mail runs through these; the values of `state` and the names are those of kernel.models.MailMessage
ANY_DUE = Statement(
    "SELECT 1 AS one FROM kernel.mail_message WHERE tenant_id = :tenant AND state = 'waiting' AND next_try_at <= now() LIMIT 1"
)
# of two sweeps at once the second waits for the first one's row and then, where that has gone out, goes on with the next:
# nothing goes out twice or out of order, and none is left lying
NEXT = Statement(
    "SELECT id, recipient, subject, text, html, reply_to, sender_name, attempts, queued_at FROM kernel.mail_message"
    " WHERE tenant_id = :tenant AND state = 'waiting' AND next_try_at <= now() ORDER BY id LIMIT 1 FOR UPDATE"
)
# the body may hold a sign-in link and has done its work; what is queued after this look asks for a sweep of its own
SENT = Statement(
    "UPDATE kernel.mail_message m SET state = 'sent', sent_at = now(), last_error = '', text = '', html = ''"
    " WHERE tenant_id = :tenant AND id = :mail RETURNING EXISTS (SELECT 1 FROM kernel.mail_message w"
    " WHERE w.tenant_id = m.tenant_id AND w.id <> m.id AND w.state = 'waiting' AND w.next_try_at <= now()) AS is_more"
)
PUT_ASIDE = Statement(
    "UPDATE kernel.mail_message SET attempts = :attempts, last_error = :reason, next_try_at = now() + make_interval(secs => :wait)"
    " WHERE tenant_id = :tenant AND id = :mail"
)
GIVEN_UP = Statement("UPDATE kernel.mail_message SET state = 'failed', text = '', html = '' WHERE tenant_id = :tenant AND id = :mail")


@dataclass(frozen=True)
class Outcome:
    """Of one look for the next mail: how many were sent (0 or 1), and whether to look again."""

    sent: int
    is_more: bool


def _is_any_due() -> bool:
    with transaction(read_only=True) as session:
        return ANY_DUE.first(session, tenant=tenancy.current()) is not None


def _send_next(post: Post) -> Outcome:
    with transaction() as session:
        row = NEXT.first(session, tenant=tenancy.current())
        if row is None:
            return Outcome(0, is_more=False)
        try:
            post.hand_over(compose(row), row.id)
        except RecipientRefused as error:
            _put_aside(session, row, str(error), error.for_good)
            return Outcome(0, is_more=True)
        left = SENT.one(session, tenant=tenancy.current(), mail=row.id)
        metrics.MAILS.labels("sent").inc()
        return Outcome(1, left.is_more)


def _put_aside(session: Session, row: Sendable, reason: str, for_good: bool) -> None:
    mine = {"tenant": tenancy.current(), "mail": row.id}
    attempts = row.attempts + 1
    wait = min(60 * 2**attempts, LONGEST_WAIT_SECONDS)
    PUT_ASIDE.run(session, **mine, attempts=attempts, reason=reason[:500], wait=wait)
    if for_good or clock.now() - row.queued_at > timedelta(days=GIVE_UP_DAYS):
        GIVEN_UP.run(session, **mine)
        metrics.MAILS.labels("failed").inc()
        log.warning("mail given up", extra={"mail": str(row.id), "reason": reason[:500]})


def _let_all_wait(reason: str) -> None:
    """Puts every waiting mail off by the same time, so that they go out in order later; after GIVE_UP_DAYS they are given up."""
    old = MailMessage.queued_at < func.now() - timedelta(days=GIVE_UP_DAYS)
    with transaction() as session:
        session.execute(update(MailMessage).where(_due(), old).values(state="failed", text="", html="", last_error=reason[:500]))
        tries = session.scalar(select(func.max(MailMessage.attempts)).where(_due())) or 0
        wait = timedelta(seconds=min(FIRST_WAIT_SECONDS * 2 ** min(tries, 10), LONGEST_OUTAGE_WAIT_SECONDS))
        session.execute(
            update(MailMessage)
            .where(MailMessage.tenant_id == tenancy.current(), MailMessage.state == "waiting")
            .values(next_try_at=func.now() + wait, attempts=MailMessage.attempts + 1, last_error=reason[:500])
        )


def _plain(text: str) -> str:
    """One line without control characters. Encoded words (RFC 2047, 1996) are broken up: the library would decode
    them, line breaks included, and write what is inside as headers of their own."""
    return re.sub(r"\s+", " ", CONTROL.sub(" ", text).replace("=?", "= ?")).strip()


def _words(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
