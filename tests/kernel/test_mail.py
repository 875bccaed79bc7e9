"""Mail: sent once after the commit, in order, whatever the mail server does; no input adds a header (T37, F14)."""

import email
import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, text, update

from kernel import clock, mail, tenancy
from kernel.db.session import transaction
from kernel.errors import Invalid
from kernel.ids import first_id
from kernel.jobs import drain_once
from kernel.jobs.chores import all_chores
from kernel.mail import FileSink, Smtp
from kernel.models import MailMessage


class Inbox:
    """An SMTP server's handler: keeps what it takes, refuses on command."""

    def __init__(self):
        self.messages = []
        self.refuse = {}

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A mail server that can go away and come back on the same port."""

    def __init__(self):
        self.inbox = Inbox()
        self.port = free_port()
        self.controller = None

    def up(self, speaks_utf8=True):
        self.controller = Controller(self.inbox, hostname="127.0.0.1", port=self.port, server_hostname="test", enable_SMTPUTF8=speaks_utf8)
        self.controller.start()

    def down(self):
        if self.controller:
            self.controller.stop()
            self.controller = None


@pytest.fixture
def server():
    running = Server()
    running.up()
    mail.use_transport(Smtp("127.0.0.1", running.port, tls="none"), "Galleria <shop@galleria.example>")
    yield running
    running.down()
    mail.use_transport(None, "no-reply@localhost")


@pytest.fixture
def sink(tmp_path):
    mail.use_transport(FileSink(tmp_path), "Galleria <shop@galleria.example>")
    yield tmp_path
    mail.use_transport(None, "no-reply@localhost")


def queue(shop, to="mira@example.com", subject="Your order", body="Thank you.", html="<p>Thank you.</p>", **more):
    with tenancy.entering(shop.id), transaction() as session:
        return mail.queue(session, to, subject, body, html, **more)


def rows(shop):
    with tenancy.entering(shop.id), transaction() as session:
        return session.scalars(select(MailMessage).order_by(MailMessage.id)).all()


def send_now(shop):
    """As if the wait were over."""
    with tenancy.entering(shop.id):
        with transaction() as session:
            session.execute(update(MailMessage).where(MailMessage.state == "waiting").values(next_try_at=func.now()))
        return mail.send_waiting()


def read(folder, shop):
    return [email.message_from_bytes(p.read_bytes(), policy=default) for p in sorted((folder / str(shop.id)).glob("*.eml"))]


def test_a_mail_is_sent_after_the_commit_with_text_and_html(brand, server, relay_db):
    mail_id = queue(
        brand,
        subject="Größe 螺丝",
        html="<style>p {color: red}</style><p>Thank you.</p>",
        reply_to="desk@veloria.example",
        sender_name="Veloria",
    )
    assert server.inbox.messages == []
    drain_once(relay_db, brand.id)
    (message,) = server.inbox.messages
    assert message["To"] == "mira@example.com"
    assert message["From"] == "Veloria <shop@galleria.example>"
    assert message["Reply-To"] == "desk@veloria.example"
    assert message["Subject"] == "Größe 螺丝"
    assert message["Message-ID"] == f"<{mail_id}@galleria.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_body(("plain",)).get_content().strip() == "Thank you."
    assert '<p style="color: red' in message.get_body(("html",)).get_content()


def test_a_mail_of_a_transaction_that_fails_is_never_sent(brand, server, relay_db):
    with pytest.raises(RuntimeError), tenancy.entering(brand.id), transaction() as session:
        mail.queue(session, "mira@example.com", "x", "x", "")
        raise RuntimeError
    drain_once(relay_db, brand.id)
    assert server.inbox.messages == []


def test_what_was_sent_is_not_sent_again_and_its_body_is_gone(brand, server, relay_db):
    queue(brand, body="https://shop.example/reset?token=canary")
    drain_once(relay_db, brand.id)
    assert send_now(brand) == 0
    assert len(server.inbox.messages) == 1
    (row,) = rows(brand)
    assert (row.state, row.text, row.html) == ("sent", "", "")
    assert row.sent_at is not None


def test_while_the_mail_server_is_away_nothing_fails_and_afterwards_all_go_out_once_in_order(brand, server, relay_db):
    server.down()
    for number in range(4):
        queue(brand, subject=f"Mail {number}")
    drain_once(relay_db, brand.id)
    assert [row.state for row in rows(brand)] == ["waiting"] * 4
    server.up()
    assert send_now(brand) == 4
    assert [m["Subject"] for m in server.inbox.messages] == [f"Mail {n}" for n in range(4)]
    assert send_now(brand) == 0


def test_a_recipient_that_is_refused_for_good_stands_aside_and_the_others_get_theirs(brand, server, relay_db):
    server.inbox.refuse["gone@example.com"] = "550 no such user"
    queue(brand, to="gone@example.com")
    queue(brand)
    drain_once(relay_db, brand.id)
    assert [m["To"] for m in server.inbox.messages] == ["mira@example.com"]
    assert [(r.state, r.last_error) for r in rows(brand)] == [("failed", "550 no such user"), ("sent", "")]


def test_a_recipient_that_is_refused_for_now_is_tried_again_later(brand, server, relay_db):
    server.inbox.refuse["full@example.com"] = "452 mailbox full"
    queue(brand, to="full@example.com")
    drain_once(relay_db, brand.id)
    (row,) = rows(brand)
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.next_try_at > row.queued_at
    server.inbox.refuse.clear()
    assert send_now(brand) == 1
    assert len(server.inbox.messages) == 1


class Slow:
    """A way out that takes its time and remembers what went out, and how many were under way at once."""

    def __init__(self):
        self.went, self.under_way, self.most = [], 0, 0

    @contextmanager
    def reach(self):
        yield self

    def hand_over(self, letter, message_id):
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        time.sleep(0.005)
        self.went.append(message_id)
        self.under_way -= 1


def test_of_several_sweeps_at_once_each_mail_goes_out_once_and_in_order(brand):
    way = Slow()
    mail.use_transport(way, "Galleria <shop@galleria.example>")
    ids = [queue(brand, subject=f"Mail {number}") for number in range(30)]
    sent = []

    def sweep():
        with tenancy.entering(brand.id):
            sent.append(mail.send_waiting())

    sweeps = [threading.Thread(target=sweep) for _ in range(4)]
    for one in sweeps:
        one.start()
    for one in sweeps:
        one.join()
    mail.use_transport(None, "no-reply@localhost")
    assert (way.went, way.most, sum(sent)) == (ids, 1, 30)
    assert {row.state for row in rows(brand)} == {"sent"}


def test_mails_that_are_queued_while_others_go_out_are_not_left_lying(brand):
    class Interrupted(Slow):
        """Another mail is queued while one goes out."""

        def hand_over(self, letter, message_id):
            if len(ids) < 3:
                ids.append(queue(brand))
            super().hand_over(letter, message_id)

    way, ids = Interrupted(), [queue(brand)]
    mail.use_transport(way, "Galleria <shop@galleria.example>")
    for _ in range(3):
        send_now(brand)
    mail.use_transport(None, "no-reply@localhost")
    assert way.went == ids


def test_an_address_that_only_some_servers_understand_goes_to_those_and_stops_nobody_at_others(brand, server, relay_db):
    queue(brand, to="jörg@müller.example")
    queue(brand)
    drain_once(relay_db, brand.id)
    assert [row.state for row in rows(brand)] == ["sent", "sent"]
    assert len(server.inbox.messages) == 2
    server.down()
    server.up(speaks_utf8=False)
    queue(brand, to="jörg@müller.example")
    queue(brand)
    send_now(brand)
    assert [(row.state, row.last_error) for row in rows(brand)][2:] == [
        ("failed", "the mail server takes no addresses with such letters"),
        ("sent", ""),
    ]
    assert [m["To"] for m in server.inbox.messages][2:] == ["mira@example.com"]


def test_mails_of_one_tenant_are_not_sent_or_seen_by_another(brand, twin, sink):
    queue(brand, subject="canary")
    assert send_now(twin) == 0
    assert rows(twin) == []
    assert send_now(brand) == 1
    assert [m["Subject"] for m in read(sink, brand)] == ["canary"]
    assert read(sink, twin) == []


EVIL = [
    "Hi\r\nBcc: victim@example.com",
    "Hi\nBcc: victim@example.com",
    "Hi\rBcc: victim@example.com",
    "Hi\r\n\r\n<script>",
    "Hi\x00there",
    "Hi\u2028Bcc: x@example.com",
    "invoice\u202efdp.exe",
    "=?utf-8?q?x=0D=0ABcc:_victim@example.com?=",
    "=\u200b?utf-8?q?x=0D=0ABcc:_victim@example.com?=",
    "=\x00?utf-8?b?eA0KQmNjOiB2aWN0aW1AZXhhbXBsZS5jb20=?=",
]


@pytest.mark.parametrize("evil", EVIL)
def test_subjects_and_names_add_no_header_and_no_control_sign(brand, sink, evil):
    queue(brand, subject=evil, sender_name=evil)
    assert send_now(brand) == 1
    (message,) = read(sink, brand)
    assert message["Bcc"] is None
    assert sorted(set(message.keys())) == ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"]
    assert not any(ord(c) < 32 or c in "\u2028\u202e\x7f" for c in str(message["Subject"]))
    raw = next((sink / str(brand.id)).glob("*.eml")).read_bytes()
    assert b"\nBcc" not in raw.replace(b"\r", b"\n")


@pytest.mark.parametrize(
    "address",
    [
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com, b@example.com",
        "<a@example.com>",
        "a",
        "",
        "a@b@c",
        "a@exa mple.com",
        "a@example.com\x00",
        "=?utf-8?q?x=0D=0ABcc=3A_y?=@example.com",
    ],
)
def test_an_address_that_is_none_is_refused_and_nothing_is_queued(brand, address):
    with pytest.raises(Invalid):
        queue(brand, to=address)
    with pytest.raises(Invalid):
        queue(brand, reply_to=address or "nothing")
    assert rows(brand) == []


def test_addresses_of_the_demo_and_of_the_world_are_taken():
    for address in ("mira@example.com", "petra@radhaus.example", "jörg@müller.example", "ada@veloria.test"):
        assert mail.checked_address(address)


def test_after_three_days_of_silence_a_mail_is_given_up(brand, server):
    server.down()
    queue(brand)
    with tenancy.entering(brand.id), transaction() as session:
        session.execute(text("UPDATE kernel.mail_message SET queued_at = now() - interval '4 days'"))
    queue(brand, subject="young")
    send_now(brand)
    assert [r.state for r in rows(brand)] == ["failed", "waiting"]


@pytest.mark.parametrize(
    ("url", "transport"),
    [
        ("smtp://mail.example", Smtp("mail.example")),
        ("smtp://me:p%40ss@mail.example:2525", Smtp("mail.example", 2525, "me", "p@ss")),
        ("smtps://me:x@mail.example", Smtp("mail.example", 465, "me", "x", "tls")),
        ("smtp://localhost:25?tls=none", Smtp("localhost", 25, tls="none")),
    ],
)
def test_mail_servers_are_named_by_address(tmp_path, url, transport):
    assert mail.transport_from(url, tmp_path) == transport


def test_without_a_mail_server_mails_become_files(tmp_path):
    assert mail.transport_from("", tmp_path) == FileSink(tmp_path)
    with pytest.raises(ValueError, match="smtp"):
        mail.transport_from("http://mail.example", tmp_path)


def aged(shop, days, **fields):
    """A mail that was queued so many days ago."""
    with tenancy.entering(shop.id), transaction() as session:
        row_id = first_id(clock.now() - timedelta(days=days))
        session.add(
            MailMessage(
                tenant_id=shop.id, id=row_id, recipient="a@example.com", subject="S", **{"text": "", "html": "", "state": "sent", **fields}
            )
        )
        return row_id


def left(shop):
    with tenancy.entering(shop.id), transaction() as session:
        return list(session.scalars(select(MailMessage.id).order_by(MailMessage.id)))


def test_mails_are_forgotten_after_ninety_days_but_not_those_that_wait(brand, twin, monkeypatch):
    waiting = aged(brand, 200, state="waiting", text="Hello", html="")
    old, failed, older = aged(brand, 91), aged(brand, 92, state="failed"), aged(brand, 150)
    young, theirs = aged(brand, 89), aged(twin, 120)
    monkeypatch.setattr(mail, "MOST_FORGOTTEN", 2)
    with tenancy.entering(brand.id), transaction() as session:
        assert mail.forget_old(session) == 2
    assert left(brand) == [waiting, old, young]
    assert failed not in left(brand) and older not in left(brand)
    with tenancy.entering(brand.id), transaction() as session:
        assert mail.forget_old(session) == 1
        assert mail.forget_old(session) == 0
    assert left(brand) == [waiting, young]
    assert left(twin) == [theirs]


def test_the_chore_that_forgets_mails_has_its_turn_every_night():
    assert [(chore.turns, chore.call) for chore in all_chores() if chore.name == "mail.forget"] == [("50 2 * * *", mail.forget_old)]
