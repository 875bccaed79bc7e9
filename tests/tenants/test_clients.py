"""Machine clients."""

import pytest
from sqlalchemy import text

from kernel.actors import ActorKind
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere, SignInNeeded, TooMany
from tenants import clients
from tests.factories.tenants import staff
from tests.tenants.conftest import count, inside, some

HERE = "192.0.2.7"


def test_a_client_signs_in_and_acts_within_its_scopes(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        made = clients.create_client(session, boss, "ERP", ["order.view", "catalog.view"])
        client = clients.authenticate(session, made.client_id, made.client_secret, HERE)
        token = clients.issue_token(session, client)
        assert (token.scope, token.expires_in, token.token_type) == ("catalog.view order.view", 3600, "Bearer")
        actor = some(clients.find_by_token(session, token.access_token))
        assert (actor.kind, actor.tenant_id, actor.id, actor.name) == (ActorKind.MACHINE, brand.id, client.id, "ERP")
        assert actor.permissions == {"order.view", "catalog.view"}
        narrow = clients.issue_token(session, client, "order.view")
        assert some(clients.find_by_token(session, narrow.access_token)).permissions == {"order.view"}
        with pytest.raises(NotAllowed):
            clients.issue_token(session, client, "order.view price.edit")


def test_neither_secret_nor_token_is_kept(brand):
    with inside(brand.id) as session:
        made = clients.create_client(session, staff(brand.id), "ERP", ["order.view"])
        token = clients.issue_token(session, made.client).access_token
        for table in ("tenants.oauth_client", "tenants.oauth_token", "kernel.audit_entry", "kernel.outbox"):
            rows = session.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
            assert rows
            assert not any(made.client_secret in row or token in row for row in rows), table


def test_wrong_credentials_are_one_answer_and_are_counted(brand):
    with inside(brand.id) as session:
        made = clients.create_client(session, staff(brand.id), "ERP", ["order.view"])
    messages = set()
    for client_id, secret in ((made.client_id, "wrong"), ("gc_nobody", made.client_secret), ("", ""), (made.client_id, "x" * 500)):
        with inside(brand.id) as session, pytest.raises(SignInNeeded) as error:
            clients.authenticate(session, client_id, secret, HERE)
        messages.add(error.value.message)
    assert len(messages) == 1
    with inside(brand.id) as session, pytest.raises(TooMany):
        for _ in range(clients.TRIES + 1):
            with pytest.raises(SignInNeeded):
                clients.authenticate(session, made.client_id, "wrong", HERE)


def test_a_revoked_client_and_an_old_secret_open_nothing(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        made = clients.create_client(session, boss, "ERP", ["order.view"])
        token = clients.issue_token(session, made.client).access_token
        fresh = clients.renew_secret(session, boss, made.client.id)
        assert clients.find_by_token(session, token) is None
        with pytest.raises(SignInNeeded):
            clients.authenticate(session, made.client_id, made.client_secret, HERE)
        token = clients.issue_token(session, clients.authenticate(session, made.client_id, fresh.client_secret, HERE)).access_token
        clients.revoke_client(session, boss, made.client.id)
        assert clients.find_by_token(session, token) is None
        with pytest.raises(SignInNeeded):
            clients.authenticate(session, made.client_id, fresh.client_secret, HERE)
        with pytest.raises(Conflict):
            clients.renew_secret(session, boss, made.client.id)
        assert [c.status for c in clients.list_clients(session, boss)] == ["revoked"]


def test_a_token_ends_after_its_hour_and_is_forgotten(brand):
    with inside(brand.id) as session:
        made = clients.create_client(session, staff(brand.id), "ERP", ["order.view"])
        token = clients.issue_token(session, made.client).access_token
        session.execute(text("UPDATE tenants.oauth_token SET expires_at = expires_at - interval '3599 seconds'"))
        assert clients.find_by_token(session, token) is not None
        assert clients.forget_old_tokens(session) == 0
        session.execute(text("UPDATE tenants.oauth_token SET expires_at = expires_at - interval '2 seconds'"))
        assert clients.find_by_token(session, token) is None
        assert clients.forget_old_tokens(session) == 1


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 5000, "ü", "null", "Bearer x"])
def test_made_up_tokens_find_nobody(brand, token):
    with inside(brand.id) as session:
        clients.issue_token(session, clients.create_client(session, staff(brand.id), "ERP", ["order.view"]).client)
        assert clients.find_by_token(session, token) is None


def test_nobody_gives_a_program_more_than_he_holds(brand):
    clerk = staff(brand.id, "client.manage", "order.view")
    with inside(brand.id) as session:
        with pytest.raises(NotAllowed):
            clients.create_client(session, clerk, "ERP", ["order.view", "price.edit"])
        big = clients.create_client(session, staff(brand.id), "Big", ["price.edit"])
        with pytest.raises(NotAllowed):
            clients.renew_secret(session, clerk, big.client.id)
        for bad in ([], ["*"], ["nonsense"]):
            with pytest.raises(Invalid):
                clients.create_client(session, staff(brand.id), "Bad", bad)
        with pytest.raises(Invalid):
            clients.create_client(session, clerk, "Big", ["order.view"])
        with pytest.raises(NotAllowed):
            clients.list_clients(session, staff(brand.id, "order.view"))
        assert count(session, "tenants.oauth_client") == 1


def test_clients_and_tokens_of_another_tenant_open_nothing_here(brand, twin):
    with inside(twin.id) as session:
        made = clients.create_client(session, staff(twin.id), "ERP", ["order.view"])
        token = clients.issue_token(session, made.client).access_token
    with inside(brand.id) as session:
        assert clients.find_by_token(session, token) is None
        with pytest.raises(SignInNeeded):
            clients.authenticate(session, made.client_id, made.client_secret, HERE)
        for call in (clients.client_for, clients.renew_secret, clients.revoke_client):
            with pytest.raises(NotThere):
                call(session, staff(brand.id), made.client.id)
        assert clients.list_clients(session, staff(brand.id)) == []
    with inside(twin.id) as session:
        assert clients.find_by_token(session, token) is not None


def test_a_scope_brings_what_follows_from_it_and_may_be_narrowed_to_that(brand):
    with inside(brand.id) as session:
        made = clients.create_client(session, staff(brand.id), "ERP", ["order.manage"])
        whole, narrow = clients.issue_token(session, made.client), clients.issue_token(session, made.client, "order.view")
        assert whole.scope == "order.manage"
        assert some(clients.find_by_token(session, whole.access_token)).permissions == {"order.manage", "order.view"}
        assert some(clients.find_by_token(session, narrow.access_token)).permissions == {"order.view"}
        with pytest.raises(NotAllowed):
            clients.issue_token(session, made.client, "catalog.view")
