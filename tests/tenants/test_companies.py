"""Companies and their buyers."""

import pytest
from sqlalchemy import select

from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere
from kernel.models import MailMessage
from tenants import companies, people
from tenants.actors import actor_for, choose_company
from tenants.models import Account, CompanyBuyer
from tenants.parties import PartyDetails
from tenants.signin import sessions
from tests.factories.tenants import make_account, make_company, person, staff
from tests.tenants.conftest import count, inside, some

GOOD = "lantern-meadow-violin"
LINKS = companies.Invitations(lambda token: f"http://x.localhost/join/{token}", lambda token: f"http://x.localhost/company/{token}")


def token_in(session) -> str:
    message = session.scalars(select(MailMessage).order_by(MailMessage.id.desc())).first()
    return message.text.split("localhost/")[1].split("/")[1].split()[0]


def test_a_company_is_created_and_its_first_buyer_invited_by_staff(brand):
    desk = staff(brand.id, "customer.view", "customer.edit")
    with inside(brand.id) as session:
        company = companies.create_company(session, desk, PartyDetails("Stadtwerke Aarental", tax_number="de 123 456 789"))
        assert (company.kind, company.tax_number, company.number) == ("organisation", "DE123456789", 10_001)
        buyer = companies.add_buyer(session, desk, company.id, "jonas@stadtwerke.example", "Jonas Feld", "manager", LINKS)
        assert (buyer.role, buyer.status, buyer.name) == ("manager", "invited", "")
        account = people.accept_invitation(session, token_in(session), "Jonas Feld", GOOD)
        assert [(b.name, b.role, b.status) for b in companies.list_buyers(session, desk, company.id)] == [
            ("Jonas Feld", "manager", "active")
        ]
        assert list(companies.list_companies(session, desk).rows) == [(company, 1)]
        assert account.is_staff is False


def test_somebody_with_an_account_is_asked_before_he_buys_for_a_company(brand):
    with inside(brand.id) as session:
        boss, mira = make_account(session, brand.id, name="Boss"), make_account(session, brand.id, "mira@example.com", "Mira Castell")
        company = make_company(session, brand.id, "Stadtwerke", (boss, "manager"))
        manager = person(boss, company, "manager")
        buyer = companies.add_buyer(session, manager, company.id, "mira@example.com", "Guess", "buyer", LINKS)
        assert buyer.name == ""
        started = sessions.start(session, mira, sessions.Browser())
        assert actor_for(session, brand.id, started.token).actor.company_id is None
        token = token_in(session)
        assert companies.invitation_to(session, token)[1].id == company.id
        with pytest.raises(NotThere):
            companies.join_company(session, person(boss), token)
        assert companies.join_company(session, person(mira), token) == company.id
        at_the_door = actor_for(session, brand.id, started.token)
        assert (at_the_door.actor.company_id, at_the_door.company_name) == (company.id, "Stadtwerke")
        assert at_the_door.actor.permissions == {"company.view", "company.order"}
        with pytest.raises(NotThere):
            companies.join_company(session, person(mira), token)


def test_only_managers_and_staff_look_after_buyers(brand):
    with inside(brand.id) as session:
        one, two = make_account(session, brand.id), make_account(session, brand.id)
        company = make_company(session, brand.id, "Stadtwerke", (one, "buyer"), (two, "viewer"))
        membership = companies.list_buyers(session, person(one, company), company.id)[0]
        for actor in (person(one, company, "buyer"), person(two, company, "viewer")):
            for call in (
                lambda a: companies.add_buyer(session, a, company.id, "x@example.com", "X", "buyer", LINKS),
                lambda a: companies.change_buyer(session, a, company.id, membership.id, "manager"),
                lambda a: companies.remove_buyer(session, a, company.id, membership.id),
                lambda a: companies.enrol_buyer(session, a, company.id, two.id, "manager"),
            ):
                with pytest.raises(NotAllowed):
                    call(actor)
        assert count(session, "tenants.company_buyer") == 2
        assert {b.role for b in session.scalars(select(CompanyBuyer))} == {"buyer", "viewer"}


def test_a_company_is_not_there_for_people_who_do_not_buy_for_it(brand):
    with inside(brand.id) as session:
        mira, jonas = make_account(session, brand.id), make_account(session, brand.id)
        own, other = make_company(session, brand.id, "Own", (jonas, "manager")), make_company(session, brand.id, "Other")
        for actor in (Actor.guest(brand.id), person(mira), person(jonas, own, "manager")):
            with pytest.raises(NotThere):
                companies.list_buyers(session, actor, other.id)
            with pytest.raises(NotThere):
                companies.add_buyer(session, actor, other.id, "x@example.com", "X", "buyer", LINKS)
        foreign = companies.list_buyers(session, person(jonas, own, "manager"), own.id)[0]
        with pytest.raises(NotThere):
            companies.remove_buyer(session, staff(brand.id), other.id, foreign.id)


def test_a_company_keeps_a_manager_unless_staff_says_otherwise(brand):
    with inside(brand.id) as session:
        jonas = make_account(session, brand.id)
        company = make_company(session, brand.id, "Stadtwerke", (jonas, "manager"))
        manager = person(jonas, company, "manager")
        (membership,) = companies.list_buyers(session, manager, company.id)
        with pytest.raises(Conflict):
            companies.change_buyer(session, manager, company.id, membership.id, "buyer")
        with pytest.raises(Conflict):
            companies.remove_buyer(session, manager, company.id, membership.id)
        assert [b.role for b in companies.list_buyers(session, manager, company.id)] == ["manager"]
        companies.remove_buyer(session, staff(brand.id), company.id, membership.id)
        assert count(session, "tenants.company_buyer") == 0


def test_an_unknown_role_makes_nobody(brand):
    with inside(brand.id) as session:
        company = make_company(session, brand.id)
        with pytest.raises(Invalid):
            companies.add_buyer(session, staff(brand.id), company.id, "x@example.com", "X", "owner", LINKS)
        assert count(session, "tenants.account") == 0


def test_a_removed_buyer_loses_the_company_with_the_next_click(brand):
    with inside(brand.id) as session:
        jonas = make_account(session, brand.id)
        company = make_company(session, brand.id, "Stadtwerke", (jonas, "buyer"))
        token = sessions.start(session, jonas, sessions.Browser()).token
        assert actor_for(session, brand.id, token).actor.company_id == company.id
        (membership,) = companies.list_buyers(session, staff(brand.id), company.id)
        companies.remove_buyer(session, staff(brand.id), company.id, membership.id)
        actor = actor_for(session, brand.id, token).actor
        assert (actor.company_id, actor.permissions) == (None, frozenset())


def test_choosing_another_company_changes_the_session_token(brand):
    with inside(brand.id) as session:
        jonas = make_account(session, brand.id)
        first = make_company(session, brand.id, "First", (jonas, "buyer"))
        second, third = make_company(session, brand.id, "Second", (jonas, "manager")), make_company(session, brand.id, "Third")
        token = sessions.start(session, jonas, sessions.Browser()).token
        actor = actor_for(session, brand.id, token).actor
        assert actor.company_id == first.id
        with pytest.raises(NotThere):
            choose_company(session, actor, third.id)
        fresh = choose_company(session, actor, second.id)
        assert actor_for(session, brand.id, token).actor.is_signed_in is False
        now = actor_for(session, brand.id, fresh.token).actor
        assert (now.company_id, "company.manage" in now.permissions) == (second.id, True)
        assert [c.name for c in companies.my_companies(session, now)] == ["First", "Second"]


def test_another_tenants_company_is_not_there(brand, twin):
    with inside(twin.id) as session:
        foreign = make_company(session, twin.id, "Foreign", (make_account(session, twin.id), "manager"))
        stranger = some(session.scalars(select(Account)).first())
        (membership,) = companies.list_buyers(session, staff(twin.id), foreign.id)
    boss = staff(brand.id)
    with inside(brand.id) as session:
        own = make_company(session, brand.id)
        assert [row[0].id for row in companies.list_companies(session, boss).rows] == [own.id]
        for call in (
            lambda: companies.company_for(session, boss, foreign.id),
            lambda: companies.add_buyer(session, boss, foreign.id, "x@example.com", "X", "buyer", LINKS),
            lambda: companies.enrol_buyer(session, boss, own.id, stranger.id, "buyer"),
            lambda: companies.change_buyer(session, boss, own.id, membership.id, "viewer"),
            lambda: companies.remove_buyer(session, boss, own.id, membership.id),
        ):
            with pytest.raises(NotThere):
                call()
    with inside(twin.id) as session:
        assert [(b.id, b.role) for b in companies.list_buyers(session, staff(twin.id), foreign.id)] == [(membership.id, "manager")]
