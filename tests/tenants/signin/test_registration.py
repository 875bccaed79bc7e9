"""Customers register themselves."""

import threading

import pytest
from sqlalchemy import select

from kernel.errors import Conflict, Invalid, NotThere, TooMany
from kernel.models import MailMessage
from tenants import profile
from tenants.models import Account
from tenants.signin import registration, sessions
from tenants.signin.resets import request_reset, reset_password
from tenants.signin.signing_in import sign_in
from tests.factories.tenants import PASSWORD, make_account, staff
from tests.tenants.conftest import count, inside, run_tasks, some

GOOD, OTHER = "lantern-meadow-violin", "harbour-cotton-seventeen"
BROWSER = sessions.Browser("B", "192.0.2.7")


def confirm_at(token: str) -> str:
    return f"http://x.localhost/confirm/{token}"


def reset_at(token: str) -> str:
    return f"http://x.localhost/reset/{token}"


def register(session, email="mira@example.com", password=GOOD, address="192.0.2.7"):
    return registration.register(session, email, "Mira Castell", password, address, confirm_at, reset_at)


def last_mail(session) -> MailMessage:
    return session.scalars(select(MailMessage).order_by(MailMessage.id.desc())).first()


def token_in(message: MailMessage, page: str) -> str:
    return message.text.split(f"/{page}/")[1].split()[0]


def test_a_customer_registers_confirms_and_signs_in(brand):
    with inside(brand.id) as session:
        register(session)
        token = token_in(last_mail(session), "confirm")
        assert sign_in(session, "mira@example.com", GOOD, BROWSER).outcome == "unconfirmed"
        account = registration.confirm(session, token, GOOD)
        assert (account.status, account.is_staff, account.name) == ("active", False, "Mira Castell")
        assert sign_in(session, "mira@example.com", GOOD, BROWSER).outcome == "signed_in"
        with pytest.raises(NotThere):
            registration.confirm(session, token, GOOD)


def test_a_known_address_gets_the_same_answer_and_a_different_mail(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "mira@example.com", "Real Mira")
        register(session)
        assert "already" in last_mail(session).subject
        register(session, "new@example.com")
        assert count(session, "kernel.mail_message") == 2
        real = some(session.scalar(select(Account).where(Account.email_key == "mira@example.com")))
        assert (real.name, real.status) == ("Real Mira", "active")
        assert sign_in(session, "mira@example.com", PASSWORD, BROWSER).outcome == "signed_in"


def test_who_registers_with_a_strangers_address_does_not_get_in_when_the_owner_confirms(brand):
    with inside(brand.id) as session:
        register(session, password=GOOD)
        register(session, password=OTHER)
        token = token_in(last_mail(session), "confirm")
        with pytest.raises(Invalid):
            registration.confirm(session, token, GOOD)
        assert session.scalar(select(Account.status)) == "unconfirmed"


def test_a_reset_helps_an_owner_whose_password_a_stranger_has_set(brand):
    with inside(brand.id) as session:
        register(session, password=OTHER)
        request_reset(session, "mira@example.com", "192.0.2.7", reset_at)
    assert run_tasks(brand.id) == 1
    with inside(brand.id) as session:
        reset_password(session, token_in(last_mail_to_reset(session), "reset"), GOOD)
        assert sign_in(session, "mira@example.com", OTHER, BROWSER).outcome == "refused"
        assert sign_in(session, "mira@example.com", GOOD, BROWSER).outcome == "signed_in"


def last_mail_to_reset(session) -> MailMessage:
    return next(m for m in session.scalars(select(MailMessage).order_by(MailMessage.id.desc())) if "/reset/" in m.text)


def test_what_is_typed_wrongly_registers_nobody(brand):
    with inside(brand.id) as session:
        for email, name, password in (
            ("x", "M", GOOD),
            ("m@example.com", " ", GOOD),
            ("m@example.com", "M", "short"),
            ("m@example.com", "M", "password123456"),
        ):
            with pytest.raises(Invalid):
                registration.register(session, email, name, password, "192.0.2.7", confirm_at, reset_at)
        assert count(session, "tenants.account") == 0
        assert count(session, "tenants.party") == 0


def test_a_closed_shop_takes_no_registrations(brand):
    with inside(brand.id) as session:
        profile.change_details(session, staff(brand.id), profile.ShopDetails(registration_open=False))
        assert registration.is_open(session) is False
        with pytest.raises(Conflict):
            register(session)
        assert count(session, "tenants.account") == 0


def test_an_impatient_click_registers_once(brand):
    start, errors = threading.Barrier(4), []

    def click():
        start.wait()
        try:
            with inside(brand.id) as session:
                register(session)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with inside(brand.id) as session:
        assert count(session, "tenants.account") == 1
        assert count(session, "tenants.one_time_link") == 1


def test_mails_to_one_address_are_counted(brand):
    for _ in range(registration.TRIES):
        with inside(brand.id) as session:
            register(session)
    with inside(brand.id) as session, pytest.raises(TooMany):
        register(session)
    with inside(brand.id) as session:
        assert count(session, "kernel.mail_message") == registration.TRIES


def test_a_network_that_has_used_up_its_share_takes_nobodys_address_away(brand, monkeypatch):
    monkeypatch.setattr(registration, "TRIES", 1)
    for n in range(5):
        with inside(brand.id) as session:
            register(session, f"somebody{n}@example.com")
    with inside(brand.id) as session, pytest.raises(TooMany):
        register(session)
    with inside(brand.id) as session:
        register(session, address="198.51.100.1")


def test_registering_at_one_shop_makes_no_account_at_another(brand, twin):
    with inside(brand.id) as session:
        register(session)
        token = token_in(last_mail(session), "confirm")
    with inside(twin.id) as session:
        assert count(session, "tenants.account") == 0
        with pytest.raises(NotThere):
            registration.confirm(session, token, GOOD)
