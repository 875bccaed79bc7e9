"""Roles: nobody gives what he does not hold; the last administrator stays."""

import threading

import pytest

from kernel.actors import Actor
from kernel.errors import Conflict, Invalid, NotAllowed, NotThere, SignInNeeded
from kernel.tenancy import entering
from tenants import roles
from tenants.actors import staff_permissions
from tests.factories.tenants import give, make_account, make_administrator, make_role, staff
from tests.tenants.conftest import count, inside


def test_a_role_is_made_listed_and_audited(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        role = roles.make_role(session, boss, " Night  shift ", "Ships at night.", ["order.view", "order.manage"])
    with inside(brand.id, read_only=True) as session:
        assert [(r.name, r.permissions, n) for r, n in roles.list_roles(session, boss)] == [
            ("Night shift", ["order.manage", "order.view"], 0)
        ]
        assert roles.role_for(session, boss, role.id).description == "Ships at night."
        assert count(session, "kernel.audit_entry") == 1


def test_nobody_puts_into_a_role_what_he_does_not_hold(brand):
    clerk = staff(brand.id, "role.manage", "order.view")
    with inside(brand.id) as session:
        role = make_role(session, brand.id, "order.view")
        with pytest.raises(NotAllowed):
            roles.make_role(session, clerk, "Bigger", "", ["order.view", "price.edit"])
        with pytest.raises(NotAllowed):
            roles.change_role(session, clerk, role.id, role.name, "", ["order.view", "price.edit"])
    with inside(brand.id) as session:
        assert [r.permissions for r, _n in roles.list_roles(session, clerk)] == [["order.view"]]


def test_nobody_takes_out_of_a_role_what_he_could_not_have_put_in(brand):
    clerk = staff(brand.id, "role.manage", "order.view")
    with inside(brand.id) as session:
        role = make_role(session, brand.id, "order.view", "price.edit")
    with inside(brand.id) as session, pytest.raises(NotAllowed):
        roles.change_role(session, clerk, role.id, role.name, "", ["order.view"])
    with inside(brand.id) as session, pytest.raises(NotAllowed):
        roles.remove_role(session, clerk, role.id)
    with inside(brand.id) as session:
        assert roles.role_for(session, clerk, role.id).permissions == ["order.view", "price.edit"]


def test_nobody_hands_out_a_role_beyond_his_own(brand):
    clerk = staff(brand.id, "user.manage", "order.view")
    with inside(brand.id) as session:
        make_administrator(session, brand.id)
        colleague = make_account(session, brand.id, permissions=())
        small, big = make_role(session, brand.id, "order.view"), make_role(session, brand.id, "order.view", "price.edit")
        with pytest.raises(NotAllowed):
            roles.set_roles(session, clerk, colleague.id, [big.id])
        roles.set_roles(session, clerk, colleague.id, [small.id])
        assert staff_permissions(session, colleague) == {"order.view"}


def test_without_the_right_nothing_happens(brand):
    with inside(brand.id) as session:
        for actor, refusal in ((staff(brand.id, "order.view"), NotAllowed), (Actor.guest(brand.id), SignInNeeded)):
            with pytest.raises(refusal):
                roles.list_roles(session, actor)
            with pytest.raises(refusal):
                roles.make_role(session, actor, "X", "", [])
        assert count(session, "tenants.role") == 0


def test_a_change_of_a_role_reaches_its_holders(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        make_administrator(session, brand.id)
        colleague, role = make_account(session, brand.id, permissions=()), make_role(session, brand.id, "order.view")
        give(session, colleague, role)
    with inside(brand.id) as session:
        roles.change_role(session, boss, role.id, "Orders", "", ["order.view", "order.manage"])
    with inside(brand.id) as session:
        assert staff_permissions(session, colleague) == {"order.view", "order.manage"}


def test_names_are_unique_within_a_tenant_only(brand, twin):
    for tenant in (brand, twin):
        with inside(tenant.id) as session:
            roles.make_role(session, staff(tenant.id), "Orders", "", [])
    with inside(brand.id) as session, pytest.raises(Invalid):
        roles.make_role(session, staff(brand.id), "Orders", "", [])


def test_a_role_that_is_held_is_not_removed(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        role = make_role(session, brand.id, "order.view")
        give(session, make_account(session, brand.id, permissions=()), role)
        with pytest.raises(Conflict):
            roles.remove_role(session, boss, role.id)
        assert count(session, "tenants.role") == 1


def test_the_last_administrator_keeps_his_role(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        ada = make_administrator(session, brand.id)
        (role,) = roles.roles_of(session, boss, ada.id)
    with inside(brand.id) as session, pytest.raises(Conflict):
        roles.set_roles(session, boss, ada.id, [])
    with inside(brand.id) as session, pytest.raises(Conflict):
        roles.change_role(session, boss, role.id, role.name, "", ["order.view"])
    with inside(brand.id) as session:
        assert "role.manage" in staff_permissions(session, ada)
        make_administrator(session, brand.id)
        roles.set_roles(session, boss, ada.id, [])
        assert staff_permissions(session, ada) == frozenset()


def test_two_administrators_cannot_remove_each_other_at_the_same_time(brand):
    boss = staff(brand.id)
    with inside(brand.id) as session:
        both = [make_administrator(session, brand.id, name=name) for name in ("Ada", "Bea")]
    start, outcomes = threading.Barrier(2), []

    def drop(account_id):
        start.wait()
        try:
            with inside(brand.id) as session:
                roles.set_roles(session, boss, account_id, [])
            outcomes.append("done")
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=drop, args=(account.id,)) for account in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]


def test_another_tenants_roles_are_not_there(brand, twin):
    with inside(twin.id) as session:
        foreign, stranger = make_role(session, twin.id, "order.view"), make_account(session, twin.id, permissions=())
    boss = staff(brand.id)
    with inside(brand.id) as session:
        colleague = make_account(session, brand.id, permissions=())
        assert roles.list_roles(session, boss) == []
        with pytest.raises(NotThere):
            roles.role_for(session, boss, foreign.id)
        with pytest.raises(NotThere):
            roles.change_role(session, boss, foreign.id, "Mine", "", [])
        with pytest.raises(NotThere):
            roles.remove_role(session, boss, foreign.id)
        with pytest.raises(NotThere):
            roles.set_roles(session, boss, colleague.id, [foreign.id])
        with pytest.raises(NotThere):
            roles.set_roles(session, boss, stranger.id, [])
    with inside(twin.id) as session, entering(twin.id):
        assert [(r.name, r.permissions) for r, _n in roles.list_roles(session, staff(twin.id))] == [(foreign.name, ["order.view"])]
