"""Browser sessions."""

import pytest
from sqlalchemy import text

from kernel.actors import Actor
from kernel.errors import NotThere, SignInNeeded
from kernel.models import WebSession
from tenants.actors import actor_for
from tenants.signin import sessions
from tests.factories.tenants import make_account, staff
from tests.tenants.conftest import inside, some

BROWSER = sessions.Browser("Mozilla/5.0 (made up)", "192.0.2.7")


def age(session, minutes: float) -> None:
    """Moves every session of the tenant into the past, as if so many minutes had gone by."""
    session.execute(
        text(
            "UPDATE kernel.web_session SET created_at = created_at - make_interval(secs => 60 * :m),"
            " seen_at = seen_at - make_interval(secs => 60 * :m), expires_at = expires_at - make_interval(secs => 60 * :m)"
        ),
        {"m": float(minutes)},
    )
    session.expire_all()


def test_a_token_opens_its_session_and_is_kept_only_as_a_hash(brand):
    with inside(brand.id) as session:
        account = make_account(session, brand.id)
        started = sessions.start(session, account, BROWSER, visitor="cart-key")
        found = some(sessions.find(session, started.token))
        assert (some(found.account).id, found.web_session.visitor, found.web_session.csrf) == (account.id, "cart-key", started.csrf)
        assert len(started.token) >= 43
        row = session.execute(text("SELECT w::text FROM kernel.web_session w")).scalar_one()
        assert started.token not in row


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 200, "ü" * 43, "\x00"])
def test_what_is_no_token_opens_nothing(brand, token):
    with inside(brand.id) as session:
        sessions.start(session, make_account(session, brand.id), BROWSER)
        assert sessions.find(session, token) is None


def test_a_staff_session_ends_after_half_an_hour_without_a_request(brand):
    with inside(brand.id) as session:
        token = sessions.start(session, make_account(session, brand.id, permissions=()), BROWSER).token
        age(session, 29)
        assert sessions.find(session, token) is not None
        age(session, 1.1)
        assert sessions.find(session, token) is None


def test_use_prolongs_a_staff_session_up_to_twelve_hours(brand):
    with inside(brand.id) as session:
        started = sessions.start(session, make_account(session, brand.id, permissions=()), BROWSER)
        for _ in range(28):
            age(session, 25)
            assert some(sessions.find(session, started.token)).touch_due
            sessions.touch(session, started.session_id, is_staff=True)
        age(session, 21)
        assert sessions.find(session, started.token) is None


def test_a_customers_session_rests_for_days(brand):
    with inside(brand.id) as session:
        token = sessions.start(session, make_account(session, brand.id), BROWSER).token
        age(session, 29 * 24 * 60)
        assert sessions.find(session, token) is not None
        age(session, 1 * 24 * 60 + 1)
        assert sessions.find(session, token) is None


def test_seen_at_moves_at_most_once_a_minute(brand):
    with inside(brand.id) as session:
        started = sessions.start(session, make_account(session, brand.id), BROWSER)
        before = session.get_one(WebSession, (brand.id, started.session_id)).seen_at
        age(session, 0.5)
        assert some(sessions.find(session, started.token)).touch_due is False
        sessions.touch(session, started.session_id, is_staff=False)
        session.expire_all()
        assert session.get_one(WebSession, (brand.id, started.session_id)).seen_at < before


def test_finding_a_session_writes_nothing(brand):
    with inside(brand.id) as session:
        token = sessions.start(session, make_account(session, brand.id), BROWSER).token
    with inside(brand.id, read_only=True) as session:
        assert actor_for(session, brand.id, token).actor.is_signed_in


def test_a_rotated_session_has_a_new_token_and_a_new_form_secret(brand):
    with inside(brand.id) as session:
        started = sessions.start(session, make_account(session, brand.id), BROWSER)
        fresh = sessions.rotate(session, some(sessions.find(session, started.token)).web_session)
        assert sessions.find(session, started.token) is None
        assert some(sessions.find(session, fresh.token)).web_session.id == started.session_id
        assert fresh.csrf != started.csrf


def test_a_session_of_somebody_who_may_not_sign_in_opens_nothing(brand):
    with inside(brand.id) as session:
        account = make_account(session, brand.id)
        token = sessions.start(session, account, BROWSER).token
        account.status = "deactivated"
        session.flush()
        assert sessions.find(session, token) is None


def test_people_see_and_end_their_own_sessions(brand):
    with inside(brand.id) as session:
        mira, other = make_account(session, brand.id), make_account(session, brand.id)
        this, phone = sessions.start(session, mira, BROWSER), sessions.start(session, mira, sessions.Browser("Phone", "198.51.100.1"))
        foreign = sessions.start(session, other, BROWSER)
        me = actor_for(session, brand.id, this.token).actor
        assert {(s.user_agent, s.is_this) for s in sessions.my_sessions(session, me)} == {(BROWSER.user_agent, True), ("Phone", False)}
        with pytest.raises(NotThere):
            sessions.end_session(session, me, foreign.session_id)
        sessions.end_session(session, me, phone.session_id)
        assert sessions.find(session, phone.token) is None
        sessions.start(session, mira, BROWSER)
        assert sessions.end_other_sessions(session, me) == 1
        assert sessions.find(session, this.token) is not None
        assert sessions.find(session, foreign.token) is not None
        with pytest.raises(SignInNeeded):
            sessions.my_sessions(session, Actor.guest(brand.id))


def test_signing_out_kills_the_session_on_the_server(brand):
    with inside(brand.id) as session:
        token = sessions.start(session, make_account(session, brand.id), BROWSER).token
        sessions.end(session, token)
        sessions.end(session, token)
        assert sessions.find(session, token) is None


def test_a_token_of_another_tenant_opens_nothing_here(brand, twin):
    with inside(twin.id) as session:
        foreign = sessions.start(session, make_account(session, twin.id), BROWSER)
    with inside(brand.id) as session:
        assert sessions.find(session, foreign.token) is None
        assert actor_for(session, brand.id, foreign.token).actor.is_signed_in is False
        sessions.touch(session, foreign.session_id, is_staff=False)
        sessions.end(session, foreign.token)
        assert sessions.end_all(session, some(staff(brand.id).id)) == 0
    with inside(twin.id) as session:
        assert sessions.find(session, foreign.token) is not None
        assert actor_for(session, brand.id, foreign.token).actor.is_signed_in is False
