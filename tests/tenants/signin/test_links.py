"""Links that work once."""

import threading

import pytest
from sqlalchemy import text

from kernel.errors import NotThere
from tenants.signin.links import LIFETIMES, account_behind, forget_old_links, give_link, use_link
from tests.factories.tenants import make_account
from tests.tenants.conftest import count, inside


def test_a_link_works_once_and_only_for_its_purpose(brand):
    with inside(brand.id) as session:
        account = make_account(session, brand.id)
        token = give_link(session, account, "reset", account.email_key)
        for purpose in ("invitation", "confirm_mail", "join_company"):
            with pytest.raises(NotThere):
                use_link(session, token, purpose)
        assert use_link(session, token, "reset") == (account, account.email_key)
        with pytest.raises(NotThere):
            use_link(session, token, "reset")
        with pytest.raises(NotThere):
            account_behind(session, token, "reset")


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "ü", "\x00", "None", "[]"])
def test_made_up_tokens_find_nothing(brand, token):
    with inside(brand.id) as session:
        account = make_account(session, brand.id)
        give_link(session, account, "reset", account.email_key)
        with pytest.raises(NotThere):
            account_behind(session, token, "reset")


def test_variants_of_a_token_find_nothing(brand):
    with inside(brand.id) as session:
        account = make_account(session, brand.id)
        token = give_link(session, account, "reset", account.email_key)
        for variant in (token[:-1], token + "A", token.swapcase(), token[::-1], " " + token, token + "\n"):
            with pytest.raises(NotThere):
                account_behind(session, variant, "reset")


@pytest.mark.parametrize("purpose", ["reset", "invitation", "confirm_mail"])
def test_a_link_ends_with_its_lifetime(brand, purpose):
    with inside(brand.id) as session:
        account = make_account(session, brand.id)
        token = give_link(session, account, purpose, account.email_key)
        session.execute(
            text("UPDATE tenants.one_time_link SET expires_at = expires_at - :life * interval '1 second'"),
            {"life": LIFETIMES[purpose].total_seconds() - 5},
        )
        assert account_behind(session, token, purpose)[0] is account
        session.execute(text("UPDATE tenants.one_time_link SET expires_at = expires_at - interval '6 seconds'"))
        with pytest.raises(NotThere):
            account_behind(session, token, purpose)
        assert forget_old_links(session) == 0
        session.execute(text("UPDATE tenants.one_time_link SET expires_at = expires_at - interval '31 days'"))
        assert forget_old_links(session) == 1


def test_a_link_dies_when_the_address_changes_it_went_to(brand):
    with inside(brand.id) as session:
        account = make_account(session, brand.id, "old@example.com")
        token = give_link(session, account, "reset", account.email_key)
        account.email = account.email_key = "new@example.com"
        session.flush()
        with pytest.raises(NotThere):
            use_link(session, token, "reset")


def test_a_new_link_makes_the_old_one_worthless(brand):
    with inside(brand.id) as session:
        account = make_account(session, brand.id)
        first, second = (give_link(session, account, "reset", account.email_key) for _ in range(2))
        with pytest.raises(NotThere):
            account_behind(session, first, "reset")
        assert account_behind(session, second, "reset")[0] is account
        assert count(session, "tenants.one_time_link") == 1


def test_of_many_who_use_a_link_at_once_one_succeeds(brand):
    with inside(brand.id) as session:
        account = make_account(session, brand.id)
        token = give_link(session, account, "reset", account.email_key)
    start, outcomes = threading.Barrier(6), []

    def use():
        start.wait()
        try:
            with inside(brand.id) as session:
                use_link(session, token, "reset")
            outcomes.append(True)
        except NotThere:
            outcomes.append(False)

    threads = [threading.Thread(target=use) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 5 + [True]


def test_a_link_of_another_tenant_finds_nothing_here(brand, twin):
    with inside(twin.id) as session:
        account = make_account(session, twin.id)
        token = give_link(session, account, "reset", account.email_key)
    with inside(brand.id) as session, pytest.raises(NotThere):
        use_link(session, token, "reset")
    with inside(twin.id) as session:
        assert account_behind(session, token, "reset")[0].id == account.id
