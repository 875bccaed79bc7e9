"""Who stands at the door."""

from sqlalchemy import event

from tenants.actors import actor_for
from tenants.roles import roles_of
from tenants.signin import sessions
from tests.factories.tenants import give, make_account, make_company, make_role
from tests.tenants.conftest import inside

BROWSER = sessions.Browser()


def test_without_a_cookie_one_is_a_guest(brand):
    with inside(brand.id, read_only=True) as session:
        for token in (None, "", "nonsense"):
            found = actor_for(session, brand.id, token, "cart-key")
            assert (found.actor.is_signed_in, found.actor.visitor, found.is_staff, found.csrf) == (False, "cart-key", False, "")


def test_a_guests_session_keeps_its_visitor_key_and_form_secret(brand):
    with inside(brand.id) as session:
        started = sessions.start(session, None, BROWSER, visitor="cart-key")
        found = actor_for(session, brand.id, started.token, "other")
        assert (found.actor.is_signed_in, found.actor.visitor, found.csrf) == (False, "cart-key", started.csrf)


def test_staff_hold_all_permissions_of_all_their_roles(brand):
    with inside(brand.id) as session:
        clara = make_account(session, brand.id, name="Clara", permissions=("catalog.edit", "catalog.view"))
        give(session, clara, make_role(session, brand.id, "price.edit", "catalog.view"))
        found = actor_for(session, brand.id, sessions.start(session, clara, BROWSER).token)
        assert found.actor.permissions == {"catalog.edit", "catalog.view", "price.edit"}
        assert (found.is_staff, found.actor.name, found.actor.id, found.actor.company_id) == (True, "Clara", clara.id, None)


def test_customers_hold_nothing_and_buyers_what_their_company_lets_them(brand):
    with inside(brand.id) as session:
        mira, jonas = make_account(session, brand.id), make_account(session, brand.id)
        company = make_company(session, brand.id, "Stadtwerke", (jonas, "viewer"))
        assert actor_for(session, brand.id, sessions.start(session, mira, BROWSER).token).actor.permissions == frozenset()
        found = actor_for(session, brand.id, sessions.start(session, jonas, BROWSER).token)
        assert (found.actor.permissions, found.actor.company_id, found.is_staff) == (frozenset({"company.view"}), company.id, False)


def test_an_actor_takes_at_most_two_queries_however_many_roles(brand, db):
    with inside(brand.id) as session:
        clara = make_account(session, brand.id, permissions=("catalog.edit",))
        for _ in range(5):
            give(session, clara, make_role(session, brand.id, "order.view"))
        token = sessions.start(session, clara, BROWSER).token
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    with inside(brand.id, read_only=True) as session:
        session.connection()
        event.listen(db, "before_cursor_execute", note)
        try:
            assert actor_for(session, brand.id, token).actor.permissions == {"catalog.edit", "catalog.view", "order.view"}
        finally:
            event.remove(db, "before_cursor_execute", note)
    assert len(seen) == 2


def test_a_role_that_works_on_orders_sees_them_and_keeps_what_was_ticked(brand, twin):
    with inside(brand.id) as session:
        clara = make_account(session, brand.id, permissions=("order.manage",))
        found = actor_for(session, brand.id, sessions.start(session, clara, BROWSER).token)
        assert found.actor.permissions == {"order.manage", "order.view"}
        assert [role.permissions for role in roles_of(session, found.actor, clara.id)] == [["order.manage"]]
    with inside(twin.id) as session:
        assert roles_of(session, found.actor, clara.id) == []
