"""Accounts: invited, accepted, deactivated, listed."""

import pytest
from sqlalchemy import select, text

from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.models import MailMessage, OutboxRow
from tenants import people
from tenants.models import Account
from tenants.roles import roles_of
from tenants.signin import sessions
from tests.factories.tenants import PASSWORD, make_account, make_administrator, make_role, staff
from tests.tenants.conftest import count, inside

GOOD = "lantern-meadow-violin"


def link(token: str) -> str:
    return f"http://veloria.localhost/join/{token}"


def mailed(session) -> MailMessage:
    return session.scalars(select(MailMessage).order_by(MailMessage.id.desc())).first()


def token_in(message: MailMessage) -> str:
    return message.text.split("/join/")[1].split()[0]


def test_an_invitation_is_mailed_and_accepted(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        role = make_role(session, brand.id, "catalog.edit")
        account = people.invite(session, boss, "Clara@Veloria.example", "Clara Wen", [role.id], link)
        message = mailed(session)
        assert (account.status, account.is_staff, message.recipient) == ("invited", True, "Clara@veloria.example")
        assert brand.name in message.subject
        token = token_in(message)
        assert people.invitation_for(session, token).id == account.id
    with inside(brand.id) as session:
        joined = people.accept_invitation(session, token, "Clara Wen-Lang", GOOD)
        assert (joined.status, joined.name) == ("active", "Clara Wen-Lang")
        assert [r.id for r in roles_of(session, boss, joined.id)] == [role.id]
        names = set(session.scalars(select(OutboxRow.name)))
        assert {"tenants.PersonInvited", "tenants.PersonJoined"} <= names
    with inside(brand.id) as session, pytest.raises(NotThere):
        people.accept_invitation(session, token, "Again", GOOD)


def test_the_token_is_nowhere_in_the_database_but_in_the_mail(brand):
    with inside(brand.id) as session:
        people.invite(session, staff(brand.id), "clara@veloria.example", "Clara", [], link)
        token = token_in(mailed(session))
        for table in ("tenants.one_time_link", "tenants.account", "kernel.audit_entry", "kernel.outbox"):
            rows = session.execute(text(f"SELECT t::text FROM {table} t")).scalars().all()
            assert rows
            assert not any(token in row for row in rows), table


def test_a_weak_password_leaves_the_invitation_good(brand):
    with inside(brand.id) as session:
        people.invite(session, staff(brand.id), "clara@veloria.example", "Clara", [], link)
        token = token_in(mailed(session))
    for bad in ("short", "password1234", "claraclaraclara", "x" * 257):
        with inside(brand.id) as session, pytest.raises(Invalid):
            people.accept_invitation(session, token, "Clara", bad)
    with inside(brand.id) as session:
        assert people.invitation_for(session, token).status == "invited"


def test_inviting_again_kills_the_first_link(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        account = people.invite(session, boss, "clara@veloria.example", "Clara", [], link)
        first = token_in(mailed(session))
        people.invite_again(session, boss, account.id, link)
        second = token_in(mailed(session))
        with pytest.raises(NotThere):
            people.invitation_for(session, first)
        assert people.invitation_for(session, second).id == account.id


def test_nobody_invites_into_a_role_beyond_his_own(brand):
    with inside(brand.id) as session:
        role = make_role(session, brand.id, "price.edit")
        with pytest.raises(NotAllowed):
            people.invite(session, staff(brand.id, "user.manage"), "x@veloria.example", "X", [role.id], link)
        with pytest.raises(NotAllowed):
            people.invite(session, staff(brand.id, "catalog.edit"), "x@veloria.example", "X", [], link)
        assert count(session, "tenants.account") == 0
        assert count(session, "kernel.mail_message") == 0


def test_a_taken_address_is_refused_and_the_same_address_elsewhere_is_not(brand, twin):
    with inside(brand.id) as session:
        make_account(session, brand.id, "mira@example.com")
        with pytest.raises(Invalid):
            people.invite(session, staff(brand.id), "MIRA@example.com", "M", [], link)
        with pytest.raises(Invalid):
            people.add_person(session, staff(brand.id), "mira@example.com", "M", GOOD)
    with inside(twin.id) as session:
        assert people.add_person(session, staff(twin.id), "mira@example.com", "M", GOOD).status == "active"


def test_deactivating_ends_sessions_and_links(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        make_administrator(session, brand.id)
        account = make_account(session, brand.id, permissions=("order.view",))
        started = sessions.start(session, account, sessions.Browser())
        assert people.deactivate(session, boss, account.id).status == "deactivated"
        assert sessions.find(session, started.token) is None
        assert count(session, "kernel.web_session") == 0


def test_the_last_administrator_and_oneself_are_not_deactivated(brand):
    with inside(brand.id) as session:
        ada = make_administrator(session, brand.id)
        ada_id = ada.id
        with pytest.raises(Conflict):
            people.deactivate(session, staff(brand.id, account=ada), ada.id)
        with pytest.raises(Conflict):
            people.deactivate(session, staff(brand.id), ada.id)
    with inside(brand.id) as session:
        assert session.get_one(Account, (brand.id, ada_id)).status == "active"


def test_nobody_deactivates_somebody_who_may_more(brand):
    with inside(brand.id) as session:
        make_administrator(session, brand.id)
        bea = make_administrator(session, brand.id, name="Bea")
        with pytest.raises(NotAllowed):
            people.deactivate(session, staff(brand.id, "user.manage", "order.view"), bea.id)
        assert bea.status == "active"


def test_customers_are_looked_after_by_those_who_may_and_colleagues_are_not(brand):
    desk = staff(brand.id, "customer.view", "customer.edit")
    with inside(brand.id) as session:
        make_administrator(session, brand.id)
        mira, clara = make_account(session, brand.id), make_account(session, brand.id, permissions=())
        assert people.person_for(session, desk, mira.id) is mira
        people.deactivate(session, desk, mira.id)
        with pytest.raises(NotAllowed):
            people.person_for(session, desk, clara.id)
        with pytest.raises(NotAllowed):
            people.deactivate(session, desk, clara.id)
        assert (mira.status, clara.status) == ("deactivated", "active")


def test_somebody_comes_back_by_a_new_invitation_only(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        make_administrator(session, brand.id)
        account = make_account(session, brand.id, permissions=())
        people.deactivate(session, boss, account.id)
        people.reactivate(session, boss, account.id, link)
        assert (account.status, account.password_hash) == ("invited", "")
        people.accept_invitation(session, token_in(mailed(session)), "", GOOD)
        assert account.status == "active"


def test_lists_show_own_people_by_kind_with_their_roles(brand, twin):
    with inside(twin.id) as session:
        make_account(session, twin.id, "stranger@example.com", permissions=())
    boss = staff(brand.id)
    with inside(brand.id) as session:
        make_account(session, brand.id, "clara@veloria.example", "Clara Wen", permissions=("catalog.edit",))
        make_account(session, brand.id, "david@veloria.example", "David Roth", permissions=())
        make_account(session, brand.id, "mira@example.com", "Mira Castell")
    with inside(brand.id, read_only=True) as session:
        listed = people.list_staff(session, boss)
        assert [(row.Account.name, len(row.roles)) for row in listed.rows] == [("Clara Wen", 1), ("David Roth", 0)]
        assert (listed.total, listed.page, listed.pages) == (2, 1, 1)
        assert [row.Account.name for row in people.list_staff(session, boss, "DAVID").rows] == ["David Roth"]
        assert people.list_staff(session, boss, "%").rows == []
        assert [row.Account.email for row in people.list_customers(session, boss, page=10**9).rows] == ["mira@example.com"]


def test_another_tenants_account_is_not_there(brand, twin):
    with inside(twin.id) as session:
        stranger = make_account(session, twin.id, permissions=())
        people.invite(session, staff(twin.id), "new@twin.example", "New", [], link)
        token = token_in(mailed(session))
    boss = staff(brand.id)
    with inside(brand.id) as session:
        for call in (people.person_for, people.deactivate):
            with pytest.raises(NotThere):
                call(session, boss, stranger.id)
        for with_link in (people.reactivate, people.invite_again):
            with pytest.raises(NotThere):
                with_link(session, boss, stranger.id, link)
        with pytest.raises(NotThere):
            people.invitation_for(session, token)
        with pytest.raises(NotThere):
            people.accept_invitation(session, token, "X", GOOD)
    with inside(twin.id) as session:
        assert session.get_one(Account, (twin.id, stranger.id)).status == "active"


def test_people_change_their_own_name(brand):
    with inside(brand.id) as session:
        mira = make_account(session, brand.id)
        people.change_my_details(session, staff(brand.id, account=mira), "Mira C.", "de")
        assert (mira.name, mira.language) == ("Mira C.", "de")
        with pytest.raises(Invalid):
            people.change_my_details(session, staff(brand.id, account=mira), "Mira", "no language")
        assert (mira.name, mira.language) == ("Mira C.", "de")
        assert mira.password_hash
        assert PASSWORD not in str(people.as_json(mira))
