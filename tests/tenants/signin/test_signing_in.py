"""Signing in: nothing tells an unknown address from a wrong password."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text

from kernel import settings
from kernel.errors import TooMany
from kernel.models import AuditEntry
from tenants.actors import actor_for
from tenants.signin import sessions
from tenants.signin.signing_in import REFUSED, TRIES, sign_in, sign_out
from tests.factories.tenants import PASSWORD, make_account
from tests.tenants.conftest import count, inside, recorded, some

BROWSER = sessions.Browser("Browser", "192.0.2.7")


def test_the_right_password_opens_a_fresh_session(brand):
    with inside(brand.id) as session:
        account = make_account(session, brand.id, "mira@example.com", permissions=("order.view",))
        guest = sessions.start(session, None, BROWSER, visitor="cart-key")
    with inside(brand.id) as session:
        result = sign_in(session, " MIRA@example.com", PASSWORD, BROWSER, visitor="cart-key", old_token=guest.token)
        assert (result.outcome, some(result.account).id) == ("signed_in", account.id)
        token = some(result.started).token
        assert token != guest.token
        assert sessions.find(session, guest.token) is None
        at_the_door = actor_for(session, brand.id, token)
        assert (at_the_door.actor.visitor, at_the_door.actor.permissions, at_the_door.is_staff) == (
            "cart-key",
            frozenset({"order.view"}),
            True,
        )
        sign_out(session, at_the_door.actor, token)
        assert actor_for(session, brand.id, token).actor.is_signed_in is False
        assert list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))) == ["sign_in", "sign_out"]


def test_unknown_deactivated_invited_and_wrong_are_one_answer(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "known@example.com")
        make_account(session, brand.id, "gone@example.com", status="deactivated")
        invited = make_account(session, brand.id, "invited@example.com")
        invited.password_hash, invited.status = "", "invited"
    with inside(brand.id) as session:
        tries = [
            ("known@example.com", "wrong"),
            ("gone@example.com", PASSWORD),
            ("invited@example.com", ""),
            ("nobody@example.com", PASSWORD),
            ("no address", PASSWORD),
            ("", ""),
            ("known@example.com", "x" * 257),
        ]
        for email, password in tries:
            assert sign_in(session, email, password, BROWSER) == REFUSED, email
        assert count(session, "kernel.web_session") == 0


def test_unknown_and_wrong_send_the_same_statements(brand, db):
    with inside(brand.id) as session:
        make_account(session, brand.id, "known@example.com")
    sent = {}
    for email in ("known@example.com", "nobody@example.com"):
        with recorded(db) as statements, inside(brand.id) as session:
            sign_in(session, email, "wrong", BROWSER)
        sent[email] = statements
    assert sent["known@example.com"] == sent["nobody@example.com"]
    assert len(sent["known@example.com"]) <= 4


def test_an_unknown_address_costs_one_password_check(brand, monkeypatch):
    checks = []
    real = PasswordHasher.verify

    def counted(self, stored, password):
        checks.append(stored)
        return real(self, stored, password)

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    with inside(brand.id) as session:
        make_account(session, brand.id, "known@example.com")
        for email in ("known@example.com", "nobody@example.com"):
            checks.clear()
            sign_in(session, email, "wrong", BROWSER)
            assert len(checks) == 1, email
            assert checks[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_unconfirmed_registration_is_told_only_to_who_knows_the_password(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "new@example.com", status="unconfirmed")
        assert sign_in(session, "new@example.com", "wrong", BROWSER) == REFUSED
        result = sign_in(session, "new@example.com", PASSWORD, BROWSER)
        assert (result.outcome, result.started) == ("unconfirmed", None)


def test_ten_tries_then_a_pause_for_known_and_unknown_alike(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "known@example.com")
    for email in ("known@example.com", "nobody@example.com"):
        for _ in range(TRIES):
            with inside(brand.id) as session:
                assert sign_in(session, email, "wrong", BROWSER) == REFUSED
        with inside(brand.id) as session, pytest.raises(TooMany) as error:
            sign_in(session, email, PASSWORD, BROWSER)
        assert 0 < error.value.retry_after_seconds <= 15 * 60


def test_the_pause_holds_for_one_network_address_and_one_tenant(brand, twin):
    for tenant in (brand, twin):
        with inside(tenant.id) as session:
            make_account(session, tenant.id, "mira@example.com")
    for _ in range(TRIES):
        with inside(brand.id) as session:
            sign_in(session, "mira@example.com", "wrong", BROWSER)
    with inside(brand.id) as session:
        assert sign_in(session, "mira@example.com", PASSWORD, sessions.Browser("B", "198.51.100.9")).outcome == "signed_in"
    with inside(twin.id) as session:
        assert sign_in(session, "mira@example.com", PASSWORD, BROWSER).outcome == "signed_in"


def test_success_wipes_the_slate(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "mira@example.com")
    for _ in range(2):
        for _ in range(TRIES - 1):
            with inside(brand.id) as session:
                sign_in(session, "mira@example.com", "wrong", BROWSER)
        with inside(brand.id) as session:
            assert sign_in(session, "mira@example.com", PASSWORD, BROWSER).outcome == "signed_in"


def test_a_hash_of_other_costs_is_renewed_on_the_way_in(brand):
    with inside(brand.id) as session:
        account = make_account(session, brand.id, "mira@example.com")
        account.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with inside(brand.id) as session:
        assert some(sign_in(session, "mira@example.com", PASSWORD, BROWSER).account).password_hash.startswith(
            "$argon2id$v=19$m=19456,t=2,p=1$"
        )


def test_a_password_of_another_tenant_opens_nothing_here(brand, twin):
    with inside(twin.id) as session:
        make_account(session, twin.id, "mira@example.com")
    with inside(brand.id) as session:
        assert sign_in(session, "mira@example.com", PASSWORD, BROWSER) == REFUSED


def test_no_password_and_no_token_reaches_the_audit_trail(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "mira@example.com")
        sign_in(session, "mira@example.com", "secret-canary-word", BROWSER)
        token = some(sign_in(session, "mira@example.com", PASSWORD, BROWSER).started).token
        rows = session.execute(text("SELECT a::text FROM kernel.audit_entry a")).scalars().all()
        assert len(rows) == 2
        assert not any(word in row for row in rows for word in ("secret-canary-word", PASSWORD, token))


def test_a_network_may_fail_so_often_over_all_accounts_and_only_failures_count(brand, twin, few_failures):
    for tenant in (brand, twin):
        with inside(tenant.id) as session:
            make_account(session, tenant.id, "mira@example.com")
    for _ in range(5):
        with inside(brand.id) as session:
            assert sign_in(session, "mira@example.com", PASSWORD, BROWSER).outcome == "signed_in"
    for number in range(3):
        with inside(brand.id) as session:
            assert sign_in(session, f"stolen{number}@example.com", "wrong", BROWSER) == REFUSED
    with inside(brand.id) as session:
        sessions_before = count(session, "kernel.web_session")
    with inside(brand.id) as session, pytest.raises(TooMany) as error:
        sign_in(session, "mira@example.com", PASSWORD, BROWSER)
    assert 0 < error.value.retry_after_seconds <= 15 * 60
    with inside(brand.id) as session:
        assert count(session, "kernel.web_session") == sessions_before
        assert sign_in(session, "mira@example.com", PASSWORD, sessions.Browser("B", "198.51.100.9")).outcome == "signed_in"
    with inside(twin.id) as session:
        assert sign_in(session, "mira@example.com", PASSWORD, BROWSER).outcome == "signed_in"


def test_all_addresses_of_an_ipv6_customer_are_one_network(brand, few_failures):
    for number in range(3):
        with inside(brand.id) as session:
            sign_in(session, f"stolen{number}@example.com", "wrong", sessions.Browser("B", f"2001:db8:1:2::{number}"))
    with inside(brand.id) as session, pytest.raises(TooMany):
        sign_in(session, "stolen9@example.com", "wrong", sessions.Browser("B", "2001:db8:1:2:ffff::1"))
    with inside(brand.id) as session:
        assert sign_in(session, "stolen9@example.com", "wrong", sessions.Browser("B", "2001:db8:1:3::1")) == REFUSED


def test_ten_wrong_tries_at_one_account_do_not_use_up_the_network_of_a_colleague_who_knows_the_password(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "mira@example.com")
    for _ in range(TRIES):
        with inside(brand.id) as session:
            sign_in(session, "sam@example.com", "wrong", BROWSER)
    with inside(brand.id) as session:
        assert sign_in(session, "mira@example.com", PASSWORD, BROWSER).outcome == "signed_in"


@pytest.fixture
def few_failures():
    before = settings.current()
    settings.use(before.with_(sign_in_failures=3))
    yield
    settings.use(before)


def test_ten_tries_hold_for_all_addresses_of_an_ipv6_customer(brand):
    with inside(brand.id) as session:
        make_account(session, brand.id, "mira@example.com")
    for number in range(TRIES):
        with inside(brand.id) as session:
            sign_in(session, "mira@example.com", "wrong", sessions.Browser("B", f"2001:db8:1:2::{number:x}"))
    with inside(brand.id) as session, pytest.raises(TooMany):
        sign_in(session, "mira@example.com", PASSWORD, sessions.Browser("B", "2001:db8:1:2:ffff::1"))
    with inside(brand.id) as session:
        assert sign_in(session, "mira@example.com", PASSWORD, sessions.Browser("B", "2001:db8:1:3::1")).outcome == "signed_in"
