"""Forgotten and changed passwords."""

import pytest
from sqlalchemy import select

from kernel.actors import Actor
from kernel.errors import Invalid, NotThere, SignInNeeded, TooMany
from kernel.models import AuditEntry, MailMessage, OutboxRow
from tenants.actors import actor_for
from tenants.signin import resets, sessions
from tenants.signin.signing_in import sign_in
from tests.factories.tenants import PASSWORD, make_account
from tests.tenants.conftest import count, inside, recorded, run_tasks, some

GOOD = "lantern-meadow-violin"
BROWSER = sessions.Browser("B", "192.0.2.7")


def link(token: str) -> str:
    return f"http://x.localhost/reset/{token}"


def token_in(session) -> str:
    message = next(m for m in session.scalars(select(MailMessage).order_by(MailMessage.id.desc())) if "/reset/" in m.text)
    return message.text.split("/reset/")[1].split()[0]


def ask(tenant, email: str = "mira@example.com") -> None:
    """Asks for a reset and lets the worker do its part."""
    with inside(tenant.id) as session:
        resets.request_reset(session, email, "192.0.2.7", link)
    assert run_tasks(tenant.id) == 1


def test_a_forgotten_password_is_replaced_by_mail_and_every_session_ends(brand):
    with inside(brand.id) as session:
        mira = make_account(session, brand.id, "mira@example.com")
        old = sessions.start(session, mira, BROWSER)
    ask(brand, "Mira@example.com")
    with inside(brand.id) as session:
        token = token_in(session)
        assert resets.account_to_reset(session, token).id == mira.id
        resets.reset_password(session, token, GOOD)
        assert sessions.find(session, old.token) is None
        assert sign_in(session, "mira@example.com", PASSWORD, BROWSER).outcome == "refused"
        assert sign_in(session, "mira@example.com", GOOD, BROWSER).outcome == "signed_in"
        assert [m.subject for m in session.scalars(select(MailMessage).order_by(MailMessage.id))][-1] == "Your password was changed"
        with pytest.raises(NotThere):
            resets.reset_password(session, token, GOOD + "-again")


def test_an_unknown_address_gets_the_same_answer_the_same_work_and_no_mail(brand, db):
    with inside(brand.id) as session:
        make_account(session, brand.id, "gone@example.com", status="deactivated")
        make_account(session, brand.id, "known@example.com")
    sent = {}
    for email in ("known@example.com", "nobody@example.com", "gone@example.com"):
        with recorded(db) as statements, inside(brand.id) as session:
            resets.request_reset(session, email, "192.0.2.7", link)
        sent[email] = statements
    assert sent["known@example.com"] == sent["nobody@example.com"] == sent["gone@example.com"]
    assert run_tasks(brand.id) == 3
    with inside(brand.id) as session:
        assert [m.recipient for m in session.scalars(select(MailMessage))] == ["known@example.com"]
        assert count(session, "tenants.one_time_link") == 1
        assert list(session.scalars(select(AuditEntry.action))) == ["password.request"] * 3


def test_the_task_names_no_address_and_holds_no_token(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "mira@example.com")
        resets.request_reset(session, "mira@example.com", "192.0.2.7", link)
        payload = some(session.scalar(select(OutboxRow.payload).where(OutboxRow.name.contains(resets.SEND_TASK))))
        assert set(payload) == {"account_id", "link"}
        assert payload["link"] == f"http://x.localhost/reset/{resets.TOKEN_PLACE}"


def test_a_weak_password_leaves_link_and_password_as_they_were(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "mira@example.com")
    ask(brand)
    with inside(brand.id) as session:
        token = token_in(session)
        with pytest.raises(Invalid):
            resets.reset_password(session, token, "mira@example.com")
        assert resets.account_to_reset(session, token).email == "mira@example.com"
        assert sign_in(session, "mira@example.com", PASSWORD, BROWSER).outcome == "signed_in"


def test_mails_to_one_address_and_from_one_network_address_are_counted_known_or_not(brand):
    for email in ("mira@example.com", "nobody@example.com"):
        for _ in range(resets.MAILS):
            with inside(brand.id) as session:
                resets.request_reset(session, email, "192.0.2.7", link)
        with inside(brand.id) as session, pytest.raises(TooMany):
            resets.request_reset(session, email, "198.51.100.1", link)


def test_a_network_that_has_used_up_its_share_takes_nobodys_address_away(brand):
    for n in range(5 * resets.MAILS):
        with inside(brand.id) as session:
            resets.request_reset(session, f"somebody{n}@example.com", "192.0.2.7", link)
    for _ in range(resets.MAILS):
        with inside(brand.id) as session, pytest.raises(TooMany):
            resets.request_reset(session, "mira@example.com", "192.0.2.7", link)
    for _ in range(resets.MAILS):
        with inside(brand.id) as session:
            resets.request_reset(session, "mira@example.com", "198.51.100.1", link)
    with inside(brand.id) as session, pytest.raises(TooMany):
        resets.request_reset(session, "mira@example.com", "198.51.100.1", link)


def test_changing_a_password_asks_for_the_old_one_and_moves_the_session_on(brand):
    with inside(brand.id) as session:
        mira = make_account(session, brand.id, "mira@example.com")
        this, phone = sessions.start(session, mira, BROWSER, "cart-key"), sessions.start(session, mira, BROWSER)
        me = actor_for(session, brand.id, this.token).actor
        with pytest.raises(Invalid) as error:
            resets.change_password(session, me, "wrong", GOOD, BROWSER)
        assert error.value.problems[0].where == "old"
        assert sessions.find(session, phone.token) is not None
        fresh = resets.change_password(session, me, PASSWORD, GOOD, BROWSER)
        assert sessions.find(session, this.token) is sessions.find(session, phone.token) is None
        assert some(sessions.find(session, fresh.token)).web_session.visitor == "cart-key"
        assert sign_in(session, "mira@example.com", GOOD, BROWSER).outcome == "signed_in"


def test_a_new_password_has_to_be_good_and_somebody_has_to_be_signed_in(brand):
    with inside(brand.id) as session:
        mira = make_account(session, brand.id, "mira@example.com")
        me = actor_for(session, brand.id, sessions.start(session, mira, BROWSER).token).actor
        before = mira.password_hash
        with pytest.raises(Invalid) as error:
            resets.change_password(session, me, PASSWORD, "short", BROWSER)
        assert error.value.problems[0].where == "new"
        with pytest.raises(SignInNeeded):
            resets.change_password(session, Actor.guest(brand.id), PASSWORD, GOOD, BROWSER)
        assert mira.password_hash == before


def test_a_reset_at_one_shop_changes_nothing_at_another(brand, twin):
    for tenant in (brand, twin):
        with inside(tenant.id) as session:
            make_account(session, tenant.id, "mira@example.com")
    ask(twin)
    with inside(twin.id) as session:
        token = token_in(session)
    with inside(brand.id) as session:
        assert count(session, "kernel.mail_message") == 0
        with pytest.raises(NotThere):
            resets.reset_password(session, token, GOOD)
    with inside(twin.id) as session:
        resets.reset_password(session, token, GOOD)
    with inside(brand.id) as session:
        assert sign_in(session, "mira@example.com", PASSWORD, BROWSER).outcome == "signed_in"
