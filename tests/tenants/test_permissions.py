"""The vocabulary of permissions."""

import pytest

from kernel.errors import Invalid
from tenants.permissions import (
    ADMINISTRATION,
    EVERYTHING,
    IMPLIES,
    PERMISSIONS,
    STARTING_ROLES,
    check_known,
    explained,
    grouped,
    with_implied,
)

AGREED = (
    "catalog.view catalog.edit catalog.import catalog.publish agreement.view agreement.offer agreement.accept price.edit order.view "
    "order.manage stock.edit user.manage role.manage theme.edit market.edit audit.view client.manage webhook.manage"
)


def test_every_agreed_permission_is_there_with_label_and_meaning():
    assert set(AGREED.split()) <= EVERYTHING
    for key, permission in PERMISSIONS.items():
        assert permission.key == key
        assert permission.label
        assert permission.meaning.endswith(".")


def test_groups_hold_each_permission_once():
    listed = [permission.key for _group, permissions in grouped() for permission in permissions]
    assert sorted(listed) == sorted(EVERYTHING)
    assert [p.key for _group, permissions in grouped(["order.view"]) for p in permissions] == ["order.view"]


def test_starting_roles_use_the_vocabulary_and_one_of_them_administers_each_kind():
    for role in STARTING_ROLES:
        assert role.permissions <= EVERYTHING
    for kind in ("brand", "partner"):
        assert [r.key for r in STARTING_ROLES if kind in r.kinds and r.permissions >= ADMINISTRATION] == ["administrator"]


def test_an_unknown_word_and_the_joker_are_refused():
    for word in ("*", "catalog.destroy", ""):
        with pytest.raises(Invalid):
            check_known([word])


def test_whoever_may_change_something_may_see_it():
    assert with_implied({"order.manage", "catalog.edit", "agreement.accept", "customer.edit"}) == {
        "order.manage", "order.view", "catalog.edit", "catalog.view", "agreement.accept", "agreement.view", "customer.edit", "customer.view",
    }  # fmt: skip
    assert with_implied({"order.view", "user.manage"}) == {"order.view", "user.manage"}
    assert with_implied({"*"}) == {"*"}


def test_every_noun_that_can_be_seen_is_seen_by_whoever_holds_another_verb_of_it():
    for key in EVERYTHING:
        noun, verb = key.split(".")
        if verb != "view" and f"{noun}.view" in EVERYTHING:
            assert IMPLIES[key] == f"{noun}.view"
    assert set(IMPLIES) | set(IMPLIES.values()) <= EVERYTHING
    # one step is enough: nothing that follows lets something else follow
    assert not set(IMPLIES) & set(IMPLIES.values())


def test_what_follows_is_said_in_words():
    assert explained("order.manage") == "Confirm, ship, close and cancel orders. Includes: See orders."
    assert explained("order.view") == "Look at the orders of all customers."
